"""Quoted amounts: what the debtor was told that a receivable asks (domain.md §4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from regua.core import events as ev
from regua.core.ledger import Quote
from regua.core.policy import ChargeRules

if TYPE_CHECKING:
    from regua.core.planning.standing import Standing

_QUOTING: Final = frozenset({"message", "offer", "reissue"})


def quotes(standing: Standing) -> Iterator[Quote]:
    """Every amount that the debtor was told of a receivable whose late charges must be paid too.

    Elsewhere the principal settles and a quoted amount makes no difference; a discount ends on its own last day.
    """
    holding = {name for name, binding in standing.bindings.items() if _must_be_paid(binding.terms.charges)}
    for action in sorted(standing.facts.outcomes) if holding else ():
        outcomes = standing.facts.outcomes[action]
        _, step = standing.declared(outcomes[0].receivable, outcomes[0].step)
        if step is None or step.kind in _QUOTING:
            until = standing.quote_valid_until(standing.day(outcomes[0].at_us))
            yield from (quote for quote in _quoted(outcomes, until) if quote.receivable in holding)


def _must_be_paid(charges: ChargeRules) -> bool:
    return charges.residual == "dun" and (charges.fine is not None or charges.interest is not None)


def _quoted(outcomes: Sequence[ev.ActionOutcome], until: int) -> Iterator[Quote]:
    """What one message quoted, if it reached the debtor or may have."""
    failed = {outcome.channel for outcome in outcomes if isinstance(outcome, ev.ActionFailed)}
    reached = [outcome for outcome in outcomes if outcome.channel not in failed]
    if reached and not any(isinstance(outcome, ev.ActionSkipped) for outcome in reached):
        first = reached[0]
        listed = [name for outcome in reached for name in outcome.listed]
        for name in dict.fromkeys((first.receivable, *listed)):
            yield Quote(first.at_us, name, until, first.id)
