"""A calendar that a plugin gives is one for every command, with and without `regua.toml`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import EMAIL_ONLY
from tests.cli.lines import invoice, reachable

Run = Callable[..., Any]
QUESTION = ("town.toml", "one.jsonl")
AS_OF = ("--as-of", "2026-05-05")
PLUGIN = """\
from regua.plugins import hookimpl


class Town:
    name = "town"
    version = "1"

    def is_business_day(self, day, place):
        return day.weekday() < 5

    def is_contact_holiday(self, day, place):
        return False


@hookimpl
def regua_calendars():
    return [Town()]
"""
SETTINGS = """\
format = 1

[channel.email]
use = "folder"
path = "outbox"
"""


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delitem(sys.modules, "town_days", raising=False)
    info = Path("town_days-1.0.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: town_days\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[regua]\ntown = town_days\n", encoding="utf-8")
    Path("town_days.py").write_text(PLUGIN, encoding="utf-8")
    rules = EMAIL_ONLY.replace('"br-bancario"', '"town"')
    Path("town.toml").write_text(rules, encoding="utf-8")
    newer = rules.replace('id = "email"\n', 'id = "email"\nversion = 2\n')
    Path("newer.toml").write_text(newer, encoding="utf-8")
    Path("regua.toml").write_text(SETTINGS, encoding="utf-8")
    Path("one.jsonl").write_text(invoice("ana", "nf-1", "2026-05-04") + reachable("ana"), encoding="utf-8")


@pytest.mark.parametrize("config", [(), ("--config", "regua.toml")], ids=["alone", "with settings"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "town.toml"),
        ("plan", *QUESTION, *AS_OF),
        ("explain", *QUESTION, "--debtor", "ana", *AS_OF),
        ("simulate", *QUESTION),
        ("diff", "town.toml", "newer.toml", "one.jsonl", *AS_OF),
        ("preview", *QUESTION, "--debtor", "ana", *AS_OF),
    ],
    ids=lambda words: words[0],
)
def test_every_command_that_reads_a_policy_knows_it(arguments: tuple[str, ...], config: tuple[str, ...], call: Run):
    """As `regua test` and the engine do."""
    ran = call(*arguments, *config)
    assert ran.status == 0, ran.err


def test_a_dossier_of_files_knows_it(call: Run):
    """Which takes no settings beside files."""
    ran = call("dossier", *QUESTION, "--debtor", "ana", *AS_OF, "--format", "json")
    assert ran.status == 0, ran.err
