"""A file of any size and its map → events, and a report for each bad row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeVar

from attrs import evolve

from regua.core.events.base import Event
from regua.errors import MapError
from regua.importfile.cells import Cells, csv_cells, json_cells
from regua.importfile.header import check_header, read_header
from regua.importfile.lines import physical_lines
from regua.importfile.mapping import ImportMap
from regua.importfile.problems import HIDDEN, BadRow, CellError
from regua.importfile.records import JsonRow, Row, csv_rows, json_rows
from regua.importfile.rules import RowReader

_R = TypeVar("_R", Row, JsonRow)

Progress = Callable[[int, int], None]
"""Called now and then with the bytes and the rows read so far."""


def read_rows(file: BinaryIO, mapping: ImportMap, *, progress: Progress | None = None) -> Iterator[Event | BadRow]:
    """Read a file of a billing system.

    The header is read at once, the rows one by one as the result is iterated. A row gives all of its events, in the
    order of the map, or one `BadRow`. Memory is bounded by the longest row and the number of events that come `once`.

    An id given twice by rules without `once` is not noticed here: same content is the same fact, other content is an
    `EventConflict` when the events are recorded or folded.

    Args:
        file: binary stream, read once from where it stands, never sought and not closed.
        mapping: how to read it.
        progress: called after about every 256 KiB, and at the end.

    Raises:
        MapError: the header lacks columns of the map, or has one twice.
        DecodeError: the file is empty, its header cannot be read, or it is UTF-16.
        OSError: the file cannot be read.
    """
    return _Reading(file, mapping, progress).events()


class _Reading:
    def __init__(self, file: BinaryIO, mapping: ImportMap, progress: Progress | None) -> None:
        self._progress = progress
        self._bytes = self._rows = 0
        self._mapping, self._reader = mapping, RowReader(mapping)
        lines = physical_lines(file, self._advance)
        if mapping.file.format == "jsonl":
            self._picked = _picked(json_rows(lines, mapping.file), json_cells(mapping), mapping)
            return
        rows = csv_rows(lines, mapping.file)
        header = read_header(rows, mapping.file.encoding)
        problems = check_header(mapping, header)
        if problems:
            raise MapError(problems)
        self._picked = _picked(rows, csv_cells(mapping, header), mapping)

    def events(self) -> Iterator[Event | BadRow]:
        for line, cells in self._picked:
            self._rows += 1
            if isinstance(cells, BadRow):
                yield cells
                continue
            try:
                events = self._reader.events(cells)
            except CellError as error:
                yield _bad_row(line, error, self._mapping)
            else:
                yield from events
        self._advance(self._bytes)

    def _advance(self, read: int) -> None:
        self._bytes = read
        if self._progress:
            self._progress(read, self._rows)


def _picked(
    rows: Iterator[_R | BadRow], pick: Callable[[_R], Cells], mapping: ImportMap
) -> Iterator[tuple[int, Cells | BadRow]]:
    for row in rows:
        if isinstance(row, BadRow):
            yield row.line, evolve(row, value=_shown(row.value, row.column, mapping))
            continue
        try:
            yield row.line, pick(row)
        except CellError as error:
            yield row.line, _bad_row(row.line, error, mapping)


def _bad_row(line: int, error: CellError, mapping: ImportMap) -> BadRow:
    value = _shown(error.value, error.column, mapping)
    return BadRow(line=line, column=error.column, value=value, reason=error.reason)


def _shown(value: str, column: str, mapping: ImportMap) -> str:
    """Hide a cell that holds something of a person, and a row that has such a cell."""
    if column:
        held = column in mapping.columns and bool(mapping.columns[column].holds)
    else:
        held = any(each.holds for each in mapping.columns.values())
    return HIDDEN if value and held else value
