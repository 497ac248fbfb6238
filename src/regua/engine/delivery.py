"""One contact from claim to receipt: begin, send, finish (design: delivery, States).

An action that is due takes the others of its contact with it. The intent is durable before anything leaves, together
with the facts that an attempt at each of them began; a payment recorded before that stops the message, and there is no
later check to miss. What a worker may no longer decide, because its claim is over, it cannot write: failures are fenced
by the epoch, receipts are facts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from attrs import evolve

from regua.core.events import ActionAttempted
from regua.engine.asking import Asking
from regua.engine.beginning import Beginning, Begun
from regua.engine.book import AccountBook, Change
from regua.engine.consequences import told
from regua.engine.errands import Errands
from regua.engine.outcomes import Answer, ask, backoff
from regua.errors import ReguaError
from regua.ports import Attempt, OutboxAction

MOST_ATTEMPTS: Final = 5
"""How often one channel is tried where nothing left; then it counts as refused."""

Result = Literal["sent", "retried", "suppressed", "failed", "unknown", "stuck"]
"""What came of one claimed action and what left with it; see `RunResult`."""


class Delivery:
    """Carries out claimed actions of one creditor, each with its contact."""

    def __init__(self, book: AccountBook, errands: Errands, asking: Asking) -> None:
        self._book, self._beginning, self._asking = book, Beginning(book, errands), asking
        self._unstored: deque[tuple[Begun, Answer]] = deque()

    def carry_out(self, row: OutboxAction) -> Result | None:
        """Carry out what this worker claimed, where it still is due; None where another one of its contact did it."""
        with self._book.change(row.debtor) as change:
            begun = self._beginning.begin(change, row)
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
            ours = begun.facts
            if answer.outcome != "accepted":
                ours = [fact for fact in ours if _is_ours(change, fact.action, attempt)]
            if not ours:
                return "unknown"  # fenced: somebody else has decided what became of it
            known, reports = change.state.known, errand.reports_delivery
            made = told(answer, attempt, ours, change.now, reports=reports, known=known)
            change.learn(attempt.members, change.state.new(made), put_off=_retry(attempt, answer, ours, change.now))
            self._asking.watch(change, attempt)
            result = _result(answer, change, attempt)
        if result in {"failed", "unknown"}:
            about = {"action": attempt.action, "creditor": attempt.creditor, "debtor": attempt.debtor}
            self._book.log.warning("an action did not go well; `regua replay` says why", state=result, **about)
        return result


def _is_ours(change: Change, action: str, attempt: Attempt) -> bool:
    """Whether nobody else has decided meanwhile what became of an action."""
    row = change.state.row(action)
    return row is not None and (row.state, row.epoch) == ("sending", attempt.epoch)


def _judged(change: Change, attempt: Attempt, answer: Answer) -> Answer:
    """An answer of "not now" counts as refused when the channel was tried often enough."""
    if answer.outcome != "transient":
        return answer
    tried = sum(
        attempt.action in each.members and each.channel == attempt.channel
        for each in change.transaction.attempts(attempt.debtor)
    )
    if tried < MOST_ATTEMPTS:
        return answer
    return evolve(answer, outcome="permanent", reason=f"given up after {tried} attempts: {answer.reason}")


def _retry(
    attempt: Attempt, answer: Answer, ours: Sequence[ActionAttempted], now: int
) -> Mapping[str, tuple[int, str]]:
    if answer.outcome != "transient":
        return {}
    until = now + backoff(attempt.action, attempt.number, answer.after)
    return {fact.action: (until, answer.reason) for fact in ours}


def _result(answer: Answer, change: Change, attempt: Attempt) -> Result:
    if answer.outcome == "accepted":
        return "sent"
    if answer.outcome == "unknown":
        return "unknown"
    rows = [row for row in change.state.outbox if row.id in attempt.members]
    return "failed" if any(row.state == "failed" for row in rows) else "retried"
