"""Cells of CSV files that no spreadsheet computes."""

from __future__ import annotations

import re
from typing import Final

_FORMULA: Final = re.compile(r"(?:^|(?<=[,;|\t\r\n]))(?=[\s'\"]*[=+\-@＝＋－＠\t\r\n])")  # noqa: RUF001 - full-width, too


def neutral(text: str) -> str:
    """Keep a spreadsheet from taking a text, or a part of it, for a formula: an apostrophe stands before such.

    A part, since a spreadsheet may be set up to split lines at another character than the comma; in Brazil most do
    so at the semicolon. Who takes the apostrophes away again has the text as it was. Numbers are not texts.
    """
    return _FORMULA.sub("'", text)
