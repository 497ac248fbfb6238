"""What can be wrong: with a map, all of it at once; with a row, one row at a time."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from attrs import field, frozen

CLIP: Final = 40
"""Characters of a cell that a report shows: enough to find it, too few to leak a record."""


HIDDEN: Final = "***"
"""Stands in a report for a cell that is a person's: a document, a number, an address."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Give `did you mean 'x'?` for the known name closest to a mistyped one, else ""."""
    names = sorted(known)
    found = [each for each in names if each.casefold() == name.casefold()] or get_close_matches(name, names, n=1)
    return f"did you mean {found[0]!r}?" if found else ""


def clip(value: str) -> str:
    """Make a cell fit for a report: control characters escaped, at most 40 characters."""
    shown = "".join(char if char.isprintable() else _escaped(char) for char in value[: CLIP + 1])
    return shown if len(shown) <= CLIP else shown[: CLIP - 1] + "…"


def _escaped(char: str) -> str:
    undecoded = "\udc80" <= char <= "\udcff"
    return f"\\x{ord(char) - 0xDC00:02x}" if undecoded else ascii(char)[1:-1]


@frozen(kw_only=True)
class MapProblem:
    """One mistake in a map file, or between a map and the header of a file.

    Attributes:
        file: name of the map file.
        key: where in it: `file.delimiter`, `event 3 (invoice.issued): due`.
        message: what is wrong.
        remedy: what to write instead, or "".
    """

    file: str
    key: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}: " if self.key else f"{self.file}: "
        return f"{where}{self.message}" + (f"; {self.remedy}" if self.remedy else "")


@frozen(kw_only=True)
class BadRow:
    """A row of which nothing was imported, and why.

    Attributes:
        line: physical line of the file, from 1, on which the row begins.
        column: the column at fault, or "" for the whole row.
        value: its cell, clipped to 40 characters and without control characters, or `***` where the map says that the
            column (of a whole row: any column) holds a document, number or address; otherwise it may be personal data
            all the same.
        reason: what is wrong and what to do; quotes nothing of the row.
    """

    line: int
    column: str = ""
    value: str = field(default="", converter=clip)
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}" + (f", column {self.column!r}" if self.column else "")
        return f"{where}: '{self.value}': {self.reason}"


class CellError(Exception):
    """A cell that cannot be what the map says; becomes a `BadRow`, never leaves this package."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        self.column, self.value, self.reason = column, value, reason
        super().__init__(reason)
