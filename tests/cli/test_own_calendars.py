"""`--config`: calendars of `regua.toml` for the commands that plan without a store."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import EMAIL_ONLY
from tests.cli.lines import invoice, reachable

Run = Callable[..., Any]
SETTINGS = """\
format = 1

[calendar.interior]
base = "br-bancario"

[[calendar.interior.holiday]]
day = 2026-05-07
name = "Aniversário da loja"
source = "Circular 3"
"""
TESTS = """\
policy = "interior.toml"

[[test]]
name = "the shop rests on the 7th"
invoice = { id = "nf-1", due = 2026-05-04, amount = "150.00" }
expect = ["D-5 lembrete", "2026-05-08 atraso", "D+10 firme"]
"""
CONFIG = ("--config", "regua.toml")
AS_OF = ("--as-of", "2026-05-05")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = EMAIL_ONLY.replace('"br-bancario"', '"interior"')
    (tmp_path / "interior.toml").write_text(rules, encoding="utf-8")
    newer = rules.replace('id = "email"\n', 'id = "email"\nversion = 2\n').replace("D+10 15:00", "D+12 15:00")
    (tmp_path / "newer.toml").write_text(newer, encoding="utf-8")
    (tmp_path / "regua.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "interior.test.toml").write_text(TESTS, encoding="utf-8")
    (tmp_path / "one.jsonl").write_text(invoice("ana", "nf-1", "2026-05-04") + reachable("ana"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_plan_moves_what_falls_on_a_holiday_of_the_file(call: Run):
    """D+3 is Thursday the 7th, which the shop keeps; so it goes on the 8th."""
    ran = call("plan", "interior.toml", "one.jsonl", *AS_OF, *CONFIG, "--format", "jsonl")
    assert ran.status == 0, ran.err
    [schedule] = map(json.loads, ran.out.splitlines())
    [late] = [action for action in schedule["actions"] if action["step"] == "atraso"]
    assert late["day"] == "2026-05-08"
    assert schedule["calendars"]["email@1"].startswith("interior-")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("explain", "interior.toml", "one.jsonl", "--debtor", "ana", *AS_OF), "2026-05-08"),
        (("simulate", "interior.toml", "one.jsonl"), "2026-05-08"),
        (("simulate", "interior.toml", "one.jsonl", "--format", "html"), "2026-05-08"),
        (("plan", "interior.toml", "one.jsonl", *AS_OF, "--format", "svg"), "<svg"),
        (("diff", "interior.toml", "newer.toml", "one.jsonl", *AS_OF, "--debtor", "ana"), "ana"),
        (("test", "interior.test.toml"), "passed  the shop rests on the 7th"),
    ],
)
def test_every_command_that_plans_takes_them(arguments: tuple[str, ...], told: str, call: Run):
    """And without --config says that there is no such calendar."""
    ran = call(*arguments, *CONFIG)
    assert ran.status == 0, ran.err
    assert told in ran.out
    without = call(*arguments)
    assert without.status == 1
    assert "there is no calendar 'interior'" in without.err


def test_settings_with_problems_are_told(tmp_path: Path, call: Run):
    """Each at its line and column; and where there are none."""
    (tmp_path / "regua.toml").write_text(SETTINGS.replace("2026-05-07", '"07-99"'), encoding="utf-8")
    ran = call("plan", "interior.toml", "one.jsonl", *CONFIG)
    assert ran.status == 1
    assert ran.err.startswith("regua.toml:7:7: '07-99' is a day that no year has; ")
    assert call("plan", "interior.toml", "one.jsonl", "--config", "none.toml").err.startswith(
        "none.toml:1:1: there is no such file in "
    )
