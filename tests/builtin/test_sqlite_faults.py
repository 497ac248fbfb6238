"""A full disk, a lock that is not given back: nothing is half written, and afterwards it goes on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from regua.builtin.sqlite import SqliteStore, connections
from regua.errors import StoreError
from regua.testing.contracts.specimens import LOJA, record, registered

MANY = [registered(f"e{number}", segment="varejo" * 20) for number in range(2, 2_000)]


def fill(connection: sqlite3.Connection) -> None:
    """Let the disk be full a few pages on."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 5}")


def test_a_full_disk_leaves_what_was_there(sqlite_store: SqliteStore):
    """The error says so, and the transaction has not happened; with room again, the same call works."""
    record(sqlite_store, registered("e1"))
    with sqlite_store._connections.using() as connection:  # noqa: SLF001 - the disk is full for a connection
        fill(connection)
        with pytest.raises(StoreError, match="full"), sqlite_store.transaction(LOJA) as transaction:
            transaction.append("ana", MANY)
        assert sqlite_store.load(LOJA, "ana").version == 1
        connection.execute("PRAGMA max_page_count = 1000000")
    with sqlite_store.transaction(LOJA) as transaction:
        assert transaction.append("ana", MANY) == 1_999


def test_a_full_disk_in_the_hosts_transaction_is_the_hosts_error(path: Path, sqlite_store: SqliteStore):
    """The first error is the one that is told, also where SQLite has ended the host's transaction with it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as host:
        host.execute("BEGIN")
        fill(host)
        with (
            pytest.raises(sqlite3.OperationalError, match="full"),
            sqlite_store.transaction(LOJA, using=host) as transaction,
        ):
            transaction.append("ana", MANY)
    assert sqlite_store.load(LOJA, "ana").version == 0


def test_a_lock_that_is_not_given_back_is_told(path: Path, sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    """Reading goes on beside a writer; writing waits, and then gives up without having begun."""
    record(sqlite_store, registered("e1"))
    monkeypatch.setattr(connections, "BUSY_SECONDS", 0.1)
    with closing(SqliteStore(path)) as other, sqlite_store.transaction(LOJA) as transaction:
        transaction.append("ana", [registered("e2")])
        assert other.load(LOJA, "ana").version == 1
        with pytest.raises(StoreError, match="locked"):
            record(other, registered("e3"))
    assert sqlite_store.load(LOJA, "ana").version == 2


def test_a_damaged_file_is_told(path: Path):
    """A page of it was overwritten: the error says so, and what to do."""
    with closing(SqliteStore.open(f"sqlite:///{path}")) as store:
        record(store, *MANY)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4)
        file.write(b"x" * (path.stat().st_size // 2))
    with closing(SqliteStore(path)) as store, pytest.raises(StoreError, match=r"is damaged: .* backup"):
        list(store.read_all(LOJA))
