"""What late and early payment cost, to the centavo."""

from fractions import Fraction

import pytest
from attrs import evolve
from tests.core.shop import brl, day

from regua.core.charges import Position
from regua.core.dates import Offset, parse_date
from regua.core.money import Money
from regua.core.policy import ChargeRules, Discount, Levy, Rate
from regua.errors import DateError

DUE = day("2026-04-17")
USUAL = ChargeRules(fine=Levy(share=Fraction(2, 100)), interest=Rate(share=Fraction(1, 100)))


def position(amount: str, rules: ChargeRules = USUAL, *, closed: int = 0, tolerance: str = "0") -> Position:
    """Due Friday 2026-04-17; `closed` days lie before the effective due date."""
    minor, spare = Money.of(amount).minor, Money.of(tolerance).minor
    return Position(amount=minor, due=DUE, effective=DUE + closed, rules=rules, tolerance=spare)


def given(found: Position, amount: str, days: int, event: str = "pagto") -> Position:
    """So much given so many days after the due date; the instant is the day."""
    return found.give(Money.of(amount).minor, DUE + days, DUE + days, event, DUE + days)


def parts(found: Position, days: int) -> tuple[str, str, str, str]:
    """Principal, fine, interest and total."""
    asked = found.breakdown(DUE + days)
    return brl(asked.principal), brl(asked.fine), brl(asked.interest), brl(asked.total)


def test_the_worked_example_to_the_centavo():
    """Due Saturday, effective Monday: R$ 150,00 on the 20th, R$ 153,20 on Wednesday the 22nd."""
    found = Position(amount=15_000, due=day("2026-04-18"), effective=day("2026-04-20"), rules=USUAL, tolerance=0)
    assert found.breakdown(day("2026-04-20")).total == 15_000
    assert found.breakdown(day("2026-04-21")).total == 15_315
    asked = found.breakdown(day("2026-04-22"))
    assert (asked.fine, asked.interest, asked.total) == (300, 20, 15_320)


def test_nothing_is_late_up_to_the_effective_due_date():
    """And then interest counts from the printed one."""
    found = position("150.00", closed=3)
    assert parts(found, 3) == ("R$ 150,00", "R$ 0,00", "R$ 0,00", "R$ 150,00")
    assert parts(found, 4) == ("R$ 150,00", "R$ 3,00", "R$ 0,20", "R$ 153,20")


def test_a_policy_without_charges_asks_the_principal():
    """However late."""
    assert parts(position("150.00", ChargeRules()), 400) == ("R$ 150,00", "R$ 0,00", "R$ 0,00", "R$ 150,00")


def test_a_fixed_fine():
    """R$ 5,00 once, whatever the principal."""
    rules = ChargeRules(fine=Levy(minor=500))
    assert parts(position("150.00", rules), 30)[1] == "R$ 5,00"


# discounts

EARLY = ChargeRules(
    discounts=(
        Discount(until=Offset(-2), levy=Levy(minor=200)),
        Discount(until=Offset(-5), levy=Levy(share=Fraction(5, 100))),
        Discount(until=parse_date("2026-04-17"), levy=Levy(share=Fraction(1, 1000))),
    )
)


@pytest.mark.parametrize(("days", "discount"), [(-30, 750), (-5, 750), (-4, 200), (-2, 200), (-1, 15), (0, 15), (1, 0)])
def test_the_discount_that_ends_first_is_in_force(days: int, discount: int):
    """5% up to D-5, R$ 2,00 up to D-2, 0,1% up to the due date, nothing after it."""
    assert position("150.00", EARLY).discount(DUE + days) == discount


def test_a_discount_is_off_by_the_printed_due_date():
    """On the effective due date after a weekend, the discount up to D0 is gone."""
    rules = ChargeRules(discounts=(Discount(until=Offset(0), levy=Levy(minor=200)),))
    assert position("150.00", rules, closed=3).breakdown(DUE + 3).total == 15_000
    assert position("150.00", rules, closed=3).breakdown(DUE).total == 14_800


def test_a_discount_ends_on_a_civil_day():
    """`until = "D-2bd"` is no day that a bill can print."""
    with pytest.raises(DateError, match="civil day"):
        Discount(until=Offset(-2, business=True), levy=Levy(minor=200))


def test_paying_the_discounted_amount_in_time_settles():
    """R$ 142,50 on D-5 for R$ 150,00; a day later R$ 5,50 are missing."""
    assert given(position("150.00", EARLY), "142.50", -5).settled == DUE - 5
    late = given(position("150.00", EARLY), "142.50", -4)
    assert late.settled is None
    assert brl(late.breakdown(DUE - 4).total) == "R$ 5,50"


def test_a_discount_is_never_more_than_what_is_open():
    """R$ 2,00 off the last R$ 1,00 leaves nothing, not less."""
    rules = ChargeRules(discounts=(Discount(until=Offset(0), levy=Levy(minor=10_000)),))
    assert position("50.00", rules).breakdown(DUE).total == 0


# paying in parts


def test_a_payment_pays_interest_then_fine_then_principal():
    """Código Civil art. 354: of R$ 50,00 on D+4, R$ 0,20 and R$ 3,00 go first."""
    found = given(position("150.00"), "50.00", 4)
    assert (found.interest_paid, found.fine_paid, found.principal_paid) == (20, 300, 4_680)
    assert parts(found, 4) == ("R$ 103,20", "R$ 0,00", "R$ 0,00", "R$ 103,20")


def test_another_order_pays_the_principal_first():
    """Where the policy names it."""
    rules = evolve(USUAL, order=("principal", "fine", "interest", "costs"))
    found = given(position("150.00", rules), "50.00", 4)
    assert parts(found, 4) == ("R$ 100,00", "R$ 3,00", "R$ 0,20", "R$ 103,20")


def test_interest_goes_on_from_what_is_left_of_the_principal():
    """R$ 103,20 for thirty days more at 1%: R$ 1,03; no second fine."""
    found = given(position("150.00"), "50.00", 4)
    assert parts(found, 34) == ("R$ 103,20", "R$ 0,00", "R$ 1,03", "R$ 104,23")


def test_a_payment_of_less_than_the_charges_leaves_the_principal():
    """R$ 1,00 pays the interest and a part of the fine."""
    found = given(position("150.00"), "1.00", 4)
    assert parts(found, 4) == ("R$ 150,00", "R$ 2,20", "R$ 0,00", "R$ 152,20")


def test_the_fine_is_on_what_was_open_when_it_became_late():
    """R$ 100,00 of R$ 150,00 paid in time: 2% of R$ 50,00."""
    found = given(position("150.00"), "100.00", -1)
    assert parts(found, 3) == ("R$ 50,00", "R$ 1,00", "R$ 0,05", "R$ 51,05")


def test_the_principal_paid_late_settles_and_waives_the_charges():
    """R$ 150,00 on D+4 for R$ 150,00: settled, R$ 3,20 waived."""
    found = given(position("150.00"), "150.00", 4)
    assert found.settled == DUE + 4
    assert found.breakdown(DUE + 400).total == 0
    assert found.to_settle(DUE + 400) == 0


def test_a_centavo_less_than_the_principal_does_not_settle():
    """It settles when the centavo comes, whatever the charges by then."""
    found = given(position("150.00"), "149.99", 4)
    assert found.settled is None
    assert found.to_settle(DUE + 4) == 1
    assert given(found, "0.01", 9).settled == DUE + 9


def test_what_may_be_missing_settles_and_a_centavo_more_does_not():
    """Tolerance R$ 1,00."""
    assert given(position("150.00", tolerance="1.00"), "149.00", 0).settled == DUE
    assert given(position("150.00", tolerance="1.00"), "148.99", 0).settled is None


def test_charges_left_over_keep_it_open_where_they_are_dunned():
    """`residual = "dun"`: R$ 150,00 leave R$ 3,20 open until they are paid."""
    rules = evolve(USUAL, residual="dun")
    found = given(position("150.00", rules), "150.00", 4)
    assert found.settled is None
    assert parts(found, 4) == ("R$ 3,20", "R$ 0,00", "R$ 0,00", "R$ 3,20")
    assert given(found, "3.20", 4).settled == DUE + 4


def test_settled_stays_settled():
    """A second settlement changes neither day nor cause."""
    found = given(position("150.00"), "150.00", 0, "primeiro")
    assert found.close(DUE + 9, DUE + 9, "segundo", DUE + 9) is found
    assert found.settled_by == "primeiro"


# other terms


def test_a_new_amount_keeps_what_was_paid():
    """R$ 150,00 less R$ 50,00 becomes R$ 200,00 less R$ 50,00."""
    found = given(position("150.00"), "50.00", -1).amend(20_000, DUE, DUE)
    assert brl(found.breakdown(DUE).total) == "R$ 150,00"


def test_a_due_date_moved_counts_charges_anew_and_keeps_all_the_money():
    """R$ 50,00 paid late, then the due date moved a month on: nothing was late, R$ 100,00 are open."""
    moved = given(position("150.00"), "50.00", 4).amend(15_000, DUE + 30, DUE + 30)
    assert brl(moved.breakdown(DUE + 10).total) == "R$ 100,00"
    assert brl(moved.to_settle(DUE + 10)) == "R$ 100,00"


def test_nothing_asked_is_settled():
    """A receivable whose rebate is all of it asks R$ 0,00 of nobody."""
    assert position("0").to_settle(DUE) == 0
    assert position("0").close(DUE, DUE, "emissão", DUE).settled == DUE


@pytest.mark.parametrize(
    ("days", "amount"), [(-6, "R$ 142,50"), (-3, "R$ 148,00"), (3, "R$ 150,00"), (4, "R$ 153,20"), (34, "R$ 154,70")]
)
def test_what_is_asked_is_the_total_of_its_parts(days: int, amount: str):
    """Early, in the grace of a weekend, late; nothing once settled."""
    found = position("150.00", evolve(EARLY, fine=USUAL.fine, interest=USUAL.interest), closed=3)
    assert brl(found.asked(DUE + days)) == brl(found.breakdown(DUE + days).total) == amount
    assert given(found, "150.00", 0).asked(DUE + days) == 0


def test_a_part_paid_on_the_effective_due_date_is_paid_in_time():
    """R$ 100,00 on the Monday after: fine and four days of interest are of R$ 50,00."""
    found = given(position("150.00", closed=3), "100.00", 3)
    assert parts(found, 4) == ("R$ 50,00", "R$ 1,00", "R$ 0,07", "R$ 51,07")


def test_a_quoted_discount_ends_on_its_own_day():
    """R$ 142,50 told on D-6 for four days: on D-3 R$ 142,50 do not settle where charges are dunned."""
    quoted = position("150.00", evolve(EARLY, residual="dun")).quote(DUE - 6, DUE - 2)
    assert quoted.quoted == ((15_000, DUE - 2),)
    assert given(quoted, "142.50", -5).settled == DUE - 5
    assert given(quoted, "142.50", -3).settled is None


def test_a_quote_is_kept_as_long_as_it_holds():
    """Told on the 4th until the 7th, and again on the 7th; on the 8th only the newer."""
    rules = evolve(USUAL, residual="dun")
    twice = position("150.00", rules).quote(DUE + 4, DUE + 7).quote(DUE + 7, DUE + 10)
    assert [until - DUE for _, until in twice.quoted] == [7, 10]
    assert [until - DUE for _, until in twice.quote(DUE + 8, DUE + 11).quoted] == [10, 11]
    settled = given(twice, "153.20", 7)
    assert settled.settled == DUE + 7
    assert settled.quote(DUE + 8, DUE + 11) is settled


def test_an_amount_lowered_below_what_was_paid_sets_the_rest_free():
    """R$ 150,00 less R$ 120,00 becomes R$ 100,00: R$ 20,00 too much."""
    found = given(position("150.00"), "120.00", -1).amend(10_000, DUE, DUE)
    assert found.excess == 2_000
    assert (found.relieved().given, found.relieved().principal_paid, found.relieved().excess) == (10_000, 10_000, 0)
    assert given(position("150.00"), "50.00", -1).excess == 0


def test_a_due_date_moved_forgets_what_was_paid_of_charges():
    """R$ 50,00 on D+4 paid R$ 0,20 and R$ 3,00 too: now all of it is principal."""
    moved = given(position("150.00"), "50.00", 4).amend(15_000, DUE + 30, DUE + 30, rebate=500)
    assert (moved.principal_paid, moved.interest_paid, moved.fine_paid, moved.rebate) == (5_000, 0, 0, 500)
    assert given(position("150.00"), "50.00", 4).amend(15_000, DUE, DUE).fine_paid == 300
