"""On which days a step can fall, as far as its offset alone tells."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from regua.core.dates import Duration, Offset
from regua.core.policy import Limits, OffsetTrigger, PlanRules, Step

SLACK: Final = 10
"""Civil days by which weekends, holidays and clearing together may move a step. Longer than any closure in Brazil."""
_BUSINESS_WEEK: Final = 5


@frozen
class Days:
    """Civil days from an anchor, both ends included.

    Attributes:
        first: the earliest day.
        last: the latest day.
    """

    first: int
    last: int


def offset_trigger(step: Step) -> OffsetTrigger | None:
    """The trigger of an offset step, or None."""
    return step.trigger if isinstance(step.trigger, OffsetTrigger) else None


def own_days(offset: Offset | Duration) -> Days:
    """The civil days that an offset can mean before anything moves it."""
    days = offset.days
    if not offset.business or not days:
        return Days(days, days)
    weeks = -(-abs(days) // _BUSINESS_WEEK)
    # Two days of weekend a week; a holiday a week and two more are more than Brazil has.
    longest = abs(days) + 3 * weeks + 2
    return Days(days, longest) if days > 0 else Days(-longest, days)


def days_from_due(step: Step) -> Days | None:
    """The days of an offset step, counted from the effective due date, or None where that cannot be told.

    The effective due date lies on the due date or some days after it.
    """
    trigger = offset_trigger(step)
    if trigger is None or trigger.anchor == "issued":
        return None
    days = own_days(trigger.offset)
    return days if trigger.anchor == "effective" else Days(days.first - SLACK, days.last)


def last_day(step: Step, plan: PlanRules, limits: Limits) -> int | None:
    """The last day, counted from the anchor, on which the step may run for a receivable never stopped."""
    trigger = offset_trigger(step)
    if trigger is None or trigger.anchor == "issued":
        return None
    last = own_days(trigger.offset).last
    if last <= 0:
        return 0
    waits = step.requires or step.approval or step.kind == "listing" or limits.freshness
    return last + SLACK + plan.max_delay.days + (plan.max_wait.days if waits else 0)


def surely_before(step: Step, other: Step) -> bool:
    """Whether the trigger of one step lies before the other's for every receivable."""
    one, two = offset_trigger(step), offset_trigger(other)
    if one is None or two is None:
        return False
    if one.anchor == two.anchor:
        if one.offset == two.offset:
            return one.minute < two.minute
        return own_days(one.offset).last < own_days(two.offset).first
    mine, theirs = days_from_due(step), days_from_due(other)
    return mine is not None and theirs is not None and mine.last < theirs.first


def surely_after(step: Step, other: Step) -> bool:
    """Whether the trigger of one step lies after the other's for every receivable."""
    return surely_before(other, step)


def farthest(step: Step, other: Step) -> int | None:
    """The most civil days that can lie between the triggers of two offset steps, or None where that cannot be told."""
    one, two = offset_trigger(step), offset_trigger(other)
    if one is None or two is None or one.anchor != two.anchor:
        return None
    if one.offset.business and two.offset.business:
        between = own_days(Duration(abs(one.offset.days - two.offset.days), business=True))
        return between.last
    mine, theirs = own_days(one.offset), own_days(two.offset)
    return max(mine.last, theirs.last) - min(mine.first, theirs.first)


def may_meet(step: Step, other: Step) -> bool:
    """Whether the triggers of two offset steps may lie on one day."""
    one, two = offset_trigger(step), offset_trigger(other)
    if one is None or two is None or one.anchor != two.anchor:
        return True
    if one.offset.business == two.offset.business:
        return one.offset.days == two.offset.days
    mine, theirs = own_days(one.offset), own_days(two.offset)
    return mine.first <= theirs.last and theirs.first <= mine.last
