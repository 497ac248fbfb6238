"""Hours: on which days and between which clock times an action may run (domain.md §5, stage 2)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from attrs import field, frozen

from regua.core.calendars import BusinessDays
from regua.core.dates import DAY_MINUTES, civil_day, instant_of
from regua.core.policy import Window
from regua.errors import PlanError

_WEEK = 7
_FARTHEST = 370


@frozen
class Slot:
    """A day and an instant on it at which an action may run."""

    day: int
    instant: int


@frozen
class Era:
    """The hours of a week, from a civil day on.

    Attributes:
        since: ordinal of the first day; 0 for ever.
        windows: hours per weekday, Monday first; None is a closed day.
        eve: whether the eve of a holiday is open.
    """

    since: int
    windows: tuple[Window | None, ...]
    eve: bool = True


ALWAYS: Final = (Window(opens=0, closes=DAY_MINUTES),) * _WEEK
"""Any time of any day."""


@lru_cache(maxsize=1024)
def hours_of(zone: str, days: BusinessDays, eras: tuple[Era, ...], *, official: bool, full: bool = False) -> Hours:
    """Hours of a zone, a place's days and windows; the same ones for whoever asks again, with all they remember."""
    return Hours(zone, days, eras, official=official, full=full)


@frozen
class Hours:
    """Permitted times of one kind of step for one debtor.

    Attributes:
        zone: the debtor's IANA zone.
        days: business days and contact holidays of the debtor's place.
        eras: hours of the week, the first ones from ever on.
        official: whether they are a registrar's, who works on business days; else no holiday is open.
        full: whether short bank days are closed too (Lei 9.492/1997 art. 12 §2).
    """

    zone: str
    days: BusinessDays
    eras: tuple[Era, ...]
    official: bool = field(kw_only=True)
    full: bool = field(default=False, kw_only=True)
    _frames: dict[int, tuple[int, int] | None] = field(factory=dict, init=False, eq=False, repr=False)
    _slots: dict[tuple[int, int], Slot | None] = field(factory=dict, init=False, eq=False, repr=False)

    def _frame(self, day: int) -> tuple[int, int] | None:
        """The instants between which a civil day is open, or None."""
        try:
            return self._frames[day]
        except KeyError:
            window = self.window(day)
            frame = None if window is None else (self._at(day, window.opens), self._at(day, window.closes))
            self._frames[day] = frame
            return frame

    def window(self, day: int) -> Window | None:
        """The hours of a civil day, or None where it is closed."""
        if not self._is_open_day(day):
            return None
        era = self.eras[0]
        for later in self.eras[1:]:
            if later.since <= day:
                era = later
        if not era.eve and self.days.is_contact_holiday(day + 1):
            return None
        return era.windows[(day - 1) % _WEEK]

    def _is_open_day(self, day: int) -> bool:
        if self.official:
            return self.days.is_full(day) if self.full else self.days.is_business(day)
        return not self.days.is_contact_holiday(day)

    def closure(self, day: int) -> str:
        """The blocker of a closed day or hour."""
        return "holiday" if self.days.is_contact_holiday(day) else "outside-window"

    def is_open(self, day: int, instant: int) -> bool:
        """Whether that instant of the day is permitted."""
        frame = self._frame(day)
        return frame is not None and frame[0] <= instant < frame[1]

    def next_change(self, day: int, instant: int) -> int:
        """The next opening or closing after an instant of that day."""
        for candidate in range(day, day + _FARTHEST):
            for change in self._frame(candidate) or ():
                if change > instant:
                    return change
        return self._at(day + _FARTHEST, 0)

    def slot(self, day: int, minute: int, earliest: int) -> Slot | None:
        """The clock time on that day, else the nearest permitted one; never before `earliest`.

        Debtors who have their hours in common share what was found for one of them.
        """
        key = day, minute
        try:
            found = self._slots[key]
        except KeyError:
            found = self._slots[key] = self._slot(day, minute)
        if found is None or found.instant >= earliest:
            return found
        frame = self._frame(day)
        return Slot(day, earliest) if frame is not None and earliest < frame[1] else None

    def _slot(self, day: int, minute: int) -> Slot | None:
        frame = self._frame(day)
        if frame is None:
            return None
        instant = self._at(day, minute)
        if not frame[0] <= instant < frame[1]:
            window = self.window(day)
            nearest = minute if window is None else min(max(minute, window.opens), window.closes - 1)
            instant = self._at(day, nearest)
        return Slot(day, instant) if instant < frame[1] else None

    def forward(self, day: int, minute: int, earliest: int) -> Slot:
        """The first permitted slot on or after a day.

        Raises:
            PlanError: there is none in a year: every day is closed.
        """
        for candidate in range(day, day + _FARTHEST):
            slot = self.slot(candidate, minute, earliest)
            if slot is not None:
                return slot
        message = "no day of a whole year is open; give [limits] windows at least one day"
        raise PlanError(message)

    def backward(self, day: int, minute: int, earliest: int) -> Slot | None:
        """The last permitted slot on or before a day, and not before the instant `earliest`."""
        first = civil_day(earliest, self.zone)
        for candidate in range(day, max(first, day - _FARTHEST) - 1, -1):
            slot = self.slot(candidate, minute, earliest)
            if slot is not None:
                return slot
        return None

    def _at(self, day: int, minute: int) -> int:
        return instant_of(day, minute, self.zone)
