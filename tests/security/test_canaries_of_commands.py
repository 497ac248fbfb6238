"""What commands write to the terminal, where a cron job or somebody's shoulder reads it: ids, never who it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.working import due_now, open_shop
from tests.security.canaries import EMAIL, NAME, PERSON, PHONE, Listener, told_by

pytestmark = pytest.mark.one_python
Run = Callable[..., Any]
PEOPLE = "debtor,ref,name,address,cpf,cnpj,street,note\n"
GOOD = f"zen,zen/email,{NAME},{EMAIL},{PERSON['cpf']},{PERSON['cnpj']},{PERSON['street']},{PERSON['note']}\n"
BAD = [
    f"zen,zen/phone,{NAME},+55 11 98765-123,{PERSON['cpf']},,,\n",
    f"zen,zen/x,{NAME},{EMAIL} {PHONE},,,,\n",
    f"zen,zen/y,{NAME},{EMAIL},529.982.247-26 {PERSON['cpf']},,,\n",
    f"zen,,{NAME},{EMAIL},,,,\n",
    f'zen,zen/z,"{NAME},{EMAIL}\n',
]
MAP = """
format = 1
[values]
timezone = "America/Sao_Paulo"
clock = "08:00"
[columns.doc]
holds = "document"
[columns.fone]
holds = "phone"
[defaults]
creditor = "loja"
debtor = "{cliente}"
recorded_at = "at"
[[event]]
type = "invoice.issued"
id = "nf-{nota}"
at = "{emissao}"
receivable = "{nota}"
amount = "{valor}"
due = "{vencimento}"
"""
ROWS = [
    f"bia,1,2026-01-01,10.00,2026-02-01,{NAME},{PERSON['cpf']},{PHONE}",
    f"bia,2,2026-01-01,muito,2026-02-01,{NAME},{PERSON['cpf']},{PHONE}",
    f"bia,3,2026-01-01,10.00,2026-02-01,{NAME},529.982.247-26 {PERSON['cpf']},{PHONE}",
    f"bia,4,2026-01-01,10.00,2026-02-01,{NAME},{PERSON['cpf']},{PHONE}0000",
    f"bia,5,2026-01-01,10.00,{NAME},{PERSON['cpf']},{PHONE}",
    f'bia,6,2026-01-01,"10.00,2026-02-01,{NAME},{PERSON["cpf"]},{PHONE}',
]
SHOWS = {
    "dossier": "it tells everything about a debtor, for a lawyer; it goes to a file or to who asked for it",
    "export": "with --with-personal-data, and it says so",
    "run": "by the channel console, which prints messages for who looks on",
}
"""Commands whose purpose is to show somebody's data, and why that is none of a leak."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Run) -> Path:
    """A shop with a debtor who is due to be reminded, and is everybody's canary."""
    monkeypatch.chdir(tmp_path)
    open_shop(tmp_path)
    Path("events.jsonl").write_text("".join(due_now("zen")), encoding="utf-8")
    Path("people.csv").write_text(PEOPLE + GOOD, encoding="utf-8")
    assert call("record", "events.jsonl", "--people", "people.csv").status == 0
    return tmp_path


def test_commands(shop: Path, call: Run):
    """Everything that they print on the way from a billing system's file to a debtor who is erased."""
    heard = Listener()

    def ran(*arguments: str) -> Any:
        for debug in ((), ("--debug",)):
            told = call(*arguments, *debug)
            heard.hear(" ".join(arguments[:2]), told.out, told.err)
        return told

    (shop / "map.toml").write_text(MAP, encoding="utf-8")
    (shop / "rows.csv").write_text("\n".join(["cliente,nota,emissao,valor,vencimento,nome,doc,fone", *ROWS]), "utf-8")
    assert ran("import", "rows.csv", "--map", "map.toml", "-o", "out.jsonl").status == 1
    ran("import", "rows.csv", "--map", "map.toml", "-o", "out.jsonl", "--bad-rows", "bad.jsonl")
    heard.hear("bad rows", (shop / "bad.jsonl").read_text(encoding="utf-8"))
    heard.hear("events", (shop / "out.jsonl").read_text(encoding="utf-8"))
    for number, row in enumerate(BAD):
        (shop / f"bad{number}.csv").write_text(PEOPLE + row, encoding="utf-8")
        assert ran("record", "events.jsonl", "--people", f"bad{number}.csv").status == 1
    (shop / "nohead.csv").write_text(GOOD, encoding="utf-8")
    assert ran("record", "events.jsonl", "--people", "nohead.csv").status == 1
    for form in ("table", "csv", "jsonl"):
        ran("plan", "always.toml", "events.jsonl", "--format", form, "--status", "all")
    for command in (
        ("check", "always.toml"),
        ("explain", "always.toml", "events.jsonl", "--debtor", "zen"),
        ("plugins",),
    ):
        ran(*command)
    assert ran("run", "--once").status == 0
    assert [told_by(path.read_text(encoding="utf-8")) for path in (shop / "outbox").iterdir()]
    ran("replay", "--debtor", "zen")
    ran("replay", "--verify")
    for command in (
        ("status",),
        ("unknowns",),
        ("export",),
        ("migrate", "--check"),
        ("dossier", "--debtor", "nobody"),
    ):
        ran(*command)
    move(shop, call, heard)
    assert ran("erase", "--debtor", "zen", "--yes").status == 0
    ran("replay", "--debtor", "zen")
    assert ran("dossier", "--debtor", "zen").status == 0
    assert heard.leaks == []


def move(shop: Path, call: Run, heard: Listener) -> None:
    """To another store, whole and damaged; the export itself holds what was asked for."""
    exported = call("export", "--with-personal-data", "-o", "moved.jsonl")
    heard.hear("export", exported.out, exported.err)
    lines = (shop / "moved.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    [place] = [number for number, line in enumerate(lines) if NAME in line]
    settings = (shop / "regua.toml").read_text(encoding="utf-8")
    damages = (lambda line: line[:-30], lambda line: line.replace(f'"{NAME}"', f'["{NAME}"]'), lambda line: line * 2)
    for number, damaged in enumerate((*damages, str)):
        line = damaged(lines[place])
        (shop / "moved.jsonl").write_text("".join([*lines[:place], line, *lines[place + 1 :]]), encoding="utf-8")
        (shop / "other.toml").write_text(settings.replace("regua.sqlite3", f"{number}.sqlite3"), encoding="utf-8")
        call("migrate", "--config", "other.toml")
        told = call("import-events", "moved.jsonl", "--config", "other.toml")
        assert told.status == (0 if damaged is str else 1), told
        heard.hear("import-events", told.out, told.err)


def test_commands_that_show_it_on_purpose(shop: Path, call: Run):
    """Each has its reason; whoever adds one adds it here."""
    settings = shop / "regua.toml"
    shown = {"dossier": call("dossier", "--debtor", "zen"), "export": call("export", "--with-personal-data")}
    settings.write_text(settings.read_text("utf-8").replace('"folder"\npath = "outbox"', '"console"'), encoding="utf-8")
    shown["run"] = call("run", "--once")
    assert shown.keys() == SHOWS.keys()
    for name, ran in shown.items():
        assert ran.status == 0, (name, ran.err)
        assert told_by(ran.err) == []
    assert told_by(shown["export"].out)
    assert "personal data" in shown["export"].err
    assert told_by(shown["run"].out)
