"""Text and elements of SVG and HTML: whatever a name holds, it stays text and has a known length."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 1_000
"""Characters of the longest text that is told in full."""
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_PER_COLUMN: Final = 6.7


def clean(text: str, most: int = LONGEST) -> str:
    """Cut a text, and replace what turns its direction, breaks its line or is no character."""
    kept = text if len(text) <= most else f"{text[: most - 1]}…"
    return "".join("\ufffd" if unicodedata.category(char) in _UNPRINTABLE else char for char in kept)


def escaped(text: str, most: int = LONGEST) -> str:
    """`clean`, as content or as the value of an attribute."""
    return html.escape(clean(text, most), quote=True)


def escaped_lines(lines: Iterable[str]) -> str:
    """Several texts, each on a line of its own."""
    return "\n".join(map(escaped, lines))


def length(text: str) -> float:
    """How long a label is drawn, in units of the picture."""
    return _PER_COLUMN * max(1, sum(map(_columns, text)))


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def element(name: str, content: str = "", /, **attributes: str | float) -> str:
    """An element; names of attributes have `_` for `-`, and one of Python's words has `_` after it.

    Args:
        name: of the element.
        content: markup, escaped already.
        attributes: texts, escaped already, and numbers.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>"


def number(value: float) -> str:
    """A length with one digit after the point where it needs one."""
    return f"{value:.1f}".removesuffix(".0")
