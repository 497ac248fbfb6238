"""Policy tests: `*.test.toml` into values, with every problem at its line and column."""

from regua.policyfile.testfile.reading import load_tests
from regua.policyfile.testfile.schema import schema_of_tests, schema_of_tests_text
from regua.policyfile.testfile.values import (
    CREDITOR,
    DEBTOR,
    Because,
    End,
    Ending,
    ExpectAt,
    Line,
    Look,
    Open,
    PolicyTest,
    PolicyTests,
    Word,
)

__all__ = [
    "CREDITOR",
    "DEBTOR",
    "Because",
    "End",
    "Ending",
    "ExpectAt",
    "Line",
    "Look",
    "Open",
    "PolicyTest",
    "PolicyTests",
    "Word",
    "load_tests",
    "schema_of_tests",
    "schema_of_tests_text",
]
