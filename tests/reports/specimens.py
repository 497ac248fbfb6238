"""Rulers to look at: a debtor to whom everything has happened, and others at the edges."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from regua.calendars import BrazilianBankCalendar
from regua.core.account import fold
from regua.core.events import CreditGranted, PaymentNoticed
from regua.core.money import Money
from regua.reports import Ruler, ruler_of
from regua.testing import Case, Invoice, Simulation

POLICY = Path(__file__).parent.parent.parent / "src/regua/data/policies/boleto-b2c.toml"
HOSTILE = "<script>alert(1)</script> ]]> \u202egnitfel & \"quotes'"


@contextmanager
def busy(debtor: str = "ana", receivables: tuple[str, ...] = ("nf-1", "nf-2", "nf-3")) -> Iterator[Case]:
    """Three invoices within a fortnight; paid, noticed, undone, promised, disputed and held."""
    with Simulation(POLICY, start="2026-03-01") as sim:
        first, second, third = receivables
        case = sim.debtor(
            debtor,
            invoices=[
                Invoice(id=first, due="2026-03-14", amount="150.00"),
                Invoice(id=second, due="2026-03-20", amount="1200.00"),
                Invoice(id=third, due="2026-03-30", amount="89.90"),
            ],
        )
        sim.advance(until=date(2026, 3, 18))
        case.promise(date(2026, 3, 24), "150.00")
        sim.advance(until=date(2026, 3, 30))
        case.pay("150.00", first)
        sim.advance(days=5)
        case.reverse()
        case.dispute(third)
        sim.advance(days=8)
        case.resolve()
        case.hold(until=date(2026, 4, 20))
        case.record(CreditGranted, amount=Money.of("10.00"), credit="c-1", receivables=(second,))
        sim.advance(days=12)
        case.record(PaymentNoticed, payment="p-9", amount=Money.of("2000.00"), receivables=(second,))
        sim.advance(days=2)
        yield case


@contextmanager
def single() -> Iterator[Case]:
    """One invoice, asked for three days late."""
    with Simulation(POLICY, start="2026-04-01") as sim:
        case = sim.debtor("bruno", invoices=[Invoice(id="nf-1", due="2026-04-18", amount="150.00")])
        sim.advance(until=date(2026, 4, 23))
        yield case


@contextmanager
def long_ago() -> Iterator[Case]:
    """Eight invoices of two years, some of them paid."""
    with Simulation(POLICY, start="2022-01-01") as sim:
        due = [date(2022 + number // 4, 1 + number % 4 * 3, 10) for number in range(8)]
        case = sim.debtor(
            "velho",
            invoices=[Invoice(id=f"nf-{number:02}", due=day, amount="150.00") for number, day in enumerate(due)],
        )
        for number in (1, 2, 6):
            sim.advance(until=due[number] + timedelta(days=40))
            case.pay("150.00", f"nf-{number:02}")
        yield case


def ruler(case: Case) -> Ruler:
    """The ruler of a simulated debtor, now."""
    calendar = BrazilianBankCalendar()
    return ruler_of(case.schedule(), fold(case.events), case.simulation.policies, calendar=calendar)
