"""What the signs of a picture mean: only those that are in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from attrs import evolve

from regua.core.tones import Tone
from regua.reports.markup import element, length
from regua.reports.ruler import ACTION_SIGNS, Mark, Ruler
from regua.reports.signs import LABEL_AT, SIGNS, STATUSES, drawn_label, drawn_sign

ROW: Final = 24.0
_GAP: Final = 22.0
_SAMPLE: Final = Mark(day=date.min, sign="message", what="")
_STATUSES: Final = {"due": "due now"}


def drawn_legend(ruler: Ruler, left: float, top: float, right: float) -> tuple[str, float]:
    """The legend, and where it ends."""
    x, y = left, top
    parts: list[str] = []
    for sign, text in _entries(ruler):
        wide = 2 * LABEL_AT + length(text)
        if x > left and x + wide > right:
            x, y = left, y + ROW
        drawn = sign if isinstance(sign, str) else drawn_sign(sign, 0, 0)
        parts.append(element("g", drawn, transform=f"translate({x + 9:.1f} {y + 10:.1f})"))
        parts.append(drawn_label(text, x + 9 + LABEL_AT, y + 14, "faint"))
        x += wide + _GAP
    return "".join(parts), y + ROW


def _entries(ruler: Ruler) -> Iterator[tuple[Mark | str, str]]:
    marks = [mark for lane in ruler.lanes for mark in lane.marks]
    acts = [mark for mark in marks if mark.sign in ACTION_SIGNS]
    tones = {mark.tone for mark in acts}
    for tone in Tone:
        if tone in tones:
            yield evolve(_SAMPLE, tone=tone), tone.word
    if None in tones:
        yield _SAMPLE, "no tone"
    for status in STATUSES:
        if any(mark.status == status for mark in acts):
            yield evolve(_SAMPLE, status=status), _STATUSES.get(status, status)
    for sign, text in SIGNS.items():
        if any(mark.sign == sign for mark in marks):
            yield evolve(_SAMPLE, sign=sign), text
    if next(ruler.contacts, None):
        yield element("path", class_="join", d="M0-9v18"), "one contact"
    yield element("path", class_="today", d="M0-9v18"), "as of"
    if ruler.closed:
        yield element("rect", class_="closed", x=-8, y=-8, width=16, height=16), "no business day"
