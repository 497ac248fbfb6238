"""Telephone numbers: one form for all of them, and the states of Brazilian area codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from regua.documents.library import library
from regua.errors import DocumentError

_WRITTEN: Final = re.compile(r"\+?[0-9 ().-]{1,40}")
_KIND: Final = "telephone number"
_BRAZIL: Final = "+55"

_CODES: Final = {
    "AC": "68",
    "AL": "82",
    "AM": "92 97",
    "AP": "96",
    "BA": "71 73 74 75 77",
    "CE": "85 88",
    "DF": "61",
    "ES": "27 28",
    "GO": "61 62 64",
    "MA": "98 99",
    "MG": "31 32 33 34 35 37 38",
    "MS": "67",
    "MT": "65 66",
    "PA": "91 93 94",
    "PB": "83",
    "PE": "81 87",
    "PI": "86 89",
    "PR": "41 42 43 44 45 46",
    "RJ": "21 22 24",
    "RN": "84",
    "RO": "69",
    "RR": "95",
    "RS": "51 53 54 55",
    "SC": "42 47 48 49",
    "SE": "79",
    "SP": "11 12 13 14 15 16 17 18 19",
    "TO": "63",
}
AREA_CODES: Final[Mapping[str, tuple[str, ...]]] = {
    code: tuple(state for state, others in _CODES.items() if code in others.split())
    for codes in _CODES.values()
    for code in codes.split()
}
"""The states of each Brazilian area code (Plano Geral de Códigos Nacionais), the one with most of it first.

Anatel lets two codes cross a border: 61 serves the towns of Goiás around Brasília, 42 Porto União in Santa Catarina.
"""


def phone(text: str, *, country: str = "BR") -> str:
    """Read a telephone number as it is written where it is: `(11) 96123-4567`, `0 15 11 3333-4444`, `+351 912 345 678`.

    Args:
        text: what is written.
        country: ISO 3166-1 alpha-2, whose numbers need no `+` and country code.

    Returns:
        The number as E.164: `+5511961234567`.

    Raises:
        DocumentError: letters or other characters, no number of its country's numbering plan (a Brazilian one without
            area code, an old mobile number without its ninth digit), or one that is nobody's own (0800, 190).
        MissingExtra: phonenumbers is not installed.
    """
    if not _WRITTEN.fullmatch(text):
        raise DocumentError(_KIND, "something other than digits, a plus in front, spaces, points, hyphens and brackets")
    plans = library("phonenumbers")
    number = _parsed(text, country)
    if number is None or not plans.is_possible_number(number):
        raise DocumentError(_KIND, "too short, too long, or without country code")
    if not plans.is_valid_number(number):
        raise DocumentError(
            _KIND, "not in the numbering plan of its country; the area code, or a digit, may be missing"
        )
    if plans.number_type(number) not in _personal():
        raise DocumentError(_KIND, "a service number, which is nobody's own")
    return str(plans.format_number(number, plans.PhoneNumberFormat.E164))


def _parsed(text: str, country: str) -> Any:
    plans = library("phonenumbers")
    try:
        return plans.parse(text, country)
    except plans.NumberParseException:
        return None


def _personal() -> tuple[int, ...]:
    kinds = library("phonenumbers").PhoneNumberType
    return (kinds.MOBILE, kinds.FIXED_LINE, kinds.FIXED_LINE_OR_MOBILE)


def is_mobile(number: str) -> bool:
    """Whether a number may be a mobile one; some countries do not tell them apart.

    Args:
        number: as `phone` takes it; of Brazil where it has no country code.

    Raises:
        DocumentError: as `phone`.
    """
    plans = library("phonenumbers")
    return bool(plans.number_type(_parsed(phone(number), "BR")) != plans.PhoneNumberType.FIXED_LINE)


def states_of_phone(number: str) -> tuple[str, ...]:
    """Give the codes of the states that the area code of a Brazilian number covers, the one with most of it first.

    Returns:
        One code, or two for the area codes 42 and 61; none for a number of another country.

    Raises:
        DocumentError: as `phone`.
    """
    read = phone(number)
    return AREA_CODES[read[3:5]] if read.startswith(_BRAZIL) else ()


def state_of_phone(number: str) -> str:
    """Give the first of `states_of_phone`, or "".

    Raises:
        DocumentError: as `phone`.
    """
    return next(iter(states_of_phone(number)), "")
