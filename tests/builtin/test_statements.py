"""No statement of a store forgets whose rows it is about."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROW = re.compile(
    r"\b(?:FROM|INTO)\s+regua_(?!migration|worker)\w+|^UPDATE\s+regua_(?!worker)\w+(?!.*\bFROM\s+regua_)", re.DOTALL
)
"""Workers are of nobody, as migrations are."""
NAMED = re.compile(r"\bcreditor = (?:\?|%s)|\(creditor\b|\baction, creditor\b")
CHANGES_NOTHING = "UPDATE regua_account SET version = version WHERE 0"
STORES = {
    "sqlite": ("regua.builtin.sqlite", ("columns", "statements", "transaction", "store", "host", "workers")),
    "postgres": ("regua_postgres", ("statements", "transaction", "store", "host", "workers", "connections")),
}


def statements(package: str, modules: tuple[str, ...]) -> Iterator[str]:
    """Every text of a module: its constants as they are put together, and what stands in its functions."""
    for name in modules:
        module = import_module(f"{package}.{name}")
        yield from (each for each in vars(module).values() if isinstance(each, str))
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                yield from (text_of(node) for node in ast.walk(function))


def text_of(node: ast.AST) -> str:
    """What is written in a text; "" of anything else, and of a docstring, which no statement is."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def forgetful(found: Iterator[str]) -> list[str]:
    """Those that touch the rows of a table more often than they name a creditor."""
    return [each for each in found if len(NAMED.findall(each)) < len(ROW.findall(each)) and each != CHANGES_NOTHING]


@pytest.mark.parametrize("store", STORES)
def test_every_statement_names_the_creditor(store: str):
    """For each table that it reads or writes."""
    found = list(statements(*STORES[store]))
    assert sum(bool(ROW.search(each)) for each in found) > 20
    assert forgetful(iter(found)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT max(seq) FROM regua_event",
        "SELECT 1 FROM regua_event WHERE creditor = ? UNION SELECT 1 FROM regua_action",
        "UPDATE regua_action SET owner = ? WHERE seq = ?",
        "DELETE FROM regua_person WHERE debtor = %s",
        "INSERT INTO regua_person (debtor, ref) VALUES (?, ?)",
    ],
)
def test_one_that_forgets_it_is_found(statement: str):
    """The check can fail."""
    assert forgetful(iter([statement])) == [statement]
