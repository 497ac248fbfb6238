"""A place, what `plan` asks of a calendar, and the simplest calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Protocol, runtime_checkable

from attrs import frozen

_SATURDAY: Final = 5
BRAZIL: Final = "BR"
STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "11": "RO",
        "12": "AC",
        "13": "AM",
        "14": "RR",
        "15": "PA",
        "16": "AP",
        "17": "TO",
        "21": "MA",
        "22": "PI",
        "23": "CE",
        "24": "RN",
        "25": "PB",
        "26": "PE",
        "27": "AL",
        "28": "SE",
        "29": "BA",
        "31": "MG",
        "32": "ES",
        "33": "RJ",
        "35": "SP",
        "41": "PR",
        "42": "SC",
        "43": "RS",
        "50": "MS",
        "51": "MT",
        "52": "GO",
        "53": "DF",
    }
)
"""The states of Brazil by IBGE code, the first two digits of the codes of their municipalities."""


@frozen(order=True)
class Place:
    """Where a debtor is, as far as holidays and local law need it.

    Attributes:
        country: ISO 3166-1 alpha-2, `"BR"` by default.
        state: state code such as `"SP"`, or "" where unknown.
        city: IBGE code of the municipality, seven digits, or "" where unknown.
    """

    country: str = BRAZIL
    state: str = ""
    city: str = ""

    @property
    def areas(self) -> tuple[str, ...]:
        """Whose local holidays it keeps: its state, which a municipality's code tells too, and its municipality."""
        if self.country != BRAZIL:
            return ()
        return tuple(area for area in (self.state or STATES.get(self.city[:2], ""), self.city) if area)


@runtime_checkable
class Calendar(Protocol):
    """What `plan` asks of a calendar. Answers must depend on nothing but the arguments and the version.

    One that also has `is_short_day(day, place)` tells business days on which banks open for a part of the day only:
    they are business days for paying, and no protest is filed on them (Lei 9.492/1997 art. 12 §2).
    """

    @property
    def name(self) -> str:
        """The name by which policies ask for it, such as `br-bancario`."""

    @property
    def version(self) -> str:
        """Changes whenever an answer may change; it is part of every schedule's fingerprint."""

    def is_business_day(self, day: date, place: Place) -> bool:
        """Whether banks of that place clear payments on that day."""

    def is_contact_holiday(self, day: date, place: Place) -> bool:
        """Whether that day is a public holiday on which nobody is dunned there."""


@runtime_checkable
class ShortDays(Protocol):
    """A calendar that knows short bank days."""

    def is_short_day(self, day: date, place: Place) -> bool:
        """Whether banks of that place open for a part of that day only."""


@frozen
class WeekdayCalendar:
    """Monday to Friday are business days; there are no holidays."""

    name: str = "weekdays"
    version: str = "1"

    def is_business_day(self, day: date, place: Place) -> bool:  # noqa: ARG002 - the port's shape
        """True from Monday to Friday."""
        return day.weekday() < _SATURDAY

    def is_contact_holiday(self, day: date, place: Place) -> bool:  # noqa: ARG002 - the port's shape
        """Never."""
        return False
