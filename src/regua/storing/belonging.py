"""Checks that every store makes before it writes: whose a row is, and what a conflict is called."""

from __future__ import annotations

from collections.abc import Sequence

from regua.core.events.base import Event
from regua.errors import AccountMismatch, EventConflict
from regua.ports import Attempt, OutboxAction, RawAnswer


def check_events(creditor: str, debtor: str, events: Sequence[Event]) -> None:
    """Refuse events of another account.

    Raises:
        AccountMismatch: one is.
    """
    for event in events:
        if event.debtor != debtor or event.creditor != creditor:
            raise _mismatch(f"event {event.id!r}", creditor, debtor)


def check_actions(creditor: str, debtor: str, actions: Sequence[OutboxAction]) -> None:
    """Refuse actions of another account.

    Raises:
        AccountMismatch: one is.
    """
    for action in actions:
        if action.debtor != debtor or action.creditor != creditor:
            raise _mismatch(f"action {action.id!r}", creditor, debtor)


def check_attempt(creditor: str, attempt: Attempt | RawAnswer) -> None:
    """Refuse the attempt of another creditor, and what was answered about it.

    Raises:
        AccountMismatch: it is.
    """
    if attempt.creditor != creditor:
        raise _mismatch(f"attempt {attempt.number} of action {attempt.action!r}", creditor, attempt.debtor)


def conflict(event: Event, stored_for: str) -> EventConflict:
    """Make the error of an event whose id is stored.

    Args:
        event: the one that is not stored.
        stored_for: the debtor whose event of that id is.
    """
    return EventConflict(
        f"event {event.id!r} ({event.type}, debtor {event.debtor!r}) was recorded before, for debtor {stored_for!r}; "
        "give a new fact a new id, unique for the creditor"
    )


def _mismatch(what: str, creditor: str, debtor: str) -> AccountMismatch:
    return AccountMismatch(
        f"{what} is of another account than debtor {debtor!r} of creditor {creditor!r}; write each account apart"
    )
