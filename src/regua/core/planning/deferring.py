"""`when_held = "defer"`: the first step inside a suspension comes next after it, the rest keep their distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from regua.core.planning.blockers import CLASSES
from regua.core.planning.standing import Standing
from regua.core.policy import OffsetTrigger
from regua.core.timeline import Span

if TYPE_CHECKING:
    from regua.core.planning.trigger import Ask


def deferred(standing: Standing, asked: list[Ask]) -> list[Ask]:
    """The asks of one receivable, those of offset steps after their anchor on the days to which suspensions move them.

    A step that lies inside a suspension without an end stays: it is blocked there, and moved when the end is known.
    """
    if not asked or asked[0].policy.plan.when_held != "defer":
        return asked
    stops = standing.stops(asked[0].receivable)
    spans = [(code, span) for code, found in stops if CLASSES[code] == "suspended" for span in found]
    if not spans:
        return asked
    moved: dict[str, Ask] = {}
    shifts: dict[str, int] = {}
    causes: dict[str, tuple[tuple[str, Span], ...]] = {}
    for ask in sorted(filter(_is_deferrable, asked), key=_in_order):
        day = ask.day + shifts.get(ask.occurrence, 0)
        later, inside = _after(standing, spans, day, ask.minute)
        if later > day and not _ran_before(standing, ask, later):
            shifts[ask.occurrence] = later - ask.day
            causes[ask.occurrence] = (*causes.get(ask.occurrence, ()), *inside)
            day = later
        day = standing.days(ask.policy).next_business(day) if _is_business(ask) else day
        moved[ask.id] = evolve(ask, day=day, stood=(*ask.stood, *causes.get(ask.occurrence, ())))
    return [moved.get(ask.id, ask) for ask in asked]


def _is_deferrable(ask: Ask) -> bool:
    trigger = ask.step.trigger
    return ask.step.is_stoppable and isinstance(trigger, OffsetTrigger) and trigger.offset.days > 0


def _is_business(ask: Ask) -> bool:
    trigger = ask.step.trigger
    return isinstance(trigger, OffsetTrigger) and trigger.offset.business


def _in_order(ask: Ask) -> tuple[int, int, int]:
    return ask.day, ask.minute, ask.policy.step_order[ask.step.id]


def _after(
    standing: Standing, spans: Sequence[tuple[str, Span]], day: int, minute: int
) -> tuple[int, list[tuple[str, Span]]]:
    """The first day from `day` on whose clock time lies in no suspension that ends, and those that lie before it."""
    before: list[tuple[str, Span]] = []
    while True:
        instant = standing.at_clock(day, minute)
        code, span = next((each for each in spans if each[1].covers(instant)), ("", None))
        if span is None or span.end is None:
            return day, before
        before.append((code, span))
        day = standing.day(span.end)
        if standing.at_clock(day, minute) < span.end:
            day += 1


def _ran_before(standing: Standing, ask: Ask, day: int) -> bool:
    """Whether it was carried out all the same, before the day to which it would be moved."""
    outcomes = standing.facts.outcomes.get(ask.id)
    return outcomes is not None and standing.day(outcomes[0].at_us) < day
