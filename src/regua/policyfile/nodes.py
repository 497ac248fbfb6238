"""One value of a policy file with its place, and how to refuse it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from attrs import frozen

from regua.core.policy import Declared, Origin, Origins
from regua.policyfile.catalog import Catalog
from regua.policyfile.diagnostics import Report, quoted
from regua.policyfile.positions import Path
from regua.policyfile.source import Parsed


class RefusedError(Exception):
    """A value cannot be read; the report already says why.

    Attributes:
        partial: what could be read of it, or None.
    """

    def __init__(self, partial: Any = None) -> None:
        super().__init__()
        self.partial = partial


@frozen(kw_only=True)
class Reading:
    """One pass over a document.

    Attributes:
        parsed: the document.
        catalog: the names that are known.
        report: the problems found.
        currency: of every amount in it.
    """

    parsed: Parsed
    catalog: Catalog
    report: Report
    currency: str

    def origin(self, path: Path, *, of_value: bool = False) -> Origin:
        """Where a key, or its value, stands."""
        index = self.parsed.index
        return Origin(self.parsed.file, *(index.value(path) if of_value else index.key(path)))


@frozen(kw_only=True)
class Node:
    """One value of a document.

    Attributes:
        reading: the pass that it belongs to.
        path: its place in the document.
        value: as `tomllib` gives it.
    """

    reading: Reading
    path: Path
    value: Any

    def child(self, key: str | int) -> Node:
        """A member of a table or an item of a list."""
        return Node(reading=self.reading, path=(*self.path, key), value=self.value[key])

    @property
    def name(self) -> str:
        """The key, or of a list's item the list's key."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def origin(self) -> Origin:
        """Where its key stands."""
        return self.reading.origin(self.path)

    @property
    def origins(self) -> Origins:
        """Of a table: where it and each of its keys stand. Of anything else: where its key stands."""
        if not isinstance(self.value, dict):
            return {"": self.origin}
        keys = {key: self.reading.origin((*self.path, key)) for key in self.value}
        return {"": self.reading.origin(self.path, of_value=True), **keys}

    def report(self, code: str, message: str, key: str = "") -> None:
        """Report a problem at the value, or at a key of the table."""
        path = (*self.path, key) if key else self.path
        self.reading.report.add(code, self.reading.origin(path, of_value=not key), message)

    def refuse(self, code: str, message: str) -> RefusedError:
        """Report a problem at the value, and give what to raise."""
        self.report(code, message)
        return RefusedError()

    def wrong_type(self, expects: str, remedy: str = "") -> RefusedError:
        """Report a value of another type, and give what to raise."""
        return self.refuse("wrong-type", f"{self.name!r} takes {expects}, not {described(self.value)}{remedy}")


_PLAIN_BITS: Final = 256
_TYPES: Final = (
    (bool, "the boolean {}"),
    (int, "the integer {}"),
    (float, "the float {}"),
    (str, "the string {}"),
    (dt.datetime, "the date and time {}"),
    (dt.date, "the date {}"),
    (dt.time, "the time {}"),
    (list, "a list"),
    (dict, "a table"),
)


def described(value: Any) -> str:
    """A value in the words of TOML."""
    text = next(words for kind, words in _TYPES if isinstance(value, kind))
    return text.format(_shown(value))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    # Python refuses to print integers of many thousand digits in decimal.
    text = hex(value) if isinstance(value, int) and value.bit_length() > _PLAIN_BITS else str(value)
    return quoted(text).strip("'")


NOWHERE: Final = Origin("", 1, 1)
"""Line 1 of no file."""


def place(declared: Declared, key: str = "") -> Origin:
    """Where a key of a value stands, else the value; line 1 of no file for one that was built in Python."""
    return declared.origin_of(key) or NOWHERE
