from datetime import date
from typing import Any

import pytest

from regua.core.money import Money
from regua.core.planning.schedule import Action, Reason
from regua.core.tones import Tone
from regua.errors import MessageError
from regua.messages import VARIABLES, CreditorIdentity, contact_variables
from regua.messages.formats import date_text, money_text

SHOP = CreditorIdentity(name="Loja da Ana", document="11.222.333/0001-81", address="Rua das Flores, 10, São Paulo")
TODAY = date(2026, 4, 22)
DUE = {"nf-1": date(2026, 4, 18), "nf-2": date(2026, 4, 10)}


OWED = Money(15320)


def action(receivable: str = "nf-1", amount: Money | None = OWED, *, presses: bool = True) -> Action:
    """An action as a plan gives it."""
    return Action(
        id=f"id-{receivable}",
        creditor="loja",
        debtor="bruno",
        receivable=receivable,
        policy="boleto-b2c",
        policy_version=1,
        step="atraso",
        kind="message",
        occurrence="0",
        status="due",
        day=TODAY,
        at=1776862800000000,
        zone="America/Sao_Paulo",
        presses=presses,
        tone=Tone.COURTEOUS,
        asked_tone=Tone.COURTEOUS,
        channel="email",
        template="atraso",
        amount=amount,
        reasons=(Reason("due"),),
    )


def variables(*actions: Action, **others: Any) -> dict[str, Any]:
    """The variables of a contact of Loja da Ana with Bruno."""
    known = {"due": DUE, "today": TODAY, "debtor": {"name": "Bruno Lima"}, "creditor": SHOP, **others}
    return contact_variables(actions or (action(),), **known)


def test_a_contact_about_one_receivable():
    """What is owed, since when and by whom, as people write it."""
    assert variables(valid_until=date(2026, 4, 25)) == {
        "creditor_name": "Loja da Ana",
        "creditor_document": "11.222.333/0001-81",
        "creditor_address": "Rua das Flores, 10, São Paulo",
        "debtor_name": "Bruno Lima",
        "items": [{"receivable": "nf-1", "amount": "R$ 153,20", "due": "18/04/2026", "days_overdue": 4}],
        "omitted": 0,
        "total": "R$ 153,20",
        "today": "22/04/2026",
        "valid_until": "25/04/2026",
    }


def test_every_variable_is_given():
    """None that is declared is left out, and no other is given."""
    assert variables().keys() == VARIABLES.keys()


def test_the_oldest_comes_first_whoever_carries():
    """The carrier of a contact may be about the newer receivable; people read by date."""
    found = variables(action("nf-1"), action("nf-2", Money(9000)), action("nf-0"))
    assert [item["receivable"] for item in found["items"]] == ["nf-2", "nf-1", "nf-0"]
    assert found["total"] == "R$ 396,40"


def test_two_actions_about_one_receivable_are_one_item():
    """It is owed once, and is added once."""
    found = variables(action("nf-1"), action("nf-1"))
    assert (len(found["items"]), found["total"]) == (1, "R$ 153,20")


def test_an_action_about_the_debtor_is_no_item():
    """It has no receivable, so there is nothing to list and nothing to add."""
    found = variables(action("", None))
    assert (found["items"], found["total"]) == ([], "")


def test_what_does_not_press_is_not_called_late():
    """A bill due on Saturday is paid in time on Monday: its reminder on that day counts no days."""
    [item] = variables(action(presses=False))["items"]
    assert item["days_overdue"] == 0


def test_before_the_due_date_no_day_is_late():
    """Days never count backwards."""
    [item] = variables(due={"nf-1": date(2026, 4, 30)})["items"]
    assert (item["due"], item["days_overdue"]) == ("30/04/2026", 0)


def test_what_is_not_known_is_empty():
    """A name that is not kept or was erased, a due date or an amount that nobody gave, a day that nobody quoted."""
    found = variables(action("nf-9", None), debtor={})
    [item] = found["items"]
    assert (found["debtor_name"], found["valid_until"], item["due"], item["amount"]) == ("", "", "", "")


def test_a_long_list_says_how_many_it_leaves_out():
    """The total is of all of them."""
    found = variables(*(action(f"nf-{number:03}", Money(100)) for number in range(70)))
    assert (len(found["items"]), found["omitted"], found["total"]) == (60, 10, "R$ 70,00")


def test_currencies_are_added_apart():
    """There is no sum of reais and dollars."""
    assert variables(action(), action("nf-2", Money(100, "USD")))["total"] == "R$ 153,20 + USD 1,00"


@pytest.mark.parametrize("part", ["name", "document", "address"])
def test_who_asks_for_overdue_money_says_who_they_are(part: str):
    """CDC art. 42-A: name, CPF or CNPJ, and address, in every document of collection."""
    identity = {"name": "Loja", "document": "11.222.333/0001-81", "address": "Rua 1", part: " "}
    with pytest.raises(MessageError, match=f"the creditor's {part} is missing.*42-A"):
        variables(creditor=CreditorIdentity(**identity))


def test_a_reminder_needs_the_name_alone():
    """Nothing overdue is asked for; who writes is always said."""
    assert variables(action(presses=False), creditor=CreditorIdentity(name="Loja"))["creditor_address"] == ""
    with pytest.raises(MessageError, match="the creditor's name is missing"):
        variables(action(presses=False), creditor=CreditorIdentity())


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(0), "R$ 0,00"),
        (Money(5), "R$ 0,05"),
        (Money(15320), "R$ 153,20"),
        (Money(123456), "R$ 1.234,56"),
        (Money(123456789012), "R$ 1.234.567.890,12"),
        (Money(-50), "-R$ 0,50"),
        (Money(123456, "USD"), "USD 1.234,56"),
        (Money(1234, "JPY"), "JPY 1.234"),
        (Money(1234567, "KWD"), "KWD 1.234,567"),
    ],
)
def test_money_is_written_as_in_brazil(money: Money, text: str):
    """Points between thousands, a comma before the decimals of the currency."""
    assert money_text(money) == text


def test_dates_are_written_as_in_brazil():
    """Day, month, year."""
    assert (date_text(date(2026, 4, 8)), date_text(None)) == ("08/04/2026", "")
