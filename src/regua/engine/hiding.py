"""Takes out of what a provider, or a colleague, says what is kept of a person: the log of events is for ever."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

HIDDEN: Final = "…"
"""Stands where something personal stood."""
SHORTEST: Final = 4
"""Letters from which on a value is looked for: shorter ones would be found inside other words."""
SHORTEST_NUMBER: Final = 8
"""Digits by whose end a telephone number or a document is known, however it is grouped and with whatever in front."""
_NUMBER: Final = re.compile(r"\+?[0-9(](?:[ .()/-]{0,3}[0-9]){7,}")


def hidden(text: str, personal: Collection[str] | None) -> str:
    """A text without personal values, in whatever case, accents and grouping it repeats them.

    Args:
        text: what somebody says.
        personal: what is kept of the person: names, documents, addresses; of an e-mail address also what stands before
            the @. Parts of a name, and what the provider knows by itself, are not found. None where nobody can say
            what it is: no word of the text stays.
    """
    if personal is None:
        return ""
    for value in sorted(_values(personal), key=len, reverse=True):
        text = _without_end(_without(text, value), value)
    ends = {digits[-SHORTEST_NUMBER:] for digits in map(_digits, personal) if len(digits) >= SHORTEST_NUMBER}
    return _NUMBER.sub(lambda found: HIDDEN if any(end in _digits(found[0]) for end in ends) else found[0], text)


def _values(personal: Collection[str]) -> Iterator[str]:
    for value in personal:
        local, at, _ = value.partition("@")
        yield from (plain for each in (value, local if at else "") if len(plain := _plain(each)[0]) >= SHORTEST)


def _without(text: str, value: str) -> str:
    plain, places = _plain(text)
    kept, end = "", 0
    while (found := plain.find(value)) >= 0:
        kept += text[end : places[found]] + HIDDEN
        last = found + len(value)
        plain = " " * last + plain[last:]
        end = places[last - 1] + 1
    return kept + text[end:]


def _without_end(text: str, value: str) -> str:
    """A text that was cut in the middle of a value, without the part that is left of it."""
    if not text.endswith(HIDDEN):
        return text
    plain, places = _plain(text[:-1])
    for length in range(len(value) - 1, SHORTEST - 1, -1):
        if plain.endswith(value[:length]):
            return text[: places[-length]] + HIDDEN
    return text


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in small letters without accents, and the place of each of them in the text."""
    letters = [
        (letter, place)
        for place, character in enumerate(text)
        for letter in unicodedata.normalize("NFKD", character.casefold())
        if not unicodedata.combining(letter)
    ]
    return "".join(letter for letter, _ in letters), [place for _, place in letters]


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")
