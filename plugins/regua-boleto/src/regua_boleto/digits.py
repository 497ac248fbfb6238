"""Check digits: one function for each rule, of ASCII digits. Weights run from the last digit to the first.

Sources: BACEN Carta-Circular 2.926 (the bar code), FEBRABAN arrecadação V04 §§ 7 and 10, and the manuals of the banks
that the layouts name. A rule gives what it would write, so a rule of two digits gives two.
"""

from __future__ import annotations

from itertools import cycle
from operator import mul
from typing import Final

from regua_boleto.problems import refuse

_VALUES: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED: Final = bytes.maketrans(bytes(range(10)), bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_TO_9: Final = (2, 3, 4, 5, 6, 7, 8, 9)
_TO_8: Final = (2, 3, 4, 5, 6, 7, 8)
_TO_7: Final = (2, 3, 4, 5, 6, 7)
_DOWN_FROM_9: Final = (9, 8, 7, 6, 5, 4, 3, 2)
_SICOOB: Final = (3, 1, 9, 7)


def mod10(digits: str) -> str:
    """Weights 2, 1; the digits of each product added; what lacks to the next ten (10 is 0)."""
    numbers = _numbers(digits)
    total = sum(numbers[1::2]) + sum(numbers[::2].translate(_DOUBLED))
    return str(-total % 10)


def mod11_bank(digits: str) -> str:
    """Weights 2 to 9; 11 minus the rest; 0, 10 and 11 are 1. The general digit of a bank's bar code."""
    rest = _rest(digits, _TO_9)
    return "1" if rest in (0, 1, 10) else str(11 - rest)


def mod11(digits: str) -> str:
    """Weights 2 to 9; 11 minus the rest; 10 and 11 are 0. Arrecadação and most banks."""
    return _zero_above_nine(_rest(digits, _TO_9))


def mod11_to_8(digits: str) -> str:
    """As `mod11` with weights 2 to 8: Banco do Nordeste."""
    return _zero_above_nine(_rest(digits, _TO_8))


def mod11_letter_p(digits: str) -> str:
    """Weights 2 to 7; 11 minus the rest; 10 is P and 11 is 0. Bradesco, Uniprime, C6: printed, never in a bar code."""
    rest = _rest(digits, _TO_7)
    return {0: "0", 1: "P"}.get(rest, str(11 - rest))


def mod11_letter_x(digits: str) -> str:
    """Weights 9 down to 2; the rest itself; 10 is X. Banco do Brasil: printed, never in a bar code."""
    rest = _rest(digits, _DOWN_FROM_9)
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 - the rule


def mod11_safra(digits: str) -> str:
    """Weights 2 to 9; 11 minus the rest; of the rest 0 it is 1, of the rest 1 it is 0."""
    rest = _rest(digits, _TO_9)
    return {0: "1", 1: "0"}.get(rest, str(11 - rest))


def mod11_sicoob(digits: str) -> str:
    """Weights 3, 1, 9, 7 from the first digit on; 11 minus the rest; 10 and 11 are 0."""
    return _zero_above_nine(sum(map(mul, reversed(_numbers(digits)), cycle(_SICOOB))) % 11)


def pair(digits: str) -> str:
    """Two digits: `mod10`, then modulo 11 with weights 2 to 7 over both. Banrisul, BRB, Banestes.

    Where the second would be 10, the first rises by one (9 becomes 0) and the second is asked again.
    """
    first = int(mod10(digits))
    rest = _rest(f"{digits}{first}", _TO_7)
    while rest == 1:
        first = (first + 1) % 10
        rest = _rest(f"{digits}{first}", _TO_7)
    return f"{first}{-rest % 11}"


def _zero_above_nine(rest: int) -> str:
    return "0" if rest < 2 else str(11 - rest)  # noqa: PLR2004 - the rule


def _rest(digits: str, weights: tuple[int, ...]) -> int:
    total: int = sum(map(mul, _numbers(digits), cycle(weights)))
    return total % 11


def _numbers(digits: str) -> bytes:
    """The digits as numbers, the last first."""
    if not (digits.isascii() and digits.isdigit()):
        raise refuse("character", "check digit", "it is computed of ASCII digits alone")
    return digits.encode("ascii").translate(_VALUES)[::-1]
