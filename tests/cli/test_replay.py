import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from tests.cli.working import SETTINGS, due_now, fill, open_shop, paid

from regua.engine import Engine
from regua.engine.replaying import Difference, replay

Run = Callable[..., Any]
CANARY = "ana@example.invalid"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Path:
    """A shop whose debtor ana was reminded, and then paid; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    open_shop(tmp_path)
    fill(tmp_path, ["ana"])
    assert call("record", "events.jsonl", "--people", "people.csv").status == 0
    assert call("run", "--once").status == 0
    assert call("record", "-", stdin=paid("ana").encode()).status == 0
    return tmp_path


def test_the_history_of_a_debtor(call: Run):
    """Facts in the order of recording, the evidence under the fact that an attempt began, nothing personal."""
    ran = call("replay", "--debtor", "ana")
    assert ran.status == 0
    lines = ran.out.splitlines()
    assert lines[0] == "debtor ana, creditor loja, times of America/Sao_Paulo"
    numbered = [line.split() for line in lines if line[:1].isdigit()]
    assert [(line[0], line[5]) for line in numbered] == [
        ("1", "contact-point.added"),
        ("2", "consent.granted"),
        ("3", "invoice.issued"),
        ("4", "action.attempted"),
        ("5", "action.sent"),
        ("6", "payment.settled"),
    ]
    assert numbered[3][6:] == ["lembrete", "nf-ana", "email", "email"]
    attempt = lines.index(next(line for line in lines if line.startswith("4 "))) + 1
    assert lines[attempt].startswith("     attempt 1 by email, key ")
    assert lines[attempt + 1].startswith("     accepted 20")
    assert lines[attempt + 2] == "     knew facts 1 to 3; decided again: agrees"
    assert ran.err == "6 facts, 1 attempt, decided otherwise again: 0\n"
    assert CANARY not in ran.out


def test_the_history_for_programs(call: Run):
    """A line each: facts as events, attempts with all of their evidence, what the outbox holds."""
    ran = call("replay", "--debtor", "ana", "--format", "jsonl", "--quiet")
    said = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.status, ran.err) == (0, "")
    assert [each["type"] for each in said] == ["fact"] * 6 + ["attempt", "outbox"]
    assert [each["account_version"] for each in said[:6]] == [1, 2, 3, 4, 5, 6]
    assert said[2]["event"]["type"] == "invoice.issued"
    attempt = said[6]
    assert (attempt["number"], attempt["channel"], attempt["account_version"]) == (1, "email", 3)
    assert (attempt["outcome"], attempt["decided_again"], attempt["differences"]) == ("accepted", "agrees", [])
    assert attempt["reference"] == f"email-{attempt['key']}.txt"
    assert said[7]["state"] == "sent"
    assert CANARY not in ran.out


def test_evidence_that_was_tampered_with(shop: Path, call: Run):
    """What does not follow from the facts is told, by name, and is status 1."""
    connection = sqlite3.connect(shop / "regua.sqlite3")
    connection.executescript("DROP TRIGGER regua_attempt_stays; UPDATE regua_attempt SET version = 2, channel = 'sms'")
    connection.close()
    ran = call("replay", "--debtor", "ana")
    assert ran.status == 1
    assert "     knew facts 1 to 2; decided again: differs: status due, computed again not planned\n" in ran.out
    assert ran.err == "6 facts, 1 attempt, decided otherwise again: 1\n"
    said = [json.loads(line) for line in call("replay", "--debtor", "ana", "--format", "jsonl").out.splitlines()]
    assert said[6]["decided_again"] == "differs"
    assert said[6]["differences"] == [{"what": "status", "recorded": "due", "again": "not planned"}]


def test_evidence_without_its_fact(shop: Path, call: Run):
    """It stands below the facts."""
    connection = sqlite3.connect(shop / "regua.sqlite3")
    connection.executescript("DROP TRIGGER regua_attempt_stays; UPDATE regua_attempt SET number = 2")
    connection.close()
    ran = call("replay", "--debtor", "ana")
    assert ran.status == 1
    assert ran.out.endswith(" has no fact: fact no action.attempted, computed again lembrete\n")


def test_what_would_be_decided_otherwise_is_named():
    """The status, the channel of the evidence, a fact that is missing."""
    with Engine.open("regua.toml") as engine:
        book = engine.creditor("loja")._book  # noqa: SLF001 - replay takes it
        history = engine.creditor("loja").history("ana")
        [replayed] = history.attempts
        assert replayed.agrees
        for change, difference in (
            ({"channel": "sms"}, Difference(what="channel", recorded="sms", again="email")),
            ({"version": 2}, Difference(what="status", recorded="due", again="not planned")),
            ({"version": 5}, Difference(what="status", recorded="due", again="done: attempted")),
            ({"number": 2}, Difference(what="fact", recorded="no action.attempted", again="lembrete")),
        ):
            again = replay(book, history.events, evolve(replayed.attempt, **change))
            assert again.differences[0] == difference, change
        lost = [
            evolve(event, policy_version=9) if event.type == "invoice.issued" else event for event in history.events
        ]
        [difference] = replay(book, lost, replayed.attempt).differences
        assert difference.again.startswith("policy 'always' version 9 of creditor 'loja' is not stored")


def test_a_debtor_of_whom_nothing_is_recorded(call: Run):
    """The nearest one is named."""
    ran = call("replay", "--debtor", "anna")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "nothing is recorded of debtor 'anna'; did you mean 'ana'?\n"


def test_a_debtor_of_several_creditors(shop: Path, call: Run):
    """The creditor is asked for."""
    two = SETTINGS + '\n[creditor.outra]\npolicies = ["always.toml"]\nname = "Outra Loja"\n'
    (shop / "regua.toml").write_text(two, encoding="utf-8")
    assert call("record", "-", stdin="".join(due_now("ana", creditor="outra")).encode()).status == 0
    ran = call("replay", "--debtor", "ana")
    assert ran.status == 2
    assert "debtor 'ana' owes several creditors (loja, outra); choose one with --creditor" in ran.err
    assert call("replay", "--debtor", "ana", "--creditor", "outra").out.startswith("debtor ana, creditor outra, ")
