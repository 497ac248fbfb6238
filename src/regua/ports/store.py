"""The store: events, accounts, the outbox of actions and the evidence of attempts (design: delivery).

A store keeps rows and knows no rule: what a row becomes is decided by the engine, inside a `Transaction` that holds the
debtor's account, so that every store behaves alike. Every call names its creditor; there is none that forgets it.
Instants are microseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Protocol, Self, runtime_checkable

from attrs import field, fields, frozen

from regua.core.dates import public_instant
from regua.core.events.base import Event

if TYPE_CHECKING:
    import pendulum

OutboxState = Literal["pending", "claimed", "sending", "sent", "failed", "unknown", "suppressed"]
"""Where an action of the outbox stands:

- `pending`: due, waits for a worker.
- `claimed`: a worker took it and has not touched the network.
- `sending`: the intent is stored; it may have left.
- `sent`: a channel or executor accepted it.
- `failed`: every channel of the step refused it for good.
- `unknown`: nobody can say whether it left; sent again only under a key that the provider recognises.
- `suppressed`: no longer due; becomes `pending` again if it becomes due again.
"""

AttemptOutcome = Literal["accepted", "transient", "permanent", "unknown"]
"""What came of an attempt: accepted; nothing left, try again; refused for good; nobody knows."""


@frozen(kw_only=True)
class OutboxAction:
    """One action in the outbox.

    Attributes:
        id: of the action, from the core.
        creditor: who is owed.
        debtor: who owes.
        due_us: not before this instant; later than the action's own after a failure that may pass.
        state: where it stands.
        epoch: rises with every claim; what a worker does under an older one is fenced off.
        owner: the worker that claimed it, or whose call still runs although it was given up; or "".
        attempts: number of the last attempt, or 0.
        reason: why it was suppressed, failed or put off, or "".
        contact: id of the contact that carried it last, or "" before the first attempt and for what is no contact.
        ask_us: when its channel or executor is to be asked what became of it, or it is to be sent once more; or None.
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
    ask_us: int | None = None


@frozen(kw_only=True)
class AccountRecord:
    """What is stored of one debtor, as of one version.

    Attributes:
        version: how many events were recorded; 0 for a debtor without any.
        events: those recorded after the version that was asked for, in the order of recording.
        outbox: every action of the debtor that ever was due.
        wakeup_us: when the debtor is to be planned again, or None.
        digest: of all its facts, as `Transaction.put` was given it last, or "".
    """

    version: int
    events: Sequence[Event]
    outbox: Sequence[OutboxAction]
    wakeup_us: int | None
    digest: str = ""


@frozen(kw_only=True)
class Attempt:
    """Evidence of one attempt. Written before anything leaves; its outcome is added once, and nothing is ever changed.

    A reference that is learnt after the outcome is added once, too.

    Attributes:
        action: id of the action; of the carrier, where the contact carries several.
        creditor: who is owed.
        debtor: who owes.
        number: rises with every attempt at one of its actions; 1 where there was none before.
        epoch: of the claim under which it was made.
        worker: who made it.
        contact: id of the contact, or "" for what is no contact.
        members: ids of the actions that it carries, the carrier first.
        channel: by which channel or executor, by its name in `regua.toml`.
        kind: of the step.
        key: the provider's idempotency key.
        content_hash: SHA-256 of what was to be sent, hexadecimal.
        version: version of the account on which it was decided.
        intent_us: when that was stored.
        basis: on what it was decided (`regua.engine.basis.Basis`), or "" where nobody said.
        outcome: what came of it, or None for as long as nobody knows or it is under way.
        reference: the provider's own id, or "".
        reason: the channel's word, without personal data, or "".
        receipt_us: when the outcome was stored, or None.
    """

    action: str
    creditor: str
    debtor: str
    number: int
    epoch: int
    worker: str
    contact: str
    members: tuple[str, ...]
    channel: str
    kind: str = "message"
    key: str
    content_hash: str
    version: int
    intent_us: int
    basis: str = ""
    outcome: AttemptOutcome | None = None
    reference: str = ""
    reason: str = ""
    receipt_us: int | None = None


LONGEST_ANSWER: Final = 64 * 1024
"""Bytes that are kept of what a provider answered; the rest is cut off."""


@frozen(kw_only=True)
class RawAnswer:
    """What a provider answered about one attempt, as it came: personal data. Its repr holds ids alone.

    Attributes:
        creditor: who is owed.
        debtor: who owes.
        action: id of the attempt's action.
        number: of the attempt.
        at_us: when it came.
        size: bytes as they came; more than `content` has where it was cut.
        key: id of the vault's key under which `content` is sealed, or "" where it is in clear.
        content: the bytes, at most 65,536 of them in clear.
    """

    creditor: str
    debtor: str
    action: str
    number: int
    at_us: int
    size: int
    key: str = ""
    content: bytes = field(repr=False)

    @property
    def is_cut(self) -> bool:
        """Whether the end is missing, because it was too long."""
        return self.size > len(self.content)


@frozen(kw_only=True)
class StoredPolicy:
    """The text of one version of a policy, kept for as long as a receivable may be governed by it.

    Attributes:
        policy: its id.
        version: its version.
        fingerprint: `Policy.fingerprint` when it was stored.
        text: the TOML text, or "" where the policy was built in Python.
    """

    policy: str
    version: int
    fingerprint: str
    text: str


@frozen(kw_only=True)
class Tally:
    """How many of a sort there are.

    Attributes:
        count: how many.
        first_us: the earliest instant among them, or None where there are none.
    """

    count: int = 0
    first_us: int | None = None

    @property
    def first(self) -> pendulum.DateTime | None:
        """The earliest instant among them, in UTC."""
        return None if self.first_us is None else public_instant(self.first_us)


MOST_REASONS: Final = 20
"""Why actions were put off: how many causes a `Backlog` tells."""


@frozen(kw_only=True)
class Backlog:
    """What of one creditor is not over: each with the earliest instant from which on it was due.

    Attributes:
        due: `pending` and due.
        put_off: `pending`, not due yet.
        claimed: actions of that state.
        sending: likewise.
        unknown: likewise.
        failed: likewise.
        resolving: those `unknown` of which somebody will be asked; with the earliest instant of that.
        asked: those whose executor is to be asked by now.
        wakeups: debtors that are to be planned again by now.
        reasons: why actions were put off, each with how many, the most frequent first; at most 20.
    """

    due: Tally = Tally()
    put_off: Tally = Tally()
    claimed: Tally = Tally()
    sending: Tally = Tally()
    unknown: Tally = Tally()
    failed: Tally = Tally()
    resolving: Tally = Tally()
    asked: Tally = Tally()
    wakeups: Tally = Tally()
    reasons: Sequence[tuple[str, int]] = ()

    @property
    def tallies(self) -> dict[str, Tally]:
        """Every sort by its name."""
        return {each.name: getattr(self, each.name) for each in fields(Backlog) if each.name != "reasons"}


@runtime_checkable
class Transaction(Protocol):
    """Work on debtors of one creditor: at the end of the `with` block all of it is durable, after an error nothing.

    Made by `Store.transaction`; of no use outside its block.
    """

    def load(self, debtor: str, *, since: int = 0) -> AccountRecord:
        """Read one debtor, and hold its account until the end: nobody else changes it meanwhile.

        Args:
            debtor: its id; one that is not known yet is held likewise.
            since: leave out the events up to that version.
        """

    def kept(self, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference, as `Store.kept`."""

    def attempts(self, debtor: str) -> Sequence[Attempt]:
        """The evidence of the debtor, as `Store.attempts`."""

    def append(self, debtor: str, events: Sequence[Event]) -> int:
        """Add facts to the log and raise the account's version by their number.

        Args:
            debtor: whose they are.
            events: facts that are not stored for this debtor yet.

        Returns:
            The new version.

        Raises:
            EventConflict: an id is stored for another debtor of the creditor.
        """

    def put(self, debtor: str, actions: Sequence[OutboxAction], *, wakeup_us: int | None, digest: str = "") -> None:
        """Insert or replace actions of the outbox, and say when the debtor is to be planned again.

        Args:
            debtor: whose they are.
            actions: as they stand now.
            wakeup_us: when the debtor is to be planned again, or None.
            digest: of all its facts, by which an altered one is found; "" leaves it as it is.
        """

    def begin(self, attempt: Attempt) -> None:
        """Write the evidence of an attempt; its number is new for the action."""

    def finish(self, attempt: Attempt) -> bool:
        """Add `outcome`, `reference`, `reason` and `receipt_us` to the evidence.

        Returns:
            Whether it was added; an outcome that is there already stays as it is, and gets only a reference where it
            has none. An attempt that was never begun gets nothing.
        """

    def keep(self, debtor: str, records: Mapping[str, Mapping[str, str]]) -> None:
        """Store personal data apart from events: the fields of each reference that events hold; newer replace older."""

    def keep_answer(self, answer: RawAnswer) -> None:
        """Store what a provider answered about an attempt that was begun: personal data, apart from the evidence."""

    def answers(self, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about the debtor, as `Store.answers`."""

    def take_number(self, name: str) -> int:
        """Give the creditor's next number of that name: 1, 2, 3 and so on, none to two transactions that are durable.

        Who takes one of that name meanwhile waits until this transaction ends, and gets the same one after an error: so
        take it once every account is held that the transaction changes.

        Args:
            name: of what is counted.
        """

    def raise_number(self, name: str, *, at_least: int) -> None:
        """See that numbers of that name go on after `at_least`, which was given elsewhere; they are never lowered.

        Args:
            name: of what is counted.
            at_least: the number, from 1 on.

        Raises:
            ValueError: it is no such number.
        """


@runtime_checkable
class Store(Protocol):
    """Where the engine keeps what it knows. Thread-safe; opens its connections again after a fork."""

    @property
    def lease(self) -> timedelta | None:
        """How long a worker counts as alive after it was last heard of; None where its death is proved.

        With a lease who counts as dead may only stand still, and go on sending later: so nothing is sent again because
        a provider does not know of it.
        """

    def transaction(self, creditor: str, *, using: object | None = None) -> AbstractContextManager[Transaction]:
        """Work on debtors of one creditor, all or nothing.

        Args:
            creditor: who is owed.
            using: the host's connection to the same database, or what has one (`regua.storing.driver_connection`
                finds it): what is done becomes durable, or is undone, with the host's transaction, which is neither
                committed nor rolled back here. While that transaction is open the host writes through it alone:
                another write of its thread would wait for it.

        Raises:
            ValueError: `using` is no connection to the store's database, or in autocommit without a transaction;
                inside, also what the tables refuse.
            AccountMismatch: inside: an event, action or attempt of another account.
            RuntimeError: this thread is inside a transaction of the store already.
        """

    def load(self, creditor: str, debtor: str, *, since: int = 0) -> AccountRecord:
        """As `Transaction.load`, of one moment and without holding anything."""

    def kept(self, creditor: str, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference; empty once erased."""

    def answers(self, creditor: str, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, in the order of keeping; empty once erased."""

    def read_all(self, creditor: str) -> Iterator[Event]:
        """Every event of a creditor, in the order of recording, streamed."""

    def debtors(self, creditor: str) -> Iterator[str]:
        """Every debtor of a creditor, in order of the ids, streamed."""

    def wakeups(self, creditor: str, *, until_us: int, limit: int) -> Sequence[str]:
        """Debtors that are to be planned again by then, the earliest first, found by an index."""

    def due(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Pending actions due by then, the earliest first, found by an index; claims nothing."""

    def asked(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Actions whose executor is to be asked by then what became of them, the earliest first, found by an index."""

    def next_us(self, creditor: str) -> int | None:
        """The earliest instant at which a debtor is to be planned again, a pending action is due, or one is asked for.

        None where there is none.
        """

    def claim(self, creditor: str, *, owner: str, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Take pending actions due by then for one worker, the earliest first, each under a new epoch.

        No action is ever given to two workers.
        """

    def held(self, creditor: str) -> Sequence[OutboxAction]:
        """Actions that are `claimed` or `sending`, with their owners, the earliest due first."""

    def unknowns(self, creditor: str) -> Iterator[OutboxAction]:
        """Actions that are `unknown`, the earliest due first, found by an index, streamed."""

    def find_action(self, creditor: str, action: str) -> OutboxAction | None:
        """An action of the outbox by its id, or None."""

    def backlog(self, creditor: str, *, until_us: int) -> Backlog:
        """Count what is not over, by index; what is due is so by then."""

    def attempts(self, creditor: str, debtor: str) -> Sequence[Attempt]:
        """The evidence of one debtor, in the order of the intents."""

    def find_attempt(self, creditor: str, channel: str, *, key: str = "", reference: str = "") -> Attempt | None:
        """The newest attempt with that key, or that reference of the provider."""

    def owner(self) -> str:
        """A worker's name that is alive for as long as this process is: proved by the system, not by a timer.

        Where there is only a lease, half of it is left at least; a worker whose lease ran out gets another name.
        """

    def is_alive(self, owner: str) -> bool:
        """Whether a worker is not proved dead. A paused one is alive, with a lease until that has run out."""

    def policies(self, creditor: str) -> Sequence[StoredPolicy]:
        """Every stored version of every policy, in order of (id, version)."""

    def keep_policy(self, creditor: str, policy: StoredPolicy) -> StoredPolicy:
        """Store a version where there is none of that id and number, and give what is stored then."""

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
        """Give connections and the owner's name back; called once, by the engine."""


class StorePlugin(Store, Protocol):
    """A store as a plugin offers it: a class that opens itself from a URL.

    Attributes:
        schemes: what its URLs begin with, before `:`; `("sqlite",)` for `sqlite:///dunning.sqlite3`.
    """

    schemes: ClassVar[tuple[str, ...]]

    @classmethod
    def open(cls, url: str, *, migrate: bool = True) -> Self:
        """Open the store that a URL names.

        Args:
            url: of the store.
            migrate: whether the tables have to be up to date: a store of this process alone makes those that are
                missing, one that others share refuses, and they are made by `regua migrate`. False for who wants to
                look first.

        Raises:
            SettingsError: the URL cannot be meant, or tables are missing; the text repeats no password.
        """
        ...
