"""A ruler in words: what a mark says on hover, to a screen reader, and in the table below the picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from regua.reports.ruler import Band, Lane, Mark, Ruler

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""In order of `date.weekday`; of no locale."""


def told_day(day: date) -> str:
    """A civil day with its weekday."""
    return f"{day} {WEEKDAYS[day.weekday()]}"


def told_mark(mark: Mark) -> tuple[str, ...]:
    """A mark in one line, then its reasons, a line each."""
    when = " ".join(part for part in (told_day(mark.day), mark.clock, mark.offset and f"({mark.offset})") if part)
    tone = "" if mark.tone is None else mark.tone.word
    by = f"by {mark.channel}" if mark.channel else ""
    parts = ", ".join(part for part in (mark.what, mark.status, by, tone) if part)
    return f"{when}: {parts}", *mark.why


def told_days(band: Band) -> str:
    """From when to when."""
    return f"from {band.first}" if band.last is None else f"{band.first} to {band.last}"


def told_band(band: Band) -> str:
    """A band in one line."""
    return f"{told_days(band)}: {band.code}: {band.why}"


def lane_name(lane: Lane) -> str:
    """What a lane is about."""
    return lane.receivable or "the debtor"


def told(ruler: Ruler) -> Iterator[str]:
    """All of it, line by line."""
    for lane in ruler.lanes:
        yield f"{lane_name(lane)}{f': {lane.about}' if lane.about else ''}"
        for band in lane.bands:
            yield told_band(band)
        for mark in lane.marks:
            yield from told_mark(mark)


def headline(ruler: Ruler) -> str:
    """Whose days they are."""
    return f"Régua of {ruler.debtor}, as of {ruler.as_of}"
