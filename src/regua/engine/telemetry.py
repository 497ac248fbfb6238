"""Metrics for OpenTelemetry, for hosts that ask for them: ids of creditors and channels, words and counts.

Never a debtor: who looks at metrics is not who may know who owes. Without a meter nothing is counted, and nothing of
OpenTelemetry is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from regua.core.dates import MICROSECONDS
from regua.engine.status import CreditorStatus, Status
from regua.ports import Attempt

NAME: Final = "regua"
"""Of the meter, and before every name."""
SEND_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
LATE_SECONDS: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0)
"""Bounds of the histograms."""


class Telemetry:
    """What is counted of one engine, where there is a meter.

    Args:
        given: an OpenTelemetry `MeterProvider`, or a `Meter`; None counts nothing.
        status: says how the engine stands, whenever somebody looks at the gauges.
    """

    def __init__(self, given: Any, status: Callable[[], Status]) -> None:
        self._status: Callable[[], Status] | None = status
        self._meter = _meter(given)
        if self._meter is not None:
            self._make(self._meter)

    def _make(self, meter: Any) -> None:
        self._attempts = meter.create_counter(
            f"{NAME}.attempts", "{attempt}", "Requests to channels and executors, by what came of them."
        )
        self._actions = meter.create_counter(
            f"{NAME}.actions", "{action}", "What came of actions, as a run counts them: sent, retried, failed, stuck."
        )
        self._duration = meter.create_histogram(
            f"{NAME}.send.duration",
            "s",
            "How long a channel or executor took to answer.",
            explicit_bucket_boundaries_advisory=SEND_SECONDS,
        )
        self._lateness = meter.create_histogram(
            f"{NAME}.begin.lateness",
            "s",
            "How long after it was due an action was begun.",
            explicit_bucket_boundaries_advisory=LATE_SECONDS,
        )
        meter.create_observable_gauge(
            f"{NAME}.outbox.size", [self._sizes], "{action}", "What is not over: due, put off, unknown, failed."
        )
        meter.create_observable_gauge(
            f"{NAME}.outbox.lateness", [self._ages], "s", "For how long what should have been done has waited at most."
        )

    def begun(self, attempt: Attempt, due_us: int) -> None:
        """An attempt begins at an action that was due at an instant."""
        if self._meter is not None:
            late = max(attempt.intent_us - due_us, 0) / MICROSECONDS
            self._lateness.record(late, _of(attempt))

    def answered(self, attempt: Attempt, outcome: str, seconds: float) -> None:
        """A channel answered, or did not."""
        if self._meter is not None:
            about = {**_of(attempt), f"{NAME}.outcome": outcome}
            self._attempts.add(1, about)
            self._duration.record(seconds, about)

    def done(self, creditor: str, results: Mapping[str, int]) -> None:
        """A run did something for a creditor."""
        if self._meter is not None:
            for result, count in results.items():
                self._actions.add(count, {f"{NAME}.creditor": creditor, f"{NAME}.result": result})

    def close(self) -> None:
        """Say nothing more of an engine that is closed; its instruments stay with the meter."""
        self._status = None

    def _sizes(self, _: object) -> Sequence[Any]:
        return [
            _observation(count, {f"{NAME}.creditor": each.creditor, f"{NAME}.state": sort.replace("_", "-")})
            for _, each in self._look()
            for sort, count in each.counts.items()
        ]

    def _ages(self, _: object) -> Sequence[Any]:
        return [
            _observation(status.late_of(each).total_seconds(), {f"{NAME}.creditor": each.creditor})
            for status, each in self._look()
        ]

    def _look(self) -> list[tuple[Status, CreditorStatus]]:
        status = None if self._status is None else self._status()
        return [] if status is None else [(status, each) for each in status.creditors]


def _meter(given: Any) -> Any:
    return given.get_meter(NAME) if hasattr(given, "get_meter") else given


def _observation(value: float, about: Mapping[str, str]) -> Any:
    from opentelemetry.metrics import Observation  # noqa: PLC0415 - who gave a meter has it

    return Observation(value, about)


def _of(attempt: Attempt) -> dict[str, str]:
    return {f"{NAME}.creditor": attempt.creditor, f"{NAME}.channel": attempt.channel}
