"""`step-unreachable`, `reference-later` and `after-cutoff`: steps that cannot run, or not as they stand.

`step-unreachable` is reported where

- a range of `when` is empty (`"60..15"`; of an offer that is `offer-unreachable`);
- `days_past_due` ends before the step's first day, or begins after the last day on which a receivable that was never
  stopped can have the step (its offset, weekends, holidays and clearing, `plan.max_delay`, and `plan.max_wait` where
  it can wait at all; a step up to the due date ends with that day);
- it is about a receivable and answers an event that never says which.

`reference-later` is reported where the step that `unless` names is the step itself or comes later for every
receivable: on its own day the condition cannot hold. `after-cutoff` is reported for amicable steps after a `cutoff`
that nothing keeps from running.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from regua.core.events import EVENT_TYPES
from regua.core.policy import Conditions, EventTrigger, Origin, Range, Step
from regua.policyfile.diagnostics import quoted
from regua.policyfile.document import Draft
from regua.policyfile.lint.days import SLACK, last_day, offset_trigger, own_days, surely_after
from regua.policyfile.nodes import place

Finding = tuple[Origin, str]
_AMICABLE = frozenset({"message", "task", "offer", "reissue"})
_NAMING = frozenset({"receivable", "receivables", "payment", "promise", "dispute", "hold", "agreement"})
"""Fields of events by which `regua.core.planning.signals.receivables_of` finds receivables."""
_RANGES = ("balance", "amount", "days_past_due", "score")


def check_reach(draft: Draft) -> None:
    """Report steps that can never run, and references and cutoffs in the wrong order."""
    steps = {step.id: step for step in draft.steps}
    for step in draft.steps:
        for origin, why in _unreachable(step, draft):
            draft.reading.report.add("step-unreachable", origin, f"step {quoted(step.id)} can never run: {why}")
        _check_unless(draft, step, steps)
    for offer in draft.offers:
        for origin, why in _impossible(offer.when):
            draft.reading.report.add("offer-unreachable", origin, f"offer {quoted(offer.id)} can never be made: {why}")
    for cutoff in draft.steps:
        if cutoff.cutoff and _unconditional(cutoff):
            _check_cutoff(draft, cutoff)


def _unreachable(step: Step, draft: Draft) -> Iterator[Finding]:
    yield from _impossible(step.when)
    yield from _about_nothing(step)
    if draft.plan is not None and draft.limits is not None:
        last = last_day(step, draft.plan, draft.limits)
        if last is not None:
            yield from _days_never_fit(step, last)


def _impossible(when: Conditions) -> Iterator[Finding]:
    for key in _RANGES:
        span: Range | None = getattr(when, key)
        if span is not None and span.low is not None and span.high is not None and span.low > span.high:
            yield place(when, key), f"the range of {key!r} ends before it begins; write the smaller number first"


def _about_nothing(step: Step) -> Iterator[Finding]:
    """An event with none of the fields by which the planner finds receivables; a signal is none of these."""
    trigger = step.trigger
    if step.scope == "receivable" and isinstance(trigger, EventTrigger) and trigger.on in EVENT_TYPES:
        cls, _ = EVENT_TYPES[trigger.on]
        if not _NAMING & attrs.fields_dict(cls).keys():
            yield (
                place(step, "scope" if "scope" in step.origins else "on"),
                f'{quoted(trigger.on)} is never about one receivable; write scope = "debtor"',
            )


def _days_never_fit(step: Step, last: int) -> Iterator[Finding]:
    trigger, span = offset_trigger(step), step.when.days_past_due
    if trigger is None or span is None:
        return
    first = own_days(trigger.offset).first
    if span.high is not None and trigger.offset.days >= 0 and span.high < first:
        why = f"it is at least {first} days past due by then, and 'days_past_due' ends at {span.high}; raise that end"
        yield place(step.when, "days_past_due"), why
    # The effective due date may lie some days after the due date.
    if span.low is not None and span.low > last + SLACK:
        why = f"it runs about day {trigger.offset.days} past due, and 'days_past_due' begins at {span.low}; lower that"
        yield place(step.when, "days_past_due"), why


def _check_unless(draft: Draft, step: Step, steps: dict[str, Step]) -> None:
    other = steps.get(step.unless.step) if step.unless else None
    if other is not None and (other is step or surely_after(other, step)):
        order = "it names the step itself" if other is step else f"{quoted(other.id)} comes after {quoted(step.id)}"
        message = f"{order}, so 'unless' cannot hold on its day; name an earlier step"
        draft.reading.report.add("reference-later", place(step, "unless"), message)


def _unconditional(step: Step) -> bool:
    return step.when == Conditions() and not (step.unless or step.requires or step.approval)


def _check_cutoff(draft: Draft, cutoff: Step) -> None:
    for step in draft.steps:
        if step.kind in _AMICABLE and step.presses and surely_after(step, cutoff):
            message = f"amicable dunning ends with {quoted(cutoff.id)}; move {quoted(step.id)} before it, or remove it"
            draft.reading.report.add("after-cutoff", place(step, "at"), message)
