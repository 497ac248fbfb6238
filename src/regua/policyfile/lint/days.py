"""On which days a step can fall, as far as its offset alone tells."""

from __future__ import annotations

from typing import Final

from attrs import frozen

from regua.core.dates import Duration, Offset
from regua.core.policy import OffsetTrigger, Step

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


def surely_before(step: Step, other: Step) -> bool:
    """Whether the trigger of one step lies before the other's for every receivable."""
    one, two = offset_trigger(step), offset_trigger(other)
    if one is None or two is None or one.anchor != two.anchor:
        return False
    if one.offset == two.offset:
        return one.minute < two.minute
    return own_days(one.offset).last < own_days(two.offset).first


def surely_after(step: Step, other: Step) -> bool:
    """Whether the trigger of one step lies after the other's for every receivable."""
    return surely_before(other, step)
