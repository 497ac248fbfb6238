"""How refusals speak: the place, what was found there (never at length), and what to write instead."""

from __future__ import annotations

from difflib import get_close_matches
from math import isinf, isnan
from typing import TYPE_CHECKING, Any, Final

from regua.core.events.base import clipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

_LONGEST: Final = 40
_LONGEST_MESSAGE: Final = 200
_LONGEST_NUMBER: Final = 10**_LONGEST
_FEW: Final = 8


class Refused(Exception):  # noqa: N818 - it becomes a DecodeError or an EventError at the door
    """A value that the codec does not read or write.

    Attributes:
        message: what is wrong.
        remedy: what to write instead, or "".
        field: path of the value, as far as it is known.
    """

    def __init__(self, message: str, remedy: str = "", *, field: str = "") -> None:
        self.message, self.remedy, self.field = message, remedy, field
        super().__init__(message)

    def below(self, place: str | int) -> Self:
        """Say the same of a value one level further out, where this one stands under `place`."""
        return type(self)(self.message, self.remedy, field=joined(path_part(place), self.field))


def path_part(place: str | int) -> str:
    """Give a place in a list as `[2]`, a key as itself, or quoted and clipped where it is long or no printable text."""
    if isinstance(place, int):
        return f"[{place}]"
    return place if place and len(place) <= _LONGEST and place.isprintable() else shown(place)


def joined(outer: str, inner: str) -> str:
    """Join two paths: `instalments` and `[2]` and `due` make `instalments[2].due`."""
    return f"{outer}{'.' if outer and inner and not inner.startswith('[') else ''}{inner}"


def shown(value: object) -> str:
    """Show a value as JSON names it, at most about 40 characters of it and only what can be printed."""
    if isinstance(value, str):
        return clipped(repr(value[: _LONGEST + 1]))
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(int(value)) if abs(value) < _LONGEST_NUMBER else "a number of more than 40 digits"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list | tuple):
        return "a list"
    return "an object" if isinstance(value, dict) else f"a {type(value).__name__}"


def _number(value: float) -> str:
    if isnan(value):
        return "NaN"
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(float(value))


def from_core(message: str, remedy: str = "", *, field: str = "") -> Refused:
    """Say what the core said, which keeps the remedy behind the last semicolon, without carrying a whole document.

    Args:
        message: the core's words.
        remedy: what to write instead, where the core does not say.
        field: path of the value.
    """
    wrong, semicolon, own = message.rpartition("; ")
    if not semicolon:
        wrong, own = own, remedy
    return Refused(clipped(wrong, _LONGEST_MESSAGE), clipped(own, _LONGEST_MESSAGE), field=field)


def nearest(name: object, known: Iterable[str]) -> str:
    """Give the remedy for a name that is not known: the nearest one, else the choice."""
    names = list(known)
    near = get_close_matches(name[: 2 * _LONGEST], names, n=1) if isinstance(name, str) else []
    if near:
        return f"did you mean '{near[0]}'?"
    return f"write one of {', '.join(names[:_FEW])}{', …' if len(names) > _FEW else ''}"


def check_keys(value: Mapping[Any, object], required: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Refuse an object with a key that nobody knows, or without one that must be there.

    The unknown key comes first: it is often the missing one, misspelt.
    """
    needed = tuple(required)
    known = (*needed, *optional)
    for key in value:
        if key not in known:
            missing = [name for name in known if name not in value]
            raise Refused(f"unknown key {shown(key)}", nearest(key, missing) if missing else "remove it")
    for name in needed:
        if name not in value:
            raise Refused(f"missing key '{name}'", f'add "{name}"')
