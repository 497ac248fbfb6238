"""Simulated time: a clock that moves when it is told, and the list of what is to happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from heapq import heappop, heappush
from typing import Final, Generic, TypeVar

from regua.core.dates import civil_date, day_start, format_local, parse_date, parse_instant, to_instant
from regua.errors import SimulationError

T = TypeVar("T")

_DAY: Final = 10
"""Characters of `YYYY-MM-DD`."""

When = datetime | date | str | int
"""An aware datetime, microseconds since 1970 UTC, or ISO 8601; a day means its start."""


def instant_at(when: When, zone: str) -> int:
    """The instant that is meant, in microseconds since 1970 UTC.

    Args:
        when: an instant; or a day, which means its first instant in the zone.
        zone: IANA name.

    Raises:
        DateError: a naive datetime, or a text of another form.
    """
    if isinstance(when, str):
        return day_start(parse_date(when).toordinal(), zone) if len(when) == _DAY else parse_instant(when)
    if isinstance(when, date) and not isinstance(when, datetime):
        return day_start(civil_date(when).toordinal(), zone)
    return to_instant(when)


class SimulatedClock:
    """The engine's clock in a simulation. It goes forward only, and only when it is set.

    An engine that asks for the time again and again while nothing comes of it would never end; the clock is what
    sees that, and ends it.

    Args:
        start: instant, microseconds since 1970 UTC.
        zone: IANA zone, for what it says.
    """

    def __init__(self, start: int, zone: str) -> None:
        self.now_us = start
        self.zone = zone
        self.patience = 0
        self._asked = 0

    def __call__(self) -> int:
        """The instant.

        Raises:
            SimulationError: it was asked far too often since something last happened.
        """
        self._asked += 1
        if self.patience and self._asked > self.patience:
            message = f"at {self}: the engine goes on for ever and comes to nothing"
            raise SimulationError(message)
        return self.now_us

    def set(self, instant: int) -> None:
        """Move on.

        Raises:
            SimulationError: that would be back.
        """
        if instant < self.now_us:
            message = f"time does not go back: it is {self}, not before {format_local(instant, self.zone)}"
            raise SimulationError(message)
        self.now_us = instant
        self.happened()

    def happened(self) -> None:
        """Something came of it: be patient again."""
        self._asked = 0

    def __str__(self) -> str:
        return format_local(self.now_us, self.zone)


class Agenda(Generic[T]):
    """What is to happen, by instant; at one instant in the order in which it was added."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, T]] = []
        self._added = 0

    def add(self, instant: int, what: T) -> None:
        """Add one."""
        heappush(self._heap, (instant, self._added, what))
        self._added += 1

    @property
    def next_us(self) -> int | None:
        """The instant of the first one, or None."""
        return self._heap[0][0] if self._heap else None

    def until(self, instant: int) -> Iterator[T]:
        """Take what happens up to an instant, also what is added meanwhile."""
        while self._heap and self._heap[0][0] <= instant:
            yield heappop(self._heap)[2]


Deed = Callable[[], object]
"""Something that happens when its instant comes."""
