"""A4 paper to draw on in millimetres, from the lower left corner. Text never leaves its place."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from importlib import import_module, resources
from io import BytesIO
from typing import Any, Final

from regua.errors import MissingExtra
from regua_boleto.itf import widths
from regua_boleto.problems import refuse

_MM: Final = 72 / 25.4
_A4: Final = (210 * _MM, 297 * _MM)
LABEL, SMALL, VALUE, HEAD = 5.5, 7.0, 8.0, 11.0
"""Sizes of text in points."""
_CUT: Final = "…"
_LONGEST: Final = 1000
"""Characters that are looked at: no cell holds more."""
_PADDING: Final = 1.0


class Paper:
    """One sheet.

    Args:
        font: path of a TrueType font for all text, or "" for Bitstream Vera, which comes with reportlab.

    Raises:
        MissingExtra: reportlab or segno is not installed.
        BoletoError: the font cannot be read.
    """

    def __init__(self, font: str = "") -> None:
        self._buffer = BytesIO()
        self._canvas = _library("reportlab.pdfgen.canvas").Canvas(self._buffer, pagesize=_A4, invariant=1)
        self._canvas.setTitle("Boleto")
        self._font, self._glyphs = _registered(font)

    def finish(self) -> bytes:
        """The PDF; the same bytes for the same drawing."""
        self._canvas.save()
        return self._buffer.getvalue()

    def line(self, x: float, y: float, to_x: float, to_y: float, *, dashed: bool = False) -> None:
        """A thin line."""
        self._canvas.setDash(*((2, 2) if dashed else (1, 0)))
        self._canvas.setLineWidth(0.4)
        self._canvas.line(x * _MM, y * _MM, to_x * _MM, to_y * _MM)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        """A frame; x and y are its lower left corner."""
        for ends in (
            (x, y, x + width, y),
            (x, y + height, x + width, y + height),
            (x, y, x, y + height),
            (x + width, y, x + width, y + height),
        ):
            self.line(*ends)

    def whole(self, x: float, y: float, text: str, *, width: float, size: float) -> None:
        """One line of text flush right, of which nothing may be cut: it is written smaller until it fits."""
        while self._width(text, size) > width:
            size *= 0.95
        self.text(x, y, text, width=width, size=size, right=True)

    def text(self, x: float, y: float, text: str, *, width: float, size: float = VALUE, right: bool = False) -> None:
        """One line of text, cut with an ellipsis where it is wider than its place; `right` sets it flush right."""
        shown = self.cut(text, width, size)
        self._canvas.setFont(self._font, size)
        draw = self._canvas.drawRightString if right else self._canvas.drawString
        draw((x + width if right else x) * _MM, y * _MM, shown)

    def cell(self, x: float, y: float, width: float, height: float, *, label: str, value: str, right: bool) -> None:
        """A frame with a small label above a value."""
        self.box(x, y, width, height)
        inner = width - 2 * _PADDING
        self.text(x + _PADDING, y + height - 2.4, label, width=inner, size=LABEL)
        self.text(x + _PADDING, y + 1.4, value, width=inner, right=right)

    def wrapped(self, text: str, width: float, size: float = SMALL) -> list[str]:
        """The lines that a text takes, words whole where they fit."""
        split = _library("reportlab.lib.utils").simpleSplit
        lines: list[str] = split(self._printable(text), self._font, size, width * _MM)
        return lines

    def cut(self, text: str, width: float, size: float) -> str:
        """As much of the text as fits, with an ellipsis where it is not all."""
        shown = self._printable(text)
        if len(text) <= _LONGEST and self._width(shown, size) <= width:
            return shown
        fits = bisect_left(range(len(shown)), x=True, key=lambda end: self._width(shown[:end] + _CUT, size) > width)
        return shown[: max(fits - 1, 0)].rstrip() + _CUT

    def bars(self, x: float, y: float, digits: str, *, width: float, height: float) -> None:
        """Interleaved 2 of 5."""
        modules = widths(digits)
        module, place = width / sum(modules), x
        for index, count in enumerate(modules):
            if index % 2 == 0:
                self._fill(place, y, count * module, height)
            place += count * module

    def qr(self, x: float, y: float, payload: str, *, side: float) -> None:
        """A QR code with its quiet zone.

        Raises:
            BoletoError: no QR code holds the payload.
        """
        segno = _library("segno")
        try:
            rows = [bytes(row) for row in segno.make(payload, error="m", micro=False).matrix_iter(border=4)]
        except (ValueError, UnicodeError) as error:
            raise refuse("value", "pix", f"no QR code holds it: {type(error).__name__}") from None
        module = side / len(rows)
        for number, row in enumerate(rows, 1):
            for column, dark in enumerate(row):
                if dark:
                    self._fill(x + column * module, y + side - number * module, module, module)

    def _fill(self, x: float, y: float, width: float, height: float) -> None:
        self._canvas.rect(x * _MM, y * _MM, width * _MM, height * _MM, stroke=0, fill=1)

    def _width(self, text: str, size: float) -> float:
        wide: float = _library("reportlab.pdfbase.pdfmetrics").stringWidth(text, self._font, size)
        return wide / _MM

    def _printable(self, text: str) -> str:
        """What the font has: composed letters, the letter without its mark where it lacks one, else a question mark."""
        composed = unicodedata.normalize("NFC", text[:_LONGEST])
        return "".join(self._glyph(each) for each in " ".join(composed.split()))

    def _glyph(self, character: str) -> str:
        if unicodedata.category(character).startswith("C"):  # controls and marks of direction draw nothing
            return ""
        plain = unicodedata.normalize("NFKD", character)[0]
        return next((each for each in (character, plain) if ord(each) in self._glyphs), "?")


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtra(name.partition(".")[0], "pdf", of="regua-boleto") from None


def _registered(path: str) -> tuple[str, Any]:
    """The name of a font within reportlab, and the characters that it has."""
    metrics, fonts = _library("reportlab.pdfbase.pdfmetrics"), _library("reportlab.pdfbase.ttfonts")
    path = path or str(resources.files("reportlab") / "fonts" / "Vera.ttf")
    name = f"regua-boleto:{path}"
    if name not in metrics.getRegisteredFontNames():
        try:
            metrics.registerFont(fonts.TTFont(name, path))
        except (fonts.TTFError, OSError) as error:
            raise refuse("value", "font", f"it is no TrueType font that can be read: {type(error).__name__}") from None
    return name, metrics.getFont(name).face.charToGlyph
