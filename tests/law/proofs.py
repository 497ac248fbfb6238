"""Which tests try to break which legal rule: `@pytest.mark.law("multa.cdc")`, read from the source of every test."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from attrs import frozen

TESTS: Final = Path(__file__).resolve().parents[1]


@frozen(order=True)
class Proof:
    """A test that tries to break a rule.

    Attributes:
        rule: id of the rule.
        path: of its file below `tests`.
        name: of its function or class.
    """

    rule: str
    path: str
    name: str


@lru_cache(maxsize=1)
def proofs() -> tuple[Proof, ...]:
    """Every mark of every test, in the order of rules, files and names."""
    return tuple(sorted({proof for path in TESTS.rglob("test_*.py") for proof in _of(path)}))


def _of(path: Path) -> Iterator[Proof]:
    text = path.read_text(encoding="utf-8")
    if "mark.law" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for rule in _marked(node.decorator_list):
                yield Proof(rule, path.relative_to(TESTS).as_posix(), node.name)


def _marked(decorators: list[ast.expr]) -> Iterator[str]:
    """The rules of `pytest.mark.law(…)`, also inside of `pytest.param(…, marks=…)`."""
    for decorator in decorators:
        for call in ast.walk(decorator):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.law":
                yield from (ast.literal_eval(argument) for argument in call.args)
