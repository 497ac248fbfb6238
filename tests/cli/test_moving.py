import json
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.working import SETTINGS, fill, open_shop, sent

from regua.engine.moving import importing

Run = Callable[..., Any]
CANARY = "ana@example.invalid"
DEBTORS = ["ana", "bia", "caio"]


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Path:
    """A shop of three debtors of whom one was reminded, and an empty one beside it; its folder is the current one."""
    folder = tmp_path / "old"
    folder.mkdir()
    monkeypatch.chdir(open_shop(folder))
    fill(folder, DEBTORS)
    assert call("record", "events.jsonl", "--people", "people.csv").status == 0
    assert call("run", "--once", "--limit", "1").status == 0
    shutil.copytree(folder, tmp_path / "new", ignore=shutil.ignore_patterns("regua.sqlite3*", "outbox"))
    return folder


def test_a_move(shop: Path, call: Run, monkeypatch: pytest.MonkeyPatch):
    """From one store to another: who was reminded is not reminded again, the others are."""
    ran = call("export", "--with-personal-data", "-o", "loja.jsonl")
    assert (ran.status, ran.out) == (0, "")
    warned = "the export holds personal data: names and addresses; keep it as such, and delete it\n"
    assert ran.err == f"{warned}creditor loja: 3 debtors in 24 lines\n"
    file = shop / "loja.jsonl"
    monkeypatch.chdir(shop.parent / "new")
    ran = call("import-events", str(file))
    told = f"{file}: creditor loja: 3 debtors taken over, 11 facts, 3 actions, 1 attempt, 3 records of people\n"
    assert (ran.status, ran.out, ran.err) == (0, "", told)
    again = call("import-events", str(file))
    assert (again.status, again.err.endswith("0 attempts; 3 known\n")) == (0, True)
    assert call("export", "--with-personal-data", "--quiet").out.encode() == file.read_bytes()
    assert call("run", "--once").out.startswith("sent 2, ")
    assert len(sent(Path.cwd())) == 2
    assert {each.name for each in sent(shop)}.isdisjoint(each.name for each in sent(Path.cwd()))
    assert call("replay", "--verify").status == 0


@pytest.mark.parametrize("options", [("export", "--with-personal-data"), ("dossier", "--debtor", "ana")])
def test_a_file_that_names_people_is_its_owners(options: tuple[str, ...], call: Run):
    """Nobody else may read it, whatever the umask lets them; one that is replaced keeps its permissions."""
    assert call(*options, "-o", "people.out").status == 0
    file = Path("people.out")
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    assert call(*options, "-o", "people.out").status == 0
    assert file.stat().st_mode & 0o777 == 0o640


def test_through_a_pipe_without_personal_data(shop: Path, call: Run, monkeypatch: pytest.MonkeyPatch):
    """What a pipe gives is checked as a file is; what is missing is told."""
    ran = call("export", "--creditor", "loja")
    assert CANARY not in ran.out
    assert ran.err == "creditor loja: 3 debtors in 21 lines\n"
    monkeypatch.chdir(shop.parent / "new")
    took = call("import-events", "-", stdin=ran.out.encode())
    remedy = "give those whom nobody erased to `regua record --people`; until then nothing leaves that needs them"
    lacking = f"<stdin>: 3 records of people are not kept here; {remedy}"
    assert (took.status, took.err.splitlines()[1]) == (0, lacking)
    assert call("run", "--once").out.startswith("sent 0, ")


def test_what_cannot_be_taken_over(shop: Path, call: Run, monkeypatch: pytest.MonkeyPatch):
    """A line that says what to do, and status 1."""
    (shop / "loja.jsonl").write_text(call("export").out, encoding="utf-8")
    file = shop / "loja.jsonl"
    monkeypatch.chdir(shop.parent / "new")
    cut = call("import-events", "-", stdin=file.read_bytes()[:-1000])
    assert (cut.status, cut.err.endswith("export once more, or copy the file again\n")) == (1, True)
    plain = call("import-events", "events.jsonl")
    remedy = "this is a file of events, no export; `regua record` stores events"
    assert (plain.status, plain.err) == (1, f"events.jsonl: line 1: {remedy}\n")
    other = call("import-events", str(file), "--creditor", "posto")
    assert (other.status, other.err) == (1, "the settings have no creditor 'posto'; there are loja\n")
    fill(Path.cwd(), ["ana"])
    assert call("record", "events.jsonl").status == 0
    full = call("import-events", str(file))
    differs, remedy = full.err.splitlines()
    assert full.status == 1
    assert differs.startswith(f"{file}: line 3: what is stored of debtor 'ana' is not what the file holds: fact 1")
    assert remedy.startswith(f"{file}: nothing was imported; import into a new database, record there what only this")


def test_interrupted_between_two_debtors(shop: Path, call: Run, monkeypatch: pytest.MonkeyPatch):
    """Ctrl-C ends it where nothing is half done, with the status that says so; the same command goes on."""
    (shop / "loja.jsonl").write_text(call("export", "--with-personal-data").out, encoding="utf-8")
    monkeypatch.chdir(shop.parent / "new")
    store = importing._store  # noqa: SLF001 - the moment in which the signal comes

    def interrupted(*given: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        store(*given)

    monkeypatch.setattr(importing, "AT_ONCE", 1)
    monkeypatch.setattr(importing, "_store", interrupted)
    ran = call("import-events", str(shop / "loja.jsonl"))
    assert (ran.status, ran.err) == (130, f"{shop / 'loja.jsonl'}: stopped; the same command goes on\n")
    monkeypatch.setattr(importing, "_store", store)
    ran = call("import-events", str(shop / "loja.jsonl"))
    assert "2 debtors taken over" in ran.err
    assert ran.err.endswith("; 1 known\n")


def test_several_creditors(shop: Path, call: Run):
    """One at a time."""
    second = '\n[creditor.posto]\npolicies = ["always.toml"]\nname = "Posto Exemplo"\n'
    (shop / "regua.toml").write_text(SETTINGS + second, encoding="utf-8")
    ran = call("export")
    assert ran.status == 2
    assert "there are several creditors (loja, posto); choose with --creditor" in ran.err


def test_everything_agrees(call: Run):
    """--verify looks at everybody, and says at how much."""
    ran = call("replay", "--verify")
    what = "3 debtors, 11 facts, 1 attempt, 3 actions, 1 policy version: 0 things do not agree\n"
    assert (ran.status, ran.out, ran.err) == (0, "", what)
    assert call("replay", "--verify", "--debtor", "bia").err.startswith("1 debtor, 3 facts, 0 attempts")
    assert call("replay").status == 2


def test_something_was_changed(shop: Path, call: Run):
    """A line each, for people and for programs, and status 1."""
    connection = sqlite3.connect(shop / "regua.sqlite3")
    connection.executescript("DROP TRIGGER regua_attempt_stays; UPDATE regua_attempt SET reference = 'other'")
    connection.close()
    ran = call("replay", "--verify")
    assert ran.status == 1
    (line,) = ran.out.splitlines()
    assert line.startswith("loja: debtor ana, attempt ")
    assert "/1: reference other, now email-" in line
    assert ran.err.endswith("1 thing does not agree\n")
    finding, summary = map(json.loads, call("replay", "--verify", "--format", "jsonl").out.splitlines())
    about = {name: finding[name] for name in ("type", "creditor", "debtor", "what", "recorded", "cause")}
    told = {"type": "finding", "creditor": "loja", "debtor": "ana", "what": "reference", "recorded": "other"}
    assert about == told | {"cause": ""}
    assert (summary["type"], summary["findings"], summary["explained"]) == ("summary", 1, 0)
