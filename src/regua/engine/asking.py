"""Executors that are asked what became of what they took over: registrars answer after days, and few of them call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final, Protocol

from attrs import evolve

from regua.core.dates import MICROSECONDS
from regua.core.planning.past import past_of
from regua.engine.book import AccountBook, Change
from regua.engine.outcomes import Answer, ask
from regua.errors import ReguaError
from regua.ports import Attempt, Capabilities, Executor, OutboxAction, Queryable, Receipt

AT_ONCE: Final = 100
"""Open requests that are read from the store in one go."""
GONE_FOR: Final = 3600 * MICROSECONDS
"""When it is looked again for an executor that is not configured."""
NEVER_SEEN: Final = "the executor knows nothing of it"
AHEAD: Final = 12 * 3600 * MICROSECONDS
"""How far an answer may be ahead of us: noon stands for a day, and clocks differ."""
TO_COME: Final = "the answer is of a day to come"
_MICROSECOND: Final = timedelta(microseconds=1)
_OPEN: Final = frozenset({"sent", "unknown"})
_DONE: Final = frozenset({"delivered", "read"})


class Hear(Protocol):
    """Records what is said of an attempt."""

    def __call__(self, attempt: Attempt, answer: Answer, *, reports: bool) -> object:
        """Record it; `reports` is whether the executor says when something is done."""


class Asking:
    """Asks the executors of one creditor, each as often as it allows.

    Args:
        book: of the creditor.
        executors: by name.
    """

    def __init__(self, book: AccountBook, executors: Mapping[str, Executor]) -> None:
        self._book, self._executors = book, executors

    def watch(self, change: Change, attempt: Attempt) -> None:
        """Say when the actions of an attempt are to be asked for: for as long as nobody said that they are done."""
        every, outcomes = self._every_us(attempt.channel), change.state.account.facts.outcomes
        moved: list[OutboxAction] = []
        for row in change.state.outbox:
            if row.id in attempt.members and (every is not None or row.ask_us is not None):
                is_done = row.id in outcomes and past_of(outcomes[row.id]).code in _DONE
                is_asked = every is not None and row.state in _OPEN and not is_done
                ask_us = change.now + every if every is not None and is_asked else None
                moved.append(evolve(row, ask_us=ask_us, reason="" if row.state == "sent" else row.reason))
        if moved:
            change.write(moved, wakeup_us=change.state.wakeup_us)

    def ask_due(self, hear: Hear, stop: Callable[[], bool]) -> None:
        """Ask for everything that is to be asked for by now, once; `stop` is asked before each."""
        book, seen = self._book, set[str]()
        while True:
            rows = book.store.asked(book.creditor, until_us=book.now(), limit=AT_ONCE)
            rows = [row for row in rows if row.id not in seen]
            if not rows:
                return
            for row in rows:
                if stop():
                    return
                seen.add(row.id)
                self._ask_for(row, hear)

    def _ask_for(self, row: OutboxAction, hear: Hear) -> None:
        about = {"action": row.id, "creditor": row.creditor, "debtor": row.debtor}
        try:
            attempt = self._taken(row)
            if attempt is not None:
                executor = self._executors[attempt.channel]
                answer = self.of_the_past(self._answered(executor, attempt))
                if answer.status not in {"", "unknown"}:
                    hear(attempt, answer, reports=_capabilities(executor).reports_delivery)
                elif answer.outcome != "transient":
                    if row.reason != answer.reason:  # told once, and not each time that it is looked for
                        self._book.log.warning("an executor's answer cannot be read; `regua replay` shows it", **about)
                    self._keep(row, answer)
        except ReguaError as error:  # of this debtor; the others go on
            self._book.log.error("an executor cannot be asked", error=type(error).__name__, **about)  # noqa: TRY400 - no text

    def _taken(self, row: OutboxAction) -> Attempt | None:
        """The attempt of which to ask; nobody else asks for a while. None where there is nothing to ask."""
        with self._book.change(row.debtor) as change:
            current = change.state.row(row.id)
            if current is None or current.ask_us is None or current.ask_us > change.now:
                return None
            attempts = change.transaction.attempts(row.debtor)
            attempt = next((each for each in reversed(attempts) if row.id in each.members), None)
            if attempt is None or self._every_us(attempt.channel) is None:
                is_gone = attempt is not None and attempt.channel not in self._executors
                later = evolve(current, ask_us=change.now + GONE_FOR if is_gone else None)
                change.write([later], wakeup_us=change.state.wakeup_us)
                return None
            self.watch(change, attempt)
        return attempt

    def _answered(self, executor: Executor, attempt: Attempt) -> Answer:
        call = partial(_found, executor, attempt.key)
        return ask(call, self._book.log, action=attempt.action, channel=attempt.channel, creditor=attempt.creditor)

    def of_the_past(self, answer: Answer) -> Answer:
        """An answer; one of a day to come says nothing before that day, or a term would begin too early."""
        is_to_come = answer.at_us is not None and answer.at_us > self._book.now() + AHEAD
        return Answer(outcome="unknown", reason=TO_COME) if is_to_come else answer

    def _keep(self, row: OutboxAction, answer: Answer) -> None:
        """Keep with the action what was said of it and not understood."""
        with self._book.change(row.debtor) as change:
            current = change.state.row(row.id)
            if current is not None and current.state in _OPEN:
                reason = answer.without(change.personal).reason
                change.write([evolve(current, reason=reason)], wakeup_us=change.state.wakeup_us)

    def _every_us(self, name: str) -> int | None:
        executor = self._executors.get(name)
        every = _capabilities(executor).ask_every if _can_be_asked(executor) else None
        return None if every is None else every // _MICROSECOND


def _can_be_asked(executor: object) -> bool:
    return isinstance(executor, Queryable)


def _capabilities(executor: Executor | None) -> Capabilities:
    """What it can do; of one that raises where it says so, nothing."""
    try:
        return Capabilities() if executor is None else executor.capabilities
    except Exception:  # noqa: BLE001 - a bug of the plugin, which its own actions will tell
        return Capabilities()


def _found(executor: object, key: str) -> Receipt:
    found = executor.find(key) if isinstance(executor, Queryable) else None
    return Receipt(status="unknown", reason=NEVER_SEEN) if found is None else found
