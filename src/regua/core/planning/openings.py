"""Openings as spans: when an agreement, dispute, hold or insolvency stops a receivable or the debtor."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from regua.core.facts import Facts, Opening
from regua.core.timeline import Span


def opened(
    facts: Facts, openings: Mapping[str, Opening], name: str, start: Callable[[int], int], *, whole: bool = True
) -> list[Span]:
    """The spans of those that are about a receivable, or about the debtor where the name is "".

    Args:
        facts: the debtor's.
        openings: by their name.
        name: id of the receivable, or "".
        start: the first instant of a civil day.
        whole: whether what names no receivable is about all of them.
    """
    spans = []
    for key in sorted(openings):
        opening = openings[key]
        about = name in opening.receivables or (whole and not opening.receivables)
        if opening.start is None or not about:
            continue
        ends = _ends(facts, opening, name)
        if opening.until is not None:
            ends.append(start(opening.until + 1))
        spans.append(Span(opening.start, min(ends, default=None), opening.cause, opening.known))
    return sorted(spans, key=lambda span: (span.start, span.cause))


def _ends(facts: Facts, opening: Opening, name: str) -> list[int]:
    """When what was closed is over: at once, or, in the debtor's favour, when the creditor acted on it."""
    if opening.end is None or not opening.upheld:
        return [] if opening.end is None else [opening.end]
    terms = [terms.at for terms in facts.receivables[name].terms[1:]]
    given = [credit.at for credit in facts.credits if name in credit.receivables]
    acted = [instant for instant in (*terms, *given) if opening.start is not None and instant >= opening.start]
    return [max(opening.end, min(acted))] if acted else []
