from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from tests.simulation.ladder import LADDER

from regua.builtin.memory import MemoryStore
from regua.core.dates import Offset
from regua.core.events import (
    ConsentGranted,
    ConsentRevoked,
    ContactPointAdded,
    HoldPlaced,
    InvoiceIssued,
    PaymentSettled,
)
from regua.core.money import Money
from regua.core.policy import OffsetTrigger, Policy, Step
from regua.core.tones import Tone
from regua.errors import AccountMismatch, DateError, EventConflict, PolicyError, SimulationError
from regua.testing import Invoice, Simulation, debtors

DUE = Invoice(due="2026-03-10", amount="150.00")
HOUR = 3_600_000_000


@pytest.fixture
def sim(simulation: Callable[..., Simulation]) -> Simulation:
    """Make the world of most tests."""
    return simulation(LADDER, start="2026-03-01")


# time


def test_a_day_means_its_start_in_the_policys_zone(simulation):
    """Text, date and instant say the same."""
    for start in ("2026-03-01", date(2026, 3, 1), "2026-03-01T00:00-03:00", datetime(2026, 3, 1, 3, tzinfo=UTC)):
        assert simulation(LADDER, start=start).now.isoformat() == "2026-03-01T00:00:00-03:00"


def test_a_naive_start_is_refused(simulation):
    """Nobody knows what it means."""
    with pytest.raises(DateError, match="naive"):
        simulation(LADDER, start=datetime(2026, 3, 1))  # noqa: DTZ001 - what is refused


def test_days_are_civil_days(simulation):
    """The clocks of New York go forward on 2026-03-08; the clock time stays."""
    zoned = LADDER.replace('calendar = "br-bancario"', 'timezone = "America/New_York"')
    sim = simulation(zoned, start="2026-03-07T10:00-05:00")
    sim.advance(days=1, hours=2)
    assert sim.now.isoformat() == "2026-03-08T12:00:00-04:00"


def test_time_goes_from_one_thing_to_the_next(sim):
    """Nothing looks at the clock between two instants at which something can happen."""
    sim.debtor(invoices=[DUE])
    before = sim.clock.now_us
    visited: list[int] = []
    move = sim.clock.set
    sim.clock.set = lambda instant: (visited.append(instant), move(instant))
    sim.advance(days=365)
    assert len(visited) < 80
    assert sim.clock.now_us == before + 365 * 24 * HOUR


def test_time_does_not_go_back(sim):
    """There is no yesterday."""
    with pytest.raises(SimulationError, match="time does not go back"):
        sim.advance(until="2026-02-28")


def test_what_is_due_now_goes_out_without_time_passing(sim):
    """`advance()` alone."""
    sim.advance(until="2026-03-07T09:00-03:00")
    case = sim.debtor(invoices=[DUE])
    assert case.sent == []
    sim.advance()
    assert case.sent == ["lembrete"]


# facts


def test_scripted_facts_become_known_when_they_were_recorded(sim):
    """A payment of the 9th that was known on the 13th does not stop what went out before."""
    case = sim.debtor(invoices=[DUE])
    paid, known = sim.instant("2026-03-09"), sim.instant("2026-03-13T12:00-03:00")
    about = {"creditor": "loja", "debtor": case.id, "payment": "p", "amount": Money.of("150.00")}
    sim.script(PaymentSettled(id="p", at=paid, recorded_at=known, **about))
    sim.advance(days=30)
    assert case.sent_by_day == ["D-3 lembrete", "D+2 atraso", "D+3 desculpa", "D+6 obrigado"]


def test_facts_of_one_instant_are_known_before_anything_runs_at_it(sim):
    """A payment of the very instant at which a message is due stops it."""
    case = sim.debtor(invoices=[DUE])
    moment = sim.instant("2026-03-12T10:00-03:00")
    about = {"creditor": "loja", "debtor": case.id, "payment": "p", "amount": Money.of("150.00")}
    sim.script(PaymentSettled(id="p", at=moment, recorded_at=moment, **about))
    sim.advance(days=30)
    assert "atraso" not in case.sent


def test_facts_of_the_past_are_recorded_at_once(sim):
    """Imported debtors need no registration; whatever they refer to is made up."""
    moment = sim.instant("2026-02-01")
    about = {"creditor": "loja", "debtor": "rui", "at": moment, "recorded_at": moment}
    sim.script(
        ContactPointAdded(id="1", point="email", channels=("email",), ref="rui-email", **about),
        ConsentGranted(id="2", channel="email", **about),
        InvoiceIssued(id="3", receivable="nf-9", amount=Money.of("99.90"), due=date(2026, 3, 10), **about),
    )
    sim.advance(days=30)
    case = sim.case("rui")
    assert case.sent == ["lembrete", "atraso", "segundo-aviso", "ligacao", "terceiro-aviso", "ultimo-aviso"]
    assert {message.to for message in case.messages} == {"devedor-1@example.invalid"}
    assert sim.cases == (case,)


def test_facts_of_another_creditor_are_refused(sim):
    """The simulation has one."""
    about = {"debtor": "rui", "at": sim.now, "recorded_at": sim.now}
    with pytest.raises(AccountMismatch):
        sim.script(ConsentGranted(id="1", creditor="outra", channel="email", **about))


def test_the_same_fact_twice_is_once_and_another_one_is_a_conflict(sim):
    """As in the engine, since it is the engine."""
    about = {"creditor": "loja", "debtor": "rui", "at": sim.now, "recorded_at": sim.now}
    fact = ConsentGranted(id="1", channel="email", **about)
    sim.script(fact, fact)
    assert sim.case("rui").events == (fact,)
    with pytest.raises(EventConflict):
        sim.script(ConsentRevoked(id="1", channel="email", **about))


# debtors


def test_a_debtor_can_be_reached_by_every_channel_of_the_policy(sim):
    """Addresses reach nobody: RFC 2606, and an area code that Brazil does not use."""
    ana, bia = sim.debtor("ana", invoices=[DUE]), sim.debtor("bia", channels=["email"], invoices=[DUE])
    sim.advance(days=12)
    assert [(message.channel, message.to) for message in ana.messages] == [
        ("email", "devedor-1@example.invalid"),
        ("whatsapp", "+5520900000001"),
    ]
    assert [message.channel for message in bia.messages] == ["email", "email"]


def test_ids_are_given_where_none_are_said(sim):
    """`debtor-1` and its `nf-1`, `nf-2`; the same ones are refused."""
    case = sim.debtor(
        invoices=[DUE, {"due": "2026-04-10", "amount": 150}, Invoice(id="x", due="2026-05-10", amount="1")]
    )
    assert (case.id, case.open) == ("debtor-1", ("nf-1", "nf-2", "x"))
    with pytest.raises(SimulationError, match="'debtor-1' already"):
        sim.debtor("debtor-1")


def test_an_invoice_may_be_issued_later(sim):
    """It is not known before; the reminder of the 7th goes out as soon as it is."""
    case = sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00", issued="2026-03-08")])
    assert case.open == ()
    sim.advance(days=60)
    assert case.sent_by_day[:2] == ["D-1 lembrete", "D+2 atraso"]


def test_the_profile_of_a_debtor_is_the_debtors(sim):
    """Clock times are those of the debtor's zone."""
    case = sim.debtor(invoices=[DUE], timezone="America/Manaus", kind="company")
    sim.advance(days=7)
    assert [entry.at.isoformat() for entry in case.transcript.of("sent")] == ["2026-03-07T09:00:00-04:00"]


def test_what_is_done_by_hand(sim):
    """A promise, a dispute, a hold, payments in part and their undoing."""
    case = sim.debtor(invoices=[DUE])
    case.pay("50.00")
    assert str(case.balance()) == "100.00 BRL"
    case.reverse()
    assert str(case.balance("nf-1")) == "150.00 BRL"
    case.promise("2026-03-20", "150.00")
    case.promise(5)
    case.resolve(case.dispute(), "upheld")
    case.release(case.hold())
    case.record(HoldPlaced, hold="mine", until=date(2026, 3, 12))
    case.pay("150.00", "nf-1")
    types = [entry.what for entry in case.transcript][6:]
    assert types == [
        *("payment.settled", "payment.reversed", "promise.made", "promise.made", "dispute.opened", "dispute.resolved"),
        *("hold.placed", "hold.released", "hold.placed", "payment.settled"),
    ]


def test_what_cannot_be_done_by_hand(sim):
    """Nothing owed, nothing paid, somebody else's fact."""
    ana, bia = sim.debtor("ana"), sim.debtor("bia", invoices=[DUE])
    with pytest.raises(SimulationError, match="owes nothing"):
        ana.pay()
    with pytest.raises(SimulationError, match="paid nothing"):
        ana.reverse()
    with pytest.raises(SimulationError, match="was given to 'ana'"):
        ana.record(bia.events[0])


def test_schedule_and_explain_are_the_engines(sim):
    """What will happen, and what was going to happen by what was known then."""
    case = sim.debtor(invoices=[DUE])
    sim.advance(days=9)
    case.pay()
    assert "settled: the receivable is settled" in case.explain()
    assert "settled:" not in case.explain(as_of=sim.now.subtract(days=1))
    assert [action.step for action in case.schedule().done] == ["lembrete"]


# outages


def test_nothing_goes_out_during_an_outage_and_facts_are_recorded(sim):
    """The reminder of the 7th is missed; the debtor pays on the 10th all the same."""
    case = sim.debtor(invoices=[DUE], behaves=debtors.pays_on_time())
    sim.advance(until="2026-03-06")
    sim.outage(days=6)
    assert case.sent == []
    assert len(case.transcript.of("payment.settled")) == 1
    sim.advance(days=10)
    assert case.sent_by_day == ["D+2 obrigado"]


@pytest.mark.parametrize(
    ("catch_up", "sent"),
    [
        ("latest", ["D+10 terceiro-aviso"]),
        ("all", ["D+10 segundo-aviso", "D+10 ligacao", "D+10 terceiro-aviso"]),
        ("most-severe", ["D+10 terceiro-aviso"]),
        ("none", []),
    ],
)
def test_after_an_outage_the_policy_says_what_is_caught_up(simulation, catch_up, sent):
    """The worker is away from D+3 to D+10 at noon."""
    free = LADDER.replace('requires = { delivered = "segundo-aviso", at_least = "3d" }', "")
    policy = free + f'\n[plan]\ncatch_up = "{catch_up}"\nmax_delay = "5d"\n'
    sim = simulation(policy, start="2026-03-01")
    case = sim.debtor(invoices=[DUE])
    sim.advance(until="2026-03-13")
    assert case.sent == ["lembrete", "atraso"]
    sim.outage(until="2026-03-20T12:00-03:00")
    assert case.sent_by_day[2:] == sent


# what cannot be simulated


def test_a_policy_with_problems_is_refused(simulation):
    """Before anything begins, all of them."""
    with pytest.raises(PolicyError, match="template-unknown"):
        simulation(LADDER.replace('"obrigado"\n', '"obrigada"\n'), start="2026-03-01")


def _step(template: str) -> Policy:
    trigger = OffsetTrigger(offset=Offset(2), minute=600)
    step = Step(id="atraso", trigger=trigger, tone=Tone.COURTEOUS, channels=("email",), templates={None: template})
    return Policy(id="escada", steps=(step,))


def test_a_message_that_can_never_be_written_fails_at_once(simulation):
    """The engine would try again every hour; the error names debtor, action, step, state and reason."""
    sim = simulation(_step("nonsense"), start="2026-03-01")
    sim.debtor("ana", invoices=[DUE])
    with pytest.raises(SimulationError) as raised:
        sim.advance(days=60)
    said = str(raised.value)
    assert sim.now.isoformat() == "2026-03-12T10:00:00-03:00"
    assert "debtor ana, action " in said
    assert "step atraso for nf-1" in said
    assert "pending: template 'nonsense' cannot be written" in said


class Jammed(MemoryStore):
    """A store that never gives an action away."""

    def claim(self, creditor, *, owner, until_us, limit):  # noqa: ARG002 - as the port
        """Give nothing."""
        return ()


def test_an_action_that_is_due_and_never_taken_fails_at_once(simulation):
    """The engine does nothing, and would be asked for ever."""
    sim = simulation(LADDER, start="2026-03-01", store=Jammed)
    sim.debtor("ana", invoices=[DUE])
    with pytest.raises(
        SimulationError, match=r"step lembrete for nf-1, due 2026-03-07T09:00-03:00: pending: by the plan due"
    ):
        sim.advance(days=60)


class Sleepless(MemoryStore):
    """A store that always has somebody to be planned again."""

    def wakeups(self, creditor, *, until_us, limit):  # noqa: ARG002 - as the port
        """Give her again."""
        return ("ana",)


def test_an_engine_that_goes_on_for_ever_is_stopped(simulation):
    """A debtor whose wakeup never moves, inside one run of the engine."""
    sim = simulation(LADDER, start="2026-03-01", store=Sleepless)
    sim.debtor("ana", invoices=[DUE])
    with pytest.raises(SimulationError, match="goes on for ever"):
        sim.advance(days=1)


class Insistent(MemoryStore):
    """A store that gives the same action away again and again, under a claim that is over."""

    turn = 0
    given = ()

    def due(self, creditor, *, until_us, limit):
        """Offer it still."""
        return super().due(creditor, until_us=until_us, limit=limit) or self.given

    def claim(self, creditor, *, owner, until_us, limit):
        """Give it every other time."""
        self.turn += 1
        if self.turn == 1:
            self.given = super().claim(creditor, owner=owner, until_us=until_us, limit=limit)
        return tuple(evolve(row, epoch=0) for row in self.given) if self.turn % 2 else ()


def test_an_action_that_is_taken_again_and_again_fails_at_once(simulation):
    """Each run of the engine says that it did something, and nothing comes of it."""
    sim = simulation(LADDER, start="2026-03-07T09:00-03:00", store=Insistent)
    sim.debtor("ana", invoices=[DUE])
    with pytest.raises(SimulationError, match="comes to nothing, again and again"):
        sim.advance(days=1)


class Forgetful(MemoryStore):
    """A store that forgets which actions it gave away, so that they stay claimed."""

    def claim(self, creditor, *, owner, until_us, limit):
        """Take, and give nothing."""
        super().claim(creditor, owner=owner, until_us=until_us, limit=limit)
        return ()


def test_an_action_that_stays_claimed_fails_at_once(simulation):
    """Nobody else would ever take it: its worker lives."""
    sim = simulation(LADDER, start="2026-03-01", store=Forgetful)
    sim.debtor("ana", invoices=[DUE])
    with pytest.raises(
        SimulationError, match=r"a worker holds actions.*\n  debtor ana.*step lembrete.*claimed by worker-1"
    ):
        sim.advance(days=60)


def test_a_debtor_who_can_no_longer_be_planned_fails_at_once(simulation):
    """The version that governs the invoice was built in Python, and the next program does not give it any more."""
    before = simulation(_step("atraso"), start="2026-03-01")
    before.debtor("ana", invoices=[DUE])
    after = simulation(evolve(_step("atraso"), version=2), start="2026-03-02", store=lambda _: before.store)
    with pytest.raises(SimulationError, match=r"debtor ana: .*policy 'escada' version 1 .* is not stored"):
        after.advance(days=60)


def test_a_simulation_closes_itself():
    """As a context manager."""
    with Simulation(LADDER, start="2026-03-01") as sim:
        assert repr(sim.case("ana")) == "<Case ana at 2026-03-01T00:00-03:00>"
    sim.close()


def test_another_channel_can_be_given(simulation):
    """A real one under test; of the others the scripted ones stay."""
    from regua.testing import ScriptedChannel

    mine = ScriptedChannel("mine")
    sim = simulation(LADDER, start="2026-03-01", channels={"email": mine})
    sim.debtor(invoices=[DUE])
    sim.advance(days=8)
    assert [message.channel for message in mine.asked] == ["email"]
    with pytest.raises(SimulationError, match="no scripted channel 'email'; there are whatsapp"):
        sim.channel("email")


def test_several_policies(simulation):
    """New receivables get the first, unless their invoice says another."""
    other = LADDER.replace('id = "escada"', 'id = "curta"').replace("D+2 10:00", "D+3 10:00")
    sim = simulation([LADDER, other], start="2026-03-01")
    case = sim.debtor(invoices=[DUE, Invoice(due="2026-03-10", amount="150.00", policy="curta")])
    sim.advance(until="2026-03-14")
    assert case.sent_by_day == ["D-3 lembrete", "D-3 lembrete", "D+2 atraso", "D+3 atraso"]


def test_delay_of_knowledge_is_a_timedelta(sim):
    """A payment by hand that is known the day after."""
    case = sim.debtor(invoices=[DUE])
    case.pay(known_after=timedelta(days=1))
    assert case.open == ("nf-1",)
    sim.advance(days=2)
    assert case.open == ()


def test_personal_data_that_were_kept_stay(sim):
    """Only what is missing is made up."""
    sim.creditor.keep("ana", {"email": {"address": "ana@loja.example"}, "person": {"name": "Ana Souza"}})
    case = sim.debtor("ana", invoices=[DUE])
    sim.advance(days=8)
    assert case.messages[0].to == "ana@loja.example"
    assert case.messages[0].text.startswith("Olá, Ana Souza.")


def test_templates_of_ones_own(simulation, tmp_path):
    """A folder of them, before those of regua."""
    (tmp_path / "pt-BR").mkdir()
    (tmp_path / "pt-BR" / "ola.txt.j2").write_text("Assunto: Olá\n\nOlá, {{ debtor_name }}!\n", encoding="utf-8")
    policy = LADDER.replace('template = "lembrete"', 'template = "ola"')
    sim = simulation(policy, start="2026-03-01", templates=tmp_path)
    case = sim.debtor("ana", invoices=[DUE])
    sim.advance(days=8)
    assert case.transcript.of("sent")[0].text.strip() == "Olá, Devedor 1!"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"channels": "email"}, "write a list of names"),
        ({"channels": ["fax"]}, "write a list of names"),
        ({"behaves": debtors.pays_on_time}, "is no behaviour; call one of"),
        ({"behaves": "pays"}, "is no behaviour; call one of"),
    ],
)
def test_a_debtor_that_cannot_be_meant(given, problem):
    """Is refused where it is written, with the remedy."""
    with Simulation(LADDER, start="2026-04-01") as sim, pytest.raises(SimulationError, match=problem):
        sim.debtor("ana", **given)
