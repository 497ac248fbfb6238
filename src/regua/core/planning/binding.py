"""Which policy governs which receivable at an instant (domain.md §5, In flight)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from regua.core.dates import BEGINNING
from regua.core.facts import Facts, Receivable
from regua.core.policy import Policy
from regua.errors import PlanError

_Entry = tuple[int, str, int | None]
_Known = Mapping[tuple[str, int], Policy]


@frozen
class Binding:
    """The policies of one receivable.

    Attributes:
        governing: whose steps and limits apply.
        terms: under which it is owed: charges, discount, tolerance. A migration does not change what the bill says.
        versions: those that governed it so far, as far as they were given, the governing one first.
    """

    governing: Policy
    terms: Policy
    versions: tuple[Policy, ...]


def bind(policies: Sequence[Policy], facts: Facts, as_of: int) -> dict[str, Binding]:
    """The policies of each receivable: its own newest assignment, else the debtor's, else the only one given.

    Assignments and migrations that lie ahead of the instant count for nothing yet.

    Raises:
        PlanError: a receivable is bound to a policy that was not given, or nothing says which of several it is.
    """
    known: dict[tuple[str, int], Policy] = {}
    for policy in policies:
        other = known.setdefault((policy.id, policy.version), policy)
        if other is not policy and other != policy:
            message = f"policy {policy.id!r} version {policy.version} was given twice with different content"
            raise PlanError(message)
    if len(known) > 1 or facts.policies:
        return {name: _binding(each, facts, known, as_of) for name, each in facts.receivables.items()}
    alone = [Binding(policy, policy, (policy,)) for policy in known.values()]
    return {
        name: alone[0] if alone and not (each.policies or each.migrations) else _binding(each, facts, known, as_of)
        for name, each in facts.receivables.items()
    }


def _binding(receivable: Receivable, facts: Facts, known: _Known, as_of: int) -> Binding:
    migrations = [each for each in receivable.migrations if each.verb != "keep"]
    assigned = receivable.policies or facts.policies or _unnamed(receivable, facts, known)
    before = [each for each in assigned if each[0] <= as_of] or assigned[:1]
    after = [(each.at, each.policy, each.version) for each in migrations if before[-1][0] <= each.at <= as_of]
    terms = _found(receivable, before[-1], known)
    governing = _found(receivable, after[-1], known) if after else terms
    earlier = [*before, *((each.at, each.policy, each.version) for each in migrations if each.at <= as_of)]
    earlier.sort(key=lambda entry: entry[0])
    named = [known[name, version] for _, name, version in reversed(earlier) if version and (name, version) in known]
    versions = {(policy.id, policy.version): policy for policy in (governing, *named)}
    return Binding(governing, terms, tuple(versions.values()))


def _unnamed(receivable: Receivable, facts: Facts, known: _Known) -> list[_Entry]:
    """For what names no policy: the only one given, or the only one to which nothing of the debtor migrates."""
    targets = {(each.policy, each.policy_version) for each in facts.migrations}
    own = [key for key in known if key not in targets] or list(known)
    if len(own) != 1:
        message = (
            f"receivable {receivable.id!r} names no policy and {len(known)} were given; "
            "record policy.assigned, or give plan exactly one"
        )
        raise PlanError(message)
    return [(BEGINNING, *own[0])]


def _found(receivable: Receivable, entry: _Entry, known: _Known) -> Policy:
    _, name, version = entry
    versions = sorted(found for found_name, found in known if found_name == name)
    if version is None and versions:
        version = versions[-1]
    if version not in versions:
        given = ", ".join(f"{found_name} {found}" for found_name, found in sorted(known)) or "none"
        message = (
            f"receivable {receivable.id!r} is governed by policy {name!r} version {version}, which was not given "
            f"(given: {given})"
        )
        raise PlanError(message)
    return known[name, version]
