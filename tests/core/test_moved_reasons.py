"""Why an action lies on another day than its own, and what a stop that came too late leaves as it was."""

import pytest
from tests.core.shop import action, amended, invoice, outcome, paid, policy, promised, said, schedule, step, told, undone

from regua.core import events as ev
from regua.core.calendars import WeekdayCalendar
from regua.core.explain import explain
from regua.core.planning import Schedule
from regua.core.policy import Limits, Origin, PlanRules, Policy, StepReference
from regua.core.tones import Tone

BILL = invoice("nf-1", "150.00", "2026-03-10", when="2026-02-20")
D3 = step("atraso", "D+3 10:00")
HELD = [
    said(ev.HoldPlaced, "posta", "2026-03-11", hold="h"),
    said(ev.HoldReleased, "solta", "2026-03-20", hold="h"),
]


def planned(rules: Policy, *events: ev.Event, as_of: str) -> Schedule:
    """The plan of the bill, on weekdays."""
    return schedule(rules, [BILL, *events], as_of, WeekdayCalendar())


def rules(when_held: str, *steps: object, **plan: object) -> Policy:
    """A policy of these steps."""
    return policy(*(steps or (D3,)), calendar="weekdays", plan=PlanRules(when_held=when_held, **plan))


@pytest.mark.parametrize(
    ("when_held", "day"), [("stop-clock", "2026-03-23 10:00"), ("defer", "2026-03-23 10:00")]
)
def test_a_hold_that_moved_a_step_is_named(when_held: str, day: str):
    """Held from Wednesday 11 to Friday 20 at noon. Stop-clock: 11, 21 and 22 … count; defer: the first day outside."""
    found = planned(rules(when_held), *HELD, as_of="2026-03-12")
    assert told(found, "atraso")[2] == ["planned", "held"]
    assert action(found, "atraso").reasons[1].facts["event"] == "posta"
