"""One action from claim to receipt: begin, send, finish (design: delivery, States).

The intent is durable before anything leaves, together with the fact that an attempt began; a payment recorded before
that stops the message, and there is no later check to miss. What a worker may no longer decide, because its claim is
over, it cannot write: failures are fenced by the epoch, receipts are facts.
"""

from __future__ import annotations

from collections import deque
from hashlib import sha256
from typing import Final, Literal

from attrs import evolve, frozen

from regua.core.account import Account
from regua.core.dates import MICROSECONDS
from regua.core.events import ActionAttempted
from regua.core.planning import Action, Schedule
from regua.engine.book import AccountBook, Change, attempted_id
from regua.engine.errands import Errand, Errands, NotNow
from regua.engine.outbox import NOT_PLANNED
from regua.engine.outcomes import Answer, ask, backoff, facts
from regua.errors import ReguaError
from regua.ports import Attempt, OutboxAction

MOST_ATTEMPTS: Final = 5
"""How often one channel is tried where nothing left; then it counts as refused."""
STUCK_FOR: Final = 3600 * MICROSECONDS
"""How long an action waits that the configuration does not let out."""

CLOCKS_DIFFER: Final = 900 * MICROSECONDS
"""How far the clocks of hosts may be apart."""

CLOCK_WENT_BACK: Final = "clock-went-back"
"""The reason of an action that waits until the clock has come to what was done to its debtor."""

Result = Literal["sent", "retried", "suppressed", "failed", "unknown", "stuck"]
"""What came of one claimed action; see `RunResult`."""


@frozen(kw_only=True)
class Begun:
    """An attempt whose intent is durable.

    Attributes:
        attempt: the evidence.
        errand: what is to be sent.
        fact: that the attempt began.
    """

    attempt: Attempt
    errand: Errand
    fact: ActionAttempted


class Delivery:
    """Carries out claimed actions of one creditor."""

    def __init__(self, book: AccountBook, errands: Errands) -> None:
        self._book, self._errands = book, errands
        self._unstored: deque[tuple[Begun, Answer]] = deque()

    def carry_out(self, row: OutboxAction) -> Result:
        """Carry out one action that this worker claimed, where it still is due."""
        with self._book.change(row.debtor) as change:
            begun = self._begin(change, row)
        if not isinstance(begun, Begun):
            return begun
        about = {"action": row.id, "channel": begun.attempt.channel, "creditor": row.creditor}
        try:
            answer = ask(begun.errand.call, self._book.log, **about).without(begun.errand.personal)
        except BaseException:  # Ctrl-C or an exit while it was being sent: nobody knows
            self._ended(begun, Answer(outcome="unknown", reason="interrupted"))
            raise
        return self._ended(begun, answer)

    def end_rest(self) -> None:
        """Store what came of attempts where the store could not take it before, as while a disk was full."""
        for _ in range(len(self._unstored)):
            try:
                begun, answer = self._unstored.popleft()
            except IndexError:  # another thread has taken it
                return
            try:
                self._ended(begun, answer)
            except ReguaError as error:
                about = {"action": begun.attempt.action, "creditor": begun.attempt.creditor}
                self._book.log.error("what came of an attempt is refused", error=type(error).__name__, **about)  # noqa: TRY400 - no text

    # begin

    def _begin(self, change: Change, row: OutboxAction) -> Begun | Result:
        current = change.state.row(row.id)
        if current is None or (current.state, current.epoch) != ("claimed", row.epoch):
            return "suppressed"
        schedule = change.plan()
        action = _due(schedule, row.id)
        if action is None:
            change.advance()
            return "suppressed"
        latest = _latest(change.state.account)
        if latest > change.now:
            about = {"action": row.id, "creditor": row.creditor, "debtor": row.debtor}
            self._book.log.warning("the clock went back behind what was done; nothing leaves until then", **about)
            change.advance(put_off={row.id: (min(latest, change.now + STUCK_FOR), CLOCK_WENT_BACK)})
            return "stuck"
        try:
            kept = change.transaction.kept(row.debtor)
            number = current.attempts + 1
            errand = self._errands.prepare(action, change.state.account, kept, attempt=number, now=change.now)
        except NotNow as problem:
            about = {"action": row.id, "creditor": row.creditor, "debtor": row.debtor}
            self._book.log.warning("an action cannot be carried out", **about)
            change.advance(put_off={row.id: (change.now + STUCK_FOR, str(problem))})
            return "stuck"
        reason = self._not_due_later(change, schedule, row.id, change.now + errand.longest_us)
        if reason:
            late = evolve(current, state="suppressed", reason=reason, owner="")
            change.write([late], wakeup_us=schedule.next_wakeup_us)
            return "retried"
        return self._started(change, current, action, errand)

    def _not_due_later(self, change: Change, schedule: Schedule, action: str, until: int) -> str:
        """Why an action is no longer due when its sending may have ended, or ""; such as a window that closes.

        Facts of a clock that is a little ahead of ours, as a payment that a host has just recorded, count at once.
        """
        ahead = [event.known_us for event in change.state.account.events if event.known_us > change.now]
        until = max([until, *(instant for instant in ahead if instant <= change.now + CLOCKS_DIFFER)])
        if schedule.next_wakeup_us is None or until < schedule.next_wakeup_us:
            return ""
        later = next((each for each in self._book.plan(change.state.account, until).all if each.id == action), None)
        if later is None:
            return NOT_PLANNED
        return "" if later.status == "due" else later.reason.code

    def _started(self, change: Change, row: OutboxAction, action: Action, errand: Errand) -> Begun:
        number = row.attempts + 1
        began = attempted_id(action.id, number)
        fact = ActionAttempted.of(action, id=began, at=change.now, attempt=number, point=errand.point)
        attempt = Attempt(
            action=action.id,
            creditor=row.creditor,
            debtor=row.debtor,
            number=number,
            epoch=row.epoch,
            worker=row.owner,
            contact=errand.contact,
            members=(action.id,),
            channel=errand.channel,
            key=errand.key,
            content_hash=sha256(errand.content).hexdigest(),
            version=change.state.version,
            intent_us=change.now,
        )
        change.append([fact])
        change.transaction.begin(attempt)
        sending = evolve(row, state="sending", attempts=number, contact=errand.contact)
        change.write([sending], wakeup_us=change.state.wakeup_us)
        return Begun(attempt=attempt, errand=errand, fact=fact)

    # finish

    def _ended(self, begun: Begun, answer: Answer) -> Result:
        try:
            return self._finish(begun, answer)
        except BaseException:  # this process lives on, and it alone knows what came of it
            self._unstored.append((begun, answer))
            raise

    def _finish(self, begun: Begun, answer: Answer) -> Result:
        attempt, errand = begun.attempt, begun.errand
        with self._book.change(attempt.debtor) as change:
            answer = _judged(change, attempt, answer)
            change.transaction.finish(answer.on(attempt, change.now))
            row = change.state.row(attempt.action)
            if answer.outcome != "accepted" and (row is None or (row.state, row.epoch) != ("sending", attempt.epoch)):
                return "unknown"  # fenced: somebody else has decided what became of it
            made = facts(answer, begun.fact, change.now, point=errand.point, reports=errand.reports_delivery)
            change.learn(attempt.action, change.state.new(made), put_off=_retry(attempt, answer, change.now))
            row = change.state.row(attempt.action)
        result = _result(answer, row)
        if result in {"failed", "unknown"}:
            about = {"action": attempt.action, "creditor": attempt.creditor, "debtor": attempt.debtor}
            self._book.log.warning("an action did not go well; `regua replay` says why", state=result, **about)
        return result


def _judged(change: Change, attempt: Attempt, answer: Answer) -> Answer:
    """An answer of "not now" counts as refused when the channel was tried often enough."""
    if answer.outcome != "transient":
        return answer
    tried = sum(
        (each.action, each.channel) == (attempt.action, attempt.channel)
        for each in change.transaction.attempts(attempt.debtor)
    )
    if tried < MOST_ATTEMPTS:
        return answer
    return evolve(answer, outcome="permanent", reason=f"given up after {tried} attempts: {answer.reason}")


def _due(schedule: Schedule, action: str) -> Action | None:
    return next((each for each in schedule.due if each.id == action), None)


def _latest(account: Account) -> int:
    """When something was last done to a debtor; 0 where nothing was."""
    return max((each.at_us for known in account.facts.outcomes.values() for each in known), default=0)


def _retry(attempt: Attempt, answer: Answer, now: int) -> dict[str, tuple[int, str]]:
    if answer.outcome != "transient":
        return {}
    return {attempt.action: (now + backoff(attempt.action, attempt.number, answer.after), answer.reason)}


def _result(answer: Answer, row: OutboxAction | None) -> Result:
    if answer.outcome == "accepted":
        return "sent"
    if answer.outcome == "unknown":
        return "unknown"
    return "failed" if row is not None and row.state == "failed" else "retried"
