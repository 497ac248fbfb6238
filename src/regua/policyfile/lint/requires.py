"""`requirement-cycle` and `requires-later-step`: what a step waits for never comes, or not by its day.

`requirement-cycle` is reported where steps require each other, directly or through others, or a step requires itself:
once, at the first of them. `requires-later-step` is reported where what `requires` asks for

- comes after the step's own day for every receivable, `at_least` and what the other step requires counted in;
- can never count for the step, because one of the two is about the debtor and the other about a receivable.

What comes later than the step can wait for (`plan.max_wait`) is `step-unreachable`. Steps on events are taken to
come at any time, unless both answer the same event.
"""

from __future__ import annotations

from collections.abc import Mapping

from regua.core.policy import EventTrigger, Step, StepReference
from regua.policyfile.diagnostics import quoted
from regua.policyfile.document import Draft
from regua.policyfile.lint.days import SLACK, days_from_due, last_day, own_days, surely_after
from regua.policyfile.nodes import place

Steps = Mapping[str, Step]


def check_requires(draft: Draft) -> None:
    """Report requirements that nothing can meet, or not on the step's own day."""
    steps = {step.id: step for step in draft.steps}
    places = {name: number for number, name in enumerate(steps)}
    for step in steps.values():
        ring = _ring(step, steps)
        if not ring:
            _check_order(draft, step, steps)
        elif all(places[step.id] <= places[name] for name in ring):
            draft.reading.report.add("requirement-cycle", place(step, "requires"), _said_of(ring))


def _ring(step: Step, steps: Steps) -> list[str]:
    """The steps that lead back to this one, itself first; empty where none do."""
    found, here = [step.id], _required(step, steps)
    while here is not None and here.id not in found:
        found.append(here.id)
        here = _required(here, steps)
    return found if here is step else []


def _required(step: Step, steps: Steps) -> Step | None:
    return steps.get(step.requires.step) if step.requires else None


def _said_of(ring: list[str]) -> str:
    if len(ring) == 1:
        return f"step {quoted(ring[0])} requires itself and can never run; name another one"
    first, *others = map(quoted, ring)
    chain = ", which requires ".join([*others, first])
    return f"step {first} requires {chain}: none of them can ever run; remove one of the requirements"


def _check_order(draft: Draft, step: Step, steps: Steps) -> None:
    reference, other = step.requires, _required(step, steps)
    if reference is None or other is None:
        return
    report, origin = draft.reading.report, place(step, "requires")
    if step.scope != other.scope:
        subjects = {"debtor": "the debtor", "receivable": "a receivable"}
        why = f"{quoted(other.id)} is about {subjects[other.scope]} and {quoted(step.id)} about {subjects[step.scope]}"
        message = f"{why}, so it never counts for it; name a step of the same scope"
        report.add("requires-later-step", origin, message)
        return
    earliest = _sum(earliest_day(other, steps), reference)
    last = None if draft.plan is None or draft.limits is None else last_day(step, draft.plan, draft.limits)
    if earliest is not None and last is not None and earliest > last:
        remedy = "shorten 'at_least', move the step, or raise plan.max_wait"
        message = f"step {quoted(step.id)} can never run: {_described(reference)} comes too late for it; {remedy}"
        report.add("step-unreachable", origin, message)
    elif _is_later(step, other, earliest):
        remedy = "name an earlier step, or move this one behind it"
        message = f"{_described(reference)} always comes after the day of step {quoted(step.id)}; {remedy}"
        report.add("requires-later-step", origin, message)


def _is_later(step: Step, other: Step, earliest: int | None) -> bool:
    own = days_from_due(step)
    if own is not None and earliest is not None and earliest > own.last:
        return True
    return surely_after(other, step) or _answers_later(step, other)


def _answers_later(step: Step, other: Step) -> bool:
    """Whether both answer the same event and the other one later."""
    one, two = step.trigger, other.trigger
    if not isinstance(one, EventTrigger) or not isinstance(two, EventTrigger) or one.on != two.on:
        return False
    if one.after == two.after:
        return one.minute is not None and two.minute is not None and one.minute < two.minute
    return own_days(one.after).last < own_days(two.after).first


def earliest_day(step: Step, steps: Steps, seen: frozenset[str] = frozenset()) -> int | None:
    """The first day, counted from the effective due date, on which a step can run, or None where that is unknown."""
    if step.id in seen:
        return None
    own, other = days_from_due(step), _required(step, steps)
    known = [] if own is None else [own.first if own.first >= 0 else own.first - SLACK]
    if step.requires is not None and other is not None and other.scope == step.scope:
        required = _sum(earliest_day(other, steps, seen | {step.id}), step.requires)
        known += [] if required is None else [required]
    return max(known, default=None)


def _sum(day: int | None, reference: StepReference) -> int | None:
    """The first day on which a requirement can be met, where the other step runs on a day."""
    return None if day is None else day + (reference.at_least.days if reference.at_least else 0)


def _described(reference: StepReference) -> str:
    wait = f"{reference.at_least} after " if reference.at_least else ""
    return f"{wait}{quoted(reference.step)} {reference.outcome}"
