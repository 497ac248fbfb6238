"""Physical lines → rows of cells: CSV and JSON Lines, one bad row spoiling no other."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from regua.importfile.lines import MAX_CELL, MAX_LINE, Line
from regua.importfile.mapping import FileFormat
from regua.importfile.problems import BadRow

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TOO_LONG: Final = f"a line of more than {MAX_LINE} bytes"
_LARGE_CELL: Final = f"a cell of more than {MAX_CELL} characters"
_DOUBLE: Final = "double a quote inside a cell, or say in [file] of the map how cells are quoted"


class Row(NamedTuple):
    """One row of a CSV file.

    Attributes:
        line: physical line on which it begins.
        cells: its cells as they are.
    """

    line: int
    cells: list[str]


class JsonNumber(str):
    """A number of a JSON line as it is written: its decimal mark is a point, whatever the map says."""

    __slots__ = ()


class JsonRow(NamedTuple):
    """One line of a JSON Lines file.

    Attributes:
        line: its number.
        members: text, `JsonNumber`, "" for null, or a list or object as it came.
    """

    line: int
    members: Mapping[str, Any]


def csv_rows(lines: Iterator[Line], file: FileFormat) -> Iterator[Row | BadRow]:
    """Read CSV (RFC 4180) with the delimiter and quote of the map; empty lines are left out.

    A record whose quotes do not match costs the lines that it runs over and no more: nothing inside doubtful quotes is
    taken for a row.
    """
    for line in lines:
        if not line.whole:
            yield BadRow(line=line.number, value=_preview(line.raw), reason=_TOO_LONG)
            continue
        text = decode(line.raw, file.encoding).removesuffix("\r")
        if not text:
            continue
        if file.quote and file.quote in text:
            row = _quoted(line, lines, file)
        elif "\r" in text:
            row = BadRow(
                line=line.number, value=text, reason="a lone carriage return inside the row; mend its line end"
            )
        else:
            row = Row(line.number, text.split(file.delimiter))
        if isinstance(row, Row) and sum(map(len, row.cells)) > MAX_CELL and max(map(len, row.cells)) > MAX_CELL:
            row = BadRow(line=row.line, value=max(row.cells, key=len), reason=_LARGE_CELL)
        yield row


def _quoted(first: Line, lines: Iterator[Line], file: FileFormat) -> Row | BadRow:
    last, size = first.number, 0

    def texts() -> Iterator[str]:
        nonlocal last, size
        yield decode(first.raw, file.encoding) + "\n"
        while file.multiline and size <= MAX_CELL:
            line = next(lines, None)
            if line is None:
                return
            last, size = line.number, size + len(line.raw)
            if not line.whole:
                return
            yield decode(line.raw, file.encoding) + "\n"

    reader = csv.reader(texts(), delimiter=file.delimiter, quotechar=file.quote, strict=True)
    try:
        return Row(first.number, next(reader))
    except csv.Error as error:
        return BadRow(
            line=first.number, value=_preview(first.raw), reason=_quote_problem(str(error), first.number, last, file)
        )


def _quote_problem(error: str, first: int, last: int, file: FileFormat) -> str:
    unread = f"lines {first} to {last} were not read" if last > first else "the row was not read"
    if "field larger" in error and first == last:
        return _LARGE_CELL
    if "field larger" in error or "end of data" in error:
        where = f"within {MAX_CELL} characters" if file.multiline else "on its line"
        return f"a quote that opens here is not closed {where}; {unread}; {_DOUBLE}"
    return f"text after a closing quote; {unread}; {_DOUBLE}"


def json_rows(lines: Iterator[Line], file: FileFormat) -> Iterator[JsonRow | BadRow]:
    """Read one JSON object a line; empty lines are left out."""
    for line in lines:
        if not line.whole:
            yield BadRow(line=line.number, value=_preview(line.raw), reason=_TOO_LONG)
            continue
        text = decode(line.raw, file.encoding)
        if text.strip():
            yield _json_row(line.number, text, file.encoding)


def _json_row(number: int, text: str, encoding: str) -> JsonRow | BadRow:
    if undecoded(text):
        return BadRow(line=number, value=text, reason=encoding_problem(encoding))
    try:
        members = json.loads(
            text, object_pairs_hook=_members, parse_int=JsonNumber, parse_float=JsonNumber, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        return BadRow(line=number, value=text, reason=f"not JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "JSON nested too deep"
        return BadRow(line=number, value=text, reason=reason)
    if not isinstance(members, dict):
        return BadRow(line=number, value=text, reason="not a JSON object; write one {…} a line")
    return JsonRow(number, members)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        message = "the same key twice in one JSON object"
        raise ValueError(message)
    return members


def _no_number(_: str) -> None:
    message = "NaN or Infinity is not JSON"
    raise ValueError(message)


def decode(raw: bytes, encoding: str) -> str:
    """Decode a line; bytes that are not of the encoding become surrogates."""
    return raw.decode(encoding, "surrogateescape")


def undecoded(text: str) -> bool:
    """Whether text holds bytes that are not of the encoding, or half a surrogate pair."""
    return bool(_SURROGATE.search(text))


def encoding_problem(encoding: str) -> str:
    """Give the reason of a row with such text."""
    return f'not written in {encoding}; write encoding in [file] of the map, such as "cp1252"'


def _preview(raw: bytes) -> str:
    return raw[:200].decode("utf-8", "backslashreplace")
