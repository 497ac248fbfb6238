"""One example for each boundary of the plan: the last instant at which something holds, the first at which not."""

from typing import Any

import pytest
from attrs import evolve
from tests.core.shop import (
    BANK,
    action,
    amended,
    clock,
    day,
    delivered,
    invoice,
    newer,
    noticed,
    outcome,
    paid,
    policy,
    said,
    schedule,
    standing,
    step,
    told,
    undone,
)

from regua.core import events as ev
from regua.core.calendars import Place, business_days
from regua.core.dates import BEGINNING, Duration
from regua.core.money import Money
from regua.core.planning.hours import ALWAYS, Era, Hours, Slot
from regua.core.planning.missed import superseded_by
from regua.core.planning.past import level, past_of
from regua.core.planning.placing import Place as Lying
from regua.core.planning.placing import Placement
from regua.core.planning.tone import template
from regua.core.planning.trigger import Ask
from regua.core.policy import Conditions, Limits, PlanRules, Range, Step, StepReference, Window
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-04-18")


# hours: Wednesday the 22nd from 08:00 to 20:00, Tiradentes the day before closed

ZONE = "America/Sao_Paulo"
OPEN = Hours(ZONE, business_days(BANK, Place()), (Era(0, (Window(opens=480, closes=1200),) * 7),), official=False)
ACTS = Hours(ZONE, business_days(BANK, Place()), (Era(0, ALWAYS),), official=True)


@pytest.mark.parametrize(("hour", "open_then"), [("07:59", False), ("08:00", True), ("19:59", True), ("20:00", False)])
def test_hours_are_open_from_the_first_to_before_the_last(hour: str, *, open_then: bool):
    """Half-open."""
    assert OPEN.is_open(day("2026-04-22"), clock(f"2026-04-22 {hour}")) == open_then


@pytest.mark.parametrize(
    ("minute", "hour"), [(479, "08:00"), (480, "08:00"), (1199, "19:59"), (1200, "19:59"), (1439, "19:59")]
)
def test_a_clock_time_outside_takes_the_nearest_inside(minute: int, hour: str):
    """The last is a minute before closing."""
    slot = OPEN.slot(day("2026-04-22"), minute, BEGINNING)
    assert slot == Slot(day("2026-04-22"), clock(f"2026-04-22 {hour}"))


def test_a_cause_at_closing_is_too_late_for_that_day():
    """A microsecond before it is not."""
    closing = clock("2026-04-22 20:00")
    assert OPEN.slot(day("2026-04-22"), 600, closing) is None
    assert OPEN.slot(day("2026-04-22"), 600, closing - 1) == Slot(day("2026-04-22"), closing - 1)


def test_registrars_act_from_midnight_on():
    """On business days."""
    assert ACTS.slot(day("2026-04-22"), 0, BEGINNING) == Slot(day("2026-04-22"), clock("2026-04-22 00:00"))
    assert ACTS.slot(day("2026-04-21"), 600, BEGINNING) is None


def test_what_moves_back_may_come_to_the_day_of_its_cause():
    """From the holiday to Monday the 20th, recorded that day at noon; recorded a day later there is none left."""
    back = OPEN.backward(day("2026-04-21"), 600, clock("2026-04-20 12:00"))
    assert back == Slot(day("2026-04-20"), clock("2026-04-20 12:00"))
    assert OPEN.backward(day("2026-04-21"), 600, clock("2026-04-21 00:00")) is None


# conditions

LATE = step("atraso", "D+3 10:00")
LETTER = step("carta", "D+7 10:00", channels=("sms",))


def what_became(*kinds: type[Any], reference: str = "sent", **fields: Any) -> str:
    """Where `carta` stands on the 27th, needless once `atraso` was sent, after these outcomes of `atraso`."""
    rules = policy(LATE, evolve(LETTER, unless=StepReference(step="atraso", outcome=reference)))
    first = action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso")
    events = [outcome(kind, first, f"2026-04-23 10:0{minute}", **fields) for minute, kind in enumerate(kinds)]
    return action(schedule(rules, [BILL, *events], "2026-04-24 12:00"), "carta").reasons[0].code


def test_what_bounced_was_not_sent():
    """Also where an attempt was recorded before."""
    assert what_became(ev.ActionAttempted, ev.ActionSent) == "unless-met"
    assert what_became(ev.ActionAttempted, ev.ActionSent, ev.ActionFailed) == "planned"


def test_a_channel_that_reports_nothing_delivers_by_sending_and_is_not_read():
    """Where delivery is reported, sent is sent."""
    assert what_became(ev.ActionSent, reports_delivery=False, reference="delivered") == "unless-met"
    assert what_became(ev.ActionSent, reports_delivery=False, reference="read") == "planned"
    assert what_became(ev.ActionSent, reports_delivery=True, reference="delivered") == "planned"
    assert level(said(ev.ActionSent, "1", "2026-04-22", action="a", step="s", reports_delivery=False)) == 2


def test_the_outcome_of_another_step_makes_nothing_needless():
    """`atraso` was sent; `carta` is needless only after `aviso`."""
    notice = step("aviso", "D+2 10:00", channels=("sms",))
    rules = policy(notice, LATE, evolve(LETTER, unless=StepReference(step="aviso", outcome="sent")))
    first = action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso")
    sent = outcome(ev.ActionSent, first, "2026-04-23 10:00")
    assert told(schedule(rules, [BILL, sent], "2026-04-24"), "carta")[0] == "planned"


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("balance", {"balance": Range(low=15_001)}),
        ("amount", {"amount": Range(low=15_001)}),
        ("days_past_due", {"days_past_due": Range(low=6)}),
        ("kind", {"kinds": ("aluguel",)}),
        ("score", {"score": Range(low=1)}),
        ("debtor", {"debtor": "company"}),
        ("segment", {"segments": ("ouro",)}),
        ("state", {"states": ("RJ",)}),
    ],
)
def test_a_condition_that_is_not_met_is_named(key: str, rule: dict[str, Any]):
    """As the policy file calls it."""
    profile = said(ev.DebtorRegistered, "perfil", "2026-04-01", kind="person", segment="prata", state="SP")
    found = schedule(policy(evolve(LATE, when=Conditions(**rule))), [BILL, profile], "2026-04-22")
    (reason,) = action(found, "atraso").reasons
    assert (reason.code, dict(reason.facts)) == ("condition-not-met", {"condition": key})


def test_an_outcome_of_that_very_instant_counts():
    """Both ask for ten; one was sent at ten."""
    together = evolve(LETTER, trigger=LATE.trigger, unless=StepReference(step="atraso", outcome="sent"))
    rules = policy(LATE, together)
    sent = outcome(ev.ActionSent, action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso"), "2026-04-23 10:00")
    assert told(schedule(rules, [BILL, sent], "2026-04-23 10:00"), "carta")[2] == ["unless-met"]


# days


def test_a_correction_that_lies_ahead_corrects_nothing_yet():
    """Due on the 18th until the 28th, from then on as if it had been the 16th."""
    corrected = amended("nf-1", "2026-04-28", due="2026-04-16", known="2026-04-20")
    assert told(schedule(policy(LATE), [BILL, corrected], "2026-04-21"), "atraso")[1] == "2026-04-23 10:00"


# stops of the clock


def test_what_lies_in_a_stop_without_an_end_stays_on_its_day():
    """Five days after Monday the 20th, though the payment was announced on the 22nd."""
    found = schedule(
        policy(step("atraso", "D+5 10:00")), [BILL, noticed("150.00", "2026-04-22", "nf-1", payment="p")], "2026-04-22"
    )
    assert told(found, "atraso") == ("waiting", "2026-04-25 10:00", ["payment-noticed"])


@pytest.mark.parametrize(("released", "day_after"), [("09:59", "24"), ("10:00", "24"), ("10:01", "25")])
def test_what_is_deferred_comes_on_the_day_of_the_release_where_its_time_is_not_past(released: str, day_after: str):
    """Its time is ten, its day the 23rd, inside the hold."""
    hold = [said(ev.HoldPlaced, "h", "2026-04-22", hold="h")]
    hold.append(said(ev.HoldReleased, "fim", f"2026-04-24 {released}", hold="h"))
    found = schedule(policy(LATE, plan=PlanRules(when_held="defer")), [BILL, *hold], "2026-04-24 08:00")
    assert told(found, "atraso")[1] == f"2026-04-{day_after} 10:00"


# steps that compete on a day


def lying(one: Step, *, own: str, now: str = "2026-04-24", receivable: str = "nf-1") -> Placement:
    """An action on the 24th whose own day is another one, or that one."""
    heads = {"receivable": receivable, "occurrence": "0", "due": BILL.due.toordinal(), "policy": policy(LATE, LETTER)}
    ask = Ask(id=one.id, step=one, day=day(own), minute=600, earliest=0, issued=0, recorded=0, since=0, **heads)
    place = Lying(slot=Slot(day(now), clock(f"{now} 10:00")), day=day(own), last_day=day("2026-04-30"))
    return Placement(ask, None, one.channels, place)


@pytest.mark.parametrize(
    ("own", "rival", "by"),
    [
        ("2026-04-23", lying(LETTER, own="2026-04-24"), "carta"),
        ("2026-04-24", lying(LETTER, own="2026-04-24"), None),
        ("2026-04-24", lying(LETTER, own="2026-04-23"), None),
        ("2026-04-23", lying(evolve(LETTER, trigger=step("x", on="promise.broken").trigger), own="2026-04-24"), None),
        ("2026-04-23", lying(LETTER, own="2026-04-24", receivable="nf-2"), None),
    ],
    ids=["moved", "both-at-home", "rival-moved", "rival-answers-an-event", "rival-of-another-bill"],
)
def test_only_what_moved_gives_way_and_only_to_what_counts_from_a_day(own: str, rival: Placement, by: str | None):
    """`atraso` and `carta` of one bill on the 24th."""
    found = superseded_by(standing(policy(LATE, LETTER), [BILL]), lying(LATE, own=own), day("2026-04-24"), [rival], [])
    assert (None if found is None else dict(found.facts)) == (by and {"by": by, "catch_up": "latest"})


@pytest.mark.parametrize(
    ("when", "receivable", "sent_by", "by"),
    [
        ("2026-04-24", "nf-1", "carta", "carta"),
        ("2026-04-23", "nf-1", "carta", None),
        ("2026-04-24", "nf-2", "carta", None),
        ("2026-04-24", "nf-1", "resposta", None),
        ("2026-04-24", "nf-1", "antiga", None),
    ],
    ids=["that-day", "the-day-before", "another-bill", "an-answer", "no-step-of-this-policy"],
)
def test_what_moved_gives_way_to_what_was_sent_that_day(when: str, receivable: str, sent_by: str, by: str | None):
    """About the same bill, by a step that counts from a day."""
    sent = said(ev.ActionSent, "1", when, action="z", step=sent_by, receivable=receivable, channel="sms")
    rules = policy(LATE, LETTER, step("resposta", on="promise.broken"))
    moved = lying(LATE, own="2026-04-23")
    moved.ask = evolve(moved.ask, policy=rules)
    found = superseded_by(standing(rules, [BILL]), moved, day("2026-04-24"), [], [past_of([sent])])
    assert (None if found is None else dict(found.facts)) == (by and {"by": by, "catch_up": "latest"})


# the past


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ([ev.ActionUnknown], [ev.ActionSent], "sent"),
        ([ev.ActionAttempted], [ev.ActionUnknown], "unknown"),
        ([ev.ActionSkipped], [ev.ActionAttempted], "attempted"),
        ([ev.ActionFailed], [ev.ActionSkipped], "skipped"),
        ([ev.ActionSent], [ev.ActionDelivered], "delivered"),
        ([ev.ActionDelivered], [ev.ActionRead], "read"),
    ],
)
def test_of_two_channels_the_one_that_came_farther_counts(first: list[Any], second: list[Any], code: str):
    """In whatever order they were tried."""
    about = {"action": "a", "step": "s", "receivable": "nf-1"}
    told_by_email = [said(cls, "1", "2026-04-22 10:00", channel="email", **about) for cls in first]
    told_by_sms = [said(cls, "2", "2026-04-22 10:01", channel="sms", **about) for cls in second]
    for outcomes in ([*told_by_email, *told_by_sms], [*told_by_sms, *told_by_email]):
        found = past_of(outcomes)
        assert (found.code, found.channel) == (code, "sms")


def test_what_was_sent_by_a_step_that_no_policy_has_is_reported():
    """As a message that asks for nothing, with nothing to show but what its outcome says."""
    sent = said(ev.ActionSent, "1", "2026-04-22", action="z", step="antiga", receivable="nf-1", channel="sms")
    found = action(schedule(policy(LATE), [BILL, sent], "2026-04-22 13:00"), "antiga")
    assert (found.status, found.kind, found.presses, found.template) == ("done", "message", False, "")
    assert (found.amount, found.channel) == (Money.of("150.00"), "sms")


def test_a_step_answers_what_a_forgotten_step_did():
    """It was delivered by a version of the policy that nobody gave."""
    about = {"action": "z", "step": "antiga", "receivable": "nf-1", "channel": "sms"}
    came = said(ev.ActionDelivered, "1", "2026-04-22", **about)
    answer = policy(LATE, step("resposta", on="action.delivered"))
    assert told(schedule(answer, [BILL, came], "2026-04-22 12:00"), "resposta")[0] == "due"


def test_a_failure_counts_from_when_the_last_one_is_known():
    """By e-mail, known at once; by SMS, known a day later."""
    about = {"action": "a", "step": "s", "receivable": "nf-1"}
    first = said(ev.ActionFailed, "1", "2026-04-22", channel="email", reason="caixa cheia", **about)
    last = said(ev.ActionFailed, "2", "2026-04-22", known="2026-04-23", channel="sms", **about)
    found = past_of([first, last])
    assert (found.failed, found.failed_known) == (("email", "sms"), clock("2026-04-23"))
    assert found.said(found.failed) == {"said": "email: caixa cheia"}


# tone


@pytest.mark.parametrize(
    ("tone", "expected"),
    [(Tone.REMINDER, "c"), (Tone.COURTEOUS, "c"), (Tone.FORMAL, "f"), (Tone.FIRM, "f"), (Tone.LEGAL, "l"), (None, "c")],
)
def test_a_template_is_of_its_tone_or_the_next_milder_one(tone: Tone | None, expected: str):
    """Of courteous, formal and legal ones, in whatever order they were declared; the mildest where none is milder."""
    one = step("carta", "D+7 10:00", templates={Tone.LEGAL: "l", Tone.COURTEOUS: "c", Tone.FORMAL: "f"})
    assert template(one, tone) == expected


def test_a_single_template_serves_every_tone_and_none_is_none():
    """A table may also have one for the tones that it does not name."""
    assert template(step("carta", "D+7 10:00", templates={None: "x", Tone.FIRM: "f"}), Tone.LEGAL) == "x"
    assert template(step("carta", "D+7 10:00", templates={None: "x", Tone.FIRM: "f"}), Tone.FIRM) == "f"
    assert template(step("carta", "D+7 10:00", templates={Tone.FIRM: "f"}), Tone.FIRM) == "f"
    assert template(step("carta", "D+7 10:00", templates={}), Tone.FIRM) == ""


def test_what_is_asked_of_the_debtor_goes_by_what_was_delivered_about_any_receivable():
    """Nobody's first contact is a threat, also where it is about no receivable."""
    answer = step("resposta", on="callback.requested", scope="debtor", tone=Tone.FIRM, declared_presses=True)
    asked = said(ev.CallbackRequested, "ligue", "2026-04-24")
    rules = policy(LATE, answer)
    assert action(schedule(rules, [BILL, asked], "2026-04-24"), "resposta", "").tone == Tone.COURTEOUS
    first = delivered(action(schedule(rules, [BILL], "2026-04-23 10:00"), LATE.id), "2026-04-23 10:00")
    assert action(schedule(rules, [BILL, asked, *first], "2026-04-24"), "resposta", "").tone == Tone.FIRM


def test_a_delivery_without_a_tone_is_no_rung():
    """The host recorded it, of a step that this policy does not have; the courteous one is a rung."""
    about = {"action": "z", "step": "antiga", "receivable": "nf-1", "channel": "email"}
    plain = said(ev.ActionDelivered, "1", "2026-04-20", **about)
    courteous = said(ev.ActionDelivered, "2", "2026-04-21", tone=Tone.COURTEOUS, **about)
    firm = policy(LATE, evolve(LETTER, tone=Tone.FIRM))
    assert action(schedule(firm, [BILL, plain], "2026-04-22"), "carta").tone == Tone.COURTEOUS
    assert action(schedule(firm, [BILL, plain, courteous], "2026-04-22"), "carta").tone == Tone.FIRM


# requirements, reviews


def test_what_is_required_counts_from_the_instant_on():
    """Delivered at ten, what requires it goes at ten."""
    first, then = step("antes", "D+3 09:00"), step("depois", "D+3 10:00", channels=("sms",))
    rules = policy(first, evolve(then, requires=StepReference(step="antes", outcome="sent")))
    asked = action(schedule(rules, [BILL], "2026-04-23 09:00"), "antes")
    sent = outcome(ev.ActionSent, asked, "2026-04-23 10:00")
    assert told(schedule(rules, [BILL, sent], "2026-04-23 10:00"), "depois") == ("due", "2026-04-23 10:00", ["due"])


def test_a_term_after_another_step_counts_from_its_first_outcome():
    """Sent on the 23rd, delivered on the 24th, two days: Saturday the 25th."""
    then = step("depois", "D+4 10:00", requires=StepReference(step="atraso", outcome="sent", at_least=Duration(2)))
    rules = policy(LATE, then)
    asked = action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso")
    sent = [outcome(ev.ActionSent, asked, "2026-04-23 10:00"), outcome(ev.ActionDelivered, asked, "2026-04-24 11:00")]
    assert told(schedule(rules, [BILL, *sent], "2026-04-24 12:00"), "depois")[1] == "2026-04-25 10:00"


def test_a_review_comes_at_the_clock_time_of_what_it_looks_at():
    """Held at half past ten, looked at thirty days later at half past ten."""
    hold = said(ev.HoldPlaced, "h", "2026-04-06 10:30", hold="h", receivables=("nf-1", "nf-9"))
    found = schedule(policy(LATE), [BILL, hold], "2026-05-06 10:30")
    assert told(found, "review:hold", "")[:2] == ("due", "2026-05-06 10:30")


def test_an_approval_ends_its_review_when_it_is_known():
    """Given on the 24th of April and told in June, after somebody had been asked to look."""
    given = said(ev.StepApproved, "sim", "2026-04-24", known="2026-06-01", receivable="nf-1", step="atraso")
    found = schedule(policy(evolve(LATE, approval="human")), [BILL, given], "2026-05-25 12:00")
    assert told(found, "review:approval")[:2] == ("due", "2026-05-23 10:00")


# what was missed, today

OTHER = invoice("nf-2", "90.00", "2026-04-22", kind="outra")
TODAY = policy(
    evolve(LATE, when=Conditions(kinds=("",))),
    step("hoje", "D+2 15:00", when=Conditions(kinds=("outra",)), channels=("sms",), tone=Tone.FIRM),
    plan=PlanRules(gradual=False),
    limits=Limits(contacts_per_day=2),
)


def test_what_was_missed_waits_for_no_contact_that_it_does_not_join():
    """The one of 15:00 goes by SMS."""
    found = schedule(TODAY, [BILL, OTHER], "2026-04-24 11:00")
    assert told(found, "hoje", "nf-2")[0] == "planned"
    assert told(found, "atraso") == ("due", "2026-04-23 10:00", ["due", "missed"])


def test_what_was_missed_finds_no_room_beside_what_is_cancelled():
    """One contact a day, and one was made at nine: that nf-2 would have had its message today does not help."""
    hard = newer(TODAY, limits=Limits(contacts_per_day=1))
    mail = newer(hard, steps=(hard.steps[0], evolve(hard.steps[1], channels=("email",))))
    gone = said(ev.InvoiceCancelled, "x", "2026-04-24 10:00", receivable="nf-2")
    about = {"action": "z", "step": "atraso", "receivable": "nf-1", "occurrence": "9"}
    called = said(ev.CallOutcome, "ligou", "2026-04-24 09:00", result="promised", **about)
    found = schedule(mail, [BILL, OTHER, gone, called], "2026-04-24 11:00")
    assert told(found, "atraso", occurrence="0")[2] == ["daily-cap", "missed"]


FIRST, SECOND = LATE, step("depois", "D+4 10:00", channels=("sms",))


def test_what_cannot_go_today_takes_nobodys_place():
    """The number failed at eleven: what was missed yesterday is due by e-mail."""
    failed = said(ev.ContactPointFailed, "x", "2026-04-24 11:00", point="sms")
    found = schedule(policy(FIRST, SECOND), [BILL, failed], "2026-04-24 12:00")
    assert told(found, "depois")[2] == ["no-contact-point"]
    assert told(found, "atraso")[0] == "due"
    assert told(schedule(policy(FIRST, SECOND), [BILL], "2026-04-24 12:00"), "atraso")[2] == ["superseded"]


def test_superseded_stays_superseded_when_the_other_lapses():
    """Both were missed, and a week later both are over."""
    found = schedule(policy(FIRST, SECOND), [BILL], "2026-05-04")
    assert told(found, "atraso")[2] == ["superseded", "lapsed"]
    assert told(found, "depois")[2] == ["lapsed"]


def test_a_plan_wakes_up_on_the_day_on_which_a_condition_turns():
    """Seven days after the 18th, and only then: the 25th; on the 23rd it waits for an approval."""
    seventh = Conditions(days_past_due=Range(low=7, high=7))
    found = schedule(policy(evolve(LATE, when=seventh, approval="human")), [BILL], "2026-04-23 12:00")
    assert told(found, "atraso")[2] == ["condition-not-met"]
    assert found.next_wakeup_us == clock("2026-04-25 00:00")


def test_thanks_to_the_debtor_are_about_no_receivable():
    """They tell no charges that are left over."""
    thanks = step("obrigado", on="receivable.settled", scope="debtor")
    found = schedule(policy(thanks), [BILL, paid("150.00", "2026-04-17", "nf-1")], "2026-04-17 12:00")
    assert told(found, "obrigado", "")[2] == ["due"]


@pytest.mark.parametrize(("held", "told_as"), [("28 23:59", ["held", "lapsed"]), ("29 00:00", ["lapsed"])])
def test_what_lapsed_names_what_stopped_it_on_its_last_day(held: str, told_as: list[str]):
    """The 28th, five days after its own."""
    hold = said(ev.HoldPlaced, "h", f"2026-04-{held}", hold="h")
    assert told(schedule(policy(LATE), [BILL, hold], "2026-05-04"), "atraso")[2] == told_as


# what reasons tell


def told_by(found: Any, name: str, code: str, receivable: str = "nf-1") -> dict[str, str]:
    """The facts of one reason of an action."""
    (reason,) = [each for each in action(found, name, receivable).reasons if each.code == code]
    return dict(reason.facts)


def test_reasons_tell_what_they_rest_on():
    """In the words of the policy."""
    rich = policy(evolve(LATE, when=Conditions(balance=Range(low=20_000))))
    assert told_by(schedule(rich, [BILL], "2026-04-22"), "atraso", "condition-not-met") == {"condition": "balance"}
    small = policy(LATE, limits=Limits(min_balance=20_000))
    assert told_by(schedule(small, [BILL], "2026-04-22"), "atraso", "below-minimum") == {
        "total": "150.00 BRL",
        "minimum": "200.00 BRL",
    }
    both = policy(LATE, step("depois", "D+4 10:00"))
    late = schedule(both, [BILL], "2026-04-24 10:00")
    assert told_by(late, "atraso", "superseded") == {"by": "depois", "catch_up": "latest"}
    night = policy(step("atraso", "D+3 23:00"))
    assert told_by(schedule(night, [BILL], "2026-04-22"), "atraso", "outside-window") == {"day": "2026-04-23"}
    thanks = policy(step("obrigado", on="receivable.settled", after="1d 10:00"))
    bounced = [paid("150.00", "2026-04-22", "nf-1", payment="p"), undone("p", "2026-04-22 18:00")]
    found = schedule(thanks, [BILL, *bounced], "2026-04-23")
    assert told_by(found, "obrigado", "lapsed") == {"undone": "2026-04-22T18:00-03:00"}
    letter = evolve(LETTER, requires=StepReference(step="atraso", outcome="delivered"))
    waiting = schedule(policy(LATE, letter), [BILL], "2026-04-22")
    assert told_by(waiting, "carta", "requires-step") == {"step": "atraso", "outcome": "delivered"}
    none = policy(LATE, plan=PlanRules(catch_up="none"))
    assert told_by(schedule(none, [BILL], "2026-04-24"), "atraso", "lapsed") == {"catch_up": "none"}
