"""`regua explain` of what a store holds."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.working import fill, open_shop

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Path:
    """A shop whose debtor ana was reminded by what its store holds; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    open_shop(tmp_path)
    fill(tmp_path, ["ana"])
    assert call("record", "events.jsonl", "--people", "people.csv").status == 0
    assert call("run", "--once").status == 0
    return tmp_path


def test_explain_what_is_stored(call: Run):
    """Without files it is said of the store, which knows what was sent."""
    ran = call("explain", "--debtor", "ana")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("ana as of 20")
    assert "lembrete: done" in ran.out
    said = json.loads(call("explain", "--debtor", "ana", "--creditor", "loja", "--format", "json").out)
    assert [step["status"] for step in said["steps"]] == ["done"]


def test_explain_what_the_store_knew_then(call: Run):
    """An earlier instant is answered by what was recorded until then."""
    ran = call("explain", "--debtor", "ana", "--as-of", f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}")
    assert ran.status == 0
    assert "lembrete: due" in ran.out
    ran = call("explain", "--debtor", "ana", "--as-of", "2011-06-15")
    assert (ran.status, ran.err[:44]) == (1, "nothing was known of debtor 'ana' then; ask ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["always.toml"], "POLICY goes with EVENTS; without both, the store of the settings is read"),
        (["--known-at", "2012-06-15"], "--policy, --known-at and --index go with POLICY and EVENTS"),
    ],
)
def test_explain_says_what_goes_with_files(call: Run, words: list[str], said: str):
    """A file alone, or what a store is not asked with, is a wrong use."""
    ran = call("explain", *words, "--debtor", "ana")
    assert ran.status == 2
    assert said in ran.err


def test_explain_nobody_that_is_stored(call: Run):
    """The nearest name is told."""
    ran = call("explain", "--debtor", "anna")
    assert (ran.status, ran.err) == (1, "nothing is recorded of debtor 'anna'; did you mean 'ana'?\n")
