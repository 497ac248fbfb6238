from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.simulation.ladder import LADDER

from regua.errors import SimulationError
from regua.ports import Capabilities, Channel, Executor, Message, Webhook
from regua.testing import Answer, Case, Invoice, ScriptedChannel, ScriptedExecutor, Simulation

HOURS = timedelta(hours=1)


@pytest.fixture
def sim(simulation: Callable[..., Simulation]) -> Simulation:
    """Make the world."""
    return simulation(LADDER, start="2026-03-01")


@pytest.fixture
def case(sim: Simulation) -> Case:
    """Make somebody who does nothing."""
    return sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")])


def told(case: Case, until: str) -> list[str]:
    """Give what happened to actions up to a day, without the date of the month and the debtor."""
    case.simulation.advance(until=until)
    return [f"{entry.at:%d %H:%M} {entry.what} {entry.step} {entry.channel}" for entry in case.transcript.actions]


def test_they_are_real_implementations_of_the_ports():
    """What a simulation uses is what a plugin writes."""
    assert isinstance(ScriptedChannel("email"), Channel)
    assert isinstance(ScriptedChannel("email"), Webhook)
    assert isinstance(ScriptedExecutor(), Executor)


def test_delivered_is_the_default(case):
    """Reported at once."""
    assert told(case, "2026-03-08") == ["07 09:00 sent lembrete email", "07 09:00 delivered lembrete email"]


def test_accepted_says_no_more(sim, case):
    """Nobody knows whether it arrived."""
    sim.channel("email").answers("accepted")
    assert told(case, "2026-03-08") == ["07 09:00 sent lembrete email"]


def test_read_says_that_it_was_delivered(sim, case):
    """In one receipt."""
    sim.channel("email").answers("read")
    assert [line.split()[2] for line in told(case, "2026-03-08")] == ["sent", "delivered", "read"]


@pytest.mark.parametrize("word", ["bounced", "failed", "rejected", "unsupported"])
def test_what_is_refused_goes_by_the_next_channel(sim, case, word):
    """As the same action."""
    sim.channel("whatsapp").answers(word)
    assert told(case, "2026-03-13")[2:] == [
        "12 10:00 failed atraso whatsapp",
        "12 10:00 sent atraso email",
        "12 10:00 delivered atraso email",
    ]
    assert len({entry.action for entry in case.transcript.actions if entry.step == "atraso"}) == 1


def test_a_bounced_address_is_not_used_again(sim, case):
    """The contact point has failed."""
    sim.channel("email").answers("bounced", "delivered")
    sim.advance(days=30)
    assert [entry.what for entry in case.transcript.of("contact-point.failed")] == ["contact-point.failed"]
    assert {entry.channel for entry in case.transcript.of("sent") if entry.message} == {"whatsapp"}


def test_unknown_is_never_sent_again(sim, case):
    """It may have arrived."""
    sim.channel("email").answers("unknown")
    assert told(case, "2026-03-12") == ["07 09:00 unknown lembrete email"]
    assert len(sim.channel("email").asked) == 1


def test_transient_is_tried_again_later(sim, case):
    """Nothing left, so the same request is made again, under the same key."""
    sim.channel("email").answers("transient", "transient", "delivered")
    lines = told(case, "2026-03-08")
    assert [line.split()[2] for line in lines] == ["put-off", "put-off", "sent", "delivered"]
    asked = sim.channel("email").asked
    assert [message.attempt for message in asked] == [1, 2, 3]
    assert len({message.key for message in asked}) == 1


def test_a_receipt_may_come_later_as_a_call(sim, case):
    """Accepted at once; the provider calls three hours later, and the engine receives it."""
    sim.channel("email").answers("delivered", after=3 * HOURS)
    assert told(case, "2026-03-08") == ["07 09:00 sent lembrete email", "07 12:00 delivered lembrete email"]


def test_a_bounce_may_come_later(sim, case):
    """The next channel is used then."""
    sim.channel("whatsapp").answers("bounced", after=5 * HOURS)
    assert told(case, "2026-03-13")[2:] == [
        "12 10:00 sent atraso whatsapp",
        "12 15:00 failed atraso whatsapp",
        "12 15:00 sent atraso email",
        "12 15:00 delivered atraso email",
    ]


def test_receipts_come_during_an_outage_too(sim, case):
    """It is the worker that is out, not the web server."""
    sim.channel("email").answers("delivered", after=3 * HOURS)
    sim.advance(until="2026-03-07T09:30-03:00")
    sim.outage(hours=10)
    assert [entry.what for entry in case.transcript.actions] == ["sent", "delivered"]


def test_a_function_answers_by_the_message(sim, case):
    """It sees what would be sent."""

    def answer(message: Message) -> Answer | str:
        return Answer("bounced", reason="no-mailbox") if "lembrete" in message.subject else "delivered"

    sim.channel("email").answers(answer)
    sim.advance(days=10)
    assert str(case.transcript.of("failed")[0]).endswith("failed lembrete by email (no-mailbox)")


@pytest.mark.usefixtures("case")
def test_a_script_that_fails_fails_the_simulation(sim):
    """The engine would take it for a bug of the plugin, and go on."""
    sim.channel("email").answers(lambda message: message.nonsense)
    with pytest.raises(SimulationError, match="script of email failed: AttributeError"):
        sim.advance(days=10)


@pytest.mark.usefixtures("case")
def test_being_asked_again_for_what_was_accepted_fails_the_simulation(sim):
    """The one thing that a provider must never see."""
    sim.advance(days=8)
    channel = sim.channel("email")
    channel.send(channel.asked[0])
    with pytest.raises(SimulationError, match=r"email was asked again for Message.*which it had accepted"):
        sim.advance(days=10)


def test_the_executor_is_scripted_likewise(sim, case):
    """It carries out all that is no message."""
    sim.executor.answers("rejected")
    sim.advance(days=20)
    assert [request.action.step for request in sim.executor.asked] == ["ligacao"]
    assert str(case.transcript.of("failed")[0]).endswith("failed ligacao (as scripted)")
    assert sim.executor.asked[0].person == {"name": "Devedor 1"}


def test_capabilities_are_declared_as_by_any_channel(simulation):
    """A channel that cannot report delivery: sent counts as delivered."""
    blind = ScriptedChannel("email", capabilities=Capabilities())
    blind.answers("accepted")
    sim = simulation(LADDER, start="2026-03-01", channels={"email": blind})
    case = sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")], channels=["email"])
    sim.advance(days=30)
    assert case.sent[-1] == "ultimo-aviso"
    assert not case.transcript.of("delivered").of("email")


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ((), "at least one answer"),
        (("lost",), "'lost' is no answer; write one of accepted, delivered"),
    ],
)
def test_what_is_no_answer_is_refused(script, problem):
    """Where it is written, not where it is used."""
    with pytest.raises(ValueError, match=problem):
        ScriptedChannel("email").answers(*script)


def test_only_what_a_provider_reports_comes_later():
    """A provider that refused at once says nothing later."""
    with pytest.raises(ValueError, match="does not come later"):
        Answer("rejected", 3 * HOURS)
