"""What holds of promises: kept or broken, never both, and judged by a slow clerk's sum of what came in time."""

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties import naive
from tests.properties.capped import day_of
from tests.properties.portfolios import DAY, Portfolio, at, civil, fact, few, reachable

from regua.core import events as ev
from regua.core.dates import Offset
from regua.core.money import Money
from regua.core.policy import EventTrigger, OffsetTrigger, Policy, Step
from regua.core.tones import Tone

LADDER = [
    Step(
        id=f"d{days}",
        trigger=OffsetTrigger(offset=Offset(days), minute=600),
        tone=Tone.COURTEOUS,
        channels=("email",),
        templates={None: "atraso"},
    )
    for days in (3, 6, 9, 14, 20)
]
SIGNALS = [
    Step(id=on, trigger=EventTrigger(on=on, minute=600), tone=tone, channels=("email",), templates={None: on})
    for on, tone in (("promise.broken", Tone.COURTEOUS), ("promise.kept", None))
]
POLICY = Policy(id="regua", calendar="br-bancario", steps=(*LADDER, *SIGNALS))
OWED = 30_000
ISSUED, MADE = at(0, 600), at(9, 600)


@st.composite
def promised(draw: st.DrawFn) -> Portfolio:
    """One receivable, promised in full on a Friday, and up to three payments, of too little or enough."""
    issued = fact(ev.InvoiceIssued, "emissao", ISSUED, receivable="nf", amount=Money(OWED), due=civil(7))
    by = civil(9 + draw(st.integers(0, 9)))
    made = fact(ev.PromiseMade, "promessa", MADE, promise="promessa", amount=Money(OWED), by=by, receivables=("nf",))
    paid = [
        fact(
            ev.PaymentSettled,
            f"pago-{place}",
            at(draw(st.integers(9, 22)), 601 + place),
            payment=f"pago-{place}",
            amount=Money(draw(st.sampled_from([OWED // 3, OWED // 2, OWED]))),
            receivables=("nf",),
        )
        for place in range(draw(st.integers(0, 3)))
    ]
    return Portfolio(policy=POLICY, events=(*reachable(), issued, made, *paid), as_of=at(40))


def in_time(portfolio: Portfolio) -> bool:
    """Whether what came up to the end of the promised day reaches what was promised."""
    by = portfolio.of(ev.PromiseMade)[0].by
    paid = [event for event in portfolio.of(ev.PaymentSettled) if day_of(portfolio, event.at_us) <= by]
    return sum(event.amount.minor for event in paid) >= OWED


def answered(portfolio: Portfolio, instant: int) -> set[str]:
    """The signals of promises that the plan of an instant answers."""
    return {
        action.step for action in portfolio.schedule(instant).all if action.step in {"promise.broken", "promise.kept"}
    }


@few
@given(promised(), st.integers(9, 40))
def test_a_promise_is_never_both_kept_and_broken(portfolio, day):
    """At every instant one of the two signals at most is answered."""
    assert len(answered(portfolio, at(day, 720))) <= 1


@few
@given(promised())
def test_a_promise_is_kept_when_enough_came_in_time(portfolio):
    """The sum of the payments up to the promised day decides, not the clock and not what came after."""
    assert answered(portfolio, at(40)) == ({"promise.kept"} if in_time(portfolio) else {"promise.broken"})


@few
@given(promised())
def test_a_broken_promise_is_answered_once_clearing_has_passed(portfolio):
    """No earlier than the day after clearing, on the first open day from then on."""
    assume(not in_time(portfolio))
    found = next(action for action in portfolio.schedule(MADE + 1).all if action.step == "promise.broken")
    day = naive.cleared(portfolio, portfolio.of(ev.PromiseMade)[0].by) + naive.ONE
    while portfolio.policy.limits.windows[day.weekday()] is None or day in naive.CONTACT_HOLIDAYS:
        day += naive.ONE
    assert found.day == day


@few
@given(promised())
def test_a_promise_adds_nothing_to_a_ladder(portfolio):
    """Whatever runs of the ladder with the promise runs without it, on the same day."""
    made = portfolio.of(ev.PromiseMade)
    offset = {step.id for step in LADDER}
    for instant in (MADE + 1, MADE + 5 * DAY, MADE + 12 * DAY):
        free = {(action.step, action.day) for action in portfolio.schedule(instant, made).all}
        schedule = portfolio.schedule(instant)
        planned = {(action.step, action.day) for action in schedule.planned if action.step in offset}
        assert planned <= free


@few
@given(promised(), st.integers(9, 30))
def test_a_promise_is_open_or_answered(portfolio, day):
    """Where it silences nothing any more it was kept, broken or paid: no promise sleeps for ever."""
    schedule = portfolio.schedule(at(day, 720))
    silenced = [action for action in schedule.all if action.reason.code == "promised" and action.status == "waiting"]
    by = naive.cleared(portfolio, portfolio.of(ev.PromiseMade)[0].by)
    assert not silenced or day_of(portfolio, at(day, 720)) <= by
