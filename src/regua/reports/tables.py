"""Tables of a page, in frames that scroll by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from regua.reports.markup import escaped


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts.

    Args:
        caption: its name.
        heads: of the columns, markup already; without them the first cell of each row is its head.
        rows: texts; their lines stand below each other.
    """
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "".join(f"<tr>{''.join(_cells(row, is_headed=bool(heads)))}</tr>\n" for row in rows)
    shown = f"<thead><tr>{head}</tr></thead>\n" if heads else ""
    return wide(f"<table>\n<caption>{escaped(caption)}</caption>\n{shown}<tbody>\n{body}</tbody>\n</table>\n", caption)


def _cells(row: Sequence[str], *, is_headed: bool) -> Iterable[str]:
    for place, text in enumerate(row):
        content = "<br>".join(map(escaped, text.splitlines()))
        yield f"<td>{content}</td>" if place or is_headed else f'<th scope="row">{content}</th>'


def wide(content: str, name: str) -> str:
    """Something that scrolls by itself where the window is narrow, also by keyboard."""
    return f'<div class="wide" role="group" tabindex="0" aria-label="{escaped(name)}">\n{content}</div>\n'
