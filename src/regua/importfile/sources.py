"""The fields of an `[[event]]`: where the value of each comes from, checked against the event's class."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from attrs import frozen

from regua.core.dates import civil_date, parse_clock, parse_date, parse_instant
from regua.core.money import Money
from regua.core.tones import Tone
from regua.documents import STATE_OF
from regua.errors import DateError, MoneyError, ReguaError
from regua.importfile.columns import Columns
from regua.importfile.eventfields import EventField, fields_of
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
from regua.importfile.problems import nearest
from regua.importfile.tables import Table

_SHIFT: Final = re.compile(r"([+-]?[0-9]{1,5})d")
_EXAMPLES: Final = {
    "id": 'write a template such as "nf-{invoiceNumber}-issued"',
    "creditor": 'write it once in [defaults], such as creditor = "loja"',
    "debtor": 'write it once in [defaults], such as debtor = "{customerID}"',
    "recorded_at": 'write recorded_at = "at" in [defaults], or a column that says when you learnt of it',
}


@frozen(kw_only=True)
class SourceReader:
    """Reads the fields of events.

    Attributes:
        columns: how cells are read.
        clock: minutes since midnight at which a date becomes an instant, or None.
        used: the columns met so far, in order; filled while reading.
    """

    columns: Columns
    clock: int | None
    used: dict[str, None]

    def use(self, *names: str) -> None:
        """Note that the map needs these columns."""
        self.used.update(dict.fromkeys(names))

    def fields(
        self, cls: type, table: Table, inherited: Mapping[str, Any], known: tuple[str, ...]
    ) -> dict[str, Source]:
        """Read the fields of an event, or of a value inside one.

        Args:
            cls: whose fields.
            table: the table that gives them; problems name it.
            inherited: what `[defaults]` gives.
            known: keys of the table that are no fields.
        """
        fields = fields_of(cls)
        for key in table.raw:
            if key not in fields and key not in known:
                remedy = nearest(key, (*fields, *known)) or f"its fields are {', '.join(fields)}"
                table.problem(key, f"unknown field {key!r}", remedy)
        sources: dict[str, Source] = {}
        for name, each in fields.items():
            raw = table.raw.get(name, inherited.get(name))
            if raw is None:
                if each.required:
                    table.problem(
                        name, "required", _EXAMPLES.get(name, 'write a column such as "{Column}" or a constant')
                    )
                continue
            source = self._source(cls, each, name, raw, table)
            if source is not None:
                sources[name] = source
        return sources

    def _source(self, cls: type, each: EventField, key: str, raw: Any, table: Table) -> Source | None:
        if each.kind == "list":
            source = self._list(each, key, raw, table)
        elif each.name == "state" and isinstance(raw, Mapping):
            source = self._state_of(Table(table.path(key), raw, table.file, table.problems))
        elif each.kind in ("date", "instant") and isinstance(raw, Mapping):
            source = self._earliest(each, Table(table.path(key), raw, table.file, table.problems))
        else:
            source = self._single(each, key, raw, table)
        if isinstance(source, Constant) and each.attribute.validator and each.kind != "list":
            try:
                each.attribute.validator(cls, each.attribute, source.value)
            except ReguaError as error:
                table.problem(key, str(error))
        return source

    def _list(self, each: EventField, key: str, raw: Any, table: Table) -> Source | None:
        if each.items is not None:
            inner = Table("", {key: raw}, table.file, table.problems)
            inner.key, inner.label = table.key, table.label
            nested = [Nested(each.items, self.fields(each.items, item, {}, ())) for item in inner.tables(key)]
            return Several(tuple(nested))
        if not isinstance(raw, list) or not raw:
            table.problem(key, f"{raw!r} is no list", f'write {key} = ["…"]')
            return None
        items = [self._template(key, item, table) for item in raw]
        return Several(tuple(item for item in items if item is not None))

    def _template(self, key: str, raw: Any, table: Table) -> Template | None:
        try:
            template = Template.parse(raw) if isinstance(raw, str) else None
        except ValueError as error:
            table.problem(key, str(error))
            return None
        if template is None:
            table.problem(key, f"{raw!r} is not text", 'write a constant or "{column}", in quotes')
        else:
            self.use(*template.columns)
        return template

    def _single(self, each: EventField, key: str, raw: Any, table: Table) -> Source | None:
        if each.name == "recorded_at" and raw == "at":
            return SameAsAt()
        native = _native(each.kind, raw)
        if native is not None:
            return native
        template = self._template(key, raw.isoformat() if isinstance(raw, date) else raw, table)
        if template is None:
            return None
        if template.constant is not None:
            return self._constant(each, key, template.constant, table)
        if each.kind in ("date", "instant", "money"):
            self._check_column(each, key, template, table)
        return template

    def _check_column(self, each: EventField, key: str, template: Template, table: Table) -> None:
        name = template.only_column
        if not name:
            table.problem(key, "a date or an amount is one column and nothing else", f'write {key} = "{{column}}"')
            return
        column = self.columns[name]
        if each.kind == "money":
            self.use(*column.currency.columns)
        if each.kind == "instant" and not column.date.has_clock and self.clock is None:
            remedy = f'write clock = "08:00" in [values], or {key} = {{ date = "{{{name}}}", clock = "08:00" }}'
            table.problem(key, f"{name!r} is a date ({column.date.text}); an instant needs a clock time", remedy)

    def _constant(self, each: EventField, key: str, text: str, table: Table) -> Constant | None:
        try:
            return Constant(self._converters[each.kind](each, text))
        except ReguaError as error:
            table.problem(key, str(error))
        except ValueError as error:
            table.problem(key, str(error), nearest(text, each.words) or f"write one of {', '.join(each.words)}")
        return None

    @property
    def _converters(self) -> dict[str, Callable[[EventField, str], object]]:
        return {
            "text": lambda _, text: text,
            "choice": _word,
            "tone": lambda each, text: Tone.parse(_word(each, text)),
            "money": lambda _, text: self._money(text),
            "date": lambda _, text: parse_date(text),
            "instant": lambda _, text: parse_instant(text),
            "integer": lambda _, text: _refuse(text, "a whole number without quotes"),
            "boolean": lambda _, text: _refuse(text, "true or false, without quotes"),
        }

    def _money(self, text: str) -> Money:
        currency = self.columns.usual.currency.constant
        if currency is None:
            raise MoneyError(f"{text!r} is a constant amount; its currency in [values] is not constant")
        return Money.of(text, currency)

    def _state_of(self, table: Table) -> Source | None:
        table.only(("state_of",))
        template = self._template("state_of", table.raw.get("state_of"), table)
        if template is None:
            return None
        column = template.only_column
        if not column or self.columns[column].holds not in STATE_OF:
            remedy = f"write a column that holds one of {', '.join(STATE_OF)} by [columns]"
            table.problem("state_of", "not one column whose cells tell a state", remedy)
            return None
        return StateOf(column)

    def _earliest(self, each: EventField, table: Table) -> Source | None:
        known = ("clock",) if each.kind == "instant" else ()
        if ("date" in table.raw) == ("earliest" in table.raw):
            table.problem(
                "", "needs either a date or the earliest of some", 'write { date = "{DueDate}", plus = "1d" }'
            )
            return None
        if "date" in table.raw:
            table.only(("date", "plus", *known))
            terms = [self._term(table)]
        else:
            table.only(("earliest", *known))
            inner = table.tables("earliest")
            for item in inner:
                item.only(("date", "plus"))
            terms = [self._term(item) for item in inner]
        if not terms:
            table.problem("earliest", "names no date", 'write [{ date = "{DueDate}" }, { date = "{SettledDate}" }]')
        clock = self._clock(table) if each.kind == "instant" else None
        return Earliest(tuple(term for term in terms if term), clock)

    def _clock(self, table: Table) -> int | None:
        if "clock" not in table.raw:
            if self.clock is None:
                table.problem("clock", "required", 'write clock = "08:00" here or in [values]')
            return self.clock
        try:
            return parse_clock(table.text("clock", "00:00"))
        except DateError as error:
            table.problem("clock", str(error))
            return 0

    def _term(self, table: Table) -> DateTerm | None:
        shift = _SHIFT.fullmatch(table.text("plus", "0d"))
        if not shift:
            remedy = "write civil days such as '1d' or '-3d'; business days need a calendar and a map has none"
            table.problem("plus", f"{table.raw['plus']!r} is no number of days", remedy)
        plus = int(shift[1]) if shift else 0
        raw = table.raw.get("date")
        template = self._template("date", raw.isoformat() if isinstance(raw, date) else raw, table)
        if template is None:
            return None
        if template.only_column:
            return DateTerm(template.only_column, plus=plus)
        try:
            return DateTerm("", day=civil_date(parse_date(template.constant or "") + timedelta(plus)).toordinal())
        except DateError as error:
            table.problem("date", f"neither one column nor a constant: {error}", 'write "{DueDate}"')
            return None


def _native(kind: str, raw: Any) -> Constant | None:
    if kind == "integer" and isinstance(raw, int) and not isinstance(raw, bool):
        return Constant(raw)
    if kind == "boolean" and isinstance(raw, bool):
        return Constant(raw)
    return None


def _word(each: EventField, text: str) -> str:
    if text not in each.words:
        message = f"{text!r} is not known here"
        raise ValueError(message)
    return text


def _refuse(text: str, wanted: str) -> object:
    raise DateError(f"{text!r} is text; write {wanted}, or one column")
