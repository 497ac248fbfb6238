"""What was done to a debtor, and whether it would be decided again: each attempt planned from what was known then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from attrs import frozen

from regua.core.account import Account, fold
from regua.core.events import ActionAttempted, Event
from regua.core.planning import Action, Schedule
from regua.core.policy import WRITTEN
from regua.engine.book import AccountBook, attempted_id
from regua.engine.doubts import without_doubts
from regua.engine.sending import sending_with
from regua.errors import ReguaError
from regua.ports import Attempt, OutboxAction

DECIDED: Final = ("step", "receivable", "occurrence", "channel", "tone", "contact")
"""What is compared between the action that was attempted and the one that is planned again."""


@frozen(kw_only=True)
class Difference:
    """One thing that would be decided otherwise.

    Attributes:
        what: `status`, `members` of the contact, or what of the action.
        recorded: what was decided.
        again: what is decided now, from the same facts.
    """

    what: str
    recorded: str
    again: str

    def __str__(self) -> str:
        return f"{self.what} {self.recorded or 'none'}, computed again {self.again or 'none'}"


@frozen(kw_only=True)
class ReplayedAttempt:
    """An attempt, and its decision computed again.

    Attributes:
        attempt: the evidence.
        fact: that it began, or None where the log has no such fact.
        differences: in what the two decisions differ; empty where they agree.
    """

    attempt: Attempt
    fact: ActionAttempted | None
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether the same would be decided again."""
        return not self.differences


@frozen(kw_only=True)
class History:
    """Everything that is recorded of one debtor. No personal data: events hold references.

    Attributes:
        creditor: who is owed.
        debtor: who owes.
        events: in the order of recording; the first made version 1 of the account.
        attempts: in the order of their intents.
        outbox: where the actions that ever were due stand.
    """

    creditor: str
    debtor: str
    events: Sequence[Event]
    attempts: Sequence[ReplayedAttempt]
    outbox: Sequence[OutboxAction]


def history(book: AccountBook, debtor: str) -> History:
    """Read everything that is recorded of a debtor, and replay each attempt."""
    attempts = book.store.attempts(book.creditor, debtor)  # before the events, so that no attempt knows more of them
    record = book.store.load(book.creditor, debtor)
    return History(
        creditor=book.creditor,
        debtor=debtor,
        events=record.events,
        attempts=tuple(replay(book, record.events, attempt) for attempt in attempts),
        outbox=record.outbox,
    )


def replay(book: AccountBook, events: Sequence[Event], attempt: Attempt) -> ReplayedAttempt:
    """Decide one attempt again, as of its intent.

    Args:
        book: of the creditor.
        events: all of the debtor's, in the order of recording.
        attempt: the evidence; its version says how many of the events were known.
    """
    began = attempted_id(attempt.action, attempt.number)
    fact = next((event for event in events if event.id == began), None)
    found = fact if isinstance(fact, ActionAttempted) else None
    _, differences = decided_again(book.plan, events, attempt, found)
    return ReplayedAttempt(attempt=attempt, fact=found, differences=differences)


def decided_again(
    plan: Callable[[Account, int], Schedule],
    events: Sequence[Event],
    attempt: Attempt,
    fact: ActionAttempted | None,
) -> tuple[Schedule | None, tuple[Difference, ...]]:
    """Plan as of an attempt, from what was known then.

    What was sent once more was decided as if the attempts of which nobody knows had never been made.

    Args:
        plan: makes the schedule of an account as of an instant.
        events: as of `replay`.
        attempt: likewise.
        fact: that it began, or None.

    Returns:
        The schedule, None where there can be none, and in what it differs from what was done.
    """
    known = fold(events[: attempt.version], Account(creditor=attempt.creditor, debtor=attempt.debtor))
    known = without_doubts(known, attempt.members)
    try:
        schedule = plan(known, attempt.intent_us)
    except ReguaError as error:
        return None, (Difference(what="status", recorded="due", again=str(error)),)
    return schedule, tuple(_differences(schedule, attempt, fact))


def _differences(schedule: Schedule, attempt: Attempt, fact: ActionAttempted | None) -> Iterator[Difference]:
    action = next((each for each in schedule.all if each.id == attempt.action), None)
    if action is None:
        yield Difference(what="status", recorded="due", again="not planned")
        return
    if action.status != "due":
        yield Difference(what="status", recorded="due", again=f"{action.status}: {action.reason.code}")
    if fact is None:
        yield Difference(what="fact", recorded="no action.attempted", again=action.step)
        return
    yield from differing(fact, action, attempt.channel)
    sending = sending_with(schedule, action.id)
    if sending is not None and sending.members != attempt.members:
        yield Difference(what="members", recorded=", ".join(attempt.members), again=", ".join(sending.members))


def differing(fact: ActionAttempted, action: Action, channel: str) -> Iterator[Difference]:
    """In what an action that was attempted and the one that is planned again differ.

    Args:
        fact: that it began.
        action: planned again.
        channel: by which it went, by the evidence; of what is no message that is the executor.
    """
    for what in DECIDED:
        is_evident = what == "channel" and action.kind in WRITTEN
        recorded, again = channel if is_evident else _word(fact, what), _word(action, what)
        if recorded != again:
            yield Difference(what=what, recorded=recorded, again=again)


def _word(of: Action | ActionAttempted, what: str) -> str:
    value = getattr(of, what)
    return "" if value is None else str(getattr(value, "word", value))
