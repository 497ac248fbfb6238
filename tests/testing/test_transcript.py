from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.simulation.ladder import LADDER

from regua.core.money import Money
from regua.core.tones import Tone
from regua.testing import Case, Invoice, Simulation, debtors


@pytest.fixture
def case(simulation: Callable[..., Simulation]) -> Case:
    """Somebody who pays two days late."""
    sim = simulation(LADDER, start="2026-03-01", name="Loja da Ana")
    case = sim.debtor("bruno", invoices=[Invoice(due="2026-03-10", amount="150.00")], behaves=debtors.pays_after(2))
    sim.advance(days=15)
    return case


def test_every_line_can_be_read(case):
    """When, who, about what, what, and how."""
    assert str(case.transcript) == (
        "2026-03-01 00:00  bruno  debtor.registered\n"
        "2026-03-01 00:00  bruno  contact-point.added point email channels email\n"
        "2026-03-01 00:00  bruno  contact-point.added point phone channels whatsapp\n"
        "2026-03-01 00:00  bruno  consent.granted channel email\n"
        "2026-03-01 00:00  bruno  consent.granted channel whatsapp\n"
        "2026-03-01 00:00  bruno nf-1  invoice.issued amount 150.00 BRL due 2026-03-10 policy escada\n"
        '2026-03-07 09:00  bruno nf-1  sent lembrete by email (reminder) "Loja da Ana: lembrete para você"\n'
        "2026-03-07 09:00  bruno nf-1  delivered lembrete by email\n"
        '2026-03-12 10:00  bruno nf-1  sent atraso by whatsapp (courteous) "Loja da Ana: mensagem para você"\n'
        "2026-03-12 10:00  bruno nf-1  delivered atraso by whatsapp\n"
        "2026-03-12 11:30  bruno  payment.settled payment payment-1 amount 150.00 BRL receivables nf-1\n"
        '2026-03-13 10:00  bruno nf-1  sent obrigado by email "Loja da Ana: obrigado"\n'
        "2026-03-13 10:00  bruno nf-1  delivered obrigado by email\n"
    )


def test_an_entry_says_all_there_is_to_say(case):
    """Step, receivable, channel, tone, amount, subject and text."""
    entry = case.transcript.of("sent")[1]
    assert (entry.step, entry.receivable, entry.channel, entry.tone) == ("atraso", "nf-1", "whatsapp", Tone.COURTEOUS)
    assert entry.presses
    assert entry.amount == Money.of("150.00")
    assert entry.at.isoformat() == "2026-03-12T10:00:00-03:00"
    assert entry.subject == "Loja da Ana: mensagem para você"
    assert "R$ 150,00" in entry.text
    assert entry.message is not None
    assert entry.message.to == "+5520900000001"


def test_an_entry_of_a_fact_says_less(case):
    """It has no step, and the amount of the fact."""
    entry = case.transcript.of("payment.settled")[0]
    assert (entry.step, entry.action, entry.channel, entry.tone, entry.text) == ("", "", "", None, "")
    assert not entry.presses
    assert entry.amount == Money.of("150.00")
    assert entry.message is None


def test_amounts_are_those_of_the_attempt(simulation):
    """Whenever somebody looks. R$ 50,00 paid a day late: R$ 3,05 of charges, R$ 46,95 of principal."""
    charges = '\n[charges]\nfine = "2.00%"\ninterest = "1.00%/month"\n'
    sim = simulation(LADDER + charges, start="2026-03-01")
    case = sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")])
    sim.advance(until="2026-03-11")
    case.pay("50.00")
    sim.advance(days=6)
    amounts = [str(entry.amount) for entry in case.transcript.of("sent")]
    case.pay()
    assert [str(entry.amount) for entry in case.transcript.of("sent")] == amounts
    assert amounts == ["150.00 BRL", "103.08 BRL", "103.22 BRL"]
    assert [f"R$ {entry.amount.amount}".replace(".", ",") in entry.text for entry in case.transcript.of("sent")] == [
        True
    ] * 3


def test_what_is_about_no_receivable_has_its_date(simulation):
    """There is no due date to count from."""
    thanks = LADDER.replace('on = "receivable.settled"', 'on = "payment.settled"\nscope = "debtor"')
    sim = simulation(thanks, start="2026-03-01")
    case = sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")], behaves=debtors.pays_on_time())
    sim.advance(days=15)
    assert case.sent_by_day == ["D-3 lembrete", "2026-03-11 obrigado"]
    assert case.transcript.of("sent")[1].amount is None


def test_a_transcript_is_a_sequence(case):
    """It can be counted, cut, compared and filtered."""
    transcript = case.transcript
    assert len(transcript) == 13
    assert transcript[0].what == "debtor.registered"
    assert [entry.what for entry in transcript[6:8]] == ["sent", "delivered"]
    assert transcript == case.simulation.transcript
    assert transcript != transcript[1:]
    assert hash(transcript) == hash(case.simulation.transcript)
    assert len(transcript.actions) == 6
    assert "13 entries" in repr(transcript)


def test_entries_of_one_instant_stand_by_debtor(simulation):
    """Whoever was recorded first."""
    sim = simulation(LADDER, start="2026-03-01")
    for name in ("carla", "ana"):
        sim.debtor(name, channels=["email"])
    assert [entry.debtor for entry in sim.transcript] == ["ana"] * 3 + ["carla"] * 3


def test_seconds_are_shown_where_there_are_any(simulation):
    """Retries do not come on the minute."""
    sim = simulation(LADDER, start="2026-03-01")
    case = sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")])
    sim.channel("email").answers("transient", "delivered")
    sim.advance(days=8)
    first, second, _ = map(str, case.transcript.actions)
    assert first == "2026-03-07 09:00  debtor-1 nf-1  put-off lembrete by email (nothing left: as scripted)"
    assert second.startswith("2026-03-07 09:01:")


def test_fields_that_are_values_of_their_own_are_told(simulation):
    """Instalments of an agreement."""
    from regua.core.events import AgreementSigned, Instalment

    sim = simulation(LADDER, start="2026-03-01")
    case = sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")])
    parts = (Instalment(receivable="p-1", amount=Money.of("75.00"), due=case.today + timedelta(days=30)),)
    case.record(AgreementSigned, agreement="a", receivables=("nf-1",), instalments=parts)
    assert str(case.transcript[-1]).endswith(
        "agreement.signed agreement a receivables nf-1 instalments p-1/75.00 BRL/2026-03-31"
    )
