"""Inside the host's transaction: what regua does stays or goes with what the host did."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from tests.servers.postgres import PostgresServer

from regua.errors import EventConflict
from regua.testing.contracts.specimens import APRIL, LOJA, Stopped, action, attempt, names, record, registered
from regua_postgres import PostgresStore

# How a host opens its connection: as Django inside `atomic` and SQLAlchemy do, and with transactions that it begins.
MODES: dict[str, dict[str, Any]] = {"implicit": {}, "explicit": {"autocommit": True, "row_factory": dict_row}}


@pytest.fixture(params=MODES.values(), ids=MODES)
def host(request: pytest.FixtureRequest, postgres_url: str, store: PostgresStore) -> Iterator[psycopg.Connection[Any]]:
    """A host's connection in one of the modes, with a table of its own."""
    record(store, registered("e1"))
    with psycopg.connect(postgres_url, **request.param) as connection:
        connection.execute("CREATE TABLE venda (id integer PRIMARY KEY)")
        if not connection.autocommit:
            connection.commit()
        yield connection


def begin(host: psycopg.Connection[Any]) -> None:
    """Let the host do something first, in a transaction that stays open."""
    if host.autocommit:
        host.execute("BEGIN")
    host.execute("INSERT INTO venda VALUES (1)")


def everything(store: PostgresStore, host: psycopg.Connection[Any]) -> None:
    """Use each call of a transaction in the host's."""
    with store.transaction(LOJA, using=host) as transaction:
        assert [event.id for event in transaction.load("ana").events] == ["e1"]
        assert transaction.append("ana", [registered("e2")]) == 2
        transaction.put("ana", [action("a1", state="claimed")], wakeup_us=APRIL)
        transaction.begin(attempt())
        assert transaction.finish(attempt(outcome="accepted"))
        transaction.keep("ana", {"pessoa": {"name": "Ana"}})
        assert transaction.load("ana", since=1).wakeup_us == APRIL


def found(store: PostgresStore) -> tuple[int, list[str], int, int]:
    """What another connection sees of it."""
    loaded = store.load(LOJA, "ana")
    return loaded.version, names(loaded.outbox), len(store.attempts(LOJA, "ana")), len(store.kept(LOJA, "ana"))


def test_it_is_durable_with_the_hosts_commit(store: PostgresStore, host: psycopg.Connection[Any]):
    """And not before."""
    begin(host)
    everything(store, host)
    assert host.info.transaction_status == TransactionStatus.INTRANS
    assert found(store) == (1, [], 0, 0)
    host.execute("COMMIT")
    assert found(store) == (2, ["a1"], 1, 1)


def test_it_is_undone_with_the_hosts_rollback(store: PostgresStore, host: psycopg.Connection[Any]):
    """All of it."""
    begin(host)
    everything(store, host)
    host.execute("ROLLBACK")
    assert found(store) == (1, [], 0, 0)
    assert host.execute("SELECT 1 FROM venda").fetchall() == []


def test_many_events_stay_or_go_with_it(store: PostgresStore, host: psycopg.Connection[Any]):
    """Those that are copied, too."""
    for end, version in (("ROLLBACK", 1), ("COMMIT", 501)):
        begin(host)
        with store.transaction(LOJA, using=host) as transaction:
            assert transaction.append("ana", [registered(f"m{number}") for number in range(500)]) == 501
        host.execute(end)
        assert store.load(LOJA, "ana").version == version


def test_after_an_error_the_host_may_go_on(store: PostgresStore, host: psycopg.Connection[Any]):
    """Nothing of the block is left, and what the host did before is still there."""
    begin(host)
    with suppress(Stopped), store.transaction(LOJA, using=host) as transaction:
        transaction.append("ana", [registered("e2")])
        raise Stopped
    with pytest.raises(EventConflict), store.transaction(LOJA, using=host) as transaction:
        transaction.append("bia", [registered("e3", "bia"), registered("e1", "bia")])
    host.execute("INSERT INTO venda VALUES (2)")
    with store.transaction(LOJA, using=host) as transaction:
        transaction.append("bia", [registered("e4", "bia")])
    host.execute("COMMIT")
    assert len(host.execute("SELECT 1 FROM venda").fetchall()) == 2
    assert [event.id for event in store.read_all(LOJA)] == ["e1", "e4"]


def test_in_autocommit_there_is_nothing_to_take_part_in(store: PostgresStore, postgres_url: str):
    """A host that forgot to begin is told, before its next error is not undone."""
    with (
        psycopg.connect(postgres_url, autocommit=True) as host,
        pytest.raises(ValueError, match=r"in autocommit, .*transaction\.atomic\(\)"),
        store.transaction(LOJA, using=host),
    ):
        pytest.fail("the block must not be entered")


def test_without_autocommit_there_is_always_the_hosts_transaction(store: PostgresStore, postgres_url: str):
    """Though nothing was done in it yet, as at the start of Django's `atomic`."""
    record(store, registered("e1"))
    with psycopg.connect(postgres_url) as host:
        everything(store, host)
        assert found(store) == (1, [], 0, 0)
        host.rollback()
        assert found(store) == (1, [], 0, 0)


def test_a_host_that_read_an_older_state_is_told(store: PostgresStore, postgres_url: str):
    """Its transaction sees one moment: nothing is decided on what was changed since."""
    with psycopg.connect(postgres_url) as host:
        host.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        host.execute("SELECT * FROM regua_account")
        record(store, registered("e1"))
        with pytest.raises(psycopg.errors.SerializationFailure), store.transaction(LOJA, using=host) as transaction:
            transaction.load("ana")
        host.rollback()


def test_while_the_host_holds_a_debtor_others_wait_for_it_alone(store: PostgresStore, host: psycopg.Connection[Any]):
    """Somebody else's debtor is recorded meanwhile, and nothing of the held one is claimed."""
    begin(host)
    with store.transaction(LOJA, using=host) as transaction:
        transaction.load("ana")
    record(store, registered("e2", "bia"))
    assert store.load(LOJA, "bia").version == 1
    host.execute("ROLLBACK")


def test_a_connection_to_another_database_is_refused(store: PostgresStore, postgres: PostgresServer):
    """And to another schema of the same, where there may be tables of the same names."""
    with postgres.schema() as url, psycopg.connect(url) as other:
        for _ in range(2):
            with pytest.raises(ValueError, match=r"finds other tables .*search_path"):
                store.transaction(LOJA, using=other).__enter__()
            other.rollback()
            PostgresStore.open(url, migrate=False).migrate()


def test_a_closed_connection_is_refused(store: PostgresStore, postgres_url: str):
    """And what is no connection of psycopg 3."""
    host = psycopg.connect(postgres_url)
    host.close()
    with pytest.raises(ValueError, match="closed"):
        store.transaction(LOJA, using=host).__enter__()
    with pytest.raises(ValueError, match=r"got a str; give a psycopg\.Connection, Django's"):
        store.transaction(LOJA, using=postgres_url).__enter__()


def test_a_transaction_ends_with_its_block(store: PostgresStore, host: psycopg.Connection[Any]):
    """Whoever keeps it gets an error, and nothing is written outside a transaction."""
    for using in (None, host):
        if using:
            begin(host)
        with store.transaction(LOJA, using=using) as transaction:
            pass
        with pytest.raises(psycopg.InterfaceError):
            transaction.append("ana", [registered("e2")])
