"""What holds of schedules along time."""

from datetime import UTC, datetime
from fractions import Fraction
from functools import cache
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.properties.portfolios import CALENDAR, DAY, LAST, MINUTE, Portfolio, at, few, portfolios

from regua.core.account import Account
from regua.core.account import accounts as fold_all
from regua.core.dates import civil_day, day_start, to_instant
from regua.core.events import ActionOutcome
from regua.core.planning import Action, Schedule, plan
from regua.core.policy import Policy
from regua.importfile import BadRow, parse_map, read_rows
from regua.policyfile import load_policy

OPEN = {"due", "planned", "waiting"}


def telling(schedule: Schedule) -> list[tuple[object, ...]]:
    """What a host would act on: everything about every action but its amount, and of what ended the first reason."""
    return [
        (action.id, action.status, action.day, action.at_us, action.tone, action.channel, action.point, action.template)
        + (codes(action)[:1] if action.status == "ended" else reasons(action))
        for action in schedule.all
    ]


def reasons(action: Action) -> tuple[object, ...]:
    """The reasons of an action, without amounts."""
    return tuple(
        (reason.code, *((key, fact) for key, fact in reason.facts.items() if key != "total"))
        for reason in action.reasons
    )


def codes(action: Action) -> tuple[str, ...]:
    """The codes of an action's reasons."""
    return tuple(reason.code for reason in action.reasons)


@few
@given(portfolios(), st.fractions(0, 1))
def test_nothing_changes_before_the_next_wakeup(portfolio, share):
    """Whoever sleeps until `next_wakeup` misses nothing: amounts apart, every action stays as it is until then."""
    schedule = portfolio.schedule()
    end = schedule.next_wakeup_us
    if end is None:
        end = portfolio.as_of + 400 * DAY
    assert end > portfolio.as_of
    expected = telling(schedule)
    for between in sleeping(portfolio, portfolio.as_of, end, share):
        found = portfolio.schedule(between)
        assert telling(found) == expected
        assert found.next_wakeup_us == schedule.next_wakeup_us


def sleeping(portfolio: Portfolio, start: int, end: int, share: Fraction) -> list[int]:
    """Instants of a sleep: the first and the last, one anywhere, a few midnights and noons."""
    middle = start + int((end - 1 - start) * share)
    zone = portfolio.schedule().zone
    days = {start + DAY, middle, end - 1}
    midnights = [day_start(civil_day(instant, zone), zone) for instant in sorted(days)]
    found = [start + 1, middle, end - 1, *midnights, *(midnight + DAY // 2 for midnight in midnights)]
    return [instant for instant in found if start < instant < end]


@few
@given(portfolios(), st.integers(1, 23))
def test_waking_up_at_wakeups_meets_what_planning_every_hours_meets(portfolio, hours):
    """Over a month, whatever a plan made at some time of the day says was already said at the wakeup before."""
    now, end = portfolio.as_of, portfolio.as_of + 30 * DAY
    woken = portfolio.schedule(now)
    for instant in range(now, end, hours * 60 * MINUTE):
        while woken.next_wakeup_us is not None and woken.next_wakeup_us <= instant:
            woken = portfolio.schedule(woken.next_wakeup_us)
        assert telling(portfolio.schedule(instant)) == telling(woken)


@pytest.mark.one_python
def test_a_debtor_of_the_sample_is_woken_whenever_anything_changes():
    """The same, every hour of two weeks, for a debtor of the shipped portfolio."""
    policy, accounts = sample()
    account = accounts[69]
    now = to_instant(datetime(2012, 5, 2, 12, tzinfo=UTC))
    woken = plan(policy, account, as_of=now, calendar=CALENDAR)
    wakeups = 0
    for instant in range(now, now + 14 * DAY, 60 * MINUTE):
        while woken.next_wakeup_us is not None and woken.next_wakeup_us <= instant:
            woken = plan(policy, account, as_of=woken.next_wakeup_us, calendar=CALENDAR)
            wakeups += 1
        assert telling(plan(policy, account, as_of=instant, calendar=CALENDAR)) == telling(woken)
    assert 0 < wakeups < 14 * 4


@cache
def sample() -> tuple[Policy, list[Account]]:
    """The policy and the debtors that are shipped with regua."""
    data = files("regua") / "data"
    mapping = parse_map((data / "receivables.map.toml").read_bytes(), name="map")
    with (data / "receivables.csv").open("rb") as file:
        events = [row for row in read_rows(file, mapping) if not isinstance(row, BadRow)]
    policy = load_policy((data / "policies" / "boleto-b2c.toml").read_bytes(), name="policy")
    return policy, list(fold_all(events).values())


@few
@given(portfolios())
def test_nobody_is_woken_for_ever(portfolio):
    """Once every fact is known and every wait has run out, only what nobody has looked at wakes anybody up."""
    found = portfolio.schedule(at(LAST + 400))
    if not any(action.step.startswith("review:") for action in (*found.due, *found.waiting)):
        assert found.next_wakeup_us is None


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
