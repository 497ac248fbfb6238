"""What a dossier tells of acts and of settled debts, for ever: what was owed and when it was done, and for how much."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from tests.reports.dossiers import POLICY, first_broken
from tests.reports.test_dossier import part

from regua.core.events import (
    ListingConfirmed,
    ListingRemoved,
    ListingRequested,
    PaymentReversed,
    PaymentSettled,
    StepApproved,
)
from regua.core.money import Money
from regua.engine.dossier import Dossier
from regua.reports.dossier import dossier_html
from regua.reports.dossier.texts import rate
from regua.reports.dossier.words import DONE, event_word, reason_word
from regua.testing import Case, Invoice, Simulation

LAW = POLICY.replace("[charges]", '[legal]\npacks = ["br", "br-consumer"]\n\n[charges]')
ACTS = """
[[step]]
id = "aviso"
at = "D+5bd 10:00"
kind = "notice"
registrar = "bureau"

[[step]]
id = "negativar"
at = "D+20bd 10:00"
kind = "listing"
registrar = "bureau"
"""
FAR = """
[[step]]
id = "negativar"
at = "D+300 10:00"
kind = "listing"
registrar = "bureau"
"""


@contextmanager
def listed() -> Iterator[Case]:
    """Due on 14 August 2026, listed by a bureau since 14 September; the bureau takes nothing back by itself."""
    with Simulation(LAW + FAR, start="2026-08-01") as sim:
        sim.executor.answers("unknown")
        case = sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-08-14", amount="1500.00", kind="services")])
        sim.advance(until=date(2026, 9, 10))
        case.record(ListingRequested, receivable="nf-1", registrar="bureau")
        sim.advance(until=date(2026, 9, 14))
        case.record(ListingConfirmed, receivable="nf-1", registrar="bureau", reference="P-81")
        sim.advance(until=date(2026, 10, 2))
        yield case


def page(dossier: Dossier) -> str:
    """As a lawyer sees it; its chain holds."""
    text = "".join(dossier_html(dossier))
    assert first_broken(text) is None
    return text.replace("\N{NO-BREAK SPACE}", " ")


def duties(dossier: Dossier) -> str:
    """The part about what the law demands."""
    return part(page(dossier), "Prescrição e atos que a lei exige")


def test_a_missed_deadline_stands_for_ever():
    """Paid on Friday 2 October, term 9 October, removed on the 20th: eleven days late, a month later still."""
    with listed() as case:
        sim = case.simulation
        case.record(PaymentSettled, payment="p", amount=Money.of("2000.00"), receivables=("nf-1",))
        sim.advance(until=date(2026, 10, 15))
        open_ = sim.creditor.dossier("ana")
        sim.advance(until=date(2026, 10, 20))
        case.record(ListingRemoved, receivable="nf-1", registrar="bureau")
        sim.advance(until=date(2026, 10, 30))
        done = sim.creditor.dossier("ana")
    [duty] = open_.receivables[0].duties
    assert (duty.rule, duty.registrar, str(duty.deadline)) == ("neg.baixa", "bureau", "2026-10-09")
    assert (duty.done_us, duty.days_late) == (None, 6)
    assert "09/10/2026ainda não6 dias depois do prazoneg.baixa" in duties(open_)
    [duty] = done.receivables[0].duties
    assert (str(duty.deadline), duty.days_late) == ("2026-10-09", 11)
    assert "09/10/202620/10/2026 00:00:0011 dias depois do prazoneg.baixa" in duties(done)


def test_what_was_done_in_time_stands_too():
    """With the event that took the ground away, and the rule's source."""
    with listed() as case:
        case.pay("2000.00", "nf-1")
        case.simulation.advance(until=date(2026, 10, 9))
        case.record(ListingRemoved, receivable="nf-1", registrar="bureau")
        case.simulation.advance(until=date(2026, 12, 1))
        dossier = case.simulation.creditor.dossier("ana")
    [duty] = dossier.receivables[0].duties
    assert (duty.days_late, duty.ground) == (0, "ana/payment.settled-1")
    assert "09/10/202609/10/2026 00:00:00no prazoneg.baixa" in duties(dossier)
    assert "Súmula STJ 548" in duties(dossier)


def test_what_the_engine_did_by_itself_stands_too():
    """The owed act goes out on the first business day, and the bureau has done it at once."""
    with listed() as case:
        case.simulation.executor.answers("delivered")
        case.pay("2000.00", "nf-1")
        case.simulation.advance(until=date(2026, 11, 3))
        dossier = case.simulation.creditor.dossier("ana")
    [duty] = dossier.receivables[0].duties
    assert (duty.registrar, duty.days_late) == ("bureau", 0)
    assert "baixa da negativação [delisting]bureau" in duties(dossier)
    assert "09/10/202605/10/2026" in duties(dossier)
    assert "baixado [action.delivered]" in part(page(dossier), "Contatos e atos executados")


def test_what_is_not_owed_any_more_was_owed():
    """The payment was undone while the listing stood: nothing was done, and from then on nothing had to be."""
    with listed() as case:
        case.record(PaymentSettled, payment="p", amount=Money.of("2000.00"), receivables=("nf-1",))
        case.simulation.advance(until=date(2026, 10, 14))
        case.record(PaymentReversed, payment="p", reason="fraud")
        case.simulation.advance(until=date(2026, 10, 30))
        dossier = case.simulation.creditor.dossier("ana")
    [duty] = dossier.receivables[0].duties
    assert (duty.done_us, duty.days_late) == (None, 5)
    assert "não; deixou de ser devido em 14/10/2026 00:00:00" in duties(dossier)


def test_nothing_was_owed_where_nothing_was_done():
    """Of a debt that was paid without a listing there is no such row."""
    with Simulation(LAW, start="2026-08-01") as sim:
        case = sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-08-14", amount="1500.00", kind="services")])
        sim.advance(until=date(2026, 8, 20))
        case.pay("1600.00", "nf-1")
        assert sim.creditor.dossier("ana").receivables[0].duties == ()


def test_a_debtor_is_listed_from_the_confirmation_on():
    """The request's date stands beside it; a request that nobody confirmed is one, and no listing."""
    with listed() as case:
        sim = case.simulation
        asked = sim.creditor.dossier("ana", as_of=sim.instant(date(2026, 9, 12)))
        dossier = sim.creditor.dossier("ana")
    [state] = [each for each in asked.receivables[0].states if each.code.startswith("list")]
    assert state.code == "listing-requested"
    assert "negativação pedida, sem confirmação [listing-requested]" in part(page(asked), "A dívida")
    [state] = [each for each in dossier.receivables[0].states if each.code.startswith("list")]
    assert (state.code, state.event) == ("listed", "ana/listing.confirmed-1")
    said = part(page(dossier), "A dívida")
    assert "negativado [listed]pedido em 10/09/2026 00:00:00desde 14/09/2026 00:00:00" in said


def test_an_act_tells_its_amount_and_its_registrar():
    """Of the receivable on that day, with its parts, as it was asked for."""
    with Simulation(LAW + ACTS, start="2026-08-01") as sim:
        case = sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-08-14", amount="1500.00", kind="services")])
        case.record(StepApproved, receivable="nf-1", step="negativar", by="diretora")
        sim.advance(until=date(2026, 9, 30))
        dossier = sim.creditor.dossier("ana")
        asked = {each.action.kind: each.action.amount for each in sim.executor.asked}
    acts = {each.kind: each for each in dossier.contacts if each.kind in DONE}
    assert acts.keys() == {"notice", "listing"} == asked.keys() - {"task"}
    for kind, each in acts.items():
        [told] = each.told
        assert (told.receivable, told.amount, told.due) == ("nf-1", asked[kind], date(2026, 8, 14))
        assert sum((one.amount for one in told.parts), Money(0)) == told.amount
    said = part(page(dossier), "Contatos e atos executados")
    assert "pedido a bureaunf-1: R$ 1.533,50, vencimento 14/08/2026" in said
    assert "aviso entregue [action.delivered]" in said
    assert "inscrito [action.delivered]" in said
    assert "aviso entregue [delivered]" in part(page(dossier), "Decisões")


def test_a_settled_debt_tells_how_its_payments_were_allocated():
    """R$ 1.000,00 of R$ 1.500,00 pay interest, fine and a part; R$ 535,00 the rest but R$ 1,78, which is waived."""
    with Simulation(POLICY, start="2026-08-01") as sim:
        case = sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-08-14", amount="1500.00")])
        sim.advance(until=date(2026, 8, 24))
        case.pay("1000.00", "nf-1")
        sim.advance(until=date(2026, 9, 3))
        case.pay("535.00", "nf-1")
        sim.advance(until=date(2026, 9, 10))
        dossier = sim.creditor.dossier("ana")
    [claim] = dossier.receivables
    settlement = claim.settlement
    assert settlement is not None
    assert (settlement.event, settlement.given) == ("ana/payment.settled-2", Money.of("1535.00"))
    assert sum((each.paid for each in settlement.parts if each.paid), Money(0)) == settlement.given
    assert sum((each.amount for each in settlement.parts), Money(0)) == settlement.left_over
    assert {each.kind: (str(each.paid), str(each.amount)) for each in settlement.parts} == {
        "principal": ("1498.22 BRL", "1.78 BRL"),
        "fine": ("30.00 BRL", "0.00 BRL"),
        "interest": ("6.78 BRL", "0.00 BRL"),
    }
    said = part(page(dossier), "Cálculo em 10/09/2026")
    assert "Como os pagamentos foram imputados no dia da liquidação" in said
    assert "multa [fine]pactuadoR$ 1.500,002,00%padrao@7:12:1R$ 30,00R$ 0,00" in said
    assert "15/08/2026 a 24/08/2026: 10 dias a 1,00% ao mês sobre R$ 1.500,00 = 500 centavos" in said
    assert "liquidado em 03/09/2026 00:00:00ana/payment.settled-2R$ 1.535,00R$ 1,78dispensado: R$ 1,78" in said


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2%", "2,00%"),
        ("1%/month", "1,00% ao mês"),
        ("0.589427%/month", "0,589427% ao mês"),
        ("12.5%/year business", "12,50% ao ano, por dias úteis"),
        ("0.33/day", "R$\N{NO-BREAK SPACE}0,33 ao dia"),
        ("1234.5/day business", "R$\N{NO-BREAK SPACE}1.234,50 por dia útil"),
        ("ipca", "ipca"),
        ("1/3%", "1/3%"),
        ("", ""),
    ],
)
def test_rates_are_read_as_in_brazil(written: str, read: str):
    """With a comma and two decimals or more, per day, month or year; what is no rate stays as it is."""
    assert rate(written, "BRL") == read


def test_an_outcome_is_told_by_the_kind_of_its_step():
    """A message reaches the debtor, an act is done."""
    assert reason_word("delivered", "message") == "chegou ao devedor [delivered]"
    assert reason_word("delivered", "protest") == "protestado [delivered]"
    assert reason_word("unknown", "listing") == "pode ter sido feito; não se repete por si [unknown]"
    assert event_word("action.delivered", "delisting") == "baixado [action.delivered]"
    assert event_word("action.attempted", "delisting") == "tentativa iniciada [action.attempted]"
    assert event_word("listing.confirmed", "listing") == "negativação confirmada [listing.confirmed]"
