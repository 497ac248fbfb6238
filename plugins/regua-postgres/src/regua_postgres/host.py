"""The host's own transaction: what regua does in it becomes durable, or is undone, with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from regua.storing.rows import Row
from regua_postgres.statements import IDENTITY
from regua_postgres.transaction import savepoint


@contextmanager
def joined(using: object, identity: Callable[[], Row], place: str) -> Iterator[Cursor[Row]]:
    """Work inside the host's transaction.

    Without autocommit that is the one which its connection opens with the first statement, this one included; with
    autocommit the one that it has open, else one of its own.

    Args:
        using: the host's connection.
        identity: asks the store's own connection which table it writes to.
        place: what messages call the store's database.

    Yields:
        A cursor that gives rows as plain tuples, whatever the host's connection does.

    Raises:
        ValueError: `using` is no connection to that database, or finds other tables there.
    """
    connection = _checked(using)
    with Cursor(connection, row_factory=tuple_row) as cursor:
        if connection.autocommit and connection.info.transaction_status == TransactionStatus.IDLE:
            _check_same(cursor, identity, place)
            with connection.transaction():
                yield cursor
            return
        _check_same(cursor, identity, place)
        with savepoint(connection, "regua_transaction"):
            yield cursor


def _checked(using: object) -> Connection[Any]:
    if not isinstance(using, Connection):
        message = (
            f"using= got a {type(using).__name__}, not a psycopg.Connection; give the driver's own connection, which "
            "under Django is django.db.connection.connection, and under SQLAlchemy connection.connection."
            "driver_connection"
        )
        raise ValueError(message)  # noqa: TRY004 - the port says ValueError of every connection that cannot serve
    if using.closed:
        message = "using= is a connection that is closed"
        raise ValueError(message)
    return using


def _check_same(cursor: Cursor[Row], identity: Callable[[], Row], place: str) -> None:
    if cursor.execute(IDENTITY).fetchone() != identity():
        message = (
            f"using= is a connection to {cursor.connection.info.dbname!r} on {cursor.connection.info.host!r}, where "
            f"it finds other tables than the store, which is {place}; give one to that database, with the same "
            "search_path"
        )
        raise ValueError(message)
