"""The QR code of a BR Code, as SVG and as PNG."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import segno

from regua_pix.brcode import read

_QUIET: Final = 4
"""Modules of white around it (ISO/IEC 18004 §9.1)."""


def svg(text: str) -> str:
    """Draw a BR Code as an SVG document that has no size of its own: where it is shown says how large.

    Args:
        text: as `make` gives it, or a bank.

    Raises:
        PixError: as `read`: what cannot be read is not drawn, so that nobody scans it in vain.
    """
    picture = BytesIO()
    _drawn(text).save(picture, kind="svg", border=_QUIET, light="#fff", xmldecl=False, nl=False, omitsize=True)
    return picture.getvalue().decode("utf-8")


def png(text: str, *, scale: int = 8) -> bytes:
    """Draw a BR Code as a PNG file.

    Args:
        text: as of `svg`.
        scale: pixels of one module's side.

    Raises:
        PixError: as of `svg`.
    """
    picture = BytesIO()
    _drawn(text).save(picture, kind="png", border=_QUIET, scale=scale)
    return picture.getvalue()


def _drawn(text: str) -> segno.QRCode:
    text = text.strip()
    read(text)
    # Level M: a static code stays readable on a phone's screen, and a scratch of 15% does not matter.
    return segno.make(text, error="m", boost_error=False, micro=False)
