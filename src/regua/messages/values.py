"""The values that fill a message: plain, on one line, of known length. They come from people and are never parsed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from regua.errors import MessageError
from regua.messages.declared import DECLARED, ITEM, LARGEST_NUMBER, MOST_ITEMS, Kind, Variable
from regua.policyfile.diagnostics import nearest

_TYPES: Final[dict[Kind, Any]] = {"text": str, "number": int, "flag": bool}
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs"})
_HEAPED: Final = re.compile("([\u0300-\u036f]{4})[\u0300-\u036f]+")
"""Marks on one letter beyond any language: they would cover the lines above and below."""
_ENOUGH: Final = 4
"""Times its longest length that a text is looked at: the rest would be cut in any case."""


def plain_values(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Check what a message is to be filled with, and give it as plain values that cannot do harm.

    Raises:
        MessageError: a variable is missing or unknown, or a value is no plain string, int, bool or list of dicts.
    """
    return _checked(variables, DECLARED, "")


def one_line(text: str, longest: int) -> str:
    """A text without line breaks, control characters and marks that turn the reading direction, cut to a length."""
    seen = _HEAPED.sub(r"\1", "".join(map(_visible, text[: _ENOUGH * longest])))
    words = " ".join(seen.split())
    cut = len(words) > longest or len(text) > _ENOUGH * longest
    return words[: longest - 1] + "…" if cut else words


def is_unseen(character: str) -> bool:
    """Whether a character shows nothing and acts on its neighbours: control, direction, zero width, surrogate."""
    return unicodedata.category(character) in _UNSEEN


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if is_unseen(character) else character


def _checked(values: Mapping[str, Any], table: Mapping[str, Variable], place: str) -> dict[str, Any]:
    for name in values:
        if name not in table:
            raise _refused(f"{place}{name!r} is no variable", nearest(str(name), table))
    for name in table:
        if name not in values:
            raise _refused(f"{place}{name!r} is missing", f"it is: {table[name].meaning}")
    return {name: _plain(values[name], variable, f"{place}{name!r}") for name, variable in table.items()}


def _plain(value: Any, variable: Variable, place: str) -> Any:
    if variable.kind == "items":
        return _items(value, place)
    wanted = _TYPES[variable.kind]
    # Not isinstance: a subclass could act when it is shown.
    if type(value) is not wanted:
        raise _refused(f"{place} is a {type(value).__name__}", f"it takes a plain {wanted.__name__}")
    if variable.form is not None:
        return value if len(value) <= variable.longest and variable.form.fullmatch(value) else ""
    return one_line(value, variable.longest) if variable.kind == "text" else _bounded(value, place)


def _bounded(number: int, place: str) -> int:
    if abs(number) > LARGEST_NUMBER:
        raise _refused(f"{place} is larger than any number in a message", f"give at most {LARGEST_NUMBER}")
    return number


def _items(value: Any, place: str) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple) or not all(type(item) is dict for item in value):
        raise _refused(f"{place} is no list of dicts", "give one dict of plain values for each receivable")
    if len(value) > MOST_ITEMS:
        raise _refused(f"{place} has more than {MOST_ITEMS} entries", "count the others in 'omitted'")
    return [_checked(item, ITEM, f"{place}, entry {number}: ") for number, item in enumerate(value, 1)]


def _refused(message: str, remedy: str) -> MessageError:
    return MessageError([f"{message}; {remedy}"])
