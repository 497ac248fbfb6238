"""After `erase` the bytes are gone from every file, and with a vault the key is, without which backups say nothing."""

import shutil
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from regua import Engine, events, load_policy
from regua.builtin.sqlite import SqliteStore, connections
from regua.engine import CreditorSettings
from regua.testing.contracts.specimens import LOJA, POSTO, action, answer, attempt, put, registered

DEBTORS = [f"d{number * 7919 % 2_000:04}" for number in range(2_000)]


def keep(store: SqliteStore, debtor: str, name: str, *, creditor: str = LOJA, using: object = None) -> None:
    """Keep a name and a long address."""
    with store.transaction(creditor, using=using) as transaction:
        transaction.keep(debtor, {"pessoa": {"name": name}, "endereço": {"street": f"{name} " * 20}})


def bytes_of(path: Path) -> bytes:
    """Everything that stands in the files of a database."""
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*") if each.is_file())


def test_the_bytes_are_gone(path: Path, sqlite_store: SqliteStore):
    """From the file and the write-ahead log; the neighbours' stay."""
    keep(sqlite_store, "ana", "CANARIO-ANA")
    keep(sqlite_store, "bia", "CANARIO-BIA")
    keep(sqlite_store, "ana", "CANARIO-POSTO", creditor=POSTO)
    assert b"CANARIO-ANA" in bytes_of(path)
    sqlite_store.erase(LOJA, "ana")
    left = bytes_of(path)
    assert b"CANARIO-ANA" not in left
    assert b"CANARIO-BIA" in left
    assert b"CANARIO-POSTO" in left


def test_the_bytes_of_answers_are_gone(path: Path, sqlite_store: SqliteStore):
    """Long ones too, which fill pages of their own, also where the host's connection wrote them."""
    put(sqlite_store, action("a1"), action("b1", debtor="bia"))
    with closing(sqlite3.connect(path, isolation_level=None)) as host:
        host.execute("PRAGMA secure_delete = OFF")
        host.execute("BEGIN")
        with sqlite_store.transaction(LOJA, using=host) as transaction:
            for name, debtor in (("a1", "ana"), ("b1", "bia")):
                transaction.begin(attempt(name, debtor=debtor))
                for times in (1, 300, 4_000):
                    content = f"CANARIO-{debtor} ".encode() * times
                    transaction.keep_answer(answer(name, debtor, content=content, size=len(content)))
        host.execute("COMMIT")
    sqlite_store.erase(LOJA, "ana")
    left = bytes_of(path)
    assert b"CANARIO-ana" not in left
    assert b"CANARIO-bia" in left


def test_what_was_replaced_is_gone_too(path: Path, sqlite_store: SqliteStore):
    """Also where the host's connection replaced it, which by itself only unlinks what was there."""
    host = sqlite3.connect(path, isolation_level=None)
    host.execute("PRAGMA secure_delete = OFF")
    for name in ("CANARIO-UM", "CANARIO-DOIS " * 500, "CANARIO-TRES", "CANARIO-QUATRO " * 900, "CANARIO-CINCO"):
        host.execute("BEGIN")
        keep(sqlite_store, "ana", name, using=host)
        host.execute("COMMIT")
    assert host.execute("PRAGMA secure_delete").fetchall() == [(0,)]
    host.close()
    sqlite_store.erase(LOJA, "ana")
    assert b"CANARIO" not in bytes_of(path)


def test_no_page_holds_a_copy(path: Path, sqlite_store: SqliteStore):
    """Two thousand debtors come and change in disorder, which deletion alone leaves copies of."""
    chance = Random(1)  # noqa: S311 - disorder, and the same in every run
    for start in range(0, len(DEBTORS), 50):
        change(sqlite_store, DEBTORS[start : start + 50], chance)
    for _ in range(30):
        change(sqlite_store, chance.sample(DEBTORS, 50), chance)
    erased = chance.sample(DEBTORS, 150)
    for debtor in erased:
        sqlite_store.erase(LOJA, debtor)
    left = bytes_of(path)
    assert [debtor for debtor in DEBTORS if f"CANARIO-{debtor}-".encode() not in left] == sorted(
        erased, key=DEBTORS.index
    )


def change(store: SqliteStore, debtors: list[str], chance: Random) -> None:
    """Keep names of any length."""
    with store.transaction(LOJA) as transaction:
        for debtor in debtors:
            transaction.keep(debtor, {"pessoa": {"name": f"CANARIO-{debtor}-" * chance.randint(1, 200)}})


def test_the_same_again_takes_no_room(path: Path, sqlite_store: SqliteStore):
    """A host that keeps the customer with every invoice adds nothing."""
    for _ in range(3):
        keep(sqlite_store, "ana", "Ana")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM regua_person").fetchall() == [(2,)]


def test_a_reader_that_does_not_end_is_told(path: Path, sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    """Erasing says that the log still holds the bytes; once the reader has ended, erasing again empties it."""
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    store = SqliteStore.open(f"sqlite:///{path}")
    keep(store, "ana", "CANARIO-ANA")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM regua_person").fetchall()
    with pytest.raises(TimeoutError, match="erase again"):
        store.erase(LOJA, "ana")
    assert store.kept(LOJA, "ana") == {}
    reader.close()
    store.erase(LOJA, "ana")
    assert b"CANARIO-ANA" not in bytes_of(path)
    store.close()
    assert sqlite_store.kept(LOJA, "ana") == {}


POLICY = 'format = 1\n\n[policy]\nid = "loja"\ncalendar = "weekdays"\n'
PERSONAL = {
    "pessoa": {"name": "CANARIO Ana de Souza", "cpf": "529.982.247-25"},
    "e-mail": {"address": "canario.ana@example.invalid"},
    "telefone": {"address": "+55 11 98765-4321"},
}
WORDS = [value.encode() for fields in PERSONAL.values() for value in fields.values()]


def open_engine(path: Path, *, vault: bool = True) -> Engine:
    """An engine on a file, with its keys in another one."""
    creditors = {
        name: CreditorSettings(policies=(load_policy(POLICY.encode()),), name="Loja") for name in (LOJA, POSTO)
    }
    keys = f"sqlite:///{path.parent}/keys.sqlite3" if vault else None
    return Engine.open(store=f"sqlite:///{path}", vault=keys, creditors=creditors)


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    """One that has kept everything of a debtor, and changed it once."""
    with open_engine(path) as opened:
        keep_all(opened)
        yield opened


def keep_all(engine: Engine) -> None:
    """Keep the data of a debtor, and of the other creditor's debtor of the same id."""
    for creditor in (LOJA, POSTO):
        engine.creditor(creditor).record(registered("e1", creditor=creditor, person="pessoa"))
        engine.creditor(creditor).keep("ana", {**PERSONAL, "telefone": {"address": "+55 11 90000-0000 CANARIO"}})
        engine.creditor(creditor).keep("ana", PERSONAL)


def keys_of(path: Path, creditor: str = LOJA) -> list[bytes]:
    """The key of the debtor, as it is stored and as it is used."""
    store = SqliteStore.open(f"sqlite:///{path.parent}/keys.sqlite3")
    ((text,),) = [list(fields.values()) for fields in store.kept(f"keys/{creditor}", "ana").values()]
    store.close()
    return [text.encode(), b64decode(text)]


def found(path: Path, words: list[bytes]) -> list[bytes]:
    """Which of these stand anywhere in the files of either database."""
    everything = bytes_of(path) + bytes_of(path.with_name("keys.sqlite3"))
    return [word for word in words if word in everything]


def test_without_a_vault_the_scan_finds_what_is_kept(path: Path):
    """It can fail: everything stands in the file in clear, until it is erased."""
    with open_engine(path, vault=False) as engine:
        keep_all(engine)
        assert found(path, WORDS) == WORDS
        for creditor in (LOJA, POSTO):
            engine.creditor(creditor).erase("ana")
        assert found(path, [*WORDS, b"CANARIO"]) == []


def test_with_a_vault_nothing_stands_in_any_file_in_clear(path: Path, engine: Engine):
    """Nor what was replaced; the key is in the one database, and not in the other."""
    assert found(path, [*WORDS, b"CANARIO"]) == []
    (stored, _) = keys_of(path)
    assert stored in bytes_of(path.with_name("keys.sqlite3"))
    assert stored not in bytes_of(path)
    assert engine.creditor(LOJA).dossier("ana").debtor.record["name"] == PERSONAL["pessoa"]["name"]


def test_erasing_leaves_no_byte_of_the_key(path: Path, engine: Engine):
    """In either database and its write-ahead log; of the other creditor's namesake all is left."""
    ours, others = keys_of(path), keys_of(path, POSTO)
    store = SqliteStore.open(f"sqlite:///{path}")
    sealed = [value.encode() for fields in store.kept(LOJA, "ana").values() for value in fields.values()]
    assert found(path, [ours[0], *sealed]) == [ours[0], *sealed]
    engine.creditor(LOJA).erase("ana")
    assert found(path, [*ours, *sealed, *WORDS, b"CANARIO"]) == []
    assert found(path, others) == others[:1]
    assert engine.creditor(POSTO).dossier("ana").debtor.record["name"] == PERSONAL["pessoa"]["name"]
    store.close()


def test_what_comes_back_with_a_backup_cannot_be_read(path: Path, engine: Engine):
    """A copy of the database from before the erasure is put in its place: nobody is in it, and the facts are."""
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(path.with_name("backup"))) as copy:
        live.backup(copy)
    engine.creditor(LOJA).erase("ana")
    engine.creditor(LOJA).record(events.DebtorRegistered(**about("e2")))
    engine.close()
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink() if each.is_file() else shutil.rmtree(each)
    path.with_name("backup").rename(path)
    with open_engine(path) as again:
        person = again.creditor(LOJA).dossier("ana").debtor
        assert (person.record, person.is_missing) == ({}, True)
        assert [event.id for event in again.creditor(LOJA).events("ana")] == ["e1"]
        assert found(path, [*WORDS, b"CANARIO"]) == []
        again.creditor(LOJA).keep("ana", {"pessoa": {"name": "Ana Nova"}})
        assert again.creditor(LOJA).dossier("ana").debtor.record["name"] == "Ana Nova"
        assert again.creditor(POSTO).dossier("ana").debtor.record["name"] == PERSONAL["pessoa"]["name"]


def about(name: str) -> dict[str, object]:
    """What every fact has."""
    now = datetime(2026, 4, 2, 12, tzinfo=UTC)
    return {"id": name, "creditor": LOJA, "debtor": "ana", "at": now, "recorded_at": now}


def test_a_reader_of_the_keys_that_does_not_end_is_told(path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch):
    """What is kept is gone all the same; once the reader has ended, erasing again empties the log of the keys."""
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    ours = keys_of(path)
    with closing(sqlite3.connect(path.with_name("keys.sqlite3"), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM regua_person").fetchall()
        with open_engine(path) as impatient, pytest.raises(TimeoutError, match="erase again"):
            impatient.creditor(LOJA).erase("ana")
        assert engine.creditor(LOJA).dossier("ana").debtor.is_missing
    engine.creditor(LOJA).erase("ana")
    assert found(path, ours) == []
