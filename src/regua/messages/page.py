"""The HTML of a message: its text as paragraphs and lists, blocks in HTML where they belong, and a page around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import groupby
from typing import Final

PAGE: Final = "_pagina"
"""Name of the block that is the page."""

TEXT: Final = "_texto"
"""Name of what the page is around."""

SLOTS: Final = {
    "_assunto": "the subject",
    "_lingua": "BCP 47 tag of the language",
    TEXT: "the message, with its blocks",
}
"""What the page takes beside the blocks of the folder."""

# No value and no file can hold these two characters, so nobody else can write a slot.
_OPEN, _CLOSE = "\x02", "\x03"
_SLOT: Final = re.compile(f"{_OPEN}([a-z0-9_-]+){_CLOSE}")
_ENTRY: Final = "- "
_MORE: Final = "  "


def slot(name: str) -> str:
    """A mark where something is put later."""
    return f"{_OPEN}{name}{_CLOSE}"


def filled(text: str, parts: Mapping[str, str]) -> str:
    """A text with each slot replaced by its part; what parts hold is not looked at again."""
    return _SLOT.sub(lambda found: parts[found[1]], text)


def paragraphs(text: str) -> str:
    """A plain text as HTML: paragraphs, lines, and lists of what begins with `- `. Slots stand by themselves."""
    return "".join(_paragraph(each.split("\n")) for each in re.split(r"\n{2,}", text.strip("\n")) if each)


def _paragraph(lines: list[str]) -> str:
    if len(lines) == 1 and _SLOT.fullmatch(lines[0]):
        return f"{lines[0]}\n"
    runs = groupby(lines, key=lambda line: line.startswith((_ENTRY, _MORE)))
    return "".join(_list(run) if is_list else f"<p>{_lines(run)}</p>\n" for is_list, run in runs)


def _list(lines: Iterable[str]) -> str:
    return f"<ul>\n{''.join(f'<li>{_lines(entry)}</li>{chr(10)}' for entry in _entries(lines))}</ul>\n"


def _entries(lines: Iterable[str]) -> Iterator[list[str]]:
    entry: list[str] = []
    for line in lines:
        if line.startswith(_ENTRY) and entry:
            yield entry
            entry = []
        entry.append(line[len(_ENTRY) :])
    yield entry


def _lines(lines: Iterable[str]) -> str:
    return "<br>\n".join(map(escape, lines))
