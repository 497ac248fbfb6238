"""The dossier of a debtor, from a real SQLite store."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import attrs
import pytest
from tests.reports.dossiers import ADDRESS, NAME, POLICY, SECRET, THIRD, chain, first_broken, lived
from tests.reports.specimens import HOSTILE
from tests.reports.test_page import Tags, read

from regua.core.events import (
    EVENT_TYPES,
    RANKS,
    ActionAttempted,
    AgreementSigned,
    ContactPointAdded,
    ContactPointRemoved,
    Instalment,
    ListingConfirmed,
    PaymentSettled,
    StepVetoed,
)
from regua.core.money import Money
from regua.core.planning.blockers import BLOCKERS, NOTES
from regua.core.policy import KINDS
from regua.core.tones import Tone
from regua.engine import CreditorSettings, Engine
from regua.engine.dossier import Dossier
from regua.engine.dossier.people import masked
from regua.engine.dossier.values import REFERENCES
from regua.reports.dossier import dossier_html, dossier_json, words
from regua.testing import Case, Invoice, Simulation


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The debtor, whom nothing more happens to in this module."""
    with lived(tmp_path_factory.mktemp("store")) as case:
        yield case


@pytest.fixture(scope="module")
def dossier(case: Case) -> Dossier:
    """As of the end."""
    return case.simulation.creditor.dossier("ana")


@pytest.fixture(scope="module")
def page(dossier: Dossier) -> str:
    """The same as a page."""
    return "".join(dossier_html(dossier))


def part(page: str, heading: str) -> str:
    """The text of one part of a page."""
    tags = Tags()
    tags.feed(page.partition(f". {heading}</h2>")[2].partition("<h2>")[0])
    return tags.text


def test_the_parts_come_in_order(page: str):
    """Who, the debt, its calculation, facts, contacts, approvals, decisions, legal acts, terms, and the chain."""
    found = [re.sub(r"\d+\. ", "", text) for text in re.findall(r"<h2>(.*?)</h2>", page)]
    assert found == [
        "Credor",
        "Devedor",
        "A dívida",
        "Cálculo em 24/04/2026",
        "Fatos",
        "Contatos e atos executados",
        "Aprovações e decisões de pessoas",
        "Decisões",
        "Atos legais e suas provas",
        "Prescrição e atos que a lei exige",
        "Cadeia de hashes",
    ]


def test_who_is_owed_and_who_owes(dossier: Dossier, page: str):
    """The creditor with document and address, the debtor by the fields that identify, points masked."""
    assert (dossier.creditor.name, dossier.creditor.document) == ("Loja Exemplo", "11.222.333/0001-81")
    assert dossier.debtor.record == {"name": NAME, "cpf": "11144477735"}
    assert dossier.debtor.withheld == ("mother_name",)
    points = {each.point: (each.owner, each.address) for each in dossier.debtor.points}
    assert points == {
        "email": ("debtor", "a***@example.invalid"),
        "phone": ("debtor", "***4321"),
        "rep": ("representative", ""),
    }
    assert "CPF111.444.777-35" in part(page, "Devedor").replace("\n", "")
    assert "de representante autorizado (sem dados)" in part(page, "Devedor")


def test_nothing_of_third_parties_is_in_the_bytes(dossier: Dossier, page: str):
    """Neither in the page nor in JSON, whatever is kept beside the debtor's own record; addresses stay masked."""
    written = (page, "".join(dossier_json(dossier)))
    assert [secret for text in written for secret in (*THIRD, *SECRET) if secret in text] == []


def test_hostile_names_do_no_harm(page: str):
    """They are text: no element, no turned direction, nothing that a template would compute."""
    tags = read(page)
    assert "Ana <script>alert(1)</script> \ufffdazuoS {{7*7}}" in tags.text
    assert tags.seen == {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "article", "pre"),
        *("div", "table", "caption", "thead", "tbody", "tr", "th", "td", "br"),
    }
    assert "\u202e" not in page
    assert "default-src 'none'" in page


def test_hostile_ids_do_no_harm(page: str):
    """Those of debtor, receivable, event, point and step are text too, and so is what is no character."""
    with Simulation(POLICY, start="2026-04-01") as sim:
        sim.creditor.keep(HOSTILE, {"person": {"name": "zero\0byte", HOSTILE: "x"}})
        case = sim.debtor(HOSTILE, invoices=[Invoice(id=HOSTILE, due="2026-04-18", amount="150.00", kind=HOSTILE)])
        case.record(ContactPointAdded, point=HOSTILE, channels=(HOSTILE,), owner="representative")
        case.record(StepVetoed, receivable=HOSTILE, step=HOSTILE, by=HOSTILE, reason=f"{HOSTILE}\n</pre><b>")
        sim.advance(until=date(2026, 5, 1))
        hostile = "".join(dossier_html(sim.creditor.dossier(HOSTILE)))
    tags = read(hostile)
    assert tags.seen == read(page).seen
    assert f"Dossiê do devedor {HOSTILE}".replace("\u202e", "\ufffd") in tags.text
    assert "zero\ufffdbyte" in tags.text
    assert "\u202e" not in hostile
    assert first_broken(hostile) is None


def test_facts_in_order_with_both_times(case: Case, dossier: Dossier, page: str):
    """By when they took effect, rank and id; a fact that was taken back stays, and says so."""
    events = [fact.event for fact in dossier.facts]
    assert events == sorted(case.events, key=lambda event: (event.at_us, RANKS[type(event)], event.id))
    assert [fact.event.id for fact in dossier.facts if fact.retracted] == ["ana/payment.settled-2"]
    row = next(row for row in page.split("<tr>") if "ana/payment.settled-1" in row and "[payment.settled]" in row)
    assert row.count("30/03/2026 00:00:00") == 2
    assert page.count("retirado depois: nada se baseia nele") == 1


def test_a_receivable_tells_its_terms_and_what_became_of_it(dossier: Dossier):
    """Issue, amendment, proofs, promise, settlement and listing, each with its event."""
    first, second, third = dossier.receivables
    assert [(str(each.amount), str(each.rebate), each.event) for each in second.terms] == [
        ("1200.00 BRL", "None", "ana/invoice.issued-2"),
        ("1200.00 BRL", "50.00 BRL", "ana/invoice.amended-1"),
    ]
    assert second.documents == ("contract",)
    assert [state.code for state in first.states] == ["promised", "settled"]
    assert (first.terms[0].due, first.terms[0].effective) == (date(2026, 3, 14), date(2026, 3, 16))
    assert "listed" in [state.code for state in second.states]
    assert third.states[0].code == "disputed"


def test_the_calculation_adds_up_to_the_plan(case: Case, dossier: Dossier):
    """Base, days, rate and source of each part; the sum is what the schedule asks."""
    assert [each.balance for each in dossier.receivables] == [case.balance(name) for name in ("nf-1", "nf-2", "nf-3")]
    assert [each.balance.minor for each in dossier.receivables] == [155_05, 1186_42, 92_45]
    fine, interest = (each for each in dossier.receivables[0].parts if each.kind in {"fine", "interest"})
    assert (str(fine.amount), fine.rate, fine.ground) == ("3.00 BRL", "2%", "agreed")
    assert (str(interest.amount), str(interest.base), interest.days) == ("2.05 BRL", "150.00 BRL", 41)
    assert re.fullmatch(r"padrao@7:\d+:\d+", interest.source)


def test_the_worked_example():
    """Due on Saturday 18 April, asked on the 22nd: R$ 150,00 + R$ 3,00 + R$ 0,20 = R$ 153,20."""
    with Simulation(POLICY, start="2026-04-01") as sim:
        sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-04-18", amount="150.00")])
        sim.advance(until=date(2026, 4, 23))
        page = "".join(dossier_html(sim.creditor.dossier("ana", as_of=sim.instant(date(2026, 4, 22)))))
    said = part(page, "Cálculo em 22/04/2026").replace("\N{NO-BREAK SPACE}", " ")
    assert "4 dias a 1,00% ao mês sobre R$ 150,00 = 20 centavos" in said
    assert said.rstrip().endswith("R$ 153,20")


def test_what_was_sent_can_be_proved(case: Case, dossier: Dossier):
    """The hash of a contact is that of the message which the channel got, and stands in the fact too."""
    sent = {
        sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        for name in case.simulation.channels
        for message in case.simulation.channel(name).asked
        for parts in [{"to": message.to, "subject": message.subject, "text": message.text, "html": message.html}]
    }
    messages = [each for each in dossier.contacts if each.kind == "message"]
    assert len(messages) > 5
    assert {each.content for each in messages} == sent
    began = [event for event in case.events if isinstance(event, ActionAttempted)]
    assert {event.content for event in began} == {each.content for each in dossier.contacts}


def test_a_contact_tells_what_it_said_and_what_became_of_it(dossier: Dossier, page: str):
    """Point, tone, template, each receivable with its amount then, and every word with its time."""
    both = next(each for each in dossier.contacts if len(each.told) > 1)
    assert {member.receivable for member in both.members} <= {told.receivable for told in both.told}
    assert [told.amount for told in both.told] == [
        sum((each.amount for each in told.parts), Money(0)) for told in both.told
    ]
    assert [each.type for each in both.outcomes] == ["action.attempted", "action.sent", "action.delivered"]
    assert all(each.at_us == both.at_us for each in both.outcomes)
    assert {each.address for each in dossier.contacts if each.kind == "message"} == {"a***@example.invalid", "***4321"}
    assert [each.differences for each in dossier.contacts if each.differences] == []
    assert "a decisão refeita confere" in part(page, "Contatos e atos executados")


def test_approvals_and_legal_acts_stand_by_themselves(page: str):
    """Who decided; the registrar's numbers."""
    assert "por: diretora" in part(page, "Aprovações e decisões de pessoas")
    acts = part(page, "Atos legais e suas provas")
    assert "negativação confirmada [listing.confirmed]" in acts
    assert "número: AR-77" in acts
    assert "payment" not in acts


def test_a_representative_is_contacted():
    """The contact says that it was a representative, and where is nobody's to know."""
    with Simulation(POLICY, start="2026-04-01") as sim:
        sim.creditor.keep("ana", {"rep": {"address": "rep@example.invalid"}})
        case = sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-04-18", amount="150.00")], channels=["email"])
        case.record(ContactPointRemoved, point="email")
        case.record(ContactPointAdded, point="rep", channels=("email",), ref="rep", owner="representative")
        sim.advance(until=date(2026, 4, 16))
        page = "".join(dossier_html(sim.creditor.dossier("ana")))
        assert sim.channel("email").asked[0].to == "rep@example.invalid"
    assert "rep: de representante autorizado (sem dados)" in part(page, "Contatos e atos executados")
    assert "rep@" not in page


def test_an_agreement_stands_with_what_it_replaced():
    """The original names it, its instalments too, and the fact tells what was agreed."""
    with Simulation(POLICY, start="2026-04-01") as sim:
        case = sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-04-18", amount="150.00")])
        parts = tuple(
            Instalment(receivable=f"a/{number}", amount=Money.of("80.00"), due=date(2026, 5 + number, 4))
            for number in (0, 1)
        )
        case.record(AgreementSigned, agreement="a", receivables=("nf-1",), instalments=parts)
        dossier = sim.creditor.dossier("ana")
        page = "".join(dossier_html(dossier)).replace("\N{NO-BREAK SPACE}", " ")
    original, first, _ = dossier.receivables
    assert (original.replaced_by, original.states[0].code, first.instalment_of) == (("a",), "agreement-active", ("a",))
    assert "substituído por acordoa" in part(page, "A dívida")
    assert "parcela de acordoa" in part(page, "A dívida")
    assert "(título a/0, valor R$ 80,00, vencimento 04/05/2026)" in part(page, "Fatos")


def test_what_the_law_determines():
    """Prescription by rule and last day, and the delisting that is owed once the money is there, with its source."""
    law = POLICY.replace("[charges]", '[legal]\npacks = ["br", "br-consumer"]\n\n[charges]')
    with Simulation(law, start="2026-03-01") as sim:
        case = sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-03-14", amount="150.00", kind="services")])
        sim.advance(until=date(2026, 4, 20))
        case.record(ListingConfirmed, receivable="nf-1", registrar="bureau")
        case.pay("150.00", "nf-1")
        dossier = sim.creditor.dossier("ana")
        said = part("".join(dossier_html(dossier)), "Prescrição e atos que a lei exige")
    assert "14/03/202614/03/2031presc.5a" in said
    assert "owed:neg.baixa" in said
    assert "Súmula STJ 548" in said
    assert "regra neg.baixa" in said
    assert dossier.cover.policies[0].law


def test_every_action_has_its_decision(case: Case, dossier: Dossier):
    """With its reasons; steps that nothing asked for are told too."""
    actions = {each.id: each for each in case.schedule().all}
    decided = {each.action: each for each in dossier.decisions if each.action}
    assert decided.keys() == actions.keys()
    for name, decision in decided.items():
        assert [why.code for why in decision.reasons] == [reason.code for reason in actions[name].reasons]
        assert decision.status == actions[name].status
    assert any(each.status == "not-asked" for each in dossier.decisions)
    assert any(why.code == "vetoed" for each in dossier.decisions for why in each.reasons)


def test_the_chain_is_computed_again_from_the_page_alone(dossier: Dossier, page: str):
    """Every entry, in order; the last hash is printed above and below."""
    assert [text for text, _ in chain(page)] == [entry.text for entry in dossier.entries]
    assert first_broken(page) is None
    assert chain(page)[-1][1] == dossier.last_hash
    assert page.count(dossier.last_hash) == 3
    assert page.isascii() is False
    assert all(text.isascii() and text.isprintable() for text, _ in chain(page))


@pytest.mark.parametrize("section", ["cover", "creditor", "debtor", "receivable", "event", "contact", "decision"])
def test_one_changed_byte_breaks_the_chain(dossier: Dossier, page: str, section: str):
    """From the entry on in which it is, whatever the entry tells."""
    entry = next(each for each in dossier.entries if each.section == section)
    start = page.index(f'<article id="registro-{entry.number}">')
    for place in (page.index('<pre class="registro">', start) + 40, page.index('<pre class="hash">', start) + 20):
        changed = f"{page[:place]}{'x' if page[place] != 'x' else 'y'}{page[place + 1 :]}"
        assert first_broken(changed) == entry.number


def test_an_entry_that_is_gone_breaks_the_chain(page: str):
    """So does one that changes its place."""
    articles = re.findall(r"<article.*?</article>\n", page, re.DOTALL)
    assert first_broken(page.replace(articles[20], "")) == 21
    assert first_broken(page.replace(articles[20] + articles[21], articles[21] + articles[20])) == 21


def test_the_same_store_and_day_give_the_same_bytes(case: Case, dossier: Dossier, page: str, tmp_path: Path):
    """Also from another engine, later, in another folder, which knows the policy's file by another name."""
    copied = tmp_path / "régua.toml"
    copied.write_text(POLICY, encoding="utf-8")
    settings = CreditorSettings(
        policies=[copied],
        name="Loja Exemplo",
        document="11.222.333/0001-81",
        address="Rua das Flores, 10, São Paulo",
    )
    channels = {name: case.simulation.channel(name) for name in case.simulation.channels}
    with Engine.open(
        store=case.simulation.store,
        creditors={"loja": settings},
        channels=channels,
        executors={"simulated": case.simulation.executor},
        now=lambda: dossier.cover.as_of_us + 9_000_000_000_000,
    ) as engine:
        again = engine.creditor("loja").dossier("ana", as_of=dossier.cover.as_of_us)
    assert "".join(dossier_html(again)) == page


def test_json_holds_the_chain(dossier: Dossier):
    """One object, an entry a line, from whose texts the hashes follow."""
    lines = list(dossier_json(dossier))
    said = json.loads("".join(lines))
    assert (said["type"], said["version"], said["last_hash"]) == ("dossier", 1, dossier.last_hash)
    before = "0" * 64
    for entry in said["entries"]:
        before = sha256(f"{before}\n{entry['text']}".encode()).hexdigest()
        assert before == entry["hash"]
    assert json.loads(said["entries"][0]["text"])["as_of"] == "2026-04-24T03:00:00Z"


def test_what_is_learnt_later_changes_no_earlier_dossier(tmp_path: Path):
    """Not even a payment that was made before."""
    with lived(tmp_path) as case:
        creditor, instant = case.simulation.creditor, case.simulation.instant(date(2026, 4, 10))
        before = "".join(dossier_html(creditor.dossier("ana", as_of=instant)))
        case.record(PaymentSettled, payment="late", amount=Money.of("150.00"), at=instant - 5, receivables=("nf-1",))
        case.record(ContactPointRemoved, point="phone")
        case.simulation.advance(days=3)
        assert "".join(dossier_html(creditor.dossier("ana", as_of=instant))) == before
        assert "ana/listing.requested-1" not in before


def test_erased_people_are_gone(tmp_path: Path):
    """The dossier says so; the ledger, the decisions and the hashes of what was sent stay."""
    with lived(tmp_path) as case:
        creditor = case.simulation.creditor
        before = creditor.dossier("ana")
        creditor.erase("ana")
        dossier = creditor.dossier("ana", as_of=before.cover.as_of_us)
        page = "".join(dossier_html(dossier))
    assert dossier.debtor.is_missing
    assert not dossier.debtor.record
    assert "foram apagados a pedido (LGPD, art. 18)" in part(page, "Devedor")
    assert not [text for text in (NAME, "Ana", "111.444", "11144477735", "a***@", "***4321", *THIRD) if text in page]
    assert (dossier.receivables, dossier.decisions) == (before.receivables, before.decisions)
    assert [each.content for each in dossier.contacts] == [each.content for each in before.contacts]
    assert first_broken(page) is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("bounced", ["action.attempted", "action.failed"]),
        ("unknown", ["action.attempted", "action.unknown"]),
        ("transient", ["action.attempted", "event.retracted"]),
    ],
)
def test_what_did_not_go_well_is_told(answer: str, words: list[str]):
    """Refused, unknown, or certainly not left: the attempt stands there with its hash and its words."""
    with Simulation(POLICY, start="2026-04-01") as sim:
        case = sim.debtor("ana", invoices=[Invoice(id="nf-1", due="2026-04-18", amount="150.00")], channels=["email"])
        sim.channel("email").answers(answer)
        sim.advance(until=date(2026, 4, 16))
        first = case.simulation.creditor.dossier("ana").contacts[0]
    assert [each.type for each in first.outcomes] == words
    assert len(first.content) == 64
    assert first.outcomes[-1].detail
    assert first.differences == ()


def test_evidence_without_a_fact_is_told(case: Case, dossier: Dossier):
    """What the log lacks is a difference, not a silence."""
    from regua.engine.dossier import Material, dossier_of

    book = case.simulation.creditor._book  # noqa: SLF001 - a log that lacks something is made by hand
    events = [event for event in book.store.load("loja", "ana").events if not event.id.endswith("/attempted")]
    [first, *_] = book.store.attempts("loja", "ana")
    material = Material(
        creditor="loja",
        debtor="ana",
        as_of=dossier.cover.as_of_us,
        recorded=[event for event in events if first.action not in event.id],
        plan=book.plan,
        stand=book.stand,
        evidence=[attrs.evolve(first, version=0)],
    )
    [told] = [each for each in dossier_of(material).contacts if each.key == first.key]
    assert told.outcomes == ()
    assert told.differences == ("status due, computed again not planned",)
    said = part("".join(dossier_html(dossier_of(material))), "Contatos e atos executados")
    assert "nenhum fato" in said
    assert "a decisão refeita difere:status due, computed again not planned" in said


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ana@example.invalid", "a***@example.invalid"),
        ("+55 11 98765-4321", "***4321"),
        ("4321", "***"),
        ("", ""),
        ("@", "***@"),
    ],
)
def test_masks(address: str, shown: str):
    """So much that its owner knows it again."""
    assert masked(address) == shown
    assert ADDRESS.partition("@")[0] not in masked(ADDRESS)


def _fields() -> set[str]:
    envelope = {"id", "creditor", "debtor", "at", "recorded_at", *REFERENCES}
    return {field.alias for cls, _ in EVENT_TYPES.values() for field in attrs.fields(cls)} - envelope


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.EVENTS, lambda: {*EVENT_TYPES}),
        (words.REASONS, lambda: {blocker.code for blocker in BLOCKERS} | {*NOTES}),
        (words.KINDS, lambda: {*KINDS}),
        (words.TONES, lambda: {tone.word for tone in Tone}),
        (words.FIELDS, _fields),
    ],
    ids=["events", "reasons", "kinds", "tones", "fields"],
)
def test_every_code_has_its_portuguese_word(table: dict[str, str], codes: Callable[[], set[str]]):
    """Nothing stands in a dossier in English alone."""
    assert codes() - table.keys() == set()


def test_nobody_is_known():
    """A debtor of whom nothing is recorded has an empty dossier, whose chain holds."""
    with Simulation(POLICY, start="2026-04-01") as sim:
        page = "".join(dossier_html(sim.creditor.dossier("nobody")))
    assert "Nenhum título." in page
    assert first_broken(page) is None
