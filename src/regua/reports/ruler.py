"""A debtor's régua as values: lanes of days, with marks and bands. Nothing here knows how it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

from attrs import frozen

from regua.core.planning.schedule import Status
from regua.core.tones import Tone

Sign = Literal["message", "call", "act", "listed", "due", "money", "notice", "undone"]
ACTION_SIGNS: Final = frozenset({"message", "call", "act"})
"""Signs of steps; the others are facts."""
BandKind = Literal["ended", "stopped", "suspended"]


@frozen(kw_only=True)
class Mark:
    """Something on one day of a lane.

    Attributes:
        day: civil day in the debtor's zone.
        clock: clock time on it, `HH:MM`, or "".
        offset: civil days from the effective due date, such as `D+3`, or "".
        sign: a message, a call or another act of a step; a receivable that a contact only lists; a due date; money that
            came, was noticed by the bank, or was undone.
        what: id of the step, or what the fact says.
        status: of an action, or "".
        tone: of an action, or None.
        channel: by which it goes, or "".
        outcome: the primary reason's code of an action, or "".
        why: its reasons, one line each, the primary first.
        contact: id of the contact that it belongs to, or "".
    """

    day: date
    clock: str = ""
    offset: str = ""
    sign: Sign
    what: str
    status: Status | Literal[""] = ""
    tone: Tone | None = None
    channel: str = ""
    outcome: str = ""
    why: tuple[str, ...] = ()
    contact: str = ""


@frozen(kw_only=True)
class Band:
    """Days on which something stops a lane.

    Attributes:
        first: the first civil day.
        last: the last, or None while it lasts.
        code: the blocker.
        kind: its class.
        why: what it means and which fact began it.
    """

    first: date
    last: date | None
    code: str
    kind: BandKind
    why: str


@frozen(kw_only=True)
class Lane:
    """One receivable, or what concerns the debtor alone.

    Attributes:
        receivable: its id, or "" for the debtor.
        about: amount and due date in words, or "".
        marks: in order of day and clock.
        bands: in order of their first day.
    """

    receivable: str
    about: str = ""
    marks: tuple[Mark, ...] = ()
    bands: tuple[Band, ...] = ()


@frozen(kw_only=True)
class Ruler:
    """A debtor's days.

    Attributes:
        creditor: who is owed.
        debtor: who owes.
        zone: the debtor's IANA zone.
        as_of: the civil day on which it was asked.
        first: first civil day shown.
        last: last civil day shown.
        due: effective due date where there is one receivable, from which its days are counted; else None.
        closed: days shown that are no business days.
        lanes: the debtor's own first, if there is anything in it; then receivables, earliest due first.
    """

    creditor: str
    debtor: str
    zone: str
    as_of: date
    first: date
    last: date
    due: date | None
    closed: tuple[date, ...]
    lanes: tuple[Lane, ...]

    @property
    def contacts(self) -> Iterator[tuple[date, list[tuple[int, int]]]]:
        """Each contact that carries or lists several receivables: its day, and the places (lane, mark) of its marks."""
        joined: dict[tuple[str, date], list[tuple[int, int]]] = {}
        for place, lane in enumerate(self.lanes):
            for number, mark in enumerate(lane.marks):
                if mark.contact:
                    joined.setdefault((mark.contact, mark.day), []).append((place, number))
        for (_, day), places in joined.items():
            if len(places) > 1:
                yield day, places
