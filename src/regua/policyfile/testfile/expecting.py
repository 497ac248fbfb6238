"""What a test expects, with its days counted and its steps and receivables known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from regua.core.planning.synthetic import synthetic_steps
from regua.core.policy import Origin, Policy
from regua.policyfile.diagnostics import Report, nearest, quoted
from regua.policyfile.testfile.days import Count, When
from regua.policyfile.testfile.keys import Written, WrittenLine
from regua.policyfile.testfile.values import Because, Ending, ExpectAt, Line, Open

_OPEN: Final = ("due", "planned", "waiting")


class Expecting:
    """Reads the expectations of one test.

    Args:
        count: what its days count from.
        policies: whose steps may be named.
        report: takes what cannot be meant.
    """

    def __init__(self, count: Count, policies: Sequence[Policy], report: Report) -> None:
        self._count, self._report = count, report
        self._steps = {step.id: step for policy in policies for step in policy.steps}
        self._named = {*self._steps, *synthetic_steps(policies)}

    def all(self, written: Written) -> dict[str, Any]:
        """The fields of a `PolicyTest` that expect something."""
        lines = written.get("expect")
        never = written.get("never", ())
        for step, origin in never:
            self._check_step(step, origin)
        return {
            "expect": None if lines is None else self._lines(lines),
            "never": tuple(never),
            "expect_at": tuple(map(self._expect_at, written.get("expect_at", ()))),
            "because": tuple(map(self._because, written.get("because", ()))),
            "end": tuple(map(self._ending, written.get("end", ()))),
        }

    def _lines(self, lines: Iterable[WrittenLine]) -> tuple[Line, ...]:
        return tuple(map(self._line, lines))

    def _line(self, line: WrittenLine) -> Line:
        receivable = self._receivable(line.step, line.receivable, line.origin)
        day = self._count.day(line.day, receivable)
        return Line(text=line.text, day=day, step=line.step, receivable=receivable, origin=line.origin)

    def _expect_at(self, written: Written) -> ExpectAt:
        lines = {status: self._lines(written.values[status]) for status in _OPEN if status in written.values}
        if not lines:
            message = "an entry of 'expect_at' needs one of the keys 'due', 'planned' or 'waiting'"
            self._report.add("missing-key", written.origin, message)
        return ExpectAt(**self._at(written, ""), lines=cast("Mapping[Open, tuple[Line, ...]]", lines))

    def _because(self, written: Written) -> Because:
        step, origin = written.values["step"]
        receivable = self._receivable(step, written.get("receivable", ""), origin)
        blocker = written.values["blocker"]
        return Because(**self._at(written, receivable), step=step, receivable=receivable, blocker=blocker)

    def _ending(self, written: Written) -> Ending:
        named = written.get("receivable", "")
        self._check_receivable(named, written.origins.get("receivable", written.origin))
        if not {"status", "balance"} & {*written.values}:
            self._report.add("missing-key", written.origin, "an entry of 'end' needs 'status' or 'balance'")
        receivables = (named,) if named else tuple(self._count.anchors)
        status, balance = written.get("status"), written.get("balance")
        return Ending(**self._at(written, named), receivables=receivables, status=status, balance=balance)

    def _at(self, written: Written, receivable: str) -> dict[str, Any]:
        when: When = written.values["at"]
        return {"at": when.text, "instant": self._count.end(when, receivable), "origin": written.origin}

    def _receivable(self, step: str, receivable: str, origin: Origin) -> str:
        """The receivable that is meant: the only one, else the one that is named, else "" for the debtor."""
        self._check_step(step, origin)
        self._check_receivable(receivable, origin)
        known = self._steps.get(step)
        if receivable or (known is not None and known.scope == "debtor" and len(self._count.anchors) > 1):
            return receivable
        if not self._count.only and known is not None:
            example = f"{step} {self._count.first}"
            self._report.add("missing-key", origin, f"a test of several invoices says which one: {quoted(example)}")
        return self._count.only

    def _check_step(self, step: str, origin: Origin) -> None:
        if step not in self._named:
            message = f"there is no step {quoted(step)}; {nearest(step, sorted(self._named))}"
            self._report.add("unknown-step", origin, message)

    def _check_receivable(self, name: str, origin: Origin) -> None:
        if name and name not in self._count.anchors:
            message = f"there is no receivable {quoted(name)} in this test; {nearest(name, self._count.anchors)}"
            self._report.add("unknown-value", origin, message)
