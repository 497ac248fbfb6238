"""Filings: what registrars and services did to a receivable, from when until when, each registrar apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import evolve, frozen

from regua.core.events.legal import RegistrarEvent
from regua.core.timeline import Span

_REQUESTS: Final = frozenset({"listing.requested", "protest.filed"})
"""Facts after which another one confirms that it is done."""


@frozen
class Filing(Span):
    """From when something was done to a receivable until it was undone: a listing, a protest, a suspension.

    Attributes:
        registrar: who did it, by its name in `regua.toml`, or "".
        confirmed: whether it is done; else it was asked for.
        undone: id of the event that undid it, or "".
    """

    registrar: str = ""
    confirmed: bool = False
    undone: str = ""


def begin(filings: list[Filing], event: RegistrarEvent) -> None:
    """Add what a fact says was done, unless it is known.

    What was asked for of nobody in particular takes the name of the registrar that confirms it. A fact of a registrar
    beside what nobody in particular did already is about another filing.
    """
    confirms = event.type not in _REQUESTS
    for place in _meant(filings, event.registrar):
        known = filings[place]
        if known.registrar or not event.registrar or (confirms and not known.confirmed):
            name = known.registrar or event.registrar
            filings[place] = evolve(known, registrar=name, confirmed=known.confirmed or confirms)
            return
    filings.append(Filing(event.at_us, None, event.id, event.known_us, event.registrar, confirms))


def end(filings: list[Filing], event: RegistrarEvent) -> None:
    """End what a fact says was undone; where nobody can tell which of several, none."""
    meant = _meant(filings, event.registrar)
    if len(meant) == 1:
        filings[meant[0]] = evolve(filings[meant[0]], end=event.at_us, undone=event.id)


def _meant(filings: Sequence[Filing], registrar: str) -> list[int]:
    """Places of the open filings that a fact of a registrar may be about; of one that has no name, any."""
    still = [place for place, filing in enumerate(filings) if filing.end is None]
    same = [place for place in still if filings[place].registrar == registrar]
    return same or [place for place in still if not registrar or not filings[place].registrar]
