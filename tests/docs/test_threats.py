"""The page of threats: each row has its proof, and each proof is a test that is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from tests.docs.pages import DOCS, ROOT, Page

PAGE = Page(DOCS / "explanation/threats.md")
_ROW = re.compile(r"^\| (?P<threat>[^|]+) \| (?P<done>[^|]+) \| (?P<proof>[^|]*) \|$", re.MULTILINE)
_TEST = re.compile(r"`([\w/-]+\.py)::(\w+)`")
THREATS = {
    "A message template": "SSTI",
    "A template that takes": "template DoS",
    "A variable that is missing": "undefined silently empty",
    "A name or an id that is HTML": "autoescape",
    "An address that is several": "e-mail header injection",
    "A formula": "CSV formulas",
    "YAML": "YAML",
    "XML": "XML/zip",
    "A file that is huge": "size and depth",
    "A path": "path traversal",
    "A call that is not": "webhooks",
    "A call that is replayed": "replay",
    "A channel that is sent": "SSRF",
    "Somebody on the way": "STARTTLS stripping",
    "Personal data in logs": "PII in logs",
    "Secrets in errors": "secrets",
    "One creditor's": "multi-tenant",
    "Personal data that outlives": "LGPD erasure",
    "A plugin that": "plugins",
    "A dependency": "dependencies",
    "A value that becomes SQL": "SQL injection",
}
"""How each row begins, and what it is called elsewhere."""


def rows() -> Iterator[re.Match[str]]:
    """The rows below the heading of the table."""
    return (row for row in _ROW.finditer(PAGE.text) if row["threat"] not in {"threat", "---"})


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests of a file."""
    if not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_threat_has_its_row() -> None:
    """None is left out, none comes twice."""
    found = [next((begins for begins in THREATS if row["threat"].startswith(begins)), row["threat"]) for row in rows()]
    assert found == list(THREATS)


@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row["threat"][:30])
def test_every_row_is_proved_or_does_not_apply(row: re.Match[str]) -> None:
    """By tests that are there; where it does not apply, by one that would notice if it began to."""
    proofs = _TEST.findall(row[0])
    assert proofs
    assert [f"{path}::{name}" for path, name in proofs if name not in names_in(path)] == []
    assert row["done"].startswith("does not apply: ") is not bool(row["proof"].strip())
