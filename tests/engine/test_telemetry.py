"""Metrics for OpenTelemetry: what is counted, and that no debtor is in it."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from counter import Counter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from regua.builtin.memory import MemoryStore
from regua.ports import Message, Receipt, Rejected, Retryable, Unknown

REMINDER = "2026-04-15 09:00"
OWN = {"regua.creditor": "loja"}
BY_EMAIL = {**OWN, "regua.channel": "email"}


@pytest.fixture
def reader() -> InMemoryMetricReader:
    """Holds what was measured until somebody looks."""
    return InMemoryMetricReader()


@pytest.fixture
def counter(reader: InMemoryMetricReader) -> Counter:
    """An engine with metrics, and three debtors who are to be reminded."""
    provider = MeterProvider([reader], shutdown_on_exit=False)
    made = Counter(store=MemoryStore(), parts={"telemetry": provider})
    for debtor in ("ana", "bia", "caio"):
        made.open_account(debtor)
        made.bill(f"nf-{debtor}", debtor)
    return made


def points(reader: InMemoryMetricReader, name: str) -> list[tuple[dict[str, Any], Any]]:
    """The attributes and the point of each series of a metric."""
    return [
        (dict(point.attributes), point)
        for metric in metrics(reader)
        if metric.name == name
        for point in metric.data.data_points
    ]


def metrics(reader: InMemoryMetricReader) -> list[Any]:
    """What was measured."""
    data = reader.get_metrics_data()
    return [
        metric
        for resource in (data.resource_metrics if data else ())
        for scope in resource.scope_metrics
        for metric in scope.metrics
    ]


def answers(*said: Exception | None) -> Any:
    """A channel that answers so, one after the other."""
    left = list(said)

    def answer(_: Message) -> Receipt:
        error = left.pop(0)
        if error is not None:
            raise error
        return Receipt()

    return answer


def test_attempts_by_channel_and_outcome(counter: Counter, reader: InMemoryMetricReader):
    """One each, and what the actions came to; how long each took is there as well."""
    counter.email.answer = answers(None, Retryable(timedelta(minutes=5)), Unknown("timeout"))
    assert counter.run(REMINDER) == {"sent": 1, "retried": 1, "unknown": 1}
    found = {about["regua.outcome"]: (about, point.value) for about, point in points(reader, "regua.attempts")}
    assert found == {
        outcome: ({**BY_EMAIL, "regua.outcome": outcome}, 1) for outcome in ("accepted", "transient", "unknown")
    }
    assert {about["regua.result"]: point.value for about, point in points(reader, "regua.actions")} == {
        "sent": 1,
        "retried": 1,
        "unknown": 1,
    }
    assert {point.count for _, point in points(reader, "regua.send.duration")} == {1}


def test_how_late_it_was_begun(counter: Counter, reader: InMemoryMetricReader):
    """Seconds between when it was due and the intent."""
    counter.run("2026-04-15 09:20")
    ((about, point),) = points(reader, "regua.begin.lateness")
    assert about == BY_EMAIL
    assert (point.count, point.min, point.max) == (3, 1200, 1200)


def test_what_waits_and_for_how_long(counter: Counter, reader: InMemoryMetricReader):
    """Asked for when somebody looks; nothing more once the engine is closed."""
    counter.email.answer = answers(Rejected("no"), Unknown("timeout"), Retryable(timedelta(hours=2)))
    counter.run(REMINDER)
    sizes = {about["regua.state"]: point.value for about, point in points(reader, "regua.outbox.size")}
    assert {state: size for state, size in sizes.items() if size} == {"failed": 1, "unknown": 1, "put-off": 1}
    counter.later(hours=3)
    ((about, point),) = points(reader, "regua.outbox.lateness")
    assert (about, point.value) == (OWN, 3600)
    counter.engine.close()
    assert points(reader, "regua.outbox.size") == []


def test_units_and_names(counter: Counter, reader: InMemoryMetricReader):
    """As OpenTelemetry wants them, and no more than these."""
    counter.run(REMINDER)
    assert {metric.name: metric.unit for metric in metrics(reader)} == {
        "regua.attempts": "{attempt}",
        "regua.actions": "{action}",
        "regua.send.duration": "s",
        "regua.begin.lateness": "s",
        "regua.outbox.size": "{action}",
        "regua.outbox.lateness": "s",
    }


def test_no_debtor_is_in_it(counter: Counter, reader: InMemoryMetricReader):
    """Neither an id nor anything personal, also where something goes wrong."""
    counter.email.answer = answers(None, Rejected("ana has moved"), ZeroDivisionError("bia@email.invalid"))
    counter.run(REMINDER)
    said = str([metric.to_json() for metric in metrics(reader)]).casefold()
    assert "regua.attempts" in said
    assert [word for word in ("ana", "bia", "caio", "nf-") if word in said] == []


def test_a_meter_will_do(reader: InMemoryMetricReader):
    """It need not be a whole provider."""
    meter = MeterProvider([reader], shutdown_on_exit=False).get_meter("shop")
    counter = Counter(store=MemoryStore(), parts={"telemetry": meter})
    counter.open_account()
    counter.bill()
    counter.run(REMINDER)
    assert [point.value for _, point in points(reader, "regua.attempts")] == [1]


def test_who_asks_for_nothing_imports_nothing():
    """An engine without metrics does not know of OpenTelemetry."""
    program = "import regua.engine, sys; from regua import Engine; sys.exit('opentelemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
