"""Contacts that were attempted, as the caps count them: one for all actions of a contact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from regua.core import events as ev
from regua.core.planning.contacts import is_counted
from regua.core.planning.past import past_of
from regua.core.planning.standing import Standing

_WEEK = 7
_CLOSURES = 60
"""Days that a calendar may be closed at a stretch."""


def attempted_contacts(standing: Standing, first: int, as_of: int) -> Iterator[int]:
    """The civil day of every counted contact that was attempted up to an instant and may matter from a day on.

    Counted is what pressed and reached the debtor, or may have: an unknown counts, a failure does not, a call always
    does. A step that no policy in play knows any more counts.
    """
    days: dict[str, int] = {}
    since = standing.start(first - _reach(standing))
    for outcomes in standing.facts.outcomes.values():
        if outcomes[-1].at_us < since:
            continue
        for contact, own in _by_contact(outcomes, as_of).items():
            if _counts(standing, own):
                day = standing.day(min(outcome.at_us for outcome in own))
                days[contact] = min(day, days.get(contact, day))
    yield from days.values()


def _reach(standing: Standing) -> int:
    """How many days back a contact may take the room of another; business days are at least two in seven."""
    intervals = [policy.limits.min_interval for policy in standing.policies]
    days = [each.days * (4 if each.business else 1) for each in intervals if each is not None]
    return max([_WEEK, *days]) + _CLOSURES


def _by_contact(outcomes: Sequence[ev.ActionOutcome], as_of: int) -> dict[str, list[ev.ActionOutcome]]:
    """Outcomes of one action by the contact that they tell of; by the channel where none is named."""
    found: dict[str, list[ev.ActionOutcome]] = {}
    for outcome in outcomes:
        if outcome.at_us <= as_of:
            found.setdefault(outcome.contact or f"{outcome.action} {outcome.channel}", []).append(outcome)
    return found


def _counts(standing: Standing, outcomes: Sequence[ev.ActionOutcome]) -> bool:
    if not _asked(standing, outcomes[0]):
        return False
    if any(isinstance(outcome, ev.CallOutcome) for outcome in outcomes):
        return True
    return past_of(outcomes).reached


def _asked(standing: Standing, outcome: ev.ActionOutcome) -> bool:
    """Whether it was a contact that pressed: as was recorded, else as its step says, else most likely."""
    if outcome.presses is not None and outcome.contact:
        return outcome.presses
    _, step = standing.declared(outcome.receivable, outcome.step)
    return step is None or is_counted(step)
