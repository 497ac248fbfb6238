from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from regua.core.charges import Balance, Position
from regua.core.money import Money
from regua.core.planning.schedule import Contact, Item
from regua.core.rules import ChargeRules, Levy, Rate
from regua.core.tones import Tone
from regua.errors import MessageError
from regua.messages import VARIABLES, CreditorIdentity, contact_variables
from regua.messages.formats import date_text, money_text

SHOP = CreditorIdentity(name="Loja da Ana", document="11.222.333/0001-81", address="Rua das Flores, 10, São Paulo")
TODAY = date(2026, 4, 22)
OWED = Money(15320)


RULES = ChargeRules(fine=Levy(share=Fraction(1, 50)), interest=Rate(share=Fraction(1, 100)))
PARTS = {
    "original": "R$ 150,00",
    "principal": "R$ 150,00",
    "discount": "",
    "fine": "R$ 3,00",
    "interest": "R$ 0,20",
    "correction": "",
}


def item(receivable: str = "nf-1", amount: Money = OWED, due: date = date(2026, 4, 18)) -> Item:
    """A receivable that a contact is about, due on Saturday 18 April."""
    position = Position(amount=15_000, due=due.toordinal(), effective=due.toordinal() + 2, rules=RULES, tolerance=0)
    balance = Balance(position, TODAY.toordinal(), "BRL")
    return Item(receivable=receivable, amount=amount, due=due, action=f"id-{receivable}", balance=balance)


def contact(*items: Item, presses: bool = True, valid_until: date | None = None) -> Contact:
    """A contact as a plan gives it."""
    return Contact(
        id="id-nf-1/1",
        carrier="id-nf-1",
        members=tuple(each.action for each in items) or ("id-nf-1",),
        items=items,
        status="due",
        day=TODAY,
        at=1776862800000000,
        zone="America/Sao_Paulo",
        channel="email",
        point="email",
        tone=Tone.COURTEOUS,
        template="atraso",
        presses=presses,
        valid_until=valid_until,
    )


def variables(about: Contact | None = None, **others: Any) -> dict[str, Any]:
    """The variables of a contact of Loja da Ana with Bruno, about one receivable unless told otherwise."""
    known = {"today": TODAY, "debtor": {"name": "Bruno Lima"}, "creditor": SHOP, **others}
    return contact_variables(about or contact(item()), **known)


def test_a_contact_about_one_receivable():
    """What is owed, since when and by whom, as people write it."""
    assert variables(contact(item(), valid_until=date(2026, 4, 25))) == {
        "creditor_name": "Loja da Ana",
        "creditor_document": "11.222.333/0001-81",
        "creditor_address": "Rua das Flores, 10, São Paulo",
        "debtor_name": "Bruno Lima",
        "items": [{"receivable": "nf-1", "amount": "R$ 153,20", **PARTS, "due": "18/04/2026", "days_overdue": 4}],
        "omitted": 0,
        "total": "R$ 153,20",
        "today": "22/04/2026",
        "valid_until": "25/04/2026",
        **dict.fromkeys(("boleto_line", "pix_code", "pay_url", "offer_amount", "offer_until"), ""),
    }


def test_every_variable_is_given():
    """None that is declared is left out, and no other is given."""
    assert variables().keys() == VARIABLES.keys()


def test_several_receivables_are_listed_as_the_plan_orders_them():
    """What is only listed is owed like the rest; the total is of all."""
    older = Item(receivable="nf-2", amount=Money(9000), due=date(2026, 4, 10))
    found = variables(contact(older, item("nf-1")))
    assert [each["receivable"] for each in found["items"]] == ["nf-2", "nf-1"]
    assert [each["days_overdue"] for each in found["items"]] == [12, 4]
    assert found["total"] == "R$ 243,20"


def test_a_contact_about_the_debtor_has_no_item():
    """It has no receivable, so there is nothing to list and nothing to add."""
    found = variables(contact())
    assert (found["items"], found["total"]) == ([], "")


def test_what_does_not_press_is_not_called_late():
    """A bill due on Saturday is paid in time on Monday: its reminder on that day counts no days."""
    [told] = variables(contact(item(), presses=False))["items"]
    assert told["days_overdue"] == 0


def test_what_goes_with_pressure_and_is_only_reminded_of_is_not_called_late():
    """Due on Saturday and payable until Monday, beside what is overdue."""
    found = variables(contact(item("nf-1"), item("nf-2")), in_time={"nf-2"})
    assert [told["days_overdue"] for told in found["items"]] == [4, 0]


def test_before_the_due_date_no_day_is_late():
    """Days never count backwards: a reminder may go with what presses."""
    [told] = variables(contact(item(due=date(2026, 4, 30))))["items"]
    assert (told["due"], told["days_overdue"]) == ("30/04/2026", 0)


def test_what_is_not_known_is_empty():
    """A name that is not kept or was erased, a day that nobody quoted."""
    found = variables(debtor={})
    assert (found["debtor_name"], found["valid_until"]) == ("", "")


def test_a_long_list_says_how_many_it_leaves_out():
    """The total is of all of them."""
    found = variables(contact(*(item(f"nf-{number:03}", Money(100)) for number in range(70))))
    assert (len(found["items"]), found["omitted"], found["total"]) == (60, 10, "R$ 70,00")


def test_currencies_are_added_apart():
    """There is no sum of reais and dollars."""
    assert variables(contact(item(), item("nf-2", Money(100, "USD"))))["total"] == "R$ 153,20 + USD 1,00"


@pytest.mark.parametrize("part", ["name", "document", "address"])
def test_who_asks_for_overdue_money_says_who_they_are(part: str):
    """CDC art. 42-A: name, CPF or CNPJ, and address, in every document of collection."""
    identity = {"name": "Loja", "document": "11.222.333/0001-81", "address": "Rua 1", part: " "}
    with pytest.raises(MessageError, match=f"the creditor's {part} is missing.*42-A"):
        variables(creditor=CreditorIdentity(**identity))


def test_a_reminder_needs_the_name_alone():
    """Nothing overdue is asked for; who writes is always said."""
    assert variables(contact(item(), presses=False), creditor=CreditorIdentity(name="Loja"))["creditor_address"] == ""
    with pytest.raises(MessageError, match="the creditor's name is missing"):
        variables(contact(item(), presses=False), creditor=CreditorIdentity())


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
