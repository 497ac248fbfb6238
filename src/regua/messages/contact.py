"""From a contact to the variables of its message."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from attrs import frozen

from regua.core.events.word import OfferMade
from regua.core.money import Money
from regua.core.planning.schedule import Contact, Item
from regua.errors import MessageError
from regua.messages.declared import MOST_ITEMS, Value
from regua.messages.formats import date_text, money_text


@frozen(kw_only=True)
class CreditorIdentity:
    """Who the creditor is: in every message that asks for overdue money (CDC art. 42-A).

    Attributes:
        name: as debtors know it.
        document: CPF or CNPJ, as it is to be read.
        address: postal address.
    """

    name: str = ""
    document: str = ""
    address: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the attributes that are blank."""
        parts = {"name": self.name, "document": self.document, "address": self.address}
        return tuple(name for name, text in parts.items() if not text.strip())


def contact_variables(
    contact: Contact,
    *,
    today: date,
    debtor: Mapping[str, str],
    creditor: CreditorIdentity,
    in_time: Collection[str] = (),
    offer: OfferMade | None = None,
    boleto: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Value]:
    """Make the variables of one contact, as plain values.

    Args:
        contact: of a schedule.
        today: the civil day, in the debtor's zone, on which the amounts of its items are the balances.
        debtor: the record of the person, as the creditor keeps it; `name` is used, and may be missing.
        creditor: who is owed.
        in_time: receivables that the contact only reminds of, although it asks for others: they are not called late.
        offer: that is open for what the contact is about, or None.
        boleto: what is kept of a boleto over just what the contact asks, such as its `line` and `pix`; or nothing.

    Returns:
        A value for each of `VARIABLES`.

    Raises:
        MessageError: the creditor has no name, or asks for overdue money and lacks its document or address.
    """
    _identified(contact, creditor)
    return {
        "creditor_name": creditor.name,
        "creditor_document": creditor.document,
        "creditor_address": creditor.address,
        "debtor_name": debtor.get("name", ""),
        "items": [
            _item(item, today, is_late=contact.presses and item.receivable not in in_time)
            for item in contact.items[:MOST_ITEMS]
        ],
        "omitted": max(0, len(contact.items) - MOST_ITEMS),
        "total": _total(item.amount for item in contact.items),
        "today": date_text(today),
        "valid_until": date_text(contact.valid_until),
        "boleto_line": boleto.get("line", ""),
        "pix_code": boleto.get("pix", ""),
        "pay_url": "",
        "offer_amount": "" if offer is None else money_text(offer.amount),
        "offer_until": "" if offer is None else date_text(offer.valid_until),
    }


def _identified(contact: Contact, creditor: CreditorIdentity) -> None:
    needed = {"name", "document", "address"} if contact.presses else {"name"}
    lacking = [name for name in creditor.missing if name in needed]
    if lacking:
        asked = "a message that asks for overdue money names the creditor, its CPF or CNPJ and its address"
        raise MessageError([f"the creditor's {' and '.join(lacking)} is missing; {asked} (CDC art. 42-A)"])


def _item(item: Item, today: date, *, is_late: bool) -> dict[str, Any]:
    return {
        "receivable": item.receivable,
        "amount": money_text(item.amount),
        **_parts(item),
        "due": date_text(item.due),
        "days_overdue": max(0, (today - item.due).days) if is_late else 0,
    }


def _parts(item: Item) -> dict[str, str]:
    """What the amount consists of, all but `original` (Lei RJ 6.854/2014 art. 2, Lei PE 16.559/2019 art. 26-A)."""
    sums = {"original": 0, "principal": 0, "discount": 0, "fine": 0, "interest": 0, "correction": 0}
    parts, currency = item.breakdown, item.amount.currency
    for component in parts:
        if component.name == "principal" and component.base is not None:
            sums["original"] = component.base.minor
        sums["principal" if component.name == "rebate" else component.name] += component.amount.minor
    sums["discount"] *= -1
    always = ("original", "principal") if parts else ()
    return {name: money_text(Money(minor, currency)) if minor or name in always else "" for name, minor in sums.items()}


def _total(amounts: Iterable[Money]) -> str:
    """The sum, one for each currency, in the order of their codes."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return " + ".join(money_text(sums[currency]) for currency in sorted(sums))
