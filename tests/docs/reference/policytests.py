"""The reference of `*.test.toml`: every key of every table."""

from typing import Final

from tests.docs.reference.docstrings import code, sentence, table
from tests.docs.reference.policy import takes

from regua.policyfile.scalars import Shape
from regua.policyfile.tables import Key, ListOf, OneOrMore, Table
from regua.policyfile.testfile.days import DayShape, WhenShape
from regua.policyfile.testfile.given import EVENTS, GivenShape
from regua.policyfile.testfile.keys import (
    BECAUSE,
    DEBTOR_TABLE,
    END,
    EXPECT_AT,
    INVOICE,
    LINE,
    STEP,
    TEST,
    TESTS,
    ByName,
)

TABLES: Final[dict[str, Table]] = {
    "Top level": TESTS,
    "[[test]]": TEST,
    "Invoice": INVOICE,
    "Debtor": DEBTOR_TABLE,
    "Expect at": EXPECT_AT,
    "Because": BECAUSE,
    "End": END,
}
"""By heading."""


def keys() -> str:
    """Every table with its keys."""
    return "\n".join(_section(title, each) for title, each in TABLES.items())


def _section(title: str, each: Table) -> str:
    rows = [(f"`{name}`", _takes(key.shape), _needed(key), sentence(key.doc)) for name, key in each.keys.items()]
    heading = f"### `{title}`" if title.startswith("[") else f"### {title}"
    return f"{heading}\n\n" + table(("key", "takes", "needed", "meaning"), rows)


def _needed(key: Key) -> str:
    return "yes" if key.required else "no"


def _takes(shape: Shape) -> str:
    words = _WORDS.get(type(shape)) or _LINES.get(id(shape))
    return words or _compound(shape)


_WORDS: Final[dict[type, str]] = {
    WhenShape: "a [day or instant](#days-and-instants)",
    DayShape: "a [day](#days-and-instants)",
    GivenShape: "a [fact](#facts)",
}
_LINES: Final = {
    id(LINE): "a [line](#lines)",
    id(STEP): "the id of a step",
    id(BECAUSE.keys["blocker"].shape): "a [blocker or other reason](blockers.md)",
}


def _compound(shape: Shape) -> str:
    titles = {id(each): title.strip("[]") for title, each in TABLES.items()}
    match shape:
        case Table():
            title = titles[id(shape)].lower()
            return f"a table: [{title}](#{title.replace(' ', '-')})"
        case OneOrMore():
            return f"{_takes(shape.item)}, or a list of them"
        case ListOf():
            return f"a list; each is {_takes(shape.item)}"
        case ByName():
            return f"a table of names of channels and kinds of step; each is {_takes(shape.item)}"
        case _:
            return takes(shape)


def events() -> str:
    """The types of facts that may be given."""
    return f"{code(EVENTS)}.\n"
