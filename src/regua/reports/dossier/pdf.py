"""A dossier as PDF, with reportlab, which comes with `regua[pdf]`; the same dossier gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from regua.engine.dossier import Dossier
from regua.errors import MissingExtra
from regua.reports.dossier.blocks import Block, Heading, Link, Paragraph, Table
from regua.reports.dossier.layout import laid_out, title

_MARGIN: Final = 42.0
_WIDTHS: Final = {
    2: (0.3,),
    3: (0.4, 0.3),
    5: (0.07, 0.16, 0.16, 0.23),
    6: (0.17, 0.17, 0.14, 0.16, 0.14),
    7: (0.08, 0.12, 0.13, 0.16, 0.17, 0.17),
}
"""Shares of the page for the columns of a table, by their number; the last column has the rest."""
_LETTERS: Final = "cp1252"
"""What the fonts that every reader of PDF has can write."""


def dossier_pdf(dossier: Dossier) -> bytes:
    r"""The file.

    Letters that the fonts of PDF readers lack stand as their code, such as `\u05d0`.

    Raises:
        MissingExtra: reportlab is not installed.
    """
    return _Printer().printed(dossier)


class _Printer:
    """Blocks to what reportlab prints."""

    def __init__(self) -> None:
        try:
            self._kit: Any = import_module("reportlab.platypus")
            self._styles: Any = import_module("reportlab.lib.styles")
            self._pages: Any = import_module("reportlab.lib.pagesizes")
            self._colors: Any = import_module("reportlab.lib.colors")
        except ImportError as error:
            raise MissingExtra("reportlab", "pdf") from error
        self._style = {
            "text": self._made("text", fontName="Helvetica", fontSize=8, leading=10.5, spaceAfter=4),
            "cell": self._made("cell", fontName="Helvetica", fontSize=6.5, leading=8, wordWrap="CJK"),
            "head": self._made("head", fontName="Helvetica-Bold", fontSize=6.5, leading=8),
            "code": self._made("code", fontName="Courier", fontSize=5.5, leading=7, wordWrap="CJK"),
            "h1": self._made("h1", fontName="Helvetica-Bold", fontSize=15, leading=19, spaceAfter=8, keepWithNext=1),
            "h2": self._made("h2", fontName="Helvetica-Bold", fontSize=11, leading=15, spaceBefore=10, keepWithNext=1),
            "h3": self._made("h3", fontName="Helvetica-Bold", fontSize=9, leading=12, spaceBefore=6, keepWithNext=1),
        }

    def _made(self, name: str, **how: Any) -> Any:
        return self._styles.ParagraphStyle(name, **how)

    def printed(self, dossier: Dossier) -> bytes:
        """All pages, each with its number."""
        file = BytesIO()
        margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _MARGIN)
        size = self._pages.A4
        document = self._kit.SimpleDocTemplate(
            file, pagesize=size, title=_written(title(dossier)), lang="pt-BR", invariant=1, **margins
        )
        flow = [each for block in laid_out(dossier) for each in self._flow(block, size[0] - 2 * _MARGIN)]
        foot = partial(_foot, last=dossier.last_hash)
        document.build(flow, onFirstPage=foot, onLaterPages=foot)
        return file.getvalue()

    def _flow(self, block: Block, width: float) -> Iterator[Any]:
        if isinstance(block, Heading):
            yield self._text(block.text, f"h{block.level}")
        elif isinstance(block, Paragraph):
            yield self._text(block.text, "text")
        elif isinstance(block, Link):
            yield self._text(f"nº {block.number}", "head")
            yield self._text(block.text, "code")
            yield self._text(block.hash, "code")
            yield self._kit.Spacer(1, 3)
        else:
            yield from self._table(block, width)

    def _table(self, table: Table, width: float) -> Iterator[Any]:
        if not table.rows:
            return
        yield self._text(table.caption, "text")
        first = "cell" if table.heads else "head"
        rows = [[self._text(row[0], first), *(self._text(text, "cell") for text in row[1:])] for row in table.rows]
        heads = [[self._text(text, "head") for text in table.heads]] if table.heads else []
        shares = _WIDTHS[len(table.rows[0])]
        widths = [width * share for share in (*shares, 1 - sum(shares))]
        made = self._kit.LongTable(heads + rows, colWidths=widths, repeatRows=len(heads), splitInRow=1)
        line = self._colors.Color(0.7, 0.7, 0.7)
        made.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, line), ("VALIGN", (0, 0), (-1, -1), "TOP")])
        yield made
        yield self._kit.Spacer(1, 6)

    def _text(self, text: str, style: str) -> Any:
        lines = (escape(_written(line)) for line in text.split("\n"))
        return self._kit.Paragraph("<br/>".join(lines), self._style[style])


def _written(text: str) -> str:
    """A text in the letters that there are."""
    return text.encode(_LETTERS, "backslashreplace").decode(_LETTERS)


def _foot(canvas: Any, document: Any, *, last: str) -> None:
    canvas.saveState()
    canvas.setFont("Helvetica", 6)
    canvas.drawString(_MARGIN, _MARGIN / 2, f"página {document.page}, último hash {last}")
    canvas.restoreState()
