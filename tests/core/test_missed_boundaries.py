"""What was missed, and the room that it finds: one example on each side."""

import pytest
from attrs import evolve
from tests.core.shop import (
    action,
    amended,
    delivered,
    invoice,
    outcome,
    paid,
    policy,
    said,
    schedule,
    step,
    told,
    undone,
)

from regua.core import events as ev
from regua.core.dates import Duration
from regua.core.policy import (
    Conditions,
    Limits,
    PlanRules,
    Policy,
    Step,
    StepReference,
)
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-04-18")  # effective Monday the 20th, first pressing day Thursday the 23rd

CHAIN = {"requires": StepReference(step="um", outcome="sent")}

CAPPED = [invoice("nf-1", due="2026-04-15"), invoice("nf-2", due="2026-04-16")]

WEEKLY = step("s", "D+7 10:00")


def of_kind(kind: str, name: str, at: str, **fields: object) -> Step:
    """A step for receivables of one kind."""
    return step(name, at, when=Conditions(kinds=(kind,)), **fields)


def together(*, second: str, **limits: object) -> tuple[Policy, list[ev.Event]]:
    """nf-1 and nf-0 in one contact of the 22nd, the outcome of the second one told of that instant."""
    rules = policy(of_kind("", "s", "D+7 10:00"), of_kind("z", "z", "D+7 15:00"), limits=Limits(**limits))  # type: ignore[arg-type]
    bills = [invoice("nf-0", due="2026-04-15"), CAPPED[0]]
    found = schedule(rules, bills, "2026-04-22 10:00")
    first, other = (action(found, "s", name) for name in ("nf-0", "nf-1"))
    assert first.contact == other.contact
    later = [evolve(each, id=f"{each.id} nf-1") for each in delivered(other, second)]
    return rules, [*bills, *delivered(first, "2026-04-22 10:00"), *later]


# of several that were missed


def test_what_is_required_goes_first_and_those_after_it_compete_all_the_same():
    """One of the 23rd is required by the last; two of the 24th gives way to three of today."""
    rules = policy(
        step("um", "D+3 10:00"), step("dois", "D+4 10:00"), step("três", "D+7 10:00"), step("fim", "D+9 10:00", **CHAIN)
    )
    found = schedule(rules, [BILL], "2026-04-27 10:00")
    assert {each: action(found, each).status for each in ("um", "dois", "três")} == {
        "um": "due",
        "dois": "ended",
        "três": "due",
    }


@pytest.mark.parametrize("as_of", ["2026-04-29 12:00", "2026-04-30 12:00"], ids=["today", "missed"])
def test_what_ran_out_before_another_could_run_gives_way_to_nothing(as_of: str):
    """One of the 23rd could run until the 28th; two, of the 27th, was hindered until the 29th."""
    rules = policy(step("um", "D+3 10:00"), step("dois", "D+7 10:00", channels=("whatsapp",)))
    added = said(ev.ContactPointAdded, "w", "2026-04-29 08:00", point="w", channels=("whatsapp",))
    agreed = said(ev.ConsentGranted, "s", "2026-04-29 08:00", channel="whatsapp")
    found = schedule(rules, [BILL, added, agreed], as_of)
    assert (told(found, "um")[2], told(found, "dois")[0]) == (["lapsed"], "due")


def test_after_the_last_day_the_next_channel_comes_too_late():
    """The e-mail of the 23rd bounces on the evening of the 28th; the next morning is the sixth day."""
    rules = policy(step("atraso", "D+3 10:00", channels=("email", "sms")))
    mail = action(schedule(rules, [BILL], "2026-04-23 10:00"), "atraso")
    bounced = [outcome(ev.ActionSent, mail, "2026-04-23 10:00"), outcome(ev.ActionFailed, mail, "2026-04-28 20:30")]
    found = schedule(rules, [BILL, *bounced], "2026-04-28 20:30")
    assert (told(found, "atraso")[0], told(found, "atraso")[2][0]) == ("ended", "lapsed")


# what was missed finds room today


def test_what_was_missed_goes_now_where_another_goes_now_though_a_third_comes_later():
    """Of the 22nd, of ten today, and of three o'clock, approved at eleven: the first two go at noon."""
    rules = policy(
        of_kind("a", "carta", "D+3 15:00", approval="human"),
        of_kind("b", "hoje", "D+3 10:00"),
        of_kind("c", "ontem", "D+7 10:00"),
    )
    bills = [invoice(f"nf-{kind}", due="2026-04-15" if kind == "c" else "2026-04-18", kind=kind) for kind in "abc"]
    yes = said(ev.StepApproved, "sim", "2026-04-23 11:00", receivable="nf-a", step="carta")
    found = schedule(rules, [*bills, yes], "2026-04-23 12:00")
    assert {each.step: each.status for each in found.all if each.status != "ended"} == {
        "carta": "planned",
        "hoje": "due",
        "ontem": "due",
    }


def test_a_contact_that_presses_needs_room_also_where_a_reminder_goes():
    """One a day, and one was sent this morning: the missed letter does not ride on the reminder."""
    rules = policy(
        of_kind("a", "ontem", "D+7 10:00"), of_kind("b", "lembrete", "D-1 11:00", tone=Tone.REMINDER),
        of_kind("c", "hoje", "D+3 10:00"), limits=Limits(contacts_per_day=1),
    )  # fmt: skip
    dues = {"a": "2026-04-15", "b": "2026-04-24", "c": "2026-04-18"}
    bills = [invoice(f"nf-{kind}", due=due, kind=kind) for kind, due in dues.items()]
    sent = delivered(action(schedule(rules, bills, "2026-04-23 10:00"), "hoje", "nf-c"), "2026-04-23 10:00")
    found = schedule(rules, [*bills, *sent], "2026-04-23 12:00")
    assert told(found, "lembrete", "nf-b")[0] == "due"
    assert told(found, "ontem", "nf-a")[::2] == ("waiting", ["daily-cap", "missed"])


def test_what_is_no_contact_waits_for_no_other():
    """Two listings: one of yesterday is due, though another one is planned for three o'clock."""
    rules = policy(step("negativar", "D+7 15:00", kind="listing", channels=(), tone=None, templates={}))
    bills = [invoice("nf-1", due="2026-04-15"), invoice("nf-2", due="2026-04-16")]
    found = schedule(rules, bills, "2026-04-23 12:00")
    assert [told(found, "negativar", name)[0] for name in ("nf-1", "nf-2")] == ["due", "planned"]


def test_of_what_was_missed_the_most_severe_finds_room_first():
    """One contact a day: the courteous letter of the 22nd waits behind the formal one of the 23rd."""
    rules = policy(
        of_kind("a", "leve", "D+7 10:00"), of_kind("b", "formal", "D+7 10:00", tone=Tone.FORMAL, channels=("sms",)),
        limits=Limits(contacts_per_day=1), plan=PlanRules(gradual=False),
    )  # fmt: skip
    bills = [invoice("nf-a", due="2026-04-15", kind="a"), invoice("nf-b", due="2026-04-16", kind="b")]
    found = schedule(rules, bills, "2026-04-24")
    assert told(found, "formal", "nf-b")[0] == "due"
    assert told(found, "leve", "nf-a")[::2] == ("waiting", ["daily-cap", "missed"])


# what the caps count


def test_an_interval_of_a_hundred_days_reaches_back_so_far():
    """Sent on 22 April; what is planned for Monday 27 July comes on Friday 31."""
    rules = policy(WEEKLY, limits=Limits(min_interval=Duration(100)))
    bills = [CAPPED[0], invoice("nf-3", due="2026-07-20")]
    sent = delivered(action(schedule(rules, bills, "2026-04-22 10:00"), "s"), "2026-04-22 10:00")
    assert told(schedule(rules, [*bills, *sent], "2026-07-21"), "s", "nf-3")[1] == "2026-07-31 10:00"


@pytest.mark.parametrize(
    ("events", "as_of", "day"),
    [
        ([said(ev.HoldPlaced, "h", "2026-04-22 12:00", hold="h", receivables=("nf-1",))], "2026-04-22 12:00", "25"),
        (
            [paid("150.00", "2026-04-22 12:00", "nf-1", payment="p"), undone("p", "2026-04-22 13:00")],
            "2026-04-22 13:00",
            "25",
        ),
        ([amended("nf-1", "2026-04-22 10:00", due="2026-05-15", known="2026-04-20")], "2026-04-20", "23"),
        ([amended("nf-1", "2026-04-22 10:01", due="2026-05-15", known="2026-04-20")], "2026-04-20", "25"),
    ],
    ids=["held-afterwards", "paid-and-undone", "moved-at-that-instant", "moved-afterwards"],
)
def test_what_was_planned_counts_unless_it_was_over_for_good(events: list[ev.Event], as_of: str, day: str):
    """Three days apart: nf-2 of the 23rd waits for the 25th where nf-1 of the 22nd counts."""
    rules = policy(WEEKLY, limits=Limits(min_interval=Duration(3)))
    assert told(schedule(rules, [*CAPPED, *events], as_of), "s", "nf-2")[1] == f"2026-04-{day} 10:00"


def test_two_actions_of_one_contact_count_once():
    """Two contacts a day: what comes at three o'clock is the second."""
    rules, events = together(second="2026-04-22 10:00", contacts_per_day=2)
    third = invoice("nf-2", due="2026-04-15", kind="z")
    assert told(schedule(rules, [*events, third], "2026-04-22 12:00"), "z", "nf-2")[1] == "2026-04-22 15:00"


def test_a_contact_counts_on_the_first_of_its_days():
    """The second action is told a day later: three days after the 22nd there is room again."""
    rules, events = together(second="2026-04-23 10:00", min_interval=Duration(3))
    found = schedule(rules, [*events, CAPPED[1]], "2026-04-24")
    assert told(found, "s", "nf-2")[1] == "2026-04-25 10:00"


def test_a_contact_of_this_very_instant_counts():
    """One a day, sent at ten: asked at ten, the one of three o'clock moves to the next day."""
    rules = policy(of_kind("", "s", "D+7 10:00"), of_kind("z", "z", "D+7 15:00"), limits=Limits(contacts_per_day=1))
    bills = [CAPPED[0], invoice("nf-2", due="2026-04-15", kind="z")]
    sent = outcome(ev.ActionSent, action(schedule(rules, bills, "2026-04-22 10:00"), "s"), "2026-04-22 10:00")
    assert told(schedule(rules, [*bills, sent], "2026-04-22 10:00"), "z", "nf-2")[1] == "2026-04-23 15:00"


def test_a_missed_reminder_needs_no_room_though_it_goes_with_what_is_counted():
    """It would draw one of two letters of three o'clock to noon; the other one is disputed until two."""
    rules = policy(
        of_kind("", "s", "D+3 15:00"), of_kind("z", "lembrete", "D-2 10:00", tone=Tone.REMINDER),
        limits=Limits(contacts_per_day=1),
    )  # fmt: skip
    bills = [invoice("nf-1"), invoice("nf-2"), invoice("nf-3", due="2026-04-24", kind="z")]
    about = {"dispute": "d", "receivables": ("nf-2",)}
    word = [said(ev.DisputeOpened, "d", "2026-04-22", **about)]
    word.append(said(ev.DisputeResolved, "f", "2026-04-23 14:00", known="2026-04-22", dispute="d", outcome="rejected"))
    found = schedule(rules, [*bills, *word], "2026-04-23 12:00")
    assert told(found, "lembrete", "nf-3")[:2] == ("planned", "2026-04-23 15:00")
