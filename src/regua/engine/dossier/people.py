"""Who owes and who is owed, and nobody else: what a dossier tells of people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from regua.core.account import Account
from regua.core.events import ContactPointAdded
from regua.core.facts import ContactPoint
from regua.engine.dossier.values import CreditorShown, DebtorShown, PointShown
from regua.messages import CreditorIdentity

IDENTIFYING: Final = (
    "name",
    "trade_name",
    "document",
    "cpf",
    "cnpj",
    "rg",
    "birth_date",
    "address",
    "street",
    "number",
    "complement",
    "district",
    "city",
    "state",
    "postal_code",
    "cep",
    "country",
)
"""Fields of a person's record that say who it is and where; every other may be of a third party, and is not told."""

Kept = Mapping[str, Mapping[str, str]]
_DIGIT: Final = re.compile(r"\d")
_SHOWN_DIGITS: Final = 4
_LEAST_DIGITS: Final = 8
"""Digits below which nothing of a number is shown."""


def creditor_shown(creditor: str, identity: CreditorIdentity) -> CreditorShown:
    """Who is owed."""
    name, document, address = map(_clean, (identity.name, identity.document, identity.address))
    return CreditorShown(id=creditor, name=name, document=document, address=address)


def debtor_shown(account: Account, kept: Kept, as_of: int) -> DebtorShown:
    """Who owes: the record of the profile in force, and the contact points.

    Args:
        account: the debtor's facts.
        kept: the debtor's personal data by reference.
        as_of: instant.
    """
    profile = account.facts.profile.at(as_of)
    points = tuple(_points(account, kept, as_of))
    refs = [each.ref for each in account.facts.points.values() if each.ref]
    refs += [profile.person] if profile and profile.person else []
    missing = any(ref not in kept for ref in refs)
    if profile is None:
        return DebtorShown(id=account.debtor, points=points, is_missing=missing)
    record = {name: _clean(value) for name, value in kept.get(profile.person, {}).items()}
    return DebtorShown(
        id=account.debtor,
        kind=profile.kind,
        state=profile.state,
        city=profile.city,
        record={name: record[name] for name in IDENTIFYING if name in record},
        withheld=tuple(sorted(_clean(name) for name in record if name not in IDENTIFYING)),
        is_missing=missing,
        points=points,
    )


def _points(account: Account, kept: Kept, as_of: int) -> Iterator[PointShown]:
    for name, point in sorted(account.facts.points.items()):
        owner = owner_of(account, name)
        yield PointShown(
            point=name,
            owner=owner,
            channels=point.channels,
            address=shown_address(owner, point, kept),
            status="removed" if point.removed else "works" if point.works.at(as_of) else "failed",
        )


def owner_of(account: Account, point: str) -> str:
    """Whose a contact point is, by the newest word about it; "" where nobody said."""
    added = [event for event in account.facts.by_type.get(ContactPointAdded.type, []) if _adds(event, point)]
    last = added[-1] if added else None
    return last.owner if isinstance(last, ContactPointAdded) else ""


def _adds(event: object, point: str) -> bool:
    return isinstance(event, ContactPointAdded) and event.point == point


def shown_address(owner: str, point: ContactPoint, kept: Kept) -> str:
    """The address of a point of the debtor, masked; "" for anybody else's."""
    return masked(kept.get(point.ref, {}).get("address", "")) if owner == "debtor" else ""


def masked(address: str) -> str:
    """So much of an address that its owner knows it again: `a***@example.invalid`, `***4321`."""
    text = _clean(address)
    if "@" in text:
        local, _, domain = text.rpartition("@")
        return f"{local[:1]}***@{domain}"
    digits = len(_DIGIT.findall(text))
    if digits < _LEAST_DIGITS:
        return "***" if text else ""
    return f"***{''.join(_DIGIT.findall(text))[-_SHOWN_DIGITS:]}"


def _clean(text: str) -> str:
    """As text that can be written: what is no character becomes U+FFFD."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
