"""What holds under contact caps, of plans and of whole lives; contacts are counted from the recorded events."""

from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties import naive
from tests.properties.capped import (
    LIFE,
    broken_cap,
    capped_portfolios,
    day_of,
    half,
    lives,
    pressing_days,
    without_caps,
)
from tests.properties.portfolios import CALENDAR, DAY, Portfolio, at, evolve_plan, fact, few
from tests.properties.test_actions import is_open
from tests.properties.test_time import sleeping, telling

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Duration
from regua.core.money import Money
from regua.core.planning import Action, plan
from regua.core.policy import Limits, OffsetTrigger, Policy

CAPS = {"min-interval", "daily-cap", "weekly-cap"}
BEGINNING = at(1, 12 * 60)
"""Before anything is due."""
unsent = capped_portfolios(late=False)


def codes(action: Action) -> set[str]:
    """The codes of an action's reasons."""
    return {reason.code for reason in action.reasons}


def capped_moves(portfolio: Portfolio) -> list[tuple[Action, Action]]:
    """What is planned under caps beside the same without caps, from the beginning on."""
    free = {action.id: action for action in without_caps(portfolio).schedule(BEGINNING).all}
    return [(action, free[action.id]) for action in portfolio.schedule(BEGINNING).planned]


# lives, counted from what was recorded


@half
@given(lives())
def test_no_civil_day_has_more_pressing_contacts_than_allowed(life):
    """Whatever failed, was unknown, imported late or missed, nobody is pressed more often a day than the cap says."""
    assert not broken_cap(Limits(contacts_per_day=life.portfolio.policy.limits.contacts_per_day), pressing_days(life))


@half
@given(lives())
def test_no_seven_civil_days_have_more_pressing_contacts_than_allowed(life):
    """Any seven civil days in a row hold at most the pressing contacts that the weekly cap allows."""
    assert not broken_cap(Limits(contacts_per_week=life.portfolio.policy.limits.contacts_per_week), pressing_days(life))


@half
@given(lives())
def test_two_pressing_contacts_keep_their_distance(life):
    """Between two days with a pressing contact lies at least the interval."""
    assert not broken_cap(Limits(min_interval=life.portfolio.policy.limits.min_interval), pressing_days(life))


@pytest.mark.parametrize(
    ("limits", "days", "broken"),
    [
        (Limits(contacts_per_day=1), [2, 2], "daily-cap"),
        (Limits(contacts_per_day=1), [2, 3], ""),
        (Limits(contacts_per_week=2), [2, 5, 8], "weekly-cap"),
        (Limits(contacts_per_week=2), [2, 5, 9], ""),
        (Limits(min_interval=Duration(3)), [2, 4], "min-interval"),
        (Limits(min_interval=Duration(3)), [2, 5], ""),
    ],
)
def test_the_counting_of_contacts_counts(limits: Limits, days: list[int], broken: str):
    """The oracle itself, at its boundaries."""
    found = broken_cap(limits, [naive.date(2026, 4, day) for day in days])
    assert found.split(" ")[0] == broken


@few
@given(lives())
def test_nothing_is_attempted_again_that_may_have_arrived(life):
    """A second attempt at an action follows only a known failure, and goes by another channel."""
    ends: dict[str, list[ev.ActionOutcome]] = {}
    for event in life.sent:
        before = ends.setdefault(event.action, [])
        if isinstance(event, ev.ActionAttempted | ev.CallOutcome):
            tried = [other for other in before if isinstance(other, ev.ActionAttempted | ev.CallOutcome)]
            failed = [other for other in before if isinstance(other, ev.ActionFailed)]
            assert len(tried) == len(failed), event.step
            assert event.channel not in {other.channel for other in tried}, event.step
        before.append(event)


@few
@given(lives())
def test_every_contact_of_a_life_goes_in_an_open_hour(life):
    """What is moved by a cap is moved into the window of its new day, never onto a holiday."""
    kinds = {step.id: step.kind for step in life.portfolio.policy.steps}
    for event in life.attempts():
        clock = naive.wall(life.portfolio, event.at_us)
        assert is_open(life.portfolio.policy, kinds[event.step], clock), (event.step, clock)


@few
@given(lives(calls=False, events=False, gradual=True))
def test_the_tones_of_a_life_climb_rung_by_rung(life):
    """Under `gradual` each message is at most one rung above the highest delivered before about its receivable."""
    policy = life.portfolio.policy
    pressing = {step.id for step in policy.steps if step.presses}
    ladder = naive.rungs(policy.steps)
    for event in life.attempts():
        if event.step in pressing:
            highest = naive.delivered(life.known(event.at_us), event.receivable, event.at_us)
            assert ladder.index(event.tone) <= (0 if highest is None else ladder.index(highest) + 1), event.step


@few
@given(lives(facts=("payment", "hold", "dispute")))
def test_nobody_is_pressed_for_what_is_known_to_be_paid_or_stopped(life):
    """At each attempt a slow clerk who has the events of that moment finds the receivable open and in no stop."""
    pressing = {step.id for step in life.portfolio.policy.steps if step.presses}
    for event in life.attempts():
        if event.step in pressing:
            known = life.known(event.at_us)
            assert not naive.debts(known, event.at_us)[event.receivable].is_settled, event.step
            assert not naive.is_stopped(known, event.receivable, event.at_us), event.step


@few
@given(lives(events=False, facts=("payment",)))
def test_no_attempt_comes_later_than_its_own_max_delay(life):
    """Counted from the first open day at or after the step's day and clearing, or from the day of a late import."""
    steps = {step.id: step for step in life.portfolio.policy.steps}
    longest = timedelta(days=life.portfolio.policy.plan.max_delay.days)
    for event in life.attempts():
        if steps[event.step].presses:
            own = own_day(life.portfolio, steps[event.step].trigger, event.receivable)
            assert day_of(life.portfolio, event.at_us) <= own + longest, event.step


def own_day(portfolio: Portfolio, trigger: OffsetTrigger, receivable: str) -> naive.date:
    """The day that is a step's own: by offset, after clearing, open, and known."""
    due = naive.next_business_day(naive.due_of(portfolio, receivable))
    first = (
        naive.next_business_day(due) if portfolio.policy.limits.clearing.days == 0 else naive.cleared(portfolio, due)
    )
    day = max(due + timedelta(days=trigger.offset.days), first + naive.ONE)
    while portfolio.policy.limits.windows[day.weekday()] is None or day in naive.CONTACT_HOLIDAYS:
        day += naive.ONE
    issued = next(event for event in portfolio.of(ev.InvoiceIssued) if event.receivable == receivable)
    return max(day, day_of(portfolio, issued.recorded_us))


@few
@given(lives())
def test_a_recorded_life_replays_to_the_same_fingerprints(life):
    """The plan of each moment, made again from the whole log and `known_at`, is the one that was acted upon."""
    events = life.log
    for asked in life.asked:
        again = plan(life.portfolio.policy, fold(events, known_at=asked.now), as_of=asked.now, calendar=CALENDAR)
        assert again.fingerprint == asked.fingerprint


@few
@given(lives(), st.integers(0, 30), st.data())
def test_a_backdated_fact_never_changes_what_was_sent(life, day, data):
    """A payment, dispute or hold of long ago that is learnt only now leaves every sent action as it was."""
    now = at(LIFE)
    names = tuple(event.receivable for event in life.portfolio.of(ev.InvoiceIssued))
    cls, key = data.draw(
        st.sampled_from([(ev.PaymentSettled, "payment"), (ev.DisputeOpened, "dispute"), (ev.HoldPlaced, "hold")])
    )
    money = {"amount": Money(10**7)} if cls is ev.PaymentSettled else {}
    late = fact(cls, "z", at(day), now, receivables=names, **{key: "z"}, **money)
    before = Portfolio(policy=life.portfolio.policy, events=tuple(life.log), as_of=now).schedule()
    after = {
        action.id: action
        for action in Portfolio(policy=life.portfolio.policy, events=(*life.log, late), as_of=now).schedule().all
    }
    for action in before.done:
        found = after[action.id]
        told = (action.status, action.at_us, action.channel, action.tone, action.contact, codes(action))
        assert told == (found.status, found.at_us, found.channel, found.tone, found.contact, codes(found)), action.step


# plans


@half
@given(unsent)
def test_a_plan_keeps_the_caps_ahead(portfolio):
    """The contacts that are planned break no cap among themselves."""
    days = sorted(contact.day for contact in portfolio.schedule(BEGINNING).contacts if contact.presses)
    assert not broken_cap(portfolio.policy.limits, days)


@half
@given(unsent)
def test_a_cap_brings_nothing_forward(portfolio):
    """No action is planned for an earlier day than it would have without caps."""
    for action, free in capped_moves(portfolio):
        assert action.day >= free.day, action.step


@half
@given(unsent)
def test_what_a_cap_moved_says_so(portfolio):
    """An action is on another day than without caps if and only if it names a cap."""
    for action, free in capped_moves(portfolio):
        if free.status == "planned":
            assert (action.day != free.day) == bool(codes(action) & CAPS), action.step


@half
@given(unsent)
def test_a_cap_moves_no_further_than_max_delay(portfolio):
    """The planned day is at most `max_delay` after the day that was its own."""
    longest = timedelta(days=portfolio.policy.plan.max_delay.days)
    for action, free in capped_moves(portfolio):
        if free.status == "planned":
            assert action.day <= free.day + longest, action.step


@half
@given(unsent)
def test_under_latest_nothing_is_moved_to_the_day_of_a_later_step(portfolio):
    """What a cap moves up to a later step's own day gives way to it, as what is missed does; the order stays."""
    portfolio = evolve_plan(portfolio, catch_up="latest")
    steps = {step.id for step in portfolio.policy.steps if step.is_offset and step.presses}
    moves = [(action, free) for action, free in capped_moves(portfolio) if action.step in steps]
    for action, free in moves:
        for later, own in moves:
            if later.receivable == action.receivable and own.day > free.day and own.status == "planned":
                assert action.day < own.day, (action.step, later.step)


@half
@given(unsent)
def test_what_does_not_press_is_not_moved_by_caps(portfolio):
    """Reminders and thanks keep their day and status, however full the days are."""
    capped, free = portfolio.schedule(BEGINNING), without_caps(portfolio).schedule(BEGINNING)
    told = [
        {action.id: (action.status, action.day) for action in found.all if not action.presses}
        for found in (capped, free)
    ]
    assert told[0] == told[1]


@half
@given(capped_portfolios(), st.integers(0, 30))
def test_caps_out_of_reach_change_nothing(portfolio, day):
    """A thousand contacts a day and a week are as good as no cap."""
    reach = Limits(contacts_per_day=1000, contacts_per_week=1000, min_interval=Duration(0))
    far = evolve(portfolio, policy=evolve(portfolio.policy, limits=reach))
    capped, free = far.schedule(at(day, 720)), without_caps(portfolio).schedule(at(day, 720))
    assert (capped.all, capped.contacts) == (free.all, free.contacts)


@half
@given(capped_portfolios(facts=("hold", "dispute")), st.integers(0, 40))
def test_a_capped_plan_keeps_its_word(portfolio, days):
    """Asked again later, with the same facts, the plan neither moves nor loses what it had promised and lies ahead."""
    now = portfolio.as_of + days * DAY
    later = {action.id: action for action in portfolio.schedule(now).all}
    for action in portfolio.schedule().planned:
        if action.at_us > now:
            found = later[action.id]
            assert (found.status, found.at_us) == ("planned", action.at_us), action.step


@few
@given(capped_portfolios(), st.fractions(0, 1))
def test_under_caps_nothing_changes_before_the_next_wakeup(portfolio, share):
    """Whoever sleeps until `next_wakeup` misses no contact."""
    schedule = portfolio.schedule()
    end = portfolio.as_of + 60 * DAY if schedule.next_wakeup_us is None else schedule.next_wakeup_us
    expected = [(contact.id, contact.members) for contact in schedule.contacts]
    for between in sleeping(portfolio, portfolio.as_of, end, share):
        found = portfolio.schedule(between)
        assert telling(found) == telling(schedule)
        assert [(contact.id, contact.members) for contact in found.contacts] == expected


@few
@given(capped_portfolios(), st.randoms(use_true_random=False))
def test_contacts_do_not_depend_on_the_order_of_arrival(portfolio, chance):
    """Shuffled facts give the same contacts on the same days, to the fingerprint."""
    shuffled = list(portfolio.events)
    chance.shuffle(shuffled)
    again = plan(portfolio.policy, fold(shuffled), as_of=portfolio.as_of, calendar=CALENDAR)
    assert again == portfolio.schedule()
    assert again.fingerprint == portfolio.schedule().fingerprint


@few
@given(unsent)
def test_a_contact_carried_out_as_planned_changes_no_other(portfolio):
    """Every action of another contact keeps its day, hour, channel and status: its place had been counted already."""
    level = evolve(portfolio.policy, plan=evolve(portfolio.policy.plan, gradual=False))
    portfolio = evolve(portfolio, policy=level)
    planned = portfolio.schedule(BEGINNING).contacts
    assume(planned)
    now = planned[0].at_us
    before = {action.id: action for action in portfolio.schedule(now).all}
    contact = next(found for found in portfolio.schedule(now).contacts if found.status == "due")
    done = [before[member] for member in contact.members]
    outcomes = [_outcome(action, now, place) for place, action in enumerate(done)]
    after = portfolio.plus(*outcomes).schedule(now + len(outcomes))
    for action in after.all:
        if action.id in contact.members:
            assert (action.status, action.contact) == ("done", contact.id)
        else:
            was = before[action.id]
            assert (action.status, action.at_us, action.channel) == (was.status, was.at_us, was.channel), action.step


def _outcome(action: Action, now: int, place: int) -> ev.ActionOutcome:
    if action.kind == "task":
        return ev.CallOutcome.of(action, id=f"z-{place}", at=now + place, result="reached")
    return ev.ActionSent.of(action, id=f"z-{place}", at=now + place, reports_delivery=False)


@few
@given(capped_portfolios(), st.integers(0, 40), st.data())
def test_under_caps_a_full_payment_adds_no_pressing_action_for_what_it_pays(portfolio, day, data):
    """It may make room for others, never for the receivable that it settles."""
    name = data.draw(st.sampled_from([event.receivable for event in portfolio.of(ev.InvoiceIssued)]))
    known = min(at(day), portfolio.as_of)
    paid = fact(ev.PaymentSettled, "z", at(day), known, payment="z", amount=Money(10**7), receivables=(name,))
    assume(not [event for event in portfolio.of(ev.PromiseMade) if event.receivables == (name,)])
    assert _running(portfolio.plus(paid), name) <= _running(portfolio, name)


def _running(portfolio: Portfolio, name: str) -> set[str]:
    schedule = portfolio.schedule()
    open_ones = (*schedule.due, *schedule.planned, *schedule.waiting)
    return {action.id for action in open_ones if action.presses and action.receivable == name}


@few
@given(capped_portfolios(), st.integers(0, LIFE))
def test_under_caps_each_step_has_one_primary_reason_at_every_instant(portfolio, day):
    """Each step of each receivable stands in exactly one place of the schedule, with one first reason that fits it."""
    schedule = portfolio.schedule(at(day, 720))
    places = [(action.step, action.receivable, action.occurrence) for action in schedule.all]
    assert len(places) == len(set(places))
    assert len(schedule.all) == sum(
        map(len, (schedule.due, schedule.planned, schedule.waiting, schedule.done, schedule.ended))
    )
    names = {event.receivable for event in portfolio.of(ev.InvoiceIssued)}
    steps = {step.id for step in portfolio.policy.steps if step.is_offset}
    assert {(step, name) for step, name, _ in places if step in steps} == {
        (step, name) for step in steps for name in names
    }
    for action in schedule.all:
        assert sum(reason is action.reason for reason in action.reasons) == 1
        assert (action.reason.code in CAPS) <= (action.status in {"waiting", "ended"})


@few
@given(unsent)
def test_the_strictest_of_two_policies_counts(portfolio):
    """A second policy in play with a smaller cap is kept by both; the order in which they are given does not matter."""
    other = Policy(id="outra", calendar="br-bancario", limits=Limits(contacts_per_day=1, contacts_per_week=2))
    bound = [
        evolve(event, policy="regua", policy_version=1) if isinstance(event, ev.InvoiceIssued) else event
        for event in portfolio.events
    ]
    extra = fact(
        ev.InvoiceIssued,
        "z",
        at(0, 600),
        receivable="nf-z",
        amount=Money(1),
        due=naive.date(2026, 5, 30),
        policy="outra",
        policy_version=1,
    )
    account = fold([*bound, extra])
    forth, back = (
        plan(given_, account, as_of=BEGINNING, calendar=CALENDAR)
        for given_ in ((portfolio.policy, other), (other, portfolio.policy))
    )
    assert (forth.all, forth.contacts) == (back.all, back.contacts)
    days = sorted(contact.day for contact in forth.contacts if contact.presses)
    assert not broken_cap(portfolio.policy.limits, days)
    assert not broken_cap(other.limits, days)
