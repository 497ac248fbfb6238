"""Sending once more what may have left, under the same key: of channels that recognise it (design: delivery, unknown).

It is decided as at the first time, by what is known now, as if the attempt had never been made: what has been paid,
disputed or held since is not sent again, and nothing outside its window. The provider would refuse another text under
the key, or send it besides, so the text must be the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from regua.core.account import Account
from regua.core.planning import Schedule
from regua.core.policy import WRITTEN
from regua.engine.beginning import STUCK_FOR, Begun, begun, check_lease, latest_of, not_due_later, rows_of
from regua.engine.book import AccountBook, Change
from regua.engine.doubts import remembered_until, tries, without_doubts
from regua.engine.errands import Errands, NotNow
from regua.engine.pacing import Paces
from regua.engine.sending import Sending, sending_with
from regua.errors import VaultError
from regua.ports import Attempt, Capabilities, OutboxAction

Later = int | None
"""When it is looked again whether something may be sent once more; None for never."""


class Repeating:
    """Begins once more what may have left, of one creditor."""

    def __init__(self, book: AccountBook, errands: Errands, paces: Paces) -> None:
        self._book, self._errands, self._paces = book, errands, paces

    def begin(self, change: Change, attempt: Attempt, can: Capabilities) -> Begun | Later:
        """Begin it, or say when to look again.

        Args:
            change: of the debtor.
            attempt: the last one.
            can: what its channel or executor declares.
        """
        rows, past = rows_of(change, attempt.members), change.transaction.attempts(attempt.debtor)
        until = _remembered_until(attempt, past, can)
        is_over = change.now >= until or tries(past, attempt) >= self._paces.of(attempt.channel).pacing.attempts
        if is_over or [row.state for row in rows] != ["unknown"] * len(attempt.members):
            return None
        latest = latest_of(change.state.account)
        if latest > change.now:
            return _before(until, latest)
        account = without_doubts(change.state.account, attempt.members)
        schedule = self._book.plan(account, change.now, closed=False)
        sending = _same(sending_with(schedule, attempt.action), attempt)
        if sending is None:
            # where time alone does not make it due, a fact may, such as one that is taken back
            return _before(until, schedule.next_wakeup_us) or _before(until, change.now + STUCK_FOR)
        number = 1 + max(row.attempts for row in rows)
        sending = evolve(sending, attempt=number, key=attempt.key)
        return self._begin(change, sending, attempt, account=account, schedule=schedule, until=until)

    def _begin(
        self,
        change: Change,
        sending: Sending,
        attempt: Attempt,
        *,
        account: Account,
        schedule: Schedule,
        until: int,
    ) -> Begun | Later:
        try:
            kept, take_number = change.transaction.kept(attempt.debtor), change.transaction.take_number
            errand = self._errands.prepare(sending, account, kept, now=change.now, take_number=take_number)
            check_lease(self._book, errand)
        except (NotNow, VaultError):
            return _before(until, change.now + STUCK_FOR)
        if errand.content_hash != attempt.content_hash:
            return None
        longest_us = errand.longest_us
        if not_due_later(self._book, account, schedule, sending, now=change.now, longest_us=longest_us):
            return _before(until, schedule.next_wakeup_us)
        held = self._paces.of(errand.channel).admit(change.now)
        if held is not None:
            return _before(until, held[0])
        return begun(change, self._taken(change, sending), sending, errand)

    def _taken(self, change: Change, sending: Sending) -> list[OutboxAction]:
        """The rows, due once more and claimed in one go."""
        rows, owner = rows_of(change, sending.members), self._book.store.owner()
        change.write([evolve(row, state="pending", ask_us=None) for row in rows], wakeup_us=change.state.wakeup_us)
        epoch = 1 + max(row.epoch for row in rows)
        taken = [evolve(row, state="claimed", ask_us=None, owner=owner, epoch=epoch) for row in rows]
        change.write(taken, wakeup_us=change.state.wakeup_us)
        return taken


def _remembered_until(attempt: Attempt, past: Sequence[Attempt], can: Capabilities) -> int:
    first = min(each.intent_us for each in past if (each.channel, each.key) == (attempt.channel, attempt.key))
    return remembered_until(can, first)


def _same(sending: Sending | None, attempt: Attempt) -> Sending | None:
    """What is due, where it is what was attempted: the same contact with the same actions, by the same channel."""
    if sending is None or (sending.carrier.id, set(sending.members)) != (attempt.action, {*attempt.members}):
        return None
    if sending.carrier.contact != attempt.contact:
        return None
    is_message = sending.contact is not None and attempt.kind in WRITTEN
    return sending if not is_message or sending.carrier.channel == attempt.channel else None


def _before(until: int, later: int | None) -> Later:
    return later if later is not None and later < until else None
