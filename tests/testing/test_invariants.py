"""Each invariant is seen to fail: on attempts that no engine would make, told to the simulation as facts."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.simulation.ladder import CAPPED, LADDER

from regua.core.events import ActionAttempted, ActionDelivered, ActionFailed, ActionSent, ConsentRevoked, EventRetracted
from regua.core.tones import Tone
from regua.errors import SimulationError
from regua.ports import Message
from regua.testing import Case, Invoice, Simulation, invariants

NOON = "2026-03-16T12:00-03:00"
NIGHT = "2026-03-17T03:00-03:00"
TIRADENTES = "2026-04-21T12:00-03:00"


@pytest.fixture
def case(simulation: Callable[..., Simulation]) -> Case:
    """Make somebody who owes, on whom no worker looks."""
    sim = simulation(LADDER, start="2026-03-01")
    return sim.debtor("ana", invoices=[Invoice(due="2026-03-10", amount="150.00")])


def attempt(case: Case, when: str, step: str = "atraso", tone: Tone = Tone.COURTEOUS, **fields: Any) -> None:
    """Tell that something was attempted, sent and delivered, whatever the plan says."""
    sim = case.simulation
    sim.clock.set(max(sim.instant(when), sim.now_us))
    about = {"action": "a-1", "step": step, "receivable": "nf-1", "channel": "email", "tone": tone} | fields
    about.setdefault("occurrence", about["action"])
    for cls in (ActionAttempted, ActionSent, ActionDelivered):
        case.record(cls, **about)


def broken(case: Case) -> list[str]:
    """Give the names of the invariants that do not hold."""
    found = []
    for holds in invariants.INVARIANTS:
        try:
            holds(case.simulation)
        except SimulationError:
            found.append(holds.__name__)
    return found


def test_all_is_well(case):
    """An attempt as any other."""
    attempt(case, NOON)
    assert broken(case) == []
    invariants.check_invariants(case.simulation)


def test_who_paid_is_dunned(case):
    """And after the payment is undone it is well again."""
    case.pay("150.00", "nf-1")
    attempt(case, NOON)
    assert broken(case) == ["nobody_who_paid_is_dunned"]
    with pytest.raises(
        SimulationError, match=r"nf-1 of ana was paid, and is dunned: step atraso, action a-1\n2026-03-01"
    ):
        invariants.check_invariants(case.simulation)


def test_an_undone_payment_is_none(case):
    """Nor is a part of it."""
    case.pay("150.00", "nf-1")
    case.reverse()
    case.pay("149.99", "nf-1")
    attempt(case, NOON)
    assert broken(case) == []


def test_who_disputes_is_dunned(case):
    """Until the dispute is rejected."""
    name = case.dispute()
    attempt(case, NOON)
    case.resolve(name)
    attempt(case, NOON, action="a-2")
    assert broken(case) == ["nobody_is_dunned_while_it_is_stopped"]


@pytest.mark.parametrize(("until", "found"), [(date(2026, 3, 16), 1), (date(2026, 3, 15), 0), (None, 1)])
def test_who_is_held_is_dunned(case, until, found):
    """To the end of the last day."""
    case.hold(until=until)
    attempt(case, NOON)
    assert len(broken(case)) == found


def test_a_hold_that_was_released_holds_nothing(case):
    """Nor one of another receivable."""
    case.release(case.hold())
    case.hold("nf-2")
    attempt(case, NOON)
    assert broken(case) == []


def test_an_action_is_sent_twice(case):
    """By any channel, though nobody says that the first one failed."""
    attempt(case, NOON)
    attempt(case, NOON, channel="whatsapp")
    assert broken(case) == ["no_action_is_sent_twice"]


def test_an_action_is_sent_by_the_next_channel(case):
    """After the first one failed, even if it had been accepted."""
    attempt(case, NOON)
    case.record(ActionFailed, action="a-1", step="atraso", receivable="nf-1", channel="email")
    attempt(case, NOON, channel="whatsapp")
    assert broken(case) == []


def test_an_action_is_attempted_again(case):
    """After the first attempt was taken back: nothing had left."""
    about = {"action": "a-1", "step": "atraso", "receivable": "nf-1", "channel": "email", "tone": Tone.COURTEOUS}
    case.simulation.clock.set(case.simulation.instant(NOON))
    first = case.record(ActionAttempted, **about)
    case.record(EventRetracted, event=first.id, reason="nothing left")
    attempt(case, NOON)
    assert broken(case) == []


def test_the_first_contact_is_severe(case):
    """A second one may be."""
    attempt(case, NOON, "terceiro-aviso", Tone.FIRM)
    assert broken(case) == ["tones_rise_by_one_rung"]


def test_the_second_contact_may_be_severe(case):
    """By one rung: the first one was delivered."""
    attempt(case, NOON)
    attempt(case, NOON, "segundo-aviso", Tone.FORMAL, action="a-2")
    assert broken(case) == []
    attempt(case, NOON, "ligacao", Tone.FINAL, action="a-3", channel="")
    assert broken(case) == []
    attempt(case, NOON, "ultimo-aviso", Tone.FINAL, action="a-4")
    assert broken(case) == ["tones_rise_by_one_rung"]


@pytest.mark.parametrize("when", [NIGHT, TIRADENTES, "2026-03-15T12:00-03:00"])
def test_somebody_is_contacted_at_night_on_a_holiday_or_on_a_sunday(case, when):
    """Nobody may be."""
    attempt(case, when)
    assert broken(case) == ["nothing_outside_the_windows"]


@pytest.mark.parametrize(("state", "found"), [("SP", ["nothing_outside_the_windows"]), ("RJ", [])])
def test_somebody_is_contacted_on_a_holiday_of_the_state(simulation, state, found):
    """Thursday 9 July is São Paulo's."""
    sim = simulation(LADDER, start="2026-03-01")
    case = sim.debtor("ana", invoices=[Invoice(due="2026-03-10", amount="150.00")], state=state)
    attempt(case, "2026-07-09T12:00-03:00")
    assert broken(case) == found


def test_somebody_is_contacted_who_opted_out(case):
    """Of that channel."""
    case.record(ConsentRevoked, channel="email")
    attempt(case, NOON, channel="whatsapp", action="a-2")
    assert broken(case) == []
    attempt(case, NOON)
    assert broken(case) == ["nothing_without_consent"]


def test_of_one_contact_something_else_is_told(case):
    """Both actions left in one message, and one of them is said to have arrived."""
    case.issue(Invoice(due="2026-03-10", amount="80.00"))
    together = {"step": "atraso", "channel": "email", "tone": Tone.COURTEOUS, "contact": "a-1/1"}
    case.simulation.clock.set(case.simulation.instant(NOON))
    for cls in (ActionAttempted, ActionSent):
        case.record(cls, action="a-1", receivable="nf-1", **together)
        case.record(cls, action="a-2", receivable="nf-2", **together)
    assert broken(case) == []
    case.record(ActionDelivered, action="a-1", receivable="nf-1", **together)
    assert broken(case) == ["members_share_what_became_of_them"]


@pytest.mark.parametrize(("second", "found"), [("2026-03-20T12:00-03:00", True), ("2026-03-23T12:00-03:00", False)])
def test_somebody_is_asked_too_often(simulation, second, found):
    """The policy allows it twice in 7 civil days."""
    sim = simulation(CAPPED, start="2026-03-01")
    ana = sim.debtor("ana", invoices=[Invoice(due="2026-03-10", amount="150.00")])
    attempt(ana, NOON, contact="a-1/1")
    attempt(ana, "2026-03-17T12:00-03:00", action="a-2", contact="a-2/1")
    attempt(ana, second, action="a-3", contact="a-3/1")
    assert (broken(ana) == ["the_caps_hold"]) is found


def test_the_strictest_policy_in_play_counts(simulation):
    """Nothing limits how often rui is asked; of ana another receivable, not due yet, is under a policy that does."""
    mild = LADDER.replace('id = "escada"', 'id = "outra"', 1)
    sim = simulation([CAPPED, mild], start="2026-03-01")
    for debtor in ("rui", "ana"):
        case = sim.debtor(debtor, invoices=[Invoice(due="2026-03-10", amount="150.00", policy="outra")])
        if debtor == "ana":
            case.issue(Invoice(due="2026-05-11", amount="80.00", policy="escada"))
        attempt(case, NOON, contact="a-1/1", receivable=case.open[0])
        attempt(case, "2026-03-16T12:30-03:00", action="a-2", contact="a-2/1", receivable=case.open[0])
        assert (broken(case) == ["the_caps_hold"]) is (debtor == "ana")


@pytest.mark.parametrize(("second", "found"), [("2026-03-18T12:00-03:00", True), ("2026-03-19T12:00-03:00", False)])
def test_contacts_lie_too_close(simulation, second, found):
    """Three days apart at least."""
    apart = LADDER.replace("[[step]]", '[limits]\nmin_interval = "3d"\n\n[[step]]', 1)
    ana = simulation(apart, start="2026-03-01").debtor("ana", invoices=[Invoice(due="2026-03-10", amount="150.00")])
    attempt(ana, NOON, contact="a-1/1")
    attempt(ana, second, action="a-2", contact="a-2/1")
    assert (broken(ana) == ["the_caps_hold"]) is found


def test_what_failed_is_not_counted(simulation):
    """It reached nobody."""
    sim = simulation(CAPPED, start="2026-03-01")
    ana = sim.debtor("ana", invoices=[Invoice(due="2026-03-10", amount="150.00")])
    attempt(ana, "2026-03-17T09:00-03:00", contact="a-1/1")
    ana.record(ActionFailed, action="a-1", step="atraso", receivable="nf-1", channel="email", contact="a-1/1")
    attempt(ana, "2026-03-17T12:00-03:00", action="a-2", contact="a-2/1")
    assert "the_caps_hold" not in broken(ana)


def test_what_is_promised_is_dunned(case):
    """All of it, and clearing has not passed: the 16th is a Monday, and money of that day is known on the 17th."""
    case.promise(15)
    attempt(case, NOON, "ligacao", channel="")
    assert broken(case) == []
    case.promise(1, receivables=["nf-1"])
    attempt(case, "2026-03-18T12:00-03:00", action="a-2")
    assert broken(case) == ["nobody_is_dunned_while_it_is_promised"]


def test_what_is_listed_counts_as_asked_for(case):
    """A contact about one receivable lists another one, which is disputed."""
    other = case.issue(Invoice(due="2026-03-10", amount="80.00"))
    case.dispute(other)
    attempt(case, NOON)
    assert broken(case) == []
    attempt(case, NOON, action="a-2", listed=(other,))
    assert broken(case) == ["nobody_is_dunned_while_it_is_stopped"]


def test_who_paid_is_reminded(case):
    """Nor is anybody reminded of what is paid."""
    case.pay("150.00", "nf-1")
    attempt(case, NOON, "obrigado", None)
    assert broken(case) == []
    attempt(case, NOON, "lembrete", Tone.REMINDER, action="a-2")
    assert broken(case) == ["nobody_who_paid_is_dunned"]


@pytest.mark.parametrize(("day", "found"), [("11", ["nothing_presses_before_clearing"]), ("12", [])])
def test_somebody_is_dunned_before_clearing(case, day, found):
    """What was paid on the 10th may be known on the 11th."""
    attempt(case, f"2026-03-{day}T12:00-03:00")
    assert broken(case) == found


def test_a_step_makes_two_actions_for_one_receivable(case):
    """In one occurrence, though the first one failed."""
    attempt(case, NOON, occurrence="0")
    case.record(ActionFailed, action="a-1", step="atraso", receivable="nf-1", channel="email")
    attempt(case, NOON, channel="whatsapp", action="a-2", occurrence="0")
    assert broken(case) == ["actions_keep_their_ids"]


def test_what_is_required_did_not_arrive(case):
    """Or only in a milder tone than its own."""
    attempt(case, NOON)
    attempt(case, NOON, "segundo-aviso", Tone.COURTEOUS, action="a-2")
    attempt(case, NOON, "ultimo-aviso", Tone.FORMAL, action="a-3")
    assert broken(case) == ["requirements_are_met"]


def test_a_channel_takes_over_what_it_took_over_before(case):
    """And nobody recorded that it was attempted at all."""
    channel = case.simulation.channel("email")
    message = partial(Message, creditor="loja", debtor="ana", channel="email", to="a@example.invalid", text="")
    channel.send(message(key="k-1", actions=("a-1",), attempt=1))
    assert broken(case) == ["what_leaves_is_recorded"]
    attempt(case, NOON)
    assert broken(case) == []
    channel.send(message(key="k-2", actions=("a-1",), attempt=2))
    assert broken(case) == ["nothing_arrives_twice", "what_leaves_is_recorded"]
