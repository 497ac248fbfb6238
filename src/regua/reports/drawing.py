"""A ruler as SVG: no script, nothing from elsewhere, the same bytes for the same ruler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from attrs import define, field

from regua.reports.axis import Axis
from regua.reports.legend import drawn_legend
from regua.reports.markup import clean, element, escaped, escaped_lines, length
from regua.reports.ruler import Band, Lane, Mark, Ruler
from regua.reports.signs import LABEL_AT, RADIUS, drawn_label, drawn_mark, label_of
from regua.reports.stacking import stacked
from regua.reports.style import PICTURE
from regua.reports.words import WEEKDAYS, headline, lane_name, told, told_band

_LEFT: Final = 12.0
_TITLE: Final = 22.0
_LARGER: Final = 13 / 11
"""Letters of the title, to the others."""
_AXIS: Final = 46.0
_OFFSETS: Final = 16.0
_HEAD: Final = 24.0
_HEAD_GAP: Final = 14.0
_BAND: Final = 20.0
_ROW: Final = 22.0
_GAP: Final = 6.0
_APART: Final = 4.0
"""Between the lines of two contacts of one day."""
_LONGEST_ID: Final = 60
_SEEN: Final = 2.0
"""Least width at which a closed day is shaded."""
_HATCHES: Final = {
    "suspended": "M-2 8L8-2M-2 2L2-2M4 8L8 4",
    "stopped": "M0 3h6",
    "ended": "M0 0l6 6M0 6l6-6",
}
_WHOLE: Final = "http://www.w3.org/2000/svg"


def drawn(ruler: Ruler, *, name: str = "regua", alone: bool = True) -> str:
    """Draw a ruler.

    Args:
        ruler: what is drawn.
        name: beginning of the ids in it, of letters and digits, other than of the other pictures of a page.
        alone: whether it is a file of its own, which holds its styles and tells readers all that is in it; else a page
            has the styles and a table.

    Returns:
        An `svg` element, ending in a newline.
    """
    return _Drawing(ruler, name).whole(alone=alone)


@define
class _Drawing:
    ruler: Ruler
    name: str
    axis: Axis = field(init=False)
    y: float = _AXIS
    right: float = 0.0
    back: list[str] = field(factory=list)
    front: list[str] = field(factory=list)
    places: list[list[tuple[float, float]]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.axis = Axis(first=self.ruler.first, last=self.ruler.last, left=_LEFT)
        self.right = self.axis.right

    def whole(self, *, alone: bool) -> str:
        title = clean(headline(self.ruler), _LONGEST_ID + 40)
        self.front.append(drawn_label(title, _LEFT, _TITLE, "title", scale=_LARGER))
        self.right = max(self.right, _LEFT + length(title) * _LARGER)
        self._draw_axis()
        for lane in self.ruler.lanes:
            self._draw_lane(lane)
        bottom = self.y
        self._draw_days(bottom)
        legend, end = drawn_legend(self.ruler, _LEFT, bottom + 12, self.axis.right)
        width, height = self.right + _LEFT, end + 8
        paper = element("rect", class_="paper", width=width, height=height)
        parts = [*self._words(alone=alone), self._hatches(), paper, *self.back, *self._joins(), *self.front, legend]
        return (
            element(
                "svg",
                "\n".join(parts),
                xmlns=_WHOLE,
                class_="regua",
                role="img",
                aria_labelledby=f"{self.name}-title {self.name}-desc",
                viewBox=f"0 0 {width:.1f} {height:.1f}",
                width=width,
                height=height,
            )
            + "\n"
        )

    def _words(self, *, alone: bool) -> Iterator[str]:
        ruler = self.ruler
        yield element("title", escaped(headline(ruler)), id=f"{self.name}-title")
        said = [f"Days from {ruler.first} to {ruler.last}, in {ruler.zone}."]
        said += told(ruler) if alone else ["The table below says all that is in the picture."]
        yield element("desc", escaped_lines(said), id=f"{self.name}-desc")
        if alone:
            yield element("style", PICTURE)

    def _hatches(self) -> str:
        found = {band.kind for lane in self.ruler.lanes for band in lane.bands}
        patterns = [
            element(
                "pattern",
                element("path", class_="hatch", d=path),
                id=f"{self.name}-{kind}",
                width=6,
                height=6,
                patternUnits="userSpaceOnUse",
            )
            for kind, path in _HATCHES.items()
            if kind in found
        ]
        return element("defs", "".join(patterns))

    # days

    def _draw_axis(self) -> None:
        axis, ruler = self.axis, self.ruler
        for day in axis.ticks():
            x = axis.start(day)
            text = f"{WEEKDAYS[day.weekday()]} {day:%m-%d}" if axis.tells_days else str(day)
            if x + length(text) > axis.right + _LEFT:
                continue
            self.front.append(drawn_label(text, x, self.y, "faint"))
            if ruler.due is not None:
                offset = (day - ruler.due).days
                self.front.append(drawn_label(f"D{offset:+d}" if offset else "D0", x, self.y + _OFFSETS - 2, "faint"))
        self.y += 6 + (_OFFSETS if ruler.due is not None else 0)
        path = f"M{axis.left:.1f} {self.y:.1f}H{axis.right:.1f}"
        if axis.tells_days:
            path += "".join(f"M{axis.left + number * axis.day:.1f} {self.y:.1f}v4" for number in range(axis.days + 1))
        self.front.append(element("path", class_="line", d=path))

    def _draw_days(self, bottom: float) -> None:
        """What goes through all lanes: closed days, named days, the day on which it was asked."""
        axis, top = self.axis, _AXIS + 6 + (_OFFSETS if self.ruler.due is not None else 0)
        size = {"y": top, "width": axis.day + 0.1, "height": bottom - top}
        seen = self.ruler.closed if axis.day >= _SEEN else ()
        shaded = [element("rect", class_="closed", x=axis.start(day), **size) for day in seen]
        lines = "".join(f"M{axis.start(day):.1f} {top:.1f}V{bottom:.1f}" for day in axis.ticks())
        today = f"M{axis.middle(self.ruler.as_of):.1f} {top:.1f}V{bottom:.1f}"
        self.back[:0] = [*shaded, element("path", class_="line", d=lines) if lines else ""]
        self.back.append(element("path", class_="today", d=today))

    # lanes

    def _draw_lane(self, lane: Lane) -> None:
        name, about = clean(lane_name(lane), _LONGEST_ID), clean(lane.about)
        self.front.append(drawn_label(name, _LEFT, self.y + 17, "label lane"))
        if about:
            self.front.append(drawn_label(about, _LEFT + length(name) + _HEAD_GAP, self.y + 17))
        self.right = max(self.right, _LEFT + length(name) + _HEAD_GAP + length(about))
        self.y += _HEAD
        self._draw_bands(lane.bands)
        self._draw_marks(lane.marks)
        self.y += 4
        self.back.append(element("path", class_="line", d=f"M{_LEFT:.1f} {self.y:.1f}H{self.axis.right:.1f}"))

    def _draw_bands(self, bands: Sequence[Band]) -> None:
        spans = [(self.axis.start(band.first), self.axis.end(band.last or self.ruler.last)) for band in bands]
        labels = [
            max(_LEFT, min(start + 4, self.axis.right - length(band.code)))
            for band, (start, _) in zip(bands, spans, strict=True)
        ]
        extents = [
            (min(start, label), max(end, label + length(band.code)))
            for band, (start, end), label in zip(bands, spans, labels, strict=True)
        ]
        rows = stacked(extents, _GAP)
        for band, (start, end), label, row in zip(bands, spans, labels, rows, strict=True):
            y = self.y + row * _BAND
            box = {"x": start, "y": y, "width": end - start, "height": _BAND - 4}
            hatch = element("rect", fill=f"url(#{self.name}-{band.kind})", **box)
            edge = element("rect", class_="edge", **box)
            title = element("title", escaped(told_band(band)))
            text = drawn_label(band.code, label, y + 12)
            self.front.append(element("g", title + hatch + edge + text, class_="band"))
        self.y += (max(rows, default=-1) + 1) * _BAND

    def _draw_marks(self, marks: Sequence[Mark]) -> None:
        extents = [self._extent(mark) for mark in marks]
        order = sorted(range(len(marks)), key=lambda number: (extents[number], number))
        rows = dict(zip(order, stacked([extents[number][:2] for number in order], _GAP), strict=True))
        placed = []
        for number, mark in enumerate(marks):
            x, y = self.axis.middle(mark.day), self.y + rows[number] * _ROW + _ROW / 2
            _, end, leftward = extents[number]
            self.right = max(self.right, end)
            self.front.append(drawn_mark(mark, x, y, leftward=leftward))
            placed.append((x, y))
        self.places.append(placed)
        self.y += (max(rows.values(), default=-1) + 1) * _ROW

    def _extent(self, mark: Mark) -> tuple[float, float, bool]:
        """From where to where a mark and its label reach, and whether the label stands at its left."""
        x, label = self.axis.middle(mark.day), label_of(mark)
        if not label:
            return x - RADIUS, x + RADIUS, False
        wide = LABEL_AT + length(label)
        leftward = x + wide > self.axis.right and x - wide >= _LEFT
        return (x - wide, x + RADIUS, True) if leftward else (x - RADIUS, x + wide, False)

    def _joins(self) -> Iterator[str]:
        """A line through the marks of each contact; those of one day stand side by side."""
        apart = _APART if self.axis.tells_days else 0.0
        met: Counter[date] = Counter()
        for day, places in self.ruler.contacts:
            found = [self.places[lane][number] for lane, number in places]
            ys = [y for _, y in found]
            turn = met[day]
            met[day] += 1
            x = found[0][0] + (turn + 1) // 2 * (apart if turn % 2 else -apart)
            style = "join" if apart else "join thin"
            yield element("path", class_=style, d=f"M{x:.1f} {min(ys):.1f}V{max(ys):.1f}")
