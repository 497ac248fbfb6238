"""Numbered SQL files, applied once each, in order, under the write lock of the file."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from regua.builtin.sqlite.connections import Connections
from regua.errors import StoreError
from regua.storing import Migration, missing_of, refused, shipped_in


@cache
def shipped() -> tuple[Migration, ...]:
    """Every migration of this version of regua, in order."""
    return shipped_in(__package__, sqlite3.complete_statement)


def migrate(connections: Connections, *, apply: bool) -> Sequence[str]:
    """Bring the tables up to date, or say what that would take.

    Returns:
        Statements that were, or would be, run.

    Raises:
        SettingsError: the file is no database, is of a newer regua, or was made by migrations that were changed since.
    """
    path, known = connections.path, shipped()
    if not (apply or path.exists()):
        return _statements(known)
    try:
        with connections.reading(create=apply) as connection:
            missing = _missing(connection, known, path)
        if not (apply and missing):
            return _statements(missing)
        with connections.writing() as connection:
            # Asked again: another process may have been quicker.
            missing = _missing(connection, known, path)
            for migration in missing:
                _run(connection, migration)
    except (sqlite3.DatabaseError, StoreError) as error:
        raise _explained(error, path) from error
    return _statements(missing)


def _statements(migrations: Sequence[Migration]) -> tuple[str, ...]:
    return tuple(statement for migration in migrations for statement in migration.statements)


def _missing(connection: sqlite3.Connection, known: Sequence[Migration], path: Path) -> tuple[Migration, ...]:
    return missing_of(known, _applied(connection), path)


def _applied(connection: sqlite3.Connection) -> Mapping[int, str]:
    is_there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'regua_migration'"
    if connection.execute(is_there).fetchone() is None:
        return {}
    return dict(connection.execute("SELECT number, sha256 FROM regua_migration"))


def _run(connection: sqlite3.Connection, migration: Migration) -> None:
    for statement in migration.statements:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO regua_migration (number, name, sha256, applied_us) VALUES (?, ?, ?, ?)",
        (migration.number, migration.name, migration.sha256, time.time_ns() // 1000),
    )


def _explained(error: Exception, path: Path) -> Exception:
    """Name the file where the fault is in the file; a lock or a full disk is nobody's mistake."""
    text = str(error.__cause__ or error)
    if "not a database" in text or "malformed" in text:
        return refused(f"{path} is no SQLite database ({text}); give the store a file of its own")
    if text.startswith("unable to") or "readonly" in text:
        return refused(f"{path} cannot be used ({text}); check the rights of the file and its folder")
    return error
