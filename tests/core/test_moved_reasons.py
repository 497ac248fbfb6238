"""Why an action lies on another day than its own, and what a stop that came too late leaves as it was."""

from typing import Any, Literal

import pytest
from tests.core.shop import action, delivered, invoice, paid, policy, said, schedule, step, told, undone

from regua.core import events as ev
from regua.core.calendars import WeekdayCalendar
from regua.core.dates import Duration
from regua.core.explain import explain
from regua.core.planning import Schedule
from regua.core.policy import Limits, Origin, PlanRules, Policy, Step, StepReference
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-03-10", when="2026-02-20")
D3 = step("atraso", "D+3 10:00")
LADDER = (step("lembrete", "D-3 10:00", tone=Tone.REMINDER), D3, step("segundo", "D+10 10:00"))
ORIGIN = Origin("padrao.toml", 7, 1)
WhenHeld = Literal["skip", "defer", "stop-clock"]


def held(since: str, until: str, hold: str = "h") -> list[ev.Event]:
    """A hold of the debtor."""
    placed = said(ev.HoldPlaced, f"{hold} posta", since, hold=hold)
    return [placed, said(ev.HoldReleased, f"{hold} solta", until, hold=hold)]


def rules(when_held: WhenHeld, *steps: Step, **parts: Any) -> Policy:
    """A policy of these steps, on weekdays."""
    return policy(*(steps or (D3,)), calendar="weekdays", plan=PlanRules(when_held=when_held), **parts)


def planned(policy: Policy, *events: ev.Event, as_of: str) -> Schedule:
    """The plan of the bill."""
    return schedule(policy, [BILL, *events], as_of, WeekdayCalendar())


@pytest.mark.parametrize(("when_held", "at"), [("stop-clock", "2026-03-18 10:00"), ("defer", "2026-03-17 10:00")])
def test_a_hold_that_moved_a_step_is_named(when_held: WhenHeld, at: str):
    """Held from the 12th to the 17th at nine: the clock counts 11, 17 and 18; deferred, Friday 13 becomes the 17th."""
    found = planned(rules(when_held), *held("2026-03-12 09:00", "2026-03-17 09:00"), as_of="2026-03-12")
    assert told(found, "atraso") == ("planned", at, ["planned", "held"])
    reason = action(found, "atraso").reasons[1]
    assert dict(reason.facts) == {
        "event": "h posta",
        "since": "2026-03-12T09:00-03:00",
        "until": "2026-03-17T09:00-03:00",
    }
    assert "    moved by held: somebody stopped the dunning (event h posta" in explain(found)


def test_it_is_named_too_when_the_step_is_due():
    """Deferred to the 17th at ten, and asked then."""
    found = planned(rules("defer"), *held("2026-03-12 09:00", "2026-03-17 09:00"), as_of="2026-03-17 10:00")
    assert told(found, "atraso") == ("due", "2026-03-17 10:00", ["due", "held"])


def test_a_step_that_keeps_its_distance_names_the_hold_that_moved_the_first():
    """D+3 of the 13th goes to the 17th, so D+6 of the 16th to the 20th, and D+2 of the 12th stays."""
    policy = rules("defer", step("antes", "D+2 08:00"), D3, step("depois", "D+6 10:00"))
    found = planned(policy, *held("2026-03-12 09:00", "2026-03-17 09:00"), as_of="2026-03-11")
    assert told(found, "depois") == ("planned", "2026-03-20 10:00", ["planned", "held"])
    assert told(found, "antes") == ("planned", "2026-03-12 08:00", ["planned"])


def test_a_hold_over_which_a_step_need_not_wait_is_not_named():
    """From Saturday 14 on nothing of D+3 is left to count."""
    found = planned(rules("stop-clock"), *held("2026-03-14 09:00", "2026-03-17 09:00"), as_of="2026-03-11")
    assert told(found, "atraso") == ("planned", "2026-03-13 10:00", ["planned"])


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([paid("150.00", "2026-03-12 09:00", "nf-1", payment="p"), undone("p", "2026-03-17 09:00")], "settled"),
        (
            [
                said(ev.AgencyAssigned, "a", "2026-03-12 09:00", receivable="nf-1"),
                said(ev.AgencyReturned, "b", "2026-03-17 09:00", receivable="nf-1"),
            ],
            "with-agency",
        ),
    ],
)
def test_what_was_undone_is_named(events: list[ev.Event], code: str):
    """Paid on the 12th and reversed on the 17th at nine, or away with an agency: 11, 17 and 18 count."""
    found = planned(rules("skip"), *events, as_of="2026-03-17 12:00")
    assert told(found, "atraso") == ("planned", "2026-03-18 10:00", ["planned", code])


def test_what_gives_way_where_a_cap_moved_it_names_the_cap():
    """One a week: D+6 finds no room beside Friday 13 until Friday 20, which is the day of D+10."""
    steps = (D3, step("segundo", "D+6 10:00"), step("terceiro", "D+10 10:00"))
    plan = PlanRules(max_delay=Duration.parse("7d"), origins={"": ORIGIN})
    policy_ = policy(*steps, calendar="weekdays", limits=Limits(contacts_per_week=1), plan=plan)
    found = planned(policy_, as_of="2026-03-01")
    assert told(found, "segundo") == ("ended", "2026-03-20 10:00", ["superseded", "weekly-cap"])
    assert action(found, "segundo").reason.origin is None, "the policy does not declare catch_up"
    assert "    moved by weekly-cap: " in explain(found)


def test_a_mode_that_is_declared_is_where_it_is_declared():
    """D+3 was missed, D+5 is due today."""
    plan = PlanRules(catch_up="latest", origins={"": Origin("padrao.toml", 1, 1), "catch_up": ORIGIN})
    policy_ = policy(D3, step("segundo", "D+6 10:00"), calendar="weekdays", plan=plan)
    found = planned(policy_, as_of="2026-03-16 10:00")
    assert action(found, "atraso").reason.code == "superseded"
    assert action(found, "atraso").reason.origin == ORIGIN


# what had lapsed before


@pytest.mark.parametrize("when_held", ["skip", "defer", "stop-clock"])
def test_what_had_lapsed_before_a_hold_began_stays_ended(when_held: WhenHeld):
    """D-3, D+3 and D+10, nothing sent; D+10 of the 20th may run until the 23rd; held from the 10th of April."""
    policy = rules(when_held, *LADDER)
    events = held("2026-04-10 09:00", "2026-04-20 09:00")
    moments = [planned(policy, *events, as_of=day) for day in ("2026-04-09", "2026-04-11", "2026-04-21")]
    assert {each.status for found in moments for each in found.all} == {"ended"}
    codes = [[[reason.code for reason in each.reasons] for each in found.all] for found in moments]
    assert codes[0] == codes[1] == codes[2]


def test_what_a_hold_reached_in_time_waits_as_long_as_one_follows_another():
    """D+10 of the 20th may run until the 23rd: held from the 21st to the 5th of April, and from the 3rd to the 20th."""
    events = [*held("2026-03-21", "2026-04-05"), *held("2026-04-03", "2026-04-20", "h2")]
    policy = rules("stop-clock", LADDER[2])
    assert told(planned(policy, *events, as_of="2026-04-10"), "segundo")[::2] == ("waiting", ["held"])
    assert told(planned(policy, *events, as_of="2026-04-21"), "segundo")[::2] == ("ended", ["held", "lapsed"])


def test_a_second_hold_does_not_bring_back_what_lapsed_after_the_first():
    """The first ends on the 5th of April, after the last day; the second begins on the 10th."""
    events = [*held("2026-03-21", "2026-04-05"), *held("2026-04-10", "2026-04-20", "h2")]
    found = planned(rules("stop-clock", LADDER[2]), *events, as_of="2026-04-11")
    assert told(found, "segundo")[::2] == ("ended", ["held", "lapsed"])


def test_what_nobody_could_be_told_lapses_once_the_hold_over_its_last_day_is_over():
    """Nobody consented to a text; D+3 may wait until the 16th, when it is held until the 1st of April."""
    sms = step("atraso", "D+3 10:00", channels=("pombo",))
    events = held("2026-03-15", "2026-04-01")
    policy = rules("stop-clock", sms)
    assert told(planned(policy, *events, as_of="2026-03-30"), "atraso")[0] == "waiting"
    assert told(planned(policy, *events, as_of="2026-04-02"), "atraso")[0] == "ended"


def test_what_comes_again_says_that_it_was_sent_clamped():
    """D+6, firm and required, is the first that goes out, so courteous; it comes again once firm is allowed."""
    firm = step("segundo", "D+6 10:00", tone=Tone.FIRM)
    last = step("ultimo", "D+10 10:00", tone=Tone.FINAL, requires=StepReference(step="segundo", outcome="delivered"))
    policy = rules("skip", D3, firm, last)
    sent = delivered(action(planned(policy, as_of="2026-03-16 10:00"), "segundo"), "2026-03-16 10:01")
    found = planned(policy, *sent, as_of="2026-03-16 12:00")
    again = action(found, "segundo", occurrence="0+1")
    assert [reason.code for reason in again.reasons] == ["planned", "again"]
    assert dict(again.reasons[1].facts) == {"occurrence": "0"}
    assert "    again: an earlier occurrence was sent in a milder tone" in explain(found)
