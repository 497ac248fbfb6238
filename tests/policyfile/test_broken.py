"""Ten and more broken policies, each beside a file that holds every problem with its line, column and code."""

import re
from pathlib import Path

import jsonschema
import pytest

from regua.policyfile import CODES, check_policy, policy_schema
from regua.policyfile.diagnostics import Report
from regua.policyfile.source import parse_source

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))
NO_MATTER_OF_FORM = {
    *("against-the-law", "beside-the-law", "burst", "cannot-be-meant", "not-supported", "requirements"),
    "settlement-race",
}
NO_TOML = {"given-twice", "latin-1", "syntax"}
LINE = re.compile(r"(?P<file>[^:]+):(?P<line>\d+):(?P<column>\d+): (warning: )?(?P<message>.+) \[(?P<code>[a-z-]+)\]")


def test_there_are_at_least_ten():
    """The issue asks for ten."""
    assert len(BROKEN) >= 10


@pytest.mark.parametrize("policy", BROKEN, ids=lambda path: path.stem)
def test_every_problem_is_reported_where_it_is(policy: Path):
    """All problems of the file at once, in its order, word for word."""
    expected = policy.with_suffix(".expected").read_text(encoding="utf-8")
    found = check_policy(policy.read_bytes(), name=policy.name)
    assert "".join(f"{problem}\n" for problem in found) == expected


@pytest.mark.parametrize("policy", BROKEN, ids=lambda path: path.stem)
def test_the_codes_are_those_that_the_file_says(policy: Path):
    """A comment `#! code code` above a line names what is wrong in that line, for who reads the file."""
    lines = policy.read_bytes().decode("utf-8-sig", "replace").splitlines()
    marked = {
        (number + 1, code) for number, line in enumerate(lines, 1) if line.startswith("#!") for code in line[2:].split()
    }
    found = {(problem.line, problem.code) for problem in check_policy(policy.read_bytes())}
    assert found - {(1, "encoding")} == marked


@pytest.mark.parametrize("policy", [path for path in BROKEN if path.stem not in NO_TOML], ids=lambda path: path.stem)
def test_what_is_a_matter_of_form_fails_the_schema_too(policy: Path):
    """An editor that knows the schema marks the same files."""
    parsed = parse_source(policy, policy.name, Report())
    assert parsed is not None
    valid = jsonschema.Draft202012Validator(policy_schema()).is_valid(parsed.data)
    assert valid == (policy.stem in NO_MATTER_OF_FORM)


def test_nearly_every_code_has_a_broken_policy():
    """What is not here needs a file, a catalog or an older version, and has a test of its own."""
    texts = [path.with_suffix(".expected").read_text(encoding="utf-8") for path in BROKEN]
    seen = {match["code"] for text in texts for match in LINE.finditer(text)}
    elsewhere = {"unreadable", "too-large", "too-deep", "too-many-problems", "version-unchanged", "id-renamed"}
    elsewhere |= {
        *("policy-renamed", "reminder-as-notice", "notice-missing", "creditor-unidentified"),
        *("message-invalid", "text-too-long"),
        *(f"{name}-unknown" for name in ["channel", "executor", "template", "registrar", "index", "predicate", "pack"]),
    }
    assert seen == set(CODES) - elsewhere
