"""The outbox, by the facts and the plan: where each action has to stand (`regua.engine.outbox`)."""

from __future__ import annotations

from collections.abc import Iterator

from regua.core.account import Account, fold
from regua.core.planning import Schedule
from regua.engine.book import AccountBook
from regua.engine.outbox import changed
from regua.engine.verifying.values import Finding
from regua.engine.whole import Whole
from regua.errors import ReguaError
from regua.ports import OutboxAction


def misplaced(book: AccountBook, whole: Whole) -> Iterator[Finding]:
    """Actions that do not stand where they should, or whose row does not know their attempts; a wakeup too late."""
    numbers: dict[str, int] = {}
    for attempt in whole.attempts:
        for action in attempt.members:
            numbers[action] = max(attempt.number, numbers.get(action, 0))
    for row in whole.outbox:
        expected = numbers.pop(row.id, 0)
        if row.attempts != expected:
            yield _of(row.id, "attempts", f"{row.attempts}", f"{expected}")
    for action in numbers:
        yield _of(action, "row", "", "attempted")
    yield from _by_the_plan(book, whole)


def _by_the_plan(book: AccountBook, whole: Whole) -> Iterator[Finding]:
    account = fold(whole.events, Account(creditor=book.creditor, debtor=whole.debtor))
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
    latest = max((event.known_us for event in whole.events), default=0)
    if as_of < latest or any(row.state == "sending" for row in whole.outbox):
        return None
    try:
        return book.plan(account, as_of, closed=False)
    except ReguaError:
        return None


def _of(action: str, what: str, recorded: str, again: str) -> Finding:
    return Finding(about=f"action {action}", what=what, recorded=recorded, again=again)
