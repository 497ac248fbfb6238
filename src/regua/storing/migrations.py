"""Numbered SQL files, applied once each, in order: which there are, and which of them a database lacks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Final

from attrs import frozen

from regua.errors import SettingsError

_NAME: Final = re.compile(r"(\d{4})_\w+\.sql")


@frozen
class Migration:
    """One file.

    Attributes:
        number: of its name; the first is 1, and none is left out.
        name: of the file.
        text: SQL statements; comments may stand between them.
        statements: the same, one by one.
    """

    number: int
    name: str
    text: str
    statements: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8, hexadecimal; the line ends of a checkout do not matter."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_migration(name: str, text: str, is_complete: Callable[[str], bool]) -> Migration:
    """Make a migration of a file's text.

    Args:
        name: of the file, `0001_start.sql`.
        text: its statements, each of which ends at the end of a line.
        is_complete: whether such lines are a whole statement.
    """
    return Migration(int(name[:4]), name, text, tuple(_split(text, is_complete)))


def shipped_in(package: str, is_complete: Callable[[str], bool]) -> tuple[Migration, ...]:
    """Every migration in the folder `migrations` of a package, in order; otherwise as `read_migration`."""
    folder = files(package).joinpath("migrations")
    names = sorted(each.name for each in folder.iterdir() if _NAME.fullmatch(each.name))
    return tuple(read_migration(name, folder.joinpath(name).read_text(encoding="utf-8"), is_complete) for name in names)


def missing_of(known: Sequence[Migration], applied: Mapping[int, str], place: object) -> tuple[Migration, ...]:
    """Give the migrations that a database lacks.

    Args:
        known: those of this version.
        applied: the hashes of those that the database has, by number.
        place: how the database is called where it cannot be used.

    Raises:
        SettingsError: the database is of a newer regua, or was made by migrations that were changed since.
    """
    newer = sorted(set(applied) - {each.number for each in known})
    if newer:
        raise refused(f"{place} was written by a newer regua (migration {newer[-1]:04d}); install that version")
    for each in known:
        if applied.get(each.number, each.sha256) != each.sha256:
            raise refused(
                f"{place}: migration {each.name} was applied with other content than this regua ships; install the "
                "version that applied it, and never change a migration: add one"
            )
    return tuple(each for each in known if each.number not in applied)


def refused(message: str) -> SettingsError:
    """Make the error of a database that cannot be used."""
    return SettingsError([message])


def _split(text: str, is_complete: Callable[[str], bool]) -> Iterator[str]:
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if is_complete(pending):
            yield pending.strip()
            pending = ""
