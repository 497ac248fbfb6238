"""What becomes of late charges when the principal is paid (domain.md §4, `charges.residual`)."""

from fractions import Fraction

import pytest
from tests.core.shop import action, balance, brl, clock, invoice, newer, paid, policy, schedule, standing, step, undone

from regua.core.dates import Offset
from regua.core.policy import ChargeRules, Discount, Levy, Limits, Policy, Rate
from regua.core.rules import Residual

BILL = invoice("nf-1", "150.00", "2026-04-18")
PAID = paid("150.00", "2026-04-22", payment="p")
LATE = step("atraso", "D+3 10:00")
THANKS = step("obrigado", on="receivable.settled", after="0d 10:00")


def rules(residual: Residual, **limits: int) -> Policy:
    """A fine of 2% and interest of 1% a month: on the 22nd R$ 3,20."""
    charges = ChargeRules(fine=Levy(share=Fraction(1, 50)), interest=Rate(share=Fraction(1, 100)), residual=residual)
    return policy(LATE, THANKS, charges=charges, limits=Limits(**limits))


def left_over(found: Policy, *events: object) -> str:
    """What was left over of nf-1 in the end."""
    return brl(standing(found, [BILL, *events]).left_over("nf-1", clock("2026-05-30")))  # type: ignore[list-item]


@pytest.mark.parametrize("residual", ["waive", "carry"])
def test_the_principal_settles_and_the_charges_are_left_over(residual: Residual):
    """R$ 150,00 of R$ 153,20."""
    assert left_over(rules(residual), PAID) == "R$ 3,20"
    assert balance(rules(residual), [BILL, PAID], "2026-04-22 18:00") == "R$ 0,00"


def test_with_dun_nothing_is_left_over_until_all_is_paid():
    """R$ 3,20 stay open, and are paid the same day."""
    assert left_over(rules("dun"), PAID) == "R$ 0,00"
    assert balance(rules("dun"), [BILL, PAID], "2026-04-22 18:00") == "R$ 3,20"
    rest = paid("3.20", "2026-04-22 19:00")
    assert standing(rules("dun"), [BILL, PAID, rest]).ledger.position("nf-1", clock("2026-04-23")).settled is not None


@pytest.mark.parametrize(("amount", "rest"), [("153.20", "R$ 0,00"), ("151.00", "R$ 2,20"), ("150.00", "R$ 3,20")])
def test_what_is_left_over_is_what_was_not_paid_of_the_charges(amount: str, rest: str):
    """Whatever Article 354 pays first."""
    assert left_over(rules("carry"), paid(amount, "2026-04-22")) == rest


def test_what_the_tolerance_forgives_is_no_charge():
    """R$ 149,50 settle; fifty cents of principal are forgiven, and R$ 3,20 of charges carried."""
    assert left_over(rules("carry", tolerance=100), paid("149.50", "2026-04-22")) == "R$ 3,20"


def test_a_discount_is_not_left_over():
    """R$ 142,50 in time."""
    charges = ChargeRules(residual="carry", discounts=(Discount(until=Offset(-5), levy=Levy(share=Fraction(1, 20))),))
    assert left_over(policy(charges=charges), paid("142.50", "2026-04-13")) == "R$ 0,00"


def test_what_answers_the_settlement_tells_what_is_left_over():
    """The signal to whoever bills next: the amount, and that it is to be carried."""
    for residual in ("waive", "carry"):
        found = schedule(rules(residual), [BILL, PAID], "2026-04-22 18:00")  # type: ignore[arg-type]
        (note,) = [each for each in action(found, "obrigado").reasons if each.code == "left-over"]
        assert dict(note.facts) == {"left_over": "3.20 BRL", "residual": residual}
        assert action(found, "atraso").reason.facts["left_over"] == "3.20 BRL"


def test_who_pays_in_full_leaves_nothing_to_tell():
    """R$ 153,20."""
    found = schedule(rules("carry"), [BILL, paid("153.20", "2026-04-22")], "2026-04-22 18:00")
    assert [each.code for each in action(found, "obrigado").reasons] == ["due"]
    assert "left_over" not in action(found, "atraso").reason.facts


def test_a_settlement_undone_leaves_nothing_over():
    """The payment is reversed."""
    assert left_over(rules("carry"), PAID, undone("p", "2026-04-24")) == "R$ 0,00"


def test_another_policy_of_the_same_bill_says_otherwise():
    """The fate is the policy's."""
    found = newer(rules("carry"), charges=rules("waive").charges)
    assert action(schedule(found, [BILL, PAID], "2026-04-22 18:00"), "atraso").reason.facts["residual"] == "waive"
