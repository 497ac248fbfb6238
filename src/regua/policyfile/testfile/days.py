"""Days and instants of a test as they are written, and what they come to once the due dates are known."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from regua.core.calendars import BusinessDays
from regua.core.dates import Offset, day_start, instant_of, parse_clock, parse_date, parse_instant, to_instant
from regua.core.policy import Origin
from regua.policyfile.grammar import AT, OFFSET
from regua.policyfile.nodes import Node
from regua.policyfile.scalars import DateOr, Json, Text

DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK: Final = AT.pattern.rpartition(" ")[2]
DAY: Final = f"(?:{OFFSET.pattern}|{DATE})"
_OFFSET_IN_TIME: Final = "(?:Z|[+-][0-9]{2}:[0-9]{2})"
_INSTANT: Final = rf"{DATE}T[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,6}})?)?{_OFFSET_IN_TIME}"

EARLIEST: Final = 1920
"""The first year of which a test may name a day: what it counts from there still is a day that a fact may name."""
LATEST: Final = 2970
"""The last one."""
_DAY: Final = DateOr(OFFSET)

Day = Offset | dt.date
"""A civil day: counted from an effective due date, or given."""


@frozen(kw_only=True)
class When:
    """An instant as it is written.

    Attributes:
        text: as it stands in the file.
        origin: where it stands.
        day: the civil day, or None where `instant` says all.
        minute: clock time in the debtor's zone, or None for the whole day.
        instant: microseconds since 1970 UTC, or None.
    """

    text: str
    origin: Origin
    day: Day | None = None
    minute: int | None = None
    instant: int | None = None


def read_day(text: str, node: Node) -> Day:
    """Read `D+3`, `D+3bd` or `2026-03-10`."""
    return OFFSET.parse(text, node) if text.startswith("D") else _checked(parse_date(text), node)


def _checked(day: dt.date, node: Node) -> dt.date:
    """Refuse a day that lies so far away that what counts from it could be no fact."""
    if not EARLIEST <= day.year <= LATEST:
        raise node.refuse("out-of-range", f"{day} lies outside the years {EARLIEST} to {LATEST}")
    return day


@frozen
class DayShape:
    """A distance in days, or a TOML date."""

    def read(self, node: Node) -> Day:
        """Read either."""
        if isinstance(node.value, str) and re.fullmatch(DATE, node.value):
            raise node.refuse("invalid-value", f"{node.name!r} is a text; write the date without quotes: {node.value}")
        found: Day = _DAY.read(node)
        return found if isinstance(found, Offset) else _checked(found, node)

    def schema(self) -> Json:
        """Either, as a tool for TOML shows it."""
        return _DAY.schema()


def _when(text: str, node: Node) -> When:
    if "T" in text:
        return When(text=text, origin=node.origin, instant=parse_instant(text))
    day, _, clock = text.partition(" ")
    return When(text=text, origin=node.origin, day=read_day(day, node), minute=parse_clock(clock) if clock else None)


_WHEN: Final = Text(
    expects='a day such as "D+3" or 2026-03-10, with or without a clock time: "D+3 11:30"',
    pattern=f"{DAY}(?: {CLOCK})?|{_INSTANT}",
    parse=_when,
)


@frozen
class WhenShape:
    """A day, a day with a clock time in the debtor's zone, or an instant."""

    def read(self, node: Node) -> When:
        """Read a string, a TOML date, or a TOML date and time with an offset."""
        value = node.value
        if isinstance(value, dt.datetime):
            if value.tzinfo is None:
                remedy = f'write it with an offset, or "{value.date()} {value:%H:%M}" in the debtor\'s zone'
                raise node.refuse("invalid-value", f"{value.isoformat()} has no time zone; {remedy}")
            _checked(value.date(), node)
            return When(text=value.isoformat(), origin=node.origin, instant=to_instant(value))
        if isinstance(value, dt.date):
            return When(text=value.isoformat(), origin=node.origin, day=_checked(value, node))
        found: When = _WHEN.read(node)
        return found

    def schema(self) -> Json:
        """A string; tools for TOML show dates as strings too."""
        return {"anyOf": [_WHEN.schema(), {"type": "string", "format": "date-time"}]}


WHEN: Final = WhenShape()


@frozen(kw_only=True)
class Count:
    """What the days of one test count from.

    Attributes:
        zone: the debtor's IANA zone.
        anchors: ordinal of the effective due date of each receivable, in the order in which the test names them.
        days: business days by receivable.
        only: the receivable that is meant where none is named, or "" where the test has several invoices.
    """

    zone: str
    anchors: Mapping[str, int]
    days: Mapping[str, BusinessDays] = field(repr=False)
    only: str

    @property
    def first(self) -> str:
        """The receivable that days count from where none is named."""
        return next(iter(self.anchors))

    def day(self, written: Day, receivable: str = "") -> int:
        """The ordinal of a civil day."""
        if not isinstance(written, Offset):
            return written.toordinal()
        name = receivable if receivable in self.anchors else self.first
        return self.days[name].add(self.anchors[name], written.days, business=written.business)

    def start(self, when: When, receivable: str = "") -> int:
        """The instant; of a day, its first."""
        return self._instant(when, receivable, 0)

    def end(self, when: When, receivable: str = "") -> int:
        """The instant; of a day, its last."""
        return self._instant(when, receivable, 1)

    def _instant(self, when: When, receivable: str, later: int) -> int:
        if when.instant is not None or when.day is None:
            return when.instant or 0
        day = self.day(when.day, receivable)
        if when.minute is not None:
            return instant_of(day, when.minute, self.zone)
        return day_start(day + later, self.zone) - later
