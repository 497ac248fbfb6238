"""The store in memory: the same behaviour as one on a disk, gone with the process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar, Final, Self

from attrs import evolve

from regua.builtin.memory.books import Books
from regua.builtin.memory.transaction import MemoryTransaction, ending, undoing
from regua.core.events.base import Event
from regua.errors import SettingsError
from regua.ports import AccountRecord, Attempt, Backlog, OutboxAction, RawAnswer, StoredPolicy, Transaction

URL: Final = "memory:"
_PAGE: Final = 1_000


class MemoryStore:
    """A `Store` of dictionaries, each transaction under one lock.

    Events are kept as they are, not as text. After a fork the child has a copy of its own.

    Args:
        now: gives microseconds since 1970-01-01 UTC, for simulations; None for the host's clock.
    """

    schemes: ClassVar[tuple[str, ...]] = ("memory",)
    lease: ClassVar[timedelta | None] = None

    def __init__(self, now: Callable[[], int] | None = None) -> None:
        self._now = now or _wall_clock
        self._lock = threading.RLock()
        self._is_writing = False
        self._books: dict[str, Books] = {}
        self._owner, self._owners = "", 0

    @classmethod
    def open(cls, url: str, *, migrate: bool = True) -> Self:  # noqa: ARG003 - there are no tables
        """Make an empty store.

        Raises:
            SettingsError: the URL is not `memory:`.
        """
        if url != URL:
            message = f"{url!r} is not the URL of a store in memory; write {URL}"
            raise SettingsError([message])
        return cls()

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work on debtors of one creditor, all or nothing; the others wait.

        Raises:
            ValueError: `using` is given.
            RuntimeError: this thread is inside a transaction of this store already.
        """
        if using is not None:
            message = "a store in memory takes no part in a host's transaction; leave using= out"
            raise ValueError(message)
        with self._writing(creditor) as books:
            undo: list[Callable[[], object]] = []
            transaction = MemoryTransaction(books, creditor, undo)
            with undoing(undo), ending(transaction):
                yield transaction

    def load(self, creditor: str, debtor: str, *, since: int = 0) -> AccountRecord:
        """Read one debtor as of one moment."""
        with self._reading(creditor) as books:
            return books.record(debtor, since)

    def kept(self, creditor: str, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference, in order of the references."""
        with self._reading(creditor) as books:
            return books.kept(debtor)

    def answers(self, creditor: str, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, in the order of keeping."""
        with self._reading(creditor) as books:
            return tuple(books.answers.get(debtor, ()))

    def read_all(self, creditor: str) -> Iterator[Event]:
        """Every event of a creditor up to now, in the order of recording, streamed."""
        with self._reading(creditor) as books:
            last = len(books.events)
        for start in range(0, last, _PAGE):
            with self._lock:
                page = books.events[start : min(start + _PAGE, last)]
            yield from page

    def debtors(self, creditor: str) -> Iterator[str]:
        """Every debtor with an event, in order of the ids."""
        with self._reading(creditor) as books:
            found = sorted(debtor for debtor, account in books.accounts.items() if account.events)
        yield from found

    def wakeups(self, creditor: str, *, until_us: int, limit: int) -> Sequence[str]:
        """Debtors that are to be planned again by then, the earliest first."""
        with self._reading(creditor) as books:
            return tuple(books.wakeups.until(until_us, limit))

    def due(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Pending actions due by then, the earliest first."""
        with self._reading(creditor) as books:
            return tuple(books.actions[action] for action in books.pending.until(until_us, limit))

    def asked(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Actions whose executor is to be asked by then, the earliest first."""
        with self._reading(creditor) as books:
            return tuple(books.actions[action] for action in books.asked.until(until_us, limit))

    def next_us(self, creditor: str) -> int | None:
        """The earliest wakeup, pending action or question."""
        with self._reading(creditor) as books:
            earliest = (books.pending.first_us(), books.asked.first_us(), books.wakeups.first_us())
        return min((us for us in earliest if us is not None), default=None)

    def claim(self, creditor: str, *, owner: str, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Take pending actions due by then for one worker, the earliest first, each under a new epoch."""
        with self._writing(creditor) as books:
            claimed = [
                evolve(action, state="claimed", owner=owner, epoch=action.epoch + 1)
                for action in self.due(creditor, until_us=until_us, limit=limit)
            ]
            for action in claimed:
                books.put_action(action, [])
        return tuple(claimed)

    def held(self, creditor: str) -> Sequence[OutboxAction]:
        """Actions that are `claimed` or `sending`, the earliest due first."""
        with self._reading(creditor) as books:
            return tuple(books.actions[action] for action in books.held.all())

    def unknowns(self, creditor: str) -> Iterator[OutboxAction]:
        """Actions that are `unknown`, the earliest due first."""
        with self._reading(creditor) as books:
            found = [books.actions[action] for action in books.unknown.all()]
        yield from found

    def find_action(self, creditor: str, action: str) -> OutboxAction | None:
        """An action of the outbox by its id, or None."""
        with self._reading(creditor) as books:
            return books.actions.get(action)

    def backlog(self, creditor: str, *, until_us: int) -> Backlog:
        """Count what is not over; here by looking at every action."""
        with self._reading(creditor) as books:
            return books.backlog(until_us)

    def attempts(self, creditor: str, debtor: str) -> Sequence[Attempt]:
        """The evidence of one debtor, in the order of the intents."""
        with self._reading(creditor) as books:
            return books.attempts_of(debtor)

    def find_attempt(self, creditor: str, channel: str, *, key: str = "", reference: str = "") -> Attempt | None:
        """The newest attempt with that key, or that reference of the provider."""
        with self._reading(creditor) as books:
            return books.find_attempt(channel, key, reference)

    def owner(self) -> str:
        """The worker's name, alive until `close` or `bury`; after that another one."""
        with self._lock:
            if not self._owner:
                self._owners += 1
                self._owner = f"memory-{self._owners}"
            return self._owner

    def bury(self, owner: str) -> None:
        """Let a worker be proved dead, as after kill -9; for tests."""
        with self._lock:
            if owner == self._owner:
                self._owner = ""

    def is_alive(self, owner: str) -> bool:
        """Whether a worker is not proved dead."""
        return bool(owner) and owner == self._owner

    def policies(self, creditor: str) -> Sequence[StoredPolicy]:
        """Every stored version of every policy, in order of (id, version)."""
        with self._reading(creditor) as books:
            return tuple(books.policies[key] for key in sorted(books.policies))

    def keep_policy(self, creditor: str, policy: StoredPolicy) -> StoredPolicy:
        """Store a version where there is none of that id and number, and give what is stored then."""
        with self._writing(creditor) as books:
            return books.policies.setdefault((policy.policy, policy.version), policy)

    def erase(self, creditor: str, debtor: str) -> None:
        """Destroy the debtor's personal data; the events stay."""
        with self._writing(creditor) as books:
            books.erase(debtor)

    def migrate(self, *, apply: bool = True) -> Sequence[str]:  # noqa: ARG002 - the port's; there are no tables
        """There is nothing to bring up to date."""
        return ()

    def now(self) -> int:
        """The clock that was given."""
        return self._now()

    def close(self) -> None:
        """Give the owner's name back."""
        self.bury(self._owner)

    @contextmanager
    def _reading(self, creditor: str) -> Iterator[Books]:
        with self._lock:
            yield self._books.get(creditor) or Books()

    @contextmanager
    def _writing(self, creditor: str) -> Iterator[Books]:
        with self._lock:
            if self._is_writing:
                message = "this thread is inside a transaction of this store; write through it, or after it"
                raise RuntimeError(message)
            self._is_writing = True
            if creditor not in self._books:
                self._books[creditor] = Books()
            try:
                yield self._books[creditor]
            finally:
                self._is_writing = False


def _wall_clock() -> int:
    return time.time_ns() // 1000
