"""Steps that lack what the packs want of them.

- `forbidden-step`: a rule never allows this kind for what the step is about.
- `protest-without-title`: a rule wants to know for which kinds of title it is, and `when.kind` does not say. It is a
  warning: of a receivable of unknown kind the engine wants the proofs of a duplicata.
- `approval-missing`: a rule wants a person to approve it, and the step does not say so.
- `reminder-as-notice`: a listing waits for a message of our own where a rule wants the legal notice, the policy has no
  `notice` step, and its registrar does not notify by itself. Nothing is reported where nobody told what that one does.
- `notice-missing`: the same of a listing that waits for nothing, and of other acts, of which the notice may be our own
  and the host may tell. It is a warning. Of several rules a hard one is named, which no loosening does away with.
"""

from __future__ import annotations

from collections.abc import Iterator

from regua.core.legal import Forbidden, LegalRule, Terms
from regua.core.policy import ESCALATIONS, Policy, Step
from regua.policyfile.diagnostics import quoted
from regua.policyfile.lint.law.breach import Breach, matters, of_step, rules_with


def lacking_steps(policy: Policy) -> Iterator[Breach]:
    """What rules of the packs miss in the steps."""
    for step in policy.steps:
        for rule, forbidden in rules_with(policy, Forbidden):
            if step.kind in forbidden.kinds and step.is_stoppable and matters(policy, rule, step):
                yield _forbidden(step, rule)
        for rule, terms in sorted(rules_with(policy, Terms), key=lambda each: each[0].kind != "hard"):
            if step.kind in ESCALATIONS and step.kind in terms.kinds and matters(policy, rule, step):
                yield from _lacks(policy, step, rule, terms)


def _forbidden(step: Step, rule: LegalRule) -> Breach:
    is_open = rule.where.titles and not step.when.kinds
    remedy = "write in when.kind for which other titles it is" if is_open else "remove the step"
    what = f"is of the kind {quoted(step.kind)}, which is never allowed"
    return of_step(step, "forbidden-step", rule, what, remedy)


def _lacks(policy: Policy, step: Step, rule: LegalRule, terms: Terms) -> Iterator[Breach]:
    if terms.with_title and not step.when.kinds:
        example = (rule.where.titles or ("services",))[0]
        what, remedy = "does not say for which kinds of title it is", f'write when = {{ kind = "{example}" }}'
        yield of_step(step, "protest-without-title", rule, what, remedy)
    if terms.approval and not step.approval:
        what, remedy = "waits for a person to approve it and does not say so", 'write approval = "human"'
        yield of_step(step, "approval-missing", rule, what, remedy)
    if terms.notice and _never_notified(policy, step):
        yield _unnotified(policy, step, rule)


def _unnotified(policy: Policy, step: Step, rule: LegalRule) -> Breach:
    required = next((each for each in policy.steps if step.requires and each.id == step.requires.step), None)
    if required is None or step.kind != "listing":
        what = "waits for a legal notice, which no step asks for and no registrar of it sends"
        return of_step(step, "notice-missing", rule, what, f'add a step of kind = "notice"{_by(step)} before it')
    whose = f"one of {quoted(required.registrar)}" if required.kind == "notice" else f"a {required.kind} of our own"
    what = f"takes {quoted(required.id)} for the legal notice, and that is {whose}"
    remedy = f'add a step of kind = "notice"{_by(step)}, and require that one'
    return of_step(step, "reminder-as-notice", rule, what, remedy)


def _by(step: Step) -> str:
    return f' and registrar = "{step.registrar}"' if step.kind == "listing" and step.registrar else ""


def _never_notified(policy: Policy, step: Step) -> bool:
    """Whether no registrar notifies by itself, and no step asks for a notice: of a listing, the bureau that lists."""
    notices, notifying = [each for each in policy.steps if each.kind == "notice"], policy.legal.notifying
    if notifying is None and not notices:
        return False
    by_itself = notifying is not None and step.registrar in notifying
    return not by_itself and not any(_counts(each, step) for each in notices)


def _counts(notice: Step, step: Step) -> bool:
    return step.kind != "listing" or not (notice.registrar and step.registrar) or notice.registrar == step.registrar
