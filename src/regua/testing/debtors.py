"""How simulated debtors behave: small values, each of which says what it does and when.

A behaviour looks at every fact of its debtor as it becomes known and answers with what the debtor is going to do.
Clock times are those of the debtor. What is paid is what the receivable asks at that moment, charges included; what
is settled, cancelled or written off by then is not paid. One function of your own is a behaviour, too:

    def calls_back(case, event):
        if isinstance(event, ActionDelivered):
            yield event.at_us + HOUR, lambda case: case.record(CallbackRequested)

    sim.debtor(invoices=[...], behaves=Behaviour(calls_back))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from attrs import evolve, frozen

from regua.core.dates import microseconds
from regua.core.events import (
    ActionDelivered,
    ActionSent,
    DisputeOpened,
    DisputeResolved,
    Event,
    InvoiceIssued,
    PaymentSettled,
    PromiseMade,
)
from regua.core.events.word import DisputeOutcome
from regua.core.money import Money

if TYPE_CHECKING:
    from regua.testing.case import Case

DAY: Final = timedelta(days=1)
NOTHING: Final = timedelta(0)
PAYS_AT: Final = "11:30"
"""Clock time at which debtors pay, unless they are told otherwise: after the first messages of the day."""

Act = Callable[["Case"], object]
Reaction = Callable[["Case", Event], Iterable[tuple[int, Act]]]
"""Of the debtor and a fact: at which instants the debtor does what."""


@frozen
class Behaviour:
    """What a debtor does.

    Attributes:
        react: gives, for a fact that became known, what the debtor is going to do: instants, each with an act.
        name: in words, for whoever prints it.
    """

    react: Reaction
    name: str = ""

    def drawn(self, random: Random) -> Behaviour:  # noqa: ARG002 - of those that choose
        """The behaviour of one debtor, where chance has a say."""
        return self


@frozen
class _Mixed(Behaviour):
    choices: tuple[tuple[float, Behaviour], ...] = ()

    def drawn(self, random: Random) -> Behaviour:
        weights = [weight for weight, _ in self.choices]
        [(_, chosen)] = random.choices(self.choices, weights)
        return chosen.drawn(random)


@frozen
class _Together(Behaviour):
    parts: tuple[Behaviour, ...] = ()

    def drawn(self, random: Random) -> Behaviour:
        parts = tuple(part.drawn(random) for part in self.parts)
        return evolve(self, react=_all_of(parts), parts=parts)


def never_pays() -> Behaviour:
    """Does nothing, ever."""
    return Behaviour(lambda _case, _event: (), "never pays")


def pays_on_time(*, known_after: timedelta = NOTHING) -> Behaviour:
    """Pays each receivable on its due date, at 11:30.

    Args:
        known_after: how much later the creditor learns of it; a day, as with most boletos, or more.
    """
    return pays_after(0, known_after=known_after)


def pays_after(days: int, *, known_after: timedelta = NOTHING) -> Behaviour:
    """Pays each receivable so many civil days after its due date (before it, where negative), at 11:30.

    One that is issued later than that is paid at once.

    Args:
        days: civil days from the due date, not moved to a business day.
        known_after: how much later the creditor learns of it.
    """

    def react(case: Case, event: Event) -> Iterator[tuple[int, Act]]:
        if isinstance(event, InvoiceIssued):
            instant = case.clock(event.due.toordinal() + days, PAYS_AT)
            yield instant, _paying(event.receivable, known_after=known_after)

    return Behaviour(react, f"pays {days} days after the due date")


def pays_when_contacted(times: int = 1, *, after: timedelta = DAY, reminders: bool = False) -> Behaviour:
    """Pays a receivable some time after the n-th message about it has arrived.

    Args:
        times: which message it takes.
        after: from its arrival to the payment.
        reminders: whether messages count that ask for no overdue money.
    """

    def react(case: Case, event: Event) -> Iterator[tuple[int, Act]]:
        if not _arrived(case, event, reminders=reminders):
            return
        before = [each for each in case.events if _arrived(case, each, reminders=reminders)]
        if len([each for each in before if _about(each) == _about(event)]) == times:
            yield event.recorded_us + microseconds(after), _paying(_about(event))

    return Behaviour(react, f"pays after {times} messages")


def pays_in_parts(parts: int, every: timedelta = 7 * DAY) -> Behaviour:
    """Pays each receivable in equal parts, the first on its due date at 11:30; the last part pays the rest.

    Args:
        parts: how many payments.
        every: from one to the next.
    """

    def react(case: Case, event: Event) -> Iterator[tuple[int, Act]]:
        if not isinstance(event, InvoiceIssued):
            return
        first = case.clock(event.due.toordinal(), PAYS_AT)
        share = Money(event.amount.minor // parts, event.amount.currency)
        for place in range(parts):
            last = place == parts - 1
            yield first + place * microseconds(every), _paying(event.receivable, None if last else share)

    return Behaviour(react, f"pays in {parts} parts")


def promises_and_keeps(days: int, *, after: timedelta = timedelta(hours=1)) -> Behaviour:
    """Promises to pay when first dunned about a receivable, and pays on the day promised, at 11:30.

    Args:
        days: civil days from the promise to the day promised.
        after: from the arrival of the message to the promise.
    """
    return _promises(days, after, keeps=True)


def promises_and_breaks(days: int, *, after: timedelta = timedelta(hours=1)) -> Behaviour:
    """Promises to pay when first dunned about a receivable, and never pays.

    Args:
        days: as of `promises_and_keeps`.
        after: as of `promises_and_keeps`.
    """
    return _promises(days, after, keeps=False)


def disputes(
    *, resolved_after: timedelta | None = 10 * DAY, outcome: DisputeOutcome = "rejected", after: timedelta = DAY
) -> Behaviour:
    """Disputes a receivable when first dunned about it.

    Args:
        resolved_after: from the dispute to its end; None for one that stays open.
        outcome: how it ends: `upheld` (the debtor is right), `rejected` or `withdrawn`.
        after: from the arrival of the message to the dispute.
    """

    def react(case: Case, event: Event) -> Iterator[tuple[int, Act]]:
        if _is_first(case, event):
            yield event.recorded_us + microseconds(after), _disputing(_about(event))
        elif isinstance(event, DisputeOpened) and resolved_after is not None:
            dispute = event.dispute
            end = event.recorded_us + microseconds(resolved_after)
            yield end, lambda case: case.record(DisputeResolved, dispute=dispute, outcome=outcome)

    return Behaviour(react, "disputes")


def pays_and_reverses(after: timedelta = 5 * DAY, *, days: int = 0) -> Behaviour:
    """Pays each receivable, once, and takes the payment back some time later: a returned cheque, a chargeback.

    Args:
        after: from the payment to its reversal.
        days: civil days from the due date to the payment, at 11:30.
    """
    paying = pays_after(days)

    def react(case: Case, event: Event) -> Iterator[tuple[int, Act]]:
        yield from paying.react(case, event)
        if isinstance(event, PaymentSettled):
            payment = event.payment
            yield event.recorded_us + microseconds(after), lambda case: case.reverse(payment)

    return Behaviour(react, "pays and takes it back")


def mixed(*choices: tuple[float, Behaviour] | Behaviour) -> Behaviour:
    """One of several, chosen for each debtor by the simulation's seed.

    Args:
        choices: behaviours, each alone (weight 1) or after its weight, as in
            `mixed((0.7, pays_on_time()), (0.3, never_pays()))`.

    Raises:
        ValueError: there is none, or no weight above zero.
    """
    weighted = tuple((1.0, each) if isinstance(each, Behaviour) else each for each in choices)
    if not any(weight > 0 for weight, _ in weighted) or any(weight < 0 for weight, _ in weighted):
        message = "mixed() needs behaviours with weights of zero or more, one of them above"
        raise ValueError(message)
    return _Mixed(lambda _case, _event: (), "mixed", choices=weighted)


def together(*parts: Behaviour) -> Behaviour:
    """All of these at once: `together(disputes(), pays_after(40))`."""
    return _Together(_all_of(parts), " and ".join(part.name for part in parts), parts=tuple(parts))


def _all_of(parts: Sequence[Behaviour]) -> Reaction:
    return lambda case, event: [deed for part in parts for deed in part.react(case, event)]


def _promises(days: int, after: timedelta, *, keeps: bool) -> Behaviour:
    def react(case: Case, event: Event) -> Iterator[tuple[int, Act]]:
        if _is_first(case, event):
            yield event.recorded_us + microseconds(after), _promising(_about(event), days)
        elif isinstance(event, PromiseMade) and keeps:
            for receivable in event.receivables:
                yield case.clock(event.by, PAYS_AT), _paying(receivable)

    return Behaviour(react, f"promises and {'keeps' if keeps else 'breaks'}")


def _paying(receivable: str, amount: Money | None = None, *, known_after: timedelta = NOTHING) -> Act:
    def pay(case: Case) -> None:
        owed = case.balance(receivable)
        if owed.minor > 0:
            case.pay(owed if amount is None else min(amount, owed), receivable, known_after=known_after)

    return pay


def _promising(receivable: str, days: int) -> Act:
    def promise(case: Case) -> None:
        if case.balance(receivable).minor > 0:
            case.promise(days, receivables=[receivable])

    return promise


def _disputing(receivable: str) -> Act:
    def dispute(case: Case) -> None:
        if case.balance(receivable).minor > 0:
            case.dispute(receivable)

    return dispute


def _arrived(case: Case, event: Event, *, reminders: bool = False) -> bool:
    """Whether this is the arrival of a message about a receivable; where a channel cannot tell, it is the sending."""
    arrival = isinstance(event, ActionDelivered) or (isinstance(event, ActionSent) and not event.reports_delivery)
    return arrival and bool(_about(event)) and (reminders or _presses(case, event))


def _presses(case: Case, event: Event) -> bool:
    return isinstance(event, ActionDelivered | ActionSent) and case.presses(event)


def _is_first(case: Case, event: Event) -> bool:
    """Whether this is the first arrival about its receivable."""
    if not _arrived(case, event):
        return False
    return next(each for each in case.events if _arrived(case, each) and _about(each) == _about(event)) is event


def _about(event: Event) -> str:
    return getattr(event, "receivable", "")
