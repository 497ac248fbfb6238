"""`--index NAME=FILE`: monthly rates for the commands that plan."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import EMAIL_ONLY
from tests.cli.lines import invoice, reachable

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
SERIES = '"data";"valor"\n"01/04/2026";"0,300000"\n'
INDEX = ("--index", "taxa-legal=29543.csv")


@pytest.fixture(autouse=True)
def _files(folder: Path) -> None:
    rules = EMAIL_ONLY.replace("[[step]]", '[charges]\ninterest = "legal"\n\n[[step]]', 1)
    (folder / "legal.toml").write_text(rules, encoding="utf-8")
    (folder / "one.jsonl").write_text(invoice("ana", "nf-1", "2026-04-17") + reachable("ana"), encoding="utf-8")
    (folder / "29543.csv").write_text(SERIES, encoding="utf-8")


def test_plan_takes_the_rates(call: Run):
    """Five days of 0,3% of April on R$ 150,00 are R$ 0,075: half up, R$ 0,08."""
    ran = call("plan", "legal.toml", "one.jsonl", "--as-of", "2026-04-22", *INDEX, "--format", "jsonl")
    assert (ran.status, ran.err.splitlines()[-1:]) != (1, [])
    [schedule] = map(json.loads, ran.out.splitlines())
    [due] = [action for action in schedule["actions"] if action["step"] == "atraso"]
    assert due["amount"] == {"amount": "150.08", "currency": "BRL"}
    assert list(schedule["indexes"]) == ["taxa-legal"]


def test_explain_says_what_the_amount_consists_of(call: Run):
    """Base, days, rate, law and index; and that May is not published."""
    ran = call("explain", "legal.toml", "one.jsonl", "--debtor", "ana", "--as-of", "2026-04-22", *INDEX)
    assert "asks 150.08 BRL: principal 150.00; interest 0.08 (taxa-legal of 150.00, 5 days, legal) <" in ran.out
    assert "Código Civil art. 406, Resolução CMN 5.171/2024; taxa-legal " in ran.out


@pytest.mark.parametrize("command", ["plan", "simulate", "diff"])
def test_without_the_rates_it_says_what_to_give(command: str, call: Run):
    """The debtor is told, and the exit status is 1."""
    files = ("legal.toml", *(["email.toml"] if command == "diff" else []), "one.jsonl")
    ran = call(command, *files, *(("--as-of", "2026-04-22") if command != "simulate" else ()))
    assert ran.status != 0
    assert "index 'taxa-legal'" in ran.err
    assert call(command, *files, *INDEX, *(("--as-of", "2026-04-22") if command != "simulate" else ())).status == 0


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ("taxa-legal", 2, "names no file; write --index taxa-legal=29543.json"),
        ("taxa-legal=none.csv", 1, "none.csv: it cannot be read: No such file or directory"),
        ("taxa-legal=legal.toml", 1, "legal.toml: line 1: there are 1 cells, not 2"),
    ],
)
def test_what_is_no_index_is_refused(given: str, status: int, told: str, call: Run):
    """With the file and its line."""
    ran = call("plan", "legal.toml", "one.jsonl", "--index", given)
    assert told in ran.err
    assert ran.status == status


TESTS = """\
policy = "legal.toml"

[[test]]
name = "juros legais"
invoice = { id = "nf-1", due = 2026-04-17, amount = "150.00" }
expect = ["D-6 lembrete", "D+5 atraso"]
end = { at = "D+5", status = "open", balance = "150.08" }
"""


@pytest.fixture
def settings(folder: Path) -> str:
    """Settings that name the series."""
    with (folder / "regua.toml").open("a", encoding="utf-8") as file:
        file.write('\n[index.taxa-legal]\nfile = "29543.csv"\n')
    return "regua.toml"


def test_policy_tests_take_the_rates(call: Run, folder: Path, settings: str):
    """From the command line, or from the settings; without them the policy is refused."""
    (folder / "legal.test.toml").write_text(TESTS, encoding="utf-8")
    for given in (INDEX, ("--config", settings)):
        ran = call("test", "legal.test.toml", *given)
        assert (ran.status, "1 passed" in ran.out + ran.err) == (0, True)
    refused = call("test", "legal.test.toml")
    assert (refused.status, "there is no index 'taxa-legal'" in refused.err) == (1, True)


def test_plan_takes_the_rates_of_the_settings(call: Run, folder: Path, settings: str):
    """What the command line gives comes before them."""
    (folder / "double.csv").write_text(SERIES.replace("0,3", "0,6"), encoding="utf-8")
    asked = ("plan", "legal.toml", "one.jsonl", "--as-of", "2026-04-22", "--config", settings)
    assert "150.08 BRL" in call(*asked).out
    assert "150.15 BRL" in call(*asked, "--index", "taxa-legal=double.csv").out
