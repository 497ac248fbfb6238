"""The fator de vencimento: four digits that count days, in a circle of 9,000.

Sources: BACEN Carta-Circular 2.926; FEBRABAN, Manual Operacional do Fator de Vencimento, 1 June 2012.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from attrs import frozen

from regua_boleto.problems import refuse

_BASE: Final = date(1997, 10, 7).toordinal()
_FIRST, _LAST, _CIRCLE = 1000, 9999, 9000
NO_DATE: Final = "0000"
LAST_DAY: Final = date.max.toordinal()


@frozen(kw_only=True)
class Window:
    """Which days a fator can mean, around the day on which it is read; what lies between the ends is refused.

    Attributes:
        past: days back at most.
        future: days ahead at most; both together are below 9,000, so that no fator means two days.
    """

    past: int
    future: int

    def __attrs_post_init__(self) -> None:
        if min(self.past, self.future) < 0 or self.past + self.future >= _CIRCLE:
            raise refuse("value", "window", f"past and future are counts of days, together below {_CIRCLE}")


FEBRABAN_2012: Final = Window(past=3001, future=5500)
"""3,000 fatores back, of which the published example reaches one more day, and 5,500 ahead; 498 are refused."""


def fator_of(due: date | None) -> str:
    """The four digits of a due date; 0000 for none.

    Raises:
        BoletoError: the date lies before 3 July 2000, the first that has one.
    """
    if due is None:
        return NO_DATE
    days = due.toordinal() - _BASE
    if days < _FIRST:
        raise refuse("due", "due", f"{due} lies before {date.fromordinal(_BASE + _FIRST)}, the first day with a fator")
    return str((days - _FIRST) % _CIRCLE + _FIRST)


def due_of(fator: str, *, as_of: date, window: Window = FEBRABAN_2012, position: int = 0) -> date | None:
    """The day that a fator means to whoever reads it on a given day.

    Args:
        fator: four ASCII digits.
        as_of: the day on which it is read.
        window: which days it can mean.
        position: of its first digit in what is read, for the error.

    Returns:
        The due date; None below 1000, where there is no date.

    Raises:
        BoletoError: no day within the window has it.
    """
    number = int(fator)
    if number < _FIRST:
        return None
    today = as_of.toordinal()
    back = max(today - window.past, _BASE + _FIRST)
    day = back + (_BASE + number - back) % _CIRCLE
    if day > min(today + window.future, LAST_DAY):
        message = (
            f"fator {fator} means no day from {window.past} days before to {window.future} days after {as_of}; "
            "ask for it as of another day"
        )
        raise refuse("due", "fator", message, position=position, found=fator)
    return date.fromordinal(day)
