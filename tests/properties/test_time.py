"""What holds of schedules along time."""

from hypothesis import given
from hypothesis import strategies as st
from tests.properties.portfolios import DAY, LAST, Portfolio, at, few, portfolios

from regua.core.events import ActionOutcome
from regua.core.planning import Action, Schedule

OPEN = {"due", "planned", "waiting"}


def telling(schedule: Schedule) -> list[tuple[object, ...]]:
    """What a host would act on: everything about every action but the sentence of its reasons."""
    return [
        (action.id, action.status, action.at_us, action.tone, action.channel, action.amount, codes(action))
        for action in schedule.all
    ]


def codes(action: Action) -> list[str]:
    """The codes of an action's reasons."""
    return [reason.code for reason in action.reasons]


@few
@given(portfolios(), st.fractions(0, 1))
def test_nothing_changes_before_the_next_wakeup(portfolio, share):
    """Whoever sleeps until `next_wakeup` misses nothing: no status, amount, tone or reason changes before it."""
    schedule = portfolio.schedule()
    end = schedule.next_wakeup_us
    if end is None:
        end = portfolio.as_of + 400 * DAY
    assert end > portfolio.as_of
    between = portfolio.as_of + int((end - 1 - portfolio.as_of) * share)
    assert telling(portfolio.schedule(between)) == telling(schedule)
    assert telling(portfolio.schedule(end - 1)) == telling(schedule)


@few
@given(portfolios())
def test_nobody_is_woken_for_ever(portfolio):
    """Once every fact is known and every wait has run out, there is nothing left to wake up for."""
    assert portfolio.schedule(at(LAST + 400)).next_wakeup_us is None


@few
@given(portfolios(), st.integers(0, 40))
def test_the_day_of_an_action_follows_from_facts_alone(portfolio, days):
    """Asked again later, with the same facts, the plan neither moves nor loses what it had promised."""
    later = {action.id: action for action in portfolio.schedule(portfolio.as_of + days * DAY).all}
    ahead = {event.action for event in portfolio.of(ActionOutcome) if event.at_us > portfolio.as_of}
    for action in portfolio.schedule().all:
        if action.status in OPEN:
            assert action.id in later, action.step
        if action.status == "planned" and action.id not in ahead and later[action.id].status != "done":
            assert later[action.id].at_us == action.at_us, action.step


@few
@given(portfolios(), st.integers(0, 40))
def test_what_was_planned_comes_due_or_says_why_not(portfolio, days):
    """An action whose planned instant has come is due or done, or names the fact or the rule that stopped it."""
    now = portfolio.as_of + days * DAY
    later = {action.id: action for action in portfolio.schedule(now).all}
    for action in portfolio.schedule().planned:
        if action.at_us > now:
            continue
        found = later[action.id]
        assert found.status in {"due", "done", "ended", "waiting"}
        if found.status in {"ended", "waiting"}:
            assert explained(portfolio, found, now), codes(found)


def explained(portfolio: Portfolio, action: Action, now: int) -> bool:
    """Whether a fact of that time, the clock or the lapse rule accounts for an action that did not run."""
    code = action.reason.code
    if code in {"lapsed", "superseded", "outside-window", "holiday", "below-minimum", "stale-payments"}:
        return True
    return any(event.at_us <= now for event in portfolio.events if event.type in CAUSES.get(code, ()))


CAUSES = {
    "cancelled": ["invoice.cancelled"],
    "written-off": ["invoice.written-off"],
    "settled": ["payment.settled", "credit.granted", "credit.applied", "invoice.amended", "invoice.cancelled"],
    "vetoed": ["step.vetoed"],
    "payment-noticed": ["payment.noticed"],
    "with-notary": ["protest.filed"],
    "with-agency": ["agency.assigned"],
    "disputed": ["dispute.opened"],
    "promised": ["promise.made"],
    "held": ["hold.placed"],
    "opted-out": ["consent.revoked"],
    "no-contact-point": ["contact-point.failed"],
    "condition-not-met": ["payment.settled", "credit.granted", "invoice.amended", "payment.noticed"],
    "unless-met": ["action.sent", "action.delivered", "action.read", "action.attempted", "action.unknown"],
}


@few
@given(portfolios())
def test_an_action_lies_on_its_day(portfolio):
    """`day` is the civil day of `at` in the zone of the debtor, and actions come in order."""
    schedule = portfolio.schedule()
    for action in schedule.all:
        assert action.day == action.at.date(), action.step
    assert [action.at_us for action in schedule.all] == sorted(action.at_us for action in schedule.all)
