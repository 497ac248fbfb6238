"""What a dead worker held (design: delivery, recover). Dead is proved, not timed out: a paused worker is not dead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from attrs import evolve

from regua.engine.asking import Asking
from regua.engine.book import AccountBook, Change
from regua.engine.outcomes import Answer, facts
from regua.engine.sparing import Sparing
from regua.ports import OutboxAction

WORKER_DIED: Final = Answer(outcome="unknown", reason="the worker ended while it was sending")


def recover(book: AccountBook, asking: Asking, sparing: Sparing) -> Iterator[Literal["stuck"]]:
    """Take back what dead workers of one creditor held.

    What was only claimed is pending again. What may have left is unknown; what is done about it by itself, its channel
    or executor declares.

    Yields:
        One for each action that cannot be taken back.
    """
    alive: dict[str, bool] = {}
    for row in book.store.held(book.creditor):
        if row.owner not in alive:
            alive[row.owner] = book.store.is_alive(row.owner)
        if alive[row.owner] or sparing.rests(row.id):
            continue
        try:
            _take_back(book, row, asking)
        except Exception as error:  # noqa: BLE001 - of this debtor; the others go on
            about = {"action": row.id, "debtor": row.debtor}
            sparing.tell(error, "what a dead worker held cannot be taken back", **about)
            sparing.rest(row.id, error)
            yield "stuck"


def _take_back(book: AccountBook, held: OutboxAction, asking: Asking) -> None:
    with book.change(held.debtor) as change:
        row = change.state.row(held.id)
        if row is None or (row.state, row.epoch) != (held.state, held.epoch):
            return
        book.log.warning("a worker ended while it held an action", action=row.id, owner=row.owner, state=row.state)
        if row.state == "claimed":
            change.write([evolve(row, state="pending", owner="")], wakeup_us=change.state.wakeup_us)
        else:
            _unknown(change, row, asking)


def _unknown(change: Change, row: OutboxAction, asking: Asking) -> None:
    """Nobody knows what became of an action and of what left with it."""
    attempts = change.transaction.attempts(row.debtor)
    attempt = next(each for each in reversed(attempts) if row.id in each.members and each.epoch == row.epoch)
    change.transaction.finish(WORKER_DIED.on(attempt, change.now))
    sending = {each.id for each in change.state.outbox if (each.state, each.epoch) == ("sending", attempt.epoch)}
    left = [fact for fact in change.state.attempted(attempt) if fact.action in sending]
    change.learn(attempt.members, change.state.new(facts(WORKER_DIED, left, change.now)))
    asking.watch(change, attempt)
