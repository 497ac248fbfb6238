"""`policy.exhausted`: every offset step of a receivable is done or over, and it is still owed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from regua.core.dates import BEGINNING
from regua.core.planning.blockers import CLASSES
from regua.core.planning.freshness import needed
from regua.core.planning.past import past_of
from regua.core.planning.signals import Occasion
from regua.core.planning.standing import Standing

if TYPE_CHECKING:
    from regua.core.planning.trigger import Ask


def exhausted(standing: Standing, name: str, asked: Sequence[Ask], still: Collection[str]) -> Occasion | None:
    """When nothing of a receivable's policy is left to come, by facts alone: as if nothing else were recorded.

    Args:
        standing: the debtor's.
        name: the receivable.
        asked: what its offset steps ask for.
        still: blockers under which their clock stands still.
    """
    lasting = [ask for ask in asked if ask.until is None]
    if not lasting:
        return None
    instant = max(_over(standing, ask) for ask in lasting)
    delay = lasting[0].policy.plan.max_delay.days
    over = [span for code, spans in standing.stops(name) if CLASSES[code] == "ended" for span in spans]
    stops = [span for code, spans in standing.stops(name) if code in still for span in spans]
    for span in sorted((*over, *stops), key=lambda span: span.start):
        if span.covers(instant):
            if span.end is None:
                return None
            instant = standing.start(standing.day(span.end) + delay + 1)
    issue, occurrence = standing.facts.receivables[name].terms[0].event, lasting[-1].occurrence
    cause = issue if occurrence == "0" else f"{issue}/{occurrence}"
    return Occasion(instant, cause, (name,), min((span.start for span in over if span.start > instant), default=None))


def _over(standing: Standing, ask: Ask) -> int:
    """The instant from which one ask is done or surely over."""
    outcomes = standing.facts.outcomes.get(ask.id)
    past = past_of(outcomes) if outcomes else None
    if past is not None and past.is_done(ask.step.channels):
        return past.counting.known_us if past.reached or past.failed_known is None else past.failed_known
    day = max(ask.day, standing.day(ask.recorded))
    if ask.step.presses:
        day = max(day, standing.first_pressing_day(ask.policy, standing.effective(ask.receivable, ask.due)))
    day = standing.hours(ask.policy, ask.step).forward(day, 0, BEGINNING).day
    waits = ask.step.requires is not None or ask.step.approval or standing.law.terms(ask) or needed(standing)
    rules = ask.policy.plan
    last = day + rules.max_delay.days + (rules.max_wait.days if waits else 0)
    return standing.start(max(last + 1, ask.begins))
