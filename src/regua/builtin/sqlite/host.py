"""The host's own transaction: what regua does in it becomes durable, or is undone, with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from regua.builtin.sqlite.transaction import savepoint
from regua.storing import driver_connection, without_transaction

_TAKE_LOCK: Final = "UPDATE regua_account SET version = version WHERE 0"
"""Changes nothing, and takes the write lock."""


@contextmanager
def joined(using: object, path: Path) -> Iterator[sqlite3.Cursor]:
    """Work inside the host's transaction: the one that is open, else the one that its connection begins by itself.

    The write lock is taken before anything is read. Had the host only read so far, and somebody written since, this
    fails here and at once, instead of later with half the work done.

    Args:
        using: the host's connection, or what holds it.
        path: of the store's file.

    Yields:
        A cursor that gives rows as plain tuples, whatever the host's connection does.

    Raises:
        ValueError: `using` is no connection to that file, or in autocommit without a transaction.
        sqlite3.OperationalError: another connection holds the write lock.
    """
    connection = _checked(using, path)
    with _plain_text(connection):
        cursor = sqlite3.Cursor(connection)
        cursor.row_factory = None
        try:
            _begin(cursor)
            with savepoint(cursor, "regua_transaction"):
                cursor.execute(_TAKE_LOCK)
                yield cursor
        finally:
            cursor.close()


def _checked(using: object, path: Path) -> sqlite3.Connection:
    connection = driver_connection(using, sqlite3.Connection)
    try:
        file = _file(connection)
    except sqlite3.ProgrammingError as error:  # closed, or another thread's
        message = f"using= cannot be used here: {error}"
        raise ValueError(message) from error
    if not file:
        message = (
            f"using= is a connection to a database in memory, and the store's is {path}; give one to that file (with "
            'Django\'s tests: "TEST": {"NAME": ...} of the database)'
        )
        raise ValueError(message)
    if not (path.exists() and Path(file).exists() and path.samefile(file)):
        message = f"using= is a connection to {file}, and the store's file is {path}; give one to that file"
        raise ValueError(message)
    return connection


def _begin(cursor: sqlite3.Cursor) -> None:
    """Begin the host's transaction, as its own next change would; nobody here ends it."""
    connection = cursor.connection
    if connection.in_transaction:
        return
    # From Python 3.12 on a connection may be told to be in autocommit, whatever its isolation level is.
    if connection.isolation_level is None or getattr(connection, "autocommit", False) is True:
        raise without_transaction()
    cursor.execute(f"BEGIN {connection.isolation_level}")


def _file(connection: sqlite3.Connection) -> str:
    cursor = sqlite3.Cursor(connection)
    cursor.row_factory = None
    with _plain_text(connection):
        names = {name: file for _, name, file in cursor.execute("PRAGMA database_list")}
    return names["main"] or ""


@contextmanager
def _plain_text(connection: sqlite3.Connection) -> Iterator[None]:
    before = connection.text_factory
    connection.text_factory = str
    try:
        yield
    finally:
        connection.text_factory = before
