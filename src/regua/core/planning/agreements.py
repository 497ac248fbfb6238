"""Agreements: when one is broken or completed (domain.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import evolve

from regua.core.facts import Agreement, Facts
from regua.core.ledger import Ledger
from regua.core.timeline import Span, covering

LateFrom = Callable[[str, int, int], int]
"""The instant from which an instalment with that due date is so many days late, clearing over."""


def with_breaks(
    facts: Facts, tell: Callable[[Mapping[str, Agreement]], Ledger], late_from: LateFrom
) -> dict[str, Agreement]:
    """The agreements, each that is broken with the instant of it as its end.

    What is paid after a break goes elsewhere, so the ledger is told again after each, the earliest first.
    """
    agreements = dict(facts.agreements)
    while agreements:
        ledger = tell(agreements)
        found = [
            (instant, name)
            for name in sorted(agreements)
            if (instant := _broken_at(facts, ledger, agreements[name], late_from)) is not None
        ]
        if not found:
            break
        instant, name = min(found)
        agreements[name] = evolve(agreements[name], end=instant, broken=True)
    return agreements


def completed(ledger: Ledger, agreement: Agreement) -> list[Span]:
    """When all instalments are settled, until the agreement ends or a payment is undone."""
    if agreement.start is None or not agreement.instalments:
        return []
    spans = [Span(agreement.start, agreement.end, agreement.cause, agreement.known)]
    for name in agreement.instalments:
        spans = list(_both(spans, ledger.settlements(name)))
    return spans


def _both(spans: Sequence[Span], others: Sequence[Span]) -> Iterator[Span]:
    for span in spans:
        for other in others:
            start = max(span.start, other.start)
            ends = [end for end in (span.end, other.end) if end is not None]
            end = min(ends, default=None)
            if end is None or start < end:
                yield Span(start, end, span.cause, max(span.known, other.known))


def _broken_at(facts: Facts, ledger: Ledger, agreement: Agreement, late_from: LateFrom) -> int | None:
    """The first instant at which so many instalments are so late."""
    if agreement.start is None or agreement.broken:
        return None
    names = [name for name in agreement.instalments if name in facts.receivables]

    def is_late(name: str, instant: int) -> bool:
        position = ledger.position(name, instant)
        if position.settled is not None or covering([span for _, span in facts.receivables[name].void], instant):
            return False
        return late_from(name, position.due, agreement.broken_days) <= instant

    for instant in sorted(set(_turns(facts, ledger, agreement, names, late_from))):
        if agreement.end is not None and instant >= agreement.end:
            return None
        if sum(is_late(name, instant) for name in names) >= agreement.broken_after:
            return instant
    return None


def _turns(
    facts: Facts, ledger: Ledger, agreement: Agreement, names: Sequence[str], late_from: LateFrom
) -> Iterator[int]:
    """Instants at which an instalment may come to be late: its days are over, or what settled it is undone."""
    for name in names:
        for terms in facts.receivables[name].terms:
            yield max(terms.at, late_from(name, terms.due, agreement.broken_days))
        for span in ledger.settlements(name):
            if span.end is not None:
                yield span.end
