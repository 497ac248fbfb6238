"""What the engine holds for everybody, packs or not."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve
from tests.core.shop import balance, invoice, policy, said, schedule, step
from tests.law.breaking import act, bill, codes, noticed, one, only

from regua import documents
from regua.core import events as ev
from regua.core.charges import Position
from regua.core.dates import Offset
from regua.core.events.base import Event
from regua.core.policy import ChargeRules, Discount, Levy, Rate
from regua.core.tones import Tone
from regua.errors import DocumentError
from regua.messages import SPECIMEN, CreditorIdentity, MessageBook, contact_variables

LETTER = step("carta", "D+5 10:00", channels=("sms",))


def blocked(*facts: Event, channel: str = "sms") -> str:
    """Why a letter to who owes since 2 March does not leave on the 9th."""
    return codes(one(policy(evolve(LETTER, channels=(channel,))), [bill(), *facts], "2026-03-09", "carta"))[0][0]


@pytest.mark.law("lgpd.minimo")
@pytest.mark.law("terceiros.rj")
def test_nobody_but_the_debtor_is_contacted() -> None:
    """Who says that the number is somebody else's is never written to there again."""
    assert blocked() == "due"
    wrong = said(ev.ContactPointRemoved, "engano", "2026-03-04", point="sms")
    assert blocked(wrong) == "no-contact-point"


@pytest.mark.law("whatsapp.optin")
def test_nothing_goes_by_a_channel_without_consent() -> None:
    """And nothing any more after it was taken back."""
    assert blocked(channel="whatsapp") == "due"
    left = said(ev.ConsentRevoked, "saída", "2026-03-04", channel="whatsapp")
    assert blocked(left, channel="whatsapp") == "opted-out"
    stranger = said(ev.ContactPointAdded, "torpedo", "2026-01-02", point="torpedo", channels=("torpedo",))
    assert blocked(stranger, channel="torpedo") == "opted-out"


@pytest.mark.law("cdc.42")
def test_nobodys_first_contact_is_a_threat() -> None:
    """A policy that begins with its severest words writes the mildest of them."""
    mild = step("aviso", "D+20 10:00", tone=Tone.COURTEOUS)
    found = one(policy(evolve(LETTER, tone=Tone.LEGAL), mild), [bill()], "2026-03-09", "carta")
    assert (found.asked_tone, found.tone) == (Tone.LEGAL, Tone.COURTEOUS)
    assert "tone-clamped" in dict(codes(found))


@pytest.mark.law("super.conciliacao")
@pytest.mark.law("super.plano")
@pytest.mark.parametrize(
    "fact",
    [
        said(ev.HoldPlaced, "conciliação", "2026-03-04", hold="104-A", reason="over-indebtedness"),
        said(ev.CourtOrder, "plano", "2026-03-04", case="0001234-56.2026.8.26.0100", effect="stop"),
    ],
    ids=["conciliation", "plan"],
)
def test_an_over_indebtedness_case_stops_every_step(fact: Event) -> None:
    """Not only the next one: letters and listings, until somebody lifts it."""
    assert blocked(fact) in {"held", "court-order"}
    rules = policy(LETTER, act("negativar", "D+40 10:00", "listing", registrar="bureau"), legal=only("neg.aviso"))
    facts = [bill(), noticed("2026-03-10"), fact]
    assert codes(one(rules, facts, "2026-04-13", "negativar"))[0][0] in {"held", "court-order"}


@pytest.mark.law("super.contestacao_cartao")
def test_a_contested_purchase_is_not_collected() -> None:
    """Until the dispute is resolved."""
    assert (
        blocked(said(ev.DisputeOpened, "contestação", "2026-03-04", dispute="c-1", receivables=("nf-1",))) == "disputed"
    )


@pytest.mark.law("neg.aviso_eletronico")
def test_an_electronic_notice_counts_when_it_was_delivered() -> None:
    """One that was only sent proves nothing."""
    rules = policy(act("negativar", "D+5 10:00", "listing", registrar="bureau"), legal=only("neg.aviso"))
    sent = said(ev.NoticeRequested, "pedido", "2026-03-04", receivable="nf-1", registrar="bureau")
    assert one(rules, [bill(), sent], "2026-03-09", "negativar").status == "waiting"
    assert one(rules, [bill(), sent, noticed("2026-03-05")], "2026-03-09", "negativar").status == "due"


USUAL = policy(LETTER, charges=ChargeRules(fine=Levy(share=Fraction(2, 100)), interest=Rate(share=Fraction(1, 100))))


@pytest.mark.law("data.lei_7089")
def test_due_on_a_closed_day_and_paid_on_the_next_business_day_costs_nothing() -> None:
    """Due Saturday 14 November 2026, Sunday a holiday: Monday nothing; Tuesday three days of interest and the fine."""
    events = [invoice("nf-1", "1000.00", "2026-11-14", when="2026-11-01")]
    assert balance(USUAL, events, "2026-11-16") == "R$ 1.000,00"
    assert balance(USUAL, events, "2026-11-17") == "R$ 1.021,00"


@pytest.mark.law("desconto.antecipado")
def test_who_pays_early_pays_less_in_proportion() -> None:
    """A discount per day early is twice as much for twice as many days."""
    rules = ChargeRules(discounts=(Discount(until=Offset(0), levy=Rate(minor=10, per="day")),))
    due = date(2026, 4, 17).toordinal()
    found = Position(amount=15_000, due=due, effective=due, rules=rules, tolerance=0)
    assert (found.discount(due - 20), found.discount(due - 10), found.discount(due)) == (200, 100, 0)


@pytest.mark.law("protesto.triduo")
def test_no_title_goes_to_the_notary_on_a_day_of_reduced_bank_hours() -> None:
    """Ash Wednesday 18 February 2026 is no day of the three: it goes on Thursday."""
    rules = policy(act("protestar", "D+6 15:00", "protest", registrar="cartorio"))
    found = one(rules, [bill("2026-02-12")], "2026-02-13", "protestar")
    assert found.day == date(2026, 2, 19)


@pytest.mark.law("conteudo.rj")
@pytest.mark.law("conteudo.pr")
@pytest.mark.law("conteudo.pe")
def test_a_message_can_name_each_part_of_what_it_asks_for() -> None:
    """Original value, fine and interest, each by its name; together they are the amount."""
    found = schedule(USUAL, [invoice("nf-1", "1000.00", "2026-03-02", when="2026-02-20")], "2026-03-09")
    [contact] = [each for each in found.contacts if each.status == "due"]
    identity = CreditorIdentity(name="Loja", document="11.222.333/0001-81", address="Rua das Flores, 10")
    [item] = contact_variables(contact, today=date(2026, 3, 9), debtor={}, creditor=identity)["items"]
    parts = {
        name: item[name].replace("\u00a0", " ") for name in ("original", "principal", "fine", "interest", "amount")
    }
    assert parts == {
        "original": "R$ 1.000,00",
        "principal": "R$ 1.000,00",
        "fine": "R$ 20,00",
        "interest": "R$ 2,33",
        "amount": "R$ 1.022,33",
    }


@pytest.mark.law("conteudo.rj")
@pytest.mark.law("conteudo.pr")
@pytest.mark.law("conteudo.pe")
@pytest.mark.parametrize(
    "template",
    [
        *("atraso", "segundo-aviso", "terceiro-aviso", "ultimo-aviso", "comunicado", "promessa-quebrada", "proposta"),
        *("acordo-quebrado", "segunda-via", "segunda-via-cortes", "ligacao"),
    ],
)
def test_every_text_of_regua_that_asks_for_more_than_was_issued_says_why(template: str) -> None:
    """Original value, fine and interest stand in it, each by its name."""
    text = MessageBook.open().render(template, SPECIMEN).text.replace("\u00a0", " ")
    assert {part for part in ("R$ 150,00", "multa R$ 3,00", "juros R$ 0,20") if part not in text} == set()


@pytest.mark.parametrize(
    ("read", "wrong"),
    [
        pytest.param(documents.cnpj, "12.ABC.345/01DE-36", marks=pytest.mark.law("doc.cnpj")),
        pytest.param(documents.cnpj, "11.222.333/0001-82", marks=pytest.mark.law("doc.cnpj")),
        pytest.param(documents.cpf, "529.982.247-26", marks=pytest.mark.law("doc.cpf")),
        pytest.param(documents.cpf, "111.111.111-11", marks=pytest.mark.law("doc.cpf")),
    ],
)
def test_a_document_with_wrong_check_digits_is_refused(read: Callable[[str], str], wrong: str) -> None:
    """With letters as without."""
    with pytest.raises(DocumentError):
        read(wrong)
    assert documents.cnpj("12.ABC.345/01DE-35") == "12ABC34501DE35"
