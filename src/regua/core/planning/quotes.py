"""Quoted amounts: what the debtor was told that a receivable asks (domain.md §4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from regua.core import events as ev
from regua.core.ledger import Quote
from regua.core.policy import ChargeRules, Step

if TYPE_CHECKING:
    from regua.core.planning.standing import Standing


def quotes(standing: Standing) -> Iterator[Quote]:
    """Every amount that the debtor was told of a receivable whose late charges must be paid too.

    Elsewhere the principal settles and a quoted amount makes no difference; a discount ends on its own last day.
    """
    holding = {name for name, binding in standing.bindings.items() if _must_be_paid(binding.terms.charges)}
    for action in sorted(standing.facts.outcomes) if holding else ():
        yield from (quote for quote in _quoted(standing.facts.outcomes[action]) if quote.receivable in holding)


def boleto_quote(standing: Standing, receivable: str, step: Step, instant: int) -> tuple[int, int] | None:
    """Of which day the amount is that the boleto of a second copy asks, and the last day on which it can be paid.

    Args:
        standing: the debtor's.
        receivable: of which it is.
        step: the second copy.
        instant: up to which the boleto was made, and at which it can be paid.

    Returns:
        Both as ordinals; None where there is no such boleto.
    """
    if step.kind != "reissue" or step.requires is None:
        return None
    made = [
        outcome
        for outcomes in standing.outcomes.get(receivable, [])
        for outcome in outcomes
        if outcome.step == step.requires.step and outcome.attempt in _delivered(outcomes, instant)
    ]
    began = (each for each in made if isinstance(each, ev.ActionAttempted))
    last = max(began, key=lambda outcome: outcome.at_us, default=None)
    asked = last and _ordering(standing, last)
    if asked is None or asked.valid_until is None or asked.valid_until.toordinal() < standing.day(instant):
        return None
    return standing.day(asked.at_us), asked.valid_until.toordinal()


def _ordering(standing: Standing, attempted: ev.ActionAttempted) -> ev.ActionAttempted:
    """The attempt that ordered what this one brought about, which asked for the same once more or altered another."""
    ordered = {each.at_us for each in standing.facts.by_type.get(ev.BoletoOrdered.type, ())}
    began = (each for each in standing.facts.outcomes[attempted.action] if isinstance(each, ev.ActionAttempted))
    return next((each for each in began if each.at_us in ordered), attempted)


def _delivered(outcomes: Sequence[ev.ActionOutcome], instant: int) -> set[int]:
    """Numbers of the attempts of which it was known by an instant that they came through."""
    found = (outcome for outcome in outcomes if isinstance(outcome, ev.ActionDelivered))
    return {outcome.attempt for outcome in found if outcome.at_us <= instant}


def _must_be_paid(charges: ChargeRules) -> bool:
    grows = charges.fine is not None or charges.interest is not None or bool(charges.correction)
    return charges.residual == "dun" and grows


def _quoted(outcomes: Sequence[ev.ActionOutcome]) -> Iterator[Quote]:
    """What one action's message quoted, if it reached the debtor or may have: until the day that it stated."""
    failed = {outcome.channel for outcome in outcomes if isinstance(outcome, ev.ActionFailed)}
    reached = [outcome for outcome in outcomes if outcome.channel not in failed]
    if not reached or any(isinstance(outcome, ev.ActionSkipped) for outcome in reached):
        return
    first = reached[0]
    if first.valid_until is not None:
        listed = [name for outcome in reached for name in outcome.listed]
        for name in dict.fromkeys((first.receivable, *listed)):
            yield Quote(first.at_us, name, first.valid_until.toordinal(), first.id)
