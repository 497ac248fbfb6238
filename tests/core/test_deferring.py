"""`when_held = "defer"`: the first step inside comes next, the rest keep their distances."""

from tests.core.shop import action, delivered, invoice, policy, promised, said, schedule, step, told

from regua.core import events as ev
from regua.core.calendars import WeekdayCalendar
from regua.core.planning import Schedule
from regua.core.policy import PlanRules, Policy, Step
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-03-10", when="2026-02-20")
DAYS = ("D+3", "D+6", "D+9")
LADDER = tuple(step(f"a{place}", f"{day} 10:00") for place, day in enumerate(DAYS, start=3))


def deferring(*steps: Step) -> Policy:
    """A policy that defers, on weekdays."""
    return policy(*steps, calendar="weekdays", plan=PlanRules(when_held="defer"))


def held(since: str, until: str = "", hold: str = "h") -> list[ev.Event]:
    """A hold of the debtor."""
    placed: list[ev.Event] = [said(ev.HoldPlaced, f"{hold} posta", since, hold=hold)]
    return [*placed, said(ev.HoldReleased, f"{hold} solta", until, hold=hold)] if until else placed


def days(found: Schedule) -> dict[str, str]:
    """The day of each action."""
    return {each.step: each.day.isoformat() for each in found.all}


def planned(*events: ev.Event, as_of: str = "2026-03-01", rules: Policy | None = None) -> dict[str, str]:
    """The day of each action, the invoice issued; of the ladder unless told otherwise."""
    return days(schedule(rules or deferring(*LADDER), [BILL, *events], as_of, WeekdayCalendar()))


def test_the_first_inside_comes_next_and_the_rest_keep_their_distances():
    """Held from the 12th to the 17th at nine: the 13th becomes the 17th, the rest shift by four days."""
    assert planned(*held("2026-03-12", "2026-03-17 09:00")) == {
        "a3": "2026-03-17",
        "a4": "2026-03-20",
        "a5": "2026-03-23",
    }


def test_a_hold_in_which_no_step_lies_shifts_nothing():
    """From Saturday the 14th to Sunday the 15th there is none."""
    assert planned(*held("2026-03-14", "2026-03-15")) == {"a3": "2026-03-13", "a4": "2026-03-16", "a5": "2026-03-19"}


def test_what_lay_before_the_hold_keeps_its_day():
    """Held from the 15th to the 18th: D+6 of the 16th comes on the 18th after 12:00, so on the 19th."""
    assert planned(*held("2026-03-15", "2026-03-18")) == {"a3": "2026-03-13", "a4": "2026-03-19", "a5": "2026-03-23"}


def test_several_holds_add_up():
    """The first moves the ladder to 17, 20 and 23; the second, from the 19th to the 22nd, the 20th to the 23rd."""
    events = [*held("2026-03-12", "2026-03-17 09:00"), *held("2026-03-19", "2026-03-22", "h2")]
    assert planned(*events) == {"a3": "2026-03-17", "a4": "2026-03-23", "a5": "2026-03-26"}


def test_inside_a_hold_without_an_end_it_waits():
    """Nobody knows when it comes next."""
    found = schedule(deferring(*LADDER), [BILL, *held("2026-03-12")], "2026-03-20", WeekdayCalendar())
    assert [each.reason.code for each in found.all] == ["held", "held", "held"]
    assert {each.status for each in found.all} == {"waiting"}


def test_a_promise_that_ends_by_itself_defers_as_well():
    """Promised on the 12th for the 13th; known by Monday 16th, broken with the 17th."""
    word = promised("150.00", "2026-03-12", "2026-03-13")
    assert planned(word) == {"a3": "2026-03-17", "a4": "2026-03-20", "a5": "2026-03-23"}


def test_a_step_before_the_due_date_is_not_deferred_and_defers_nothing():
    """Held from D-6 to D-2: the reminder of D-5 falls away; D+3 keeps its day."""
    rules = deferring(step("lembrete", "D-5 10:00", tone=Tone.REMINDER), *LADDER)
    found = planned(*held("2026-03-04", "2026-03-08"), rules=rules)
    assert (found["a3"], found["a4"]) == ("2026-03-13", "2026-03-16")


def test_a_step_that_ran_all_the_same_defers_nothing():
    """The hold of the 12th is recorded on the 14th: D+3 went out on the 13th; D+6 is the first inside."""
    rules = deferring(*LADDER)
    sent = delivered(action(schedule(rules, [BILL], "2026-03-13 10:00", WeekdayCalendar()), "a3"), "2026-03-13 10:00")
    late = said(ev.HoldPlaced, "posta", "2026-03-12", known="2026-03-14", hold="h")
    gone = said(ev.HoldReleased, "solta", "2026-03-17", hold="h")
    found = planned(*sent, late, gone, as_of="2026-03-17 13:00", rules=rules)
    assert found == {"a3": "2026-03-13", "a4": "2026-03-18", "a5": "2026-03-21"}


def test_what_was_deferred_and_carried_out_goes_on_deferring_the_rest():
    """Carried out on the 17th, the day to which it was moved."""
    rules = deferring(*LADDER)
    events = [BILL, *held("2026-03-12", "2026-03-17 09:00")]
    sent = delivered(action(schedule(rules, events, "2026-03-17 10:00", WeekdayCalendar()), "a3"), "2026-03-17 10:00")
    assert days(schedule(rules, [*events, *sent], "2026-03-18", WeekdayCalendar()))["a4"] == "2026-03-20"


def test_a_step_in_business_days_comes_on_one():
    """D+3bd Friday 13 is deferred to Tuesday 17; D+6bd Wednesday 18 shifts by four days to Sunday 22, so Monday 23."""
    rules = deferring(step("a", "D+3bd 10:00"), step("b", "D+6bd 10:00"))
    assert planned(*held("2026-03-12", "2026-03-17 09:00"), rules=rules) == {"a": "2026-03-17", "b": "2026-03-23"}


def test_thanks_are_not_deferred():
    """A survey after the due date asks for nothing."""
    rules = deferring(*LADDER, step("pesquisa", "D+5 10:00", kind="survey", tone=None))
    assert planned(*held("2026-03-12", "2026-03-17 09:00"), rules=rules)["pesquisa"] == "2026-03-16"


def test_a_deferred_day_that_is_closed_moves_on_alone():
    """The ladder shifts by two days: D+3 to Sunday 15, carried out on Monday; D+6 keeps its distance from Sunday."""
    found = schedule(
        deferring(*LADDER), [BILL, *held("2026-03-12", "2026-03-15 09:00")], "2026-03-12", WeekdayCalendar()
    )
    assert told(found, "a3")[1] == "2026-03-16 10:00"
    assert told(found, "a4")[1] == "2026-03-18 10:00"
