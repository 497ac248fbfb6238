"""Cutoff: amicable dunning ends when a case is handed over to the notary, the agency or the court (domain.md §6).

Facts say where a case is (`protest.filed`, `agency.assigned`, `lawsuit.filed`). Between asking for it and that fact
nobody knows, and a step that says `cutoff` stops the dunning already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from regua.core.facts import Receivable
from regua.core.planning.past import past_of
from regua.core.timeline import Span

if TYPE_CHECKING:
    from regua.core.planning.standing import Standing

_BLOCKERS: Final = {"protest": "with-notary", "agency": "with-agency", "lawsuit": "in-court"}
_BACK: Final = {"with-notary": "protest.cancelled", "with-agency": "agency.returned", "in-court": ""}
"""The blocker of a case that was handed over, by the kind of step that does it; and the fact with which it is back."""


def handed_over(standing: Standing, receivable: Receivable) -> dict[str, list[Span]]:
    """When a receivable is with the notary, the agency or the court, or on its way there, by blocker.

    On its way is what a step that says `cutoff` asked for, until it is there, was refused or came back.
    """
    found: dict[str, list[Span]] = {each: [*receivable.filings.get(each, ())] for each in _BLOCKERS.values()}
    for outcomes in standing.outcomes.get(receivable.id, ()):
        _, step = standing.declared(receivable.id, outcomes[0].step)
        if step is None or not step.cutoff or step.kind not in _BLOCKERS:
            continue
        blocker, start, past = _BLOCKERS[step.kind], outcomes[0].at_us, past_of(outcomes)
        ends = [span.start for span in receivable.filings.get(blocker, ())]
        back = standing.facts.by_type.get(_BACK[blocker], ())
        ends += [event.at_us for event in back if getattr(event, "receivable", "") == receivable.id]
        ends += [] if past.reached else [outcomes[-1].at_us]
        end = min((instant for instant in ends if instant >= start), default=None)
        if end != start:
            found[blocker].append(Span(start, end, outcomes[0].id, outcomes[0].known_us))
    return found
