"""The boleto of a bank: its value, its bar code of 44 digits and its line of 47.

Sources: BACEN Carta-Circular 2.926 of 24 July 2000; values over the limit: Itaú, CNAB 400 manual (2016), annex 6.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from regua.core.money import Money
from regua_boleto.digits import mod10, mod11_bank
from regua_boleto.due import FEBRABAN_2012, Window, due_of, fator_of
from regua_boleto.problems import BoletoError, Problem, refuse, wrong_digit
from regua_boleto.text import is_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL: Final = "9"
MOST_WITH_DUE: Final = 10**10 - 1
"""Cents of the highest value beside a due date: R$ 99.999.999,99. Above it the value takes the fator's place."""
MOST: Final = 10**13 - 1
"""Cents of the highest value at all: with one more digit it would read as a fator."""
_FIELDS: Final = (("field 1", 0, 9), ("field 2", 10, 20), ("field 3", 21, 31))
_GENERAL, _FATOR = 32, 33


def check_free(_: object, __: object, value: Any) -> None:
    """Twenty-five ASCII digits."""
    _check_digits("free", value, 25)


def _check_bank(_: object, __: object, value: Any) -> None:
    _check_digits("bank", value, 3)


def _check_digits(name: str, value: Any, width: int) -> None:
    if not is_digits(value, width):
        raise refuse("bank" if name == "bank" else "value", name, f"it is {width} ASCII digits")


def _check_due(_: object, __: object, value: Any) -> None:
    if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
        raise refuse("due", "due", f"it is a date or None, not {type(value).__name__}")


def _check_amount(_: object, __: object, value: Any) -> None:
    if not isinstance(value, Money) or value.currency != "BRL" or not 0 <= value.minor <= MOST:
        raise refuse("amount", "amount", "it is money in BRL from zero to R$ 99.999.999.999,99")


@frozen(kw_only=True)
class BankSlip:
    """What the bar code of a bank says.

    Attributes:
        bank: its three digits at the clearing house (COMPE).
        due: civil due date, or None where the bar code carries none.
        amount: in BRL; zero where it is not stated. Above R$ 99.999.999,99 there is no room for a due date.
        free: the campo livre, 25 digits of which each bank makes its own.

    Raises:
        BoletoError: what no bar code can carry.
    """

    bank: str = field(validator=_check_bank)
    due: date | None = field(validator=_check_due)
    amount: Money = field(validator=_check_amount)
    free: str = field(validator=check_free)

    def __attrs_post_init__(self) -> None:
        if self.due is not None and self.amount.minor > MOST_WITH_DUE:
            message = "above R$ 99.999.999,99 the value takes the place of the due date; leave the date out"
            raise refuse("due", "due", message)
        fator_of(self.due)

    @property
    def currency(self) -> str:
        """The digit of the real: 9."""
        return REAL

    @property
    def fator(self) -> str:
        """Fator de vencimento, four digits; 0000 where there is no due date."""
        return fator_of(self.due)

    @property
    def barcode(self) -> str:
        """Forty-four digits, as Interleaved 2 of 5 prints them."""
        head, tail = f"{self.bank}{REAL}", f"{self._due_and_amount}{self.free}"
        return f"{head}{mod11_bank(head + tail)}{tail}"

    @property
    def line(self) -> str:
        """Linha digitável, 47 digits."""
        code = self.barcode
        first, second, third = code[:4] + code[19:24], code[24:34], code[34:]
        return f"{first}{mod10(first)}{second}{mod10(second)}{third}{mod10(third)}{code[4:19]}"

    @property
    def masked_line(self) -> str:
        """The line as it is printed: `AAABC.CCCCX DDDDD.DDDDDY EEEEE.EEEEEZ K UUUUVVVVVVVVVV`."""
        line = self.line
        fields = (line[:10], line[10:21], line[21:32])
        return " ".join([*(f"{each[:5]}.{each[5:]}" for each in fields), line[32], line[33:]])

    @property
    def _due_and_amount(self) -> str:
        return f"{self.amount.minor:014}" if self.due is None else f"{self.fator}{self.amount.minor:010}"


def from_line(digits: str, *, as_of: date, window: Window = FEBRABAN_2012) -> BankSlip:
    """Read 47 digits; each of the three fields and the whole have their check digit."""
    code = digits[:4] + digits[32:] + digits[4:9] + digits[10:20] + digits[21:31]
    problems = [
        wrong_digit(name, last + 1, expected=expected, found=digits[last])
        for name, first, last in _FIELDS
        if (expected := mod10(digits[first:last])) != digits[last]
    ]
    problems += _problems_of(code, _GENERAL + 1)
    return _made(code, problems, as_of=as_of, window=window, position=_FATOR + 1)


def from_barcode(code: str, *, as_of: date, window: Window = FEBRABAN_2012) -> BankSlip:
    """Read 44 digits; the whole has its check digit."""
    return _made(code, list(_problems_of(code, 5)), as_of=as_of, window=window, position=6)


def holds(code: str) -> bool:
    """Whether 44 digits are the bar code of a bank."""
    return not any(_problems_of(code, 5))


def _problems_of(code: str, general: int) -> Iterator[Problem]:
    if code[3] != REAL:
        yield Problem(
            code="currency",
            field="currency",
            message=f"it is {code[3]}; only 9, the real, can be read",
            position=4,
            expected=REAL,
            found=code[3],
        )
    expected = mod11_bank(code[:4] + code[5:])
    if expected != code[4]:
        yield wrong_digit("general", general, expected=expected, found=code[4])


def _made(code: str, problems: list[Problem], *, as_of: date, window: Window, position: int) -> BankSlip:
    if problems:
        raise BoletoError(problems)
    due = due_of(code[5:9], as_of=as_of, window=window, position=position)
    # Without a due date all fourteen digits are the value, be it over the limit or after 0000.
    cents = int(code[5:19] if due is None else code[9:19])
    return BankSlip(bank=code[:3], due=due, amount=Money(cents), free=code[19:])
