"""What holds of every contact: who is in it, who carries it, what it is about, when it goes."""

from datetime import date, timedelta

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties import naive
from tests.properties.capped import CALLS, capped_portfolios, day_of, half
from tests.properties.portfolios import CALENDAR, Portfolio, at, evolve_plan, fact, few

from regua.core import events as ev
from regua.core.account import fold
from regua.core.money import Money
from regua.core.planning import Action, Contact, Schedule, plan, plan_many
from regua.core.policy import Policy, Step

plain = capped_portfolios(facts=("payment", "hold", "dispute"))
gradual = plain.map(lambda portfolio: evolve_plan(portfolio, gradual=True))
anything = capped_portfolios()
days = st.integers(2, 35)


def members(schedule: Schedule, contact: Contact) -> list[Action]:
    """The actions of a contact, the carrier first."""
    actions = {action.id: action for action in schedule.all}
    return [actions[member] for member in contact.members]


def steps_of(policy: Policy) -> dict[str, Step]:
    """Steps by id."""
    return {step.id: step for step in policy.steps}


def told_on(schedule: Schedule, contact: Contact) -> date:
    """The day on which it goes: its own, or today where that has passed."""
    return max(contact.at, schedule.as_of).date()


@half
@given(anything, days)
def test_every_message_that_runs_is_in_exactly_one_contact(portfolio, day):
    """Every action that is due or planned stands in the contact that it names, and no contact is empty."""
    schedule = portfolio.schedule(at(day, 720))
    held = [(member, contact.id) for contact in schedule.contacts for member in contact.members]
    assert sorted(held) == sorted((action.id, action.contact) for action in (*schedule.due, *schedule.planned))
    assert all(contact.members for contact in schedule.contacts)


@few
@given(anything, days)
def test_contacts_have_ids_of_their_own(portfolio, day):
    """The id is the carrier's and a number, the first 1, and no two contacts of a schedule share one."""
    contacts = portfolio.schedule(at(day, 720)).contacts
    assert len({contact.id for contact in contacts}) == len(contacts)
    assert [contact.id for contact in contacts] == [f"{contact.carrier}/1" for contact in contacts]


@half
@given(anything, days)
def test_the_actions_of_a_contact_go_together(portfolio, day):
    """One channel, one point and one status for the contact and its members; one instant where none was missed."""
    schedule = portfolio.schedule(at(day, 720))
    for contact in schedule.contacts:
        found = members(schedule, contact)
        for action in found:
            assert (action.channel, action.point, action.status) == (contact.channel, contact.point, contact.status)
        if all(action.day >= schedule.as_of.date() for action in found):
            assert {(action.at_us, action.day) for action in found} == {(contact.at_us, contact.day)}


@half
@given(anything, days)
def test_the_severest_carries(portfolio, day):
    """What presses, then tone, then the oldest due date, then the place in the policy, then the id decides."""
    schedule = portfolio.schedule(at(day, 720))
    order = [step.id for step in portfolio.policy.steps]

    def weight(action: Action) -> tuple[object, ...]:
        tone = -1 if action.tone is None else action.tone
        due = naive.due_of(portfolio, action.receivable)
        return not action.presses, -tone, due, order.index(action.step), action.id

    for contact in schedule.contacts:
        found = members(schedule, contact)
        assert found[0] == min(found, key=weight)
        carrier = found[0]
        assert (contact.carrier, contact.tone, contact.template) == (carrier.id, carrier.tone, carrier.template)
        assert contact.presses == any(action.presses for action in found)


@half
@given(capped_portfolios(late=False), days)
def test_a_day_and_a_channel_have_one_contact_that_asks(portfolio, day):
    """Where nothing must go apart, what asks by one channel on one day is one contact."""
    portfolio = evolve_plan(portfolio, consolidate="day")
    schedule = portfolio.schedule(at(day, 720))
    asking = {step.id for step in portfolio.policy.steps if step.kind == "message" and step.id != "receivable.settled"}
    places = [
        (told_on(schedule, contact), contact.channel)
        for contact in schedule.contacts
        if members(schedule, contact)[0].step in asking
    ]
    assert len(places) == len(set(places))


@few
@given(anything, days)
def test_nothing_merges_where_the_policy_says_none(portfolio, day):
    """With `consolidate = "none"` every contact has one member."""
    portfolio = evolve_plan(portfolio, consolidate="none")
    assert all(len(contact.members) == 1 for contact in portfolio.schedule(at(day, 720)).contacts)


@few
@given(anything, days)
def test_thanks_are_never_in_a_contact_that_asks(portfolio, day):
    """What does not ask merges with its own step alone, and lists nobody."""
    schedule = portfolio.schedule(at(day, 720))
    for contact in schedule.contacts:
        steps = {action.step for action in members(schedule, contact)}
        if "receivable.settled" in steps:
            assert steps == {"receivable.settled"}
            assert not contact.presses
            assert all(item.action for item in contact.items)


@few
@given(anything, days)
def test_a_call_is_a_contact_of_one(portfolio, day):
    """A task goes alone and by no channel."""
    schedule = portfolio.schedule(at(day, 720))
    for contact in schedule.contacts:
        kinds = {action.kind for action in members(schedule, contact)}
        if CALLS in kinds:
            assert (len(contact.members), contact.channel) == (1, "")


@half
@given(capped_portfolios(events=False))
def test_a_contact_goes_at_the_earliest_time_that_a_member_asks_for(portfolio):
    """Each step's clock time, brought into the window of the day; the earliest of them is everybody's."""
    schedule = portfolio.schedule(at(1, 720))
    steps, windows = steps_of(portfolio.policy), portfolio.policy.limits.windows
    for contact in schedule.contacts:
        window = windows[contact.at.weekday()]
        asked = [steps[action.step].trigger.minute for action in members(schedule, contact)]
        expected = min(max(window.opens, min(minute, window.closes - 1)) for minute in asked)
        assert contact.at.hour * 60 + contact.at.minute == expected


@half
@given(plain, days)
def test_the_items_of_a_contact_are_what_a_slow_clerk_would_list(portfolio, day):
    """Its members' receivables, and where it presses and may merge every other one that is late, open and unstopped."""
    schedule = portfolio.schedule(at(day, 720))
    names = [event.receivable for event in portfolio.of(ev.InvoiceIssued)]
    for contact in schedule.contacts:
        own = {action.receivable for action in members(schedule, contact)}
        instant = max(contact.at_us, schedule.as_of_us)
        lists = contact.presses and portfolio.policy.plan.consolidate == "day"
        others = {name for name in names if lists and name not in own and is_overdue(portfolio, name, instant)}
        assert {item.receivable for item in contact.items if item.action} == own
        assert {item.receivable for item in contact.items if not item.action} == others


def is_overdue(portfolio: Portfolio, name: str, instant: int) -> bool:
    """Whether somebody may be reminded of it beside others: late past clearing, open, and not stopped."""
    due = naive.next_business_day(naive.due_of(portfolio, name))
    is_open = not naive.debts(portfolio, instant)[name].is_settled
    return (
        is_open
        and day_of(portfolio, instant) > naive.cleared(portfolio, due)
        and not naive.is_stopped(portfolio, name, instant)
    )


@few
@given(plain, days)
def test_items_come_by_due_date_with_the_balance_of_their_day(portfolio, day):
    """Each receivable once, the oldest first, with what a slow clerk says it asks that day."""
    schedule = portfolio.schedule(at(day, 720))
    for contact in schedule.contacts:
        assert [item.due for item in contact.items] == sorted(item.due for item in contact.items)
        assert len({item.receivable for item in contact.items}) == len(contact.items)
        instant = max(contact.at_us, schedule.as_of_us)
        clerk = naive.debts(portfolio, instant)
        for item in contact.items:
            assert item.due == naive.due_of(portfolio, item.receivable)
            assert item.amount == Money(clerk[item.receivable].asked(day_of(portfolio, instant)))


@few
@given(anything, days)
def test_what_is_listed_stands_on_the_carrier_alone(portfolio, day):
    """`listed` of the carrier are the items without an action; the other members have none."""
    schedule = portfolio.schedule(at(day, 720))
    for contact in schedule.contacts:
        carrier, *others = members(schedule, contact)
        assert carrier.listed == tuple(item.receivable for item in contact.items if not item.action)
        assert not any(action.listed for action in others)


@few
@given(gradual, days)
def test_each_receivable_has_its_own_rung_whatever_carries(portfolio, day):
    """Beside a severe carrier nobody's tone rises: each is as high as its own deliveries allow."""
    ladder = naive.rungs(portfolio.policy.steps)
    schedule = portfolio.schedule(at(day, 720))
    for contact in schedule.contacts:
        for action in members(schedule, contact):
            if action.presses and action.kind == "message":
                highest = naive.delivered(portfolio, action.receivable, max(contact.at_us, schedule.as_of_us))
                allowed = ladder[0 if highest is None else min(ladder.index(highest) + 1, len(ladder) - 1)]
                assert action.tone == min(action.asked_tone, allowed), action.step


@few
@given(capped_portfolios(late=False, calls=False, facts=()), st.data())
def test_being_listed_is_no_step_and_raises_no_rung(portfolio, data):
    """After a contact that listed a receivable, every action of that receivable is as if it had not been listed."""
    portfolio = evolve_plan(portfolio, gradual=True, catch_up="all")
    contacts = [found for found in portfolio.schedule(at(1)).contacts if any(not item.action for item in found.items)]
    assume(contacts)
    chosen = data.draw(st.sampled_from(contacts))
    schedule = portfolio.schedule(chosen.at_us)
    contact = next((found for found in schedule.contacts if found.carrier == chosen.carrier), None)
    assume(contact is not None)
    carried = members(schedule, contact)
    listed = {item.receivable for item in contact.items if not item.action}
    told = []
    for names in ({}, {"listed": ()}):
        outcomes = [
            ev.ActionDelivered.of(action, id=f"z-{place}", at=chosen.at_us, **names)
            for place, action in enumerate(carried)
        ]
        after = portfolio.plus(*outcomes).schedule(chosen.at_us + 1)
        told.append([action for action in after.all if action.receivable in listed])
    assert told[0] == told[1]
    tones = {action.id: action.tone for action in schedule.all}
    assert all(action.tone == tones[action.id] for action in told[0])


@few
@given(anything, days)
def test_an_outcome_takes_over_its_contact(portfolio, day):
    """What `of` makes of an action names the contact and what it listed; done, the action still names it."""
    schedule = portfolio.schedule(at(day, 720))
    due = [contact for contact in schedule.contacts if contact.status == "due"]
    assume(due)
    carried = members(schedule, due[0])
    outcomes = [
        (ev.CallOutcome if action.kind == CALLS else ev.ActionSent).of(
            action, id=f"z-{place}", at=schedule.as_of_us, **({"result": "reached"} if action.kind == CALLS else {})
        )
        for place, action in enumerate(carried)
    ]
    assert {(outcome.contact, outcome.listed) for outcome in outcomes[:1]} == {(due[0].id, carried[0].listed)}
    after = portfolio.plus(*outcomes).schedule(schedule.as_of_us)
    ids = {action.id for action in carried}
    assert {action.contact for action in after.done if action.id in ids} == {due[0].id}
    assert not ids & {member for contact in after.contacts for member in contact.members}


@few
@given(capped_portfolios(facts=(), calls=False, events=False), days)
def test_after_a_failure_its_actions_form_contacts_anew(portfolio, day):
    """The failed channel is in none of them, the ids are new, and an action without another channel is done."""
    schedule = portfolio.schedule(at(day, 720))
    due = [contact for contact in schedule.contacts if contact.status == "due"]
    assume(due)
    failed = [
        ev.ActionFailed.of(action, id=f"z-{place}", at=schedule.as_of_us)
        for place, action in enumerate(members(schedule, due[0]))
    ]
    after = portfolio.plus(*failed).schedule(schedule.as_of_us)
    steps = steps_of(portfolio.policy)
    assert due[0].id not in {contact.id for contact in after.contacts}
    for action in after.all:
        if action.id in due[0].members:
            left = [channel for channel in steps[action.step].channels if channel != due[0].channel]
            assert (action.status == "done") == (not left), action.step
            assert action.channel in left or not left


@few
@given(st.lists(capped_portfolios(most=3), min_size=1, max_size=3), days)
def test_planning_many_is_planning_each(portfolios, day):
    """`plan_many` gives what `plan` gives, debtor by debtor, to the fingerprint."""
    policy = portfolios[0].policy
    accounts = [
        fold([evolve(event, debtor=f"ana-{place}") for event in portfolio.events])
        for place, portfolio in enumerate(portfolios)
    ]
    many = plan_many(policy, accounts, as_of=at(day, 720), calendar=CALENDAR)
    each = [plan(policy, account, as_of=at(day, 720), calendar=CALENDAR) for account in accounts]
    assert [(found.fingerprint, found) for found in many] == [(found.fingerprint, found) for found in each]


@few
@given(capped_portfolios(facts=("hold", "dispute")), days)
def test_a_reminder_far_from_any_debt_moves_nothing(portfolio, day):
    """A receivable that is only reminded of changes no day of any action of the others."""
    name = "nf-lembrada"
    new = fact(ev.InvoiceIssued, "z", at(0, 600), receivable=name, amount=Money(5_000), due=date(2026, 7, 1))
    before = {action.id: (action.status, action.day, action.tone) for action in portfolio.schedule(at(day, 720)).all}
    after = portfolio.plus(new).schedule(at(day, 720))
    ahead = [action for action in after.all if action.receivable == name]
    assert all(action.day > date(2026, 7, 1) - timedelta(days=9) for action in ahead)
    told = {action.id: (action.status, action.day, action.tone) for action in after.all if action.receivable != name}
    assert told == before
