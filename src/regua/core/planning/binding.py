"""Which policy governs which receivable."""

from __future__ import annotations

from collections.abc import Sequence

from regua.core.facts import Facts, Receivable
from regua.core.policy import Policy
from regua.errors import PlanError


def bind(policies: Sequence[Policy], facts: Facts) -> dict[str, Policy]:
    """The policy of each receivable: its own newest assignment, else the debtor's, else the only one given.

    Raises:
        PlanError: a receivable is bound to a policy that was not given, or nothing says which of several it is.
    """
    if facts.migrations:
        message = f"event {facts.migrations[0].id!r}: policy.migrated cannot be planned by this version of regua"
        raise PlanError(message)
    known: dict[tuple[str, int], Policy] = {}
    for policy in policies:
        other = known.setdefault((policy.id, policy.version), policy)
        if other is not policy and other != policy:
            message = f"policy {policy.id!r} version {policy.version} was given twice with different content"
            raise PlanError(message)
    only = next(iter(known.values())) if len(known) == 1 and not facts.policies else None
    return {
        name: only if only is not None and not receivable.policies else _governing(receivable, facts, known)
        for name, receivable in facts.receivables.items()
    }


def _governing(receivable: Receivable, facts: Facts, known: dict[tuple[str, int], Policy]) -> Policy:
    bound = receivable.policies or facts.policies
    if not bound:
        message = (
            f"receivable {receivable.id!r} names no policy and {len(known)} were given; "
            "record policy.assigned, or give plan exactly one"
        )
        raise PlanError(message)
    _, name, version = bound[-1]
    versions = sorted(found for found_name, found in known if found_name == name)
    if version is None and versions:
        version = versions[-1]
    if version not in versions:
        given = ", ".join(f"{found_name} {found}" for found_name, found in sorted(known)) or "none"
        message = (
            f"receivable {receivable.id!r} is governed by policy {name!r} version {version}, which plan was not given "
            f"(given: {given})"
        )
        raise PlanError(message)
    return known[name, version]
