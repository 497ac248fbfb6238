"""A shop whose messages pass the gate, for tests with real processes on any store."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.cli.conftest import inside
from tests.cli.gate import install, through_the_gate
from tests.cli.working import SETTINGS, fill, open_shop


def gated_shop(
    folder: Path, url: str, debtors: Iterable[str], monkeypatch: pytest.MonkeyPatch, *, migrate: str = "--quiet"
) -> Path:
    """A shop with these debtors to remind, whose store is at a URL; its folder is the current one.

    Args:
        folder: of the shop.
        url: of its store.
        debtors: to remind.
        monkeypatch: of the test.
        migrate: how `regua migrate` is run.
    """
    monkeypatch.chdir(folder)
    plugins = install(folder)
    monkeypatch.setenv("PYTHONPATH", plugins, prepend=os.pathsep)
    monkeypatch.syspath_prepend(plugins)
    open_shop(folder)
    settings = through_the_gate(SETTINGS).replace("sqlite:///regua.sqlite3", url)
    (folder / "regua.toml").write_text(settings, encoding="utf-8")
    assert inside("migrate", migrate).status == 0
    fill(folder, debtors)
    assert inside("record", "events.jsonl", "--people", "people.csv", "--quiet").status == 0
    return folder
