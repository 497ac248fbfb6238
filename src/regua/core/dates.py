"""Civil dates, offsets, durations, clock times and instants.

Inside the core a civil day is its proleptic ordinal (`date.toordinal`), an instant is a whole number of
microseconds since 1970-01-01 UTC, a clock time is a whole number of minutes since midnight. At the edges they
are `datetime.date`, `pendulum.DateTime` and `"HH:MM"`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, frozen

from regua.errors import DateError

if TYPE_CHECKING:
    import pendulum

MICROSECONDS: Final = 1_000_000
DAY_MINUTES: Final = 24 * 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = date(1900, 1, 1)
"""The first civil day that a fact may name; an earlier one is a slip of the pen."""
LATEST: Final = date(2999, 12, 31)
"""The last civil day that a fact may name."""
FIRST_INSTANT: Final = (EARLIEST.toordinal() - _EPOCH.toordinal()) * 86_400 * MICROSECONDS
LAST_INSTANT: Final = (LATEST.toordinal() + 1 - _EPOCH.toordinal()) * 86_400 * MICROSECONDS - 1
BEGINNING: Final = -(1 << 62)
"""Before every instant: what has no cause in time may run from here on."""
_HOUR: Final = 3_600 * MICROSECONDS
DAY: Final = 24 * _HOUR
"""Microseconds of a day of 24 hours."""
_EPOCH_DAY: Final = _EPOCH.toordinal()
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_OFFSET: Final = re.compile(r"D(?:(0)|([+-])([0-9]{1,5})(bd)?)")
_DURATION: Final = re.compile(r"([0-9]{1,5})(d|bd)")
_LAST_DAY: Final = date(9000, 1, 1).toordinal()


def civil_date(value: object) -> date:
    """Accept a civil date and nothing that only looks like one.

    Raises:
        DateError: a `datetime` (a `pendulum.DateTime` is a `date` too), or no date at all.
    """
    if isinstance(value, datetime) or not isinstance(value, date):
        message = f"{value!r} is a {type(value).__name__}; a civil date is a datetime.date such as date(2026, 4, 18)"
        raise DateError(message)
    if not EARLIEST <= value <= LATEST:
        message = f"{value} lies outside the years {EARLIEST.year} to {LATEST.year}"
        raise DateError(message)
    return date(value.year, value.month, value.day)


def optional_civil_date(value: date | None) -> date | None:
    """`civil_date`, where None stays None."""
    return None if value is None else civil_date(value)


def parse_date(text: str) -> date:
    """Read `YYYY-MM-DD` and nothing else.

    Raises:
        DateError: another form, or a day that does not exist.
    """
    if not _DATE.fullmatch(text):
        message = f"{text!r} is not a date; write it as YYYY-MM-DD"
        raise DateError(message)
    try:
        return civil_date(date.fromisoformat(text))
    except DateError:
        raise
    except ValueError:
        message = f"{text!r} is a day that does not exist"
        raise DateError(message) from None


def to_instant(value: datetime | int) -> int:
    """Turn an aware datetime into microseconds since 1970-01-01 UTC; such a number stays as it is.

    Raises:
        DateError: a naive datetime, a bool, anything else, or a year outside 1900 to 2999.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return _in_range(value)
    if not isinstance(value, datetime):
        message = f"{value!r} is a {type(value).__name__}; an instant is an aware datetime"
        raise DateError(message)
    offset = value.utcoffset()
    if offset is None:
        message = (
            f"{value.isoformat()} is naive; give it a time zone, as in pendulum.datetime(..., tz='America/Sao_Paulo')"
        )
        raise DateError(message)
    return _in_range(_wall_microseconds(value, offset))


def microseconds(span: timedelta) -> int:
    """A length of time in whole microseconds."""
    return span // timedelta(microseconds=1)


def _wall_microseconds(value: datetime, offset: timedelta) -> int:
    # Plain datetimes: subtraction within one zone is wall time, and pendulum's own subtraction is no timedelta.
    wall = datetime(value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)  # noqa: DTZ001
    return microseconds(wall - _EPOCH.replace(tzinfo=None) - offset)


def _in_range(instant: int) -> int:
    if not FIRST_INSTANT <= instant <= LAST_INSTANT:
        message = f"the instant lies outside the years {EARLIEST.year} to {LATEST.year}"
        raise DateError(message)
    return instant


def parse_instant(text: str) -> int:
    """Read an instant with an offset, as in `2026-04-18T09:00:00-03:00` or `…Z` (RFC 3339; seconds may be left out).

    Raises:
        DateError: no offset, another form, or an instant that does not exist.
    """
    if _INSTANT.fullmatch(text):
        try:
            return to_instant(datetime.fromisoformat(text))
        except DateError:
            raise
        except (ValueError, OverflowError):
            pass
    message = f"{text!r} is not an instant; write it as 2026-04-18T09:00:00-03:00"
    raise DateError(message)


def format_instant(instant: int) -> str:
    """Write an instant as ISO 8601 in UTC, the shortest exact form: `2026-04-18T12:00:00Z`."""
    return (_EPOCH + timedelta(microseconds=instant)).isoformat().replace("+00:00", "Z")


def format_local(instant: int, zone: str) -> str:
    """Write an instant on the wall clock of a zone, ISO 8601: `2026-04-23T00:00-03:00`."""
    clock = local(instant, zone)
    return clock.isoformat(timespec="auto" if clock.second or clock.microsecond else "minutes")


def public_instant(instant: int, zone: str = "UTC") -> pendulum.DateTime:
    """Make the public form of an instant, in the given zone."""
    import pendulum  # noqa: PLC0415 - 55 ms of import, paid only by who looks

    return pendulum.instance(_EPOCH + timedelta(microseconds=instant)).in_timezone(zone)


@lru_cache(maxsize=256)
def zone_info(name: str) -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        DateError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{name!r} is no IANA time zone; write one such as 'America/Sao_Paulo'"
        raise DateError(message) from None


@lru_cache(maxsize=1 << 16)
def instant_of(day: int, minute: int, zone: str) -> int:
    """The one function from civil day and clock time to an instant.

    A clock time that a daylight-saving change leaves out is read as the instant that many minutes later
    (00:30 becomes 01:30); one that occurs twice is the first.

    Args:
        day: ordinal of the civil day.
        minute: minutes since midnight; 24 * 60 is the end of the day.
        zone: IANA name.
    """
    extra, minute = divmod(minute, DAY_MINUTES)
    wall = datetime.combine(date.fromordinal(day + extra), time(minute // 60, minute % 60), zone_info(zone))
    return _wall_microseconds(wall, wall.utcoffset() or timedelta())


def local(instant: int, zone: str) -> datetime:
    """The wall clock of a zone at an instant."""
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(zone_info(zone))


def clock_minute(instant: int, zone: str) -> int:
    """The minute of the civil day at an instant, in a zone."""
    clock = local(instant, zone)
    return clock.hour * 60 + clock.minute


def civil_day(instant: int, zone: str) -> int:
    """The ordinal of the civil day on which an instant falls, in a zone."""
    offset = _offset_in(instant // _HOUR, zone)
    if offset is None:
        return local(instant, zone).toordinal()
    return (instant + offset) // DAY + _EPOCH_DAY


@lru_cache(maxsize=1 << 16)
def _offset_in(hour: int, zone: str) -> int | None:
    """What the clocks of a zone are ahead of UTC throughout an hour since 1970; None where they change in it."""
    first, last = (_ahead(instant, zone) for instant in (hour * _HOUR, (hour + 1) * _HOUR - 1))
    return first if first == last else None


def _ahead(instant: int, zone: str) -> int:
    return microseconds(local(instant, zone).utcoffset() or timedelta())


def day_start(day: int, zone: str) -> int:
    """The first instant of a civil day in a zone, also where a clock change leaves midnight out."""
    return instant_of(day, 0, zone)


def parse_clock(text: str) -> int:
    """Read `HH:MM` as minutes since midnight.

    Raises:
        DateError: another form.
    """
    match = _CLOCK.fullmatch(text)
    if not match:
        message = f"{text!r} is not a clock time; write it as HH:MM, from 00:00 to 23:59"
        raise DateError(message)
    return int(match[1]) * 60 + int(match[2])


def format_clock(minute: int) -> str:
    """Write minutes since midnight as `HH:MM`."""
    return f"{minute // 60:02}:{minute % 60:02}"


@frozen
class Offset:
    """A distance from an anchor day: `D-5`, `D0`, `D+3`, `D+3bd`.

    Attributes:
        days: signed number of days.
        business: whether they are business days of the policy's calendar, else civil days.
    """

    days: int
    business: bool = False

    @classmethod
    def parse(cls, text: str) -> Offset:
        """Read `D-5`, `D0`, `D+3`, `D+3bd`.

        Raises:
            DateError: another form.
        """
        match = _OFFSET.fullmatch(text)
        if not match:
            message = f"{text!r} is not an offset; write it as D-5, D0, D+3 or D+3bd"
            raise DateError(message)
        if match[1]:
            return cls(0)
        days = int(match[3]) * (-1 if match[2] == "-" else 1)
        return cls(days, bool(match[4]))

    def __str__(self) -> str:
        sign = f"{self.days:+d}" if self.days or self.business else "0"
        return f"D{sign}{'bd' if self.business else ''}"


def _check_days(_: object, __: object, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        message = f"a duration is a whole number of days, not {value!r}"
        raise DateError(message)


@frozen
class Duration:
    """A length of time in days: `10d` (civil) or `1bd` (business)."""

    days: int = field(validator=_check_days)
    business: bool = False

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `10d` or `1bd`.

        Raises:
            DateError: another form.
        """
        match = _DURATION.fullmatch(text)
        if not match:
            message = f"{text!r} is not a duration; write it as 10d (civil days) or 1bd (business days)"
            raise DateError(message)
        return cls(int(match[1]), match[2] == "bd")

    def __str__(self) -> str:
        return f"{self.days}{'bd' if self.business else 'd'}"


def check_day(day: int) -> int:
    """Refuse days so far ahead that date arithmetic would overflow."""
    if not 0 < day < _LAST_DAY:
        message = f"day {day} lies outside the years 1 to 9000"
        raise DateError(message)
    return day
