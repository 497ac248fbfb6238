"""Reading whatever a debtor may hold: a bar code of 44 digits, a line of 47 or 48, with its mask or without."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from regua_boleto import bank, collection
from regua_boleto.due import FEBRABAN_2012, Window
from regua_boleto.problems import refuse
from regua_boleto.text import plain_digits

if TYPE_CHECKING:
    from regua_boleto.bank import BankSlip
    from regua_boleto.collection import CollectionSlip

BARCODE: Final = 44
BANK_LINE: Final = 47


def read(text: str | bytes, *, as_of: date, window: Window = FEBRABAN_2012) -> BankSlip | CollectionSlip:
    """Read a bar code or a line.

    A bar code that begins with 8 is an arrecadação unless only the check digit of a bank holds.

    Args:
        text: 44, 47 or 48 ASCII digits; points, hyphens and ASCII white space between them are a mask.
        as_of: the civil day on which it is read: a fator means one day in each 9,000.
        window: which days around it the fator can mean.

    Returns:
        What it says: of 47 digits a `BankSlip`, of 48 a `CollectionSlip`, of 44 either.

    Raises:
        BoletoError: it cannot be read; `.problems` has every wrong digit. Nothing else is raised, whatever the text.
    """
    if isinstance(as_of, datetime) or not isinstance(as_of, date):
        raise refuse("due", "as_of", f"it is a date, not {type(as_of).__name__}")
    digits = plain_digits(text)
    if len(digits) == BARCODE:
        if digits[0] == collection.PRODUCT and (collection.holds(digits) or not bank.holds(digits)):
            return collection.from_barcode(digits)
        return bank.from_barcode(digits, as_of=as_of, window=window)
    if len(digits) == BANK_LINE:
        return bank.from_line(digits, as_of=as_of, window=window)
    return collection.from_line(digits)
