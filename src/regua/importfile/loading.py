"""TOML → `ImportMap`: every mistake of the map at once, each with its key, the nearest name and the remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from regua.core.dates import parse_clock, zone_info
from regua.core.events import EVENT_TYPES
from regua.errors import DateError, MapError
from regua.importfile.columns import VALUES, read_columns
from regua.importfile.header import check_head
from regua.importfile.mapping import Condition, FileFormat, ImportMap, Rule, Template
from regua.importfile.problems import MapProblem, nearest
from regua.importfile.sources import SourceReader
from regua.importfile.tables import Table

ENCODINGS: Final = ("utf-8", "ascii", "cp1252", "cp850", "iso-8859-1", "iso-8859-15")
"""Line ends are single bytes in all of them, so that one bad row spoils no other."""

LARGEST: Final = 1 << 20
"""Bytes of the largest map that is read."""
MOST_DOTS: Final = 100
"""Dots of a line, outside of strings: keys of a map have two or three parts."""
_OPAQUE: Final = re.compile(
    r"""
    \"{3} (?:\\.|[^\\])*? \"{3} | '{3} .*? '{3} | " (?:\\.|[^"\\\n])* " | ' [^'\n]* ' | \#[^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)
"""Strings and comments of TOML."""
_SECTIONS: Final = ("format", "file", "values", "columns", "defaults", "event")
_FILE: Final = ("format", "encoding", "delimiter", "quote", "multiline")
_DEFAULTS: Final = ("creditor", "debtor", "at", "recorded_at")
RULE_KEYS: Final = ("type", "when", "once")
"""Keys of an `[[event]]` that are no fields of the event; no event may have a field of such a name."""
_ASKED: Final = ("equals", "differs", "filled")


def load_map(source: str | Path, *, head: bytes | None = None) -> ImportMap:
    """Read a map file.

    Args:
        source: path of the TOML file.
        head: the first bytes of the file to be imported, where they are at hand (`stream.peek()`): what its header
            lacks is then reported together with all other problems. `read_rows` checks the header in any case.

    Raises:
        MapError: every problem of the map.
        OSError: the file cannot be read.
    """
    with Path(source).open("rb") as file:
        return parse_map(file.read(LARGEST + 1), name=str(source), head=head)


def parse_map(text: bytes | str, *, name: str = "map", head: bytes | None = None) -> ImportMap:
    """Read a map from its text; as `load_map`.

    Raises:
        MapError: every problem of the map.
    """
    document = _document(text, name)
    problems: list[MapProblem] = []
    loaded = _map(Table("", document, name, problems), name)
    if head is not None:
        problems.extend(check_head(loaded, head))
    if problems:
        raise MapError(problems)
    return loaded


def _document(text: bytes | str, name: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise _no_map(name, f"it is larger than {LARGEST:,} bytes, which no map is")
    try:
        return _parsed(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except RecursionError:
        raise _no_map(name, "not TOML: nested too deep to be read") from None
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise _no_map(name, f"not TOML: {error}") from None


def _parsed(text: str) -> dict[str, Any]:
    # tomllib keeps every beginning of a dotted key: one of very many parts would take all memory.
    if any(line.count(".") > MOST_DOTS for line in _OPAQUE.sub("", text).splitlines()):
        raise RecursionError
    return tomllib.loads(text)


def _no_map(name: str, message: str) -> MapError:
    return MapError([MapProblem(file=name, key="", message=message)])


def _map(root: Table, name: str) -> ImportMap:
    root.only(_SECTIONS)
    if root.raw.get("format") != 1 or root.raw["format"] is True:
        root.problem("format", "the version of the map's format is missing or unknown", "write format = 1")
    file, values = _file(root.table("file", _FILE)), root.table("values", VALUES)
    zone, clock, empty = _zone(values), _clock(values), frozenset(values.texts("empty"))
    defaults = root.table("defaults", _DEFAULTS)
    reader = SourceReader(columns=read_columns(root, values), clock=clock, used={})
    rules = [_rule(event, defaults.raw, reader) for event in root.tables("event")]
    reader.use(*(name for name, column in reader.columns.items() if column.holds))
    if not rules and not root.problems:
        root.problem("event", "no event is declared", "write at least one [[event]] with its type and fields")
    _check_ids(root, rules)
    return ImportMap(
        name=name,
        file=file,
        timezone=zone,
        clock=clock,
        empty=empty,
        columns={column: reader.columns[column] for column in reader.used},
        rules=tuple(rule for rule in rules if rule),
    )


def _file(table: Table) -> FileFormat:
    delimiter, quote = table.text("delimiter", ","), table.text("quote", '"')
    if len(delimiter) != 1 or delimiter in "\r\n\0":
        table.problem("delimiter", f"{delimiter!r} is not one character", r'write one such as ";" or "\t"')
        delimiter = ","
    if len(quote) > 1 or quote in ("\r", "\n", "\0", delimiter):
        table.problem("quote", f"{quote!r} cannot be the quote", 'write one character, or "" for a file without quotes')
        quote = ""
    return FileFormat(
        format=table.choice("format", ("csv", "jsonl"), "csv"),
        encoding=table.choice("encoding", ENCODINGS, "utf-8"),
        delimiter=delimiter,
        quote=quote,
        multiline=table.flag("multiline", default=True),
    )


def _zone(values: Table) -> str:
    if "timezone" not in values.raw:
        values.problem("timezone", "required", "write the IANA zone of the dates, such as 'America/Sao_Paulo'")
        return "UTC"
    zone = values.text("timezone", "UTC")
    try:
        zone_info(zone)
    except DateError as error:
        values.problem("timezone", str(error))
    return zone


def _clock(values: Table) -> int | None:
    if "clock" not in values.raw:
        return None
    try:
        return parse_clock(values.text("clock", "00:00"))
    except DateError as error:
        values.problem("clock", str(error))
        return 0


def _rule(table: Table, defaults: Mapping[str, Any], reader: SourceReader) -> Rule | None:
    name = table.text("type", "")
    if name not in EVENT_TYPES:
        message = f"unknown event type {name!r}" if name else "required"
        table.problem("type", message, nearest(name, EVENT_TYPES) or "write a type such as 'invoice.issued'")
        return None
    cls, _ = EVENT_TYPES[name]
    table.label = name
    return Rule(
        cls=cls,
        when=_conditions(table, reader),
        once=table.flag("once", default=False),
        fields=reader.fields(cls, table, defaults, RULE_KEYS),
    )


def _conditions(table: Table, reader: SourceReader) -> tuple[Condition, ...]:
    made = [_condition(each, reader) for each in table.tables("when")]
    return tuple(condition for condition in made if condition)


def _condition(table: Table, reader: SourceReader) -> Condition | None:
    table.only(("column", *_ASKED))
    column = table.text("column", "")
    asked = [key for key in _ASKED if key in table.raw]
    if not column or len(asked) != 1:
        remedy = 'write { column = "Disputed", equals = "Yes" }, or differs = "Yes", or filled = true'
        table.problem("", "a condition names one column and one of equals, differs, filled", remedy)
        return None
    reader.use(column)
    if asked[0] == "filled":
        return Condition(column=column, words=None, wanted=table.flag("filled", default=True))
    words = frozenset(table.texts(asked[0]))
    known = reader.columns[column].words
    for word in sorted(words - set(known.values())) if known is not None else ():
        remedy = nearest(word, known.values() if known else ())
        table.problem(asked[0], f"{word!r} is none of the words of columns.{column}", remedy)
    return Condition(column=column, words=words, wanted=asked[0] == "equals")


def _check_ids(root: Table, rules: Sequence[Rule | None]) -> None:
    first: dict[object, int] = {}
    for number, rule in enumerate(rules, 1):
        source = rule.fields.get("id") if rule else None
        if not rule or source is None:
            continue
        key = f"event {number} ({rule.cls.type}): id"
        if not isinstance(source, Template) and not rule.once:
            root.problem(key, "the same id in every row", 'put a column in it, such as "nf-{invoiceNumber}-issued"')
        elif not rule.when and first.setdefault(source, number) != number:
            root.problem(key, f"the same id as event {first[source]}", "give each event of a row an id of its own")
