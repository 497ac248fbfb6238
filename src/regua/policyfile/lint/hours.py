"""`step-outside-hours`: the clock time lies outside the hours of every day on which the step can fall.

Such a step is never carried out at its own time: it moves to the nearest permitted time of the day. Messages are
held against `limits.windows`, tasks against `limits.call_windows`, acts of registrars against nothing. Business days
and the effective due date itself are taken to be Monday to Friday, other days to be any day of the week.
"""

from __future__ import annotations

from typing import Final

from regua.core.dates import format_clock
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, Limits, OffsetTrigger, Step, Window
from regua.policyfile.diagnostics import quoted
from regua.policyfile.document import Draft
from regua.policyfile.nodes import place

_WEEKDAYS: Final = 5


def check_hours(draft: Draft) -> None:
    """Report steps whose clock time no day permits."""
    limits = draft.limits
    if limits is None:
        return
    for step in draft.steps:
        windows = _possible(step, limits)
        if windows is not None and not any(_open(window, step.trigger.minute) for window in windows):
            key = "at" if isinstance(step.trigger, OffsetTrigger) else "after"
            draft.reading.report.add("step-outside-hours", place(step, key), _message(step, windows))


def _possible(step: Step, limits: Limits) -> tuple[Window | None, ...] | None:
    if step.trigger.minute is None or step.kind not in CONTACT_KINDS | CALL_KINDS:
        return None
    windows = limits.call_windows if step.kind in CALL_KINDS else limits.windows
    return windows[:_WEEKDAYS] if _on_business_days(step) else windows


def _on_business_days(step: Step) -> bool:
    trigger = step.trigger
    if not isinstance(trigger, OffsetTrigger):
        return trigger.after.business and trigger.after.days > 0
    return trigger.offset.business or (trigger.anchor == "effective" and trigger.offset.days == 0)


def _open(window: Window | None, minute: int | None) -> bool:
    return window is not None and minute is not None and window.opens <= minute < window.closes


def _message(step: Step, windows: tuple[Window | None, ...]) -> str:
    clock = format_clock(step.trigger.minute or 0)
    hours = list(dict.fromkeys(str(window) for window in windows if window is not None))
    which = "call_windows" if step.kind in CALL_KINDS else "windows"
    if not hours:
        return f"step {quoted(step.id)} can only fall on days that limits.{which} closes; open one of them"
    open_hours = " and ".join(hours)
    return f"step {quoted(step.id)} at {clock} lies outside {open_hours} of limits.{which}; move it into these hours"
