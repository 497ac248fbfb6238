"""What a policy asks for and the rules of its packs do not allow; what it loosens of them.

`breaches` is pure and needs no file: the loader asks it, and the engine for policies that were built in Python.
A broken hard rule is an error, a default that is gone beyond a warning.
"""

from __future__ import annotations

from regua.core.policy import Policy
from regua.policyfile.diagnostics import quoted
from regua.policyfile.document import Draft
from regua.policyfile.lint.law.breach import Breach
from regua.policyfile.lint.law.charges import over_caps
from regua.policyfile.lint.law.contacts import beyond_contacts
from regua.policyfile.lint.law.doubts import doubts
from regua.policyfile.lint.law.steps import lacking_steps
from regua.policyfile.lint.law.terms import mistimed_steps
from regua.policyfile.nodes import NOWHERE, place


def breaches(policy: Policy) -> tuple[Breach, ...]:
    """What a policy asks for and the rules of its packs do not allow.

    Args:
        policy: with the rules of its packs, as `load_policy` and the engine resolve them.

    Returns:
        One for each key and code: of several rules that say the same the strictest, a hard one before a default.
    """
    found: dict[tuple[str, int, str], Breach] = {}
    checks = (over_caps, beyond_contacts, lacking_steps, mistimed_steps)
    every = [each for check in checks for each in check(policy)]
    for each in sorted(every, key=lambda each: each.severity != "error"):
        found.setdefault((each.code, id(each.declared), each.key), each)
    return tuple(found.values())


def check_law(draft: Draft) -> None:
    """Report the breaches of a file, and what it loosens; nothing where a part that matters could not be read."""
    report = draft.reading.report
    for loosening in draft.legal.loosen if draft.legal else ():
        if any(report.has_error_at(place(loosening, key)) for key in ("rule", "value")):
            continue
        message = (
            f"rule {quoted(loosening.rule)} is loosened to {quoted(loosening.value)}: {quoted(loosening.reason)}, "
            f"decided by {quoted(loosening.decided_by)}"
        )
        report.add("loosened", place(loosening, "rule"), message)
    policy = draft.lawful()
    for each in breaches(policy) if policy else ():
        report.add(each.code, place(each.declared, each.key), each.message, severity=each.severity)
    for code, origin, message in doubts(draft):
        report.add(code, origin or NOWHERE, message)


__all__ = ["Breach", "breaches", "check_law"]
