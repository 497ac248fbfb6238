"""The page of messages as they arrive, each in a frame as narrow as a telephone. No script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from regua.reports.markup import escaped
from regua.reports.style import PAGE

_HEAD: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'">
"""
_STYLE: Final = (
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:0 0 .8rem}dt{color:#5b616b}"
    "dd{margin:0;min-width:0}"
    "iframe,pre{box-sizing:border-box;width:100%;max-width:24rem;border:1px solid #d4d8de;border-radius:8px}"
    "iframe{height:46rem;background:#fff}"
    "pre{padding:.8rem;white-space:pre-wrap;font:16px/1.45 system-ui,sans-serif}"
    "@media (prefers-color-scheme:dark){dt{color:#a5acb8}iframe,pre{border-color:#3b404a}}"
)


@frozen(kw_only=True)
class Arriving:
    """One message.

    Attributes:
        head: what stands above it, names and values.
        text: plain.
        html: page, or "".
    """

    head: Sequence[tuple[str, str]]
    text: str
    html: str


def messages_page(title: str, found: Iterable[Arriving]) -> str:
    """The whole page.

    Args:
        title: of the page.
        found: in the order in which they arrive.
    """
    sections = "".join(_section(number, each) for number, each in enumerate(found, 1))
    style = f"<style>\n{PAGE}\n{_STYLE}\n</style>\n"
    return (
        f"{_HEAD}<title>{escaped(title)}</title>\n{style}</head>\n<body>\n<h1>{escaped(title)}</h1>\n"
        f"<main>\n{sections or '<p>Nothing is planned.</p>' + chr(10)}</main>\n</body>\n</html>\n"
    )


def _section(number: int, each: Arriving) -> str:
    told = dict(each.head)
    head = "".join(
        f"<dt>{escaped(name)}</dt><dd><bdi>{escaped(value)}</bdi></dd>\n" for name, value in each.head if value
    )
    name = f"{told['When']}, {told['By']}"
    text = f"<pre>{_escaped_text(each.text)}</pre>\n"
    if each.html:
        # A frame without any right: what a template holds cannot act, fetch or lead elsewhere.
        frame = f'<iframe sandbox title="{escaped(name)}" srcdoc="{_escaped_text(each.html)}"></iframe>\n'
        text = f"{frame}<details>\n<summary>As plain text</summary>\n{text}</details>\n"
    title = f'<h2 id="m{number}">{escaped(name)}</h2>'
    return f'<section aria-labelledby="m{number}">\n{title}\n<dl>\n{head}</dl>\n{text}</section>\n'


def _escaped_text(text: str) -> str:
    """A text of several lines, as content or as the value of an attribute."""
    return "\n".join(escaped(line, len(line)) for line in text.split("\n"))
