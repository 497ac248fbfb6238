"""The parts `[values]` and `[columns]` of a map: how cells are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from regua.core.money import Money
from regua.documents import READERS
from regua.errors import DateError, MoneyError
from regua.importfile.formats import GROUPS, MARKS, AmountFormat, DateFormat
from regua.importfile.mapping import Column, Template
from regua.importfile.tables import Table

_AMOUNT: Final = ("decimal", "thousands", "minor", "currency")
VALUES: Final = ("timezone", "clock", "date", "empty", *_AMOUNT)
_COLUMN: Final = ("date", "words", "holds", "optional", *_AMOUNT)
_PLAIN: Final = Column(
    name="",
    date=DateFormat.parse("YYYY-MM-DD"),
    amount=AmountFormat(),
    currency=Template.parse("BRL"),
)


class Columns(dict[str, Column]):
    """The columns by name; one that the map does not describe is read as `[values]` says.

    Args:
        usual: how a column is read that is not described.
    """

    def __init__(self, usual: Column) -> None:
        super().__init__()
        self.usual = usual

    def __missing__(self, name: str) -> Column:
        return evolve(self.usual, name=name)


def read_columns(root: Table, values: Table) -> Columns:
    """Read `[values]`, then each table of `[columns]`, which differs from it where it says so."""
    columns = Columns(_column("", values, _PLAIN))
    declared = root.table("columns", None)
    for name in declared.raw:
        table = declared.table(name, _COLUMN)
        columns[name] = evolve(
            _column(name, table, columns.usual),
            words=_words(table),
            holds=_holds(table),
            optional=table.flag("optional", default=False),
        )
    return columns


def _column(name: str, table: Table, usual: Column) -> Column:
    return evolve(
        usual,
        name=name,
        date=_date(table, usual.date),
        amount=_amount(table, usual.amount),
        currency=_currency(table, usual.currency),
    )


def _date(table: Table, usual: DateFormat) -> DateFormat:
    try:
        return DateFormat.parse(table.text("date", usual.text))
    except DateError as error:
        table.problem("date", str(error))
        return usual


def _amount(table: Table, usual: AmountFormat) -> AmountFormat:
    decimal = table.choice("decimal", MARKS, usual.decimal)
    thousands = table.choice("thousands", GROUPS, usual.thousands)
    if decimal == thousands:
        table.problem("thousands", f"{thousands!r} is the decimal mark too", 'write the other mark, or "" for none')
        thousands = ""
    return AmountFormat(decimal, thousands, table.flag("minor", default=usual.minor))


def _currency(table: Table, usual: Template) -> Template:
    template = table.template("currency", usual)
    if template.constant is None:
        return template
    try:
        Money(0, template.constant)
    except MoneyError as error:
        table.problem("currency", str(error))
        return usual
    return template


def _words(table: Table) -> Mapping[str, str] | None:
    words = table.raw.get("words")
    if words is None:
        return None
    pairs = dict(zip(words, words, strict=True)) if _texts(words) else words
    if isinstance(pairs, dict) and pairs and _texts(list(pairs.values())):
        return pairs
    remedy = 'write ["Yes", "No"], or { PJ = "company" } to translate'
    table.problem("words", f"{words!r} is neither a list of words nor a table of them", remedy)
    return None


def _holds(table: Table) -> str:
    if "holds" not in table.raw:
        return ""
    if "words" in table.raw:
        table.problem("holds", "the column has words already", "write one of the two")
    return table.choice("holds", READERS, "")


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
