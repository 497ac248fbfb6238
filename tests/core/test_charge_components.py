"""What an amount consists of: base, days, rate and source of each component."""

from fractions import Fraction
from typing import Any

import pytest
from tests.core.shop import BANK, action, clock, day, invoice, paid, reachable

from regua.core.account import fold
from regua.core.calendars import Place, WeekdayCalendar, business_days
from regua.core.charges import Balance, Component, Measures, Position
from regua.core.charges.components import percent_text, rate_text
from regua.core.dates import Offset, parse_date
from regua.core.indexes import LEGAL, MonthlyRates
from regua.core.money import Money
from regua.core.planning import Schedule, plan
from regua.core.policy import ChargeRules, Discount, Levy, Rate
from regua.errors import MoneyError, PlanError
from regua.policyfile import load_policy

POLICY = """\
format = 1
[policy]
id = "loja"
[charges]
fine = "2.00%"
interest = "1.00%/month"
discount = [
    { until = "D-5", value = "5%" },
    { until = "D0", value = "0.10/day" },
]
[[step]]
id = "aviso"
at = "D+3 10:00"
tone = "courteous"
channels = ["email"]
template = "atraso"
[[step]]
id = "lembrete"
at = "D-8 10:00"
channels = ["email"]
template = "lembrete"
"""
BILL = invoice("nf-1", "160.00", "2026-04-18", rebate=Money.of("10.00"))
LATE = ChargeRules(fine=Levy(share=Fraction(1, 50)), interest=Rate(share=Fraction(1, 100)))
DUE = day("2026-04-17")
PRICES = MonthlyRates(name="ipca", rates={(2026, 4): Fraction(6, 1000), (2026, 5): Fraction(31, 10_000)})
LEGAL_RATE = MonthlyRates(name=LEGAL, rates={(2026, 4): Fraction(3, 1000), (2026, 5): Fraction(62, 10_000)})


def schedule(*events: Any, as_of: str) -> Schedule:
    """The plan under that file."""
    rules = load_policy(POLICY, name="regua.toml")
    return plan(rules, fold([*reachable(), BILL, *events]), as_of=clock(as_of), calendar=BANK)


def told(parts: tuple[Component, ...]) -> list[tuple[Any, ...]]:
    """Name, amount, base, days, rate, ground, source of each."""
    return [
        (
            each.name,
            str(each.amount.amount),
            None if each.base is None else str(each.base.amount),
            each.days,
            each.rate,
            each.ground,
            each.source,
        )
        for each in parts
    ]


def components(position: Position, days: int) -> dict[str, Component]:
    """By name, so many days after Friday 17 April 2026."""
    return {each.name: each for each in Balance(position, DUE + days, "BRL").components}


def position(rules: ChargeRules, **parts: Any) -> Position:
    """R$ 150,00 due on Friday 17 April 2026."""
    measures = Measures(days=business_days(WeekdayCalendar(), Place()), indexes={LEGAL: LEGAL_RATE, "ipca": PRICES})
    return Position(amount=15_000, due=DUE, effective=DUE, rules=rules, measures=measures, tolerance=0, **parts)


def test_the_worked_example_part_by_part():
    """R$ 153,20 on Wednesday the 22nd: R$ 160,00 less R$ 10,00, 2% once, 1% a month for 4 days from the 18th."""
    found = action(schedule(as_of="2026-04-22"), "aviso")
    assert told(Balance(found.balance.position, day("2026-04-22"), "BRL").components) == [  # type: ignore[union-attr]
        ("principal", "160.00", "160.00", None, "", "", ""),
        ("rebate", "-10.00", "160.00", None, "", "", ""),
        ("fine", "3.00", "150.00", None, "2%", "agreed", "regua.toml:5:1"),
        ("interest", "0.20", "150.00", 4, "1%/month", "agreed", "regua.toml:6:1"),
    ]


def test_an_action_and_the_item_of_its_contact_give_the_same_parts():
    """They add up to the amount of the day."""
    found = schedule(as_of="2026-04-23 11:00")
    one = action(found, "aviso")
    (item,) = found.contacts[0].items
    assert str(item.amount) == "153.25 BRL"
    assert item.breakdown == one.breakdown
    assert sum(part.amount.minor for part in item.breakdown) == item.amount.minor == one.amount.minor  # type: ignore[union-attr]


def test_a_discount_names_its_place():
    """5% up to 13 April; after it R$ 0,10 for each day before the 18th."""
    early = action(schedule(as_of="2026-04-10"), "lembrete")
    assert early.breakdown[2].paid.minor == 0
    assert told(early.breakdown)[2:] == [("discount", "-7.50", "150.00", None, "5%", "agreed", "regua.toml:8:5")]
    later = Balance(early.balance.position, day("2026-04-15"), "BRL").components  # type: ignore[union-attr]
    assert told(later)[2:] == [("discount", "-0.30", "150.00", 3, "0.10/day", "agreed", "regua.toml:9:5")]


def test_what_was_done_keeps_the_parts_of_its_day():
    """A settled receivable asks nothing, and has none."""
    found = action(schedule(paid("150.00", "2026-04-18", "nf-1"), as_of="2026-04-23"), "aviso")
    assert found.breakdown == ()


def test_a_debtor_action_has_no_parts():
    """Nor has a schedule that was read from a document."""
    from regua import codec

    found = schedule(as_of="2026-04-23 11:00")
    read = codec.decode_schedule(codec.encode_schedule(found))
    assert read == found
    assert read.contacts[0].items[0].breakdown == ()
    assert action(read, "aviso").breakdown == ()


def test_after_a_part_payment_interest_tells_each_stretch():
    """R$ 50,00 after 4 days pay R$ 0,20 and R$ 3,00; 30 days of R$ 103,20 follow."""
    found = components(position(LATE).give(5_000, DUE + 4, 1, "pagto", 1), 34)
    interest = found["interest"]
    assert (interest.amount, interest.paid, interest.days) == (Money.of("1.03"), Money.of("0.20"), 34)
    assert [
        (str(each.first), str(each.last), each.days, each.base.minor, each.rate) for each in interest.stretches
    ] == [
        ("2026-04-18", "2026-04-21", 4, 15_000, "1%/month"),
        ("2026-04-22", "2026-05-21", 30, 10_320, "1%/month"),
    ]
    assert sum(each.exact for each in interest.stretches) == 20 + Fraction(10_320, 100)
    assert (found["fine"].amount.minor, found["fine"].paid.minor, found["fine"].base) == (0, 300, Money.of("150.00"))
    assert (found["principal"].amount, found["principal"].paid) == (Money.of("103.20"), Money.of("46.80"))


def test_the_legal_rate_tells_law_index_and_each_month():
    """0,3% of April for 13 of 30 days, 0,62% of May for 4 of 31."""
    found = components(position(ChargeRules(interest=Rate(index=LEGAL))), 17)["interest"]
    assert (found.ground, found.rate, found.days) == ("legal", "taxa-legal", 17)
    assert found.source == (f"Código Civil art. 406, Resolução CMN 5.171/2024; taxa-legal {LEGAL_RATE.version}")
    assert [(each.days, each.rate, each.exact) for each in found.stretches] == [
        (13, "0.3%/month", Fraction(15_000 * 3 * 13, 30_000)),
        (4, "0.62%/month", Fraction(15_000 * 62 * 4, 310_000)),
    ]
    assert found.amount == Money.of("0.32")


def test_correction_tells_each_month_on_what_the_months_before_made():
    """0,6% for 13 of 30 days, then 0,31% for 4 of 31 on R$ 150,39."""
    found = components(position(ChargeRules(correction="ipca")), 17)["correction"]
    assert (found.rate, found.ground, found.source, found.days) == ("ipca", "agreed", f"ipca {PRICES.version}", 17)
    assert [(each.base.minor, each.rate, each.exact) for each in found.stretches] == [
        (15_000, "0.6%/month", 39),
        (15_039, "0.31%/month", Fraction(15_039 * 31 * 4, 310_000)),
    ]
    assert found.amount == Money.of("0.45")


def test_a_fixed_value_a_day_counts_the_days_while_principal_is_open():
    """R$ 0,33 for each of three business days; nothing more once the principal is paid."""
    rules = ChargeRules(interest=Rate(minor=33, per="day", business=True), residual="dun", order=_PRINCIPAL_FIRST)
    found = components(position(rules), 5)["interest"]
    assert (found.amount.minor, found.days, found.rate) == (99, 3, "0.33/day business")
    assert [each.exact for each in found.stretches] == [99]
    after = position(rules).give(15_000, DUE + 5, 1, "pagto", 1)
    late = components(after, 40)["interest"]
    assert (late.amount.minor, [each.days for each in late.stretches]) == (99, [3])


_PRINCIPAL_FIRST: Any = ("principal", "fine", "interest", "costs")


def test_what_is_on_its_effective_due_date_has_no_late_parts():
    """And without a discount none but the principal."""
    assert [*components(position(LATE), 0)] == ["principal"]
    assert [*components(position(LATE), 1)] == ["principal", "fine", "interest"]


def test_where_only_charges_are_left_the_rebate_is_gone_with_the_principal():
    """The parts add up to the R$ 3,20 that are asked."""
    rules = ChargeRules(fine=LATE.fine, interest=LATE.interest, residual="dun", order=_PRINCIPAL_FIRST)
    found = components(position(rules, rebate=1_000).give(15_000, DUE + 4, 1, "pagto", 1), 4)
    assert {name: each.amount.minor for name, each in found.items()} == {"principal": 0, "fine": 300, "interest": 20}


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Rate(share=Fraction(1, 100)), "1%/month"),
        (Rate(share=Fraction(12, 100), per="year", business=True), "12%/year business"),
        (Rate(share=Fraction(333, 10**6), per="day"), "0.0333%/day"),
        (Rate(minor=33, per="day"), "0.33/day"),
        (Rate(index=LEGAL), "taxa-legal"),
        (Levy(share=Fraction(1, 50)), "2%"),
        (Levy(minor=500), "5.00"),
    ],
)
def test_rates_are_told_as_a_policy_writes_them(rate: Rate | Levy, text: str):
    """Without needless zeros."""
    assert rate_text(rate, "BRL") == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(0), "0%"),
        (Fraction(1), "100%"),
        (Fraction(-2, 10_000), "-0.02%"),
        (Fraction(1, 300), "1/3%"),
        (Fraction("0.00589427"), "0.589427%"),
        (Fraction(1, 10**14), "0.000000000001%"),
        (Fraction(1, 10**15), "1/10000000000000%"),
    ],
)
def test_a_share_in_percent_is_exact(share: Fraction, text: str):
    """A third stays a third."""
    assert percent_text(share) == text


def test_a_discount_with_a_date_of_its_own_counts_to_the_due_date():
    """Up to the 10th, R$ 0,50 for each day before the 17th."""
    early = Discount(until=parse_date("2026-04-10"), levy=Rate(minor=50, per="day"))
    found = position(ChargeRules(discounts=(early,)))
    assert [found.discount(DUE - days) for days in (8, 7, 6)] == [400, 350, 0]


def test_a_discount_per_day_is_nothing_from_the_due_date_on():
    """Though it may still run."""
    found = position(ChargeRules(discounts=(Discount(until=Offset(5), levy=Rate(minor=10, per="day")),)))
    assert [found.discount(DUE + days) for days in (-1, 0, 1, 5)] == [10, 0, 0, 0]


def test_of_two_discounts_with_one_last_day_the_first_is_in_force():
    """As the file lists them."""
    tiers = tuple(Discount(until=Offset(-3), levy=Levy(minor=minor)) for minor in (100, 200))
    assert position(ChargeRules(discounts=tiers)).discount(DUE - 3) == 100


def test_business_days_need_a_calendar():
    """A position by itself has none."""
    rules = ChargeRules(interest=Rate(share=Fraction(1, 100), business=True))
    alone = Position(amount=15_000, due=DUE, effective=DUE, rules=rules, tolerance=0)
    with pytest.raises(PlanError, match="no calendar was given"):
        alone.breakdown(DUE + 1)


def test_the_correction_of_a_file_names_its_line():
    """Beside the index and its version."""
    text = 'format = 1\npolicy.id = "loja"\n[charges]\ncorrection = "ipca"\n'
    found = components(position(load_policy(text, name="loja.toml").charges), 17)["correction"]
    assert found.source == f"ipca {PRICES.version}; loja.toml:4:1"


@pytest.mark.parametrize("levy", [Rate(share=Fraction(1, 100)), Rate(minor=1, per="month"), Rate(index=LEGAL)])
def test_a_discount_counts_days_alone(levy: Rate):
    """No months, no index."""
    with pytest.raises(MoneyError, match="write it per day"):
        Discount(until=Offset(0), levy=levy)


def test_there_are_at_most_three_discounts():
    """As many as a boleto carries."""
    tiers = tuple(Discount(until=Offset(-days), levy=Levy(minor=100)) for days in range(4))
    assert ChargeRules(discounts=tiers[:3]).discounts == tiers[:3]
    with pytest.raises(MoneyError, match="there are 4 discounts; a receivable has at most 3"):
        ChargeRules(discounts=tiers)


@pytest.mark.parametrize(
    ("rate", "monthly"),
    [
        (Rate(share=Fraction(1, 100)), Fraction(1, 100)),
        (Rate(share=Fraction(1, 100), business=True), Fraction(23, 2100)),
        (Rate(share=Fraction(12, 100), per="year"), Fraction(1, 100)),
        (Rate(share=Fraction(1, 3000), per="day"), Fraction(1, 100)),
        (Rate(share=Fraction(1, 2100), per="day", business=True), Fraction(23, 2100)),
        (Rate(minor=33, per="day"), None),
        (Rate(index=LEGAL), None),
    ],
)
def test_a_rate_has_a_monthly_equivalent_to_compare_with_a_cap(rate: Rate, monthly: Fraction | None):
    """30 civil days, a twelfth of a year, and of business days the 23 of the longest month."""
    assert rate.monthly == monthly


def test_of_several_discounts_the_one_that_ends_first_is_in_force_whatever_it_counts():
    """A share up to D-3, then R$ 0,10 per business day early."""
    tiers = (
        Discount(until=Offset(-3), levy=Levy(share=Fraction(1, 10))),
        Discount(until=Offset(0), levy=Rate(minor=10, per="day", business=True)),
    )
    found = position(ChargeRules(discounts=tiers))
    assert [found.discount(DUE - days) for days in (4, 3, 2, 1, 0)] == [1_500, 1_500, 20, 10, 0]
