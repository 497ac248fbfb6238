"""Verdicts in words."""

from __future__ import annotations

from collections.abc import Iterator

from regua.testing.policytest.beside import table
from regua.testing.policytest.verdicts import Problem, Verdict


def told(verdict: Verdict) -> str:
    """What is wrong with a test, in lines; "" where nothing is."""
    return "".join(f"{line}\n" for line in _lines(verdict))


def _lines(verdict: Verdict) -> Iterator[str]:
    if verdict.error:
        yield f"{verdict.test.origin}: it cannot be lived through"
        yield from (f"    {line}" for line in verdict.error.splitlines())
    for problem in verdict.problems:
        yield from _of_problem(problem)


def _of_problem(problem: Problem) -> Iterator[str]:
    yield f"{problem.origin}: {problem.what}"
    details = [*(table(problem.rows) if problem.rows else []), *problem.details]
    yield from (f"    {line}" for line in details)
