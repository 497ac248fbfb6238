"""Typed reading of one TOML table: what is wrong goes to a list, and a default stands in for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from regua.importfile.mapping import Template
from regua.importfile.problems import MapProblem, nearest


class Table:
    """One table of the map.

    Args:
        key: its place in the file (`columns.DueDate`, `event 3`), "" for the root.
        raw: its content; anything but a table is a problem and reads as empty.
        file: name of the map file.
        problems: where problems go.
    """

    def __init__(self, key: str, raw: object, file: str, problems: list[MapProblem]) -> None:
        self.key, self.file, self.problems = key, file, problems
        self.label = ""
        self.raw: dict[str, Any] = {}
        if isinstance(raw, Mapping):
            self.raw.update(raw)
        else:
            self.problem("", f"{raw!r} is not a table", "write key = value pairs")

    def problem(self, key: str, message: str, remedy: str = "") -> None:
        """Report a mistake at a key of this table, or at the table itself."""
        self.problems.append(MapProblem(file=self.file, key=self.path(key), message=message, remedy=remedy))

    def path(self, key: str) -> str:
        """Give the place of a key in the file."""
        if self.label:
            return f"{self.key} ({self.label})" + (f": {key}" if key else "")
        return ".".join(part for part in (self.key, key) if part)

    def only(self, known: Iterable[str]) -> None:
        """Report every key but these."""
        names = tuple(known)
        for key in self.raw:
            if key not in names:
                self.problem(key, f"unknown key {key!r}", nearest(key, names) or f"known are {', '.join(names)}")

    def text(self, key: str, default: str) -> str:
        """Read text."""
        value = self.raw.get(key, default)
        if isinstance(value, str):
            return value
        self.problem(key, f"{value!r} is not text", "write it in quotes")
        return default

    def choice(self, key: str, known: Iterable[str], default: str) -> str:
        """Read one of some words."""
        value, names = self.text(key, default), tuple(known)
        if value in names:
            return value
        remedy = nearest(value, names) or f"write one of {', '.join(map(repr, names))}"
        self.problem(key, f"{value!r} is not known here", remedy)
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self.raw.get(key, default)
        if isinstance(value, bool):
            return value
        self.problem(key, f"{value!r} is neither true nor false", "write true or false, without quotes")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """Read one text or a list of them."""
        value = self.raw.get(key, [])
        texts = [value] if isinstance(value, str) else value
        if isinstance(texts, list) and all(isinstance(each, str) for each in texts):
            return tuple(texts)
        self.problem(key, f"{value!r} is neither text nor a list of it", "write every word in quotes")
        return ()

    def template(self, key: str, default: Template) -> Template:
        """Read text with `{column}` in it."""
        if key not in self.raw:
            return default
        try:
            return Template.parse(self.text(key, ""))
        except ValueError as error:
            self.problem(key, str(error))
            return default

    def table(self, key: str, known: Iterable[str] | None) -> Table:
        """Read a table inside this one; None allows any key."""
        inner = Table(self.path(key), self.raw.get(key, {}), self.file, self.problems)
        if known is not None:
            inner.only(known)
        return inner

    def tables(self, key: str) -> list[Table]:
        """Read a list of tables, numbered from 1; one alone needs no list."""
        value = self.raw.get(key, [])
        items = [value] if isinstance(value, Mapping) else value
        if not isinstance(items, list):
            self.problem(key, f"{value!r} is not a table", "write { key = value }")
            items = []
        path, alone = self.path(key), isinstance(value, Mapping)
        return [
            Table(path if alone else f"{path} {number}", item, self.file, self.problems)
            for number, item in enumerate(items, 1)
        ]
