"""Between which states an action of the outbox moves: one table, and nothing that is not in it (design: delivery).

A store refuses the rest, whoever asks. SQLite has the same table in a trigger of its first migration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from regua.ports import OutboxState

TRANSITIONS: Final[Mapping[OutboxState, frozenset[OutboxState]]] = {
    "pending": frozenset({"claimed", "suppressed", "unknown", "sent", "failed"}),
    "claimed": frozenset({"pending", "sending", "suppressed", "unknown", "sent", "failed"}),
    "sending": frozenset({"sent", "pending", "failed", "unknown", "suppressed"}),
    "unknown": frozenset({"sent", "failed", "pending", "suppressed"}),
    "suppressed": frozenset({"pending", "sent", "unknown", "failed"}),
    "failed": frozenset({"pending", "sent", "unknown", "suppressed"}),
    "sent": frozenset({"pending", "failed", "unknown"}),
}
"""Where an action may go from each state, beside staying where it is. What was sent leaves that state only by a fact:
it bounced, and another channel is left or none is; or the fact of its sending was taken back."""


def may_move(before: OutboxState, after: OutboxState) -> bool:
    """Whether an action may go from one state to another, or stay."""
    return before == after or after in TRANSITIONS[before]
