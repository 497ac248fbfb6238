"""A map as values: what a billing-system file looks like, and which events its rows become."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import Factory, frozen

from regua.core.events.base import Event
from regua.importfile.formats import AmountFormat, DateFormat

_PIECE: Final = re.compile(r"\{([^{}]+)\}")


@frozen(kw_only=True)
class FileFormat:
    """How the file is written.

    Attributes:
        format: `csv` or `jsonl`.
        encoding: Python's name of it; the closed list is in `loading.ENCODINGS`.
        delimiter: one character between cells.
        quote: one character around cells, doubled inside them; "" where nothing is quoted.
        multiline: whether a quoted cell may hold line breaks.
    """

    format: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    multiline: bool = True


@frozen(kw_only=True)
class Column:
    """How one column is read.

    Attributes:
        name: as the header has it.
        date: how dates are written.
        amount: how amounts are written.
        currency: ISO 4217 code, or a template that gives one.
        words: the only words allowed and what they stand for, or None.
        holds: what its cells are checked and normalised as, one of `regua.documents.READERS`, or "".
        optional: whether the file may lack the column; its cells are then empty.
    """

    name: str
    date: DateFormat
    amount: AmountFormat
    currency: Template
    words: Mapping[str, str] | None = None
    holds: str = ""
    optional: bool = False


@frozen
class Template:
    """Text with `{column}` in it.

    Attributes:
        parts: pairs of literal text and the column that follows it ("" after the last).
    """

    parts: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read text with `{column}` in it.

        Raises:
            ValueError: a brace without its other half, or nothing between them.
        """
        *pieces, last = _PIECE.split(text)
        parts = list(zip(pieces[::2], pieces[1::2], strict=True))
        if any(brace in literal for literal in (*pieces[::2], last) for brace in "{}"):
            message = f"{text!r} has a brace without its other half; write {{column}} for a column"
            raise ValueError(message)
        if last or not parts:
            parts.append((last, ""))
        return cls(tuple(parts))

    @property
    def columns(self) -> Iterator[str]:
        """The columns it names."""
        return (column for _, column in self.parts if column)

    @property
    def constant(self) -> str | None:
        """The text, where it names no column."""
        return self.parts[0][0] if len(self.parts) == 1 and not self.parts[0][1] else None

    @property
    def only_column(self) -> str:
        """The column, where there is nothing else, or ""."""
        return self.parts[0][1] if len(self.parts) == 1 and not self.parts[0][0] else ""


@frozen
class Constant:
    """The same value in every row."""

    value: object


@frozen
class DateTerm:
    """A civil date, shifted.

    Attributes:
        column: where the date stands, or "" for a constant.
        day: ordinal of the constant day.
        plus: civil days to add to the column's, of either sign.
    """

    column: str
    day: int = 0
    plus: int = 0


@frozen
class Earliest:
    """The earliest of some dates; empty cells do not count.

    Attributes:
        terms: the dates.
        clock: minutes since midnight at which the day becomes an instant, or None.
    """

    terms: tuple[DateTerm, ...]
    clock: int | None = None


@frozen
class StateOf:
    """The state in which a telephone's area code, a CEP or a municipality lies.

    Attributes:
        column: holds one of `regua.documents.STATE_OF`.
    """

    column: str


@frozen
class SameAsAt:
    """`recorded_at = "at"`."""


@frozen
class Several:
    """A list of values."""

    items: tuple[Template | Nested, ...]


@frozen
class Nested:
    """A value with fields of its own, such as an instalment."""

    cls: type
    fields: Mapping[str, Source]


Source = Template | Constant | Earliest | StateOf | SameAsAt | Several


@frozen(kw_only=True)
class Condition:
    """A question about one cell.

    Attributes:
        column: which.
        words: words to compare with, or None to ask whether the cell is filled.
        wanted: whether the answer must be yes.
    """

    column: str
    words: frozenset[str] | None
    wanted: bool


@frozen(kw_only=True)
class Rule:
    """Rows → events of one type.

    Attributes:
        cls: class of the event.
        when: conditions, all of which must hold.
        once: whether many rows give the same event (one for each debtor).
        fields: where the value of each field comes from, by the field's public name.
    """

    cls: type[Event]
    when: tuple[Condition, ...] = ()
    once: bool = False
    fields: Mapping[str, Source]


@frozen(kw_only=True)
class ImportMap:
    """A map without mistakes; made by `load_map`.

    Attributes:
        name: name of the map file, for messages.
        file: how the file is written.
        timezone: IANA zone in which civil dates and clock times are meant.
        clock: minutes since midnight at which a date becomes an instant unless a rule says so, or None.
        empty: words that count as an empty cell.
        columns: every column that the map uses, in order of first use.
        rules: the events that each row becomes, in this order.
    """

    name: str
    file: FileFormat
    timezone: str
    clock: int | None
    empty: frozenset[str] = frozenset()
    columns: Mapping[str, Column] = Factory(dict)
    rules: tuple[Rule, ...]
