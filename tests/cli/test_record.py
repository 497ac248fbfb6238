import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from tests.cli.working import SETTINGS, due_now, fill, open_shop, paid, stored

from regua.builtin.sqlite import SqliteStore
from regua.cli.people import read_people

Run = Callable[..., Any]
EVENTS = "SELECT debtor, count(*) FROM regua_event GROUP BY debtor ORDER BY debtor"
CANARY = "529.982.247-25"


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop without debtors; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    return open_shop(tmp_path)


def people(text: str) -> str:
    """Write a file of people, and give its name."""
    Path("people.csv").write_text(text, encoding="utf-8")
    return "people.csv"


def kept(debtor: str) -> Mapping[str, Mapping[str, str]]:
    """The personal data of a debtor."""
    store = SqliteStore.open("sqlite:///regua.sqlite3")
    try:
        return store.kept("loja", debtor)
    finally:
        store.close()


def test_events_are_stored_once(shop: Path, call: Run):
    """The same file may come again."""
    fill(shop, ["ana", "bia"])
    ran = call("record", "events.jsonl")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == "events.jsonl: 6 new events, 0 known, of 2 debtors\n"
    assert call("record", "events.jsonl").err == "events.jsonl: 0 new events, 6 known, of 2 debtors\n"
    assert stored(shop, EVENTS) == [("ana", 3), ("bia", 3)]


def test_a_line_twice_in_one_file_is_one_fact(call: Run):
    """Standard input, too."""
    lines = "".join(due_now("ana")) * 2
    assert call("record", "-", stdin=lines.encode()).err == "<stdin>: 3 new events, 3 known, of 1 debtor\n"


def test_bad_lines_are_told_and_the_others_stored(shop: Path, call: Run):
    """Each with its number; status 1."""
    lines = [*due_now("ana"), "{}\n", "no event\n", *due_now("bia")]
    ran = call("record", "-", stdin="".join(lines).encode())
    assert ran.status == 1
    first, second, last = ran.err.splitlines()
    assert first.startswith("<stdin>: line 4: ")
    assert second.startswith("<stdin>: line 5: ")
    assert last == "<stdin>: 6 new events, 0 known, of 2 debtors"
    assert stored(shop, EVENTS) == [("ana", 3), ("bia", 3)]


def test_a_debtor_is_stored_whole_or_not_at_all(shop: Path, call: Run):
    """A conflict is told with the line of the event, and stops nobody else."""
    fill(shop, ["ana"])
    assert call("record", "events.jsonl").status == 0
    changed = [*due_now("ana")][2].replace("150.00", "151.00")
    ran = call("record", "-", stdin="".join([paid("ana"), changed, *due_now("bia")]).encode())
    assert ran.status == 1
    told, last = ran.err.splitlines()
    assert told.startswith("creditor 'loja', debtor 'ana': event 'ana-issued' (invoice.issued, debtor 'ana') was rec")
    assert told.endswith("(line 2)")
    assert last == "<stdin>: 3 new events, 0 known, of 1 debtor"
    assert stored(shop, EVENTS) == [("ana", 3), ("bia", 3)]


def test_a_creditor_who_is_not_in_the_settings(call: Run):
    """Told with the debtor and the nearest name."""
    ran = call("record", "-", stdin="".join(due_now("ana", creditor="lojas")).encode())
    assert ran.status == 1
    assert ran.err.splitlines() == [
        "debtor 'ana': the settings have no creditor 'lojas'; did you mean 'loja'?",
        "<stdin>: 0 new events, 0 known, of 0 debtors",
    ]


def test_no_more_than_twenty_are_told(call: Run):
    """Debtors, lines and people alike; all are counted."""
    lines = [line for number in range(25) for line in due_now(f"d{number}", creditor="x")]
    rows = "debtor,ref,name\n" + ",,\n" * 25
    ran = call("record", "-", "--people", people(rows), stdin="".join(lines + ["bad\n"] * 25).encode())
    assert ran.status == 1
    assert len(ran.err.splitlines()) == 3 * 21 + 1
    assert "people.csv: and 5 more rows that cannot be read" in ran.err
    assert "<stdin>: and 5 more lines that hold no event" in ran.err
    assert "and 5 more debtors that could not be recorded" in ran.err


def test_personal_data_are_kept_apart(shop: Path, call: Run):
    """CSV: what is neither creditor, debtor nor ref is a field; an empty cell is none; the last record stands."""
    fill(shop, ["ana"])
    rows = "debtor;ref;name;address\nana;ana/email;;old@example.invalid\nana;ana/person;Ana Souza;\n"
    ran = call("record", "events.jsonl", "--people", people(rows + "ana;ana/email;;ana@example.invalid\n"))
    assert ran.status == 0
    assert ran.err == "events.jsonl: 3 new events, 0 known, of 1 debtor; 3 records of people kept\n"
    assert kept("ana") == {"ana/email": {"address": "ana@example.invalid"}, "ana/person": {"name": "Ana Souza"}}


def test_documents_and_addresses_are_kept_in_one_form(shop: Path, call: Run):
    """Of a column whose name says what it holds, and of addresses that show what they are."""
    fill(shop, ["ana"])
    rows = "debtor,ref,name,cpf,address\nana,p,Ana,529.982.247-25,\nana,ana/phone,,,+55 (11) 96123-4567\n"
    assert call("record", "events.jsonl", "--people", people(rows)).status == 0
    assert kept("ana") == {"p": {"name": "Ana", "cpf": "52998224725"}, "ana/phone": {"address": "+5511961234567"}}


def test_personal_data_as_json_lines(shop: Path, call: Run):
    """Also from standard input."""
    fill(shop, ["ana"])
    row = {"creditor": "loja", "debtor": "ana", "ref": "ana/person", "fields": {"name": "Ana Souza"}}
    ran = call("record", "events.jsonl", "--people", "-", stdin=json.dumps(row).encode())
    assert ran.status == 0
    assert kept("ana") == {"ana/person": {"name": "Ana Souza"}}


def test_a_record_says_nothing_personal_of_itself():
    """Not even in a traceback."""
    [person] = read_people(BytesIO(f"debtor,ref,name\nana,ana/person,{CANARY}\n".encode()))
    assert repr(person) == "Person('ana', 'ana/person')"


def test_an_empty_file_of_people(shop: Path, call: Run):
    """Nothing to keep is no error."""
    fill(shop, ["ana"])
    assert call("record", "events.jsonl", "--people", people("")).status == 0


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (f"{CANARY},ana/person,Ana\n", "line 1: the first line does not name each column once, among them debtor and "),
        (f"debtor,ref,ref\nana,{CANARY},x\n", "line 1: the first line does not name each column once"),
        (f"debtor,ref,name\nana,{CANARY}\n", "line 2: 2 cells where the first line has 3"),
        (f"debtor,ref,name\n,r,{CANARY}\n", "line 2: 'debtor' holds no identifier"),
        (f"debtor,ref,name\n{CANARY},,x\n", "line 2: 'ref' holds no identifier"),
        (f"debtor,ref,name\n{CANARY},r,\n", "line 2: there is no field to keep, such as name or address"),
        (f'debtor,ref,name\nana,r,"{CANARY}\n', "line 2: a quote that opens here is not closed"),
        (f"creditor,debtor,ref,name\n{CANARY},ana,r,x\n", "line 2: there is no such creditor; there are loja"),
        (f"creditor,debtor,ref,name\n{CANARY * 20},ana,r,x\n", "line 2: 'creditor' holds no identifier"),
        ("debtor,ref,cpf\nana,r,529.982.247-26\n", "line 2: CPF: the check digits do not belong to the others"),
        ("debtor,ref,address\nana,r,+5529982247\n", "line 2: telephone number: not in the numbering plan"),
        (f"debtor,ref,address\nana,r,{CANARY}@x\n", "line 2: e-mail address: what stands after the at-sign"),
        (f'{{"debtor":"ana","ref":"r","fields":{{"cpf":{CANARY[:3]}}}}}\n', "line 1: 'fields' is no object of texts"),
        (f'{{"debtor":"ana","ref":"r","fields":"{CANARY}"}}\n', "line 1: 'fields' is no object of texts"),
        (f'{{"debtor":"ana","ref":"r","{CANARY}":"x"}}\n', "line 1: a key that is not known; write {"),
        (f'{{"debtor":"ana","{CANARY}\n', "line 1: not JSON: "),
        ('{"debtor":"ana","ref":"r","fields":{"name":"x"}}\n[1]\n', "line 2: not a JSON object"),
    ],
)
def test_bad_rows_are_told_by_their_line_and_nothing_of_them_is_shown(call: Run, rows: str, reason: str):
    """A file in the wrong order of columns puts nobody's data into a log."""
    ran = call("record", "-", "--people", people(rows))
    assert ran.status == 1
    assert f"people.csv: {reason}" in ran.err
    assert CANARY not in ran.err + ran.out
    assert CANARY[:3] not in ran.err.replace("people.csv", "")


def test_bytes_that_are_not_utf_8(call: Run):
    """As Excel saves them; the other rows are kept."""
    Path("people.csv").write_bytes("debtor,ref,name\nana,a,José\n".encode("cp1252") + b"bia,b,Bia\n")
    ran = call("record", "-", "--people", "people.csv")
    assert ran.err.splitlines()[0] == "people.csv: line 2: not written in UTF-8"
    assert kept("ana") == {}
    assert kept("bia") == {"b": {"name": "Bia"}}


def test_with_several_creditors_each_row_says_whose(shop: Path, call: Run):
    """There is no guess."""
    two = SETTINGS + '\n[creditor.outra]\npolicies = ["always.toml"]\nname = "Outra Loja"\n'
    (shop / "regua.toml").write_text(two, encoding="utf-8")
    ran = call("record", "-", "--people", people("debtor,ref,name\nana,a,Ana\n"))
    assert ran.err.splitlines()[0] == "people.csv: line 2: 'creditor' is to say whose debtor: loja, outra"


def test_standard_input_is_read_once(call: Run):
    """Wrong usage."""
    ran = call("record", "-", "--people", "-")
    assert ran.status == 2
    assert "standard input ('-') can be read once" in ran.err


def test_a_file_that_is_not_there(call: Run):
    """One line with its name."""
    ran = call("record", "nothing.jsonl")
    assert (ran.status, ran.err) == (1, "Error: nothing.jsonl: No such file or directory\n")
