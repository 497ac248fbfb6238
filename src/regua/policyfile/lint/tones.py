"""`tone-gap`: a message would be clamped although everything before it was delivered, or lacks the template for it.

With `gradual = true` a pressing message is at most one rung above the highest delivered, the first one at most the
lowest rung. A step is reported where that clamps it in the best case: every offset step that can lie before it was
delivered, in the best order. Steps on events are no rung to count on.

A table of templates is reported for each tone that the step can be given and the table lacks: its own, and with
`gradual` every milder rung.
"""

from __future__ import annotations

from regua.core.policy import PlanRules, Policy, Step
from regua.core.tones import Tone
from regua.policyfile.diagnostics import quoted
from regua.policyfile.document import Draft
from regua.policyfile.lint.days import offset_trigger, surely_after
from regua.policyfile.nodes import place


def check_tones(draft: Draft) -> None:
    """Report steps above the ladder, and tables of templates with holes."""
    plan = draft.plan
    if plan is None:
        return
    rungs = Policy(id="draft", steps=draft.steps).rungs
    for step in draft.steps:
        if plan.gradual and step.makes_rung:
            _check_ladder(draft, step, rungs)
        _check_templates(draft, step, rungs, plan)


def _check_ladder(draft: Draft, step: Step, rungs: tuple[Tone, ...]) -> None:
    if step.tone is None or offset_trigger(step) is None:
        return
    reached, asked = _reached(step, draft.steps, rungs), rungs.index(step.tone)
    if asked > reached + 1:
        best, before, own = rungs[reached + 1].word, rungs[asked - 1].word, step.tone.word
        problem = f"step {quoted(step.id)} asks for {own!r} and would be written {best!r}"
        remedy = f"make it {best!r}, or have an earlier step with {before!r}"
        draft.reading.report.add(
            "tone-gap", place(step, "tone"), f"{problem}: nothing before it is {before!r}; {remedy}"
        )


def _reached(step: Step, steps: tuple[Step, ...], rungs: tuple[Tone, ...]) -> int:
    """The highest rung that can be delivered before a step; -1 is none."""
    earlier = [other for other in steps if other is not step and other.makes_rung and offset_trigger(other)]
    tones = sorted(other.tone for other in earlier if other.tone is not None and not surely_after(other, step))
    highest = -1
    for tone in tones:
        highest = max(highest, min(rungs.index(tone), highest + 1))
    return highest


def _check_templates(draft: Draft, step: Step, rungs: tuple[Tone, ...], plan: PlanRules) -> None:
    if None in step.templates or not step.templates or step.tone is None:
        return
    milder = [rung for rung in rungs if rung < step.tone] if plan.gradual and step.makes_rung else []
    lacking = [tone.word for tone in (*milder, step.tone) if tone not in step.templates]
    if lacking:
        message = f"step {quoted(step.id)} can be written {' or '.join(map(repr, lacking))}; add a template for it"
        draft.reading.report.add("tone-gap", place(step, "template"), message)
