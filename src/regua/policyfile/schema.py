"""The JSON Schema of policy files, made from the same description that reads them."""

from __future__ import annotations

import json
from typing import Final

from regua.policyfile.document import DOCUMENT
from regua.policyfile.scalars import Json

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def policy_schema() -> Json:
    """The schema of policy files, for editors and for who checks without Python.

    It knows the keys, their types and forms, and which keys go together. References between steps, ids given twice
    and what is installed are `check_policy`'s alone.
    """
    return {"$schema": DIALECT, "title": "regua policy", **DOCUMENT.schema()}


def schema_text() -> str:
    """The schema as the file `data/policy.schema.json` holds it."""
    return json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n"
