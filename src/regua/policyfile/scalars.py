"""Shapes of single values: each reads a value strictly and says in JSON Schema what it reads.

Both come from the same description, so that the reader and the schema cannot drift apart.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Final, Protocol

from attrs import field, frozen

from regua.core.events.base import is_name
from regua.policyfile.diagnostics import nearest, quoted
from regua.policyfile.nodes import Node, described

Json = dict[str, Any]


class Shape(Protocol):
    """What a key takes."""

    def read(self, node: Node) -> Any:
        """The value for the core; `RefusedError` where there is none, after every problem was reported."""

    def schema(self) -> Json:
        """The same in JSON Schema (draft 2020-12)."""


@frozen(kw_only=True)
class Text:
    """A string with a grammar of its own.

    Attributes:
        expects: what it is, with an example in double quotes; the remedy of every message.
        pattern: of the whole string; means the same in Python and in ECMA-262.
        parse: reads a string that fits the pattern; a ValueError says why it still cannot be meant.
        write: what to write instead of a number; by default the first example of `expects`.
    """

    expects: str
    pattern: str
    parse: Callable[[str, Node], Any]
    write: str = field()

    @write.default
    def _example(self) -> str:
        found = re.search('"[^"]+"', self.expects)
        return found[0] if found else self.expects

    def read(self, node: Node) -> Any:
        """Read the string."""
        if not isinstance(node.value, str):
            number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
            raise node.wrong_type(self.expects, f"; write {self.write}" if number else "")
        if not re.fullmatch(self.pattern, node.value):
            raise node.refuse("invalid-value", f"{quoted(node.value)} is not {self.expects}")
        try:
            return self.parse(node.value, node)
        except ValueError as error:
            raise node.refuse("invalid-value", f"{error}; {node.name!r} takes {self.expects}") from None

    def schema(self) -> Json:
        """A string with that pattern."""
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


@frozen
class Integer:
    """A whole number.

    Attributes:
        low: the least that is taken.
        high: the most that is taken.
    """

    low: int
    high: int

    def read(self, node: Node) -> int:
        """Read the number; a boolean or a float is none."""
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            raise node.wrong_type(f"a whole number such as {max(self.low, 1)}")
        if not self.low <= node.value <= self.high:
            message = f"{node.name!r} takes a whole number from {self.low} to {self.high}"
            raise node.refuse("out-of-range", message)
        return node.value

    def schema(self) -> Json:
        """An integer within those bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@frozen
class Flag:
    """`true` or `false`."""

    def read(self, node: Node) -> bool:
        """Read the flag."""
        if not isinstance(node.value, bool):
            raise node.wrong_type("true or false")
        return node.value

    def schema(self) -> Json:
        """A boolean."""
        return {"type": "boolean"}


def _same(word: str) -> Any:
    return word


@frozen
class Choice:
    """One word of a closed list.

    Attributes:
        words: the list.
        code: of the problem when it is none of them.
        what: what a word of the list is; by default a value of the key.
        make: turns the word into the core's value.
    """

    words: tuple[str, ...] = field(converter=tuple[str, ...])
    code: str = "unknown-value"
    what: str = ""
    make: Callable[[str], Any] = _same

    def read(self, node: Node) -> Any:
        """Read the word."""
        if not isinstance(node.value, str):
            raise node.wrong_type(f'a string such as "{self.words[0]}"')
        if node.value not in self.words:
            what = self.what or f"value of {node.name!r}:"
            raise node.refuse(self.code, f"unknown {what} {quoted(node.value)}; {nearest(node.value, self.words)}")
        return self.make(node.value)

    def schema(self) -> Json:
        """One of those strings."""
        return {"enum": list(self.words)}


_LONGEST_NAME: Final = 64
_EXAMPLES: Final = {
    "attachment": "boleto",
    "calendar": "br-bancario",
    "channel": "email",
    "identifier": "padrao",
    "index": "ipca",
    "offer": "quitacao",
    "pack": "br",
    "predicate": "risco-alto",
    "queue": "cobranca",
    "registrar": "bureau",
    "template": "lembrete",
}


@frozen
class Name:
    """An identifier, as those of facts, shorter and without spaces.

    Attributes:
        what: what it names, one of the examples above; `unknown-<what>` where the catalog does not have it.
        known: field of the catalog that lists the names, or "".
    """

    what: str = "identifier"
    known: str = ""

    def read(self, node: Node) -> str:
        """Read the name."""
        word = node.value
        if not isinstance(word, str):
            raise node.wrong_type(f'{self.article} such as "{_EXAMPLES[self.what]}"')
        if not (is_name(word) and len(word) <= _LONGEST_NAME and not re.search(r"\s", word)):
            message = f"{quoted(word)} is not {self.article}; write 1 to {_LONGEST_NAME} characters without spaces"
            raise node.refuse("invalid-value", message)
        self._look_up(word, node)
        return word

    @property
    def article(self) -> str:
        """What it is, with its article."""
        article = "an" if self.what[0] in "aeiou" else "a"
        return f"{article} {self.what}" if self.what == "identifier" else f"the name of {article} {self.what}"

    def _look_up(self, word: str, node: Node) -> None:
        catalog = node.reading.catalog
        names = getattr(catalog, self.known) if self.known else None
        if names is not None and word not in names:
            cause = catalog.why_missing(self.known, word)
            remedy = nearest(word, sorted(names)) + (f"; {cause}" if cause else "")
            raise node.refuse(f"{self.what}-unknown", f"there is no {self.what} {quoted(word)}; {remedy}")

    def schema(self) -> Json:
        """A short string without spaces."""
        return {"type": "string", "pattern": r"^\S+$", "maxLength": _LONGEST_NAME}


@frozen
class Sentence:
    """Text for people, not empty."""

    def read(self, node: Node) -> str:
        """Read the text."""
        if not isinstance(node.value, str):
            raise node.wrong_type("a text in quotes")
        if not node.value.strip():
            raise node.refuse("invalid-value", f"{node.name!r} is empty; write a sentence")
        return node.value

    def schema(self) -> Json:
        """A string with something in it."""
        return {"type": "string", "pattern": r"\S"}


@frozen
class Constant:
    """One number and no other.

    Attributes:
        value: the number.
        code: of the problem when it is another.
        remedy: what to do then.
    """

    value: int
    code: str
    remedy: str

    def read(self, node: Node) -> int:
        """Read the number."""
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            raise node.wrong_type(f"the number {self.value}")
        if node.value != self.value:
            raise node.refuse(self.code, f"{node.name!r} is {described(node.value)}; {self.remedy}")
        return node.value

    def schema(self) -> Json:
        """That number."""
        return {"const": self.value}


@frozen
class DateOr:
    """A TOML date, or a string of another shape.

    Attributes:
        other: the shape of the string.
    """

    other: Text

    def read(self, node: Node) -> Any:
        """Read the date or the string."""
        if isinstance(node.value, dt.date) and not isinstance(node.value, dt.datetime):
            return node.value
        return self.other.read(node)

    def schema(self) -> Json:
        """That string, or a date (which tools for TOML show to a schema as a string)."""
        return {"anyOf": [{"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, self.other.schema()]}
