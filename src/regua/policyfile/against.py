"""A policy against an older version of itself: what would be sent again, and what must not stay as it is."""

from __future__ import annotations

from collections.abc import Iterator

from regua.core.policy import Policy, Step
from regua.policyfile.diagnostics import Report, quoted
from regua.policyfile.nodes import place


def compare(new: Policy, old: Policy, report: Report) -> None:
    """Report renamed steps, a renamed policy, and other content under the same version."""
    if new.id != old.id:
        message = f"the older file is of policy {quoted(old.id)}; under another id every step is sent again"
        report.add("policy-renamed", place(new, "id"), message)
    elif new.version == old.version and new.fingerprint != old.fingerprint:
        message = f"version {old.version} has other content in the older file; write version = {old.version + 1}"
        report.add("version-unchanged", place(new, "version"), message)
    for step, former in _renamed(new, old):
        message = (
            f"step {quoted(step.id)} looks like {quoted(former.id)} of the older file; "
            f"who got that one would get it again, so keep the id {quoted(former.id)}"
        )
        report.add("id-renamed", place(step, "id"), message)


def _renamed(new: Policy, old: Policy) -> Iterator[tuple[Step, Step]]:
    """New ids, each with a vanished one of the same kind, trigger and templates."""
    vanished = [step for step in old.steps if step.id not in new.step_order]
    for step in new.steps:
        former = next((other for other in vanished if _alike(step, other)), None)
        if step.id not in old.step_order and former is not None:
            vanished.remove(former)
            yield step, former


def _alike(step: Step, other: Step) -> bool:
    return (step.kind, step.trigger, step.templates) == (other.kind, other.trigger, other.templates)
