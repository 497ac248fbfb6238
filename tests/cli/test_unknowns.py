"""What nobody knows the outcome of: listed, and resolved by a person."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.gate import install, noted, through_the_gate
from tests.cli.working import SETTINGS, fill, open_shop, stored

Run = Callable[..., Any]
STATES = "SELECT debtor, state FROM regua_action ORDER BY debtor"
ACTION = "SELECT action FROM regua_action WHERE debtor = 'ana'"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Path:
    """A shop that has sent two messages and got no answer; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(install(tmp_path))
    open_shop(tmp_path)
    (tmp_path / "regua.toml").write_text(through_the_gate(SETTINGS), encoding="utf-8")
    fill(tmp_path, ["ana", "bia"])
    assert call("record", "events.jsonl", "--people", "people.csv", "--quiet").status == 0
    (tmp_path / "gate/fog").touch()
    assert "unknown 2" in call("run", "--once").out
    (tmp_path / "gate/fog").unlink()
    return tmp_path


@pytest.fixture
def action(shop: Path) -> str:
    """The id of Ana's action."""
    ((found,),) = stored(shop, ACTION)
    return str(found)


def test_they_are_listed_for_people(call: Run, action: str):
    """With what will happen by itself, and why nobody knows."""
    ran = call("unknowns")
    head, *lines = ran.out.splitlines()
    assert head.split() == ["ACTION", "CREDITOR", "DEBTOR", "STEP", "CHANNEL", "SINCE", "NEXT", "WHY"]
    (line,) = [line for line in lines if " ana " in line]
    assert line.split()[:5] == [action, "loja", "ana", "lembrete", "email"]
    assert line.endswith("receipt-or-person  the answer was lost")
    assert (ran.status, ran.err) == (0, "2 actions of unknown outcome\n")


def test_they_are_listed_for_programs(call: Run, action: str):
    """One JSON object each, with what the provider knows it by."""
    ran = call("unknowns", "--format", "jsonl", "--quiet")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    (ana,) = [line for line in lines if line["debtor"] == "ana"]
    assert len(lines) == 2
    assert ana["key"]
    del ana["key"], ana["contact"], ana["since"]
    assert ana == {
        "creditor": "loja",
        "debtor": "ana",
        "action": action,
        "receivable": "nf-ana",
        "step": "lembrete",
        "channel": "email",
        "attempt": 1,
        "reference": "",
        "why": "the answer was lost",
        "next": "receipt-or-person",
        "next_at": None,
    }


@pytest.mark.parametrize(("known", "state"), [("--sent", "sent"), ("--not-sent", "pending")])
def test_a_person_says_what_became_of_one(shop: Path, call: Run, action: str, known: str, state: str):
    """By the beginning of its id; the other one stays as it was, and what did not leave is sent once more."""
    why = ("--by", "maria", "--reason", "seen in the provider's console")
    ran = call("unknowns", "--resolve", action[:8], known, *why)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith(f"action {action} of debtor ana: {known[2:].replace('-', ' ')}; ")
    assert dict(stored(shop, STATES)) == {"ana": state, "bia": "unknown"}
    assert "by maria: seen in the provider's console" in call("replay", "--debtor", "ana").out
    assert "maria" in call("replay", "--debtor", "ana", "--format", "jsonl").out
    assert call("run", "--once").status == 0
    assert [debtor for _, debtor in noted(shop)].count("ana") == (1 if known == "--sent" else 2)
    again = call("unknowns", "--resolve", action, known, *why)
    assert (again.status, again.out) == (1, "")
    assert again.err == f"no action of unknown outcome begins with '{action}'; `regua unknowns` lists them\n"


def test_one_has_to_be_meant(call: Run, action: str):
    """A beginning that several share decides nothing."""
    ran = call("unknowns", "--resolve", "", "--sent", "--by", "maria", "--reason", "seen")
    assert ran.status == 1
    assert ran.err == "2 actions of unknown outcome begin with ''; `regua unknowns` lists them\n"
    assert action in call("unknowns").out


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("--sent", "--sent, --not-sent, --by and --reason are for --resolve"),
        ("--by maria", "--sent, --not-sent, --by and --reason are for --resolve"),
        ("--resolve 3f --sent --by maria", "--resolve needs --sent or --not-sent, --by and --reason"),
        ("--resolve 3f --by maria --reason seen", "--resolve needs --sent or --not-sent, --by and --reason"),
    ],
)
def test_who_knows_it_and_how_is_said(call: Run, options: str, problem: str):
    """Or nothing is recorded."""
    ran = call("unknowns", *options.split())
    assert ran.status == 2
    assert problem in ran.err


def test_nothing_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run):
    """An empty list has no head."""
    monkeypatch.chdir(open_shop(tmp_path))
    ran = call("unknowns")
    assert (ran.status, ran.out, ran.err) == (0, "", "0 actions of unknown outcome\n")
