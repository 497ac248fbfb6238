"""Tells the host's logger and its metrics what becomes of actions, once each: ids, words and counts alone."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from regua.engine.log import Log
from regua.engine.telemetry import Telemetry
from regua.ports import Attempt, AttemptOutcome, OutboxAction

_FOR_PERSONS: Final = frozenset({"failed", "unknown"})


@frozen
class Telling:
    """Tells of one engine.

    Attributes:
        log: the host's.
        telemetry: likewise.
    """

    log: Log
    telemetry: Telemetry

    def not_begun(self, row: OutboxAction, result: str) -> None:
        """What was claimed is not begun; why it is stuck has been told."""
        if result != "stuck":
            ids = {"action": row.id, "creditor": row.creditor, "debtor": row.debtor}
            self.log.info("an action is not begun", state=result, **ids)

    def begun(self, attempt: Attempt, due_us: int | None) -> None:
        """The intent is stored; from here on it may have left.

        Args:
            attempt: the evidence.
            due_us: when its action was due, or None where it is sent once more.
        """
        self.log.debug("an attempt begins", **about(attempt))
        if due_us is not None:
            self.telemetry.begun(attempt, due_us)

    def answered(self, attempt: Attempt, outcome: AttemptOutcome, seconds: float) -> None:
        """The channel answered, or did not, after so long."""
        self.telemetry.answered(attempt, outcome, seconds)

    def ended(self, attempt: Attempt, result: str) -> None:
        """What came of it is stored."""
        if result in _FOR_PERSONS:
            self.log.warning("an action did not go well; `regua replay` says why", state=result, **about(attempt))
        else:
            self.log.info("an attempt ended", state=result, **about(attempt))


def about(attempt: Attempt) -> dict[str, str | int]:
    """The ids that lead to an attempt."""
    return {
        "action": attempt.action,
        "attempt": attempt.number,
        "channel": attempt.channel,
        "creditor": attempt.creditor,
        "debtor": attempt.debtor,
    }
