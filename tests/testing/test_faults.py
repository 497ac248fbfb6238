"""What goes wrong in a simulation, from a seed."""

from datetime import timedelta
from typing import Any

import pytest
from tests.simulation.ladder import LADDER

from regua.errors import SimulationError
from regua.ports import Capabilities
from regua.testing import Answer, Invoice, Simulation, faults
from regua.testing.delivered import check_delivery, no_provider_takes_anything_twice
from regua.testing.invariants import check_invariants

DUE = Invoice(due="2026-03-10", amount="150.00")
IDEMPOTENT = Capabilities(delivery="idempotent", key_ttl=timedelta(hours=24), reports_delivery=True)
QUERYABLE = Capabilities(delivery="queryable", query_lag=timedelta(minutes=10), reports_delivery=True)


def stormy(*what: faults.Fault, **more: Any) -> Simulation:
    """A simulation in which these faults happen, with one debtor who owes something due on 10 March."""
    sim = Simulation(LADDER, start="2026-03-05", workers=2, faults=what, **more)
    sim.debtor("ana", invoices=[DUE])
    return sim


def told(sim):
    """What became of the first reminder."""
    return [entry.what for entry in sim.case("ana").transcript.actions if entry.step == "lembrete"]


def month(seed):
    """Two workers, everything goes wrong for twelve days, then nothing."""
    with stormy(*faults.everything(0.05), seed=seed) as sim:
        sim.debtor("bia", invoices=[DUE, DUE])
        sim.advance(days=12)
        sim.calm_down()
        sim.advance(days=3)
        check_invariants(sim)
        check_delivery(sim)
        return f"{sim.transcript}{sim.weather.lines()}"


def test_the_same_seed_gives_the_same_faults_and_the_same_transcript():
    """Byte for byte; another seed gives others."""
    assert month(3) == month(3)
    assert month(3) != month(4)


def test_a_worker_that_dies_before_anything_leaves_is_followed_by_another():
    """What it had claimed goes to the next one."""
    with stormy(faults.Crash(chance=0.5, at="claimed")) as sim:
        sim.advance(until="2026-03-08")
        assert told(sim) == ["sent", "delivered"]
        assert {line.split("  ")[1] for line in sim.weather.lines()} <= {f"Crash at claimed of w{n}" for n in (1, 2)}


def test_a_worker_that_dies_between_intent_and_sending_leaves_an_unknown():
    """Nothing left, and nobody can know that."""
    with stormy(faults.Crash(chance=1, at="begun")) as sim:
        sim.advance(until="2026-03-08")
        assert told(sim) == ["unknown"]
        assert sim.channel("email").taken == []


def test_a_lost_reply_is_not_sent_again_by_a_blind_channel():
    """The provider has it once; a report would say so, and none comes."""
    with stormy(faults.LostReply(chance=1, channel="email")) as sim:
        sim.advance(until="2026-03-08")
        sim.calm_down()
        sim.advance(days=1)
        assert told(sim) == ["unknown"]
        assert len(sim.channel("email").taken) == 1
        check_delivery(sim)


@pytest.mark.parametrize("fault", [faults.LostReply, faults.LostRequest])
def test_an_idempotent_channel_gets_it_again_under_the_same_key(fault):
    """It arrives once, whether or not the first one did."""
    with stormy(fault(chance=1, channel="email"), capabilities={"email": IDEMPOTENT}) as sim:
        sim.advance(until="2026-03-07T09:00-03:00")
        sim.calm_down()
        sim.advance(days=1)
        assert told(sim)[-2:] == ["sent", "delivered"]
        assert len(sim.channel("email").taken) == 1
        assert len({message.key for message in sim.channel("email").asked}) == 1
        check_delivery(sim)


@pytest.mark.parametrize("fault", [faults.LostReply, faults.LostRequest, faults.Hang])
def test_a_queryable_channel_is_asked_and_gets_it_again_if_it_never_had_it(fault):
    """It arrives once, however late the provider finds it."""
    with stormy(fault(chance=1, channel="email"), capabilities={"email": QUERYABLE}) as sim:
        sim.advance(until="2026-03-07T09:00-03:00")
        sim.calm_down()
        sim.advance(days=1)
        assert told(sim)[-2:] == ["sent", "delivered"]
        assert len(sim.channel("email").taken) == 1
        check_delivery(sim)


def test_a_payment_while_a_worker_stands_still_stops_the_message():
    """It had claimed it before, and begins it after."""
    with stormy(faults.Pause(chance=1, at="claimed", lasts=timedelta(hours=3))) as sim:
        sim.at("2026-03-07T10:00-03:00", lambda: sim.case("ana").pay())
        sim.advance(until="2026-03-08")
        assert told(sim) == []


def test_who_is_taken_for_dead_still_tells_what_was_accepted():
    """A receipt is a fact, also from a worker that is fenced off."""
    with stormy(faults.TakenForDead(chance=1, at="sent")) as sim:
        sim.advance(until="2026-03-08")
        assert told(sim) == ["unknown", "sent", "delivered"]


FAILING = [faults.StoreFails(chance=0.5, at=at) for at in ("claiming", "beginning", "finishing", "writing")]
UNSURE = [faults.CommitUnsure(chance=0.5, at=at) for at in ("claimed", "begun", "finished", "written")]


@pytest.mark.parametrize("fault", [*FAILING, *UNSURE], ids=lambda fault: fault.at)
def test_a_store_that_fails_now_and_then_loses_nothing(fault):
    """Whether or not the commit that it complained of happened."""
    with stormy(fault) as sim:
        sim.advance(until="2026-03-08")
        sim.calm_down()
        sim.advance(days=1)
        assert told(sim)[-1] in {"delivered", "unknown"}
        check_delivery(sim)


def test_calls_that_come_late_twice_and_in_the_wrong_order_say_the_same_facts():
    """Once each."""
    what = [faults.LateReceipt, faults.DuplicateReceipt, faults.ReorderedReceipts]
    with stormy(*(sort(chance=1) for sort in what)) as sim:
        sim.channel("email").answers(Answer("read", timedelta(hours=1)), "delivered")
        sim.advance(until="2026-03-09")
        assert told(sim) == ["sent", "delivered", "read"]
        assert sim.weather.sorts == {"LateReceipt", "DuplicateReceipt", "ReorderedReceipts"}


def test_a_call_that_is_lost_says_nothing():
    """It stays as it was accepted."""
    with stormy(faults.LostReceipt(chance=1)) as sim:
        sim.channel("email").answers(Answer("delivered", timedelta(hours=1)))
        sim.advance(until="2026-03-09")
        assert told(sim) == ["sent"]


def test_a_clock_that_is_off_sends_nothing_to_who_has_paid():
    """Ten minutes ahead or behind."""
    with stormy(faults.ClockOff(chance=1)) as sim:
        sim.at("2026-03-07T08:45-03:00", lambda: sim.case("ana").pay())
        sim.advance(until="2026-03-08")
        assert told(sim) == []


def test_a_provider_forgets_a_key_and_would_take_it_twice():
    """A simulation ends with that, whoever did it."""
    with stormy(capabilities={"email": IDEMPOTENT}) as sim:
        sim.advance(until="2026-03-08")
        email = sim.channel("email")
        assert email.find(email.asked[0].key).status == "delivered"
        assert email.send(email.asked[0]).status == "delivered"
        sim.advance(days=2)
        email.send(email.asked[0])
        with pytest.raises(SimulationError, match="was asked again"):
            sim.advance(days=10)
        with pytest.raises(SimulationError, match="was taken over 2 times"):
            no_provider_takes_anything_twice(sim)


def test_a_queryable_provider_finds_nothing_before_its_lag_is_over():
    """Not found proves nothing until then."""
    with stormy(capabilities={"email": QUERYABLE}) as sim:
        sim.advance(until="2026-03-07T09:00-03:00")
        email = sim.channel("email")
        assert email.find(email.asked[0].key) is None
        sim.advance(hours=1)
        assert email.find(email.asked[0].key).status == "delivered"
        assert email.find("never") is None


def test_after_a_restart_new_receivables_go_by_the_policy_that_is_given():
    """The others keep theirs."""
    later = LADDER.replace('id = "escada"', 'id = "escada"\nversion = 2').replace("D-3 09:00", "D-3 11:00")
    with Simulation([LADDER, later], start="2026-03-05") as sim:
        sim.debtor("ana", invoices=[DUE])
        sim.restart(sim.policies[1])
        sim.debtor("bia", invoices=[DUE])
        sim.advance(until="2026-03-08")
        assert [f"{entry.at:%H:%M}" for entry in sim.transcript.of("sent")] == ["09:00", "11:00"]
        check_delivery(sim)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: faults.Crash(chance=1.5), "chance=1.5: a chance is from 0 to 1"),
        (lambda: faults.Crash(at="nowhere"), "at='nowhere': write one of claiming, claimed"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(make, said):
    """At once, with what may be written."""
    with pytest.raises(ValueError, match=said):
        make()
