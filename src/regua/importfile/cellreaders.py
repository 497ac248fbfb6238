"""Cells of one column → text, dates and amounts, as the map says they are written."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from regua.core.money import Money
from regua.errors import DateError, MoneyError
from regua.importfile.cells import Cells
from regua.importfile.formats import AmountFormat, Civil, FormError
from regua.importfile.mapping import ImportMap, Template
from regua.importfile.problems import CellError
from regua.importfile.records import JsonNumber

Getter = Callable[[Cells], Any]
"""Gives a value from the cells of a row; None where they are empty."""

_MEMORY: Final = 1 << 14
"""Dates and amounts remembered for a column: many rows share a day."""


class CellReaders:
    """Makes the readers of columns, each once.

    Args:
        mapping: the map.

    Attributes:
        mapping: the map.
        places: the place of each column among the cells.
    """

    def __init__(self, mapping: ImportMap) -> None:
        self.mapping = mapping
        self.places = {name: place for place, name in enumerate(mapping.columns)}
        self._dates: dict[str, Callable[[str], Civil]] = {}
        self._amounts: dict[str, Getter] = {}

    def text(self, template: Template) -> Getter:
        """Make the getter of a template: None as soon as one of its cells is empty."""
        if template.constant is not None:
            return lambda _: template.constant
        if template.only_column:
            place = self.places[template.only_column]
            return lambda cells: str(cells[place]) or None
        parts = [(literal, self.places.get(column)) for literal, column in template.parts]

        def fill(cells: Cells) -> str | None:
            filled = ""
            for literal, place in parts:
                cell = "" if place is None else cells[place]
                if not cell and place is not None:
                    return None
                filled += literal + cell
            return filled

        return fill

    def civil(self, column: str) -> Callable[[str], Civil]:
        """Make the reader of a date column.

        Raises (the reader):
            CellError: no date, or not written as the map says.
        """
        if column not in self._dates:
            self._dates[column] = self._civil(column)
        return self._dates[column]

    def _civil(self, column: str) -> Callable[[str], Civil]:
        form, zone = self.mapping.columns[column].date, self.mapping.timezone
        remembered = lru_cache(_MEMORY)(lambda text: form.read(text, zone))

        def read(text: str) -> Civil:
            try:
                return remembered(text)
            except FormError as error:
                raise CellError(column, text, f"{error}; say how in columns.{column}.date of the map") from None
            except DateError as error:
                raise CellError(column, text, str(error)) from None

        return read

    def money(self, column: str) -> Getter:
        """Make the getter of an amount column.

        Raises (the getter):
            CellError: no amount above zero, or not written as the map says.
        """
        if column not in self._amounts:
            self._amounts[column] = self._money(column)
        return self._amounts[column]

    def _money(self, name: str) -> Getter:
        column = self.mapping.columns[name]
        place, currency = self.places[name], self._currency(column.currency)
        written = lru_cache(_MEMORY)(column.amount.read)
        number = lru_cache(_MEMORY)(AmountFormat(minor=column.amount.minor).read)

        def read(cells: Cells) -> Money | None:
            text = cells[place]
            if not text:
                return None
            reader = number if isinstance(text, JsonNumber) else written
            try:
                return reader(text, currency(cells))
            except FormError as error:
                how = f"say how in columns.{name}.decimal and .thousands of the map"
                raise CellError(name, text, f"{error}; {how}") from None
            except MoneyError as error:
                raise CellError(name, text, str(error)) from None

        return read

    def _currency(self, template: Template) -> Callable[[Cells], str]:
        if template.constant is not None:
            code = template.constant
            return lambda _: code
        text, column = self.text(template), next(template.columns)
        check = lru_cache(_MEMORY)(lambda code: Money(0, code).currency)

        def read(cells: Cells) -> str:
            found = text(cells)
            try:
                return check(found)
            except MoneyError:
                raise CellError(column, found or "", "no currency code of ISO 4217, such as BRL") from None

        return read
