"""What nobody knows the outcome of: what will be done about it by itself, and what a person knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal

from attrs import frozen

from regua.core.dates import public_instant
from regua.core.events import ActionOutcome, ActionSent, ActionUnknown, Event
from regua.core.events.base import LONGEST_NAME, is_name
from regua.engine.asking import Asking
from regua.engine.book import AccountBook, Change
from regua.engine.doubts import doubts
from regua.engine.hiding import HIDDEN, hidden
from regua.engine.outcomes import outcome_of, retraction
from regua.errors import EventError
from regua.ports import Attempt, OutboxAction

if TYPE_CHECKING:
    import pendulum

Next = Literal["resend", "ask", "receipt-or-person"]
"""What will happen by itself: it is sent once more under the same key; its provider is asked; nothing."""

_BY_ITSELF: Final = "receipt-or-person"
_WITHOUT_REASON: Final = "the channel does not know, and gave no reason"


@frozen(kw_only=True)
class UnknownAction:
    """An action of which nobody knows whether it was carried out. No personal data.

    Attributes:
        action: its id.
        debtor: who owes.
        receivable: id of the receivable, or "".
        step: id of its step.
        channel: by which channel or executor.
        contact: id of the contact that carried it, or "".
        attempt: number of the last attempt.
        key: the provider's key of it, or "" where the host attempted it by itself.
        reference: the provider's own id, or "".
        since_us: when that attempt began, in microseconds since 1970 UTC.
        why: why nobody knows.
        next: what will happen by itself.
        next_us: when, or None.
    """

    action: str
    debtor: str
    receivable: str
    step: str
    channel: str
    contact: str
    attempt: int
    key: str
    reference: str
    since_us: int
    why: str
    next: Next
    next_us: int | None

    @property
    def since(self) -> pendulum.DateTime:
        """When that attempt began, in UTC."""
        return public_instant(self.since_us)

    @property
    def next_at(self) -> pendulum.DateTime | None:
        """When something will happen by itself, in UTC, or None."""
        return None if self.next_us is None else public_instant(self.next_us)


class Unknowns:
    """Those of one creditor.

    Args:
        book: of the creditor.
        asking: knows what is done by itself.
    """

    def __init__(self, book: AccountBook, asking: Asking) -> None:
        self._book, self.asking = book, asking

    def all(self) -> Iterator[UnknownAction]:
        """All of them, the earliest due first."""
        store = self._book.store
        for row in store.unknowns(self._book.creditor):
            evidence = store.attempts(row.creditor, row.debtor)
            told = [*doubts(self._book.read(row.debtor).account.facts.outcomes, [row.id])]
            if told:  # else somebody has learnt meanwhile what became of it
                yield self._described(row, _last(evidence, row.id), told)

    def _described(self, row: OutboxAction, attempt: Attempt | None, told: Sequence[ActionOutcome]) -> UnknownAction:
        last = max(told, key=lambda each: each.attempt)
        why = [each.reason or _WITHOUT_REASON for each in told if isinstance(each, ActionUnknown)]
        next_: Next = _BY_ITSELF
        if row.ask_us is not None and attempt is not None:
            next_ = "resend" if self.asking.is_repeated(attempt) else "ask"
        return UnknownAction(
            action=row.id,
            debtor=row.debtor,
            receivable=last.receivable,
            step=last.step,
            channel=last.channel if attempt is None else attempt.channel,
            contact=last.contact,
            attempt=last.attempt,
            key="" if attempt is None else attempt.key,
            reference="" if attempt is None else attempt.reference,
            since_us=min(each.at_us for each in told if each.attempt == last.attempt),
            why=why[-1] if why else "attempted by somebody else, who has not said what became of it",
            next=next_,
            next_us=row.ask_us if next_ != _BY_ITSELF else None,
        )

    def resolve(self, action: str, *, sent: bool, by: str, reason: str) -> tuple[Event, ...]:
        """Record what a person knows of an action, and of all that left with it; see `Creditor.resolve`."""
        for what, value in (("by", by), ("reason", reason)):
            if not is_name(value):
                message = f"{what}= is not one line of 1 to {LONGEST_NAME} characters; say who knows it, and how"
                raise EventError(message)
        row = self._book.store.find_action(self._book.creditor, action)
        if row is None:
            raise EventError(f"creditor {self._book.creditor!r} has no action {action!r} that ever was due")
        with self._book.change(row.debtor) as change:
            current = change.state.row(action)
            if current is None or current.state != "unknown":
                state = row.state if current is None else current.state
                raise EventError(f"action {action!r} is {state}, not unknown; there is nothing to resolve")
            self._resolve(change, current, sent=sent, by=by, reason=hidden(reason, change.personal) or HIDDEN)
        about = {"action": row.id, "creditor": row.creditor, "debtor": row.debtor}
        self._book.log.info("a person said what became of an action", state="sent" if sent else "not-sent", **about)
        return tuple(change.recorded)

    def _resolve(self, change: Change, row: OutboxAction, *, sent: bool, by: str, reason: str) -> None:
        attempt = _last(change.transaction.attempts(row.debtor), row.id)
        members = (row.id,) if attempt is None else attempt.members
        open_ones = [each for each in members if (found := change.state.row(each)) and found.state == "unknown"]
        told = [*doubts(change.state.account.facts.outcomes, open_ones)]
        events: list[Event]
        if sent:
            reports = attempt is not None and self.asking.capabilities_of(attempt).reports_delivery
            said = {"reports_delivery": reports, "by": by, "reason": reason}
            events = [outcome_of(ActionSent, fact, fact.at_us, change.now, **said) for fact in _one_each(told)]
        else:
            events = [retraction(fact, change.now, reason, by=by) for fact in told]
        change.learn(members, change.state.new(events))
        if attempt is not None:
            self.asking.watch(change, attempt)


def _last(evidence: Sequence[Attempt], action: str) -> Attempt | None:
    return next((each for each in reversed(evidence) if action in each.members), None)


def _one_each(told: Sequence[ActionOutcome]) -> list[ActionOutcome]:
    """The last attempt at each action."""
    last = {each.action: each.attempt for each in sorted(told, key=lambda each: each.attempt)}
    found = {each.action: each for each in told if each.attempt == last[each.action]}
    return [*found.values()]
