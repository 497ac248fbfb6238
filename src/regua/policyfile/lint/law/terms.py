"""`step-before-term` and `step-after-term`: the day of a step, and the days between which the packs allow it.

Counted are civil days after the due date, of steps on an offset from it. What comes too early waits: a warning. What
comes when a rule has ended it, or when the claim is time-barred by the shortest prescription of the step's titles,
never runs: that a prescription can begin anew is no ground for a step after it.
"""

from __future__ import annotations

from collections.abc import Iterator

from regua.core.legal import Barred, LegalRule, Prescription, Terms
from regua.core.policy import ESCALATIONS, Policy, Step
from regua.policyfile.lint.days import offset_trigger
from regua.policyfile.lint.law.breach import Breach, matters, mended, of_step, rules_with
from regua.policyfile.lint.requires import earliest_day

_BUSINESS_WEEK, _WEEK = 5, 7
_FOUR_YEARS = 1461
_LONGEST_MONTH = 31
_YEAR = 12


def mistimed_steps(policy: Policy) -> Iterator[Breach]:
    """Steps whose day lies outside the terms of the packs, by the narrowest term first."""
    for step in policy.steps:
        day = first_day(step)
        if day is not None:
            if step.kind in ESCALATIONS:
                yield from _before(policy, step, day)
            if step.is_stoppable:
                yield from _after(policy, step, day)


def first_day(step: Step) -> int | None:
    """The least number of civil days past due on the day of an offset step, or None where that cannot be told."""
    trigger = offset_trigger(step)
    if trigger is None or trigger.anchor == "issued":
        return None
    if not trigger.offset.business or trigger.offset.days <= 0:
        return trigger.offset.days
    weeks, rest = divmod(trigger.offset.days, _BUSINESS_WEEK)
    return weeks * _WEEK + rest


def _terms(policy: Policy, step: Step) -> Iterator[tuple[LegalRule, Terms]]:
    for rule, terms in rules_with(policy, Terms):
        if step.kind in terms.kinds and matters(policy, rule, step):
            yield rule, terms


def _before(policy: Policy, step: Step, day: int) -> Iterator[Breach]:
    steps = {each.id: each for each in policy.steps}
    runs = max(day, earliest_day(step, steps) or 0) if step.requires else day
    for rule, terms in sorted(_terms(policy, step), key=lambda each: -each[1].days_past_due):
        if runs < terms.days_past_due:
            what = f"comes before day {terms.days_past_due} past due, and waits for it"
            yield of_step(step, "step-before-term", rule, what, f"move it to D+{terms.days_past_due} or later")


def _after(policy: Policy, step: Step, day: int) -> Iterator[Breach]:
    for last, rule, why, barring in sorted(_ends(policy, step), key=lambda each: each[0]):
        if day > last:
            remedy = f"move it to D+{last} or earlier"
            if rule.where.titles and not step.when.kinds:
                remedy += ", or write in when.kind for which other titles it is"
            remedy = remedy if barring is rule else mended(barring, remedy)
            yield of_step(step, "step-after-term", rule, f"comes after {why}", remedy)


def _ends(policy: Policy, step: Step) -> Iterator[tuple[int, LegalRule, str, LegalRule]]:
    """The last days on which a step is allowed, as late as they may be: whose term it is, which, and what ends it."""
    for rule, terms in _terms(policy, step):
        if terms.last_day_past_due is not None:
            yield terms.last_day_past_due, rule, f"day {terms.last_day_past_due} past due, its last", rule
        if terms.last_year is not None:
            yield _days(terms.last_year * _YEAR), rule, f"year {terms.last_year} past due, its last", rule
    bars = rules_with(policy, Barred)
    for barring in (rule for rule, each in bars if step.kind in each.kinds and matters(policy, rule, step)):
        for rule, each in rules_with(policy, Prescription):
            if matters(policy, rule, step) and (not each.only or step.kind in each.only):
                last = each.days + _days(each.years * _YEAR + each.months)
                yield last, rule, f"the claim is time-barred, by which {barring.id} ends it", barring


def _days(months: int) -> int:
    """The most civil days that so many months have."""
    years, rest = divmod(months, _YEAR)
    return -(-years * _FOUR_YEARS // 4) + rest * _LONGEST_MONTH
