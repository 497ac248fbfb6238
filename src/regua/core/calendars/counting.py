"""Counting by business days."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final

from regua.core.calendars.values import Calendar, Place, ShortDays
from regua.errors import DateError

_LONGEST_CLOSURE: Final = 60


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

    def is_full(self, day: int) -> bool:
        """Whether that ordinal is a business day with full bank hours; every one is, where nothing tells short days."""
        calendar = self._calendar
        if not self.is_business(day):
            return False
        return not (isinstance(calendar, ShortDays) and calendar.is_short_day(date.fromordinal(day), self._place))

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
