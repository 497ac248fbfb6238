"""Campo livre and nosso número of the banks whose layouts are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regua_boleto.banks import LAYOUTS
from regua_boleto.problems import BoletoError, Problem, refuse
from regua_boleto.text import is_digits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regua_boleto.layouts import FreeField, Layout


def make_free(bank: str, given: Mapping[str, str]) -> FreeField:
    """Write the campo livre of a bank, with the nosso número.

    Args:
        bank: three digits.
        given: numbers as strings of ASCII digits, by all the names of one layout of the bank and no other name. Account
            digits are given as the bank gave them: none is computed.

    Raises:
        BoletoError: no layout of the bank takes that; the problems are those of the one that comes nearest.
    """
    layouts = [layout for layout in LAYOUTS if layout.bank == bank]
    if not layouts:
        raise refuse("bank", "bank", f"no layout of this bank is declared; there are {', '.join(_banks())}")
    refused = [list(layout.problems(given)) for layout in layouts]
    for layout, problems in zip(layouts, refused, strict=True):
        if not problems:
            return layout.make(given)
    raise BoletoError([*min(refused, key=len), *_others(layouts)])


def read_free(bank: str, free: str) -> tuple[FreeField, ...]:
    """Take a campo livre apart by every layout of the bank that it agrees with, check digits included.

    Args:
        bank: three digits.
        free: the 25 digits.

    Returns:
        The readings, the likeliest first; none where the bank or this use of its campo livre has no declared layout.

    Raises:
        BoletoError: it is no 25 digits.
    """
    if not is_digits(free, 25):
        raise refuse("value", "free", "it is 25 ASCII digits")
    readings = (layout.read(free) for layout in LAYOUTS if layout.bank == bank)
    return tuple(reading for reading in readings if reading is not None)


def _banks() -> list[str]:
    return list(dict.fromkeys(layout.bank for layout in LAYOUTS))


def _others(layouts: list[Layout]) -> list[Problem]:
    """What the bank's layouts take, where there are several."""
    if len(layouts) == 1:
        return []
    known = "; ".join(f"{layout.name}: {', '.join(layout.given)}" for layout in layouts)
    return [Problem(code="layout", field="layout", message=f"of the bank are known {known}")]
