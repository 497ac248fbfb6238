"""Identity of actions, fingerprint of schedules."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from regua.core.dates import format_instant

if TYPE_CHECKING:
    from regua.core.planning.schedule import Action

_SEPARATOR = "\x1f"


def action_id(creditor: str, debtor: str, receivable: str, step: str, occurrence: str) -> str:
    """The id of an action: 32 hexadecimal digits of a SHA-256 over who, what for, which step, which occurrence.

    There is no date in it: an action that moves stays the same action. No identifier holds the separator, since
    identifiers are printable.
    """
    return sha256(_SEPARATOR.join((creditor, debtor, receivable, step, occurrence)).encode()).hexdigest()[:32]


def fingerprint(heads: Iterable[str], actions: Iterable[Action]) -> str:
    """SHA-256, hexadecimal, over everything that a schedule says."""
    digest = sha256()
    for line in heads:
        digest.update(f"{line}\n".encode())
    for action in actions:
        digest.update(_line(action).encode())
    return digest.hexdigest()


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
        action.point,
        action.template,
        str(action.amount),
        *reasons,
    )
    return _SEPARATOR.join(parts) + "\n"
