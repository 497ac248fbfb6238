"""One page of many debtors, in pieces, so that nobody has to hold all of it: start, a section a debtor, end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from regua.reports.drawing import drawn
from regua.reports.markup import element, escaped
from regua.reports.ruler import Lane, Mark, Ruler
from regua.reports.style import PAGE, PICTURE
from regua.reports.tables import table, wide
from regua.reports.words import lane_name, told_day, told_days

_HEAD: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
"""
_TOLD: Final = ("day", "from due", "about", "what", "status", "tone", "by", "why")
_LIVED: Final = ("when", "about", "what", "details")


@frozen(kw_only=True)
class Row:
    """A line of the table of what happened.

    Attributes:
        when: clock and day.
        about: id of a receivable, or "".
        what: what happened.
        details: whatever else there is to say.
    """

    when: str
    about: str
    what: str
    details: str


def page_start(title: str, debtors: Sequence[str], note: str = "") -> str:
    """Everything before the first section.

    Args:
        title: of the page.
        debtors: ids, in the order of their sections; an index where there are several.
        note: a sentence below the title.
    """
    head = f"{_HEAD}<title>{escaped(title)}</title>\n<style>\n{PAGE}\n{PICTURE}\n</style>\n</head>\n<body>\n"
    parts = [head, f"<h1>{escaped(title)}</h1>\n", f"<p>{escaped(note)}</p>\n" if note else ""]
    if len(debtors) > 1:
        entries = "".join(
            f'<li><a href="#debtor-{n}">{_isolated(each)}</a></li>\n' for n, each in enumerate(debtors, 1)
        )
        parts.append(f'<nav aria-label="Debtors">\n<ol class="index">\n{entries}</ol>\n</nav>\n')
    return "".join([*parts, "<main>\n"])


def page_section(number: int, ruler: Ruler, lived: Iterable[Row]) -> str:
    """One debtor: the picture, the same as a table, and what happened.

    Args:
        number: of the section, from 1.
        ruler: of the debtor.
        lived: in order.
    """
    name = f"debtor-{number}"
    picture = wide(drawn(ruler, name=f"regua{number}", alone=False), f"Picture of {ruler.debtor}")
    told = table("What is in the picture", _TOLD, _told(ruler))
    happened = table("What happened", _LIVED, ((row.when, row.about, row.what, row.details) for row in lived))
    return (
        f'<section id="{name}" aria-labelledby="{name}-head">\n<h2 id="{name}-head">{_isolated(ruler.debtor)}</h2>\n'
        f"<figure>\n{picture}</figure>\n{happened}{told}</section>\n"
    )


def page_end() -> str:
    """Everything after the last section."""
    return "</main>\n</body>\n</html>\n"


def _told(ruler: Ruler) -> Iterable[Sequence[str]]:
    for lane in ruler.lanes:
        yield from ((told_days(band), "", lane_name(lane), band.code, "", "", "", band.why) for band in lane.bands)
        yield from (_told_mark(lane, mark) for mark in lane.marks)


def _told_mark(lane: Lane, mark: Mark) -> Sequence[str]:
    when = f"{told_day(mark.day)} {mark.clock}".rstrip()
    tone = "" if mark.tone is None else mark.tone.word
    return when, mark.offset, lane_name(lane), mark.what, mark.status, tone, mark.channel, "\n".join(mark.why)


def _isolated(text: str) -> str:
    return element("bdi", escaped(text))
