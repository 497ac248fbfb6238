"""SMS: the alphabet in which 160 characters are one message, and how many messages a text makes (3GPP TS 23.038)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from attrs import frozen

_ONE: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWO: Final = frozenset("\f^{}\\[~]|€")
_PLAIN: Final = str.maketrans(
    "ºª\u00b4`\u2018\u2019\u201c\u201d\u2010\u2011\u2013\u2014\u2026\u00a0", "oa''''\"\"----. "
)
"""What has no mark to lose: ordinals, quotes, dashes, the ellipsis, the space of `R$ 1,00`."""
_MARKED: Final = re.compile("([A-Za-z])[\u0300-\u036f]+")
"""A letter whose mark is a character of its own, as some systems write names."""
_LIMITS: Final = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@frozen(kw_only=True)
class Segments:
    """What a text costs as SMS.

    Attributes:
        encoding: `GSM-7`, or `UCS-2` where a character needs it.
        units: septets, or UTF-16 code units.
        count: messages that are sent and paid.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int


def in_gsm(text: str) -> str:
    """A text in the alphabet of SMS: `é` and `à` stay, `ã` and `ç` lose their marks; what has no likeness stays."""
    return _MARKED.sub(r"\1", "".join(map(_in_gsm, text.translate(_PLAIN))))


def segments(text: str) -> Segments:
    """How many messages a text makes."""
    if all(character in _ONE or character in _TWO for character in text):
        return _cut("GSM-7", [2 if character in _TWO else 1 for character in text])
    return _cut("UCS-2", [len(character.encode("utf-16-le")) // 2 for character in text])


def _cut(encoding: Literal["GSM-7", "UCS-2"], units: list[int]) -> Segments:
    """No character is divided between two messages."""
    alone, part = _LIMITS[encoding]
    total, count, room = sum(units), 1, part
    if total > alone:
        for each in units:
            if each > room:
                count, room = count + 1, part
            room -= each
    return Segments(encoding=encoding, units=total, count=count)


def _in_gsm(character: str) -> str:
    if character in _ONE or character in _TWO:
        return character
    base = unicodedata.normalize("NFD", character)[0]
    return base if base in _ONE else character
