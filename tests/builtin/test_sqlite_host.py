"""Inside the host's transaction: what regua does stays or goes with what the host did."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from regua.builtin.sqlite import SqliteStore
from regua.errors import EventConflict
from regua.testing.contracts.specimens import APRIL, LOJA, Stopped, action, attempt, names, put, record, registered

# How a host opens its connection: by itself (as Django does), or with transactions that the module begins. From Python
# 3.12 on it may say that one is always open, or that none is begun.
MODES: dict[str, dict[str, Any]] = {
    "django": {"isolation_level": None, "detect_types": sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES},
    "legacy": {},
    "immediate": {"isolation_level": "IMMEDIATE"},
}
AUTOCOMMIT: list[dict[str, Any]] = [MODES["django"]]
if sys.version_info >= (3, 12):
    MODES["always"] = {"autocommit": False}
    AUTOCOMMIT.append({"autocommit": True})


@pytest.fixture(params=MODES.values(), ids=MODES)
def host(request: pytest.FixtureRequest, path: Path, sqlite_store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """A host's connection in one of the modes, with a table of its own."""
    record(sqlite_store, registered("e1"))
    connection = sqlite3.connect(path, timeout=0.1, **request.param)
    connection.execute("CREATE TABLE venda (id INTEGER PRIMARY KEY)")
    connection.commit()
    yield connection
    connection.close()


def begin(host: sqlite3.Connection) -> None:
    """Let the host do something first, in a transaction that stays open."""
    if host.isolation_level is None:
        host.execute("BEGIN")
    host.execute("INSERT INTO venda VALUES (1)")
    assert host.in_transaction


def everything(store: SqliteStore, host: sqlite3.Connection) -> None:
    """Use each call of a transaction in the host's."""
    with store.transaction(LOJA, using=host) as transaction:
        assert [event.id for event in transaction.load("ana").events] == ["e1"]
        assert transaction.append("ana", [registered("e2")]) == 2
        transaction.put("ana", [action("a1", state="claimed")], wakeup_us=APRIL)
        transaction.begin(attempt())
        assert transaction.finish(attempt(outcome="accepted"))
        transaction.keep("ana", {"pessoa": {"name": "Ana"}})
        assert transaction.load("ana", since=1).wakeup_us == APRIL


def found(store: SqliteStore) -> tuple[int, list[str], int, int]:
    """What another connection sees of it."""
    loaded = store.load(LOJA, "ana")
    return loaded.version, names(loaded.outbox), len(store.attempts(LOJA, "ana")), len(store.kept(LOJA, "ana"))


def test_it_is_durable_with_the_hosts_commit(sqlite_store: SqliteStore, host: sqlite3.Connection):
    """And not before."""
    begin(host)
    everything(sqlite_store, host)
    assert host.in_transaction
    assert found(sqlite_store) == (1, [], 0, 0)
    host.commit()
    assert found(sqlite_store) == (2, ["a1"], 1, 1)


def test_it_is_undone_with_the_hosts_rollback(sqlite_store: SqliteStore, host: sqlite3.Connection):
    """All of it."""
    begin(host)
    everything(sqlite_store, host)
    host.rollback()
    assert found(sqlite_store) == (1, [], 0, 0)
    assert host.execute("SELECT count(*) FROM venda").fetchall() == [(0,)]


def test_after_an_error_the_host_may_go_on(sqlite_store: SqliteStore, host: sqlite3.Connection):
    """Nothing of the block is left, and what the host did before is still there."""
    begin(host)
    with suppress(Stopped), sqlite_store.transaction(LOJA, using=host) as transaction:
        transaction.append("ana", [registered("e2")])
        raise Stopped
    with pytest.raises(EventConflict), sqlite_store.transaction(LOJA, using=host) as transaction:
        transaction.append("bia", [registered("e3", "bia"), registered("e1", "bia")])
    assert host.in_transaction
    host.execute("INSERT INTO venda VALUES (2)")
    with sqlite_store.transaction(LOJA, using=host) as transaction:
        transaction.append("bia", [registered("e4", "bia")])
    host.commit()
    assert host.execute("SELECT count(*) FROM venda").fetchall() == [(2,)]
    assert [event.id for event in sqlite_store.read_all(LOJA)] == ["e1", "e4"]


def test_where_none_is_open_it_is_the_one_that_the_connection_begins(sqlite_store: SqliteStore, path: Path):
    """As an INSERT of the host would begin it: nobody but the host ends it."""
    record(sqlite_store, registered("e1"))
    for mode in (each for each in MODES.values() if each not in AUTOCOMMIT):
        with closing(sqlite3.connect(path, **mode)) as host:
            everything(sqlite_store, host)
            assert host.in_transaction
            host.rollback()
    assert found(sqlite_store) == (1, [], 0, 0)


@pytest.mark.parametrize("mode", AUTOCOMMIT)
def test_in_autocommit_there_is_nothing_to_take_part_in(sqlite_store: SqliteStore, path: Path, mode: dict[str, Any]):
    """A host that forgot to begin is told, before its next error is not undone."""
    with (
        closing(sqlite3.connect(path, **mode)) as host,
        pytest.raises(ValueError, match=r"in autocommit, .*transaction\.atomic\(\)"),
        sqlite_store.transaction(LOJA, using=host),
    ):
        pytest.fail("the block must not be entered")


def test_the_hosts_own_way_of_reading_does_not_matter(sqlite_store: SqliteStore, host: sqlite3.Connection):
    """Row and text factories and converters by declared type; afterwards they are as before."""
    host.row_factory, host.text_factory = sqlite3.Row, bytes
    sqlite3.register_converter("TEXT", lambda value: value.hex())
    sqlite3.register_converter("INTEGER", lambda value: f"nº {value.decode()}")
    try:
        begin(host)
        everything(sqlite_store, host)
        host.commit()
    finally:
        del sqlite3.converters["TEXT"], sqlite3.converters["INTEGER"]
    assert (host.row_factory, host.text_factory) == (sqlite3.Row, bytes)
    assert found(sqlite_store) == (2, ["a1"], 1, 1)


def test_the_write_lock_is_taken_first(sqlite_store: SqliteStore, path: Path):
    """A host that has read an older state is told at once, before anything is decided on it."""
    host = sqlite3.connect(path, timeout=0.1, isolation_level=None)
    host.execute("BEGIN")
    host.execute("SELECT * FROM regua_account").fetchall()
    record(sqlite_store, registered("e1"))
    with (
        pytest.raises(sqlite3.OperationalError, match="locked"),
        sqlite_store.transaction(LOJA, using=host),
    ):
        pytest.fail("the block must not be entered")
    host.rollback()
    host.execute("BEGIN")
    with sqlite_store.transaction(LOJA, using=host) as transaction:
        assert transaction.load("ana").version == 1
    host.close()


def test_a_connection_to_another_database_is_refused(sqlite_store: SqliteStore, tmp_path: Path):
    """Also where the store's file is attached to it: its transactions are the main database's."""
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("ATTACH ? AS regua", (str(sqlite_store.path),))
    with pytest.raises(ValueError, match=r"other\.db, and the store's file is .*regua\.db"):
        sqlite_store.transaction(LOJA, using=other).__enter__()
    other.close()


@pytest.mark.parametrize("name", [":memory:", ""])
def test_a_database_that_is_no_file_is_refused(sqlite_store: SqliteStore, name: str):
    """Facts would be gone with it."""
    memory = sqlite3.connect(name)
    with pytest.raises(ValueError, match="in memory"):
        sqlite_store.transaction(LOJA, using=memory).__enter__()
    memory.close()


def test_another_name_of_the_same_file_is_the_same(sqlite_store: SqliteStore, tmp_path: Path):
    """A link, or a path relative to another folder."""
    link = tmp_path / "link.db"
    link.symlink_to(sqlite_store.path)
    host = sqlite3.connect(link)
    with sqlite_store.transaction(LOJA, using=host) as transaction:
        transaction.append("ana", [registered("e1")])
    host.commit()
    host.close()
    put(sqlite_store, action("a1"))
    assert sqlite_store.load(LOJA, "ana").version == 1


def test_a_transaction_ends_with_its_block(sqlite_store: SqliteStore, host: sqlite3.Connection):
    """Whoever keeps it gets an error, and nothing is written outside a transaction."""
    for using in (None, host):
        if using:
            begin(host)
        with sqlite_store.transaction(LOJA, using=using) as transaction:
            pass
        with pytest.raises(sqlite3.ProgrammingError):
            transaction.append("ana", [registered("e2")])
