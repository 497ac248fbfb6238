"""Charges of a bill never go over the hard caps of the packs that bind it, however the policy came to be."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from tests.core.shop import action, invoice, policy, schedule, step
from tests.core.test_law import rule, under

from regua.core.legal import FineCap, InterestCap, LegalRules
from regua.core.policy import ChargeRules, Levy, Rate

CAPS = under(rule("teto", FineCap(max=Fraction(1, 50)), InterestCap(max=Fraction(1, 100))))
"""2% once, 1% a month."""
BILL = invoice("nf-1", "1000.00", "2026-03-02", when="2026-02-20")


def asked(charges: ChargeRules, legal: LegalRules = CAPS) -> str:
    """The amount of a message of Wednesday 1 April, thirty days past due."""
    rules = policy(step("aviso", "D+30 10:00"), charges=charges, legal=legal)
    one = action(schedule(rules, [BILL], "2026-03-31"), "aviso")
    assert one.day == date(2026, 4, 1)
    return str(one.amount)


@pytest.mark.parametrize(
    ("charges", "amount"),
    [
        (ChargeRules(fine=Levy(share=Fraction(1, 10))), "1020.00 BRL"),
        (ChargeRules(fine=Levy(share=Fraction(1, 50))), "1020.00 BRL"),
        (ChargeRules(fine=Levy(share=Fraction(1, 100))), "1010.00 BRL"),
        (ChargeRules(fine=Levy(minor=2001)), "1020.00 BRL"),
        (ChargeRules(fine=Levy(minor=1999)), "1019.99 BRL"),
        (ChargeRules(interest=Rate(share=Fraction(1, 10))), "1010.00 BRL"),
        (ChargeRules(interest=Rate(share=Fraction(1, 100))), "1010.00 BRL"),
        (ChargeRules(interest=Rate(minor=100, per="day")), "1010.00 BRL"),
        (ChargeRules(interest=Rate(minor=30, per="day")), "1009.00 BRL"),
        (ChargeRules(interest=Rate(share=Fraction(1, 100), business=True)), "1010.00 BRL"),
        (ChargeRules(interest=Rate(share=Fraction(1, 250), business=True)), "1004.19 BRL"),
        (ChargeRules(interest=Rate(share=Fraction(24, 100), per="year")), "1010.00 BRL"),
    ],
)
def test_a_policy_that_passed_no_check_asks_no_more_than_the_caps(charges: ChargeRules, amount: Any) -> None:
    """What is over a cap is lowered to it; what is under it stays. March has 22 business days after the second."""
    assert asked(charges) == amount
