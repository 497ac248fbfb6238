"""Money: a whole number of minor units and a currency; rounding by name.

Source of the minor units: ISO 4217. Two decimals unless the table below says otherwise.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from attrs import field, frozen

from regua.errors import MoneyError

if TYPE_CHECKING:
    from typing import Self

Rounding = Literal["half-up", "half-even", "truncate"]
ROUNDINGS: Final[tuple[str, ...]] = get_args(Rounding)

_DECIMALS: Final = {"CLP": 0, "JPY": 0, "KRW": 0, "PYG": 0, "VND": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_DIGITS: Final = 18


def decimals(currency: str) -> int:
    """Digits after the decimal point of a currency (ISO 4217), two unless listed otherwise."""
    return _DECIMALS.get(currency, 2)


def round_minor(amount: Fraction, rounding: Rounding = "half-up") -> int:
    """Round an exact amount in minor units to a whole one.

    Args:
        amount: exact minor units, of either sign.
        rounding: `half-up` (away from zero), `half-even` or `truncate` (toward zero).

    Returns:
        Whole minor units.
    """
    return round_ratio(amount.numerator, amount.denominator, rounding)


def round_ratio(numerator: int, denominator: int, rounding: Rounding) -> int:
    """The same of a ratio, not necessarily in lowest terms; the denominator is above zero."""
    whole, rest = divmod(abs(numerator), denominator)
    twice = 2 * rest
    if rounding == "half-up":
        up = twice >= denominator
    elif rounding == "half-even":
        up = twice > denominator or (twice == denominator and whole % 2 == 1)
    else:
        up = False
    magnitude = whole + up
    return -magnitude if numerator < 0 else magnitude


def _check_minor(_: object, __: object, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"minor units are a whole number, not {type(value).__name__} {value!r}; use Money.of('150.00')"
        raise MoneyError(message)


def _check_currency(_: object, __: object, value: Any) -> None:
    if not (isinstance(value, str) and _CURRENCY.fullmatch(value)):
        message = f"a currency is three capital letters of ISO 4217 such as 'BRL', not {value!r}"
        raise MoneyError(message)


@frozen(order=False)
class Money:
    """An exact amount of one currency.

    Attributes:
        minor: the amount in minor units (centavos), of either sign.
        currency: ISO 4217 code.

    Raises:
        MoneyError: `minor` is no int, or `currency` no code.
    """

    minor: int = field(validator=_check_minor)
    currency: str = field(default="BRL", validator=_check_currency)

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str = "BRL") -> Self:
        """Read an amount in major units: `Money.of("150.00")`, `Money.of(Decimal("0.20"))`, `Money.of(150)`.

        Raises:
            MoneyError: a float, not a plain decimal number, or more digits than the currency has.
        """
        if isinstance(amount, bool | float) or not isinstance(amount, Decimal | str | int):
            message = f"{amount!r} is a {type(amount).__name__}; write the amount as a string, such as '150.00'"
            raise MoneyError(message)
        if isinstance(amount, str) and not _plain(amount):
            message = f"{amount!r} is not an amount of money; write digits with a point, such as '150.00'"
            raise MoneyError(message)
        try:
            exact = Decimal(amount)
        except InvalidOperation:
            message = f"{amount!r} is not an amount of money"
            raise MoneyError(message) from None
        if not exact.is_finite() or exact.adjusted() >= _DIGITS:
            message = f"{amount!r} is not an amount of money below 10^{_DIGITS}"
            raise MoneyError(message)
        scaled = Fraction(exact) * 10 ** decimals(currency)
        if scaled.denominator != 1:
            message = f"{amount!r} has more than the {decimals(currency)} decimals of {currency}"
            raise MoneyError(message)
        return cls(scaled.numerator, currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with all decimals of the currency: `Decimal("150.00")`."""
        digits = tuple(int(digit) for digit in str(abs(self.minor)))
        # Built from its digits: arithmetic would follow the precision of the host's decimal context.
        return Decimal((int(self.minor < 0), digits, -decimals(self.currency)))

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            message = f"{self} and {other} are of two currencies"
            raise MoneyError(message)
        return other.minor


def _plain(text: str) -> bool:
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and not text.endswith(".") and not text.startswith((".", "-."))
