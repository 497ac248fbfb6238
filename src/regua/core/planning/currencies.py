"""One account has one currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from regua.core.facts import Facts
from regua.core.policy import Policy
from regua.errors import PlanError


def check_currency(facts: Facts, bound: Mapping[str, Policy]) -> None:
    """Refuse facts and policies of several currencies.

    Raises:
        PlanError: they are of several.
    """
    named = list(_currencies(facts, bound))
    if len({currency for currency, _, _ in named}) > 1:
        seen: dict[str, str] = {}
        for currency, what, name in named:
            seen.setdefault(currency, f"{what} {name!r}")
        found = ", ".join(f"{currency} ({where})" for currency, where in seen.items())
        message = (
            f"one account has one currency; found {found}; keep receivables of another currency in an account apart"
        )
        raise PlanError(message)


def _currencies(facts: Facts, bound: Mapping[str, Policy]) -> Iterator[tuple[str, str, str]]:
    for policy in bound.values():
        yield policy.currency, "policy", policy.id
    for name, receivable in facts.receivables.items():
        for terms in receivable.terms:
            yield terms.amount.currency, "receivable", name
    for payment in facts.payments.values():
        for episode in (*payment.noticed, *payment.settled):
            yield episode.amount.currency, "event", episode.event
    for credit in facts.credits:
        yield credit.amount.currency, "event", credit.event
    for promise in facts.promises.values():
        if promise.made is not None:
            yield promise.made.amount.currency, "event", promise.made.id
