"""One place where a policy goes beyond a rule of its packs, and to which steps a rule matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar

from attrs import frozen

from regua.core.legal import LegalRule
from regua.core.policy import Declared, Policy, Step
from regua.policyfile.diagnostics import WARNINGS, Severity, quoted

_P = TypeVar("_P")
_KEYS: Final = {
    "approval-missing": "kind",
    "forbidden-step": "kind",
    "notice-missing": "kind",
    "protest-without-title": "kind",
    "reminder-as-notice": "requires",
    "step-after-term": "at",
    "step-before-term": "at",
}
"""At which key of a step each code stands."""


@frozen(kw_only=True)
class Breach:
    """What a policy asks for and a rule of its packs does not allow.

    Attributes:
        code: one of `regua.policyfile.CODES`.
        rule: the rule; of several that say the same, the strictest.
        declared: the value of the policy that asks for it.
        key: and the key of it, or "" for all of it.
        message: what is wrong, by which rule, and what to write instead.
        is_held: whether the engine keeps to the rule all the same where it knows more of the debtor.
    """

    code: str
    rule: LegalRule
    declared: Declared
    key: str = ""
    message: str
    is_held: bool = False

    @property
    def severity(self) -> Severity:
        """An error where a hard rule could be broken; from a default a policy may deviate."""
        return "warning" if self.is_held or self.rule.kind != "hard" or self.code in WARNINGS else "error"


def rules_with(policy: Policy, provision: type[_P]) -> Iterator[tuple[LegalRule, _P]]:
    """Provisions of a type in the packs of a policy, each with its rule."""
    for rule in policy.legal.rules:
        yield from ((rule, each) for each in rule.provisions if isinstance(each, provision))


def matters(policy: Policy, rule: LegalRule, step: Step) -> bool:
    """Whether a rule may bind what a step is about.

    A kind of title that the step leaves open, or that no rule knows, counts as meant, unless the rule wants it told,
    and so does a person or a company. A state does not: where a debtor lives the engine knows.
    """
    where, when = rule.where, step.when
    is_open = not when.kinds or not policy.legal.titles.issuperset(when.kinds)
    return (
        (not where.titles or (is_open and not where.told) or not set(where.titles).isdisjoint(when.kinds))
        and (not where.debtor or when.debtor in {"", where.debtor})
        and (not where.states or not set(where.states).isdisjoint(when.states))
    )


def named(rule: LegalRule) -> str:
    """A rule as messages name it: its id, to what it applies, and where it stands."""
    where = ", ".join((*rule.where.titles, *rule.where.states, *filter(None, [rule.where.debtor])))
    return f"{rule.id}{f' for {where}' if where else ''}: {rule.source}"


def mended(rule: LegalRule, remedy: str) -> str:
    """The remedy, and of what may be loosened how."""
    loosen = f', or loosen it in [[legal.loosen]] with rule = "{rule.id}"'
    return remedy + (loosen if rule.kind == "default" or rule.loosens else "")


def of_step(step: Step, code: str, rule: LegalRule, what: str, remedy: str) -> Breach:
    """What is wrong with a step."""
    message = f"step {quoted(step.id)} {what} ({named(rule)}); {mended(rule, remedy)}"
    return Breach(code=code, rule=rule, declared=step, key=_KEYS[code], message=message)
