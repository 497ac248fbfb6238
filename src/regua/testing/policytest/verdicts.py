"""What came of a policy test: values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from regua.core.policy import Origin
from regua.policyfile.testfile import PolicyTest
from regua.testing.policytest.beside import Row

Outcome = Literal["passed", "failed", "error"]


@frozen(kw_only=True)
class Gone:
    """One action that went out.

    Attributes:
        instant: microseconds since 1970 UTC.
        day: ordinal of the civil day in the debtor's zone.
        step: id of the step.
        receivable: id of the receivable, or "".
        channel: the channel that it went by, or "".
        policy: id and version of the policy.
        place: of the step in its policy.
    """

    instant: int
    day: int
    step: str
    receivable: str
    channel: str
    policy: tuple[str, int]
    place: int

    @property
    def key(self) -> tuple[int, str, str]:
        """What is compared with a line."""
        return self.day, self.step, self.receivable


@frozen(kw_only=True)
class Problem:
    """One expectation that did not come true.

    Attributes:
        origin: where it stands in the test file.
        what: in one sentence.
        rows: expected and actual side by side, or none.
        details: further lines.
    """

    origin: Origin
    what: str
    rows: tuple[Row, ...] = ()
    details: tuple[str, ...] = ()


@frozen(kw_only=True)
class Verdict:
    """What came of one test.

    Attributes:
        test: the test.
        problems: expectations that did not come true, in the order of the keys.
        error: why it could not be lived through, or "".
        gone: what went out, in order.
        met: codes of the blockers that were met, by policy id and version; all of them where coverage was asked for.
    """

    test: PolicyTest
    problems: tuple[Problem, ...] = ()
    error: str = ""
    gone: tuple[Gone, ...] = field(default=(), repr=False)
    met: Mapping[tuple[str, int], frozenset[str]] = field(factory=dict, repr=False)

    @property
    def outcome(self) -> Outcome:
        """`passed`, `failed`, or `error` where it could not be lived through."""
        return "error" if self.error else "failed" if self.problems else "passed"
