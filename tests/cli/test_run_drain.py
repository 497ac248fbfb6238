"""`regua run --drain`: until nothing is left that is done by itself soon."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.cli.gate import install, noted, through_the_gate, wait_for
from tests.cli.working import SETTINGS, fill, open_shop, stored

from regua.builtin.sqlite import SqliteStore
from regua.cli.worker import SHORTEST_PAUSE, SOON, Draining
from regua.engine import Engine

Run = Callable[..., Any]
MINUTE = 60_000_000
STATES = "SELECT state, count(*) FROM regua_action GROUP BY state ORDER BY state"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Path:
    """A shop with two debtors who are due, which tries again after a fifth of a second."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(install(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "plugins"), prepend=":")
    open_shop(tmp_path)
    (tmp_path / "regua.toml").write_text(through_the_gate(SETTINGS) + 'pause = "200ms"\n', encoding="utf-8")
    fill(tmp_path, ["ana", "bia"])
    assert call("record", "events.jsonl", "--people", "people.csv", "--quiet").status == 0
    return tmp_path


def test_it_waits_for_what_was_put_off(shop: Path, call: Run):
    """And sends it, where --once would leave it."""
    (shop / "gate/busy").touch()
    ran = call("run", "--drain")
    assert (ran.status, ran.err) == (0, "")
    head = "sent 2, retried 1, suppressed 0, failed 0, unknown 0, stuck 0; left: nothing; "
    assert ran.out == f"{head}nothing is planned\n"
    assert len(noted(shop, "begun")) == 3


def test_it_does_not_wait_for_long(shop: Path, call: Run):
    """What comes in hours is left, and told; so is what nobody knows the outcome of."""
    text = (shop / "regua.toml").read_text(encoding="utf-8").replace('pause = "200ms"', 'pause = "45m"')
    (shop / "regua.toml").write_text(text, encoding="utf-8")
    (shop / "gate/busy").touch()
    (shop / "gate/fog").touch()
    ran = call("run", "--drain")
    assert ran.status == 0
    assert "; left: put off 1, unknown 1; nothing is due before 20" in ran.out
    left = json.loads(call("run", "--drain", "--format", "json").out)["left"]
    assert {sort: count for sort, count in left.items() if count} == {"put_off": 1, "unknown": 1}


def test_it_waits_for_what_others_have_in_hand(shop: Path):
    """A worker that is alive may give its claim back; when it is dead, it is taken."""
    command = (sys.executable, "-m", "regua", "run", "--drain", "--format", "json")
    with closing(SqliteStore.open("sqlite:///regua.sqlite3")) as store:
        assert len(store.claim("loja", owner=store.owner(), until_us=store.now(), limit=1)) == 1
        with subprocess.Popen(command, cwd=shop, stdout=subprocess.PIPE, text=True) as running:
            wait_for(lambda: stored(shop, STATES) == [("claimed", 1), ("sent", 1)])
            assert running.poll() is None
            store.close()
            out, _ = running.communicate(timeout=30)
    assert running.returncode == 0
    assert json.loads(out)["sent"] == 2


def test_where_nothing_moves_it_ends(shop: Path):
    """A worker that is paused may hold something for ever."""
    with closing(SqliteStore.open("sqlite:///regua.sqlite3")) as store:
        at = store.now()
        store.claim("loja", owner=store.owner(), until_us=at, limit=2)
        with Engine.open(shop / "regua.toml", now=lambda: at) as engine:
            draining = Draining(engine, "")
            assert draining.pause() == SHORTEST_PAUSE
            at += SOON
            assert draining.pause() == SHORTEST_PAUSE
            at += MINUTE
            assert draining.pause() is None
