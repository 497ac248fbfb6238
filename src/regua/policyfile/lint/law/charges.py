"""`fine-over-cap` and `interest-over-cap`: late payment costs more than a rule of the packs allows.

Charges are of the whole policy, so a cap counts whatever kinds of title or debtor it is for. A fixed amount is over
every cap where the receivable is small enough. An index has no rate that could be compared. A month of business days
counts 21 of them and may have 23, so interest by business days is held against the cap as of such a month.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from regua.core.charges.components import percent_text, rate_text
from regua.core.legal import FineCap, InterestCap, LegalRule
from regua.core.money import Money
from regua.core.policy import Policy
from regua.core.rules import MOST_BUSINESS_DAYS
from regua.policyfile.lint.law.breach import Breach, mended, named, rules_with


def over_caps(policy: Policy) -> Iterator[Breach]:
    """What of the charges is over a cap, by the lowest cap first."""
    fine, interest = policy.charges.fine, policy.charges.interest
    for rule, cap in sorted(rules_with(policy, FineCap), key=lambda each: each[1].max):
        if fine is not None and (fine.minor or fine.share > cap.max):
            said = f"the fine of {rate_text(fine, policy.currency)}"
            said += _below(policy, fine.minor, cap.max)
            yield _over(policy, "fine", rule, said, percent_text(cap.max))
    for rule, limit in sorted(rules_with(policy, InterestCap), key=lambda each: each[1].max):
        if interest is not None and (interest.minor or (interest.monthly or 0) > limit.max):
            said, most = f"interest of {rate_text(interest, policy.currency)}", f"{percent_text(limit.max)}/month"
            monthly = (interest.minor or 0) * (MOST_BUSINESS_DAYS if interest.business else 30)
            yield _over(policy, "interest", rule, said + _below(policy, monthly, limit.max), most)


def _below(policy: Policy, minor: int, most: Fraction) -> str:
    """For which receivables a fixed amount is over a cap, in words; "" where there is none."""
    if not minor:
        return ""
    return f" for a receivable below {Money(-int(-minor // most), policy.currency)}" if most else " for any receivable"


def _over(policy: Policy, key: str, rule: LegalRule, said: str, cap: str) -> Breach:
    message = f"{said} is over the cap of {cap} ({named(rule)}); " + mended(rule, f'write {key} = "{cap}"')
    return Breach(code=f"{key}-over-cap", rule=rule, declared=policy.charges, key=key, message=message)
