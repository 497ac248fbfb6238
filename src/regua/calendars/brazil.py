"""The calendar of Brazilian banks."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from attrs import field, frozen

from regua.core.calendars import STATES, Calendar, LocalCalendar, LocalHoliday, Place, fingerprint

_SATURDAY: Final = 5
_STATE_CODES: Final = frozenset(STATES.values())
_CARNIVAL_MONDAY, _CARNIVAL_TUESDAY, _ASH_WEDNESDAY, _CORPUS_CHRISTI = -48, -47, -46, 60


@frozen
class _BankDays:
    """Days of banks, of the nation and of states. Its `name` is that of the calendar which it is the base of."""

    name: str = "br-bancario"
    _years: dict[tuple[int, str], _Year] = field(factory=dict, init=False, eq=False, repr=False)

    @property
    def version(self) -> str:
        """The version of the rules, a hash of what is no holiday, and the version of the `holidays` data."""
        from holidays.version import __version__  # noqa: PLC0415 - heavy; only who uses this calendar pays

        return f"banks-2-{fingerprint(_shipped('not-a-holiday'))}+holidays-{__version__}"

    def is_business_day(self, day: date, place: Place) -> bool:
        return day.weekday() < _SATURDAY and day not in self._of(day, place).closed

    def is_contact_holiday(self, day: date, place: Place) -> bool:
        return day in self._of(day, place).public

    def is_short_day(self, day: date, place: Place) -> bool:
        return day in self._of(day, place).short

    def _of(self, day: date, place: Place) -> _Year:
        state = next((area for area in place.areas if area in _STATE_CODES), "")
        known = self._years.get((day.year, state))
        if known is None:
            known = self._years[day.year, state] = _year(day.year, state)
        return known


@frozen
class _Year:
    """What a year has at a place.

    Attributes:
        public: public holidays of the nation and the state.
        closed: those, and the days on which only banks close.
        short: days on which banks open for a part of the day.
    """

    public: frozenset[date]
    closed: frozenset[date]
    short: frozenset[date]


def _year(year: int, state: str) -> _Year:
    from dateutil.easter import easter  # noqa: PLC0415 - as `holidays`

    sunday, national = easter(year), _public(year, "")
    bank_only = {sunday + timedelta(days=each) for each in (_CARNIVAL_MONDAY, _CARNIVAL_TUESDAY, _CORPUS_CHRISTI)}
    bank_only.add(_last_business_day(year, national))
    public = national | (_public(year, state) - _denied(year, state))
    short = frozenset({sunday + timedelta(days=_ASH_WEDNESDAY), date(year, 12, 24)})
    return _Year(public, public | bank_only, short)


def _public(year: int, state: str) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - heavy; only who uses this calendar pays

    # The language is given because names would follow the locale of the process; only days are kept all the same.
    return frozenset(
        holidays.country_holidays("BR", subdiv=state or None, years=year, categories=("public",), language="pt_BR")
    )


def _last_business_day(year: int, national: frozenset[date]) -> date:
    day = date(year, 12, 31)
    while day.weekday() >= _SATURDAY or day in national:
        day -= timedelta(days=1)
    return day


def _denied(year: int, state: str) -> frozenset[date]:
    """Days that the package takes for holidays of a state."""
    days = (each.in_year(year) for each in _shipped("not-a-holiday") if each.place == state)
    return frozenset(day for day in days if day is not None)


@cache
def _shipped(table: str) -> tuple[LocalHoliday, ...]:
    """The holidays that come with regua, or those that are none."""
    text = files("regua").joinpath("data", "calendars", "brazil.toml").read_text(encoding="utf-8")
    return tuple(LocalHoliday(**each) for each in tomllib.loads(text)[table])


def _added() -> tuple[LocalHoliday, ...]:
    return _shipped("holiday")


@frozen(kw_only=True, cache_hash=True)
class BrazilianBankCalendar(LocalCalendar):
    """The calendar of Brazilian banks, with the holidays of the debtor's state and, for the capitals, of its city.

    Business days are Monday to Friday without the national holidays by the year in which each became one, Carnival
    Monday and Tuesday and Corpus Christi (48 and 47 days before, 60 days after Easter), the last business day of the
    year, on which nothing clears (Resolução CMN 4.880/2020, Lei 14.759/2023, notices of Febraban), and the public
    holidays of the place (Lei 7.089/1983). Nobody is contacted on public holidays of the nation and the place. Ash
    Wednesday and 24 December are short days.

    National and state holidays come from the `holidays` package; what it lacks, and the holidays of the capitals, stand
    in `regua/data/calendars/brazil.toml` with their sources.

    Attributes:
        name: `br-bancario`.
        base: the days of banks, of the nation and of states.
        holidays: what regua adds.
    """

    name: str = "br-bancario"
    base: Calendar = field(factory=_BankDays)
    holidays: tuple[LocalHoliday, ...] = field(factory=_added, repr=False)
