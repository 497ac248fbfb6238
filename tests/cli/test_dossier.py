"""`regua dossier`."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import invoice, reachable

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
DAY = ("--as-of", "2012-06-15")
WHO = ("--debtor", "0187-ERLSR")
FILE = ("email.toml", "events.jsonl")


def test_the_page_of_a_store(call: Run):
    """One file with the debtor's name; the note tells the last hash, and the same day gives the same bytes."""
    known = {"version": 1, "creditor": "loja", "debtor": "0187-ERLSR", "type": "debtor.updated", "id": "who"}
    known |= {"at": "2012-01-02T12:00:00Z", "recorded_at": "2012-01-02T12:00:00Z", "person": "0187-ERLSR/person"}
    assert call("record", "-", "--people", "people.csv", stdin=json.dumps(known).encode()).status == 0
    ran = call("dossier", *WHO, *DAY, "-o", "one.html")
    assert (ran.status, ran.out) == (0, "")
    noted = re.fullmatch(r"\d+ entries, (\d+) facts; last hash ([0-9a-f]{64})\n", ran.err)
    assert noted
    page = Path("one.html").read_text(encoding="utf-8")
    assert '<html lang="pt-BR">' in page
    assert "<td>Ana Souza</td>" in page
    assert "<td>11.222.333/0001-81</td>" in page
    assert f"{noted[1]} fatos" in page
    assert page.count(noted[2]) == 3
    assert call("dossier", *WHO, *DAY, "--creditor", "loja", "--quiet").out == page


def test_json_and_what_was_known(call: Run):
    """The chain for programs; what was recorded later is left out."""
    later = json.loads(call("dossier", *WHO, "--format", "json").out)
    earlier = json.loads(call("dossier", *WHO, *DAY, "--format", "json").out)
    facts = [[each for each in said["entries"] if '"section":"event"' in each["text"]] for said in (later, earlier)]
    assert len(facts[0]) > len(facts[1]) > 0
    assert later["last_hash"] == later["entries"][-1]["hash"]


def test_events_without_a_store(call: Run):
    """Nobody's name is known then; facts, calculation and decisions are the same."""
    stored = json.loads(call("dossier", *WHO, *DAY, "--format", "json").out)
    given = json.loads(call("dossier", *FILE, *WHO, *DAY, "--format", "json").out)

    def told(said: dict[str, Any], section: str) -> list[dict[str, Any]]:
        parts = [json.loads(each["text"]) for each in said["entries"]]
        return [part for part in parts if part["section"] == section]

    for section in ("receivable", "decision", "debtor"):
        assert told(given, section) == told(stored, section)
    assert [each["event"]["id"] for each in told(given, "event")] == [
        each["event"]["id"] for each in told(stored, "event")
    ]
    [creditor] = told(given, "creditor")
    assert creditor == {"section": "creditor", "id": "loja"}


def test_a_day_is_the_whole_day(call: Run):
    """A payment of that evening is in it."""
    payment = {
        "type": "payment.settled",
        "version": 1,
        "id": "p-1",
        "creditor": "loja",
        "debtor": "ana",
        "payment": "pix-1",
        "at": "2026-04-24T22:00:00-03:00",
        "recorded_at": "2026-04-24T23:00:00-03:00",
        "receivables": ["nf-1"],
        "amount": {"amount": "150.00", "currency": "BRL"},
    }
    lines = (reachable("ana") + invoice("ana", "nf-1", "2026-04-22") + json.dumps(payment)).encode()
    page = call("dossier", "email.toml", "-", "--debtor", "ana", "--as-of", "2026-04-24", stdin=lines).out
    assert "pagamento liquidado [payment.settled]" in page
    page = call("dossier", "email.toml", "-", "--debtor", "ana", "--as-of", "2026-04-23", stdin=lines).out
    assert "payment.settled" not in page


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--debtor", "0187-ERLS"), 1, "nothing is recorded of debtor '0187-ERLS'; did you mean '0187-ERLSR'?\n"),
        ((*FILE, "--debtor", "0187-ERLS"), 1, "no event is about debtor '0187-ERLS'; did you mean '0187-ERLSR'?\n"),
        ((*WHO, "--creditor", "loj"), 1, "the settings have no creditor 'loj'; did you mean 'loja'?\n"),
        (
            (*WHO, "--as-of", "2001-01-01"),
            1,
            "nothing was known of debtor '0187-ERLSR' then; ask with a later --as-of\n",
        ),
        ((*WHO, "--config", "none.toml"), 1, "none.toml:1:1: there is no such file in "),
        (("email.toml", *WHO), 2, "POLICY goes with EVENTS; without both, the store of the settings is read\n"),
        ((*WHO, "-o", "nowhere/d.html"), 1, "there is no such folder"),
        ((*WHO, "--as-of", "yesterday"), 2, "is neither a day (2026-04-18) nor an instant"),
    ],
)
def test_what_cannot_be_told(call: Run, arguments: tuple[str, ...], status: int, said: str):
    """The error names what is wrong, and nothing is written."""
    ran = call("dossier", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err


def test_a_debtor_of_several_creditors(call: Run):
    """One has to be chosen."""
    events = Path("events.jsonl").read_text(encoding="utf-8")
    Path("two.jsonl").write_text(events + events.replace('"creditor":"loja"', '"creditor":"outra"'), encoding="utf-8")
    ran = call("dossier", "email.toml", "two.jsonl", *WHO)
    assert ran.status == 2
    assert "debtor '0187-ERLSR' owes several creditors (loja, outra); choose one with --creditor" in ran.err
    assert call("dossier", "email.toml", "two.jsonl", *WHO, *DAY, "--creditor", "outra").status == 0


def test_pdf_without_reportlab(call: Run, monkeypatch: pytest.MonkeyPatch):
    """No half a file."""
    monkeypatch.setitem(sys.modules, "reportlab.platypus", None)
    ran = call("dossier", *WHO, *DAY, "--format", "pdf", "-o", "d.pdf")
    assert ran.status == 1
    assert "pip install 'regua[pdf]'" in ran.err
    assert not Path("d.pdf").exists()
