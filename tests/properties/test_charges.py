"""What holds of the charges of one receivable, whatever the rules, the rates and the payments."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.properties.portfolios import charge_rules, few

from regua import BrazilianBankCalendar
from regua.core.calendars import Place, business_days
from regua.core.charges import Balance, Measures, Position
from regua.core.indexes import LEGAL, MonthlyRates
from regua.core.money import round_minor
from regua.core.policy import ChargeRules, Rate

DUE = date(2026, 4, 17).toordinal()
MONTHS = [(2026 + month // 12, month % 12 + 1) for month in range(36)]
DAYS = business_days(BrazilianBankCalendar(), Place())
COUNTED = ("principal", "interest", "fine", "correction")

amounts = st.integers(1, 10**9)
days = st.integers(-40, 500)
payments = st.lists(st.tuples(st.integers(-30, 300), amounts), max_size=6).map(sorted)


@st.composite
def indexes(draw: st.DrawFn, name: str, least: int) -> MonthlyRates:
    """An index of three years, in hundredths of a percent."""
    rates = draw(st.lists(st.integers(least, 150), min_size=len(MONTHS), max_size=len(MONTHS)))
    return MonthlyRates(name=name, rates=dict(zip(MONTHS, (Fraction(rate, 10_000) for rate in rates), strict=True)))


@st.composite
def positions(draw: st.DrawFn, *, falling: bool = True) -> Position:
    """A receivable under any rules, some of them with indexes; prices fall only where that is wanted."""
    rules: ChargeRules = draw(charge_rules())
    if draw(st.booleans()):
        rules = evolve(rules, interest=Rate(index=LEGAL))
    orders: Any = [rules.order, ("principal", "fine", "interest", "costs"), ("costs", "fine", "principal", "interest")]
    rules = evolve(
        rules,
        correction=draw(st.sampled_from(["", "ipca"])),
        residual=draw(st.sampled_from(["waive", "dun"])),
        order=draw(st.sampled_from(orders)),
    )
    known = {LEGAL: draw(indexes(LEGAL, -50)), "ipca": draw(indexes("ipca", -50 if falling else 0))}
    return Position(
        amount=draw(amounts),
        rebate=draw(st.integers(0, 10_000)),
        due=DUE,
        effective=DUE + draw(st.integers(0, 4)),
        rules=rules,
        measures=Measures(days=DAYS, indexes=known),
        tolerance=0,
    )


def after(position: Position, money: Sequence[tuple[int, int]], until: int) -> tuple[Position, int]:
    """The position after the payments up to a day, each as much as was asked, and what they came to."""
    total = 0
    for day, amount in money:
        part = min(amount, position.breakdown(DUE + day).total)
        if day <= until and part:
            position, total = position.give(part, DUE + day, day, "pagto", day), total + part
    return position, total


@few
@given(positions(falling=False), days)
def test_waiting_never_makes_it_cheaper(position, day):
    """While nothing is paid and no price falls, every part of a late day is at most the next day's."""
    today, tomorrow = position.breakdown(DUE + day), position.breakdown(DUE + day + 1)
    assert all(getattr(today, part) <= getattr(tomorrow, part) for part in COUNTED)
    assert today.discount >= tomorrow.discount or not position.rules.discounts[1:]
    if day >= 0:
        assert today.total <= tomorrow.total


@few
@given(positions(), payments, days)
def test_no_part_is_ever_negative(position, money, day):
    """Nor is the discount more than the principal that is open."""
    parts = after(position, money, day)[0].breakdown(DUE + day)
    assert min(getattr(parts, part) for part in (*COUNTED, "discount", "total")) >= 0
    assert parts.discount <= parts.principal


@few
@given(positions(), payments, days)
def test_nothing_is_charged_up_to_the_effective_due_date(position, money, day):
    """Lei 7.089/1983: whatever was paid before."""
    found = after(position, money, day)[0]
    parts = found.breakdown(DUE + day)
    if DUE + day <= found.effective:
        assert (parts.fine, parts.interest, parts.correction) == (0, 0, 0)


@few
@given(positions(), payments, days)
def test_the_components_add_up_to_the_amount(position, money, day):
    """To the centavo, whatever was paid before, with and without discounts."""
    found = after(position, money, day)[0]
    components = Balance(found, DUE + day, "BRL").components
    assert sum(each.amount.minor for each in components) == found.breakdown(DUE + day).total == found.asked(DUE + day)
    assert len({each.name for each in components}) == len(components)


@few
@given(positions(), payments, days)
def test_stretches_tell_how_interest_was_computed(position, money, day):
    """Their exact sum, rounded once, less what was paid; never below zero."""
    found = after(position, money, day)[0]
    for each in Balance(found, DUE + day, "BRL").components:
        if each.name == "interest":
            exact = sum((stretch.exact for stretch in each.stretches), Fraction(0))
            assert each.amount.minor == max(0, round_minor(exact, found.rules.rounding) - each.paid.minor)
            assert all(
                first.last < second.first for first, second in zip(each.stretches, each.stretches[1:], strict=False)
            )


@few
@given(positions(), payments)
def test_allocation_never_loses_a_centavo(position, money):
    """What was given is what its parts were paid."""
    found, total = after(position, money, 10**6)
    paid = found.principal_paid + found.interest_paid + found.fine_paid + found.correction_paid
    assert found.given == total == paid


@few
@given(positions(), payments, days)
def test_a_payment_of_all_that_is_asked_leaves_nothing(position, money, day):
    """It settles, late or early."""
    found = after(position, money, day)[0]
    asked = found.breakdown(DUE + day).total
    if asked:
        settled = found.give(asked, DUE + day, 1, "quitação", 1)
        assert settled.settled == 1
        assert settled.left_over == 0
