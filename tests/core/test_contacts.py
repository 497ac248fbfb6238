"""What goes out together, where a case file would be long."""

import pytest
from attrs import evolve
from tests.core.shop import (
    BANK,
    amended,
    clock,
    invoice,
    outcome,
    paid,
    policy,
    reachable,
    said,
    schedule,
    step,
    undone,
)

from regua.core import events as ev
from regua.core.account import fold
from regua.core.planning import Schedule, plan
from regua.core.policy import Conditions, Limits, PlanRules, Policy, Range, Step
from regua.core.tones import Tone

STEPS = policy(
    step("cortes", "D+3 10:00", channels=("whatsapp", "sms", "email")),
    step("firme", "D+8 10:00", channels=("whatsapp", "email"), tone=Tone.FIRM),
    plan=PlanRules(gradual=False),
)
TEN = "2026-05-21 10:00"
BILLS = [
    *reachable("whatsapp", "sms", "email"),
    invoice("nf-1", due="2026-05-13"),  # Wednesday: D+8 is Thursday the 21st
    invoice("nf-2", due="2026-05-18"),  # Monday: D+3 is that Thursday
]


def carried(found: Schedule) -> list[tuple[str, list[str], str]]:
    """Each contact: its channel, its steps, its id without the action."""
    steps = {action.id: action.step for action in found.all}
    return [
        (contact.channel, [steps[each] for each in contact.members], contact.id.partition("/")[2])
        for contact in found.contacts
        if contact.status == "due"
    ]


def test_the_actions_of_a_failed_contact_follow_its_carrier():
    """By itself the courteous one would go by SMS next; together with the firm one it goes by e-mail."""
    alone = [event for event in BILLS if getattr(event, "receivable", "") != "nf-1"]
    failed = [outcome(ev.ActionFailed, each, "2026-05-21 10:01") for each in schedule(STEPS, alone, TEN).due]
    assert carried(schedule(STEPS, [*alone, *failed], "2026-05-21 10:02")) == [("sms", ["cortes"], "2")]
    together = schedule(STEPS, BILLS, TEN)
    assert carried(together) == [("whatsapp", ["firme", "cortes"], "1")]
    failed = [outcome(ev.ActionFailed, each, "2026-05-21 10:01") for each in together.due]
    after = schedule(STEPS, [*BILLS, *failed], "2026-05-21 10:02")
    assert carried(after) == [("email", ["firme", "cortes"], "2")]
    assert {each.channel for each in after.due} == {"email"}


# what may go at the contact's time: on Wednesday 22 April `cedo` asks for 09:00 and `tarde` for 15:00

TWO = [invoice("nf-1", due="2026-04-15"), invoice("nf-2", due="2026-04-15")]
EARLY = step("cedo", "D+7 09:00")
LATER = step("tarde", "D+7 15:00")
ANSWER = step("resposta", on="dispute.resolved", after="0d 15:00", declared_presses=True)
NOON = "2026-04-22 12:00"
TOGETHER = {"09:00": {"cedo nf-1", "tarde nf-2"}}
APART = {"09:00": {"cedo nf-1"}, "15:00": {"tarde nf-2"}}


def going(rules: Policy, *events: ev.Event, day: str = "2026-04-22") -> dict[str, set[str]]:
    """What each contact of a day carries, by its clock time, planned on the 20th."""
    found = schedule(rules, events, "2026-04-20")
    names = {action.id: f"{action.step} {action.receivable}".strip() for action in found.all}
    contacts = [contact for contact in found.contacts if contact.day.isoformat() == day]
    times = [contact.at.format("HH:mm") for contact in contacts]
    assert len(set(times)) == len(times)
    return {time: {names[each] for each in contact.members} for time, contact in zip(times, contacts, strict=True)}


def of(step: Step, receivable: str) -> Step:
    """A step for one receivable alone: they differ in kind."""
    return evolve(step, when=evolve(step.when, kinds=(receivable,)))


def two(*steps: Step, **parts: object) -> Policy:
    """`cedo` for nf-1, the others for nf-2."""
    return policy(of(EARLY, "nf-1"), *(of(each, "nf-2") for each in steps), **parts)


KINDS = [evolve(bill, kind=bill.receivable) for bill in TWO]


def disputed(until: str) -> list[ev.Event]:
    """A dispute of nf-2 from the 16th on, resolved then."""
    about = {"dispute": "d", "known": "2026-04-20"}
    opened = said(ev.DisputeOpened, "aberta", "2026-04-16", dispute="d", receivables=("nf-2",))
    return [opened, said(ev.DisputeResolved, "fechada", until, **about, outcome="rejected")]


@pytest.mark.parametrize(
    ("resolved", "answer"), [("08:59", "09:00"), ("09:00", "09:00"), ("09:01", "15:00"), ("14:00", "15:00")]
)
def test_an_answer_goes_no_earlier_than_its_cause(resolved: str, answer: str):
    """It asks for 15:00 and joins the contact of 09:00 where the dispute is over by then."""
    found = going(two(ANSWER), *KINDS, *disputed(f"2026-04-22 {resolved}"))
    assert "resposta nf-2" in found[answer]


def test_thanks_for_two_payments_go_together_only_after_both():
    """One at 10:00, one at noon: neither thanks for what was not paid yet."""
    thanks = policy(step("obrigado", on="receivable.settled"))
    first, second = (
        paid("150.00", f"2026-04-22 {hour}", name) for hour, name in (("10:00", "nf-1"), ("12:00", "nf-2"))
    )
    found = going(thanks, *TWO, first, second)
    assert found == {"10:00": {"obrigado nf-1"}, "12:00": {"obrigado nf-2"}}


def test_what_nothing_hinders_goes_at_the_earliest_time():
    """Though a fact takes effect in between."""
    point = said(ev.ContactPointAdded, "ponto", NOON, known="2026-04-20", point="x", channels=("whatsapp",))
    assert going(two(LATER), *KINDS, point) == TOGETHER


def test_what_is_stopped_at_the_earliest_time_goes_apart():
    """Disputed until noon; one that is resolved at nine holds nothing up at nine."""
    dispute = disputed(NOON)
    assert going(two(LATER), *KINDS, *dispute) == APART
    assert going(two(LATER), *KINDS, *disputed("2026-04-22 09:00")) == TOGETHER


def test_what_waits_at_the_earliest_time_goes_apart():
    """Approved at noon."""
    approved = said(ev.StepApproved, "sim", NOON, known="2026-04-20", receivable="nf-2", step="tarde")
    assert going(two(evolve(LATER, approval="human")), *KINDS, approved) == APART


def test_what_is_below_the_minimum_at_the_earliest_time_goes_apart():
    """A reminder goes at nine; R$ 250,00 are overdue again at noon, when the payment of nf-1 is reversed."""
    reminder = step("lembrete", "D-1 09:00", tone=Tone.REMINDER)
    rules = policy(of(LATER, "nf-2"), of(reminder, "nf-3"), limits=Limits(min_balance=25_000))
    bills = [*KINDS, invoice("nf-3", due="2026-04-23", kind="nf-3")]
    money = [paid("150.00", "2026-04-10", "nf-1", payment="p"), undone("p", NOON, known="2026-04-20")]
    assert going(rules, *bills, *money) == {"09:00": {"lembrete nf-3"}, "15:00": {"tarde nf-2"}}


def test_what_does_not_apply_at_the_earliest_time_goes_apart():
    """From R$ 200,00 on; it is R$ 250,00 since noon."""
    large = evolve(LATER, when=Conditions(balance=Range(low=20_000)))
    higher = amended("nf-2", NOON, amount="250.00", known="2026-04-20")
    assert going(two(large), *KINDS, higher) == APART


# what says something of its own


def members(rules: Policy, *events: ev.Event) -> list[list[str]]:
    """The contacts of the 22nd, each with what it carries, the carrier first."""
    found = schedule(rules, events, "2026-04-20")
    names = {action.id: f"{action.step} {action.receivable}" for action in found.all}
    contacts = [contact for contact in found.contacts if contact.day.isoformat() == "2026-04-22"]
    return sorted([names[each] for each in contact.members] for contact in contacts)


def test_an_offer_goes_apart():
    """A reminder of another bill is carried by the letter, an offer is not."""
    assert members(two(LATER), *KINDS) == [["cedo nf-1", "tarde nf-2"]]
    assert members(two(evolve(LATER, kind="offer")), *KINDS) == [["cedo nf-1"], ["tarde nf-2"]]


def test_calls_are_made_one_by_one():
    """Two bills of one day, two calls."""
    call = step("ligação", "D+7 15:00", kind="task", channels=(), queue="cobrança")
    assert members(policy(call), *TWO) == [["ligação nf-1"], ["ligação nf-2"]]


def test_answers_of_two_steps_that_do_not_ask_stay_two():
    """Thanks and a survey-like message for one payment."""
    rules = policy(*(step(name, on="receivable.settled", after="0d 15:00") for name in ("obrigado", "opine")))
    assert members(rules, TWO[0], paid("150.00", "2026-04-22 10:00", "nf-1")) == [["obrigado nf-1"], ["opine nf-1"]]


def test_whatever_goes_apart_goes():
    """Three letters with attachments of their own: three contacts of one day."""
    steps = [evolve(EARLY, id=name, attach=(f"{name}.pdf",)) for name in ("a", "b", "c")]
    assert members(policy(*steps), TWO[0]) == [["a nf-1"], ["b nf-1"], ["c nf-1"]]


def test_a_contact_reaches_the_first_point_that_works():
    """The second number, since the first one failed."""
    points = [said(ev.ContactPointAdded, name, "2026-01-02", point=name, channels=("sms",)) for name in ("um", "dois")]
    consent = said(ev.ConsentGranted, "sim", "2026-01-02", channel="sms")
    failed = said(ev.ContactPointFailed, "falhou", "2026-04-01", point="um")
    rules, facts = policy(evolve(LATER, channels=("sms",))), [*points, consent, failed, TWO[0]]
    found = plan(rules, fold(facts), as_of=clock("2026-04-20"), calendar=BANK)
    (contact,), (one,) = found.contacts, found.planned
    assert (one.channel, one.point) == ("sms", "dois")
    assert (contact.channel, contact.point) == ("sms", "dois")


def test_a_plan_until_a_day_shows_no_contact_after_it():
    """The contact of the 22nd is shown until the 22nd."""
    facts = fold([*reachable(), TWO[0]])
    for until, count in (("2026-04-21", 0), ("2026-04-22", 1)):
        found = plan(policy(LATER), facts, as_of=clock("2026-04-20"), calendar=BANK, until=clock(f"{until} 23:59"))
        assert len(found.contacts) == count


def test_what_is_only_listed_stands_with_the_carrier_alone():
    """Three bills: two have the step today, the third is overdue since long and only listed."""
    bills = [*TWO, invoice("nf-0", due="2026-03-02", when="2026-02-20")]
    found = schedule(policy(LATER), bills, "2026-04-20")
    (contact,) = [each for each in found.contacts if len(each.members) > 1]
    carried_by = {each.id: each.listed for each in found.planned if each.contact == contact.id}
    assert carried_by.pop(contact.carrier) == contact.listed == ("nf-0",)
    assert set(carried_by.values()) == {()}


def test_a_contact_that_was_not_refused_has_no_further_number():
    """The e-mail was sent and bounced: the SMS is the second contact of its action, and not the third."""
    rules = policy(evolve(LATER, channels=("email", "sms")))
    (first,) = schedule(rules, [TWO[0]], "2026-04-22 18:00").due
    sent, bounced = (outcome(kind, first, "2026-04-22 18:01") for kind in (ev.ActionSent, ev.ActionFailed))
    (again,) = schedule(rules, [TWO[0], sent, bounced], "2026-04-22 18:02").due
    assert (again.channel, again.contact.partition("/")[2]) == ("sms", "2")


def test_the_fingerprint_covers_what_is_in_no_contact():
    """A listing asks for nothing by letter: its reasons alone differ."""
    listing = Step(
        id="negativar",
        trigger=LATER.trigger,
        kind="listing",
        registrar="bureau",
        channels=(),
        templates={},
        approval="human",
    )
    waiting, vetoed = (
        schedule(policy(listing), [TWO[0], *more], "2026-04-20")
        for more in ((), (said(ev.StepVetoed, "v", "2026-04-19", receivable="nf-1", step="negativar"),))
    )
    assert waiting.contacts == vetoed.contacts == ()
    assert waiting.fingerprint != vetoed.fingerprint
