"""Rows → the cells that the map uses, in the map's order: trimmed, checked, translated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from regua.documents import READERS
from regua.errors import DocumentError
from regua.importfile.lines import MAX_CELL
from regua.importfile.mapping import Column, ImportMap
from regua.importfile.problems import CellError, nearest
from regua.importfile.records import JsonNumber, JsonRow, Row, encoding_problem, undecoded

Cells = list[str]
"""One cell for each of `ImportMap.columns`, in that order; "" is an empty one."""

_BLANK: Final = " \t\xa0"
_MEMORY: Final = 1 << 14
"""Documents and numbers remembered for a column: the rows of a customer stand together."""


def csv_cells(mapping: ImportMap, header: Sequence[str]) -> Callable[[Row], Cells]:
    """Make the function that picks the cells of a CSV row.

    Raises (that function):
        CellError: a wrong number of cells, bytes of another encoding, a NUL, a word that the map does not list.
    """
    width, columns = len(header), tuple(mapping.columns.values())
    places = [header.index(name) if name in header else width for name in mapping.columns]
    clean = _cleaner(mapping, columns)

    def pick(row: Row) -> Cells:
        cells = row.cells
        if len(cells) != width:
            text = mapping.file.delimiter.join(cells)
            raise CellError("", text, f"{len(cells)} cells where the header has {width}")
        for place, cell in enumerate(cells):
            if not cell.isprintable():
                _check_text(header[place], cell, encoding_problem(mapping.file.encoding))
        cells.append("")
        return clean([cells[place].strip(_BLANK) for place in places])

    return pick


def json_cells(mapping: ImportMap) -> Callable[[JsonRow], Cells]:
    """Make the function that picks the members of a JSON line.

    Raises (that function):
        CellError: a missing member, one that is a list or an object, or as for CSV.
    """
    columns = tuple(mapping.columns.values())
    clean = _cleaner(mapping, columns)

    def pick(row: JsonRow) -> Cells:
        return clean([_member(column, row) for column in columns])

    return pick


def _member(column: Column, row: JsonRow) -> str:
    value: Any = row.members.get(column.name)
    if value is None:
        if column.name in row.members or column.optional:
            return ""
        remedy = nearest(column.name, row.members) or f"optional = true in [columns.{column.name}] allows it"
        raise CellError(column.name, "", f"not in this line; {remedy}")
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise CellError(column.name, "", "a list or an object; a column is text, a number, true, false or null")
    if len(value) > MAX_CELL:
        raise CellError(column.name, value, f"a cell of more than {MAX_CELL} characters")
    if not value.isprintable():
        _check_text(column.name, value, "half a surrogate pair")
    return value if isinstance(value, JsonNumber) else value.strip(_BLANK)


def _check_text(column: str, cell: str, encoding: str) -> None:
    if undecoded(cell):
        raise CellError(column, cell, encoding)
    if "\0" in cell:
        raise CellError(column, cell, "a NUL byte; the file is damaged or in another encoding")


def _cleaner(mapping: ImportMap, columns: Sequence[Column]) -> Callable[[Cells], Cells]:
    empty = mapping.empty
    listed = [(place, column) for place, column in enumerate(columns) if column.words is not None]
    held = [(place, column.name, _reader(column.holds)) for place, column in enumerate(columns) if column.holds]

    def clean(cells: Cells) -> Cells:
        if empty:
            cells = ["" if cell in empty else cell for cell in cells]
        for place, column in listed:
            cells[place] = _translated(column, cells[place])
        for place, name, read in held:
            if cells[place]:
                cells[place] = _held(name, cells[place], read)
        return cells

    return clean


def _reader(holds: str) -> Callable[[str], str]:
    return lru_cache(_MEMORY)(READERS[holds])


def _held(name: str, cell: str, read: Callable[[str], str]) -> str:
    try:
        return read(cell)
    except DocumentError as error:
        raise CellError(name, cell, str(error)) from None


def _translated(column: Column, cell: str) -> str:
    words = column.words or {}
    if not cell or cell in words:
        return words.get(cell, "")
    raise CellError(column.name, cell, f"none of the words of columns.{column.name} in the map")
