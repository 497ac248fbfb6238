"""What waits, since when, and who holds some."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.gate import install, through_the_gate
from tests.cli.working import SETTINGS, fill, open_shop

from regua.builtin.sqlite import SqliteStore

Run = Callable[..., Any]
SORTS = ("due", "put_off", "claimed", "sending", "unknown", "failed", "resolving", "asked", "wakeups")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop that sends through the gate, whose debtors wait for their first plan; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(install(tmp_path))
    open_shop(tmp_path)
    (tmp_path / "regua.toml").write_text(through_the_gate(SETTINGS), encoding="utf-8")
    return tmp_path


@pytest.fixture
def record(shop: Path, call: Run) -> Callable[..., None]:
    """Record debtors who are due now."""

    def recorded(*debtors: str) -> None:
        fill(shop, debtors)
        assert call("record", "events.jsonl", "--people", "people.csv", "--quiet").status == 0

    return recorded


def said(call: Run) -> dict[str, Any]:
    """What is said of the one creditor, without what is not there."""
    (found,) = json.loads(call("status", "--format", "json").out)["creditors"]
    return {name: each for name, each in found.items() if not isinstance(each, dict) or each.get("count")}


@pytest.mark.usefixtures("shop")
def test_where_nothing_waits(call: Run):
    """It says so, and with which versions."""
    ran = call("status", "--max-late", "0s")
    assert (ran.status, ran.err) == (0, "")
    head, nothing, versions = ran.out.splitlines()
    assert (head, nothing) == ("loja", "  nothing waits")
    assert versions.startswith("regua ")
    assert ", tzdata 20" in versions


def test_each_sort_with_its_age(shop: Path, record: Callable[..., None], call: Run):
    """Put off, unknown and due: on the clock of the policy."""
    record("ana", "bia")
    (shop / "gate/busy").touch()
    (shop / "gate/fog").touch()
    assert "retried 1" in call("run", "--once").out
    record("caio")
    due, put_off, why, unknown, versions = call("status").out.splitlines()[1:]
    assert due.startswith("  due              1  since 20")
    assert "-03:00 (" in due
    assert put_off.startswith("  put off          1  not before 20")
    assert why == f"{' ' * 17}  1  busy"
    assert unknown.startswith("  unknown          1  since 20")
    assert versions.startswith("regua ")


def test_the_same_for_programs(record: Callable[..., None], call: Run, clock: Callable[[str], None]):
    """One JSON object; every sort is in it, and how late what is due is."""
    record("ana")
    late(call, clock)
    values = json.loads(call("status", "--format", "json", "--quiet").out)
    (loja,) = values["creditors"]
    assert [*loja] == ["creditor", *SORTS, "reasons", "workers", "dead"]
    assert values["late_seconds"] == 5400
    assert values["versions"].keys() == {"regua", "tzdata"}


def test_monitoring_asks_how_late_it_is(record: Callable[..., None], call: Run, clock: Callable[[str], None]):
    """What is due and nobody takes is late; status 1 says so, and nothing else is said."""
    record("ana")
    late(call, clock)
    assert call("status", "--max-late", "90m", "--quiet") == (0, "", "")
    ran = call("status", "--max-late", "89m", "--quiet")
    assert ran == (1, "", "what is due has waited for 1 h\n")
    assert call("status").out.splitlines()[1].endswith("(1 h)")


def late(call: Run, clock: Callable[[str], None]) -> None:
    """Set the clock to an hour and a half after what is due was."""
    due = datetime.fromisoformat(said(call)["due"]["since"])
    clock((due + timedelta(minutes=90)).isoformat())


def test_who_holds_some(shop: Path, record: Callable[..., None], call: Run):
    """Workers alive and dead, as the store proves it."""
    record("ana")
    with closing(SqliteStore.open("sqlite:///regua.sqlite3")) as store:
        (row,) = store.claim("loja", owner=store.owner(), until_us=store.now(), limit=1)
        assert said(call)["workers"] == [row.owner]
        assert call("status").out.splitlines()[2] == "  held by 1 worker"
    assert said(call)["dead"] == [row.owner]
    assert call("status").out.splitlines()[2] == "  held by 0 workers, 1 dead"
    assert "sent 1" in call("run", "--once").out
    assert said(call) == {"creditor": "loja", "workers": [], "dead": []}
    assert (shop / "gate/sent").exists()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("span", ["1", "1 h", "-1h", "1w", ""])
def test_a_time_that_is_none(call: Run, span: str):
    """With how to write it."""
    ran = call("status", f"--max-late={span}")
    assert ran.status == 2
    assert "is no length of time; write it as 90s, 15m, 1h or 2d" in " ".join(ran.err.split())
