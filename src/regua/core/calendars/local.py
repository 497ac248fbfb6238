"""Holidays of states and municipalities, and calendars that add them to another one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Final, Literal, get_args

from attrs import field, frozen
from attrs.validators import in_
from dateutil.easter import easter

from regua.core.calendars.values import STATES, Calendar, Place, ShortDays
from regua.core.canonical import canonical
from regua.core.dates import EARLIEST, LATEST, parse_date
from regua.errors import DateError

Confidence = Literal["high", "medium", "low"]
_MONTH_DAY: Final = re.compile(r"[0-9]{2}-[0-9]{2}")
_FROM_EASTER: Final = re.compile(r"easter(?:[+-][0-9]{1,3})?")
_CITY: Final = re.compile(r"[0-9]{7}")
_LEAP_YEAR: Final = 2000
_FARTHEST: Final = 80


def _check_place(_: object, __: object, value: str) -> None:
    if value and value not in STATES.values() and not (_CITY.fullmatch(value) and value[:2] in STATES):
        message = f"{value!r} is no place; write a state as SP, a municipality by its IBGE code of seven digits"
        raise DateError(message)


def _text_of_day(value: str | date) -> str:
    return value.isoformat() if type(value) is date else str(value)


def _check_day(_: object, __: object, value: str) -> None:
    if _MONTH_DAY.fullmatch(value):
        try:
            parse_date(f"{_LEAP_YEAR}-{value}")
        except DateError:
            message = f"{value!r} is a day that no year has"
            raise DateError(message) from None
    elif _FROM_EASTER.fullmatch(value):
        if abs(_offset(value)) > _FARTHEST:
            message = f"{value!r} lies more than {_FARTHEST} days from Easter"
            raise DateError(message)
    else:
        _parse_once(value)


def _parse_once(value: str) -> date:
    try:
        return parse_date(value)
    except DateError as error:
        if "does not exist" in str(error):
            raise
        message = f"{value!r} is no day; write 12-08 for one of every year, easter+60, or 2026-12-08 for one day"
        raise DateError(message) from None


def _offset(value: str) -> int:
    return int(value.removeprefix("easter") or 0)


@lru_cache(maxsize=1024)
def _easter(year: int) -> date:
    return easter(year)


@frozen(kw_only=True)
class LocalHoliday:
    """A public holiday of a state, of a municipality, or of everywhere: no business day, and nobody is contacted.

    Attributes:
        day: `12-08` of every year, `easter+60` (or `easter-47`), or one day, `2026-12-08`.
        name: in the words of the place.
        place: state code, or IBGE code of the municipality; "" is everywhere.
        source: the law or the publication that says so.
        since: first year.
        until: last year.
        confidence: how sure it is.

    Raises:
        DateError: the place or the day is none, or the years are the wrong way round.
    """

    day: str = field(converter=_text_of_day, validator=_check_day)
    name: str
    place: str = field(default="", validator=_check_place)
    source: str = ""
    since: int = EARLIEST.year
    until: int = LATEST.year
    confidence: Confidence = field(default="high", validator=in_(get_args(Confidence)))

    def __attrs_post_init__(self) -> None:
        if self.since > self.until:
            message = f"a holiday cannot begin in {self.since} and end in {self.until}"
            raise DateError(message)

    def in_year(self, year: int) -> date | None:
        """The day of that year on which it falls, or None."""
        if not self.since <= year <= self.until:
            return None
        if self.day.startswith("easter"):
            return _easter(year) + timedelta(days=_offset(self.day))
        try:
            found = date.fromisoformat(f"{year:04}-{self.day}" if _MONTH_DAY.fullmatch(self.day) else self.day)
        except ValueError:  # 29 February
            return None
        return found if found.year == year else None


def fingerprint(holidays: tuple[LocalHoliday, ...]) -> str:
    """A hash of what they say, twelve hexadecimal digits."""
    return sha256(canonical(holidays).encode()).hexdigest()[:12]


@frozen(kw_only=True, cache_hash=True)
class LocalCalendar:
    """Another calendar with holidays added to it.

    Attributes:
        name: by which policies ask for it.
        base: the calendar that it adds to.
        holidays: what it adds.
    """

    name: str
    base: Calendar
    holidays: tuple[LocalHoliday, ...] = field(converter=tuple[LocalHoliday, ...], repr=False)
    _found: dict[tuple[int, tuple[str, ...]], frozenset[date]] = field(factory=dict, init=False, eq=False, repr=False)

    @cached_property
    def version(self) -> str:
        """A hash of the holidays, and the version of the base."""
        return f"{self.name}-{fingerprint(self.holidays)}+{self.base.version}"

    def is_business_day(self, day: date, place: Place) -> bool:
        """Whether it is one of the base, and no holiday there."""
        return self.base.is_business_day(day, place) and day not in self._closed(day.year, place)

    def is_contact_holiday(self, day: date, place: Place) -> bool:
        """Whether it is one of the base, or a holiday there."""
        return self.base.is_contact_holiday(day, place) or day in self._closed(day.year, place)

    def is_short_day(self, day: date, place: Place) -> bool:
        """Whether it is one of the base, where that tells."""
        return isinstance(self.base, ShortDays) and self.base.is_short_day(day, place)

    def _closed(self, year: int, place: Place) -> frozenset[date]:
        areas = tuple(area for area in ("", *place.areas) if area in self._places)
        known = self._found.get((year, areas))
        if known is None:
            days = (each.in_year(year) for area in areas for each in self._places[area])
            known = self._found[year, areas] = frozenset(day for day in days if day is not None)
        return known

    @cached_property
    def _places(self) -> Mapping[str, tuple[LocalHoliday, ...]]:
        areas = dict.fromkeys(each.place for each in self.holidays)
        return {area: tuple(each for each in self.holidays if each.place == area) for area in areas}


def root(calendar: Calendar) -> Calendar:
    """The calendar to which local ones add."""
    while isinstance(calendar, LocalCalendar):
        calendar = calendar.base
    return calendar
