"""Several statements in one journey to the server and back, which is what most of their time is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext, suppress
from typing import Any, Final

from psycopg import Connection, Cursor, Error
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from regua.storing.rows import Row

Statement = tuple[str, Sequence[object]]
_NAME: Final = "regua_call"


def run(connection: Connection[Any], *statements: Statement) -> list[Cursor[Row]]:
    """Run statements one after the other, and give their results, whatever rows the connection makes otherwise.

    Raises:
        psycopg.Error: one failed; those after it did not run.
    """
    cursors = [Cursor(connection, row_factory=tuple_row) for _ in statements]
    # A pipeline of one would only cost.
    try:
        with connection.pipeline() if len(cursors) > 1 else nullcontext():
            for cursor, (statement, values) in zip(cursors, statements, strict=True):
                cursor.execute(statement, values)
    except Error:
        if connection.info.transaction_status == TransactionStatus.IDLE and connection.prepare_threshold is not None:
            with suppress(Error):  # the error that led here is the one to tell
                forget_prepared(connection, "DEALLOCATE ALL")
        raise
    return cursors


def write(connection: Connection[Any], *statements: Statement) -> list[Cursor[Row]]:
    """As `run`, and where one fails nothing of them is done, and the transaction around them goes on."""
    try:
        _, *cursors, _ = run(connection, (f"SAVEPOINT {_NAME}", ()), *statements, (f"RELEASE {_NAME}", ()))
    except BaseException:
        roll_back(connection, _NAME)
        raise
    return cursors


def roll_back(connection: Connection[Any], name: str) -> None:
    """Undo what was done since a savepoint; the error that led here is the one to tell."""
    if connection.info.transaction_status != TransactionStatus.UNKNOWN:
        with suppress(Error):
            forget_prepared(connection, f"ROLLBACK TO {name}")
            connection.execute(f"RELEASE {name}")


def forget_prepared(connection: Connection[Any], statement: str) -> None:
    """Run a statement after which psycopg prepares all others anew.

    What it prepared behind a statement of a batch that failed it takes for prepared, and the server never saw it. It
    looks at what comes of a statement where that is new to it, or is being prepared.
    """
    connection.execute(statement, prepare=True)
