"""Sources → functions that take the cells of a row and give a value, None where the cells are empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any, Final, TypeVar

import attrs

from regua.core.dates import EARLIEST, LATEST, civil_date, instant_of, to_instant
from regua.core.events.base import LONGEST_NAME, is_name
from regua.core.tones import Tone
from regua.documents import STATE_OF
from regua.errors import DateError, EventError
from regua.importfile.cellreaders import CellReaders, Getter
from regua.importfile.cells import Cells
from regua.importfile.eventfields import EventField, Kind, fields_of
from regua.importfile.mapping import (
    Constant,
    DateTerm,
    Earliest,
    Nested,
    SameAsAt,
    Several,
    Source,
    StateOf,
    Template,
)
from regua.importfile.problems import CellError, nearest

_T = TypeVar("_T")

_INTEGER: Final = re.compile(r"-?[0-9]{1,15}")
_PROBLEMS: Final = {
    "timezone": "no IANA time zone, such as America/Sao_Paulo",
    "state": "no state of Brazil; it is written as its code, such as SP: translate it with words in [columns]",
}
_OUTSIDE: Final = f"comes to a day outside the years {EARLIEST.year} to {LATEST.year}"


def columns_of(source: Source | Nested) -> tuple[str, ...]:
    """Give the columns that a source reads, in order."""
    if isinstance(source, Template):
        return tuple(source.columns)
    if isinstance(source, Earliest):
        return tuple(term.column for term in source.terms if term.column)
    if isinstance(source, StateOf):
        return (source.column,)
    if isinstance(source, Several):
        return tuple(name for item in source.items for name in columns_of(item))
    if isinstance(source, Nested):
        return tuple(name for item in source.fields.values() for name in columns_of(item))
    return ()


class Getters(CellReaders):
    """Makes getters for one map.

    Args:
        mapping: the map.
    """

    def getter(self, each: EventField, source: Source) -> Getter:
        """Make the getter of one field.

        Raises (the getter):
            CellError: a cell that is not what the map says.
        """
        if isinstance(source, Constant):
            value = source.value
            return lambda _: value
        if isinstance(source, Earliest):
            return self._earliest(source, each.kind)
        if isinstance(source, Several):
            return self._several(source)
        if isinstance(source, StateOf):
            return self._state_of(source.column)
        if isinstance(source, SameAsAt):
            return lambda _: None  # `values` copies `at`
        return self._template(each, source)

    def _template(self, each: EventField, source: Template) -> Getter:
        if each.kind in ("date", "instant"):
            return self._date(source.only_column, each.kind)
        if each.kind == "money":
            return self.money(source.only_column)
        return self._word(each, source)

    def _word(self, each: EventField, template: Template) -> Getter:
        text = self.text(template)
        if each.kind == "text":
            return text
        convert = _CONVERTERS[each.kind]
        column = next(template.columns)

        def read(cells: Cells) -> object:
            found = text(cells)
            if found is None:
                return None
            try:
                return convert(each, found)
            except ValueError as error:
                raise CellError(column, found, str(error)) from None

        return read

    def _several(self, source: Several) -> Getter:
        items = [self.text(item) if isinstance(item, Template) else self._nested(item) for item in source.items]

        def read(cells: Cells) -> tuple[object, ...] | None:
            found = tuple(value for item in items if (value := item(cells)) is not None)
            return found or None

        return read

    def _nested(self, source: Nested) -> Getter:
        return self.maker(source.cls, source.fields, source.cls.__name__.lower())

    def maker(self, cls: type[_T], fields: Mapping[str, Source], name: str) -> Callable[[Cells], _T]:
        """Make the function that makes an event, or a value inside one, of the cells of a row.

        Args:
            cls: its class.
            fields: its sources.
            name: what to call it in a reason.

        Raises (that function):
            CellError: a cell that is not what the map says, an empty one where a value is needed, or one that the class
                refuses.
        """
        values = self._values(cls, fields, name)

        def make(cells: Cells) -> _T:
            arguments = values(cells)
            try:
                return cls(**arguments)
            except EventError:
                raise self._blame(cls, fields, arguments, cells, name) from None

        return make

    def _blame(
        self, cls: type, fields: Mapping[str, Source], arguments: Mapping[str, object], cells: Cells, name: str
    ) -> CellError:
        """Find the field that the class refuses, and the cell that it came from."""
        tried = SimpleNamespace(**{each.name: each.default for each in attrs.fields(cls)} | dict(arguments), type=name)
        for key, each in fields_of(cls).items():
            if key not in arguments or not each.attribute.validator:
                continue
            try:
                each.attribute.validator(tried, each.attribute, arguments[key])
            except EventError:
                found = [(column, cells[self.places[column]]) for column in columns_of(fields[key])] or [("", "")]
                column, cell = next((pair for pair in found if not is_name(pair[1])), found[0])
                why = _PROBLEMS.get(key) or _no_names(arguments[key])
                return CellError(column, cell, f"{name} refuses it as {key}: {why}")
        # No event refuses its fields together today; one that will is reported without a column.
        return CellError("", "", f"no {name} can be made of this row")

    def _values(self, cls: type, fields: Mapping[str, Source], name: str) -> Callable[[Cells], dict[str, Any]]:
        """Make the function that gives the arguments of a class; a field whose cells are empty keeps its default."""
        known = fields_of(cls)
        getters = [(key, self.getter(known[key], source)) for key, source in fields.items()]
        needed = {key: columns_of(source) for key, source in fields.items() if known[key].required}
        same = isinstance(fields.get("recorded_at"), SameAsAt)

        def build(cells: Cells) -> dict[str, Any]:
            arguments = {}
            for key, getter in getters:
                value = getter(cells)
                if value is not None:
                    arguments[key] = value
                elif needed.get(key):
                    self._refuse_empty(cells, needed[key], f"{name} needs it as {key}")
            if same:
                arguments["recorded_at"] = arguments["at"]
            return arguments

        return build

    def _refuse_empty(self, cells: Cells, columns: tuple[str, ...], why: str) -> None:
        column = next((name for name in columns if not cells[self.places[name]]), columns[0])
        raise CellError(
            column, "", f"empty; {why}; where that is right, give the event a condition: when filled = true"
        )

    def _date(self, column: str, kind: Kind) -> Getter:
        place, read, zone, clock = self.places[column], self.civil(column), self.mapping.timezone, self.mapping.clock

        def day(cells: Cells) -> date | None:
            return date.fromordinal(read(cells[place]).day) if cells[place] else None

        def instant(cells: Cells) -> int | None:
            if not cells[place]:
                return None
            civil = read(cells[place])
            if civil.instant is not None:
                return civil.instant
            try:
                return to_instant(instant_of(civil.day, clock or 0, zone))
            except DateError:
                raise CellError(column, cells[place], _OUTSIDE) from None

        return day if kind == "date" else instant

    def _earliest(self, source: Earliest, kind: Kind) -> Getter:
        terms = [(self._term(term), term.column) for term in source.terms]
        zone, clock = self.mapping.timezone, source.clock

        def earliest(cells: Cells) -> object:
            days = [(day, column) for term, column in terms if (day := term(cells)) is not None]
            if not days:
                return None
            day, column = min(days)
            try:
                if kind == "date":
                    return civil_date(date.fromordinal(day))
                return to_instant(instant_of(day, clock or 0, zone))
            except DateError:
                raise CellError(column, cells[self.places[column]] if column else "", _OUTSIDE) from None

        return earliest

    def _state_of(self, column: str) -> Getter:
        place, state = self.places[column], STATE_OF[self.mapping.columns[column].holds]
        return lambda cells: (state(cells[place]) or None) if cells[place] else None

    def _term(self, term: DateTerm) -> Callable[[Cells], int | None]:
        if not term.column:
            return lambda _: term.day
        place, read, plus = self.places[term.column], self.civil(term.column), term.plus
        return lambda cells: read(cells[place]).day + plus if cells[place] else None


def _no_names(value: object) -> str:
    """Say what keeps a value, or the values of a list, from being an identifier."""
    wrong = [text for text in (value if isinstance(value, tuple) else (value,)) if not is_name(text)]
    if not wrong:
        return "not distinct"
    if isinstance(wrong[0], str) and len(wrong[0]) > LONGEST_NAME:
        return f"more than {LONGEST_NAME} characters in an identifier"
    return "control characters or outer spaces in an identifier"


def _choice(each: EventField, text: str) -> str:
    if text not in each.words:
        message = f"none of {', '.join(each.words)}; " + (
            nearest(text, each.words) or "translate it with words in [columns]"
        )
        raise ValueError(message)
    return text


def _integer(_: EventField, text: str) -> int:
    if not _INTEGER.fullmatch(text):
        message = "no whole number"
        raise ValueError(message)
    return int(text)


def _boolean(_: EventField, text: str) -> bool:
    if text not in ("true", "false"):
        message = "neither true nor false; translate it with words in [columns]"
        raise ValueError(message)
    return text == "true"


_CONVERTERS: Final[dict[Kind, Callable[[EventField, str], object]]] = {
    "choice": _choice,
    "tone": lambda each, text: Tone.parse(_choice(each, text)),
    "integer": _integer,
    "boolean": _boolean,
}
