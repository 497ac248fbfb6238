"""How a mark looks: the number is its tone, the shape its sort, the outline its status; colour only repeats that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from regua.reports.markup import clean, element, escaped, escaped_lines, length
from regua.reports.ruler import ACTION_SIGNS, Mark, Sign
from regua.reports.words import told_mark

RADIUS: Final = 8.0
LABEL_AT: Final = 13.0
"""From the middle of a mark to its label."""
_LONGEST_LABEL: Final = 28
_TOLD_OUTCOMES: Final = frozenset({"failed", "unknown", "skipped", "attempted"})
"""What became of an attempt, where its being done does not say it."""
SIGNS: Final[dict[Sign, str]] = {
    "message": "message",
    "call": "call",
    "act": "other act",
    "listed": "listed only",
    "due": "effective due date",
    "money": "payment or credit",
    "notice": "payment noticed",
    "undone": "payment undone",
}
STATUSES: Final = ("done", "due", "planned", "waiting", "ended")


def label_of(mark: Mark) -> str:
    """What stands beside a mark."""
    outcome = f" ({mark.outcome})" if mark.status == "done" and mark.outcome in _TOLD_OUTCOMES else ""
    return "" if mark.sign == "listed" else clean(mark.what, _LONGEST_LABEL) + outcome


def drawn_mark(mark: Mark, x: float, y: float, *, leftward: bool = False) -> str:
    """A mark with its label, and all that is to be told of it as its title."""
    label = label_of(mark)
    parts = [element("title", escaped_lines(told_mark(mark)))]
    parts.append(drawn_sign(mark, x, y))
    if label:
        start = x - LABEL_AT - length(label) if leftward else x + LABEL_AT
        parts.append(drawn_label(label, start, y + 4))
    return element("g", "".join(parts))


def drawn_label(text: str, x: float, y: float, style: str = "label", *, scale: float = 1.0) -> str:
    """A text as long as `length` says, whatever fonts there are; in larger letters, that many times as long."""
    wide = length(text) * scale
    return element("text", escaped(text), class_=style, x=x, y=y, textLength=wide, lengthAdjust="spacingAndGlyphs")


def drawn_sign(mark: Mark, x: float, y: float) -> str:
    """A mark alone."""
    if mark.sign not in ACTION_SIGNS:
        return element("g", _FACTS[mark.sign](x, y), class_=mark.sign)
    parts = [_SHAPES[mark.sign](x, y)]
    parts.append(element("text", str(int(mark.tone or 0) or "–"), class_="number", x=x, y=y + 3.6))
    if mark.status == "ended":
        parts.append(_struck(x, y))
    status = "due-now" if mark.status == "due" else mark.status
    return element("g", "".join(parts), class_=f"t{int(mark.tone or 0)} {status}")


def _circle(x: float, y: float) -> str:
    return element("circle", class_="shape", cx=x, cy=y, r=RADIUS)


def _square(x: float, y: float) -> str:
    return element("rect", class_="shape", x=x - 7, y=y - 7, width=14, height=14)


def _diamond(x: float, y: float) -> str:
    return element("path", class_="shape", d=f"M{x:.1f} {y - 9.5:.1f}l9.5 9.5-9.5 9.5-9.5-9.5z")


def _dot(x: float, y: float) -> str:
    return element("circle", class_="shape", cx=x, cy=y, r=4)


def _flag(x: float, y: float) -> str:
    return element("path", class_="due", d=f"M{x:.1f} {y + 8:.1f}v-16l8 4-8 4", fill="none")


def _coin(x: float, y: float, style: str = "") -> str:
    return element("path", class_=f"coin {style}".rstrip(), d=f"M{x:.1f} {y - 7.5:.1f}l8 14.5h-16z")


def _strike(x: float, y: float) -> str:
    return element("path", class_="strike", d=f"M{x - 8:.1f} {y + 8:.1f}l16-16")


def _struck(x: float, y: float) -> str:
    """The ends of a stroke: the number stays readable."""
    return element("path", class_="strike", d=f"M{x - 10:.1f} {y + 10:.1f}l6-6M{x + 4:.1f} {y - 4:.1f}l6-6")


_SHAPES: Final[dict[Sign, Callable[[float, float], str]]] = {"message": _circle, "call": _square, "act": _diamond}
_FACTS: Final[dict[Sign, Callable[[float, float], str]]] = {
    "listed": _dot,
    "due": _flag,
    "money": lambda x, y: _coin(x, y, "money"),
    "notice": _coin,
    "undone": lambda x, y: _coin(x, y) + _strike(x, y),
}
