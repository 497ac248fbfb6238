"""Numbered SQL files, applied once each, in order, under the write lock of the file."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from attrs import frozen

from regua.builtin.sqlite.connections import Connections
from regua.builtin.sqlite.location import refused

_NAME: Final = re.compile(r"(\d{4})_\w+\.sql")


@frozen
class Migration:
    """One file.

    Attributes:
        number: of its name; the first is 1, and none is left out.
        name: of the file.
        text: SQL statements; comments may stand between them.
    """

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8, hexadecimal; the line ends of a checkout do not matter."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> Iterator[str]:
        """One by one: what SQLite runs as one script would end the transaction around it."""
        pending = ""
        for line in self.text.splitlines(keepends=True):
            pending += line
            if sqlite3.complete_statement(pending):
                yield pending.strip()
                pending = ""


@cache
def shipped() -> tuple[Migration, ...]:
    """Every migration of this version of regua, in order."""
    folder = files(__package__).joinpath("migrations")
    names = sorted(each.name for each in folder.iterdir() if _NAME.fullmatch(each.name))
    return tuple(Migration(int(name[:4]), name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names)


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
    except sqlite3.DatabaseError as error:
        raise _explained(error, path) from error
    return _statements(missing)


def _statements(migrations: Sequence[Migration]) -> tuple[str, ...]:
    return tuple(statement for migration in migrations for statement in migration.statements)


def _missing(connection: sqlite3.Connection, known: Sequence[Migration], path: Path) -> tuple[Migration, ...]:
    applied = _applied(connection)
    newer = sorted(set(applied) - {each.number for each in known})
    if newer:
        raise refused(f"{path} was written by a newer regua (migration {newer[-1]:04d}); install that version")
    for each in known:
        if applied.get(each.number, each.sha256) != each.sha256:
            raise refused(
                f"{path}: migration {each.name} was applied with other content than this regua ships; install the "
                "version that applied it, and never change a migration: add one"
            )
    return tuple(each for each in known if each.number not in applied)


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


def _explained(error: sqlite3.DatabaseError, path: Path) -> Exception:
    """Name the file where the fault is in the file; a lock or a full disk is nobody's mistake."""
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return refused(f"{path} is no SQLite database ({text}); give the store a file of its own")
    if text.startswith("unable to") or "readonly" in text:
        return refused(f"{path} cannot be used ({text}); check the rights of the file and its folder")
    return error
