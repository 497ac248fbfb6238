"""A policy as a ruler: its steps on a line of days, and what each does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from regua.reports.stacking import stacked

if TYPE_CHECKING:
    from regua.core.policy import OffsetTrigger, Policy, Step

WIDTH: Final = 72
"""Columns of the line of days."""
_WIDEST_DAY: Final = 3
_MARGIN: Final = 2


def ruler(policy: Policy) -> str:
    """Draw the steps on a line of days, then list them; those without a day of their own come last.

    A business day is drawn as long as a day; steps that would fall on one column stand side by side.
    """
    from regua.core.policy import OffsetTrigger

    placed: list[tuple[OffsetTrigger, Step]] = []
    rows: list[tuple[str, ...]] = []
    for step in policy.steps:
        if isinstance(step.trigger, OffsetTrigger):
            placed.append((step.trigger, step))
        else:
            after, minute = step.trigger.after, step.trigger.minute
            clock = "" if minute is None else f" {_clock(minute)}"
            rows.append(("", f"{after}{clock} after {step.trigger.on}", *_what(step)))
    placed.sort(key=lambda each: (each[0].offset.days, each[0].minute))
    numbered = [
        (str(number), f"{_at(trigger)} {_clock(trigger.minute)}", *_what(step))
        for number, (trigger, step) in enumerate(placed, 1)
    ]
    return _line([trigger for trigger, _ in placed]) + _table([*numbered, *rows])


def _line(triggers: Sequence[OffsetTrigger]) -> str:
    if not triggers:
        return ""
    places = _places([trigger.offset.days for trigger in triggers])
    labels = _labels(places, [_at(trigger) for trigger in triggers])
    line = ["─"] * (places[-1] + 2)
    for number, place in enumerate(places, 1):
        line[place : place + len(str(number))] = list(str(number))
    return "".join(f"{' ' * _MARGIN}{text}\n" for text in (*labels, "".join(line)))


def _places(days: Sequence[int]) -> list[int]:
    """A column for each step, in order, none twice."""
    scale = min(_WIDEST_DAY, WIDTH / max(1, days[-1] - days[0]))
    places: list[int] = []
    for number, day in enumerate(days, 1):
        wanted = 1 + round((day - days[0]) * scale)
        least = places[-1] + len(str(number - 1)) + 1 if places else 1
        places.append(max(wanted, least))
    return places


def _labels(places: Sequence[int], texts: Sequence[str]) -> list[str]:
    """The days above their marks, on as many lines as they need to stand apart; the same day once."""
    shown: dict[str, int] = {}
    for place, text in zip(places, texts, strict=True):
        shown.setdefault(text, place)
    rows = stacked([(place, place + len(text)) for text, place in shown.items()], gap=1)
    lines = [""] * (max(rows) + 1)
    for row, (text, place) in zip(rows, shown.items(), strict=True):
        lines[row] = lines[row].ljust(place) + text
    return lines[::-1]


def _at(trigger: OffsetTrigger) -> str:
    anchor = {"effective": "", "due": " of due", "issued": " of issue"}[trigger.anchor]
    return f"{trigger.offset}{anchor}"


def _what(step: Step) -> tuple[str, ...]:
    tone = "-" if step.tone is None else step.tone.word
    return step.id, tone, ", ".join(step.channels) or step.kind


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{' ' * _MARGIN}{line.rstrip()}\n" for line in lines)
