"""Grounds: when a listing, protest or suspension has none any more, and for how long (domain.md §5, owed acts)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve

from regua.core import events as ev
from regua.core.calendars import BusinessDays, Place, business_days, root
from regua.core.filings import Filing
from regua.core.legal import Terms
from regua.core.planning.law import last_day
from regua.core.planning.standing import Standing
from regua.core.timeline import Span

_LOST: Final = ("settled", "cancelled", "agreement-active", "time-barred")
"""Blockers in which there is no ground: nothing is owed (Súmula STJ 548), or no longer so (CDC art. 51 XVIII), or it
cannot be claimed any more (CDC art. 43 §5). A write-off is none: the debt is still there."""


def lost_grounds(standing: Standing, name: str, filed: Filing, act: str = "") -> list[Span]:
    """When what was done to a receivable has no ground, each span from the event that took it away.

    Spans that follow each other without a gap are one.
    """
    table = standing.spans(name)
    spans = [span for code in _LOST for span in table.get(code, ())] + list(_upheld(standing, name, filed))
    if act == "delisting":
        spans += outlived(standing, name)
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.cause)):
        if span.end == span.start:
            continue
        last = found[-1] if found else None
        if last is not None and (last.end is None or span.start <= last.end):
            ends = [last.end, span.end]
            end = None if None in ends else max(end for end in ends if end is not None)
            found[-1] = evolve(last, end=end, known=min(last.known, max(span.start, span.known)))
        else:
            found.append(span)
    return found


def outlived(standing: Standing, name: str) -> Iterator[Span]:
    """From when on the law lets nobody be listed any more, known long before: there is no term after it.

    A listing goes on the last business day on which it may stand, though the claim lives (CDC art. 43 §1; Súmula STJ
    323); one of a claim that becomes time-barred once it is (CDC art. 43 §5).
    """
    receivable, days = standing.facts.receivables[name], official_days(standing, name)
    for _, terms in standing.law.of(name, Terms):
        last = last_day(terms, standing.law.first_due(name)) if "listing" in terms.kinds else None
        if last is not None:
            gone = days.add(last + 1, -1, business=True)
            yield Span(standing.start(gone), None, receivable.terms[0].event, receivable.recorded)
    yield from standing.spans(name).get("time-barred", ())


def official_days(standing: Standing, name: str) -> BusinessDays:
    """Business days of the country, by which terms of law are counted: no day of a creditor's own lengthens them."""
    calendar = root(standing.calendars[standing.bound[name].calendar])
    return business_days(calendar, Place(standing.place.country))


def _upheld(standing: Standing, name: str, filed: Filing) -> Iterator[Span]:
    """Disputes upheld: what was done before the creditor acted on it, was done about a debt that was not so."""
    for event in standing.facts.by_type.get("dispute.resolved", ()):
        if not isinstance(event, ev.DisputeResolved) or event.outcome != "upheld":
            continue
        opening = standing.facts.disputes[event.dispute]
        if opening.start is None or name not in opening.receivables or opening.end != event.at_us:
            continue
        suspended = [span.end for span in standing.spans(name)["disputed"] if span.cause == opening.cause]
        if any(end is not None and end <= filed.start for end in suspended):
            continue
        yield Span(event.at_us, None, event.id, event.known_us)
