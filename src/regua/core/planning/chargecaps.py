"""Charges within the law: a bill that was issued under other rules asks no more than the law that governs it now."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import evolve

from regua.core.legal import FineCap, InterestCap
from regua.core.policy import ChargeRules
from regua.core.rules import MOST_BUSINESS_DAYS

if TYPE_CHECKING:
    from regua.core.planning.standing import Standing


def within_caps(standing: Standing, name: str, charges: ChargeRules) -> ChargeRules:
    """The charges of a receivable, fine and interest lowered to the hard caps of the packs that bind it.

    Checks refuse a policy that goes beyond them; a migration, or a policy built in Python, passes no check.
    """
    law, fine, interest = standing.law, charges.fine, charges.interest
    most = _least(cap.max for rule, cap in law.of(name, FineCap) if rule.kind == "hard") if fine else None
    amount = standing.facts.receivables[name].terms[-1].amount.minor
    if fine is not None and most is not None and (fine.share > most or fine.minor > most * amount):
        fine = evolve(fine, share=most, minor=0)
    most = _least(cap.max for rule, cap in law.of(name, InterestCap) if rule.kind == "hard") if interest else None
    if interest is not None and most is not None:
        days = MOST_BUSINESS_DAYS if interest.business else 30
        if (interest.monthly or Fraction((interest.minor or 0) * days, amount)) > most:
            interest = evolve(interest, share=most, minor=None, per="month", business=False)
    if fine is charges.fine and interest is charges.interest:
        return charges
    return evolve(charges, fine=fine, interest=interest)


def _least(shares: Iterable[Fraction]) -> Fraction | None:
    return min(shares, default=None)
