import html
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.docs.pages import ROOT, all_pages

from regua.messages import SPECIMEN, MessageBook
from regua.messages.sms import Segments, segments

BOOK = MessageBook.open()
FILES = ROOT / "src/regua/data/messages/pt-BR"
GOLDEN = ROOT / "tests/golden/messages"
CHANNELS = ("", "whatsapp", "sms")
ON_TIME = {"lembrete", "vespera", "vencimento"}
AFTERWARDS = {"obrigado", "desculpa", "pesquisa", "vantagem", "dica"}
CALLS = {"ligacao"}
PRESSING = BOOK.names() - ON_TIME - AFTERWARDS - CALLS
WRITTEN = sorted(BOOK.names() - CALLS)
SECOND = {
    **dict.fromkeys(("original", "principal", "discount", "fine", "interest", "correction"), ""),
    "receivable": "nf-2",
    "amount": "R$ 1.080,50",
    "due": "21/04/2026",
    "days_overdue": 1,
}
PAYING = {
    "boleto_line": "00190.00009 01234.567891 23456.789012 3 84340000015320",
    "pix_code": "00020126360014br.gov.bcb.pix0114+5511987654321520400005303986540615",
    "pay_url": "https://loja.example.invalid/pagar?c=1&d=2",
}
each_text = pytest.mark.parametrize("name", WRITTEN)
each_demand = pytest.mark.parametrize("name", sorted(PRESSING))
by_mail_and_chat = pytest.mark.parametrize("channel", ["", "whatsapp"])


def contact(*, items: int, late: bool = True) -> dict[str, Any]:
    """The specimen with one item, or with two and no name."""
    first = SPECIMEN["items"][0]  # type: ignore[index]
    chosen = [dict(item) for item in (first, SECOND)[:items]]
    for item in chosen:
        item["days_overdue"] *= late
    two = {"total": "R$ 1.233,70", "debtor_name": "", "valid_until": ""} if items > 1 else {}
    return {**SPECIMEN, "items": chosen, **two}


APPROVED = {
    f"{name}{'.' if channel else ''}{channel}-{items}.txt": (name, channel, items)
    for name in sorted(BOOK.names())
    for channel, items in (("", 1), ("", 2), ("whatsapp", 1), ("sms", 1))
    if name not in CALLS or not channel
}


@pytest.mark.parametrize("file", APPROVED)
def test_a_text_reads_as_it_was_approved(file: str):
    """Changed on purpose alone, and read by somebody in `tests/golden/messages`."""
    name, channel, items = APPROVED[file]
    rendered = BOOK.render(name, contact(items=items, late=name not in ON_TIME | AFTERWARDS), channel=channel)
    head = f"Assunto: {rendered.subject}\n\n" if rendered.subject else ""
    assert f"{head}{rendered.text}\n" == (GOLDEN / file).read_text(encoding="utf-8")


def test_no_golden_text_is_left_over():
    """Each belongs to a message that is there."""
    assert {path.name for path in GOLDEN.iterdir()} == {*APPROVED}


def _templates(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        named = value.get("template", {})
        yield from named.values() if isinstance(named, dict) else [named]
        value = list(value.values())
    for each in value if isinstance(value, list) else []:
        yield from _templates(each)


def _policies() -> Iterator[str]:
    for path in [*(ROOT / "src/regua/data/policies").glob("*.toml"), *(ROOT / "tests/consumers").rglob("*.toml")]:
        yield path.read_text(encoding="utf-8")
    for page in all_pages():
        if page.name == "README.md" or page.path.parent.name == "tutorial":
            yield from (block.body for block in page.blocks if block.language == "toml")


def test_every_policy_that_is_shown_finds_its_messages():
    """The policy that comes with regua, those of the sample programs, of the README and of the tutorials."""
    named = {name for text in _policies() for name in _templates(tomllib.loads(text))}
    assert "segunda-via-cortes" in named
    assert named - BOOK.names() == set()


@each_demand
@by_mail_and_chat
def test_who_asks_for_overdue_money_says_who_they_are(name: str, channel: str):
    """CDC art. 42-A: name, CPF or CNPJ, and address."""
    text = BOOK.render(name, SPECIMEN, channel=channel).text
    assert all(part in text for part in ("Loja da Ana", "11.222.333/0001-81", "Rua das Flores, 10, São Paulo"))


@each_demand
@by_mail_and_chat
def test_a_demand_can_be_checked_and_answered(name: str, channel: str):
    """Each amount with its due date and days; what to do who has paid, or does not owe it, or wants no more of it."""
    text = BOOK.render(name, contact(items=2), channel=channel).text
    assert "- Conta a pagar nf-1: R$ 153,20\n  Venceu em 18/04/2026, há 4 dias\n" in text
    assert "- Conta a pagar nf-2: R$ 1.080,50\n  Venceu em 21/04/2026, há 1 dia\n" in text
    assert "Tudo junto, em 22/04/2026: R$ 1.233,70" in text
    assert all(part in text for part in ("Já pagou? Obrigado.", "Não reconhece alguma", "prefere não receber mais"))


@pytest.mark.parametrize("name", sorted(PRESSING | ON_TIME))
@by_mail_and_chat
def test_who_has_paid_is_told_so_before_how_to_pay(name: str, channel: str):
    """Nobody pays twice for having stopped reading early."""
    text = BOOK.render(name, {**SPECIMEN, **PAYING}, channel=channel).text
    assert text.index("Já pagou?") < text.index("Antes de confirmar")


@each_demand
@pytest.mark.parametrize("in_html", [False, True])
def test_a_demand_says_what_each_amount_consists_of(name: str, *, in_html: bool):
    """Lei RJ 6.854/2014 art. 2: the original value, interest, fine and all else by its name."""
    demand = contact(items=1)
    demand["items"][0] |= {"principal": "R$ 50,00", "correction": "R$ 0,90", "discount": "R$ 1,00"}
    told = BOOK.render(name, demand, html=in_html)
    whole = "valor da conta R$ 150,00, dos quais R$ 50,00 ainda em aberto"
    parts = (
        f"  Como chegamos a esse valor: {whole}, correção R$ 0,90, multa R$ 3,00, juros R$ 0,20, menos desconto R$ 1,00"
    )
    cells = re.findall(r'<th scope="row">(.+)</th><td>(.+)</td>', told.html)
    if in_html:
        names = ["Valor da conta", "Ainda em aberto", "Correção", "Multa", "Juros", "Menos desconto"]
        assert cells == list(zip(names, re.findall(r"R\$ \d+,\d\d", parts), strict=True))
    else:
        assert f"{parts}\n" in told.text


@each_demand
def test_what_may_still_be_paid_in_time_is_not_called_late(name: str):
    """A reminder goes with what is overdue in one message, which says which is which."""
    told = BOOK.render(name, contact(items=2, late=False), html=True)
    assert "- Conta a pagar nf-2: R$ 1.080,50\n  Vencimento em 21/04/2026, ainda no prazo\n" in told.text
    assert "<p>Vencimento em 21/04/2026, ainda no prazo</p>" in told.html
    assert re.search("Venceu|há \\d+ dia", told.text + told.html) is None


TELLING = (
    "atras|débit|debit|divid|dívid|deve|pag|cobran|venc|valor|boleto|fatura|pend|aberto|aviso|urgen|\\bcontas?\\b|r\\$"
)


@pytest.mark.parametrize("name", sorted(BOOK.names()))
def test_a_subject_does_not_tell_that_somebody_owes(name: str):
    """Others may see it: a shared inbox, a locked screen (CDC art. 42; LGPD art. 6)."""
    subject = BOOK.render(name, SPECIMEN).subject.casefold()
    assert re.search(TELLING, subject) is None
    assert "bruno" not in subject


@each_text
@by_mail_and_chat
def test_what_a_locked_screen_shows_tells_nothing(name: str, channel: str):
    """A hundred characters and more, beside the subject: greeting and who writes."""
    text = BOOK.render(name, {**SPECIMEN, "debtor_name": ""}, channel=channel).text
    assert re.search(TELLING, text[:120].casefold()) is None


@each_demand
def test_a_demand_by_sms_says_who_asks_and_then_for_what(name: str):
    """Whole and first who writes (CDC art. 42-A), which is what a locked screen shows; never the debtor's name."""
    by_sms = BOOK.render(name, {**SPECIMEN, "pay_url": ""}, channel="sms").text
    first, told = by_sms.split("\n", 1)
    assert first == "Loja da Ana, 11.222.333/0001-81, Rua das Flores, 10, Sao Paulo"
    assert "Conta nf-1, R$ 153,20, venceu em 18/04/2026. Este valor vale até 25/04/2026. Ja pagou? Obrigado." in told
    assert "Bruno" not in by_sms


@each_demand
def test_many_bills_by_sms_are_one_sum(name: str):
    """Three of them are named; what may still be paid in time is not called late."""
    two = BOOK.render(name, contact(items=2, late=False), channel="sms").text
    assert "Conta nf-2, R$ 1.080,50, vence em 21/04/2026." in two
    assert "venceu" not in two
    many = {**contact(items=2), "omitted": 4}
    assert "As suas contas somam R$ 1.233,70 em 22/04/2026." in BOOK.render(name, many, channel="sms").text


@pytest.mark.parametrize(
    ("paying", "said"),
    [
        (PAYING, f"Obrigado. Para ver e pagar: {PAYING['pay_url']}\n"),
        ({**PAYING, "pay_url": ""}, f"Obrigado. Boleto: {PAYING['boleto_line']}\n"),
    ],
)
def test_an_sms_says_one_way_to_pay(paying: dict[str, str], said: str):
    """The page, else the boleto; a Pix code is longer than an SMS."""
    text = BOOK.render("atraso", {**SPECIMEN, **paying}, channel="sms").text
    assert said in text
    assert PAYING["pix_code"] not in text


@pytest.mark.parametrize("name", sorted(ON_TIME))
def test_a_reminder_by_sms_tells_no_amount(name: str):
    """Which bill, and when; one that says all of them names none."""
    one, two = (BOOK.render(name, contact(items=count), channel="sms").text for count in (1, 2))
    assert "A conta nf-1 vence em 18/04/2026." in one
    assert "nf-" not in two
    assert "R$" not in one + two


@each_text
def test_an_sms_is_one_message_and_a_demand_two(name: str):
    """160 characters of its alphabet, or 306, also where the creditor's name is somewhat longer."""
    told = BOOK.render(name, {**SPECIMEN, "creditor_name": "Lojas São João do Ipê Ltda"}, channel="sms")
    assert told.text.startswith("Lojas Sao Joao do Ipe Ltda")
    assert segments(told.text) == Segments(encoding="GSM-7", units=len(told.text), count=1 + (name in PRESSING))


@pytest.mark.parametrize("name", sorted(BOOK.names()))
@pytest.mark.parametrize("channel", CHANNELS)
def test_no_text_threatens_or_shames(name: str, channel: str):
    """CDC arts. 42 and 71."""
    if (name, channel) in {("ligacao", "sms"), ("ligacao", "whatsapp")}:
        return
    told = BOOK.render(name, {**SPECIMEN, **PAYING}, channel=channel, html=True)
    threats = "protest|negativ|serasa|spc|justiça|judicia|processo|advogad|penhor|consequ|sob pena|bloque|últim|regist"
    shame = "nome sujo|caloteir|inadimpl|devedor|imediat|urgent|!"
    said = f"{told.subject} {told.text} {told.html.partition('<body>')[2]}".casefold()
    assert re.search(f"{threats}|{shame}", said) is None


@each_text
def test_a_text_without_a_name_still_greets(name: str):
    """Whose name is not kept, or was erased, is greeted all the same."""
    assert BOOK.render(name, {**SPECIMEN, "debtor_name": ""}).text.startswith("Olá.\n")


@pytest.mark.parametrize("name", sorted(ON_TIME | AFTERWARDS))
def test_what_does_not_press_counts_no_days(name: str):
    """Nobody is called late who is not asked for anything."""
    assert re.search("atraso|Venceu|há \\d", BOOK.render(name, SPECIMEN).text) is None


@pytest.mark.parametrize("name", sorted(ON_TIME | AFTERWARDS))
def test_what_does_not_press_does_without_document_and_address(name: str):
    """No line is left with nothing behind its colon."""
    text = BOOK.render(name, {**SPECIMEN, "creditor_document": "", "creditor_address": ""}).text
    assert text.endswith("\n\nLoja da Ana")


@pytest.mark.parametrize("name", sorted(PRESSING | ON_TIME))
@pytest.mark.parametrize("in_html", [False, True])
def test_a_list_that_was_cut_says_so(name: str, *, in_html: bool):
    """With the total of everything."""
    told = BOOK.render(name, {**SPECIMEN, "omitted": 7, "total": "R$ 999,00"}, html=in_html)
    text = re.sub("<[^>]+>", "", told.html) if in_html else told.text
    assert "e mais 7 que não cabem nesta mensagem" in text.replace("E mais", "e mais")
    assert f"Tudo junto, em {date(2026, 4, 22):%d/%m/%Y}: R$ 999,00" in text


@pytest.mark.parametrize("name", sorted(PRESSING | ON_TIME))
@by_mail_and_chat
def test_what_there_is_to_pay_with_stands_whole_on_a_line(name: str, channel: str):
    """To be copied; where there is nothing, no line asks for it."""
    given = BOOK.render(name, {**SPECIMEN, **PAYING}, channel=channel).text
    lines = given.splitlines()
    assert PAYING["boleto_line"] in lines
    assert PAYING["pix_code"] in lines
    assert any(line.endswith(PAYING["pay_url"]) for line in lines)
    without = BOOK.render(name, SPECIMEN, channel=channel).text
    assert re.search("Pix|digit|internet|Antes de confirmar", without) is None
    assert "\n\n\n" not in given + without


@pytest.mark.parametrize("name", sorted(PRESSING | ON_TIME))
@by_mail_and_chat
def test_of_several_ways_to_pay_one_is_enough(name: str, channel: str):
    """Else somebody pays the boleto and the Pix, too."""
    several = [("pay_url", "pix_code"), ("pay_url", "boleto_line"), ("pix_code", "boleto_line"), tuple(PAYING)]
    for ways in [*several, *((each,) for each in PAYING)]:
        told = BOOK.render(name, {**SPECIMEN, **{way: PAYING[way] for way in ways}}, channel=channel, html=True)
        said = "Escolha só uma destas formas: você paga uma vez só."
        assert (said in told.text) is (len(ways) > 1)
        assert (said in told.html) is (len(ways) > 1 and not channel)


def test_what_there_is_to_pay_with_stands_in_the_html():
    """The page behind a link, escaped; the codes as text."""
    told = BOOK.render("atraso", {**SPECIMEN, **PAYING}, html=True).html
    assert '<a href="https://loja.example.invalid/pagar?c=1&amp;d=2">' in told
    assert f'<p class="codigo">{PAYING["pix_code"]}</p>' in told
    assert "href" not in BOOK.render("atraso", SPECIMEN, html=True).html


@by_mail_and_chat
def test_an_offer_is_told_with_its_day(channel: str):
    """And that it may be declined; without one, none is invented."""
    offered = {**SPECIMEN, "offer_amount": "R$ 145,00", "offer_until": "30/04/2026"}
    told = BOOK.render("proposta", offered, channel=channel).text
    assert "Temos uma proposta: R$ 145,00, em vez do valor acima. Ela fica aberta até 30/04/2026." in told
    assert "Aceitar ou não é escolha sua." in told
    assert "Temos uma proposta" not in BOOK.render("proposta", SPECIMEN, channel=channel).text


def test_an_offer_stands_alone():
    """Codes over the whole amount beside it would be paid for it; who is offered nothing is promised nothing."""
    told = BOOK.render("proposta", {**SPECIMEN, **PAYING, "offer_amount": "R$ 145,00", "offer_until": "30/04/2026"})
    assert [code for code in PAYING.values() if code in told.text] == []
    assert "proposta" not in BOOK.render("proposta", SPECIMEN).subject
    offered = {**SPECIMEN, "offer_amount": "R$ 145,00", "offer_until": "30/04/2026"}
    by_sms = BOOK.render("proposta", offered, channel="sms").text
    assert "Temos uma proposta, R$ 145,00 até 30/04/2026: responda aqui." in by_sms


@pytest.mark.parametrize("name", ["pesquisa", "vantagem", "dica"])
@by_mail_and_chat
def test_what_nobody_needs_can_be_stopped(name: str, channel: str):
    """And says how to be sure who wrote it."""
    text = BOOK.render(name, SPECIMEN, channel=channel).text
    assert "prefere não receber mais mensagens por aqui?" in text
    assert "use um telefone ou endereço nosso que você já conhece" in text


@each_text
def test_html_says_what_the_text_says(name: str):
    """Every word of the text is in it, but those of lists that are tables there."""
    told = BOOK.render(name, contact(items=2), html=True)
    read = re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", told.html.partition("<body>")[2])))
    paragraphs = [" ".join(each.split()) for each in told.text.split("\n\n") if not each.startswith("- ")]
    lost = [each for each in paragraphs if each not in read and not each.startswith("Tudo junto")]
    assert lost == []
    assert all(amount in read for amount in re.findall(r"R\$ [\d.,]+\d", told.text))


def test_who_phones_tells_nobody_else():
    """The script says so before anything of the matter."""
    text = BOOK.render("ligacao", SPECIMEN).text
    assert text.index("Se for outra pessoa, não diga o assunto") < text.index("Ainda não encontramos")
    assert "Bruno Lima" in text
    assert text.index("Posso falar com Bruno Lima?") < text.index("Loja da Ana")


def test_who_phones_asks_for_nobody_without_a_name():
    """Whoever answers would be told that somebody there has a bill."""
    text = BOOK.render("ligacao", {**SPECIMEN, "debtor_name": ""}).text
    assert "Sem o nome, não ligue." in text
    assert "Posso falar" not in text


def test_the_reference_names_every_template_and_block():
    """None is brought in secret."""
    page = (ROOT / "docs/reference/messages.md").read_text(encoding="utf-8").partition("## What regua brings")[2]
    names = {path.name.partition(".")[0] for path in FILES.iterdir()}
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_shipped_texts_end_in_a_line_feed():
    """As every text file of the repository."""
    assert all(Path(path).read_bytes().endswith(b"\n") for path in FILES.iterdir())
