"""From the actions of one contact to the variables of its message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import frozen

from regua.core.money import Money
from regua.core.planning.schedule import Action
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
    actions: Sequence[Action],
    *,
    due: Mapping[str, date],
    today: date,
    debtor: Mapping[str, str],
    creditor: CreditorIdentity,
    valid_until: date | None = None,
) -> dict[str, Value]:
    """Make the variables of one contact, as plain values.

    Args:
        actions: those that the contact carries, the carrier first; two about one receivable give one item.
        due: due dates by receivable, as printed, not moved to a business day.
        today: the civil day, in the debtor's zone, on which the amounts of the actions are the balances.
        debtor: the record of the person, as the creditor keeps it; `name` is used, and may be missing.
        creditor: who is owed.
        valid_until: last day on which the amounts hold, or None.

    Returns:
        A value for each of `VARIABLES`.

    Raises:
        MessageError: the creditor has no name, or asks for overdue money and lacks its document or address.
    """
    _identified(actions, creditor)
    mentioned = _by_receivable(actions, due)
    return {
        "creditor_name": creditor.name,
        "creditor_document": creditor.document,
        "creditor_address": creditor.address,
        "debtor_name": debtor.get("name", ""),
        "items": [_item(action, due.get(action.receivable), today) for action in mentioned[:MOST_ITEMS]],
        "omitted": max(0, len(mentioned) - MOST_ITEMS),
        "total": _total(action.amount for action in mentioned if action.amount is not None),
        "today": date_text(today),
        "valid_until": date_text(valid_until),
    }


def _identified(actions: Sequence[Action], creditor: CreditorIdentity) -> None:
    needed = {"name", "document", "address"} if any(action.presses for action in actions) else {"name"}
    lacking = [name for name in creditor.missing if name in needed]
    if lacking:
        asked = "a message that asks for overdue money names the creditor, its CPF or CNPJ and its address"
        raise MessageError([f"the creditor's {' and '.join(lacking)} is missing; {asked} (CDC art. 42-A)"])


def _by_receivable(actions: Sequence[Action], due: Mapping[str, date]) -> list[Action]:
    """The first action about each receivable, oldest due first, those without a due date last."""
    first: dict[str, Action] = {}
    for action in actions:
        if action.receivable:
            first.setdefault(action.receivable, action)
    return sorted(first.values(), key=lambda action: (due.get(action.receivable, date.max), action.receivable))


def _item(action: Action, due: date | None, today: date) -> dict[str, Any]:
    late = (today - due).days if due is not None and action.presses else 0
    return {
        "receivable": action.receivable,
        "amount": "" if action.amount is None else money_text(action.amount),
        "due": date_text(due),
        "days_overdue": max(0, late),
    }


def _total(amounts: Iterable[Money]) -> str:
    """The sum, one for each currency, in the order of their codes."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return " + ".join(money_text(sums[currency]) for currency in sorted(sums))
