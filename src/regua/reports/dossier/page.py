"""A dossier as one HTML file that needs nothing else, to be read on a screen and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from regua.engine.dossier import Dossier
from regua.reports.dossier.blocks import Block, Heading, Link, Paragraph
from regua.reports.dossier.layout import laid_out, title
from regua.reports.markup import escaped
from regua.reports.style import DOSSIER, PAGE
from regua.reports.tables import table

_HEAD: Final = """<!DOCTYPE html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
"""


def dossier_html(dossier: Dossier) -> Iterator[str]:
    """The page, in pieces."""
    yield f"{_HEAD}<title>{escaped(title(dossier))}</title>\n<style>\n{PAGE}\n{DOSSIER}\n</style>\n</head>\n"
    yield "<body>\n<main>\n"
    yield from map(_printed, laid_out(dossier))
    yield "</main>\n</body>\n</html>\n"


def _printed(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escaped(block.text)}</h{block.level}>\n"
    if isinstance(block, Paragraph):
        return f"<p>{escaped(block.text)}</p>\n"
    if isinstance(block, Link):
        return _link(block)
    return table(block.caption, block.heads, block.rows)


def _link(link: Link) -> str:
    """An entry of the chain: the text as it is, which is ASCII and holds no line end."""
    text = escaped(link.text, len(link.text))
    return (
        f'<article id="registro-{link.number}">\n<p>nº {link.number}</p>\n'
        f'<pre class="registro">{text}</pre>\n<pre class="hash">{link.hash}</pre>\n</article>\n'
    )
