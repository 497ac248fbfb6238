import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.docs.pages import ROOT, all_pages

from regua.messages import SPECIMEN, MessageBook

BOOK = MessageBook.open()
FILES = ROOT / "src/regua/data/messages/pt-BR"
GOLDEN = ROOT / "tests/golden/messages"
ON_TIME = {"lembrete", "vespera", "vencimento"}
AFTERWARDS = {"obrigado", "desculpa"}
PRESSING = BOOK.names() - ON_TIME - AFTERWARDS
SECOND = {
    **dict.fromkeys(("original", "principal", "discount", "fine", "interest", "correction"), ""),
    "receivable": "nf-2",
    "amount": "R$ 1.080,50",
    "due": "21/04/2026",
    "days_overdue": 1,
}


def contact(*, items: int, late: bool = True) -> dict[str, Any]:
    """The specimen with one item, or with two and no name."""
    first = SPECIMEN["items"][0]  # type: ignore[index]
    chosen = [dict(item) for item in (first, SECOND)[:items]]
    for item in chosen:
        item["days_overdue"] *= late
    two = {"total": "R$ 1.233,70", "debtor_name": "", "valid_until": ""} if items > 1 else {}
    return {**SPECIMEN, "items": chosen, **two}


@pytest.mark.parametrize("items", [1, 2])
@pytest.mark.parametrize("name", sorted(BOOK.names()))
def test_a_text_reads_as_it_was_approved(name: str, items: int):
    """Changed on purpose alone, and read by somebody in `tests/golden/messages`."""
    rendered = BOOK.render(name, contact(items=items, late=name in PRESSING))
    golden = (GOLDEN / f"{name}-{items}.txt").read_text(encoding="utf-8")
    assert f"Assunto: {rendered.subject}\n\n{rendered.text}\n" == golden


def test_no_golden_text_is_left_over():
    """Each belongs to a message that is there."""
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}-{n}.txt" for name in BOOK.names() for n in (1, 2)}


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


@pytest.mark.parametrize("name", sorted(PRESSING))
def test_who_asks_for_overdue_money_says_who_they_are(name: str):
    """CDC art. 42-A: name, CPF or CNPJ, and address."""
    text = BOOK.render(name, SPECIMEN).text
    assert all(part in text for part in ("Loja da Ana", "11.222.333/0001-81", "Rua das Flores, 10, São Paulo"))


@pytest.mark.parametrize("name", sorted(PRESSING))
def test_a_demand_can_be_checked_and_answered(name: str):
    """Each amount with its due date and days; what to do who has paid, or does not owe it."""
    text = BOOK.render(name, contact(items=2)).text
    assert "nf-1: R$ 153,20, vencimento em 18/04/2026, 4 dias de atraso\n" in text
    assert "nf-2: R$ 1.080,50, vencimento em 21/04/2026, 1 dia de atraso\n" in text
    assert "R$ 1.233,70" in text
    assert "Se você já pagou" in text
    assert "Se não reconhece" in text
    assert "responda a esta mensagem" in text


@pytest.mark.parametrize("name", sorted(PRESSING))
def test_a_demand_says_what_each_amount_consists_of(name: str):
    """Lei RJ 6.854/2014 art. 2: the original value, interest, fine and all else by its name."""
    demand = contact(items=1)
    demand["items"][0] |= {"principal": "R$ 50,00", "correction": "R$ 0,90", "discount": "R$ 1,00"}
    text = BOOK.render(name, demand).text
    parts = "em aberto R$ 50,00, correção R$ 0,90, multa R$ 3,00, juros R$ 0,20, desconto R$ 1,00"
    assert f"  (valor original R$ 150,00, {parts})\n" in text


@pytest.mark.parametrize("name", sorted(PRESSING))
def test_what_may_still_be_paid_in_time_is_not_called_late(name: str):
    """A reminder goes with what is overdue in one message, which says which is which."""
    text = BOOK.render(name, contact(items=2, late=False)).text
    assert "nf-2: R$ 1.080,50, vencimento em 21/04/2026, dentro do prazo\n" in text
    assert "de atraso" not in text


@pytest.mark.parametrize("name", sorted(PRESSING))
def test_a_subject_does_not_tell_that_somebody_owes(name: str):
    """Others may see it: a shared inbox, a locked screen (CDC art. 42; LGPD art. 6)."""
    subject = BOOK.render(name, SPECIMEN).subject.casefold()
    telling = "atras|débit|divid|dívid|deve|pag|cobran|venc|valor|boleto|fatura|pend|aberto|aviso|urgen|r\\$"
    assert re.search(telling, subject) is None
    assert "bruno" not in subject


@pytest.mark.parametrize("name", sorted(BOOK.names()))
def test_no_text_threatens_or_shames(name: str):
    """CDC arts. 42 and 71."""
    text = (FILES / f"{name}.txt.j2").read_text(encoding="utf-8").casefold()
    threats = "protest|negativ|serasa|spc|justiça|judicia|processo|advogad|penhor|consequ|sob pena|bloque"
    shame = "nome sujo|caloteir|inadimpl|devedor|imediat|urgent|!"
    assert re.search(f"{threats}|{shame}", text.replace("{%", "")) is None


@pytest.mark.parametrize("name", sorted(BOOK.names()))
def test_a_text_without_a_name_still_greets(name: str):
    """Whose name is not kept, or was erased, is greeted all the same."""
    assert BOOK.render(name, {**SPECIMEN, "debtor_name": ""}).text.startswith("Olá.\n")


@pytest.mark.parametrize("name", sorted(ON_TIME | AFTERWARDS))
def test_what_does_not_press_counts_no_days(name: str):
    """Nobody is called late who is not asked for anything."""
    assert "atraso" not in BOOK.render(name, SPECIMEN).text


@pytest.mark.parametrize("name", sorted(ON_TIME | AFTERWARDS))
def test_what_does_not_press_does_without_document_and_address(name: str):
    """No line is left with nothing behind its colon."""
    text = BOOK.render(name, {**SPECIMEN, "creditor_document": "", "creditor_address": ""}).text
    assert text.endswith("\n\nLoja da Ana")


@pytest.mark.parametrize("name", sorted(PRESSING | ON_TIME))
def test_a_list_that_was_cut_says_so(name: str):
    """With the total of everything."""
    text = BOOK.render(name, {**SPECIMEN, "omitted": 7, "total": "R$ 999,00"}).text
    assert "e mais 7 que não cabem nesta mensagem" in text
    assert f"Total em {date(2026, 4, 22):%d/%m/%Y}: R$ 999,00" in text


def test_shipped_texts_end_in_a_line_feed():
    """As every text file of the repository."""
    assert all(Path(path).read_bytes().endswith(b"\n") for path in FILES.iterdir())
