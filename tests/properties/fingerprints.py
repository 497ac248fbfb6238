"""A program that prints the fingerprints of a few schedules, over facts in an order that the seed shuffles.

Run by `test_determinism.py` under other hash seeds, time zones, locales and Python versions.
"""

import locale
import random
import sys
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from regua.calendars import BrazilianBankCalendar
from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration, Offset
from regua.core.explain import explain
from regua.core.money import Money
from regua.core.planning import plan
from regua.core.policy import ChargeRules, EventTrigger, Levy, OffsetTrigger, Policy, Rate, Step, StepReference
from regua.core.tones import Tone

START = datetime(2026, 4, 1, 12, tzinfo=UTC)
TONES = (Tone.COURTEOUS, Tone.FORMAL, Tone.FIRM, Tone.FINAL)


def main(seed: int) -> None:
    """Print a line for each of sixty days."""
    locale.setlocale(locale.LC_ALL, "")
    account = fold(facts(random.Random(seed)))  # noqa: S311 - the order is all that depends on it
    for days in range(60):
        schedule = plan(
            policy(), account, as_of=START + timedelta(days=days, hours=1), calendar=BrazilianBankCalendar()
        )
        sys.stdout.write(f"{schedule.fingerprint} {len(explain(schedule))} {schedule.next_wakeup_us}\n")


def policy() -> Policy:
    """A ladder, thanks, and an answer to a broken promise."""
    steps = [
        Step(
            id=f"d{days}",
            trigger=OffsetTrigger(offset=Offset(days), minute=600),
            tone=tone,
            channels=("email", "sms"),
            templates={None: "atraso", tone: "grave"},
            unless=StepReference(step="d3", outcome="read") if days > 3 else None,
        )
        for days, tone in zip((3, 8, 14, 21), TONES, strict=True)
    ]
    steps += [
        Step(id=on, trigger=EventTrigger(on=on, after=Duration(1)), channels=("email",), templates={None: on})
        for on in ("receivable.settled", "promise.broken", "promise.kept", "payment.reversed")
    ]
    charges = ChargeRules(fine=Levy(share=Fraction(1, 50)), interest=Rate(share=Fraction(1, 100)))
    return Policy(id="régua", calendar="br-bancario", charges=charges, steps=tuple(steps))


def facts(order: random.Random) -> list[ev.Event]:
    """Twelve invoices with payments, promises, disputes, holds and reversals, shuffled."""
    found: list[ev.Event] = []

    def add(cls: type[ev.Event], days: int, **fields: object) -> None:
        instant = START + timedelta(days=days, minutes=len(found))
        heads = {"id": f"e{len(found)}", "creditor": "loja", "debtor": "joão", "at": instant, "recorded_at": instant}
        found.append(cls(**heads, **fields))  # type: ignore[arg-type]

    for channel in ("sms", "email"):
        add(ev.ContactPointAdded, -9, point=channel, channels=(channel,))
        add(ev.ConsentGranted, -9, channel=channel)
    for place in range(12):
        name = f"nf-{place}"
        amount = Money(10_000 + 777 * place)
        add(ev.InvoiceIssued, 0, receivable=name, amount=amount, due=date(2026, 4, 8 + 2 * place))
        if place % 3 == 0:
            add(ev.PaymentSettled, 12 + place, payment=name, amount=Money(9_000), receivables=(name,) * (place % 2))
        if place % 4 == 0:
            add(ev.PromiseMade, 9 + place, promise=name, amount=amount, by=date(2026, 4, 18 + place))
        if place % 5 == 0:
            add(ev.DisputeOpened, 10, dispute=name, receivables=(name,))
            add(ev.DisputeResolved, 20 + place, dispute=name, outcome="rejected")
        if place % 6 == 0:
            add(ev.PaymentReversed, 25, payment=name)
    add(ev.HoldPlaced, 30, hold="h", until=date(2026, 5, 5))
    add(ev.PaymentSettled, 40, payment="resto", amount=Money(60_000))
    order.shuffle(found)
    return [*found, *found[:5]]


if __name__ == "__main__":
    main(int(sys.argv[1]))
