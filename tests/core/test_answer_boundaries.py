"""Fine points of what answers events, of places, reviews and failed contacts."""

from datetime import date
from typing import Any

import pytest
from attrs import evolve, frozen
from tests.core.shop import (
    action,
    amended,
    clock,
    delivered,
    invoice,
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
from regua.core.calendars import Place, WeekdayCalendar
from regua.core.planning.habits import changes
from regua.core.planning.identity import fingerprint
from regua.core.planning.past import past_of
from regua.core.policy import Conditions, Limits, PlanRules, Range, StepReference
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-04-18")
LATE = step("atraso", "D+3 10:00")


def test_an_answer_ends_with_what_comes_first_its_cause_undone_or_a_migration():
    """Thanks of the 25th; the payment is undone on the 28th, the policy changes on the 24th."""
    thanks = policy(step("obrigado", on="receivable.settled", after="3d 10:00", tone=None))
    ahead = {"policy": "loja", "policy_version": 2, "verb": "rebase", "known": "2026-04-21"}
    moved = said(ev.PolicyMigrated, "m", "2026-04-24", **ahead)
    money = [paid("150.00", "2026-04-22", "nf-1", payment="p"), undone("p", "2026-04-28", known="2026-04-22")]
    events = [invoice(policy="loja", policy_version=1), *money, moved]
    found = schedule([thanks, evolve(thanks, version=2)], events, "2026-04-23")
    assert told(found, "obrigado")[::2] == ("ended", ["lapsed"])


@frozen
class Carioca(WeekdayCalendar):
    """São Jorge, 23 April, is a holiday in Rio de Janeiro."""

    def is_contact_holiday(self, day: date, place: Place) -> bool:
        """There and then."""
        return (day.month, day.day, place.state) == (4, 23, "RJ")


def test_the_debtors_place_decides_on_holidays():
    """D+3 is Thursday 23 April: in Rio it moves to Friday."""
    rules = policy(LATE, calendar="weekdays")
    rio = said(ev.DebtorRegistered, "perfil", "2026-04-01", state="RJ", country="BR")
    found = [schedule(rules, [BILL, *more], "2026-04-20", Carioca()) for more in ([], [rio])]
    assert [told(each, "atraso")[1] for each in found] == ["2026-04-23 10:00", "2026-04-24 10:00"]


def test_the_due_date_in_force_makes_the_habit():
    """The fourth was moved to the 30th of April, and paid on the 29th: in time like the three before."""
    dues = ("2026-01-15", "2026-02-13", "2026-03-13", "2026-04-15")
    bills = [invoice(f"nf-{place}", "100.00", due, when="2026-01-02") for place, due in enumerate(dues, start=1)]
    money = [paid("100.00", due, f"nf-{place}") for place, due in enumerate((*dues[:3], "2026-04-29"), start=1)]
    moved = amended("nf-4", "2026-04-10", due="2026-04-30")
    assert list(changes(standing(policy(), [*bills, *money, moved]))) == []
    assert [each.receivable for each in changes(standing(policy(), [*bills, *money]))] == ["nf-4"]


def test_the_review_of_an_approval_begins_when_nothing_else_is_missing():
    """D+1 waits for clearing until the 23rd: the thirty days count from then."""
    rules = policy(step("carta", "D+1 10:00", approval="human"))
    assert [
        [each.step for each in schedule(rules, [BILL], when).all if each.step.startswith("review:")]
        for when in ("2026-05-21 10:00", "2026-05-23 00:00")
    ] == [[], ["review:approval"]]


def test_an_approval_of_before_the_new_beginning_ends_no_review():
    """Approved on the 2nd; the due date moved on the 3rd, at whose very instant another approval would count."""
    rules = policy(step("carta", "D+3 10:00", approval="human"))
    moved = amended("nf-1", "2026-04-03", due="2026-04-20")
    early, then = (
        said(ev.StepApproved, f"sim {day}", day, receivable="nf-1", step="carta")
        for day in ("2026-04-02", "2026-04-03")
    )
    status = [told(schedule(rules, [BILL, moved, yes], "2026-04-20"), "carta")[0] for yes in (early, then)]
    assert status == ["waiting", "planned"]


def test_a_condition_that_turns_by_the_day_wakes_on_that_day():
    """Due on the 23rd only from the fifth day past due on: on Thursday 23 April it is; on the sixth it is not."""
    once = step("s", "D+3 10:00", when=Conditions(days_past_due=Range(high=5)))
    found = schedule(policy(once), [BILL], "2026-04-24")
    assert (told(found, "s")[2], found.next_wakeup is None) == (["condition-not-met"], False)
    assert found.next_wakeup is not None
    assert found.next_wakeup.format("YYYY-MM-DD HH:mm") == "2026-04-29 00:00"


@pytest.mark.parametrize(
    ("failures", "channel"),
    [([("email", "x/1"), ("email", "x/2")], "sms"), ([("email", ""), ("sms", "")], "whatsapp")],
    ids=["named", "unnamed"],
)
def test_the_contact_after_two_failures_is_the_third(failures: list[tuple[str, str]], channel: str):
    """Two contacts by e-mail, or one by e-mail and one by SMS of which nobody told the contact."""
    rules = policy(step("s", "D+3 10:00", channels=("email", "sms", "whatsapp")))
    points = [
        said(ev.ContactPointAdded, "w", "2026-04-01", point="w", channels=("whatsapp",)),
        said(ev.ConsentGranted, "c", "2026-04-01", channel="whatsapp"),
    ]
    first = action(schedule(rules, [BILL, *points], "2026-04-23 10:00"), "s")
    bounced = [
        outcome(ev.ActionFailed, evolve(first, channel=by, contact=contact), f"2026-04-23 10:0{place}")
        for place, (by, contact) in enumerate(failures)
    ]
    found = action(schedule(rules, [BILL, *points, *bounced], "2026-04-23 10:05"), "s")
    assert (found.channel, found.contact) == (channel, f"{first.id}/3")


def test_the_last_contact_of_an_action_tells_its_carrier():
    """The first was its own, the others were not."""
    about = {"action": "a", "step": "s", "receivable": "nf-1"}
    words = [
        said(ev.ActionFailed, f"{place}", f"2026-04-22 10:0{place}", channel=channel, contact=contact, **about)
        for place, (channel, contact) in enumerate((("email", "a/1"), ("sms", "b/1"), ("whatsapp", "c/1")))
    ]
    assert past_of(words).last_carrier == "c"


def test_what_presses_finds_no_room_and_the_reminder_with_it_stays():
    """One contact a day, sent this morning: the letter moves to the next day, the reminder goes today."""
    rules = policy(
        step("hoje", "D+3 09:00", when=Conditions(kinds=("a",))),
        step("carta", "D+3 10:00", when=Conditions(kinds=("b",)), channels=("sms",)),
        step("lembrete", "D-1 10:00", when=Conditions(kinds=("c",)), channels=("sms",)),
        limits=Limits(contacts_per_day=1),
        plan=PlanRules(gradual=False),
    )
    bills = [invoice(f"nf-{kind}", due="2026-04-24" if kind == "c" else "2026-04-18", kind=kind) for kind in "abc"]
    sent = delivered(action(schedule(rules, bills, "2026-04-23 09:00"), "hoje", "nf-a"), "2026-04-23 09:00")
    found = schedule(rules, [*bills, *sent], "2026-04-23 09:30")
    assert [told(found, name, f"nf-{kind}")[1] for name, kind in (("carta", "b"), ("lembrete", "c"))] == [
        "2026-04-24 10:00",
        "2026-04-23 10:00",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"tone": Tone.FIRM},
        {"channel": "sms"},
        {"point": "outro"},
        {"template": "outro"},
        {"status": "waiting"},
        {"day": date(2026, 4, 24)},
        {"amount": None},
        {"reasons": ()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_all_that_an_action_says_is_in_the_fingerprint(change: dict[str, Any]):
    """Also in what tone."""
    one = action(schedule(policy(LATE), [BILL], "2026-04-20"), "atraso")
    assert fingerprint((), [one], ()) != fingerprint((), [evolve(one, **change)], ())


def test_a_habit_is_known_when_the_last_payment_of_it_is():
    """Two of three were late; that the third was paid in time, on the 15th, is told on the 20th."""
    dues = ("2026-01-15", "2026-02-13", "2026-03-13", "2026-04-15")
    bills = [invoice(f"nf-{place}", "100.00", due, when="2026-01-02") for place, due in enumerate(dues, start=1)]
    money = [paid("100.00", "2026-04-15", "nf-4", known="2026-04-20")]
    (found,) = changes(standing(policy(), [*bills, *money]))
    assert (found.receivable, found.known) == ("nf-4", clock("2026-04-20"))


def test_what_stops_a_policy_from_being_exhausted_is_followed_in_order_of_time():
    """With the agency until 5 May, five days more are the 10th: settled then, until that is undone on the 20th."""
    hand_over = step("acabou", on="policy.exhausted", after="0d 10:00", kind="task", tone=None)
    events = [
        said(ev.AgencyAssigned, "entregue", "2026-04-16", receivable="nf-1"),
        said(ev.AgencyReturned, "devolvido", "2026-05-05", known="2026-04-16", receivable="nf-1"),
        evolve(paid("150.00", "2026-05-08", payment="p"), recorded_at=clock("2026-04-16")),
        undone("p", "2026-05-20", known="2026-04-16"),
    ]
    found = schedule(policy(step("s", "D-9 10:00"), hand_over), [BILL, *events], "2026-04-16")
    assert told(found, "acabou")[1] == "2026-05-26 10:00"


def test_an_agreement_broken_before_it_was_known_is_answered_when_it_is():
    """Signed on 20 April, known on 1 June; its instalment of 4 May was ten days late with the 16th."""
    part = ev.Instalment(receivable="a-1", amount=BILL.amount, due=date(2026, 5, 4))
    about = {"agreement": "a", "receivables": ("nf-1",), "instalments": (part,), "broken_days": 10}
    signed = said(ev.AgreementSigned, "acordo", "2026-04-20", known="2026-06-01", **about)
    found = schedule(policy(step("quebrado", on="agreement.broken", tone=None)), [BILL, signed], "2026-06-01 12:00")
    assert told(found, "quebrado")[:2] == ("due", "2026-06-01 12:00")


def test_what_comes_again_after_a_settlement_tells_nothing_left_over():
    """It answers the settlement a second time, clamped the first time, and its occurrence is no event."""
    firm = step("carta", on="receivable.settled", tone=Tone.FIRM, declared_presses=True)
    after = step("fim", "D+9 10:00", requires=StepReference(step="carta", outcome="delivered"))
    rules = policy(LATE, firm, after)
    events = [BILL, paid("150.00", "2026-04-22", "nf-1")]
    first = action(schedule(rules, events, "2026-04-22 12:00"), "carta")
    sent = delivered(evolve(first, tone=Tone.COURTEOUS, channel="email"), "2026-04-22 12:00")
    found = schedule(rules, [*events, *sent], "2026-04-23 12:00")
    again = action(found, "carta", occurrence=f"{first.occurrence}+1")
    assert (again.status, [each.code for each in again.reasons]) == ("ended", ["settled"])


@pytest.mark.parametrize(("as_of", "status"), [("2026-04-24 08:59", "due"), ("2026-04-24 09:00", "ended")])
def test_a_migration_counts_for_the_debtors_steps_from_its_very_instant(as_of: str, status: str):
    """At nine on the 24th; the answer of the 23rd was missed."""
    answer = policy(step("resposta", on="reply.received", scope="debtor", after="1d 10:00", tone=None))
    reply = said(ev.ReplyReceived, "oi", "2026-04-22 09:00", channel="email")
    parts = {"policy": "loja", "policy_version": 2, "verb": "rebase", "known": "2026-04-22"}
    moved = said(ev.PolicyMigrated, "m", "2026-04-24 09:00", **parts)
    events = [invoice(policy="loja", policy_version=1), reply, moved]
    found = schedule([answer, evolve(answer, version=2)], events, as_of)
    assert told(found, "resposta", "")[0] == status
