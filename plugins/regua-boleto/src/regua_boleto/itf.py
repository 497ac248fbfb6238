"""Interleaved 2 of 5, as FEBRABAN prints it: 44 digits, wide bars three times the narrow ones, 405 modules."""

from __future__ import annotations

from typing import Final

from regua_boleto.problems import refuse

_WIDE: Final = 3
_PATTERNS: Final = ("nnwwn", "wnnnw", "nwnnw", "wwnnn", "nnwnw", "wnwnn", "nwwnn", "nnnww", "wnnwn", "nwnwn")
_START: Final = (1, 1, 1, 1)
_STOP: Final = (_WIDE, 1, 1)


def widths(digits: str) -> tuple[int, ...]:
    """The widths of bars and spaces in modules, a bar first and last.

    Raises:
        BoletoError: no even number of ASCII digits.
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) % 2:
        raise refuse("length", "bar code", "it is an even number of ASCII digits")
    middle = (
        _WIDE if mark == "w" else 1
        for bars, spaces in zip(digits[::2], digits[1::2], strict=True)
        for both in zip(_PATTERNS[int(bars)], _PATTERNS[int(spaces)], strict=True)
        for mark in both
    )
    return (*_START, *middle, *_STOP)
