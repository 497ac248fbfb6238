"""The bar code and linha digitável of a bank boleto, for banks of tests (BACEN Carta-Circular 2.926, FEBRABAN 2012)."""

from __future__ import annotations

import re
from datetime import date
from itertools import cycle
from typing import Final

_FIRST: Final = date(1997, 10, 7).toordinal()
_LAST, _CYCLE = 9999, 9000
_FREE: Final = 25
_BARCODE: Final = re.compile("[0-9]{44}")


def barcode_of(bank: str, due: date, minor: int, free: str) -> str:
    """The 44 digits of a bar code.

    Args:
        bank: its three digits.
        due: civil due date.
        minor: centavos.
        free: the 25 digits of its campo livre.
    """
    rest = f"{bank}9{factor(due):04}{minor:010}{free}"
    return rest[:4] + general_digit(rest) + rest[4:]


def factor(due: date) -> int:
    """The fator de vencimento: days since 7 October 1997, in cycles from 1000 to 9999."""
    days = due.toordinal() - _FIRST
    return days if days <= _LAST else days - -(-(days - _LAST) // _CYCLE) * _CYCLE


def general_digit(rest: str) -> str:
    """The check digit of the 43 others: modulo 11, weights 2 to 9 from the right; 0, 10 and 11 are 1."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(rest), cycle(range(2, 10)), strict=False))
    digit = 11 - total % 11
    return str(digit) if digit < 10 else "1"  # noqa: PLR2004 - two digits


def line_of(barcode: str) -> str:
    """The 47 digits of the line of a bar code, three fields with a check digit of their own."""
    free = barcode[-_FREE:]
    fields = [barcode[:4] + free[:5], free[5:15], free[15:]]
    return "".join(field + _field_digit(field) for field in fields) + barcode[4:19]


def _field_digit(field: str) -> str:
    """Modulo 10, weights 2 and 1 from the right, the digits of products added."""
    products = (int(digit) * weight for digit, weight in zip(reversed(field), cycle((2, 1)), strict=False))
    return str(-sum(sum(divmod(product, 10)) for product in products) % 10)


def problem_of(barcode: str, line: str) -> str:
    """What is wrong with them, or ""."""
    if not _BARCODE.fullmatch(barcode):
        return "the bar code is not 44 ASCII digits"
    if barcode[4] != general_digit(barcode[:4] + barcode[5:]):
        return "the fifth digit of the bar code is not the check digit of the others"
    return "" if line == line_of(barcode) else "the line is not the 47 digits that belong to the bar code"
