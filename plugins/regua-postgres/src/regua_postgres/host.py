"""The host's own transaction: what regua does in it becomes durable, or is undone, with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from regua.storing import driver_connection, without_transaction
from regua.storing.rows import Row
from regua_postgres.batches import run
from regua_postgres.statements import IDENTITY, NAME_CREDITOR, NAMED_CREDITOR
from regua_postgres.transaction import savepoint


@contextmanager
def joined(using: object, creditor: str, identity: Callable[[], Row], place: str) -> Iterator[Cursor[Row]]:
    """Work inside the host's transaction: the one that is open, else the one that its connection begins by itself.

    Args:
        using: the host's connection, or what holds it.
        creditor: whose rows are worked on; the host's own setting is put back afterwards.
        identity: asks the store's own connection which table it writes to.
        place: what messages call the store's database.

    Yields:
        A cursor that gives rows as plain tuples, whatever the host's connection does.

    Raises:
        ValueError: `using` is no connection to that database, finds other tables there, or is in autocommit without a
            transaction.
    """
    connection = _checked(using)
    with Cursor(connection, row_factory=tuple_row) as cursor:
        _check_same(cursor, identity, place)
        with savepoint(connection, "regua_transaction"):
            named, _ = run(connection, (NAMED_CREDITOR, ()), (NAME_CREDITOR, (creditor,)))
            (before,) = named.fetchall()
            yield cursor
            # after an error the savepoint puts it back
            run(connection, (NAME_CREDITOR, before))


def _checked(using: object) -> Connection[Any]:
    connection = driver_connection(using, Connection)
    if connection.closed:
        message = "using= is a connection that is closed"
        raise ValueError(message)
    if connection.autocommit and connection.info.transaction_status == TransactionStatus.IDLE:
        raise without_transaction()
    return connection


def _check_same(cursor: Cursor[Row], identity: Callable[[], Row], place: str) -> None:
    if cursor.execute(IDENTITY).fetchone() != identity():
        message = (
            f"using= is a connection to {cursor.connection.info.dbname!r} on {cursor.connection.info.host!r}, where "
            f"it finds other tables than the store, which is {place}; give one to that database, with the same "
            "search_path"
        )
        raise ValueError(message)
