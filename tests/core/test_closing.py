"""Closed receivables, and when a debtor is looked at again."""

from fractions import Fraction

from attrs import define
from tests.core.shop import (
    BANK,
    action,
    amended,
    clock,
    delivered,
    invoice,
    newer,
    paid,
    policy,
    promised,
    reachable,
    said,
    schedule,
    step,
    undone,
)

from regua.core import events as ev
from regua.core.account import Account, fold
from regua.core.calendars import WeekdayCalendar
from regua.core.dates import Duration, Offset
from regua.core.planning import plan
from regua.core.policy import ChargeRules, Conditions, Limits, PlanRules, Range, Rate, StepReference
from regua.core.rules import Discount, Levy

BILL = invoice("nf-1")
LATE = step("atraso", "D+3 10:00")
THANKS = step("obrigado", on="receivable.settled", after="1bd 10:00")


def told_of(rules, events, when):
    """Receivables of which a plan without closed ones tells."""
    found = plan(rules, fold([*reachable(), *events]), as_of=clock(when), calendar=BANK, closed=False)
    return sorted({action.receivable for action in found.all})


def wakeup(rules, events, when):
    """When the debtor is looked at next, on the wall clock."""
    found = schedule(rules, events, when).next_wakeup
    return "" if found is None else found.format("YYYY-MM-DD HH:mm")


# closed


def test_a_settled_receivable_is_closed_once_the_debtor_was_thanked():
    """Paid on Monday 20 April, thanks due on Wednesday 22; until they are sent, or lapse, it is open."""
    events = [BILL, paid("150.00", "2026-04-20 12:00", "nf-1")]
    rules = policy(LATE, THANKS)
    assert told_of(rules, events, "2026-04-22 12:00") == ["nf-1"]
    thanks = action(schedule(rules, events, "2026-04-22 12:00"), "obrigado", occurrence=events[1].id)
    assert told_of(rules, [*events, *delivered(thanks, "2026-04-22 12:00")], "2026-04-22 12:00") == []
    assert told_of(rules, events, "2026-04-27 12:00") == ["nf-1"]
    assert told_of(rules, events, "2026-04-28 00:00") == []
    assert told_of(rules, events, "2026-06-01 12:00") == []


def test_a_receivable_whose_settlement_will_be_undone_is_open():
    """A reversal that is known and lies ahead."""
    events = [BILL, paid("150.00", "2026-04-20 12:00", "nf-1", payment="p"), undone("p", "2026-05-20 12:00")]
    assert told_of(policy(LATE), events, "2026-05-01 12:00") == ["nf-1"]
    assert told_of(policy(LATE), events[:2], "2026-05-01 12:00") == []


def test_a_cancelled_receivable_is_closed_at_once():
    """Nothing answers it."""
    events = [BILL, said(ev.InvoiceCancelled, "c", "2026-04-02 12:00", receivable="nf-1")]
    assert told_of(policy(LATE), events, "2026-04-01 12:00") == ["nf-1"]
    assert told_of(policy(LATE, THANKS), events, "2026-04-02 12:00") == []


def test_what_another_step_requires_is_judged():
    """Thanks that a later step requires go out late rather than never: no short cut tells that they are over."""
    reward = step(
        "premio", "D+40 10:00", kind="reward", tone=None, requires=StepReference(step="obrigado", outcome="sent")
    )
    events = [BILL, paid("150.00", "2026-04-20 12:00", "nf-1")]
    assert told_of(policy(LATE, THANKS, reward), events, "2026-06-30 12:00") == ["nf-1"]
    assert told_of(policy(LATE, THANKS, reward), events, "2026-12-30 12:00") == []


def test_what_waited_inside_a_stop_is_judged():
    """The agency gave it back before it was paid."""
    away = [
        said(ev.AgencyAssigned, "a", "2026-04-21 12:00", receivable="nf-1"),
        said(ev.AgencyReturned, "r", "2026-04-30 12:00", receivable="nf-1"),
    ]
    events = [BILL, *away, paid("200.00", "2026-05-04 12:00", "nf-1")]
    assert told_of(policy(LATE), events, "2026-07-01 12:00") == []


def test_an_account_remembers_only_what_its_facts_still_say():
    """A backdated retraction of the payment opens the receivable again."""
    rules, events = policy(LATE), [*reachable(), BILL, paid("150.00", "2026-04-20 12:00", "nf-1")]
    account = fold(events)
    assert not plan(rules, account, as_of=clock("2026-04-24 12:00"), calendar=BANK, closed=False).all
    assert not plan(rules, account, as_of=clock("2026-04-24 13:00"), calendar=BANK, closed=False).all
    account = fold([said(ev.EventRetracted, "x", "2026-04-24 14:00", event=events[-1].id, reason="outro")], account)
    (late,) = plan(rules, account, as_of=clock("2026-04-24 14:00"), calendar=BANK, closed=False).due
    assert late.step == "atraso"


@define
class Unhashable(WeekdayCalendar):
    """A calendar that no table can hold."""

    name: str = "weekdays"

    __hash__ = None  # type: ignore[assignment]


def test_a_calendar_without_a_hash_serves_as_well():
    """It is asked anew by each plan."""
    found = schedule(policy(LATE, calendar="weekdays"), [BILL], "2026-04-02", Unhashable())
    assert found.all == schedule(policy(LATE, calendar="weekdays"), [BILL], "2026-04-02", WeekdayCalendar()).all


# next wakeup


def test_what_is_due_wakes_when_its_hours_close_and_when_it_may_run_again():
    """Due on Thursday 23 April at 10:00, closed from 20:00, another day from midnight, open again at 08:00."""
    rules = policy(LATE)
    for when, expected in (
        ("2026-04-02 12:00", "2026-04-23 10:00"),
        ("2026-04-23 10:00", "2026-04-23 20:00"),
        ("2026-04-23 20:00", "2026-04-24 00:00"),
        ("2026-04-24 00:00", "2026-04-24 08:00"),
        ("2026-04-24 08:00", "2026-04-24 20:00"),
        ("2026-04-28 21:00", "2026-04-29 00:00"),
        ("2026-04-29 00:00", ""),
    ):
        assert wakeup(rules, [BILL], when) == expected, when


def test_what_waits_for_somebody_wakes_when_its_wait_runs_out():
    """An approval that never comes: somebody looks after 30 days, and 60 days after Thursday 23 April it is over."""
    rules = policy(step("a", "D+3 10:00", approval="human"))
    assert wakeup(rules, [BILL], "2026-04-24") == "2026-05-23 10:00"
    assert wakeup(newer(rules, limits=Limits(review=Duration(90))), [BILL], "2026-04-24") == "2026-06-23 00:00"


def test_what_fell_into_a_promise_wakes_nobody_but_one_whose_clock_stands_still_does():
    """Promised for the 28th, cleared on the 29th: on the 30th the promise is broken."""
    events = [BILL, promised("150.00", "2026-04-23 11:00", "2026-04-28")]
    assert wakeup(policy(LATE), [BILL, promised("150.00", "2026-04-22 12:00", "2026-04-28")], "2026-04-23 12:00") == ""
    still = policy(LATE, plan=PlanRules(when_held="stop-clock"))
    assert action(schedule(still, events, "2026-04-23 12:00"), "atraso").status == "waiting"
    assert wakeup(still, events, "2026-04-23 12:00") == "2026-04-30 00:00"


def test_a_condition_wakes_on_the_day_by_which_it_turns():
    """R$ 150,00 at 1% a month, 0,05 a day from the 18th: R$ 151,00 is passed on 9 May, long before anybody approved."""
    dear = step("a", "D+3 10:00", approval="human", when=Conditions(balance=Range(low=15_101)))
    rules = policy(dear, charges=ChargeRules(interest=Rate(share=Fraction(1, 100))))
    assert action(schedule(rules, [BILL], "2026-04-24"), "a").reason.code == "condition-not-met"
    assert wakeup(rules, [BILL], "2026-04-24") == "2026-05-09 00:00"
    assert action(schedule(rules, [BILL], "2026-05-09"), "a").reason.code == "awaiting-approval"
    assert wakeup(rules, [BILL], "2026-05-09") == "2026-05-23 10:00"


def test_before_the_due_date_a_discount_may_turn_a_condition_any_day():
    """A balance does not rise from day to day while discounts end."""
    early = step("a", "D-5 10:00", approval="human", tone=None, when=Conditions(balance=Range(high=14_000)))
    discount = Discount(until=Offset(-5), levy=Levy(share=Fraction(1, 10)))
    rules = policy(early, charges=ChargeRules(discounts=(discount,)))
    assert wakeup(rules, [BILL], "2026-04-15") == "2026-04-16 00:00"


def test_nothing_wakes_for_what_failed_its_condition_for_good():
    """Its days past due only grow."""
    early = step("a", "D+3 10:00", approval="human", when=Conditions(days_past_due=Range(high=2)))
    rules = policy(early, limits=Limits(review=Duration(90)))
    assert wakeup(rules, [BILL], "2026-04-24") == "2026-06-23 00:00"


def test_a_due_date_moved_ahead_wakes_when_it_is_moved():
    """The old occurrence is over from then on."""
    events = [BILL, amended("nf-1", "2026-04-10 12:00", due="2026-05-18", known="2026-04-02 12:00")]
    assert wakeup(policy(LATE), events, "2026-04-03") == "2026-04-10 12:00"


def test_what_closes_before_a_migration_that_lies_ahead_is_not_remembered_as_closed():
    """Over on the 3rd; on the 11th of May the ladder begins anew: the same account gives what a fresh one gives."""
    rules = policy(step("pesquisa", "D+8 10:00", kind="survey", tone=None))
    bill = invoice("nf-1", due="2026-04-04", policy="loja", policy_version=1)
    moves = {"policy": "loja", "policy_version": 1, "verb": "restart"}
    ahead = said(ev.PolicyMigrated, "m", "2026-05-11 00:00", known="2026-04-03", **moves)
    events = [*reachable(), bill, paid("150.00", "2026-04-03"), ahead]
    kept = fold(events)

    def found(account: Account, when: str) -> str:
        return plan(rules, account, as_of=clock(when), calendar=BANK, closed=False).fingerprint

    found(kept, "2026-05-01 12:00")
    assert found(kept, "2026-05-12 12:00") == found(fold(events), "2026-05-12 12:00")
