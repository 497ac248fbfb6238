"""What `regua run` tells those who collect logs and metrics."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from tests.cli.working import addresses, fill, open_shop

Run = Callable[..., Any]
JSON = ("--log-format", "json")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Path:
    """A shop with two who are due, and the address of one; its folder is the current one."""
    monkeypatch.chdir(open_shop(tmp_path))
    fill(tmp_path, ["ana", "bia"])
    (tmp_path / "people.csv").write_text(addresses(["ana"]), encoding="utf-8")
    assert call("record", "events.jsonl", "--people", "people.csv", "--quiet").status == 0
    return tmp_path


def told(err: str) -> list[dict[str, Any]]:
    """The lines, each an object; those of the same moment in the order in which they came."""
    lines = [json.loads(line) for line in err.splitlines()]
    assert all(datetime.fromisoformat(line["at"]).tzinfo for line in lines)
    return lines


@pytest.mark.usefixtures("shop")
def test_every_line_of_standard_error_is_an_object(call: Run):
    """What was sent, what waits for a person and what a person should do, with ids and without addresses."""
    ran = call("run", "--once", *JSON)
    assert (ran.status, ran.out.partition(",")[0]) == (1, "sent 1")
    lines = told(ran.err)
    (done,) = [line for line in lines if line.get("state") == "sent"]
    assert (done["level"], done["event"]) == ("info", "an attempt ended")
    assert (done["creditor"], done["debtor"], done["channel"]) == ("loja", "ana", "email")
    assert {line["debtor"] for line in lines if line["level"] in ("warning", "error") and "debtor" in line} == {"bia"}
    assert lines[-1]["event"] == "why a debtor's actions are stuck: regua replay --debtor DEBTOR"
    assert "ana@example.invalid" not in ran.err


@pytest.mark.usefixtures("shop")
def test_quietly_only_problems_are_told(call: Run):
    """As objects, too."""
    assert {line["level"] for line in told(call("run", "--once", "--quiet", *JSON).err)} <= {"warning", "error"}


@pytest.mark.parametrize("problem", ["format = 2\n", None])
def test_so_is_what_ends_a_run_at_once(shop: Path, call: Run, problem: str | None):
    """Settings that are wrong, or not there."""
    path = shop / "regua.toml"
    path.unlink() if problem is None else path.write_text(problem, encoding="utf-8")
    ran = call("run", "--once", *JSON)
    assert (ran.status, ran.out) == (1, "")
    (line,) = told(ran.err)
    assert line["level"] == "error"
    assert line["event"].startswith("regua.toml:1:")


@pytest.mark.usefixtures("shop")
def test_workers_tell_it_so_too(call: Run, capfd: pytest.CaptureFixture[str]):
    """Each of a crew, whose standard error is that of the process."""
    call("run", "--once", "--workers", "2", *JSON)
    assert "sent" in {line.get("state") for line in told(capfd.readouterr().err)}


@pytest.mark.usefixtures("shop")
def test_metrics_go_to_the_provider_of_the_process(call: Run, monkeypatch: pytest.MonkeyPatch):
    """As `opentelemetry-instrument` sets it."""
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader])
    monkeypatch.setattr(metrics, "get_meter_provider", lambda: provider)
    call("run", "--once")
    data = reader.get_metrics_data()
    provider.shutdown()
    assert data is not None
    names = {each.name for one in data.resource_metrics for scope in one.scope_metrics for each in scope.metrics}
    assert {"regua.attempts", "regua.actions", "regua.send.duration"} <= names


@pytest.mark.usefixtures("shop")
def test_without_opentelemetry_nothing_is_counted(call: Run, monkeypatch: pytest.MonkeyPatch):
    """And nothing is missed."""
    monkeypatch.setitem(sys.modules, "opentelemetry.metrics", None)
    assert call("run", "--once").out.startswith("sent 1, ")
