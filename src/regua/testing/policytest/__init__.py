"""Runs policy tests: `*.test.toml` on the real engine, with a store in memory and scripted channels."""

from regua.testing.policytest.running import read_tests, run_test
from regua.testing.policytest.verdicts import Gone, Problem, Verdict
from regua.testing.policytest.wording import told

__all__ = ["Gone", "Problem", "Verdict", "read_tests", "run_test", "told"]
