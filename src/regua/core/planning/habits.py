"""`habit.changed`: who always paid in time is late, or who was always late pays in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from regua.core.planning.standing import Standing
from regua.core.timeline import covering

HABIT: Final = 3
"""Receivables in a row that make a habit."""
_NO_VERDICT: Final = frozenset({"cancelled", "written-off", "agreement-active", "disputed"})


@frozen
class Verdict:
    """How one receivable was paid.

    Attributes:
        receivable: its id.
        known: instant from which that is known.
        is_late: whether it was not paid by its effective due date.
    """

    receivable: str
    known: int
    is_late: bool


def changes(standing: Standing) -> Iterator[Verdict]:
    """The receivables that were paid otherwise than each of the three that were due before, from when that is known."""
    verdicts = list(_verdicts(standing))
    for place in range(HABIT, len(verdicts)):
        latest, before = verdicts[place], verdicts[place - HABIT : place]
        if all(each.is_late != latest.is_late for each in before):
            yield Verdict(latest.receivable, max(each.known for each in (latest, *before)), latest.is_late)


def _verdicts(standing: Standing) -> Iterator[Verdict]:
    due = {name: standing.effective(name, each.terms[-1].due) for name, each in standing.facts.receivables.items()}
    for name in sorted(due, key=lambda name: (due[name], name)):
        in_time = [
            max(span.start, span.known)
            for span in standing.ledger.settlements(name)
            if span.end is None and standing.day(span.start) <= due[name]
        ]
        late = standing.start(standing.first_pressing_day(standing.bound[name], due[name]))
        if in_time:
            yield Verdict(name, in_time[0], is_late=False)
        elif not any(code in _NO_VERDICT and covering(spans, late) for code, spans in standing.stops(name)):
            yield Verdict(name, late, is_late=True)
