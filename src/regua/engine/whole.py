"""A debtor whole: facts, outbox and evidence, of one moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from regua.core.events import Event
from regua.errors import PlanError
from regua.ports import AccountRecord, Attempt, OutboxAction, Store

PATIENCE: Final = 100
"""How often a debtor is read who changes while being read."""


@frozen(kw_only=True)
class Whole:
    """One debtor. Personal data is apart.

    Attributes:
        debtor: its id.
        record: version, events, outbox and wakeup.
        attempts: the evidence, in the order of the intents.
    """

    debtor: str
    record: AccountRecord
    attempts: Sequence[Attempt]

    @property
    def events(self) -> Sequence[Event]:
        """In the order of recording."""
        return self.record.events

    @property
    def outbox(self) -> Sequence[OutboxAction]:
        """Every action that ever was due."""
        return self.record.outbox


def read_whole(store: Store, creditor: str, debtor: str) -> Whole:
    """Read one debtor without holding anybody up: again where something changed between the first look and the last.

    Raises:
        PlanError: it changes all the time.
    """
    for _ in range(PATIENCE):
        record = store.load(creditor, debtor)
        attempts = store.attempts(creditor, debtor)
        after = store.load(creditor, debtor, since=record.version)
        if (after.version, after.outbox) == (record.version, record.outbox):
            return Whole(debtor=debtor, record=record, attempts=attempts)
    message = f"debtor {debtor!r} changes while it is read; stop the workers, then try again"
    raise PlanError(message)
