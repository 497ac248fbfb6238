"""Calendars: which days are business days, and on which nobody is contacted.

Business days serve deadlines, clearing and effective due dates; contact holidays serve the hours in which a
debtor may be contacted. Carnival is no business day, yet no contact holiday (domain.md §4).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from attrs import field, frozen

from regua.errors import DateError

_SATURDAY = 5
_LONGEST_CLOSURE = 60


@frozen(order=True)
class Place:
    """Where a debtor is, as far as holidays and local law need it.

    Attributes:
        country: ISO 3166-1 alpha-2, `"BR"` by default.
        state: state code such as `"SP"`, or "" where unknown.
        city: IBGE code of the municipality, seven digits, or "" where unknown.
    """

    country: str = "BR"
    state: str = ""
    city: str = ""


@runtime_checkable
class Calendar(Protocol):
    """What `plan` asks of a calendar. Answers must depend on nothing but the arguments and the version."""

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


@frozen
class BrazilianBankCalendar:
    """The national calendar of Brazilian banks.

    Weekends, the national public holidays of the `holidays` package, and by date rule the days that only banks
    keep: Carnival Monday and Tuesday (48 and 47 days before Easter) and Corpus Christi (60 days after it).
    Source: Resolução CMN 4.880/2020; Lei 14.759/2023 for 20 November from 2024 on. State and municipal holidays
    are not in it.
    """

    name: str = "br-bancario"
    _years: dict[int, tuple[frozenset[date], frozenset[date]]] = field(factory=dict, init=False, eq=False, repr=False)

    @property
    def version(self) -> str:
        """The version of the `holidays` data behind the answers."""
        from holidays.version import __version__  # noqa: PLC0415 - heavy; only who uses this calendar pays

        return f"br-bancario-1+holidays-{__version__}"

    def is_business_day(self, day: date, place: Place) -> bool:  # noqa: ARG002 - national answers only
        """Whether banks clear on that day."""
        return day.weekday() < _SATURDAY and day not in self._of(day.year)[0]

    def is_contact_holiday(self, day: date, place: Place) -> bool:  # noqa: ARG002 - national answers only
        """Whether that day is a national public holiday."""
        return day in self._of(day.year)[1]

    def _of(self, year: int) -> tuple[frozenset[date], frozenset[date]]:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = _brazilian_holidays(year)
        return known


def _brazilian_holidays(year: int) -> tuple[frozenset[date], frozenset[date]]:
    import holidays  # noqa: PLC0415 - heavy; only who uses this calendar pays
    from dateutil.easter import easter  # noqa: PLC0415 - as above

    public = frozenset(holidays.country_holidays("BR", years=year, categories=("public",)))
    sunday = easter(year)
    bank_only = {sunday + timedelta(days=offset) for offset in (-48, -47, 60)}
    return public | bank_only, public


def business_days(calendar: Calendar, place: Place) -> BusinessDays:
    """Business days of a calendar at a place; the same ones for whoever asks again, with all that they remember."""
    key: Any = calendar
    try:
        hash(key)
    except TypeError:  # then it is asked anew each time
        return BusinessDays(calendar, place)
    return _shared_days(key, calendar.version, place)


@lru_cache(maxsize=256)
def _shared_days(calendar: Any, version: str, place: Place) -> BusinessDays:  # noqa: ARG001 - part of the key
    return BusinessDays(calendar, place)


class BusinessDays:
    """Business-day arithmetic on ordinals for one calendar and place, remembering answers."""

    __slots__ = ("_calendar", "_holiday", "_known", "_next", "_place")

    def __init__(self, calendar: Calendar, place: Place) -> None:
        self._calendar, self._place = calendar, place
        self._known: dict[int, bool] = {}
        self._holiday: dict[int, bool] = {}
        self._next: dict[int, int] = {}

    def is_business(self, day: int) -> bool:
        """Whether that ordinal is a business day."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self._calendar.is_business_day(date.fromordinal(day), self._place)
        return known

    def is_contact_holiday(self, day: int) -> bool:
        """Whether nobody may be contacted on that ordinal because it is a public holiday."""
        known = self._holiday.get(day)
        if known is None:
            known = self._holiday[day] = self._calendar.is_contact_holiday(date.fromordinal(day), self._place)
        return known

    def next_business(self, day: int) -> int:
        """That day, or the first business day after it.

        Raises:
            DateError: the calendar has no business day in two months.
        """
        known = self._next.get(day)
        if known is not None:
            return known
        for candidate in range(day, day + _LONGEST_CLOSURE):
            if self.is_business(candidate):
                self._next[day] = candidate
                return candidate
        message = f"calendar {self._calendar.name!r} has no business day in the 60 days from {date.fromordinal(day)}"
        raise DateError(message)

    def add(self, day: int, days: int, *, business: bool) -> int:
        """The day so many days later (or earlier, where negative).

        Business days are counted strictly after (or before) `day`; zero of them is the first on or after it.
        """
        if not business:
            return day + days
        if not days:
            return self.next_business(day)
        step = 1 if days > 0 else -1
        closed = 0
        while days:
            day += step
            if self.is_business(day):
                days -= step
                closed = 0
            elif (closed := closed + 1) > _LONGEST_CLOSURE:
                message = f"calendar {self._calendar.name!r} has no business day near {date.fromordinal(day)}"
                raise DateError(message)
        return day
