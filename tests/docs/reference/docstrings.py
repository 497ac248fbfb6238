"""Google docstrings taken apart, and Markdown put together."""

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

_SECTION: Final = re.compile(r"^(Args|Attributes|Raises|Returns|Yields):$", re.MULTILINE)
_ENTRY: Final = re.compile(r"^    (\w+): (.*(?:\n        .*)*)", re.MULTILINE)


def summary(thing: object) -> str:
    """What a docstring says before its sections, on one line a paragraph."""
    head = _SECTION.split(inspect.getdoc(thing) or "")[0].strip()
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in head.split("\n\n"))


def first_paragraph(thing: object) -> str:
    """The first paragraph of a docstring."""
    return summary(thing).partition("\n\n")[0]


def section(thing: object, title: str) -> dict[str, str]:
    """The entries of one section of a docstring, by name."""
    parts = _SECTION.split(inspect.getdoc(thing) or "")
    found = dict(zip(parts[1::2], parts[2::2], strict=True)).get(title, "")
    return {name: " ".join(text.split()) for name, text in _ENTRY.findall(found)}


def attributes(cls: type) -> dict[str, str]:
    """The documented attributes of a class and its bases, the class's own words first."""
    found: dict[str, str] = {}
    for base in cls.__mro__:
        if base.__doc__ and base.__module__.startswith("regua"):
            found = section(base, "Attributes") | found
    return found


def fields(cls: type) -> list[tuple[str, str]]:
    """The fields of an attrs class as they are written and read, each with its meaning.

    An instant is stored as microseconds and read as a datetime: it has a row for either.
    """
    docs, rows = attributes(cls), []
    for attribute in attrs.fields(cls):
        name, stored = attribute.alias or attribute.name, attribute.name
        if name == stored:
            rows.append((f"`{name}`", sentence(docs[name])))
        else:
            rows.append((f"`{name}`", sentence(first_paragraph(getattr(cls, name)))))
            rows.append((f"`{stored}`", "The same in microseconds since 1970 UTC."))
    return rows


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n\n", "<br>").replace("\n", " ") or " "


def code(words: Iterable[object]) -> str:
    """Words as code, with commas."""
    return ", ".join(f"`{word}`" for word in words)


def sentence(text: str) -> str:
    """Begin with a capital and end with a point, as a cell of a table that is read alone."""
    if not text:
        return ""
    capital = text if text.startswith("`") else text[0].upper() + text[1:]
    return capital if capital.endswith((".", "?")) else f"{capital}."
