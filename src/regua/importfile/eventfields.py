"""What fields an event type has, and what sort of value each takes: read from the classes themselves."""

from __future__ import annotations

from datetime import date
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from regua.core.money import Money
from regua.core.tones import Tone

Kind = Literal["text", "integer", "boolean", "choice", "tone", "money", "date", "instant", "list"]

_SIMPLE: Final[dict[object, Kind]] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    Money: "money",
    date: "date",
    Tone: "tone",
}
_FIELDS: Final[dict[type, dict[str, EventField]]] = {}
_INSTANTS: Final = frozenset({"at", "recorded_at"})


@frozen(kw_only=True)
class EventField:
    """One field of an event.

    Attributes:
        name: public name, as the constructor takes it.
        kind: the sort of value.
        required: whether there is no default.
        words: the words of a `choice` or `tone`.
        items: what a `list` holds: an attrs class, or None for text.
        attribute: the attrs field, for its validator.
    """

    name: str
    kind: Kind
    required: bool
    words: tuple[str, ...] = ()
    items: type | None = None
    attribute: attrs.Attribute[Any]


def fields_of(cls: type) -> dict[str, EventField]:
    """Give the fields of an event class, or of a value inside one, by public name."""
    if cls not in _FIELDS:
        _FIELDS[cls] = _read(cls)
    return _FIELDS[cls]


def _read(cls: type) -> dict[str, EventField]:
    hints = get_type_hints(cls)
    made = (_field(attribute, hints[attribute.name]) for attribute in attrs.fields(cls))
    return {each.name: each for each in made}


def _field(attribute: attrs.Attribute[Any], hint: Any) -> EventField:
    name = attribute.alias or attribute.name
    required = attribute.default is attrs.NOTHING
    kind, words, items = ("instant", (), None) if name in _INSTANTS else _kind(hint)
    return EventField(name=name, kind=kind, required=required, words=words, items=items, attribute=attribute)


def _kind(hint: Any) -> tuple[Kind, tuple[str, ...], type | None]:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (inner,) = (arg for arg in args if arg is not NoneType)
        return _kind(inner)
    if origin is Literal:
        return "choice", args, None
    if origin is tuple:
        return "list", (), None if args[0] is str else args[0]
    words = tuple(tone.word for tone in Tone) if hint is Tone else ()
    return _SIMPLE[hint], words, None
