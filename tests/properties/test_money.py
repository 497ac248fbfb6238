"""What holds of every balance: nothing is lost, nothing is negative, nothing is charged too early."""

from datetime import date
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties import naive
from tests.properties import portfolios as p
from tests.properties.portfolios import CALENDAR, DAY, Portfolio, at, charge_rules, fact, few, instants, portfolios

from regua.core import events as ev
from regua.core.account import fold
from regua.core.calendars import Place, WeekdayCalendar, business_days
from regua.core.charges import Measures, Position
from regua.core.money import Money
from regua.core.planning.standing import Standing
from regua.core.policy import ChargeRules

WEEKDAYS = Measures(days=business_days(WeekdayCalendar(), Place()))
PAID_OR_VOID = (*p.MONEY, p._void)  # noqa: SLF001 - its own package
plain_money = portfolios(happenings=(p._payment,), sendings=0)  # noqa: SLF001 - as above
with_void = portfolios(happenings=PAID_OR_VOID, sendings=0)
anything = portfolios(sendings=0)


def standing(portfolio: Portfolio) -> Standing:
    """The debtor's standing."""
    return Standing(fold(portfolio.events), (portfolio.policy,), CALENDAR)


def balances(portfolio: Portfolio, instant: int) -> dict[str, int]:
    """What each receivable asks at an instant."""
    found = standing(portfolio)
    return {name: found.balance(name, instant, found.day(instant)) for name in found.facts.receivables}


def receivables(portfolio: Portfolio) -> list[str]:
    """Ids of all receivables."""
    return [event.receivable for event in portfolio.of(ev.InvoiceIssued)]


@few
@given(plain_money, instants)
def test_balances_are_what_a_slow_clerk_computes(portfolio, instant):
    """Payments by value date, named ones first, else the oldest; art. 354 inside; reversals as if never paid."""
    expected = naive.debts(portfolio, instant)
    day = naive.wall(portfolio, instant).date()
    found = balances(portfolio, instant)
    for name, debt in expected.items():
        assert found[name] == debt.asked(day), name


@few
@given(anything, instants)
def test_a_balance_is_never_negative(portfolio, instant):
    """Whatever was paid, granted, amended and undone."""
    found = standing(portfolio)
    for name in found.facts.receivables:
        parts = found.ledger.position(name, instant).breakdown(found.day(instant))
        assert min(parts.principal, parts.discount, parts.interest, parts.fine, parts.correction, parts.total) >= 0


@few
@given(anything, instants)
def test_what_is_settled_asks_nothing(portfolio, instant):
    """Its balance is zero, and no action that presses for it is due or planned from then on."""
    found = standing(portfolio)
    schedule = portfolio.schedule(instant)
    for name in found.facts.receivables:
        spans = found.ledger.settlements(name)
        if any(span.covers(instant) for span in spans):
            assert found.balance(name, instant, found.day(instant)) == 0
            assert not [action for action in schedule.due if action.presses and action.receivable == name]


@few
@given(with_void, st.integers(0, 40), st.integers(1, 30), st.data())
def test_a_payment_reversed_in_full_might_as_well_never_have_been_made(portfolio, day, days, data):
    """From the reversal on every balance is as without it."""
    names = tuple(data.draw(st.lists(st.sampled_from(receivables(portfolio)), unique=True, max_size=2)))
    paid = fact(ev.PaymentSettled, "y-1", at(day), payment="y", amount=Money(data.draw(p.amounts)), receivables=names)
    undone = fact(ev.PaymentReversed, "y-2", at(day + days), payment="y")
    for instant in (undone.at_us, undone.at_us + 20 * DAY):
        assert balances(portfolio.plus(paid, undone), instant) == balances(portfolio, instant)


@few
@given(with_void, instants)
def test_money_is_given_once(portfolio, instant):
    """What the receivables hold together is never more than all live payments and credits."""
    found = standing(portfolio)
    issued = [event.receivable for event in portfolio.of(ev.InvoiceIssued) if event.at_us <= instant]
    held = sum(found.ledger.position(name, instant).given for name in issued)
    assert held <= sum(amount for _, _, amount, _ in naive.live_money(portfolio, instant))


@few
@given(portfolios(happenings=(p._payment, p._void), sendings=0))  # noqa: SLF001 - as above
def test_money_never_lies_idle_beside_an_open_receivable(portfolio):
    """What is left over reduces the oldest receivables: while money is left, all are settled, void or paid in full."""
    instant = at(p.LAST + 40)
    found = standing(portfolio)
    positions = {name: found.ledger.position(name, instant) for name in found.facts.receivables}
    live = sum(amount for _, _, amount, _ in naive.live_money(portfolio, instant))
    if sum(position.given for position in positions.values()) < live:
        for name, position in positions.items():
            assert position.settled is not None or naive.is_void(portfolio, name, instant), name


@few
@given(anything, instants)
def test_no_receivable_keeps_more_than_it_asked(portfolio, instant):
    """What an amendment or a discount leaves over is an unapplied credit, for the others."""
    found = standing(portfolio)
    for name in found.facts.receivables:
        position = found.ledger.position(name, instant)
        assert position.given <= max(0, position.amount) + position.interest_paid + position.fine_paid


@few
@given(portfolios(sendings=0, happenings=(p._amendment, p._payment)), instants)  # noqa: SLF001 - as above
def test_up_to_the_effective_due_date_a_balance_is_principal_less_money_less_discount(portfolio, instant):
    """Balance = principal less allocated payments and credits, plus charges, and there are none yet."""
    found = standing(portfolio)
    for name in found.facts.receivables:
        position = found.ledger.position(name, instant)
        if found.day(instant) <= position.effective and position.settled is None:
            parts = position.breakdown(found.day(instant))
            assert parts.total == max(0, position.amount - position.given - parts.discount)


@few
@given(charge_rules(), st.integers(1, 10**9), st.integers(-60, 400), st.integers(0, 4))
def test_charges_are_zero_up_to_the_effective_due_date(rules, amount, days, closed):
    """Lei 7.089/1983: who pays by the next business day owes no fine and no interest."""
    due = date(2026, 4, 18).toordinal()
    position = Position(amount=amount, due=due, effective=due + closed, rules=rules, measures=WEEKDAYS, tolerance=0)
    parts = position.breakdown(due + days)
    assert parts.total == max(0, parts.principal - parts.discount) + parts.interest + parts.fine
    if days <= closed:
        assert (parts.interest, parts.fine) == (0, 0)
    else:
        assert parts.discount == 0
        assert parts.principal == amount


@few
@given(charge_rules(), st.integers(1, 10**9), st.integers(-60, 400), st.integers(0, 4), st.integers(0, 10**6))
def test_charges_grow_with_days_and_with_the_amount(rules, amount, days, closed, more):
    """While nothing is paid, waiting never makes it cheaper, nor does owing more."""
    due = date(2026, 4, 18).toordinal()
    position = Position(amount=amount, due=due, effective=due + closed, rules=rules, measures=WEEKDAYS, tolerance=0)
    larger = Position(
        amount=amount + more, due=due, effective=due + closed, rules=rules, measures=WEEKDAYS, tolerance=0
    )
    today, tomorrow = position.breakdown(due + days), position.breakdown(due + days + 1)
    assert today.interest <= tomorrow.interest
    assert today.fine <= tomorrow.fine
    assert today.total <= tomorrow.total
    assert today.interest <= larger.breakdown(due + days).interest
    assert today.fine <= larger.breakdown(due + days).fine


@few
@given(charge_rules(), st.integers(1, 10**7), st.integers(1, 100))
def test_each_component_is_rounded_once(rules, amount, days):
    """No more than half a minor unit away from the exact value (a whole one where it is cut off)."""
    due = date(2026, 4, 17).toordinal()
    parts = Position(amount=amount, due=due, effective=due, rules=rules, measures=WEEKDAYS, tolerance=0).breakdown(
        due + days
    )
    limit = Fraction(1, 2) if rules.rounding != "truncate" else Fraction(999_999, 1_000_000)
    assert abs(parts.interest - exact_interest(rules, amount, days)) <= limit
    exact_fine = rules.fine.share * amount + rules.fine.minor if rules.fine else 0
    assert abs(parts.fine - exact_fine) <= limit


def exact_interest(rules: ChargeRules, amount: int, days: int) -> Fraction:
    """Simple interest, exact."""
    if rules.interest is None:
        return Fraction(0)
    due = date(2026, 4, 17).toordinal()
    if rules.interest.business:
        days = sum((due + number) % 7 not in {0, 6} for number in range(1, days + 1))
    if rules.interest.minor is not None:
        return Fraction(rules.interest.minor * days)
    units = naive.BUSINESS_DAYS if rules.interest.business else naive.DAYS
    return rules.interest.share * amount * days / units[rules.interest.per]


@few
@given(
    portfolios(happenings=(p._payment, p._dispute, p._hold, p._promise)),  # noqa: SLF001 - as above
    st.integers(0, 60),
)
def test_a_credit_that_covers_everything_silences_everything(portfolio, day):
    """Unapplied credit reduces the oldest receivables; what it covers in full is not dunned."""
    covering = fact(ev.CreditGranted, "z", at(day), credit="z", amount=Money(10**9))
    schedule = portfolio.plus(covering).schedule()
    issued = {event.receivable: event.at_us for event in portfolio.of(ev.InvoiceIssued)}
    for action in (*schedule.due, *schedule.planned):
        instant = max(action.at_us, portfolio.as_of)
        if action.presses and action.receivable:
            assert instant < max(covering.at_us, issued[action.receivable]), action.step


@few
@given(portfolios(), instants, st.data())
def test_a_payment_that_settles_never_adds_a_pressing_action(portfolio, instant, data):
    """For the receivable that it settles, whenever it came and was known, in whatever else happened."""
    name = data.draw(st.sampled_from(receivables(portfolio)))
    before = pressing(portfolio, name)
    late = data.draw(st.sampled_from([0, DAY, 20 * DAY]))
    paid = fact(
        ev.PaymentSettled,
        "quitação",
        instant,
        instant + late,
        payment="quitação",
        amount=Money(10**9),
        receivables=(name,),
    )
    after = pressing(portfolio.plus(paid), name)
    assume(portfolio.policy.limits.min_balance == 0)
    assert after <= before


def pressing(portfolio: Portfolio, name: str) -> set[str]:
    """Steps whose pressing action for a receivable may still run."""
    schedule = portfolio.schedule()
    open_ones = (*schedule.due, *schedule.planned, *schedule.waiting)
    return {action.step for action in open_ones if action.presses and action.receivable == name}


@few
@given(anything)
def test_a_settlement_is_one_occasion(portfolio):
    """No event settles the same receivable twice: each settlement has a cause of its own."""
    found = standing(portfolio)
    for name in found.facts.receivables:
        causes = [span.cause for span in found.ledger.settlements(name)]
        assert len(causes) == len(set(causes)), causes


@few
@given(plain_money)
def test_a_settlement_is_known_when_all_its_money_is_known(portfolio):
    """A signal counts from the later of the day it happened and the day we could know it."""
    found = standing(portfolio)
    for name in found.facts.receivables:
        for span in found.ledger.settlements(name):
            known = {event.id: event.known_us for event in portfolio.events}
            earlier = fold(portfolio.events, known_at=max(span.start, span.known))
            assert known[span.cause] <= max(span.start, span.known)
            if span.end is None and all(event.recorded_us >= event.at_us for event in portfolio.events):
                then = Standing(earlier, (portfolio.policy,), CALENDAR)
                assert any(other.covers(span.start) for other in then.ledger.settlements(name)), span
