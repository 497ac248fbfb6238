"""From civil days to places in a picture, and which days are named on the axis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from attrs import frozen

WIDEST: Final = 1040.0
"""Units of the longest line of days."""
_NARROWEST: Final = 420.0
_WIDEST_DAY: Final = 14.0
_DAYS_TOLD: Final = 5.0
"""Least width of a day that is told apart from its neighbours."""
_LABEL: Final = 78.0
_STEPS: Final = (7, 14, 28, 56)
_MONTHS: Final = (1, 3, 6, 12, 60, 120, 600, 1200)


@frozen(kw_only=True)
class Axis:
    """A line of days.

    Attributes:
        first: first civil day.
        last: last civil day.
        left: where the first day begins.
    """

    first: date
    last: date
    left: float

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    @property
    def day(self) -> float:
        """Width of a day."""
        return max(min(_WIDEST_DAY, WIDEST / self.days), _NARROWEST / self.days)

    @property
    def right(self) -> float:
        """Where the last day ends."""
        return self.left + self.days * self.day

    @property
    def tells_days(self) -> bool:
        """Whether a day is wide enough to be told from its neighbours."""
        return self.day >= _DAYS_TOLD

    def start(self, day: date) -> float:
        """Where a day begins; one outside is drawn at the edge."""
        place = (min(max(day, self.first), self.last) - self.first).days
        return self.left + place * self.day

    def middle(self, day: date) -> float:
        """Where a mark of that day stands."""
        return self.start(day) + self.day / 2

    def end(self, day: date) -> float:
        """Where a day ends."""
        return self.start(day) + self.day

    def ticks(self) -> Iterator[date]:
        """The days that are named: Mondays, else beginnings of months, as many as have room."""
        step = next((step for step in _STEPS if step * self.day >= _LABEL), None)
        if step is None:
            yield from self._months()
            return
        monday = self.first.toordinal() + -self.first.weekday() % 7
        yield from map(date.fromordinal, range(monday, self.last.toordinal() + 1, step))

    def _months(self) -> Iterator[date]:
        months = next((each for each in _MONTHS if each * 28 * self.day >= _LABEL), _MONTHS[-1])
        first = self.first.year * 12 + self.first.month - (self.first.day == 1)
        for month in range(-(-first // months) * months, self.last.year * 12 + self.last.month, months):
            yield date(month // 12, month % 12 + 1, 1)
