"""The server stops, two wait for each other, a statement fails: an error, and nothing half written."""

import threading
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from tests.servers.postgres import PostgresServer

from regua.errors import StoreError
from regua.ports import Transaction
from regua.testing.contracts.specimens import LOJA, action, put, record, registered
from regua_postgres import PostgresStore

pytestmark = pytest.mark.one_python


def cursor_of(transaction: Transaction) -> Any:
    """For statements that the store has no call for."""
    return transaction._cursor  # type: ignore[attr-defined]  # noqa: SLF001 - as the docstring says


@pytest.fixture
def own_server(postgres: PostgresServer) -> PostgresServer:
    """A server that may be stopped."""
    if not postgres.is_ours:
        pytest.skip("not run: the server is somebody else's")
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")  # what other tests wrote need not be read again
    return postgres


def test_after_a_crash_of_the_server_the_store_goes_on(store: PostgresStore, own_server: PostgresServer):
    """What was committed is there; the transaction that was open is gone, and says so."""
    record(store, registered("e1"))
    owner = store.owner()

    def work() -> None:
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e2")])
            own_server.crash()
            own_server.start()
            transaction.load("ana")

    with pytest.raises(StoreError):
        work()
    assert store.load(LOJA, "ana").version == 1
    record(store, registered("e3"))
    assert store.load(LOJA, "ana").version == 2
    assert store.owner() != owner
    assert not store.is_alive(owner)


def test_a_server_that_comes_back_is_waited_for(store: PostgresStore, own_server: PostgresServer):
    """A restart looks like a slow answer to who asks for a connection."""
    record(store, registered("e1"))
    own_server.stop()
    timer = threading.Timer(0.3, own_server.start)
    timer.start()
    assert store.load(LOJA, "ana").version == 1
    timer.join()


def test_a_swallowed_error_does_not_look_like_a_commit(store: PostgresStore):
    """PostgreSQL answers such a COMMIT with a rollback, without an error."""

    def work() -> None:
        with store.transaction(LOJA) as transaction:
            transaction.append("ana", [registered("e1")])
            with suppress(psycopg.errors.UndefinedTable):
                cursor_of(transaction).execute("SELECT * FROM nada")

    with pytest.raises(psycopg.errors.InFailedSqlTransaction, match="nothing of it was stored"):
        work()
    assert store.load(LOJA, "ana").version == 0


def test_a_read_inside_a_transaction_is_of_it(store: PostgresStore):
    """On its own connection: a thread never waits for a second one."""
    small = PostgresStore(store.location, connections=1)
    with small.transaction(LOJA) as transaction:
        transaction.append("ana", [registered("e1")])
        assert small.load(LOJA, "ana").version == 1
        assert small.now() > 0
        assert store.load(LOJA, "ana").version == 0
    small.close()


def test_two_that_wait_for_each_other(store: PostgresStore):
    """One is told so, and loses nothing of what the other does."""
    put(store, action("a1"), action("b1", debtor="bia"))
    both, errors = threading.Barrier(2), []

    def work(first: str, second: str) -> None:
        try:
            with store.transaction(LOJA) as transaction:
                transaction.load(first)
                both.wait(10)
                transaction.load(second)
                transaction.append(second, [registered(f"e-{second}", second)])
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in (("ana", "bia"), ("bia", "ana"))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(errors) == 1
    assert len(list(store.read_all(LOJA))) == 1


def test_a_lock_is_not_waited_for_without_end(store: PostgresStore, postgres_url: str):
    """Somebody forgot a transaction: who needs the debtor is told, and the others are not held up."""
    record(store, registered("e1"), registered("b1", "bia"))

    def work() -> None:
        with store.transaction(LOJA) as transaction:
            cursor_of(transaction).execute("SET LOCAL lock_timeout = '50ms'")
            transaction.load("ana")

    with psycopg.connect(postgres_url) as forgotten:
        forgotten.execute("SELECT * FROM regua_account WHERE debtor = 'ana' FOR UPDATE")
        with pytest.raises(StoreError, match="lock timeout"):
            work()
        record(store, registered("b2", "bia"))
        forgotten.rollback()
