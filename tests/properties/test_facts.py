"""What holds of every account, whatever came in and in whatever order."""

from hypothesis import given
from hypothesis import strategies as st
from tests.properties.portfolios import CALENDAR, DAY, MIDNIGHT, MINUTE, Portfolio, at, fact, few, instants, portfolios

from regua.core import events as ev
from regua.core.account import fold
from regua.core.planning import Schedule, plan


def planned(portfolio: Portfolio, events: list[ev.Event]) -> Schedule:
    """The plan of these events."""
    return plan(portfolio.policy, fold(events), as_of=portfolio.as_of, calendar=CALENDAR)


@few
@given(portfolios(), st.randoms(use_true_random=False))
def test_events_in_any_order_are_the_same_account_and_schedule(portfolio, random):
    """Arrival order never matters."""
    shuffled = list(portfolio.events)
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(portfolio.events)
    assert planned(portfolio, shuffled) == portfolio.schedule()


@few
@given(portfolios(), st.data())
def test_an_event_that_comes_twice_is_one_fact(portfolio, data):
    """Duplicate deliveries change nothing."""
    again = data.draw(st.lists(st.sampled_from(portfolio.events), max_size=5))
    assert fold([*portfolio.events, *again]) == fold(portfolio.events)
    assert planned(portfolio, [*again, *portfolio.events]).fingerprint == portfolio.schedule().fingerprint


@few
@given(portfolios(), st.data())
def test_folding_in_parts_is_folding_at_once(portfolio, data):
    """Wherever the log is cut, and however often."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(portfolio.events)), max_size=3)))
    account = fold([])
    for start, end in zip([0, *cuts], [*cuts, len(portfolio.events)], strict=True):
        account = fold(portfolio.events[start:end], account)
    assert account == fold(portfolio.events)


@few
@given(portfolios(), instants, st.data())
def test_folding_in_parts_is_folding_at_once_for_what_was_known(portfolio, known_at, data):
    """With `known_at` too, whether it is given for each part or for the last."""
    cut = data.draw(st.integers(0, len(portfolio.events)))
    head, tail = portfolio.events[:cut], portfolio.events[cut:]
    whole = fold(portfolio.events, known_at=known_at)
    assert fold(tail, fold(head, known_at=known_at), known_at=known_at) == whole
    assert fold(tail, fold(head), known_at=known_at) == whole
    assert fold([], fold(portfolio.events), known_at=known_at) == whole


@few
@given(portfolios(), instants)
def test_what_is_recorded_later_has_no_influence_on_what_was_known(portfolio, known_at):
    """An event recorded after `known_at` leaves no trace, even where it took effect long before."""
    known = [event for event in portfolio.events if event.recorded_us <= known_at]
    account = fold(portfolio.events, known_at=known_at)
    assert account.events == fold(known).events
    if known:
        schedule = plan(portfolio.policy, account, as_of=known_at, calendar=CALENDAR)
        assert schedule == plan(portfolio.policy, fold(known), as_of=known_at, calendar=CALENDAR)


@few
@given(portfolios(), st.data())
def test_what_is_retracted_might_as_well_never_have_been_recorded(portfolio, data):
    """A retraction and the event it names are both left out of every action."""
    wrong = data.draw(st.lists(st.sampled_from(portfolio.events), min_size=1, max_size=2, unique=True))
    heads = {"recorded": MIDNIGHT, "reason": "lançado por engano"}
    retractions = [
        fact(ev.EventRetracted, f"retratação-{place}", MIDNIGHT, event=event.id, **heads)
        for place, event in enumerate(wrong)
    ]
    assert portfolio.plus(*retractions).schedule().all == portfolio.schedule(without=wrong).all


@few
@given(portfolios(), st.data())
def test_a_retracted_retraction_gives_the_fact_back(portfolio, data):
    """A retraction is an event too: retracted, it is left out, and what it named counts again."""
    event = data.draw(st.sampled_from(portfolio.events))
    wrong = fact(ev.EventRetracted, "retratação", at(0), event=event.id, reason="devedor errado")
    undone = fact(ev.EventRetracted, "retratação-desfeita", at(1), event=wrong.id, reason="era o devedor certo")
    assert portfolio.plus(wrong, undone).schedule().all == portfolio.schedule().all


@few
@given(portfolios(), st.integers(1, 30))
def test_an_event_that_names_nothing_known_changes_nothing(portfolio, day):
    """A payment, a reversal, a dispute or a veto about what is not known yet waits silently."""
    strangers = [
        fact(ev.PaymentReversed, "x-1", at(day), payment="desconhecido"),
        fact(ev.DisputeResolved, "x-2", at(day), dispute="desconhecida", outcome="upheld"),
        fact(ev.HoldReleased, "x-3", at(day), hold="desconhecida"),
        fact(ev.PromiseCancelled, "x-4", at(day), promise="desconhecida"),
        fact(ev.DisputeOpened, "x-5", at(day), dispute="d-x", receivables=("nf-desconhecida",)),
        fact(ev.InvoiceCancelled, "x-6", at(day), receivable="nf-desconhecida"),
        fact(ev.InvoiceAmended, "x-7", at(day), receivable="nf-desconhecida"),
        fact(ev.StepVetoed, "x-8", at(day), receivable="nf-desconhecida", step="passo-0"),
        fact(ev.ProtestCancelled, "x-9", at(day), receivable="nf-desconhecida"),
        fact(ev.EventRetracted, "x-10", at(day), event="desconhecido", reason="engano"),
    ]
    stripped = [event for event in strangers if type(event) not in answered(portfolio)]
    assert portfolio.plus(*stripped).schedule().all == portfolio.schedule().all


def answered(portfolio: Portfolio) -> set[type[ev.Event]]:
    """Types of event that a step of the policy answers."""
    names = {getattr(step.trigger, "on", "") for step in portfolio.policy.steps}
    return {cls for name, (cls, _) in ev.EVENT_TYPES.items() if name in names}


@few
@given(portfolios(), st.integers(0, 200), st.integers(1, 40))
def test_time_is_asked_in_one_jump_or_day_by_day(portfolio, hours, step):
    """Planning leaves no trace: the plan at an instant does not depend on the instants asked before."""
    account = fold(portfolio.events)
    target = portfolio.as_of + hours * 60 * MINUTE
    for instant in range(portfolio.as_of, target, max(step, hours // 8 + 1) * 60 * MINUTE):
        plan(portfolio.policy, account, as_of=instant, calendar=CALENDAR)
    later = plan(portfolio.policy, account, as_of=target, calendar=CALENDAR)
    assert later == portfolio.schedule(target)
    assert target - portfolio.as_of < 9 * DAY
