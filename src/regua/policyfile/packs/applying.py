"""The law for policies that no file was read for: built in Python, or accepted long ago."""

from __future__ import annotations

from attrs import evolve

from regua.core.policy import Policy
from regua.errors import PolicyError
from regua.policyfile.catalog import DEFAULT_CATALOG, Catalog
from regua.policyfile.diagnostics import Report, nearest, quoted
from regua.policyfile.lint.law import breaches
from regua.policyfile.nodes import place
from regua.policyfile.packs.resolving import resolve


def under_law(policy: Policy, *, catalog: Catalog = DEFAULT_CATALOG) -> Policy:
    """Give a policy that was built in Python the rules of its packs, as `load_policy` does with a file.

    Args:
        policy: it names packs in `legal.packs`; rules that it brings with it stay where it names none.
        catalog: the packs that there are.

    Returns:
        The policy, with the same fingerprint.

    Raises:
        PolicyError: a pack is unknown, or the policy breaks a hard rule; its `diagnostics` are all of them, and the
            warnings.
    """
    report, packs = Report(), catalog.packs
    for name in policy.legal.packs:
        if packs is not None and name not in packs:
            message = f"there is no pack {quoted(name)}; {nearest(name, packs)}"
            report.add("pack-unknown", place(policy.legal, "packs"), message)
    bound = resolved(policy, catalog, report)
    for each in breaches(bound):
        report.add(each.code, place(each.declared, each.key), each.message, severity=each.severity)
    if report.errors:
        told = (evolve(each, file=each.file or f"<policy {policy.id}>") for each in report.sorted())
        raise PolicyError(tuple(told))
    return bound


def resolved(policy: Policy, catalog: Catalog, report: Report | None = None) -> Policy:
    """The policy with the rules of the packs that it names; what is wrong with that is reported, if it is asked for."""
    if not (policy.legal.packs or policy.legal.loosen):
        return policy
    return evolve(policy, legal=resolve(policy.legal, catalog, Report() if report is None else report))
