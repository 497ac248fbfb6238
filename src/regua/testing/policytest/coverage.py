"""Which steps of the policies went out in some test, and which blockers were met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import Factory, define

from regua.core.planning.blockers import PRECEDENCE
from regua.core.policy import Policy
from regua.testing.policytest.verdicts import Verdict

Version = tuple[str, int]
"""Id and version of a policy."""


@define
class Coverage:
    """What the tests of some policies have tried.

    Attributes:
        policies: by id and version.
        steps: how many tests had each step go out, by policy.
        blockers: how many tests met each blocker, by policy.
    """

    policies: dict[Version, Policy] = Factory(dict)
    steps: dict[Version, Counter[str]] = Factory(dict)
    blockers: dict[Version, Counter[str]] = Factory(dict)

    def add(self, policies: Iterable[Policy], verdict: Verdict) -> None:
        """Count one test."""
        for policy in policies:
            version = (policy.id, policy.version)
            self.policies.setdefault(version, policy)
            went = {gone.step for gone in verdict.gone if gone.policy == version}
            self.steps.setdefault(version, Counter()).update(went)
            self.blockers.setdefault(version, Counter()).update(verdict.met.get(version, ()))

    def plain(self) -> list[Mapping[str, object]]:
        """As plain data, a table for each policy: every step and blocker with its number of tests."""
        return [
            {
                "policy": policy.id,
                "version": policy.version,
                "steps": {step.id: self.steps[version][step.id] for step in policy.steps},
                "blockers": {code: self.blockers[version][code] for code in PRECEDENCE},
            }
            for version, policy in self.policies.items()
        ]

    def lines(self) -> Iterator[str]:
        """In words, what was never tried first."""
        for version, policy in self.policies.items():
            steps, blockers = self.steps[version], self.blockers[version]
            ran = sum(step.id in steps for step in policy.steps)
            yield f"coverage of {policy.id} version {policy.version}: {ran} of {len(policy.steps)} steps went out"
            for step in policy.steps:
                if step.id not in steps:
                    origin = step.origin_of("id")
                    yield f"  never  {step.id}" + (f"  {origin.file}:{origin.line}" if origin else "")
            met = [f"{code} {blockers[code]}" for code in PRECEDENCE if code in blockers]
            missed = [code for code in PRECEDENCE if code not in blockers]
            yield f"  blockers met: {', '.join(met) or 'none'}"
            yield f"  blockers never met: {', '.join(missed) or 'none'}"
