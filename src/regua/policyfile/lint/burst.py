"""`burst`: steps press so close together that a cap moves one of them, or makes it lapse.

Looked at is one receivable that nothing stops: the offset steps that press and reach the debtor, each on the day of
its offset, against `contacts_per_day`, `min_interval` and `contacts_per_week`, in that order.
Reported is the step for which there is no room, with what `plan.max_delay` makes of it.

Business days count as near only where every weekend and holiday leaves them near; weekends, holidays and clearing
move nothing here. Two messages that may go out together are one contact. Steps that may not run (`unless`,
`approval`, another `when` than the others') are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from attrs import frozen

from regua.core.policy import CALL_KINDS, Conditions, Limits, PlanRules, Step
from regua.policyfile.diagnostics import quoted
from regua.policyfile.document import Draft
from regua.policyfile.lint.days import farthest, may_meet, offset_trigger, own_days
from regua.policyfile.nodes import place

_COUNTED: Final = frozenset({"message", "offer", "reissue", "task"})
_WEEK: Final = 7


def check_burst(draft: Draft) -> None:
    """Report steps for which the caps leave no room on their day."""
    limits, plan = draft.limits, draft.plan
    if limits is None or plan is None:
        return
    required = frozenset(step.requires.step for step in draft.steps if step.requires)
    filling = _Filling(limits, plan, required)
    placed: list[Step] = []
    for step in sorted(filter(_is_counted, draft.steps), key=_order):
        full = next(filling.without_room(step, placed), None)
        if full is None:
            placed.append(step)
        else:
            draft.reading.report.add("burst", place(step, "at"), full)


def _is_counted(step: Step) -> bool:
    surely_runs = not (step.unless or step.approval)
    return surely_runs and step.is_offset and step.presses and step.kind in _COUNTED


def _order(step: Step) -> tuple[int, int]:
    trigger = offset_trigger(step)
    return own_days(trigger.offset).first if trigger else 0, -(step.tone or 0)


@frozen
class _Filling:
    """How the days of one receivable fill up."""

    limits: Limits
    plan: PlanRules
    required: frozenset[str]

    def without_room(self, step: Step, placed: Sequence[Step]) -> Iterator[str]:
        """Why there is no room for a step beside those placed before it, if there is none."""
        for key, most, days in self._caps():
            beside = list(islice(self._beside(step, placed, days), most))
            if len(beside) == most:
                yield self._said(step, beside, key, days - (farthest(step, beside[-1]) or 0))

    def _caps(self) -> Iterator[tuple[str, int, int]]:
        """Each cap that is set: how many contacts in how many civil days."""
        limits = self.limits
        if limits.min_interval is not None:
            yield f'limits.min_interval = "{limits.min_interval}"', 1, limits.min_interval.days
        if limits.contacts_per_day is not None:
            yield f"limits.contacts_per_day = {limits.contacts_per_day}", limits.contacts_per_day, 1
        if limits.contacts_per_week is not None:
            yield f"limits.contacts_per_week = {limits.contacts_per_week}", limits.contacts_per_week, _WEEK

    def _beside(self, step: Step, placed: Sequence[Step], days: int) -> Iterator[Step]:
        """Contacts that surely lie with a step in so many civil days, the latest first."""
        found = [step]
        for other in reversed(placed):
            if all(self._are_two(other, each) and _within(other, each, days) for each in found):
                found.append(other)
                yield other

    def _are_two(self, step: Step, other: Step) -> bool:
        """Whether two steps surely run for one receivable, and as two contacts."""
        if Conditions() not in (step.when, other.when) and step.when != other.when:
            return False
        if self.plan.consolidate == "none" or {step.kind, other.kind} & CALL_KINDS or not may_meet(step, other):
            return True
        return not (set(step.channels) & set(other.channels) and any(map(self._can_be_carried, (step, other))))

    def _can_be_carried(self, step: Step) -> bool:
        return step.kind == "message" and not step.attach and step.id not in self.required

    def _said(self, step: Step, beside: Sequence[Step], limit: str, days: int) -> str:
        names = [quoted(each.id) for each in reversed(beside)]
        others = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        later = "1 day" if days == 1 else f"{days} days"
        longest = f'plan.max_delay = "{self.plan.max_delay}"'
        if days <= self.plan.max_delay.days:
            way = "" if self.plan.catch_up in {"all", "none"} else ", or gives way to a step whose own day that is"
            fate = f"it moves by {later} or more, which {longest} allows{way}"
        else:
            fate = f"it would lapse: there is room only {later} later, and {longest}"
        remedy = "spread the steps, or raise the limit"
        return f"step {quoted(step.id)} is one contact too many beside {others} for {limit}: {fate}; {remedy}"


def _within(step: Step, other: Step, days: int) -> bool:
    between = farthest(step, other)
    return between is not None and between < days
