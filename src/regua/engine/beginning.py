"""From a claim to a durable intent: what is due leaves with its contact, by what is known now (design: delivery)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, Literal

from attrs import evolve, frozen

from regua.core.account import Account
from regua.core.dates import MICROSECONDS, microseconds
from regua.core.events import ActionAttempted
from regua.core.planning import Schedule
from regua.engine.book import AccountBook, Change, attempted_id
from regua.engine.errands import Errand, Errands, NotNow
from regua.engine.outbox import NOT_PLANNED
from regua.engine.pacing import Paces
from regua.engine.sending import Sending, sending_with
from regua.errors import VaultError
from regua.ports import Attempt, OutboxAction

STUCK_FOR: Final = 3600 * MICROSECONDS
"""How long an action waits that the configuration does not let out."""

CLOCKS_DIFFER: Final = 900 * MICROSECONDS
"""How far the clocks of hosts may be apart."""

CLOCK_WENT_BACK: Final = "clock-went-back"
"""The reason of an action that waits until the clock has come to what was done to its debtor."""

CONTACT_CHANGED: Final = "contact-changed"
"""The reason where a contact would list something else by the time when it may have left."""

NotBegun = Literal["retried", "suppressed", "stuck"]
"""Why nothing leaves; see `RunResult`."""


@frozen(kw_only=True)
class Begun:
    """An attempt whose intent is durable.

    Attributes:
        attempt: the evidence.
        errand: what is to be sent.
        facts: that an attempt at each of the actions began, the carrier's first.
    """

    attempt: Attempt
    errand: Errand
    facts: Sequence[ActionAttempted]


class Beginning:
    """Begins what is claimed of one creditor."""

    def __init__(self, book: AccountBook, errands: Errands, paces: Paces) -> None:
        self._book, self._errands, self._paces = book, errands, paces

    def begin(self, change: Change, row: OutboxAction) -> Begun | NotBegun | None:
        """Begin what was claimed, with the rest of its contact; None where another one of the contact did it."""
        current = change.state.row(row.id)
        if current is None or (current.state, current.epoch) != ("claimed", row.epoch):
            return "suppressed" if current is None or current.state in {"suppressed", "claimed"} else None
        if self._is_over(current):
            change.write([evolve(current, state="pending", owner="")], wakeup_us=change.state.wakeup_us)
            return "retried"
        schedule = change.plan()
        sending = sending_with(schedule, row.id)
        if sending is None:
            change.advance()
            return "suppressed"
        return self._begin(change, current, schedule, sending)

    def _is_over(self, claimed: OutboxAction) -> bool:
        """Whether the worker's lease ran out since the claim, so that others may have taken it for dead."""
        store = self._book.store
        return store.lease is not None and store.owner() != claimed.owner

    def _begin(self, change: Change, row: OutboxAction, schedule: Schedule, sending: Sending) -> Begun | NotBegun:
        later = _put_off_until(change, sending)
        if later is not None:
            return _put_off(change, sending, "retried", *later)
        latest = latest_of(change.state.account)
        if latest > change.now:
            self._warn("the clock went back behind what was done; nothing leaves until then", row)
            return _put_off(change, sending, "stuck", min(latest, change.now + STUCK_FOR), CLOCK_WENT_BACK)
        sending = _numbered(change, sending)
        try:
            kept = change.transaction.kept(row.debtor)
            errand = self._errands.prepare(
                sending, change.state.account, kept, now=change.now, take_number=change.transaction.take_number
            )
            check_lease(self._book, errand)
        except (NotNow, VaultError) as problem:
            self._warn("an action cannot be carried out", row)
            return _put_off(change, sending, "stuck", change.now + STUCK_FOR, str(problem))
        account, longest_us = change.state.account, errand.longest_us
        reason = not_due_later(self._book, account, schedule, sending, now=change.now, longest_us=longest_us)
        if reason:
            late = evolve(row, state="suppressed", reason=reason, owner="")
            change.write([late], wakeup_us=schedule.next_wakeup_us)
            return "retried"
        held = self._paces.of(errand.channel).admit(change.now)
        if held is not None:
            return _put_off(change, sending, "retried", *held)
        return begun(change, _taken(change, row, sending), sending, errand)

    def _warn(self, event: str, row: OutboxAction) -> None:
        self._book.log.warning(event, action=row.id, creditor=row.creditor, debtor=row.debtor)


def check_lease(book: AccountBook, errand: Errand) -> None:
    """See that who sends it still counts as alive when that is over.

    Half of the lease is left at least when it is begun. It may begin to leave as late as after its timeout, within a
    second where that is shorter, and take as long again.

    Raises:
        NotNow: the lease is too short.
    """
    lease, needed_us = book.store.lease, 4 * max(errand.longest_us, MICROSECONDS)
    if lease is not None and microseconds(lease) < needed_us:
        needed = timedelta(microseconds=needed_us).total_seconds()
        problem = (
            f"the store's lease is {lease.total_seconds():g} s, too short for {errand.channel!r}: make it {needed:g} s "
            "or longer, or send_timeout shorter"
        )
        raise NotNow(problem)


def not_due_later(
    book: AccountBook, account: Account, schedule: Schedule, sending: Sending, *, now: int, longest_us: int
) -> str:
    """Why something is no longer due when its sending may have ended, or ""; such as a window that closes.

    Facts of a clock that is a little ahead of ours, as a payment that a host has just recorded, count at once.

    Args:
        book: of the creditor.
        account: what is known.
        schedule: its plan as of now.
        sending: due by it.
        now: instant.
        longest_us: the longest that the sending takes.
    """
    ahead = [event.known_us for event in account.events if event.known_us > now]
    until = max([now + longest_us, *(instant for instant in ahead if instant <= now + CLOCKS_DIFFER)])
    if schedule.next_wakeup_us is None or until < schedule.next_wakeup_us:
        return ""
    later = book.plan(account, until)
    actions = {each.id: each for each in later.all}
    for action in sending.members:
        if action not in actions:
            return NOT_PLANNED
        if actions[action].status != "due":
            return actions[action].reason.code
    then = sending_with(later, sending.carrier.id)
    return "" if then is not None and then.receivables >= sending.receivables else CONTACT_CHANGED


def latest_of(account: Account) -> int:
    """When something was last done to a debtor; 0 where nothing was."""
    return max((each.at_us for known in account.facts.outcomes.values() for each in known), default=0)


def rows_of(change: Change, actions: Iterable[str]) -> list[OutboxAction]:
    """The rows that there are of some actions, in their order."""
    found = (change.state.row(action) for action in actions)
    return [row for row in found if row is not None]


def _put_off_until(change: Change, sending: Sending) -> tuple[int, str] | None:
    """Not before which instant it may leave, and why: what was put off puts off all that goes with it."""
    later = [row for row in rows_of(change, sending.members) if row.state == "pending" and row.due_us > change.now]
    last = max(later, key=lambda row: row.due_us, default=None)
    return None if last is None else (last.due_us, last.reason)


def _put_off(change: Change, sending: Sending, result: NotBegun, until: int, reason: str) -> NotBegun:
    change.advance(put_off=dict.fromkeys(sending.members, (until, reason)))
    return result


def _numbered(change: Change, sending: Sending) -> Sending:
    """With the number of its attempt. A provider has seen it before only where a person took an attempt back."""
    number = 1 + max(row.attempts for row in rows_of(change, sending.members))
    if number == 1:
        return sending
    carrier = sending.carrier
    seen = sum(
        (each.action, each.contact) == (carrier.id, carrier.contact) and each.outcome != "transient"
        for each in change.transaction.attempts(change.state.debtor)
    )
    return evolve(sending, attempt=number, seen=seen)


def begun(change: Change, rows: Sequence[OutboxAction], sending: Sending, errand: Errand) -> Begun:
    """Store the intent; the rows of all that leaves are in the hands of one worker."""
    number = sending.attempt
    attempt = Attempt(
        action=sending.carrier.id,
        creditor=change.book.creditor,
        debtor=change.state.debtor,
        number=number,
        epoch=max(each.epoch for each in rows),
        worker=rows[0].owner,
        contact=sending.carrier.contact,
        members=sending.members,
        channel=errand.channel,
        kind=sending.carrier.kind,
        key=errand.key,
        content_hash=errand.content_hash,
        version=change.state.version,
        intent_us=change.now,
        basis=str(change.book.basis(change.state, sending.carrier.zone, change.now)),
    )
    facts = [
        ActionAttempted.of(
            each,
            id=attempted_id(each.id, number),
            at=change.now,
            attempt=number,
            point=errand.point,
            content=errand.content_hash,
        )
        for each in sending.actions
    ]
    change.append([*errand.ordered, *facts])
    change.transaction.begin(attempt)
    under_way = [
        evolve(each, state="sending", epoch=attempt.epoch, attempts=number, contact=attempt.contact) for each in rows
    ]
    change.write(under_way, wakeup_us=change.state.wakeup_us)
    return Begun(attempt=attempt, errand=errand, facts=facts)


def _taken(change: Change, row: OutboxAction, sending: Sending) -> list[OutboxAction]:
    """The rows of all that leaves, in the hands of the worker that claimed one of them; other claims are over."""
    if len(sending.actions) == 1:
        return [row]
    change.advance()  # what has become due meanwhile enters the outbox
    others = [each for each in rows_of(change, sending.members) if each.id != row.id]
    taken = [evolve(each, state="claimed", owner=row.owner, epoch=each.epoch + 1) for each in others]
    change.write(taken, wakeup_us=change.state.wakeup_us)
    return rows_of(change, sending.members)
