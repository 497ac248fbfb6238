"""Where each key and value of a TOML text stands.

`tomllib` parses the values and gives no positions. This index reads the same text once more, only for its
structure: it takes whatever `tomllib` takes, and where a text is no TOML it stops, and `tomllib` says why.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from attrs import field, frozen

Path = tuple[str | int, ...]
"""Keys and list indexes from the root of a document: `("step", 0, "at")`."""

DEEPEST: Final = 32
"""A key path longer than this is refused before `tomllib` sees it: its work grows with the square of the depth."""

_SPACE: Final = re.compile(r"[ \t]*")
_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_STRING: Final = re.compile(
    r'''"""(?:\\.|(?!""")[^\\])*"{3,5}|\'\'\'(?:(?!\'\'\').)*'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'''', re.DOTALL
)
_SCALAR: Final = re.compile(r"""[^\s,\[\]{}#"'](?:[^,\[\]{}#\r\n"']*[^\s,\[\]{}#"'])?""")


_One = Callable[[Path, int], None]


class _LostError(Exception):
    """The text is no TOML from here on."""


class _DeepError(Exception):
    """The text is nested too deeply."""


@frozen
class Repetition:
    """A key or table that is given twice.

    Attributes:
        path: the key.
        at: offset of the second.
        first: offset of the first.
    """

    path: Path
    at: int
    first: int


@frozen(kw_only=True)
class PositionIndex:
    """Positions of a TOML text.

    Attributes:
        keys: offset of each key: the last part of a dotted key or of a table's header.
        values: offset of each value; of a table that is its header, its brace, or its first dotted key.
        repetitions: keys that are given twice.
        too_deep: offset at which the nesting passes `DEEPEST`, or None.
    """

    keys: dict[Path, int]
    values: dict[Path, int]
    repetitions: list[Repetition]
    too_deep: int | None
    _lines: list[int] = field(alias="lines")

    def key(self, path: Path) -> tuple[int, int]:
        """Line and column of a key, both 1-based, in characters; of a list's item, where it begins."""
        return self.place(self.keys[path]) if path in self.keys else self.value(path)

    def value(self, path: Path) -> tuple[int, int]:
        """Line and column of a value."""
        return self.place(self.values[path])

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column."""
        return self._lines[min(line, len(self._lines)) - 1] + column - 1


def build_index(text: str) -> PositionIndex:
    """Find every key and value of a TOML text, up to where it ends being one."""
    scanner = _Scanner(text)
    too_deep = None
    try:
        scanner.document()
    except _LostError:
        pass
    except _DeepError:
        too_deep = scanner.at
    return PositionIndex(
        keys=scanner.keys,
        values=scanner.values,
        repetitions=scanner.repetitions,
        too_deep=too_deep,
        lines=[0, *(match.end() for match in re.finditer("\n", text))],
    )


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.keys: dict[Path, int] = {}
        self.values: dict[Path, int] = {(): 0}
        self.repetitions: list[Repetition] = []
        self.declared: set[Path] = set()
        self.last: dict[Path, int] = {}  # index of the last element of each array of tables

    def document(self) -> None:
        table: Path = ()
        self.take(_BLANK)
        while self.at < len(self.text):
            if self.sees("["):
                table = self.header()
            else:
                self.pair(table)
            self.take(_BLANK)

    def header(self) -> Path:
        start, array = self.at, self.sees("[[")
        self.at += 2 if array else 1
        parts = self.key()
        self.expect("]]" if array else "]")
        *parents, (name, place) = parts
        path = (*self.parent(parents), name)
        return self.element(path, start, place) if array else self.table(path, start, place)

    def parent(self, parts: list[tuple[str, int]]) -> Path:
        path: Path = ()
        for name, place in parts:
            path = (*path, name)
            self.keys.setdefault(path, place)
            self.values.setdefault(path, place)
            if path in self.last:
                path = (*path, self.last[path])
        return path

    def element(self, path: Path, start: int, place: int) -> Path:
        self.keys.setdefault(path, place)
        self.values.setdefault(path, start)
        self.last[path] = self.last.get(path, -1) + 1
        path = (*path, self.last[path])
        self.keys[path], self.values[path] = place, start
        return path

    def table(self, path: Path, start: int, place: int) -> Path:
        if path in self.declared or path in self.last:
            self.repetitions.append(Repetition(path, place, self.keys[path]))
        else:
            self.declared.add(path)
            self.keys[path], self.values[path] = place, start
        return path

    def pair(self, table: Path) -> None:
        *parents, (name, place) = self.key()
        self.expect("=")
        path = table
        for parent, parent_place in parents:
            path = (*path, parent)
            self.keys.setdefault(path, parent_place)
            self.values.setdefault(path, parent_place)
        path = (*path, name)
        if path in self.keys:
            self.repetitions.append(Repetition(path, place, self.keys[path]))
        self.keys[path] = place
        self.take(_SPACE)
        self.value(path)

    def key(self) -> list[tuple[str, int]]:
        parts: list[tuple[str, int]] = []
        while not parts or self.sees("."):
            self.at += bool(parts)
            self.take(_SPACE)
            place = self.at
            parts.append((_name(self.take(_KEY)), place))
            self.take(_SPACE)
            self.bound(len(parts))
        return parts

    def value(self, path: Path) -> None:
        self.bound(len(path))
        self.values[path] = self.at
        if self.sees("["):
            self.items(path, "]", self.item)
        elif self.sees("{"):
            self.items(path, "}", self.member)
        elif self.sees('"') or self.sees("'"):
            self.take(_STRING)
        else:
            self.take(_SCALAR)

    def items(self, path: Path, end: str, one: _One) -> None:
        self.at += 1
        self.take(_BLANK)
        count = 0
        while not self.sees(end):
            one(path, count)
            count += 1
            self.take(_BLANK)
            if not self.sees(end):
                self.expect(",")
                self.take(_BLANK)
        self.at += 1

    def item(self, path: Path, count: int) -> None:
        self.value((*path, count))

    def member(self, path: Path, _: int) -> None:
        self.pair(path)

    def sees(self, token: str) -> bool:
        return self.text.startswith(token, self.at)

    def expect(self, token: str) -> None:
        if not self.sees(token):
            raise _LostError
        self.at += len(token)

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if not match:
            raise _LostError
        self.at = match.end()
        return match[0]

    def bound(self, depth: int) -> None:
        if depth > DEEPEST:
            raise _DeepError


def _name(raw: str) -> str:
    if raw[0] == "'" or (raw[0] == '"' and "\\" not in raw):
        return raw[1:-1]
    if raw[0] != '"':
        return raw
    try:
        return str(tomllib.loads(f"key = {raw}")["key"])
    except tomllib.TOMLDecodeError:
        raise _LostError from None
