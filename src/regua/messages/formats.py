"""How money and dates are written in messages. By hand: Babel rounds half-even and prints `-R$ 0,00`."""

from __future__ import annotations

from datetime import date
from typing import Final

from regua.core.money import Money, decimals

_SYMBOLS: Final = {"BRL": "R$"}


def money_text(money: Money) -> str:
    """Write an amount as people in Brazil do: `R$ 1.234,56`, `-R$ 0,50`, `USD 1.234,56`, `JPY 1.234`."""
    places = decimals(money.currency)
    whole, part = divmod(abs(money.minor), 10**places)
    sign = "-" if money.minor < 0 else ""
    fraction = f",{part:0{places}}" if places else ""
    grouped = f"{whole:,}".replace(",", ".")
    return f"{sign}{_SYMBOLS.get(money.currency, money.currency)} {grouped}{fraction}"


def date_text(day: date | None) -> str:
    """Write a day as `18/04/2026`, and no day as ""."""
    return "" if day is None else f"{day.day:02}/{day.month:02}/{day.year:04}"
