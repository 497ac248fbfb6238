"""The reference of errors: the tree as it is drawn in the code, and every class."""

import inspect
from collections.abc import Iterator

from tests.docs.reference.docstrings import attributes, code, sentence, summary, table

import regua.codec
import regua.core.planning
import regua.importfile
import regua.policyfile
import regua.ports
from regua import errors as tree
from regua.errors import ReguaError


def errors() -> str:
    """The drawing, then every class."""
    drawing = (inspect.getdoc(tree) or "").partition("ReguaError\n")[2].partition("\n\n")[0]
    drawn = inspect.cleandoc("ReguaError\n" + inspect.cleandoc(drawing))
    return "\n".join(["```text", drawn, "```", "", *map(_section, public_errors())])


def public_errors() -> Iterator[type[ReguaError]]:
    """Every error that a caller can meet, in the order of the tree."""
    rooms = (regua.errors, regua.codec, regua.importfile, regua.policyfile, regua.ports)
    for cls in _tree(ReguaError):
        if any(getattr(room, cls.__name__, None) is cls for room in rooms):
            yield cls


def _tree(cls: type[ReguaError]) -> Iterator[type[ReguaError]]:
    yield cls
    for below in cls.__subclasses__():
        if below.__module__.startswith("regua."):
            yield from _tree(below)


def _section(cls: type[ReguaError]) -> str:
    bases = code(base.__name__ for base in cls.__bases__)
    head = f"### `{cls.__name__}`\n\n{sentence(summary(cls))}\n\nFrom `{cls.__module__}`. Bases: {bases}.\n"
    rows = [(f"`{name}`", sentence(text)) for name, text in attributes(cls).items()]
    return head + ("\n" + table(("attribute", "meaning"), rows) if rows else "")
