"""One contact from claim to receipt: begin, send, finish (design: delivery, States).

An action that is due takes the others of its contact with it. The intent is durable before anything leaves, together
with the facts that an attempt at each of them began; a payment recorded before that stops the message, and there is no
later check to miss. What a worker may no longer decide, because its claim is over, it cannot write: failures are fenced
by the epoch, receipts are facts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import Final, Literal

from attrs import evolve, field, frozen

from regua.core.dates import MICROSECONDS
from regua.engine.asking import Asking
from regua.engine.beginning import STUCK_FOR, Beginning, Begun
from regua.engine.book import AccountBook, Change
from regua.engine.calling import Call, NoAnswerError
from regua.engine.consequences import told
from regua.engine.doubts import doubtful, tries
from regua.engine.errands import Errands
from regua.engine.holding import seen
from regua.engine.outcomes import Answer, ask
from regua.engine.pacing import Paces
from regua.engine.repeating import Repeating
from regua.engine.sparing import Sparing
from regua.engine.telling import Telling
from regua.errors import PlanError, PolicyError
from regua.ports import Attempt, OutboxAction

NOT_LEFT: Final = Answer(outcome="transient", reason="it was stopped before it was sent")
"""What came of an attempt that was never made, as where the store did not say whether the intent was stored."""
SOON: Final = 1.0
"""Seconds within which it may be sent, however short its timeout is."""
INTERRUPTED: Final = Answer(outcome="unknown", reason="interrupted")
"""What came of an attempt whose answer nobody waited for."""

Result = Literal["sent", "retried", "suppressed", "failed", "unknown", "stuck"]
"""What came of one claimed action and what left with it; see `RunResult`."""

Beginner = Callable[[Change], "Begun | Result | None"]


@frozen
class _Unstored:
    """What came of an attempt, where the store did not take it, or did not say that it did."""

    begun: Begun
    answer: Answer
    is_certain: bool = field(default=True, kw_only=True)
    """Whether it is certain that the attempt itself was stored."""


class Delivery:
    """Carries out claimed actions of one creditor, each with its contact."""

    def __init__(self, book: AccountBook, errands: Errands, asking: Asking, paces: Paces, telling: Telling) -> None:
        self._book, self._asking, self._paces, self._telling = book, asking, paces, telling
        self._beginning = Beginning(book, errands, paces)
        self._repeating = Repeating(book, errands, paces)
        self._unstored: deque[_Unstored] = deque()

    def carry_out(self, row: OutboxAction) -> Result | None:
        """Carry out what this worker claimed, where it still is due; None where another one of its contact did it."""
        return self._carry_out(row, lambda change: self._beginning.begin(change, row), due_us=row.due_us)

    def repeat(self, row: OutboxAction) -> Result | None:
        """Send once more what nobody knows the outcome of; None where it is not to be, or not now."""

        def begin(change: Change) -> Begun | None:
            attempt = self._asking.to_repeat(change, row)
            if attempt is None:
                return None
            try:
                begun = self._repeating.begin(change, attempt, self._asking.capabilities_of(attempt))
            except (PlanError, PolicyError):  # nothing was written yet
                begun = change.now + STUCK_FOR
            if isinstance(begun, Begun):
                return begun
            self._asking.look_again(change, attempt, begun)
            return None

        return self._carry_out(row, begin)

    def _carry_out(self, row: OutboxAction, begin: Beginner, *, due_us: int | None = None) -> Result | None:
        begun: Begun | Result | None = None
        try:
            with self._book.change(row.debtor) as change:
                since, begun = self._book.elapsed(), begin(change)
        except BaseException:  # of the commit, which may have happened: it is read back before anything is redone
            if isinstance(begun, Begun):
                self._unstored.append(_Unstored(begun, NOT_LEFT, is_certain=False))
            raise
        if not isinstance(begun, Begun):
            if begun is not None:
                self._telling.not_begun(row, begun)
            return begun
        call, answer, started = self._call(begun, since), NOT_LEFT, perf_counter()
        self._asking.began(begun.attempt, call, since)
        try:
            self._telling.begun(begun.attempt, due_us)
            answer = INTERRUPTED
            answer = self._waited_for(call, begun)
            self._telling.answered(begun.attempt, answer.outcome, perf_counter() - started)
        except BaseException:  # such as Ctrl-C or an exit: of what was being sent nobody knows
            self._ended(begun, evolve(answer, runs=call.is_running))
            raise
        return self._ended(begun, answer)

    def _waited_for(self, call: Call[Answer], begun: Begun) -> Answer:
        """What a call comes to in its time."""
        seconds = begun.errand.longest_us / MICROSECONDS
        try:
            return call.within(seconds)
        except NoAnswerError:
            self._paces.of(begun.attempt.channel).gave_up(call)
            return Answer(outcome="unknown", reason=f"no answer within {seconds:g} s", runs=True)

    def _call(self, begun: Begun, since: float) -> Call[Answer]:
        """What the plugin is asked, and what it says, without what is personal.

        Not asked by who was stopped since the intent: a window may have closed, a provider have forgotten the key, or
        somebody else have taken this worker for dead.
        """
        errand, attempt = begun.errand, begun.attempt
        about = {"action": attempt.action, "channel": attempt.channel, "creditor": attempt.creditor}

        longest = max(errand.longest_us / MICROSECONDS, SOON)

        def work() -> Answer:
            if self._book.elapsed() - since > longest:
                return NOT_LEFT
            return ask(errand.call, self._book.log, **about).without(errand.personal)

        return Call(work, partial(self._late, begun))

    def _late(self, begun: Begun, answer: Answer) -> None:
        """An answer for which nobody waited any more is a fact all the same."""
        about = {"action": begun.attempt.action, "channel": begun.attempt.channel, "creditor": begun.attempt.creditor}
        try:
            self._ended(begun, answer)
        except Exception as error:  # noqa: BLE001 - the engine may be closed by now; else the next run stores it
            name = type(error).__name__
            self._book.log.warning("an answer that came late is not stored yet", error=name, **about)
        else:
            self._book.log.warning("an answer came late", state=answer.outcome, **about)

    def end_rest(self, sparing: Sparing) -> Iterator[Result]:
        """Store what came of attempts where the store could not take it before, as while a disk was full.

        Args:
            sparing: leaves alone what the store refuses for good.

        Yields:
            What came of each, where it was made for certain; `stuck` where it cannot be stored.
        """
        for _ in range(len(self._unstored)):
            try:
                left = self._unstored.popleft()
            except IndexError:  # another thread has taken it
                return
            attempt = left.begun.attempt
            if sparing.rests(attempt.action):
                self._unstored.append(left)
                continue
            try:
                result = self._ended(left.begun, left.answer, is_certain=left.is_certain)
            except Exception as error:  # noqa: BLE001 - of this action; the others go on
                sparing.tell(error, "what came of an attempt is refused", action=attempt.action, debtor=attempt.debtor)
                sparing.rest(attempt.action, error)
                yield "stuck"
            else:
                if left.is_certain:
                    yield result

    def _ended(self, begun: Begun, answer: Answer, *, is_certain: bool = True) -> Result:
        try:
            return self._finish(begun, answer, is_certain=is_certain)
        except BaseException:  # this process lives on, and it alone knows what came of it
            self._unstored.append(_Unstored(begun, answer, is_certain=is_certain))
            raise

    def _finish(self, begun: Begun, answer: Answer, *, is_certain: bool) -> Result:
        attempt, errand = begun.attempt, begun.errand
        with self._book.change(attempt.debtor) as change:
            if not (is_certain or _is_stored(change, attempt)):
                return "retried"
            if is_certain:
                self._paces.of(attempt.channel).heard(answer.outcome, change.now)
            answer = self._judged(change, attempt, answer)
            change.transaction.finish(answer.on(attempt, change.now))
            change.keep_answer(attempt, answer.raw)
            ours, boletos = begun.facts, seen(change, attempt, answer)
            if answer.outcome != "accepted":
                ours = [fact for fact in ours if _is_ours(change, fact.action, attempt)]
            if not ours:  # fenced: somebody else has decided what became of it
                if answer.runs:
                    self._asking.hold(change, attempt)
                if boletos:
                    change.learn((), boletos)
                return "unknown"
            known, reports = change.state.known, errand.reports_delivery
            doubts = doubtful(change.state.account.facts.outcomes, attempt.members, beside=attempt.number)
            made = told(answer, attempt, ours, change.now, reports=reports, known=known, doubtful=doubts)
            until = change.now + self._backoff(attempt, answer)
            put_off = {fact.action: (until, answer.reason) for fact in ours} if answer.outcome == "transient" else {}
            change.learn(attempt.members, [*boletos, *change.state.new(made)], put_off=put_off)
            is_refused = bool(doubts) and answer.outcome == "permanent"
            self._asking.watch(change, attempt, after_us=None if is_refused else until, runs=answer.runs)
            result = _result(answer, change, attempt)
        self._telling.ended(attempt, result)
        return result

    def _backoff(self, attempt: Attempt, answer: Answer) -> int:
        """How long it is not tried again after what left for certain not, or once more after what nobody knows."""
        pacing, number = self._paces.of(attempt.channel).pacing, attempt.number
        if answer.outcome == "transient":
            return pacing.backoff(attempt.action, number, answer.after)
        return pacing.backoff(attempt.action, number - 1, None) if number > 1 else 0

    def _judged(self, change: Change, attempt: Attempt, answer: Answer) -> Answer:
        """An answer of "not now" counts as refused when the channel was tried often enough."""
        if answer.outcome != "transient":
            return answer
        tried = tries(change.transaction.attempts(attempt.debtor), attempt)
        if tried < self._paces.of(attempt.channel).pacing.attempts:
            return answer
        return evolve(answer, outcome="permanent", reason=f"given up after {tried} attempts: {answer.reason}")


def _is_stored(change: Change, attempt: Attempt) -> bool:
    """Whether an attempt is there whose commit reported an error; another worker's may have taken its number."""
    past = change.transaction.attempts(attempt.debtor)
    return any(
        (each.action, each.number, each.epoch, each.worker, each.intent_us)
        == (attempt.action, attempt.number, attempt.epoch, attempt.worker, attempt.intent_us)
        for each in past
    )


def _is_ours(change: Change, action: str, attempt: Attempt) -> bool:
    """Whether nobody else has decided meanwhile what became of an action; who gave the call up did not."""
    row = change.state.row(action)
    if row is None or (row.epoch, row.attempts) != (attempt.epoch, attempt.number):
        return False
    return row.state == "sending" or (
        row.state == "unknown" and row.owner in {attempt.worker, change.book.store.owner()}
    )


def _result(answer: Answer, change: Change, attempt: Attempt) -> Result:
    if answer.outcome == "accepted":
        return "sent"
    if answer.outcome == "unknown":
        return "unknown"
    rows = [row for row in change.state.outbox if row.id in attempt.members]
    if any(row.state == "unknown" for row in rows):
        return "unknown"
    return "failed" if any(row.state == "failed" for row in rows) else "retried"
