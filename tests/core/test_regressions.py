"""What people who tried to break the planner found, one behaviour each."""

from fractions import Fraction

import pytest
from tests.core.shop import BANK, action, clock, invoice, paid, policy, promised, said, schedule, step, told

from regua.core import events as ev
from regua.core.account import fold
from regua.core.dates import Offset, parse_date
from regua.core.events import ActionDelivered, ActionSent
from regua.core.planning import plan
from regua.core.policy import ChargeRules, Discount, Levy, Limits, PlanRules
from regua.core.tones import Tone
from regua.errors import EventError

LADDER = (step("um", "D+1 10:00"), step("dois", "D+5 10:00", tone=Tone.FORMAL), step("tres", "D+8 10:00"))
OLD = invoice(due="2026-03-10", when="2026-03-01 10:00")


@pytest.mark.parametrize(("mode", "due"), [("latest", ["tres"]), ("most-severe", ["dois"]), ("none", [])])
def test_contact_points_that_come_with_a_late_import_let_one_step_through(mode, due):
    """Everything recorded on 20 June, the e-mail address too: the missed steps compete by the day that was theirs."""
    when = "2026-06-22 08:00"
    facts = [
        said(ev.ContactPointAdded, "p", when, point="p", channels=("email",)),
        said(ev.ConsentGranted, "c", when, channel="email"),
        invoice(due="2026-03-10", when="2026-03-01 10:00", known=when),
    ]
    rules = policy(*LADDER, plan=PlanRules(catch_up=mode))
    found = plan(rules, fold(facts), as_of=clock("2026-06-22 10:00"), calendar=BANK)
    assert [each.step for each in found.due] == due


@pytest.mark.parametrize("on", ["action.sent", "action.delivered"])
def test_a_step_does_not_answer_its_own_sending(on):
    """It answers the reminder, once, and not itself for ever."""
    rules = policy(step("lembrete", "D-5 10:00", tone=Tone.REMINDER), step("eco", on=on, tone=None))
    facts = [invoice()]
    sent = []
    for minute in range(8):
        now = f"2026-04-15 10:0{minute}"
        for due in schedule(rules, facts, now).due:
            sent.append(due.step)
            heads = {"at": clock(now), "recorded_at": clock(now)}
            facts += [ActionSent.of(due, id=f"{due.id} s", **heads), ActionDelivered.of(due, id=f"{due.id} d", **heads)]
    assert sent == ["lembrete", "eco"]


def test_what_stands_still_does_not_lapse():
    """With the agency since before D+1: it waits, and says so, however long that takes."""
    facts = [OLD, said(ev.AgencyAssigned, "a", "2026-03-09", receivable="nf-1")]
    assert told(schedule(policy(LADDER[0]), facts, "2026-08-30"), "um")[::2] == ("waiting", ["with-agency"])


def test_what_waits_for_an_approval_does_not_lapse_with_the_agency():
    """The longest wait is over in May; the receivable is still with the agency in August."""
    facts = [OLD, said(ev.AgencyAssigned, "a", "2026-03-09", receivable="nf-1")]
    rules = policy(step("um", "D+1 10:00", approval="human"))
    found = told(schedule(rules, facts, "2026-08-30"), "um")
    assert found[::2] == ("waiting", ["with-agency", "awaiting-approval"])


def test_what_lapses_under_a_promise_says_so():
    """Missed on the 12th, promised on the 13th: the promise is the reason that it did not run."""
    facts = [OLD, promised("150.00", "2026-03-13", "2026-03-27", "nf-1")]
    rules = policy(LADDER[0])
    assert told(schedule(rules, facts, "2026-03-16"), "um")[0] == "waiting"
    assert told(schedule(rules, facts, "2026-03-20"), "um")[::2] == ("ended", ["promised", "lapsed"])


def test_an_amount_within_the_tolerance_is_not_dunned():
    """R$ 0,50 under a tolerance of R$ 1,00."""
    rules = policy(LADDER[0], limits=Limits(tolerance=100))
    assert told(schedule(rules, [invoice(amount="0.50")], "2026-04-23"), "um")[::2] == ("ended", ["settled"])


def test_a_discount_in_force_after_the_due_date_settles_too():
    """10% until D+5: R$ 135,00 on D+3 settle R$ 150,00."""
    discount = Discount(until=Offset(5), levy=Levy(share=Fraction(1, 10)))
    rules = policy(LADDER[0], charges=ChargeRules(discounts=(discount,)))
    facts = [invoice(due="2026-04-20"), paid("135.00", "2026-04-23 09:00", "nf-1")]
    assert told(schedule(rules, facts, "2026-04-23"), "um")[::2] == ("ended", ["settled"])


def test_an_upheld_dispute_goes_on_until_the_creditor_acts_on_it():
    """The debtor is right: nothing presses before the invoice is amended."""
    facts = [
        OLD,
        said(ev.DisputeOpened, "d1", "2026-03-09", dispute="d", receivables=("nf-1",)),
        said(ev.DisputeResolved, "d2", "2026-03-10", dispute="d", outcome="upheld"),
    ]
    rules = policy(step("cinco", "D+5 10:00"))
    assert told(schedule(rules, facts, "2026-03-15"), "cinco")[::2] == ("waiting", ["disputed"])
    amended = said(ev.InvoiceAmended, "a", "2026-03-12", receivable="nf-1", reason="valor corrigido")
    assert told(schedule(rules, [*facts, amended], "2026-03-15"), "cinco")[0] == "planned"


@pytest.mark.parametrize("due", ["2999-12-31", "1900-01-01"])
def test_the_first_and_last_day_of_the_calendar_can_be_planned(due):
    """Sentinels of billing systems stop nobody's plan."""
    found = schedule(policy(*LADDER), [invoice(due=due)], "2026-04-02")
    assert {each.status for each in found.all} <= {"planned", "due", "ended"}
    assert len(found.all) == len(LADDER)


def test_a_time_zone_that_is_none_is_refused_where_it_is_said():
    """Not weeks later, by the plan of everybody."""
    with pytest.raises(EventError, match=r"debtor.registered.timezone: 'Brasilia' is no IANA time zone"):
        said(ev.DebtorRegistered, "d", "2026-03-09", timezone="Brasilia")


def test_a_tone_is_true_and_prints_its_word():
    """`if action.tone:` and an f-string do what they look like."""
    assert Tone.REMINDER
    assert f"{Tone.REMINDER} {Tone.LEGAL:>6}" == "reminder  legal"


def test_a_holiday_of_a_date_rule_is_a_contact_day():
    """Carnival Tuesday closes banks and no mouth (domain.md §4)."""
    carnival = parse_date("2026-02-17")
    found = schedule(policy(step("s", "D+3 10:00")), [invoice(due="2026-02-11", when="2026-02-01")], "2026-02-10")
    assert action(found, "s").day < carnival
