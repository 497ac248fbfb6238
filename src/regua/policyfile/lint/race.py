"""`settlement-race`: somebody who paid on the last day is asked for the money before the payment can be known.

A payment is taken to be known when the first business day after it has passed, as a bank's return file tells it.
`limits.clearing` says how long regua waits, and is `"1bd"` where nothing is said. Reported is a shorter one where, for
a due date or a promised day on some weekday, a step that presses (or answers `promise.broken`) runs before that: the
day of its offset, clearing and closed days counted in, holidays not. Where `limits.freshness` is set, nothing presses
on payments that are not known, and nothing is reported.
"""

from __future__ import annotations

from typing import Final

from regua.core.calendars import BusinessDays, Place, WeekdayCalendar
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, EventTrigger, Limits, Step
from regua.policyfile.diagnostics import quoted
from regua.policyfile.document import Draft
from regua.policyfile.lint.days import offset_trigger
from regua.policyfile.nodes import place

_MONDAY: Final = 7 * 104_000 + 1
_WEEK: Final = 7
_DAYS: Final = BusinessDays(WeekdayCalendar(), Place())


def check_race(draft: Draft) -> None:
    """Report a clearing that is too short for the steps of the file."""
    limits = draft.limits
    if limits is None or limits.freshness is not None:
        return
    early = [quoted(step.id) for step in draft.steps if _races(step, limits)]
    if early:
        which = f"step {early[0]}" if len(early) == 1 else f"steps {', '.join(early[:-1])} and {early[-1]}"
        message = (
            f'with limits.clearing = "{limits.clearing}" {which} can press who paid on the last day, before the bank'
            ' tells it; write clearing = "1bd"'
        )
        draft.reading.report.add("settlement-race", place(limits, "clearing"), message)


def _races(step: Step, limits: Limits) -> bool:
    for paid in range(_MONDAY, _MONDAY + _WEEK):
        day = _runs_on(step, limits, paid)
        if day is not None and day <= _DAYS.add(paid, 1, business=True):
            return True
    return False


def _runs_on(step: Step, limits: Limits, last: int) -> int | None:
    """The day on which a step runs, where `last` is the last day to pay; None where it does not press then."""
    first = _DAYS.add(last, limits.clearing.days, business=limits.clearing.business) + 1
    trigger = step.trigger
    if isinstance(trigger, EventTrigger):
        if trigger.on != "promise.broken":
            return None
        day = _DAYS.add(first, trigger.after.days, business=trigger.after.business)
    else:
        offset = offset_trigger(step)
        is_late = offset is not None and offset.anchor != "issued" and offset.offset.days > 0
        if offset is None or not (step.presses and is_late and _DAYS.is_business(last)):
            return None
        day = max(first, _DAYS.add(last, offset.offset.days, business=offset.offset.business))
    return _opened(step, limits, day)


def _opened(step: Step, limits: Limits, day: int) -> int | None:
    """The first open day from a day on."""
    for candidate in range(day, day + _WEEK):
        if step.kind in CONTACT_KINDS | CALL_KINDS:
            windows = limits.call_windows if step.kind in CALL_KINDS else limits.windows
            is_open = windows[(candidate - 1) % _WEEK] is not None
        else:
            is_open = _DAYS.is_business(candidate)
        if is_open:
            return candidate
    return None
