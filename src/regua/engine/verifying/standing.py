"""The outbox, by the facts and the plan: where each action has to stand (`regua.engine.outbox`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from regua.core.account import Account, fold
from regua.core.events import ActionOutcome
from regua.core.planning import Schedule
from regua.core.planning.blockers import BLOCKERS, NOTES
from regua.core.planning.past import past_of
from regua.core.policy import WRITTEN
from regua.engine.asking import Asking
from regua.engine.beginning import CONTACT_CHANGED
from regua.engine.book import AccountBook
from regua.engine.outbox import NOT_PLANNED, changed
from regua.engine.verifying.values import Finding
from regua.engine.whole import Whole
from regua.errors import ReguaError
from regua.ports import Attempt, OutboxAction

Pair = tuple[str, str, str]
"""What of something, as it is recorded, and as it comes out now."""

_NOBODY_KNOWS: Final = frozenset({"unknown", "attempted"})
_REASONS: Final[Mapping[str, Collection[str]]] = {
    "sent": {""},
    "failed": {"failed"},
    "suppressed": {*NOTES, *(blocker.code for blocker in BLOCKERS), NOT_PLANNED, CONTACT_CHANGED},
}


def misplaced(book: AccountBook, asking: Asking, whole: Whole) -> Iterator[Finding]:
    """Actions that do not stand where they should, or whose row does not fit their attempts; a wakeup too late."""
    account = fold(whole.events, Account(creditor=book.creditor, debtor=whole.debtor))
    attempts: dict[str, list[Attempt]] = {}
    for attempt in whole.attempts:
        for action in attempt.members:
            attempts.setdefault(action, []).append(attempt)
    is_now = book.now() >= _latest(whole)
    for row in whole.outbox:
        own = sorted(attempts.pop(row.id, []), key=lambda each: each.number)
        for what, recorded, again in _held_against(row, own):
            if recorded != again:
                yield _of(row.id, what, recorded, again)
        outcomes = account.facts.outcomes.get(row.id, [])
        yield from _asked(asking, row, own[-1:], outcomes, book.now()) if is_now else ()
    for action in attempts:
        yield _of(action, "row", "", "attempted")
    yield from _by_the_plan(book, whole, account)


def _held_against(row: OutboxAction, own: Sequence[Attempt]) -> Iterator[Pair]:
    """A row and the attempts at its action, which are in the order of their numbers."""
    last = own[-1] if own else None
    yield "attempts", f"{row.attempts}", f"{last.number if last else 0}"
    yield "contact", row.contact, last.contact if last else ""
    yield from _in_whose_hands(row, [each.epoch for each in own], last)
    known = _reasons(row, last)
    if known is not None:
        yield "reason", row.reason, row.reason if row.reason in known else "another"


def _in_whose_hands(row: OutboxAction, epochs: Sequence[int], last: Attempt | None) -> Iterator[Pair]:
    """Each claim has a new epoch, and an owner only for as long as it lasts, or its call runs."""
    told = ", ".join(map(str, epochs))
    yield "epochs of attempts", told, told if all(a < b for a, b in pairwise([0, *epochs])) else "rising"
    lowest = epochs[-1] if epochs else 0
    yield "epoch", f"{row.epoch}", f"{lowest if row.state == 'sending' else max(row.epoch, lowest)}"
    if row.owner and row.state != "claimed":
        is_at_it = last is not None and row.state in {"sending", "unknown"}
        yield "owner", row.owner, last.worker if last is not None and is_at_it else ""


def _reasons(row: OutboxAction, last: Attempt | None) -> Collection[str] | None:
    """The reasons that there are for where it stands; None where anything may be said.

    Of what is asked for, the last word that nobody understood stands there.
    """
    if row.state == "unknown":
        return _NOBODY_KNOWS if row.ask_us is None else None
    if row.state == "sent" and last is not None and last.kind not in WRITTEN:
        return None
    return _REASONS.get(row.state)


def _asked(
    asking: Asking, row: OutboxAction, last: Sequence[Attempt], outcomes: Sequence[ActionOutcome], now: int
) -> Iterator[Finding]:
    """An action that is open, and after which nobody would look in time; or one that nobody has to look after."""
    if not last:
        if row.ask_us is not None:
            yield _of(row.id, "time of asking", f"{row.ask_us}", "")
        return
    (attempt,) = last
    latest = now + asking.longest_us(attempt)
    said = {each.id for each in outcomes}
    is_open = f"{row.id}/{attempt.number}/{row.state}" in said and past_of(outcomes).code not in {"delivered", "read"}
    if row.ask_us is None and is_open and asking.is_asked(row, attempt):
        yield _of(row.id, "time of asking", "", f"{now}")
    elif row.ask_us is not None and row.ask_us > latest:
        yield _of(row.id, "time of asking", f"{row.ask_us}", f"{latest}")


def _latest(whole: Whole) -> int:
    """When the last fact was known: a clock that went back behind it says nothing of what is late."""
    return max((event.known_us for event in whole.events), default=0)


def _by_the_plan(book: AccountBook, whole: Whole, account: Account) -> Iterator[Finding]:
    schedule = _followed(book, whole, account)
    if schedule is None:
        return
    wakeup, due = whole.record.wakeup_us, schedule.next_wakeup_us
    if due is not None and (wakeup is None or wakeup > due):  # nobody would look at the debtor in time
        yield Finding(about="account", what="wakeup", recorded="" if wakeup is None else f"{wakeup}", again=f"{due}")
    stored = {row.id: row for row in whole.outbox}
    for row in changed(schedule, account.facts.outcomes, whole.outbox, kinds=book.kinds):
        before = stored.get(row.id)
        if before is None:
            yield _of(row.id, "state", "", row.state)
        elif before.state != row.state and not _may_wait(before, row, schedule.as_of_us):
            yield _of(row.id, "state", before.state, row.state)


def _may_wait(stored: OutboxAction, planned: OutboxAction, as_of: int) -> bool:
    """Whether a row need not follow the plan yet: put off until the next wakeup, or of a clock that went back.

    What waited for another channel of its step, and is not due any more, stays suppressed though one has failed.
    """
    is_put_off = stored.state == "suppressed" and planned.state in {"pending", "failed"}
    return is_put_off or (planned.state == "suppressed" and stored.due_us > as_of)


def _followed(book: AccountBook, whole: Whole, account: Account) -> Schedule | None:
    """The plan that the outbox follows: it holds from the last fact to the next wakeup.

    None while something is under way, and where the debtor is to be planned again anyway.
    """
    now, wakeup = book.now(), whole.record.wakeup_us
    as_of = now if wakeup is None else min(now, wakeup - 1)
    if as_of < _latest(whole) or any(row.state == "sending" for row in whole.outbox):
        return None
    try:
        return book.plan(account, as_of, closed=False)
    except ReguaError:
        return None


def _of(action: str, what: str, recorded: str, again: str) -> Finding:
    return Finding(about=f"action {action}", what=what, recorded=recorded, again=again)
