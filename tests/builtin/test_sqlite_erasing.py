"""After `erase` the bytes are gone from every file."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from regua.builtin.sqlite import SqliteStore, connections
from regua.testing.contracts.specimens import LOJA, POSTO

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


def test_what_was_replaced_is_gone_too(path: Path, sqlite_store: SqliteStore):
    """Also where the host's connection replaced it, which by itself only unlinks what was there."""
    host = sqlite3.connect(path, isolation_level=None)
    host.execute("PRAGMA secure_delete = OFF")
    for name in ("CANARIO-UM", "CANARIO-DOIS " * 500, "CANARIO-TRES", "CANARIO-QUATRO " * 900, "CANARIO-CINCO"):
        keep(sqlite_store, "ana", name, using=host)
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
