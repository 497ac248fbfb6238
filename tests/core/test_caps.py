"""How many contacts there is room for: one example on each side of every limit."""

import pytest
from tests.core.shop import (
    action,
    amended,
    day,
    delivered,
    invoice,
    newer,
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
from regua.core.dates import Duration
from regua.core.planning.caps import Room
from regua.core.planning.contacts import is_counted
from regua.core.policy import Limits, PlanRules, Policy
from regua.core.tones import Tone

LATE = step("atraso", "D+7 10:00")
TWO = [invoice("nf-1", due="2026-04-15"), invoice("nf-2", due="2026-04-16")]


def limited(**limits: object) -> Policy:
    """One step on the 22nd for nf-1 and on the 23rd for nf-2, under these limits."""
    return policy(LATE, limits=Limits(**limits))


def room(*days: str, **limits: object) -> Room:
    """Contacts counted on these days."""
    found = Room(standing(limited(**limits), TWO))
    for each in days:
        found.take(day(each))
    return found


def full(found: Room, when: str) -> tuple[str, dict[str, str]] | None:
    """Why there is no room, and what the reason tells."""
    reason = found.full(day(when))
    return None if reason is None else (reason.code, dict(reason.facts))


def planned(found: Room, *names: str) -> None:
    """Count the contact of these actions, planned for the 22nd."""
    found.take(day("2026-04-22"), names)


def test_a_day_has_room_up_to_its_limit():
    """Two on the 22nd, none too many on the 23rd."""
    assert full(room("2026-04-22", contacts_per_day=2), "2026-04-22") is None
    found = room("2026-04-22", "2026-04-22", contacts_per_day=2)
    assert full(found, "2026-04-22") == ("daily-cap", {"day": "2026-04-22", "contacts": "2"})
    assert full(found, "2026-04-23") is None


def test_a_week_is_the_seven_days_that_end_with_the_day():
    """From the 1st to the 7th; the 8th is free of the 1st, and the 7th of the 8th."""
    found = room("2026-04-01", "2026-04-07", contacts_per_week=2)
    assert full(found, "2026-04-07") == ("weekly-cap", {"day": "2026-04-07", "contacts": "2"})
    assert full(found, "2026-04-08") is None
    assert full(room("2026-04-07", "2026-04-08", contacts_per_week=2), "2026-04-07") is None


@pytest.mark.parametrize(
    ("interval", "last", "first"),
    [(Duration(3), "2026-04-24", "2026-04-25"), (Duration(3, business=True), "2026-04-26", "2026-04-27")],
)
def test_an_interval_is_over_on_its_last_day(interval: Duration, last: str, first: str):
    """Three days after Wednesday the 22nd is Saturday, three business days is Monday."""
    found = room("2026-04-22", "2026-04-30", min_interval=interval)
    assert full(found, last) == ("min-interval", {"last": "2026-04-22", "interval": str(interval)})
    assert full(found, first) is None


def test_the_interval_counts_from_the_newest_contact_of_any_day():
    """Of one day and the next, the next; what is not before the day does not count."""
    assert full(room("2026-04-20", "2026-04-22", min_interval=Duration(3)), "2026-04-24") is not None
    assert full(room("2026-04-30", min_interval=Duration(3)), "2026-04-29") is None


def test_a_contact_that_moves_leaves_its_day():
    """From the 22nd to the 24th: the 22nd has room again, the 24th has none."""
    found = room(contacts_per_day=1)
    planned(found, "a")
    assert found.move("a", day("2026-04-24")) is None
    assert found.counts == {day("2026-04-22"): 0, day("2026-04-24"): 1}


def test_a_contact_that_finds_no_room_stays_where_it_is():
    """The 24th is taken."""
    found = room("2026-04-24", contacts_per_day=1)
    planned(found, "a")
    assert found.move("a", day("2026-04-24")) is not None
    assert found.counts == {day("2026-04-22"): 1, day("2026-04-24"): 1}


def test_a_contact_is_not_in_its_own_way():
    """The week holds two: its own, counted on the 22nd, and another one; a third finds no room."""
    found = room("2026-04-23", contacts_per_week=2)
    planned(found, "a")
    assert found.full(day("2026-04-24"), without="a") is None
    assert full(found, "2026-04-24") is not None
    found = room("2026-04-22", "2026-04-22", contacts_per_week=2)
    planned(found, "a")
    assert found.full(day("2026-04-24"), without="a") is not None


def test_a_contact_of_two_actions_moves_once():
    """With the first action; the second one then has no contact of its own to leave."""
    found = room(contacts_per_day=2)
    planned(found, "a", "b")
    assert found.move("a", day("2026-04-24")) is None
    assert found.move("b", day("2026-04-25")) is None
    assert found.counts == {day("2026-04-22"): 0, day("2026-04-24"): 1, day("2026-04-25"): 1}


def test_what_presses_and_reaches_the_debtor_is_counted():
    """A letter and a call are; a listing presses, but reaches the registrar."""
    call = step("ligação", "D+7 10:00", kind="task", channels=(), queue="cobrança")
    listing = step("negativar", "D+7 10:00", kind="listing", channels=(), tone=None)
    reminder = step("lembrete", "D-1 10:00")
    assert [is_counted(each) for each in (LATE, call, listing, reminder)] == [True, True, False, False]


def test_an_interval_reaches_back_to_what_was_sent_long_ago():
    """Fourteen days after the 22nd of April: from the 4th of May, a Monday, to the 6th."""
    rules = limited(min_interval=Duration(14))
    bills = [TWO[0], invoice("nf-3", due="2026-04-27")]
    sent = delivered(action(schedule(rules, bills, "2026-04-22 10:00"), "atraso"), "2026-04-22 10:00")
    found = schedule(rules, [*bills, *sent], "2026-05-02")
    assert told(found, "atraso", "nf-3") == ("planned", "2026-05-06 10:00", ["planned", "min-interval"])


# what is counted without having been attempted

MOVED = {"due": "2026-05-15"}
BOUNCED = [
    paid("150.00", "2026-04-20 12:00", "nf-1", payment="p"),
    undone("p", "2026-04-21 09:00", known="2026-04-20 13:00"),
]


@pytest.mark.parametrize(
    ("facts", "as_of", "expected"),
    [
        ([], "2026-04-20", "2026-04-25"),
        ([], "2026-04-22 12:00", "2026-04-25"),
        ([amended("nf-1", "2026-04-20", **MOVED)], "2026-04-20", "2026-04-23"),
        ([amended("nf-1", "2026-04-22 12:00", **MOVED)], "2026-04-22 11:59", "2026-04-25"),
        ([amended("nf-1", "2026-04-22 12:00", **MOVED)], "2026-04-22 12:00", "2026-04-23"),
        ([amended("nf-1", "2026-04-28", known="2026-04-20", **MOVED)], "2026-04-20", "2026-04-25"),
        ([paid("150.00", "2026-04-22 12:00", "nf-1")], "2026-04-22 12:00", "2026-04-23"),
        (BOUNCED, "2026-04-20 13:00", "2026-04-25"),
    ],
    ids=[
        "planned",
        "missed",
        "moved-before",
        "moved-later-on",
        "moved-when-missed",
        "moved-ahead",
        "paid-when-missed",
        "bounces-in-time",
    ],
)
def test_what_will_not_run_any_more_takes_no_room(facts: list[ev.Event], as_of: str, expected: str):
    """Three days apart: nf-2 runs on the 23rd where nf-1's of the 22nd does not count, else on the 25th."""
    found = schedule(limited(min_interval=Duration(3)), [*TWO, *facts], as_of)
    assert told(found, "atraso", "nf-2")[1] == f"{expected} 10:00"


def test_a_reminder_does_not_split_what_the_caps_count_as_one():
    """The reminder of half past eight draws one of two pressing actions; the other one moves, as was planned."""
    rules = policy(
        step("lembrete", "D-2 08:30", tone=Tone.REMINDER),
        step("atraso", "D+5 14:00"),
        step("resposta", on="dispute.resolved", declared_presses=True),
        limits=Limits(contacts_per_day=1),
    )
    bills = [
        invoice("A", "100.00", "2026-04-06"),
        invoice("B", "100.00", "2026-04-08"),
        invoice("C", "100.00", "2026-04-15"),
        said(ev.DisputeOpened, "d", "2026-04-07", dispute="d", receivables=("A",)),
        said(ev.DisputeResolved, "dr", "2026-04-13 09:30", dispute="d", outcome="rejected"),
    ]
    found = schedule(rules, bills, "2026-04-12 10:00")
    pressing = [contact.at.to_date_string() for contact in found.contacts if contact.presses]
    assert pressing[:2] == ["2026-04-13", "2026-04-14"]


def test_what_will_be_over_has_its_place_until_then():
    """B is written off on the 10th, which is known on the 7th: the day of A does not depend on when it is asked."""
    rules = policy(step("um", "D+3 10:00"), limits=Limits(contacts_per_day=1), plan=PlanRules(consolidate="none"))
    bills = [
        invoice("A", "100.00", "2026-04-06"),
        invoice("B", "100.00", "2026-04-05"),  # Sunday: counts from the same Monday, and is the older debt
        said(ev.InvoiceWrittenOff, "w", "2026-04-10 09:00", known="2026-04-07", receivable="B"),
    ]
    asked = [told(schedule(rules, bills, when), "um", "A")[1] for when in ("2026-04-08", "2026-04-10 08:30")]
    assert asked == ["2026-04-10 10:00"] * 2
    assert told(schedule(rules, bills, "2026-04-10 09:30"), "um", "A")[1] == "2026-04-10 10:00"


def test_what_pressed_is_told_by_the_fact_and_no_later_policy():
    """Sent on the 22nd; on the 23rd a version governs in which the step of that id does not press any more."""
    before = policy(LATE, step("carta", "D+10 10:00"), limits=Limits(contacts_per_week=1))
    mild = step("atraso", "D+7 10:00", declared_presses=False)
    after = newer(before, version=2, steps=(mild, step("carta", "D+10 10:00")))
    bill = invoice("nf-1", due="2026-04-15", policy="loja", policy_version=1)
    sent = delivered(action(schedule(before, [bill], "2026-04-22 10:00"), "atraso"), "2026-04-22 10:00")
    moved = said(ev.PolicyMigrated, "m", "2026-04-23", policy="loja", policy_version=2, verb="rebase")
    found = schedule([before, after], [bill, *sent, moved], "2026-04-24")
    assert told(found, "carta") == ("planned", "2026-04-29 10:00", ["planned", "weekly-cap"])


def test_a_limit_of_none_at_all_lets_nothing_through():
    """Policy files refuse it; in Python it means what it says."""
    found = schedule(policy(LATE, limits=Limits(contacts_per_day=0)), [TWO[0]], "2026-04-22 10:00")
    assert told(found, "atraso")[0] == "waiting"
    assert found.contacts == ()
