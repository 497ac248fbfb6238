"""The reference of the engine: its classes, each method with what it takes, gives and raises."""

import inspect
from collections.abc import Iterator
from typing import Any

from tests.docs.reference.docstrings import attributes, first_paragraph, section, sentence, summary, table

from regua.engine import (
    Creditor,
    CreditorSettings,
    CreditorStatus,
    Engine,
    Finding,
    Imported,
    Pacing,
    RunResult,
    Status,
    UnknownAction,
    Vault,
    Verified,
)

_CLASSES = (
    Engine,
    Creditor,
    CreditorSettings,
    RunResult,
    Status,
    CreditorStatus,
    Vault,
    Pacing,
    UnknownAction,
    Imported,
    Verified,
    Finding,
)


def classes() -> str:
    """Every class that `regua.engine` offers."""
    return "\n".join("\n".join(_parts(cls)) for cls in _CLASSES)


def _parts(cls: type) -> Iterator[str]:
    yield f"### {cls.__name__}\n\n{sentence(summary(cls))}\n"
    named = attributes(cls)
    if named:
        yield table(("attribute", "meaning"), [(f"`{name}`", sentence(text)) for name, text in named.items()])
    for name, member in vars(cls).items():
        if not name.startswith("_"):
            yield from _member(cls, name, member)


def _member(cls: type, name: str, member: Any) -> Iterator[str]:
    owner = cls.__name__
    if isinstance(member, property):
        yield f"#### `{owner}.{name}`\n\n{sentence(first_paragraph(member))}\n"
        return
    function = member.__func__ if isinstance(member, classmethod) else member
    if not inspect.isfunction(function):
        return
    taken = [each for each in inspect.signature(function).parameters.values() if each.name not in {"self", "cls"}]
    yield f"#### `{owner}.{name}({', '.join(map(_shown, taken))})`\n\n{sentence(first_paragraph(function))}\n"
    for head, title in (("Args", "argument"), ("Raises", "raises")):
        rows = section(function, head)
        if rows:
            yield table((title, "meaning" if head == "Args" else "when"), _rows(rows))


def _rows(rows: dict[str, str]) -> list[tuple[str, str]]:
    return [(f"`{name}`", sentence(text)) for name, text in rows.items()]


def _shown(parameter: inspect.Parameter) -> str:
    star = "*" if parameter.kind is inspect.Parameter.VAR_POSITIONAL else ""
    if parameter.default is inspect.Parameter.empty:
        return f"{star}{parameter.name}"
    return f"{parameter.name}=…"
