"""From a file, a text or bytes to TOML values with their positions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path as FilePath
from typing import Any, Final

from attrs import frozen

from regua.core.policy import Origin
from regua.policyfile.diagnostics import Report
from regua.policyfile.positions import DEEPEST, PositionIndex, build_index

Source = FilePath | str | bytes
"""A policy: a path, a str without a line break (a path too), a str with one (TOML text), or bytes (TOML in UTF-8)."""

LARGEST: Final = 1 << 20
"""Bytes of the largest policy file that is read."""
_BOM: Final = "\ufeff"
_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_ENDLESS: Final = re.compile(r"[0-9_]{4000,}")
_REMEDIES: Final = (
    ("Cannot overwrite", "each key may be given once"),
    ("Cannot declare", "each table may be given once"),
    ("Invalid value", 'a string is written in double quotes: "text"'),
    ("Expected '='", "write key = value"),
    ("Expected newline", 'write one key = value on a line, a string in double quotes: "text"'),
    ("Unterminated", "close it"),
    ("Illegal character", "write the string on one line, or between three quotes"),
    ("", "see https://toml.io/en/v1.0.0"),
)


@frozen(kw_only=True)
class Parsed:
    """A TOML document.

    Attributes:
        file: its name in diagnostics.
        data: its values.
        index: their positions.
    """

    file: str
    data: dict[str, Any]
    index: PositionIndex


def source_name(source: Source, name: str | None) -> str:
    """The name that diagnostics give to a source."""
    if name is not None:
        return name
    return "<text>" if isinstance(source, bytes) or _is_text(source) else str(source)


def parse_source(source: Source, file: str, report: Report) -> Parsed | None:
    """Read and parse a policy source; what stops that is reported, and None comes back."""
    top = Origin(file, 1, 1)
    try:
        raw = _read(source)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        hint = "; a str without a line break is taken for a path" if isinstance(source, str) else ""
        report.add("unreadable", top, f"cannot be read: {why}{hint}")
        return None
    if len(raw) > LARGEST:
        report.add("too-large", top, f"is larger than {LARGEST:,} bytes, which no policy is; split it by policy id")
        return None
    text = _decode(raw, top, report)
    return None if text is None else _parse(text, file, report)


def _is_text(source: Source) -> bool:
    return isinstance(source, str) and "\n" in source


def _read(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, str) and _is_text(source):
        return source.encode("utf-8", "surrogatepass")
    with FilePath(source).open("rb") as file:
        return file.read(LARGEST + 1)


def _decode(raw: bytes, top: Origin, report: Report) -> str | None:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8").removeprefix(_BOM)
        line = before.count("\n") + 1
        origin = Origin(top.file, line, len(before) - (before.rfind("\n") + 1) + 1)
        report.add("encoding", origin, f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8")
        return None
    if text.startswith(_BOM):
        report.add("encoding", top, "begins with a byte order mark; save the file as UTF-8 without one")
    return text.removeprefix(_BOM)


def _parse(text: str, file: str, report: Report) -> Parsed | None:
    index = build_index(text)
    if index.too_deep is not None:
        message = f"nested deeper than {DEEPEST} levels, which no policy is; the keys of a policy are two or three deep"
        report.add("too-deep", Origin(file, *index.place(index.too_deep)), message)
        return None
    try:
        return Parsed(file=file, data=tomllib.loads(text), index=index)
    except tomllib.TOMLDecodeError as error:
        origin, message = _syntax_problem(str(error), text, file, index)
    except (ValueError, RecursionError):
        # What Python itself refuses: it reads no integer of more than 4,300 digits.
        digits = _ENDLESS.search(text)
        origin = Origin(file, *index.place(digits.start() if digits else 0))
        message = "a number has more digits than can be read; write it shorter"
    report.add("toml-syntax", origin, message)
    return None


def _syntax_problem(error: str, text: str, file: str, index: PositionIndex) -> tuple[Origin, str]:
    place = _PLACE.search(error)
    found = (int(place[1]), int(place[2])) if place and place[1] else index.place(len(text))
    for repetition in index.repetitions:
        if repetition.at <= index.offset(*found):
            first, _ = index.place(repetition.first)
            name = ".".join(part for part in repetition.path if isinstance(part, str))
            message = f"{name!r} is given twice, first in line {first}; remove one, or rename it"
            return Origin(file, *index.place(repetition.at)), message
    what = _PLACE.sub("", error)
    remedy = next(remedy for start, remedy in _REMEDIES if what.startswith(start))
    return Origin(file, *found), f"not TOML: {what[:1].lower()}{what[1:]}; {remedy}"
