"""One line of text ↔ one JSON object; nothing here knows what the object means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from regua.codec.wording import Refused, joined, path_part, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BYTE_ORDER_MARK: Final = "\ufeff"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class _DuplicateKey(Exception):  # noqa: N818 - a signal from inside the parser
    """Some object of the text has a key twice."""


class _Object(dict[str, Any]):
    """An object, and the key that it has twice, if any."""

    duplicate: str | None = None


def write_object(value: Mapping[str, object]) -> str:
    """Write an object as canonical JSON: compact, UTF-8 unescaped, keys as they come, no line end."""
    return _ENCODER.encode(value)


def read_object(line: str | bytes) -> dict[str, Any]:
    """Read one JSON object (RFC 8259), without byte order mark, duplicate keys or anything after it.

    Raises:
        Refused: it is something else.
    """
    text = _decoded(line)
    try:
        value = _parsed(text)
    except RecursionError:
        raise Refused("nested too deeply to be read", "no document of regua needs ten levels") from None
    except json.JSONDecodeError as error:
        raise _not_json(error) from None
    except ValueError:
        raise Refused("a number has thousands of digits", "write a number of at most 16 digits") from None
    if not isinstance(value, dict):
        raise Refused(f"{shown(value)} is not an object", 'write one object a line: {"type": …}')
    return value


def _parsed(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except _DuplicateKey:
        raise _duplicate(_MARKING_DECODER.decode(text)) from None


def _decoded(line: str | bytes) -> str:
    if not isinstance(line, str):
        try:
            line = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused(f"byte {error.start + 1} is not UTF-8", "save the file as UTF-8") from None
    if line.startswith(_BYTE_ORDER_MARK):
        raise Refused("begins with a byte order mark", "save the file as UTF-8 without one")
    return line


def _not_json(error: json.JSONDecodeError) -> Refused:
    if error.msg == "Extra data":
        return Refused(f"more text after the object, at column {error.pos + 1}", "write one object a line")
    return Refused(f"not JSON at column {error.pos + 1}: {error.msg[:1].lower()}{error.msg[1:]}", "see RFC 8259")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _DuplicateKey
    return value


def _marked_object(pairs: list[tuple[str, Any]]) -> _Object:
    value = _Object()
    for key, entry in pairs:
        if key in value and value.duplicate is None:
            value.duplicate = key
        value.setdefault(key, entry)
    return value


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object)
_MARKING_DECODER: Final = json.JSONDecoder(object_pairs_hook=_marked_object)


def _duplicate(document: Any) -> Refused:
    found = [(path, value.duplicate) for path, value in _objects(document) if value.duplicate is not None]
    path, key = found[0]
    return Refused(f"key {shown(key)} stands there twice", "keep one of them", field=path)


def _objects(document: Any) -> Iterator[tuple[str, _Object]]:
    # Not by recursion: what the parser can nest may be deeper than what Python can.
    pending: list[tuple[str, Any]] = [("", document)]
    for path, value in pending:
        if isinstance(value, _Object):
            yield path, value
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        pending.extend((joined(path, path_part(key)), entry) for key, entry in entries)
