"""Policy files: TOML into the values of `regua.core.policy`, with every problem at its line and column."""

from regua.policyfile.catalog import DEFAULT_CATALOG, Catalog
from regua.policyfile.diagnostics import CODES, Diagnostic
from regua.policyfile.loader import check_policy, load_policy
from regua.policyfile.packs.applying import under_law
from regua.policyfile.packs.reading import read_pack
from regua.policyfile.schema import policy_schema, schema_text
from regua.policyfile.source import Source

__all__ = [
    "CODES",
    "DEFAULT_CATALOG",
    "Catalog",
    "Diagnostic",
    "Source",
    "check_policy",
    "load_policy",
    "policy_schema",
    "read_pack",
    "schema_text",
    "under_law",
]
