"""Protest: of a title, with its proofs, not too early, not too late; and the letter of consent after."""

import pytest
from tests.core.shop import paid, policy, said, schedule, step
from tests.law.breaking import act, approved, bill, codes, one, only, told, when

from regua.core import events as ev

PROTEST = act("protestar", "D+10 10:00", "protest", registrar="cartorio")


@pytest.mark.law("protesto.titulo")
def test_a_duplicata_is_protested_with_its_invoice_and_the_proof_of_delivery() -> None:
    """One of the two is not enough; the proof may come later."""
    rules = policy(PROTEST, legal=only("protesto.titulo"))
    half = one(rules, [bill(kind="duplicata", documents=("invoice",))], "2026-03-12", "protestar")
    assert (half.status, codes(half)[0]) == ("waiting", ("legal-wait", "protesto.titulo"))
    assert half.reasons[0].facts["missing"] == "delivery-proof"
    whole = one(rules, [bill(kind="duplicata", documents=("invoice", "delivery-proof"))], "2026-03-12", "protestar")
    assert whole.status == "due"


@pytest.mark.law("protesto.titulo")
def test_a_receivable_of_unknown_kind_is_no_way_around() -> None:
    """A condominium fee is protested as a document of debt; of what says nothing the proofs are wanted."""
    rules = policy(PROTEST, legal=only("protesto.titulo", "multa.usura"))
    for kind in ("", "boleto", "duplicatas", "Duplicata"):
        assert one(rules, [bill(kind=kind)], "2026-03-12", "protestar").status == "waiting", kind
    assert one(rules, [bill(kind="condominium")], "2026-03-12", "protestar").status == "due"


@pytest.mark.law("protesto.titulo")
def test_a_protest_that_names_no_title_is_told() -> None:
    """Who protests a boleto protests nothing."""
    text = '[legal]\npacks = ["br"]\n[[step]]\nid = "protestar"\nat = "D+40 10:00"\nkind = "protest"\n'
    assert "protesto.titulo" in dict(told(f'{text}approval = "human"\n'))["protest-without-title"]


@pytest.mark.law("protesto.dias")
def test_a_protest_waits_for_the_30th_day() -> None:
    """Due on 2 March."""
    found = one(policy(PROTEST, legal=only("protesto.dias")), [bill()], "2026-03-12", "protestar")
    assert when(found)[:10] == "2026-04-01"
    assert ("legal-wait", "protesto.dias") in codes(found)


@pytest.mark.law("protesto.prescricao")
def test_the_notary_does_not_look_and_the_plan_does() -> None:
    """A duplicata is protested for three years, though the claim lives for five."""
    rules = policy(
        act("protestar", "D+1090 10:00", "protest", registrar="cartorio"),
        act("tarde", "D+1097 10:00", "protest", registrar="cartorio"),
        step("carta", "D+1100 10:00"),
        legal=only("protesto.prescricao", "presc.extrajudicial", "presc.5a", "presc.duplicata"),
    )
    facts = [bill("2023-03-02", "duplicata", when="2023-02-01")]
    assert one(rules, facts, "2026-02-24", "protestar").status == "due"
    late = one(rules, facts, "2026-03-03", "tarde")
    assert (late.status, codes(late)[0]) == ("ended", ("time-barred", "protesto.prescricao"))
    assert late.reasons[0].facts["term"] == "presc.duplicata"
    assert one(rules, facts, "2026-03-03", "carta").status == "planned"


@pytest.mark.law("protesto.boleto_bloqueado")
def test_what_is_with_the_notary_is_neither_reminded_nor_asked_for() -> None:
    """It can be paid at the notary alone."""
    filed = said(ev.ProtestFiled, "apontado", "2026-03-10", receivable="nf-1", registrar="cartorio")
    rules = policy(step("carta", "D+15 10:00"), legal=only("protesto.boleto_bloqueado"))
    found = one(rules, [bill(), filed], "2026-03-18", "carta")
    assert (found.status, codes(found)[0][0]) == ("waiting", "with-notary")


@pytest.mark.law("protesto.anuencia")
def test_who_paid_gets_the_letter_of_consent() -> None:
    """Though the policy has no step for it, within five business days."""
    filed = said(ev.ProtestRegistered, "protestado", "2026-03-20", receivable="nf-1", registrar="cartorio")
    rules = policy(PROTEST, legal=only("protesto.anuencia"))
    found = schedule(rules, [bill(), filed, paid("150.00", "2026-04-09", "nf-1")], "2026-04-10")
    [letter] = [each for each in found.due if each.step == "owed:protesto.anuencia"]
    assert (letter.kind, letter.reasons[1].facts["deadline"]) == ("protest-withdrawal", "2026-04-16")


@pytest.mark.law("aprovacao.humana")
@pytest.mark.parametrize("kind", ["protest", "lawsuit"])
def test_a_person_approves_what_cannot_be_taken_back(kind: str) -> None:
    """Though the policy does not say so."""
    rules = policy(act("ato", "D+10 10:00", kind, registrar="cartorio"), legal=only("aprovacao.humana"))
    assert codes(one(rules, [bill()], "2026-03-12", "ato"))[0][0] == "awaiting-approval"
    assert one(rules, [bill(), approved("ato")], "2026-03-12", "ato").status == "due"
