"""Facts of people who do not exist: invoices as a test writes them, and addresses that reach nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from attrs import field, frozen

from regua.core.dates import civil_date, parse_date
from regua.core.events import ContactPointAdded, Event
from regua.core.events.debtor import DebtorProfile
from regua.core.money import Money
from regua.testing.clock import When

PERSON: Final = "person"
"""The reference of a debtor's own record."""

_ADDRESSED: Final = ("mail", "letter", "carta")
"""What the names of channels contain that reach no telephone."""

Records = Mapping[str, Mapping[str, str]]


def _due(value: date | str) -> date:
    return parse_date(value) if isinstance(value, str) else civil_date(value)


@frozen(kw_only=True)
class Invoice:
    """An invoice of a simulated debtor.

    Attributes:
        due: civil due date, or `YYYY-MM-DD`.
        amount: principal: `"150.00"`, in the policy's currency, or `Money`.
        id: of the receivable, unique for the debtor; "" for `nf-1`, `nf-2`, ….
        issued: when it was issued and recorded; None for now. A later one is issued then.
        kind: kind of title, such as `"services"`.
        policy: id of the policy that governs it, or "" for the engine's choice.
    """

    due: date = field(converter=_due)
    amount: Money | Decimal | str | int
    id: str = ""
    issued: When | None = None
    kind: str = ""
    policy: str = ""

    def principal(self, currency: str) -> Money:
        """The amount, of that currency where it names none."""
        return self.amount if isinstance(self.amount, Money) else Money.of(self.amount, currency)


def invoice_of(given: Invoice | Mapping[str, Any]) -> Invoice:
    """Read an invoice that may be written as a mapping."""
    return given if isinstance(given, Invoice) else Invoice(**given)


def is_telephone(channel: str) -> bool:
    """Whether a channel of that name reaches telephones."""
    return not any(word in channel.lower() for word in _ADDRESSED)


def points_of(channels: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The contact points of a simulated debtor, each with the channels that reach it."""
    phones = tuple(channel for channel in channels if is_telephone(channel))
    others = tuple(channel for channel in channels if not is_telephone(channel))
    return {name: found for name, found in (("email", others), ("phone", phones)) if found}


def address(number: int, channels: Sequence[str]) -> str:
    """An address that reaches nobody: RFC 2606, or a telephone number of an area code that Brazil does not use."""
    return f"+5520{900000000 + number}" if is_telephone(channels[0]) else f"devedor-{number}@example.invalid"


def personal_data(event: Event, number: int) -> Records:
    """The records that an event refers to, of somebody who does not exist.

    Args:
        event: any fact.
        number: of the debtor.
    """
    if isinstance(event, ContactPointAdded):
        return {event.ref: {"address": address(number, event.channels)}}
    if isinstance(event, DebtorProfile) and event.person:
        return {event.person: {"name": f"Devedor {number}"}}
    return {}
