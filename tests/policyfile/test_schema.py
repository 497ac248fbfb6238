import tomllib
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from regua.policyfile import check_policy, policy_schema, schema_text
from regua.policyfile.diagnostics import BREACHES, CODES

DATA = Path(__file__).resolve().parents[2] / "src/regua/data"
EXAMPLE = (DATA / "policies/boleto-b2c.toml").read_text(encoding="utf-8")
VALIDATOR = jsonschema.Draft202012Validator(policy_schema())
PAIRS = [number for number, line in enumerate(EXAMPLE.splitlines()) if " = " in line]
VALUES = (
    *("true", "0", "-1", "7", "1.5", '""', '"x"', '"10d"', '"1bd"', '"2.00%"', '"5.00"', '"D+3 10:00"', '"100.."'),
    *("[]", '["email"]', '["email", "email"]', "{}", '{ read = "x" }', '"message"', '"formal"', '"due"'),
)
BEYOND_THE_SCHEMA = {
    *("invalid-value", "out-of-range", "unknown-value", "duplicate-id", "duplicate-value", "tone-missing"),
    *BREACHES,
    *(code for code in CODES if "unknown" in code and code not in {"unknown-key", "unknown-format"}),
}


def plain(value: Any) -> Any:
    """Give a document as a tool for TOML shows it to a schema: dates are strings."""
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value if isinstance(value, bool | int | float | str) else str(value)


def test_the_committed_schema_is_fresh():
    """`regua schema > src/regua/data/policy.schema.json` after a change of the format."""
    assert (DATA / "policy.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_one():
    """It follows its own dialect."""
    jsonschema.Draft202012Validator.check_schema(policy_schema())


def test_the_example_is_valid():
    """Every key of it is known to the schema."""
    assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(EXAMPLE))] == []


def test_a_date_is_valid_where_the_reader_takes_one():
    """`until` is an offset or a date."""
    dated = EXAMPLE.replace('until = "D-5"', "until = 2026-03-10")
    assert VALIDATOR.is_valid(plain(tomllib.loads(dated)))
    assert "wrong-type" not in {problem.code for problem in check_policy(dated)}


def changed(number: int, change: str, value: str) -> str:
    """Give the example with one line renamed, given another value, doubled under another key, or gone."""
    lines = EXAMPLE.splitlines()
    key = lines[number].partition(" = ")[0]
    lines[number] = {"rename": f"{key}s = {value}", "value": f"{key} = {value}", "remove": ""}[change]
    return "\n".join(lines) + "\n"


@given(st.sampled_from(PAIRS), st.sampled_from(["rename", "value", "remove"]), st.sampled_from(VALUES))
def test_reader_and_schema_agree(number: int, change: str, value: str):
    """What the schema refuses the reader refuses; what the reader refuses for its form the schema refuses."""
    text = changed(number, change, value)
    valid = VALIDATOR.is_valid(plain(tomllib.loads(text)))
    errors = {problem.code for problem in check_policy(text) if problem.severity == "error"}
    assert valid or errors
    assert not valid or not errors - BEYOND_THE_SCHEMA


def test_every_key_is_described():
    """The schema is what an editor shows while one writes."""
    stack, keys = [policy_schema()], 0
    while stack:
        schema = stack.pop()
        for key, member in schema.get("properties", {}).items():
            keys += 1
            assert member.get("description"), key
            stack.append(member)
        stack += [schema["items"]] if "items" in schema else []
        stack += schema.get("anyOf", [])
    assert keys > 100
