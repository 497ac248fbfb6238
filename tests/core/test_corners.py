"""Rules that meet: a wait inside a stop, a letter that was too mild, a condition that fails on the way."""

from typing import Any

import pytest
from attrs import evolve
from tests.core.shop import (
    action,
    amended,
    delivered,
    invoice,
    noticed,
    outcome,
    paid,
    policy,
    promised,
    said,
    schedule,
    standing,
    step,
    told,
    undone,
)

from regua.core import events as ev
from regua.core.dates import Duration
from regua.core.policy import Conditions, Limits, PlanRules, Range, StepReference
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-04-18")
LATE = step("atraso", "D+3 10:00")
REMINDER = step("lembrete", "D-1 09:00", tone=Tone.REMINDER)


# what was sent clamped comes again

SOFT = step("leve", "D+1 10:00")
HARD = step("carta", "D+5 10:00", tone=Tone.FIRM)
LISTING = step(
    "negativar", "D+10 10:00", kind="listing", tone=None, channels=(),
    requires=StepReference(step="carta", outcome="delivered"),
)  # fmt: skip
CLIMB = policy(SOFT, HARD, LISTING)


def climbed(*more: ev.Event, as_of: str) -> Any:
    """The letter was written courteously on the 27th, for nothing had been delivered before."""
    first = action(schedule(CLIMB, [BILL], "2026-04-25 10:00"), "carta")
    assert first.tone == Tone.COURTEOUS
    return schedule(CLIMB, [BILL, *delivered(first, "2026-04-25 10:00"), *more], as_of)


def test_a_required_step_sent_clamped_comes_again_in_its_own_tone():
    """The courteous letter allows a firm one, the day after it; the listing waits for that."""
    found = climbed(as_of="2026-04-27 10:00")
    again = action(found, "carta", occurrence="0+1")
    assert (again.status, again.tone) == ("due", Tone.FIRM)
    assert told(found, "negativar")[2][0] == "requires-step"


def test_it_comes_no_third_time():
    """Delivered in its own tone, it satisfies the listing."""
    again = action(climbed(as_of="2026-04-27 10:00"), "carta", occurrence="0+1")
    found = climbed(*delivered(again, "2026-04-27 10:00"), as_of="2026-04-30 10:00")
    assert {each.occurrence for each in found.all if each.step == "carta"} == {"0", "0+1"}
    assert told(found, "negativar")[0] == "due"


def test_it_does_not_come_again_while_its_tone_is_not_allowed():
    """Sent but not delivered, the courteous letter allows nothing."""
    first = action(schedule(CLIMB, [BILL], "2026-04-25 10:00"), "carta")
    sent = outcome(ev.ActionSent, first, "2026-04-25 10:00")
    found = schedule(CLIMB, [BILL, sent], "2026-04-29 10:00")
    assert [each.occurrence for each in found.all if each.step == "carta"] == ["0"]


# conditions and stops on the way


def test_what_ends_a_waiting_step_is_its_primary_reason():
    """Cancelled while it waits for an approval."""
    gone = said(ev.InvoiceCancelled, "x", "2026-04-24", receivable="nf-1")
    found = schedule(policy(evolve(LATE, approval="human")), [BILL, gone], "2026-04-25")
    assert told(found, "atraso")[2] == ["cancelled", "awaiting-approval"]


def test_a_condition_ends_a_waiting_step():
    """Less than R$ 100,00 open while it waits for an approval."""
    rules = policy(evolve(LATE, approval="human", when=Conditions(balance=Range(low=10_000))))
    assert told(schedule(rules, [BILL, paid("60.00", "2026-04-24", "nf-1")], "2026-04-25"), "atraso")[2] == [
        "condition-not-met"
    ]


@pytest.mark.parametrize("paid_on", ["2026-04-22", "2026-04-23 12:00"])
def test_a_condition_ends_a_due_step(paid_on: str):
    """Before its instant or after it."""
    rules = policy(evolve(LATE, when=Conditions(balance=Range(low=10_000))))
    found = schedule(rules, [BILL, paid("60.00", paid_on, "nf-1")], "2026-04-23 13:00")
    assert told(found, "atraso")[2] == ["condition-not-met"]


def test_a_payment_after_its_instant_ends_a_due_step():
    """Missed in the morning, paid at noon."""
    found = schedule(policy(LATE), [BILL, paid("150.00", "2026-04-23 12:00", "nf-1")], "2026-04-23 13:00")
    assert told(found, "atraso")[2] == ["settled"]


@pytest.mark.parametrize(
    ("cls", "fields"),
    [
        (ev.DisputeOpened, {"dispute": "d", "receivables": ("nf-1",)}),
        (ev.HoldPlaced, {"hold": "h"}),
        (ev.ProtestFiled, {"receivable": "nf-1"}),
    ],
)
def test_a_stop_after_its_instant_makes_a_due_step_wait(cls: type[Any], fields: dict[str, Any]):
    """Missed in the morning, stopped at noon: it may still run within its delay."""
    stop = said(cls, "x", "2026-04-23 12:00", **fields)
    found = told(schedule(policy(LATE), [BILL, stop], "2026-04-23 13:00"), "atraso")
    assert found[0] == "waiting"


def test_a_reminder_that_waits_past_the_due_date_lapses():
    """Approved on the day after."""
    yes = said(ev.StepApproved, "sim", "2026-04-22", receivable="nf-1", step="lembrete")
    found = schedule(policy(evolve(REMINDER, approval="human")), [BILL, yes], "2026-04-17")
    assert told(found, "lembrete")[2] == ["awaiting-approval", "lapsed"]
    early = said(ev.StepApproved, "sim", "2026-04-20 11:00", receivable="nf-1", step="lembrete")
    found = schedule(policy(evolve(REMINDER, approval="human")), [BILL, early], "2026-04-17")
    assert told(found, "lembrete")[:2] == ("planned", "2026-04-20 11:00")


def test_a_step_about_the_due_date_that_waits_past_it_lapses():
    """Approved on the day after."""
    due_day = step("vence", "D0 09:00", tone=Tone.REMINDER, approval="human")
    yes = said(ev.StepApproved, "sim", "2026-04-22", receivable="nf-1", step="vence")
    assert told(schedule(policy(due_day), [BILL, yes], "2026-04-17"), "vence")[0] == "ended"


def test_a_reminder_goes_on_when_the_agency_gives_the_case_back_in_time():
    """Away from the 15th, back on the 20th at 11:00: the reminder of the 18th runs then; back on the 22nd, never."""
    away = said(ev.AgencyAssigned, "1", "2026-04-15", receivable="nf-1")
    back = said(ev.AgencyReturned, "2", "2026-04-20 11:00", receivable="nf-1")
    assert told(schedule(policy(REMINDER), [BILL, away, back], "2026-04-16"), "lembrete")[:2] == (
        "planned",
        "2026-04-20 11:00",
    )
    late = said(ev.AgencyReturned, "2", "2026-04-22 11:00", receivable="nf-1")
    assert told(schedule(policy(REMINDER), [BILL, away, late], "2026-04-16"), "lembrete")[0] == "ended"


def test_the_days_of_a_stop_are_no_days_of_waiting():
    """The step on the due date waits for the agency, 70 days, and that is no wait of its own."""
    on_due = step("s", "D0 10:00", anchor="issued", declared_presses=True, kind="notice", channels=(), tone=None)
    away = said(ev.AgencyAssigned, "1", "2026-03-31", receivable="nf-1")
    back = said(ev.AgencyReturned, "2", "2026-06-10 00:00", receivable="nf-1")
    assert told(schedule(policy(on_due), [BILL, away, back], "2026-04-02"), "s")[1] == "2026-06-10 10:00"


def test_an_action_with_its_issue_ahead_runs_no_earlier():
    """Known in April, issued in June, due in May: nothing is asked before June."""
    ahead = said(
        ev.InvoiceIssued, "i", "2026-06-01 09:00", known="2026-04-01",
        receivable="nf-1", amount=BILL.amount, due=BILL.due,
    )  # fmt: skip
    found = schedule(policy(LATE), [ahead], "2026-04-23 10:00")
    assert found.due == ()


# regret


def regretted(*events: ev.Event) -> list[tuple[str, str]]:
    """Apologies by receivable and cause, after the contact of the 23rd at ten and that of the 28th."""
    sorry = step("desculpe", on="contact.regretted", tone=None)
    rules = policy(LATE, step("outro", "D+8 10:00", tone=Tone.FORMAL), sorry)
    outcomes: list[ev.Event] = []
    for name, when in (("atraso", "2026-04-23 10:00"), ("outro", "2026-04-28 10:00")):
        chosen = action(schedule(rules, [BILL, *outcomes], when), name)
        outcomes += delivered(chosen, when)
    found = schedule(rules, [BILL, *outcomes, *events], "2026-05-04")
    return [(each.receivable, each.occurrence) for each in found.all if each.step == "desculpe"]


@pytest.mark.parametrize(
    ("when", "owed"),
    [("2026-04-22 23:59", 1), ("2026-04-23 00:00", 1), ("2026-04-27 23:59", 1), ("2026-04-28 00:00", 0)],
)
def test_a_contact_on_a_later_day_than_the_payment_is_regretted_once(when: str, owed: int):
    """Paid before either, between them, or on the day of the last: one apology for one payment."""
    payment = paid("150.00", when, "nf-1", known="2026-05-03")
    assert regretted(payment) == [("nf-1", payment.id)] * owed


def test_the_apology_counts_from_the_first_contact_to_regret():
    """Whatever the order of the outcomes: both contacts were after the payment, the older one counts."""
    sorry = step("desculpe", on="contact.regretted", after="0d 18:00", tone=None)
    rules = policy(LATE, step("aviso", "D+8 10:00"), sorry, plan=PlanRules(max_delay=Duration(0), catch_up="all"))
    payment = paid("150.00", "2026-04-10", "nf-1")
    for first, second in (("2026-04-23 10:00", "2026-04-28 10:00"), ("2026-04-28 10:00", "2026-04-23 10:00")):
        late = action(schedule(rules, [BILL], "2026-04-02"), "atraso")
        other = action(schedule(rules, [BILL], "2026-04-02"), "aviso")
        sent = [outcome(ev.ActionSent, late, first), outcome(ev.ActionSent, other, second)]
        bounced = evolve(sent[0], id="0", at=sent[0].at_us, action="0", channel="sms")
        found = schedule(rules, [BILL, payment, *sent, bounced], "2026-04-23 12:00")
        assert told(found, "desculpe")[:2] == ("planned", "2026-04-23 18:00")


def test_the_first_to_be_known_counts_where_contacts_are_told_late():
    """That of the 24th is known on the 27th, that of the 28th at once, that of the 23rd on the 30th."""
    sorry = step("desculpe", on="contact.regretted", after="0d 18:00", tone=None)
    rules = policy(LATE, sorry)
    chosen = action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso")
    told_late = [("2026-04-23 10:00", "2026-04-30"), ("2026-04-24 10:00", "2026-04-27"), ("2026-04-28", "2026-04-28")]
    sent = [
        evolve(outcome(ev.ActionSent, chosen, when, known=known), action=f"{place}")
        for place, (when, known) in enumerate(told_late)
    ]
    found = schedule(rules, [BILL, paid("150.00", "2026-04-10", "nf-1"), *sent], "2026-04-27 13:00")
    assert told(found, "desculpe")[1] == "2026-04-27 18:00"


def test_what_never_left_is_not_regretted():
    """Failed, skipped, or of a step that does not press."""
    sorry = step("desculpe", on="contact.regretted", tone=None)
    rules = policy(REMINDER, LATE, sorry)
    payment = paid("150.00", "2026-04-10", "nf-1", known="2026-05-03")
    mild = delivered(action(schedule(rules, [BILL], "2026-04-18 09:00"), "lembrete"), "2026-04-18 09:00")
    pressing = action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso")
    for outcomes in (
        mild,
        [outcome(ev.ActionFailed, pressing, "2026-04-23 10:00")],
        [outcome(ev.ActionSkipped, pressing, "2026-04-23 10:00")],
        [evolve(outcome(ev.ActionSent, pressing, "2026-04-23 10:00"), receivable="nf-9")],
        [evolve(outcome(ev.ActionSent, pressing, "2026-04-23 10:00"), step="sumiu")],
    ):
        found = schedule(rules, [BILL, payment, *outcomes], "2026-05-04")
        assert not [each for each in found.all if each.step == "desculpe"]
    for cls in (ev.ActionSent, ev.ActionUnknown, ev.ActionAttempted):
        found = schedule(rules, [BILL, payment, outcome(cls, pressing, "2026-04-23 10:00")], "2026-05-04")
        assert [each for each in found.all if each.step == "desculpe"]


# announced payments


@pytest.mark.parametrize(("amount", "status"), [("150.00", "waiting"), ("149.99", "planned")])
def test_a_notice_blocks_what_it_would_settle(amount: str, status: str):
    """To the centavo."""
    word = noticed(amount, "2026-04-20", "nf-1", payment="p")
    assert told(schedule(policy(LATE), [BILL, word], "2026-04-21"), "atraso")[0] == status


def test_a_notice_withdrawn_gives_back_its_days():
    """Announced from the 21st to the 24th: D+3 is the 27th."""
    word = [noticed("150.00", "2026-04-21 00:00", "nf-1", payment="p"), undone("p", "2026-04-25 00:00")]
    assert told(schedule(policy(LATE), [BILL, *word], "2026-04-25"), "atraso")[1] == "2026-04-27 10:00"


def test_a_notice_of_what_was_settled_by_other_money_blocks_nothing_twice():
    """Settled before, or settled on the way."""
    settled = paid("150.00", "2026-04-19", "nf-1")
    late = noticed("150.00", "2026-04-20", "nf-1", payment="p")
    assert standing(policy(), [BILL, settled, late]).spans("nf-1")["payment-noticed"] == []
    between = paid("150.00", "2026-04-22", "nf-1")
    (span,) = standing(policy(), [BILL, late, between]).spans("nf-1")["payment-noticed"]
    assert span.end == between.at_us


# catch-up


def test_only_steps_by_offset_supersede():
    """Thanks, and a step that the policy has no more, take no place."""
    rules = policy(LATE, step("resposta", on="reply.received", tone=None))
    reply = said(ev.ReplyReceived, "r", "2026-04-24 09:00", channel="email", receivables=("nf-1",))
    answer = action(schedule(rules, [BILL, reply], "2026-04-24 09:00"), "resposta")
    for sent in (
        outcome(ev.ActionSent, answer, "2026-04-24 09:00"),
        evolve(outcome(ev.ActionSent, answer, "2026-04-24 09:00"), step="sumiu"),
    ):
        assert told(schedule(rules, [BILL, reply, sent], "2026-04-24 10:00"), "atraso")[0] == "due"


# what is not carried out yet


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (step("s", "D+3 10:00", kind="education"), "kind education"),
        (step("s", on="receivable.settled", kind="reward"), "kind reward"),
    ],
)
def test_a_step_that_nothing_can_carry_out_is_planned_and_says_so(given: Any, what: str):
    """By name."""
    found = schedule(policy(given), [BILL, paid("1.00", "2026-04-02")], "2026-04-03")
    settled = schedule(policy(given), [BILL, paid("150.00", "2026-04-02")], "2026-04-02 13:00")
    reasons = [reason for each in (*found.planned, *settled.due) for reason in each.reasons]
    assert [dict(reason.facts) for reason in reasons if reason.code == "not-yet-supported"] == [{"what": what}]


def test_a_signal_that_is_never_raised_asks_for_nothing():
    """`policy.exhausted`."""
    assert schedule(policy(step("s", on="policy.exhausted")), [BILL], "2026-06-30").all == ()


# templates


@pytest.mark.parametrize(
    ("templates", "asked", "template"),
    [
        ({None: "única"}, Tone.FIRM, "única"),
        ({Tone.FIRM: "firme", Tone.FORMAL: "formal"}, Tone.FIRM, "firme"),
        ({Tone.FINAL: "final", Tone.FORMAL: "formal"}, Tone.FIRM, "formal"),
        ({Tone.FINAL: "final", Tone.LEGAL: "legal"}, Tone.FIRM, "final"),
        ({}, Tone.FIRM, ""),
        ({Tone.FIRM: "firme"}, None, "firme"),
    ],
)
def test_a_template_is_that_of_the_tone_or_the_nearest_milder(
    templates: dict[Any, str], asked: Tone | None, template: str
):
    """Else the mildest."""
    rules = policy(step("s", "D+3 10:00", tone=asked, templates=templates))
    assert action(schedule(rules, [BILL], "2026-04-02"), "s").template == template


# several of one debtor


def test_the_minimum_is_about_everything_that_presses():
    """R$ 150,00 and R$ 100,00 overdue are R$ 250,00; what is promised, void or not overdue does not count."""
    rules = policy(LATE, limits=Limits(min_balance=25_000))
    other = invoice("nf-2", "100.00", "2026-04-16")
    assert told(schedule(rules, [BILL, other], "2026-04-21"), "atraso")[0] == "planned"
    for event in (
        said(ev.InvoiceCancelled, "x", "2026-04-20", receivable="nf-2"),
        promised("100.00", "2026-04-21", "2026-04-30", "nf-2"),
        amended("nf-2", "2026-04-20", due="2026-05-29"),
        paid("0.01", "2026-04-20", "nf-2"),
    ):
        assert told(schedule(rules, [BILL, other, event], "2026-04-21 13:00"), "atraso")[0] == "waiting", event.type


def test_an_approval_comes_too_late_and_the_action_lapses_where_it_stood():
    """Given after the last day of its wait."""
    rules = policy(evolve(LATE, approval="human"), plan=PlanRules(max_wait=Duration(3)))
    yes = said(ev.StepApproved, "sim", "2026-04-27 09:00", receivable="nf-1", step="atraso")
    assert told(schedule(rules, [BILL, yes], "2026-04-28"), "atraso") == (
        "ended",
        "2026-04-23 10:00",
        ["awaiting-approval", "lapsed"],
    )
