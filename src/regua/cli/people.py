"""Files of personal data, kept apart from events: whose it is, under which reference, and its fields.

CSV with a header (`debtor,ref,name,address`: what is neither `creditor`, `debtor` nor `ref` is a field) or JSON Lines
(`{"debtor": "ana", "ref": "ana/email", "fields": {"address": "ana@example.invalid"}}`). Documents and addresses are
checked and kept in one form. Nothing of a row is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, BinaryIO, Final

from attrs import frozen

from regua.core.events.base import is_name
from regua.documents import record
from regua.errors import DocumentError
from regua.importfile.lines import physical_lines
from regua.importfile.mapping import FileFormat
from regua.importfile.problems import BadRow
from regua.importfile.records import JsonRow, Row, csv_rows, json_rows, undecoded

_HEADER: Final = "debtor,ref,name,address"
_NAMES: Final = ("debtor", "ref")
_KEYS: Final = frozenset({"creditor", "debtor", "ref", "fields"})
_OBJECT: Final = '{"debtor": "…", "ref": "…", "fields": {"address": "…"}}'


@frozen(kw_only=True)
class Person:
    """What is kept under one reference. Its repr holds ids alone.

    Attributes:
        line: of the file.
        creditor: who is owed, or "" where the row does not say.
        debtor: whose it is.
        ref: the reference, as events hold it.
        fields: such as `name` or `address`; those of `regua.documents.FIELDS` as they are read there.
    """

    line: int
    creditor: str
    debtor: str
    ref: str
    fields: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Person({self.debtor!r}, {self.ref!r})"


class _BadPersonError(Exception):
    """What is wrong with a row, in words that repeat nothing of it."""


def read_people(file: BinaryIO) -> Iterator[Person | BadRow]:
    """Read CSV or JSON Lines, whichever the first line is; a bad row spoils no other."""
    lines = physical_lines(file, lambda _: None)
    first = next(lines, None)
    if first is None:
        return
    rest = chain([first], lines)
    if first.raw.lstrip().startswith(b"{"):
        yield from _picked(json_rows(rest, FileFormat(format="jsonl")), ())
        return
    rows = csv_rows(rest, FileFormat(delimiter=";" if b";" in first.raw else ","))
    header = _header(next(rows, None))
    yield from [header] if isinstance(header, BadRow) else _picked(rows, header)


def _header(row: Row | BadRow | None) -> Sequence[str] | BadRow:
    """The names of the columns; a file without them begins with somebody's data, which are not repeated."""
    names = [cell.strip() for cell in row.cells] if isinstance(row, Row) else []
    lacking = [name for name in _NAMES if names.count(name) != 1]
    if lacking or len(set(names)) != len(names) or "" in names:
        reason = f"the first line does not name each column once, among them debtor and ref, as {_HEADER} does"
        return BadRow(line=1, reason=reason)
    return names


def _picked(
    rows: Iterator[Row | BadRow] | Iterator[JsonRow | BadRow], header: Sequence[str]
) -> Iterator[Person | BadRow]:
    for row in rows:
        if isinstance(row, BadRow):
            yield BadRow(line=row.line, reason=row.reason)
            continue
        try:
            yield _person(row.line, _of_csv(row, header) if isinstance(row, Row) else _of_json(row))
        except _BadPersonError as problem:
            yield BadRow(line=row.line, reason=str(problem))


def _of_csv(row: Row, header: Sequence[str]) -> Mapping[str, Any]:
    if len(row.cells) != len(header):
        raise _BadPersonError(f"{len(row.cells)} cells where the first line has {len(header)}")
    if any(undecoded(cell) for cell in row.cells):
        raise _BadPersonError("not written in UTF-8")
    cells = {name: cell.strip() for name, cell in zip(header, row.cells, strict=True)}
    fields = {name: cell for name, cell in cells.items() if cell and name not in _KEYS}
    return {name: cells[name] for name in _KEYS & cells.keys()} | {"fields": fields}


def _of_json(row: JsonRow) -> Mapping[str, Any]:
    if not row.members.keys() <= _KEYS:
        raise _BadPersonError(f"a key that is not known; write {_OBJECT}")
    return row.members


def _person(line: int, members: Mapping[str, Any]) -> Person:
    for name in _NAMES:
        if not is_name(members.get(name)):
            raise _BadPersonError(f"{name!r} holds no identifier")
    fields, creditor = members.get("fields"), members.get("creditor", "")
    if not isinstance(fields, Mapping) or not all(type(each) is str for each in fields.values()):
        raise _BadPersonError(f"'fields' is no object of texts; write {_OBJECT}")
    if not fields:
        raise _BadPersonError("there is no field to keep, such as name or address")
    if creditor and not is_name(creditor):
        raise _BadPersonError("'creditor' holds no identifier")
    try:
        read = record(fields)
    except DocumentError as error:
        raise _BadPersonError(str(error)) from None
    return Person(line=line, creditor=creditor, debtor=members["debtor"], ref=members["ref"], fields=read)
