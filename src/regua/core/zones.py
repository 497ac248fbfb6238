"""In which zone the states of Brazil keep their clocks (Lei 11.662/2008, Lei 12.876/2013).

A state with two zones has the one of its capital: say `timezone` of a debtor in the west of Amazonas or on Fernando de
Noronha.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from regua.core.calendars import STATES
from regua.core.dates import MICROSECONDS, instant_of

_ZONES: Final[Mapping[str, str]] = {
    "AC": "America/Rio_Branco",
    "AM": "America/Manaus",
    "MS": "America/Campo_Grande",
    "MT": "America/Cuiaba",
    "RO": "America/Porto_Velho",
    "RR": "America/Boa_Vista",
}
_EASTERN: Final = "America/Sao_Paulo"


def zone_of_state(state: str) -> str:
    """The IANA zone of a state of Brazil, or "" for what is none."""
    return _ZONES.get(state, _EASTERN) if state in STATES.values() else ""


def zone_of_debtor(timezone: str, country: str, state: str, policy: str) -> str:
    """The zone of a debtor: its own, else its state's, else the policy's.

    A state that keeps the time of Brasilia leaves the policy its own name for it.
    """
    return timezone or (_ZONES.get(state, "") if country == "BR" else "") or policy


@lru_cache(maxsize=1024)
def clocks_apart(zone: str, other: str) -> tuple[int, ...]:
    """By how many minutes the clocks of a zone are ahead of another's, in winter and in summer."""
    days = (date(2026, 1, 15).toordinal(), date(2026, 7, 15).toordinal())
    apart = {(instant_of(day, 0, other) - instant_of(day, 0, zone)) // (60 * MICROSECONDS) for day in days}
    return tuple(sorted(apart - {0}))
