"""Numbered SQL files, applied once each, in order, by who says `regua migrate`, under an advisory lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from psycopg import Connection, IsolationLevel, OperationalError
from psycopg.errors import InsufficientPrivilege

from regua.storing import Migration, missing_of, refused, shipped_in
from regua_postgres.location import Location, told

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('regua_migration', 0))"
_IS_THERE: Final = "SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass('regua_migration'))"
"""Who waited for a lock learns of what was made meanwhile when it opens a table, and not by `to_regclass` alone."""
_QUOTE: Final = "$$"


@cache
def shipped() -> tuple[Migration, ...]:
    """Every migration of this version, in order."""
    return shipped_in(__package__, is_complete)


def is_complete(text: str) -> bool:
    """Whether lines of a file are a whole statement: they end in a semicolon, outside the body of a function."""
    last = text.rstrip().rpartition("\n")[2]
    return last.endswith(";") and not last.startswith("--") and text.count(_QUOTE) % 2 == 0


def migrate(location: Location, *, apply: bool) -> Sequence[str]:
    """Bring the tables up to date, or say what that would take.

    Returns:
        Statements that were, or would be, run; they also write down which migrations they are.

    Raises:
        SettingsError: the database cannot serve, is of a newer regua, or was made by migrations that were changed
            since; or the role may not do it.
        psycopg.Error: a statement failed; nothing was changed.
    """
    location.check()
    try:
        with location.connect() as connection:
            missing = _missing(connection, location)
            if apply and missing:
                connection.isolation_level = IsolationLevel.READ_COMMITTED
                with connection.transaction():
                    connection.execute(_LOCK)
                    # Asked again: another process may have been quicker.
                    missing = _missing(connection, location)
                    for statement in _statements(missing):
                        connection.execute(statement)
    except InsufficientPrivilege as error:
        remedy = "let a role run it that may, or give it what `regua migrate --sql` prints"
        raise refused(f"{location.place}: {error.diag.message_primary}; {remedy}") from None
    except OperationalError as error:
        raise refused(f"{location.place} cannot be reached ({told(error)})") from None
    return tuple(_statements(missing))


def _statements(migrations: Sequence[Migration]) -> Iterator[str]:
    for each in migrations:
        yield from each.statements
        values = f"{each.number}, '{each.name}', '{each.sha256}'"
        yield f"INSERT INTO regua_migration (number, name, sha256) VALUES ({values});"  # noqa: S608 - our own files


def _missing(connection: Connection[Any], location: Location) -> tuple[Migration, ...]:
    return missing_of(shipped(), _applied(connection), location.place)


def _applied(connection: Connection[Any]) -> Mapping[int, str]:
    ((is_there,),) = connection.execute(_IS_THERE).fetchall()
    return dict(connection.execute("SELECT number, sha256 FROM regua_migration").fetchall()) if is_there else {}
