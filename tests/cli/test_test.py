import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

Run = Callable[..., Any]
EXAMPLES = Path(__file__).resolve().parents[1] / "testing/policytests"
FAILS = """\
policy = "example.toml"

[[test]]
name = "paid & <late>"
invoice = { id = "nf-1", due = 2026-03-10, amount = "150.00" }
given = [{ at = "D+1 11:30", event = "payment.settled", amount = "150.00" }]
expect = ["D-5 lembrete-email"]
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example policy with its tests, and a file of tests that fail, in a folder apart."""
    for path in EXAMPLES.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "policies").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "more/example.toml").write_bytes((EXAMPLES / "example.toml").read_bytes())
    (tmp_path / "more/fails.test.toml").write_text(FAILS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_tests_of_this_folder(call: Run):
    """Without a FILE those beside; a line each, and the sum."""
    ran = call("test")
    assert (ran.status, ran.err) == (0, "3 tests: 3 passed, 0 failed, 0 error\n")
    assert ran.out.splitlines() == [
        "passed  quem paga no D+3 não recebe o D+8",
        "passed  sem aviso entregue não há negativação",
        "passed  promessa suspende, quebra retoma",
    ]


def test_a_failure_is_shown_and_is_status_1(call: Run):
    """Side by side, with the line of the policy; quietly nothing but that."""
    ran = call("test", "example.test.toml", "more", "--quiet")
    assert (ran.status, ran.err) == (1, "")
    head, place, *rows = ran.out.splitlines()
    assert head == "failed  paid & <late>"
    assert place == "more/fails.test.toml:7:11: expect: not what went out"
    assert [re.split("  +", row.strip()) for row in rows[:2]] == [
        ["expected", "actual", "step"],
        ["D-5 lembrete-email", "D-5 lembrete-email", "more/example.toml:42"],
    ]


def test_only_some(call: Run):
    """By a part of their names, whatever the case; * is anything."""
    assert call("test", "--run", "PROMESSA").out == "passed  promessa suspende, quebra retoma\n"
    assert call("test", "--run", "quem*recebe").out == "passed  quem paga no D+3 não recebe o D+8\n"
    ran = call("test", "--run", "[nada")
    assert ran.status == 2
    assert "no test has '[nada' in its name" in ran.err


def test_problems_of_all_files_at_once(call: Run, shop: Path):
    """Nothing is run before all can be read."""
    (shop / "a.test.toml").write_text("polici = 1\n", encoding="utf-8")
    ran = call("test", "a.test.toml", "nada.test.toml", "example.test.toml")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        (
            "a.test.toml:1:1: a file of policy tests needs the key 'policy': policy that is tested, from the folder "
            "of this file; of several, new invoices get the first [missing-key]"
        ),
        "a.test.toml:1:1: a file of policy tests needs the key 'test': the tests [missing-key]",
        "a.test.toml:1:1: unknown key 'polici'; did you mean 'policy'? [unknown-key]",
        "nada.test.toml:1:1: cannot be read: No such file or directory [unreadable]",
    ]


def test_no_tests_at_all(call: Run, shop: Path):
    """It says where it looked and what writes some."""
    (shop / "example.test.toml").unlink()
    ran = call("test")
    assert ran.status == 1
    assert ran.err == "this folder and policies/: no file *.test.toml; `regua init` writes one\n"
    assert call("test", "policies").err.startswith("policies: no file *.test.toml")


def test_the_tests_that_init_writes_pass(call: Run):
    """They are found in policies/, and every step of the policy is tried."""
    assert call("init", "--force").status == 0
    ran = call("test", "policies", "--coverage")
    assert ran.status == 0
    assert "coverage of padrao version 1: 6 of 6 steps went out\n" in ran.out


def test_as_json_lines(call: Run):
    """A line for each test, and for the coverage of each policy."""
    ran = call("test", "more", "--format", "jsonl", "--coverage")
    failed, covered = map(json.loads, ran.out.splitlines())
    assert (failed["file"], failed["line"], failed["outcome"]) == ("more/fails.test.toml", 3, "failed")
    [problem] = failed["problems"]
    assert problem["at"] == "more/fails.test.toml:7:11"
    assert problem["rows"][0] == {
        "expected": "D-5 lembrete-email",
        "actual": "D-5 lembrete-email",
        "step": "more/example.toml:42",
        "why": "",
    }
    assert covered["coverage"]["steps"]["lembrete-email"] == 1
    assert covered["coverage"]["steps"]["protesto"] == 0


def test_as_junit(call: Run, shop: Path):
    """A suite for each file; what XML cannot hold is replaced."""
    ran = call("test", "example.test.toml", "more", "--junit", "junit.xml")
    assert ran.status == 1
    suites = ET.parse(shop / "junit.xml").getroot()  # noqa: S314 - written just now
    assert [
        (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in suites
    ] == [
        ("example.test.toml", "3", "0", "0"),
        ("more/fails.test.toml", "1", "1", "0"),
    ]
    [failure] = suites.iter("failure")
    assert failure.get("message") == "expect: not what went out"
    assert (failure.text or "").startswith("more/fails.test.toml:7:11: expect: not what went out\n")
    assert [case.get("name") for case in suites[1]] == ["paid & <late>"]


def test_the_schema_is_printed(call: Run):
    """For editors."""
    ran = call("schema", "test")
    assert json.loads(ran.out)["title"] == "regua policy tests"
