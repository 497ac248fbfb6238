"""Identity of actions, fingerprint of schedules."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from regua.core.dates import format_instant

if TYPE_CHECKING:
    from regua.core.planning.schedule import Action, Contact

_SEPARATOR = "\x1f"


def action_id(creditor: str, debtor: str, receivable: str, step: str, occurrence: str) -> str:
    """The id of an action: 32 hexadecimal digits of a SHA-256 over who, what for, which step, which occurrence.

    There is no date in it: an action that moves stays the same action. No identifier holds the separator, since
    identifiers are printable.
    """
    return sha256(_SEPARATOR.join((creditor, debtor, receivable, step, occurrence)).encode()).hexdigest()[:32]


def fingerprint(heads: Iterable[str], actions: Iterable[Action], contacts: Iterable[Contact]) -> str:
    """SHA-256, hexadecimal, over everything that a schedule says."""
    digest = sha256()
    for line in heads:
        digest.update(f"{line}\n".encode())
    for action in actions:
        digest.update(_line(action).encode())
    for contact in contacts:
        digest.update(_contact_line(contact).encode())
    return digest.hexdigest()


def _contact_line(contact: Contact) -> str:
    items = [f"{item.receivable}={item.amount}@{item.due.isoformat()}" for item in contact.items]
    valid = "" if contact.valid_until is None else contact.valid_until.isoformat()
    heads = (contact.id, contact.status, format_instant(contact.at_us), contact.channel, contact.point, valid)
    return _SEPARATOR.join((*heads, *contact.members, *items)) + "\n"


def _line(action: Action) -> str:
    reasons = [
        f"{reason.code}({','.join(f'{key}={value}' for key, value in reason.facts.items())}){reason.rule}"
        for reason in action.reasons
    ]
    parts = (
        action.id,
        action.status,
        format_instant(action.at_us),
        action.day.isoformat(),
        action.step,
        action.receivable,
        "" if action.tone is None else action.tone.word,
        action.channel,
        action.registrar,
        action.point,
        action.template,
        str(action.amount),
        *reasons,
    )
    return _SEPARATOR.join(parts) + "\n"
