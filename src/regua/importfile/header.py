"""Map against header: every column that the map uses must be there, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO

from regua.errors import DecodeError
from regua.importfile.lines import physical_lines
from regua.importfile.mapping import ImportMap
from regua.importfile.problems import BadRow, MapProblem, nearest
from regua.importfile.records import Row, csv_rows, encoding_problem, undecoded


def read_header(rows: Iterator[Row | BadRow], encoding: str) -> tuple[str, ...]:
    """Take the header from the rows of a CSV file.

    Raises:
        DecodeError: the file is empty, or its first row cannot be read or is in another encoding.
    """
    first = next(rows, None)
    if first is None:
        raise DecodeError("the file is empty", line=1, remedy="its first line names the columns")
    if isinstance(first, BadRow):
        raise DecodeError(f"the header cannot be read: {first.reason}", line=first.line)
    if any(undecoded(cell) for cell in first.cells):
        raise DecodeError(f"the header is {encoding_problem(encoding)}", line=first.line)
    return tuple(cell.strip() for cell in first.cells)


def check_header(mapping: ImportMap, header: Sequence[str]) -> list[MapProblem]:
    """Give every column of the map that the header lacks or has twice."""
    problems = []
    for name, column in mapping.columns.items():
        times = header.count(name)
        if times == 1 or (times == 0 and column.optional):
            continue
        message = (
            "is not in the header of the file" if times == 0 else f"stands {times} times in the header of the file"
        )
        remedy = nearest(name, header) if times == 0 else "give each of these columns a name of its own"
        remedy = remedy or f"the header has {', '.join(map(repr, header))[:500]}; is delimiter in [file] right?"
        problems.append(MapProblem(file=mapping.name, key="", message=f"column {name!r} {message}", remedy=remedy))
    return problems


def check_head(mapping: ImportMap, head: bytes) -> list[MapProblem]:
    """As `check_header`, on the first bytes of a file; says nothing where the header is not whole in them."""
    if mapping.file.format != "csv" or not (b"\n" in head or b"\r" in head):
        return []
    try:
        header = read_header(
            csv_rows(physical_lines(BytesIO(head), lambda _: None), mapping.file), mapping.file.encoding
        )
    except DecodeError:
        return []
    return check_header(mapping, header)
