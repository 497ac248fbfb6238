"""What happens to one debtor: invoices, and what is paid, promised, disputed, stopped and changed about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from attrs import frozen
from hypothesis import strategies as st

from regua.core import events as ev
from regua.core.dates import MICROSECONDS, day_start
from regua.core.events import Event
from regua.core.money import Money
from regua.testing.strategies.policies import CHANNELS, ZONES

Fact = TypeVar("Fact", bound=Event)

FIRST_DAY: Final = date(2026, 4, 1)
"""Good Friday is the 3rd, Tiradentes the 21st; then come 1 May, and Corpus Christi on 4 June."""
LAST: Final = 80
"""Days after the first on which something may happen."""
MINUTE: Final = 60 * MICROSECONDS
DAY: Final = 24 * 60 * MINUTE
MIDNIGHT: Final = day_start(FIRST_DAY.toordinal(), "America/Sao_Paulo")

instants = st.builds(
    lambda day, minute: MIDNIGHT + day * DAY + minute * MINUTE,
    st.integers(0, LAST),
    st.sampled_from([0, 8 * 60, 9 * 60, 10 * 60, 12 * 60 + 34, 20 * 60, 1439]),
)
"""Instants of the 81 days."""

delays = st.sampled_from([0, 0, 0, MINUTE, DAY, 3 * DAY, 10 * DAY, -DAY, -6 * DAY])
"""How much later something becomes known than it takes effect; negative for what is known ahead."""

amounts = (st.sampled_from([5_000, 5_000, 15_000, 15_000, 15_320, 20_000, 40_000]) | st.integers(1_000, 40_000)).map(
    Money
)
"""Some of them equal, so that payments settle."""


@frozen
class Book:
    """Makes the facts of one debtor."""

    creditor: str
    debtor: str
    names: tuple[str, ...] = ()

    def fact(self, cls: type[Fact], name: str, at: int, recorded_at: int | None = None, **fields: Any) -> Fact:
        """A fact, known at once unless told otherwise; its id is unique for the creditor."""
        heads: dict[str, Any] = {"id": f"{self.debtor}/{name}", "creditor": self.creditor, "debtor": self.debtor}
        return cls(**heads, at=at, recorded_at=at if recorded_at is None else recorded_at, **fields)

    def some(self, draw: st.DrawFn, *, least: int = 0) -> tuple[str, ...]:
        """Up to two of the receivables."""
        return tuple(draw(st.lists(st.sampled_from(self.names), unique=True, min_size=least, max_size=2)))


Happening = Callable[[st.DrawFn, Book, str], list[Event]]
"""Draws one thing that happens, as its facts."""


@st.composite
def histories(  # noqa: D417 - `draw` is given by Hypothesis
    draw: st.DrawFn,
    *,
    creditor: str = "loja",
    debtor: str = "ana",
    invoices: int = 3,
    happenings: Sequence[Happening] | None = None,
) -> list[Event]:
    """The facts of one debtor who can be reached, in no particular order.

    Args:
        creditor: who is owed.
        debtor: who owes.
        invoices: most of them.
        happenings: what may happen; None for everything.
    """
    count = draw(st.integers(1, invoices))
    book = Book(creditor, debtor, tuple(f"nf-{place}" for place in range(count)))
    found = reachable(book)
    if draw(st.booleans()):
        zone = draw(st.sampled_from(ZONES))
        found.append(book.fact(ev.DebtorRegistered, "cadastro", MIDNIGHT - 30 * DAY, timezone=zone, state="SP"))
    found += [draw(_invoices(book, name)) for name in book.names]
    for place in range(draw(st.integers(0, 5))):
        happening = draw(st.sampled_from(happenings or HAPPENINGS))
        found += happening(draw, book, f"fato-{place}")
    return found


def reachable(book: Book) -> list[Event]:
    """Contact points and consents for both channels, from before everything."""
    found: list[Event] = []
    for channel in CHANNELS:
        point: dict[str, Any] = {"point": channel, "channels": (channel,), "ref": channel}
        found.append(book.fact(ev.ContactPointAdded, f"ponto-{channel}", MIDNIGHT - 30 * DAY, **point))
        found.append(book.fact(ev.ConsentGranted, f"aceite-{channel}", MIDNIGHT - 30 * DAY, channel=channel))
    return found


@st.composite
def _invoices(draw: st.DrawFn, book: Book, name: str) -> ev.InvoiceIssued:
    issued = MIDNIGHT + draw(st.integers(0, 12)) * DAY + 600 * MINUTE
    return book.fact(
        ev.InvoiceIssued,
        f"emissao-{name}",
        issued,
        issued + abs(draw(delays)),
        receivable=name,
        amount=draw(amounts),
        due=_civil(draw(st.integers(8, 45))),
        rebate=draw(st.sampled_from([None, None, Money(99)])),
    )


def _civil(day: int) -> date:
    return FIRST_DAY + timedelta(days=day)


def _day(instant: int) -> int:
    return (instant - MIDNIGHT) // DAY


@st.composite
def _moments(draw: st.DrawFn) -> dict[str, int]:
    at = draw(instants)
    return {"at": at, "recorded_at": at + draw(delays)}


def payment(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """A payment: announced, settled or both, and sometimes undone."""
    moment = draw(_moments())
    about: dict[str, Any] = {"payment": name, "amount": draw(amounts), "receivables": book.some(draw)}
    found: list[Event] = []
    shape = draw(st.sampled_from(["settled", "settled", "noticed", "both"]))
    if shape != "settled":
        found.append(book.fact(ev.PaymentNoticed, f"{name}-aviso", **moment, **about))
    if shape != "noticed":
        later = moment["at"] + (draw(st.sampled_from([0, DAY])) if shape == "both" else 0)
        found.append(book.fact(ev.PaymentSettled, f"{name}-pago", later, moment["recorded_at"], **about))
    if draw(st.integers(0, 2)) == 0:
        undone = moment["at"] + draw(st.integers(1, 20)) * DAY
        found.append(book.fact(ev.PaymentReversed, f"{name}-estorno", undone, payment=name))
    return found


def credit(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """A credit, given to receivables, left open, or applied by hand."""
    about: dict[str, Any] = {"credit": name, "amount": draw(amounts), "receivables": book.some(draw)}
    granted = book.fact(ev.CreditGranted, name, **draw(_moments()), **about)
    if bool(granted.receivables) or draw(st.booleans()):
        return [granted]
    used = granted.at_us + draw(st.integers(0, 10)) * DAY
    given: dict[str, Any] = {"receivable": draw(st.sampled_from(book.names)), "credit": name, "amount": draw(amounts)}
    return [granted, book.fact(ev.CreditApplied, f"{name}-aplicado", used, **given)]


def promise(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """A promise, seldom cancelled."""
    moment = draw(_moments())
    by = _civil(_day(moment["at"]) + draw(st.integers(0, 12)))
    about: dict[str, Any] = {"promise": name, "amount": draw(amounts), "by": by, "receivables": book.some(draw)}
    made = book.fact(ev.PromiseMade, name, **moment, **about)
    if draw(st.integers(0, 3)):
        return [made]
    end = moment["at"] + draw(st.integers(0, 8)) * DAY
    return [made, book.fact(ev.PromiseCancelled, f"{name}-cancelada", end, promise=name)]


def dispute(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """A dispute, mostly resolved."""
    moment = draw(_moments())
    opened = book.fact(ev.DisputeOpened, name, **moment, dispute=name, receivables=book.some(draw, least=1))
    if draw(st.integers(0, 2)) == 0:
        return [opened]
    end = moment["at"] + draw(st.integers(0, 20)) * DAY
    return [opened, book.fact(ev.DisputeResolved, f"{name}-resolvida", end, dispute=name, outcome="rejected")]


def hold(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """A hold of some receivables or the debtor, with or without an end."""
    moment = draw(_moments())
    day = _day(moment["at"])
    until = draw(st.none() | st.integers(0, 15).map(lambda days: _civil(day + days)))
    placed = book.fact(ev.HoldPlaced, name, **moment, hold=name, receivables=book.some(draw), until=until)
    if draw(st.booleans()):
        return [placed]
    return [placed, book.fact(ev.HoldReleased, f"{name}-fim", moment["at"] + 4 * DAY, hold=name)]


def agreement(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """One to three instalments replace receivables; sometimes they are cancelled, often not paid."""
    moment = draw(_moments())
    dues = [_day(moment["at"]) + days for days in draw(st.lists(st.integers(1, 40), min_size=1, max_size=3))]
    parts = tuple(
        ev.Instalment(receivable=f"{name}-{place}", amount=draw(amounts), due=_civil(due))
        for place, due in enumerate(dues, start=1)
    )
    about: dict[str, Any] = {"agreement": name, "receivables": book.some(draw, least=1), "instalments": parts}
    late: dict[str, Any] = {"broken_after": draw(st.integers(1, 2)), "broken_days": draw(st.sampled_from([0, 3, 30]))}
    found: list[Event] = [book.fact(ev.AgreementSigned, name, **moment, **about, **late)]
    if draw(st.integers(0, 3)) == 0:
        end = moment["at"] + draw(st.integers(0, 20)) * DAY
        found.append(book.fact(ev.AgreementCancelled, f"{name}-fim", end, agreement=name))
    return found


def amendment(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """New terms."""
    terms: dict[str, Any] = {
        "receivable": draw(st.sampled_from(book.names)),
        "amount": draw(st.none() | amounts),
        "due": draw(st.none() | st.integers(5, 70).map(_civil)),
    }
    return [book.fact(ev.InvoiceAmended, name, **draw(_moments()), **terms)]


def void(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """A receivable is cancelled or written off."""
    cls: type[Any] = draw(st.sampled_from([ev.InvoiceCancelled, ev.InvoiceWrittenOff]))
    return [book.fact(cls, name, **draw(_moments()), receivable=draw(st.sampled_from(book.names)))]


def reach(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """A contact point fails or works again, or the debtor opts out."""
    cls: type[Any] = draw(st.sampled_from([ev.ContactPointFailed, ev.ContactPointVerified, ev.ConsentRevoked]))
    channel = draw(st.sampled_from(CHANNELS))
    about: dict[str, Any] = {"channel": channel} if cls is ev.ConsentRevoked else {"point": channel}
    return [book.fact(cls, name, **draw(_moments()), **about)]


def filing(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """A receivable goes to the notary or to an agency, and sometimes comes back."""
    moment, about = draw(_moments()), draw(st.sampled_from(book.names))
    pairs: list[tuple[type[Any], type[Any]]] = [
        (ev.ProtestFiled, ev.ProtestCancelled),
        (ev.AgencyAssigned, ev.AgencyReturned),
    ]
    there, back = draw(st.sampled_from(pairs))
    found: list[Event] = [book.fact(there, name, **moment, receivable=about)]
    if draw(st.booleans()):
        found.append(book.fact(back, f"{name}-volta", moment["at"] + 6 * DAY, receivable=about))
    return found


def decision(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """Somebody approves or vetoes a step."""
    cls: type[Any] = draw(st.sampled_from([ev.StepApproved, ev.StepApproved, ev.StepVetoed]))
    step = draw(st.sampled_from([f"passo-{place}" for place in range(5)]))
    return [book.fact(cls, name, **draw(_moments()), receivable=draw(st.sampled_from(book.names)), step=step)]


def known_through(draw: st.DrawFn, book: Book, name: str) -> list[Event]:
    """Payments are known through a day."""
    at = draw(instants)
    return [book.fact(ev.PaymentsKnownThrough, name, at, through=_civil(_day(at) - draw(st.integers(0, 3))))]


MONEY: Final[tuple[Happening, ...]] = (payment, payment, payment, credit)
STOPS: Final[tuple[Happening, ...]] = (promise, dispute, hold, filing, agreement)
CHANGES: Final[tuple[Happening, ...]] = (amendment, void, reach, decision, known_through)
HAPPENINGS: Final[tuple[Happening, ...]] = MONEY + STOPS + CHANGES
"""Everything that may happen; money more often."""
