"""The JSON Schema of policy tests, made from the same description that reads them."""

from __future__ import annotations

import json

from regua.policyfile.scalars import Json
from regua.policyfile.schema import DIALECT
from regua.policyfile.testfile.keys import TESTS


def schema_of_tests() -> Json:
    """The schema of `*.test.toml`, for editors; what steps and channels there are is the policy's to say."""
    return {"$schema": DIALECT, "title": "regua policy tests", **TESTS.schema()}


def schema_of_tests_text() -> str:
    """The schema as the file `data/test.schema.json` holds it."""
    return json.dumps(schema_of_tests(), indent=2, ensure_ascii=False) + "\n"
