"""What a provider says of a boleto, as far as it can be true: what a bug of its plugin makes up becomes no fact."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final, get_args

from regua.core.events.base import is_name
from regua.core.money import Money
from regua.engine.outcomes import reference_of
from regua.errors import Unknown
from regua.ports import Boleto, BoletoPayment, BoletoStatus
from regua.ports.boleto import PaymentState

LONGEST_PIX: Final = 600
"""Characters; a BR Code has 512 at most."""
LONGEST_PAYMENT: Final = 100
"""Characters of a provider's id of a payment."""
_LINE: Final = re.compile("([0-9]{47})?", re.ASCII)
_BARCODE: Final = re.compile("([0-9]{44})?", re.ASCII)


def checked(given: object, instrument: str = "") -> Boleto:
    """A boleto as a provider gives it.

    Args:
        given: by the plugin.
        instrument: of which it was asked, or "" where that may be any.

    Raises:
        Unknown: it is none, or another one; what is wrong is told by the name of the field alone.
    """
    if not isinstance(given, Boleto):
        problem = f"the provider answers no boleto but {type(given).__name__}"
        raise Unknown(problem)
    wrong = next((name for name, is_right in _fields(given, instrument).items() if not is_right), "")
    if wrong:
        problem = f"the provider answers a boleto whose {wrong} cannot be"
        raise Unknown(problem)
    return given


def _fields(given: Any, instrument: str) -> dict[str, bool]:
    """Whether each field can be what it is."""
    is_ours = given.instrument == instrument if instrument else given.instrument == "" or is_name(given.instrument)
    return {
        "instrument": is_ours,
        "reference": isinstance(given.reference, str) and reference_of(given.reference) == given.reference,
        "line": _is(_LINE, given.line),
        "barcode": _is(_BARCODE, given.barcode),
        "pix": isinstance(given.pix, str) and given.pix.isprintable() and len(given.pix) <= LONGEST_PIX,
        "amount": _is_asked(given.amount),
        "due": isinstance(given.due, date),
        "status": given.status in [*get_args(BoletoStatus)],
        "payments": isinstance(given.payments, tuple) and all(map(_is_payment, given.payments)),
    }


def _is(pattern: re.Pattern[str], text: object) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def _is_asked(amount: object) -> bool:
    """Whether a boleto can ask it: they are all in reais."""
    return isinstance(amount, Money) and amount.currency == "BRL" and amount.minor > 0


def _is_payment(given: object) -> bool:
    if not isinstance(given, BoletoPayment):
        return False
    is_known = is_name(given.id) and len(given.id) <= LONGEST_PAYMENT and given.state in [*get_args(PaymentState)]
    return is_known and _is_asked(given.amount) and isinstance(given.day, date)
