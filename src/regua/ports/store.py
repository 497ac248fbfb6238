"""The store: events, accounts, the outbox of actions and the evidence of attempts (design: delivery).

Every call names its creditor or carries it in its first argument; there is none that forgets it. Instants are
microseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from attrs import frozen

from regua.core.events.base import Event
from regua.ports.delivery import Receipt

OutboxState = Literal["pending", "claimed", "sending", "sent", "failed", "unknown", "suppressed"]


@frozen(kw_only=True)
class OutboxAction:
    """One action in the outbox.

    Attributes:
        id: of the action, from the core.
        creditor: who is owed.
        debtor: who owes.
        due_us: when it is due.
        state: where it stands.
        epoch: rises with every claim; what a worker does under an older one is fenced off.
        owner: the worker that claimed it, or "".
        attempts: how many began.
        reason: why it was suppressed or failed, or "".
        contact: key of the contact that carries it, or "" before the first attempt.
    """

    id: str
    creditor: str
    debtor: str
    due_us: int
    state: OutboxState = "pending"
    epoch: int = 0
    owner: str = ""
    attempts: int = 0
    reason: str = ""
    contact: str = ""


@frozen(kw_only=True)
class AccountRecord:
    """What is stored of one debtor, as of one version.

    Attributes:
        version: rises with every event; 0 for a debtor without any.
        events: all of them, in the order of recording.
        outbox: the debtor's actions.
    """

    version: int
    events: Sequence[Event]
    outbox: Sequence[OutboxAction]


@frozen(kw_only=True)
class Intent:
    """What is about to be sent.

    Attributes:
        contact: key of the contact.
        members: ids of the actions that it carries, the carrier first.
        channel: by which channel, or name of the executor.
        key: the provider's idempotency key.
        content_hash: SHA-256 of what is sent, hexadecimal.
        version: version of the account on which it was decided.
    """

    contact: str
    members: tuple[str, ...]
    channel: str
    key: str
    content_hash: str
    version: int


@frozen(kw_only=True)
class Attempt:
    """Evidence of one attempt; written once, its outcome added once.

    Attributes:
        action: the claimed action, the carrier.
        number: 1 for the first attempt, and so on.
        intent: what was to be sent, and on what knowledge.
        intent_us: when that was stored.
    """

    action: OutboxAction
    number: int
    intent: Intent
    intent_us: int


@runtime_checkable
class Store(Protocol):
    """Where the engine keeps what it knows. Thread-safe; each call is one transaction."""

    def append(
        self,
        creditor: str,
        debtor: str,
        events: Sequence[Event],
        outbox: Sequence[OutboxAction],
        *,
        version: int,
        using: object | None = None,
    ) -> int | None:
        """Store events, the next version of the account and the changed actions, all or nothing.

        Args:
            creditor: who is owed.
            debtor: who owes.
            events: new facts; one already stored with the same content is left out.
            outbox: actions to insert or replace.
            version: of the account on which `outbox` was decided.
            using: the host's own connection, whose transaction this joins and does not end.

        Returns:
            The new version; None where the account is no longer at `version`: load and decide again.

        Raises:
            EventConflict: an event id is stored with other content; nothing was stored.
        """

    def load(self, creditor: str, debtor: str, *, using: object | None = None) -> AccountRecord:
        """What is stored of one debtor."""

    def read_all(self, creditor: str) -> Iterator[Event]:
        """Every event of a creditor, in the order of recording, streamed."""

    def due(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Pending actions due by then, the earliest first, found by an index; claims nothing."""

    def claim(self, creditor: str, *, owner: str, limit: int) -> Sequence[OutboxAction]:
        """Take pending actions that are due by the store's clock for one worker, under a new epoch."""

    def begin(self, action: OutboxAction, intent: Intent) -> Attempt | None:
        """Store the intent and put the action in `sending`; only then may the network be touched.

        Returns:
            The attempt; None where the claim is over or the account is no longer at `intent.version`.
        """

    def finish(
        self, attempt: Attempt, receipt: Receipt | None, *, state: OutboxState, due_us: int | None = None
    ) -> bool:
        """Add the outcome of an attempt and move its action on.

        Args:
            attempt: what `begin` gave.
            receipt: the provider's answer, or None.
            state: where the action stands now; back to `pending` needs `due_us`.
            due_us: when to try again.

        Returns:
            Whether it was taken. An accepted receipt always is: it is a fact even under an older epoch.
        """

    def recover(self, creditor: str, *, living: Sequence[str]) -> int:
        """Take back what dead workers held: `claimed` becomes `pending`, `sending` becomes `unknown`.

        Args:
            creditor: who is owed.
            living: owners that are not proved dead.

        Returns:
            How many actions.
        """

    def resolve(self, creditor: str, action: str, *, state: OutboxState, receipt: Receipt | None, by: str) -> None:
        """End an `unknown` by a query, a receipt or a person; `by` says which.

        Raises:
            ValueError: the action is not `unknown`.
        """

    def keep(
        self, creditor: str, debtor: str, records: Mapping[str, Mapping[str, str]], *, using: object | None = None
    ) -> None:
        """Store personal data apart from events: the fields of each reference that events hold; newer replace older."""

    def kept(self, creditor: str, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference; empty once erased."""

    def erase(self, creditor: str, debtor: str) -> None:
        """Destroy the debtor's personal data and its traces; the events stay."""

    def migrate(self, *, apply: bool = True) -> Sequence[str]:
        """Bring the tables up to date, once, under a lock.

        Returns:
            The SQL that was, or with `apply=False` would be, run; empty when up to date.
        """

    def now(self) -> int:
        """The store's clock; it decides what is due."""

    def close(self) -> None:
        """Give connections back; called once, by the engine."""
