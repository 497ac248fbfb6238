"""The store on one SQLite file, for one machine; the file may be the host's own database."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Final, Self

from regua.builtin.sqlite.connections import Connections
from regua.builtin.sqlite.host import joined
from regua.builtin.sqlite.location import to_path
from regua.builtin.sqlite.migrating import migrate
from regua.builtin.sqlite.statements import (
    ACTION_OF,
    ANSWERS,
    ASKED,
    ATTEMPTS,
    BACKLOG,
    BY_KEY,
    BY_REFERENCE,
    CLAIM,
    DEBTORS,
    DUE,
    EVENTS,
    HELD,
    KEEP_POLICY,
    KEPT,
    LAST_EVENT,
    NEXT,
    POLICIES,
    POLICY,
    UNKNOWNS,
    WAKEUPS,
)
from regua.builtin.sqlite.transaction import SqliteTransaction, erase, load
from regua.builtin.sqlite.workers import Workers
from regua.core.events.base import Event
from regua.ports import AccountRecord, Attempt, Backlog, OutboxAction, RawAnswer, StoredPolicy, Transaction
from regua.storing import rows

_BEFORE_ALL: Final = -(2**63)
_PAGE: Final = 1_000
"""Rows that are read at a time where a caller streams: no read stays open between two pages."""


class SqliteStore:
    """A `Store` on the standard library's sqlite3, with a write-ahead log and a sync of the disk at every commit.

    What the tables refuse is a `ValueError`; a database that stays locked for 30 seconds, a full disk and the like are
    a `StoreError`, and nothing is half written after them. On a host's own connection they are the errors of sqlite3.

    Args:
        path: absolute; nothing is read or written before the first call.
    """

    schemes: ClassVar[tuple[str, ...]] = ("sqlite",)
    lease: ClassVar[timedelta | None] = None

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        self._connections = Connections(path, durable=durable)
        self._workers = Workers(path.with_name(f"{path.name}-workers"))

    @classmethod
    def open(cls, url: str, *, migrate: bool = True, durable: bool = True) -> Self:
        """Open a store, making the file and its tables where they are missing.

        Args:
            url: `sqlite:///regua.db` in the working folder, `sqlite:////var/lib/regua.db` elsewhere.
            migrate: False leaves the file as it is, for who first wants to see what `migrate` would do.
            durable: False waits for no disk: what was recorded last is lost where the machine stops, not where the
                process does. For tests and demonstrations.

        Raises:
            SettingsError: the URL is malformed, its folder is missing, or the file is no database, one of a newer
                regua, or cannot be opened.
        """
        store = cls(to_path(url), durable=durable)
        try:
            store.migrate(apply=migrate)
        except BaseException:
            store.close()
            raise
        return store

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work on debtors of one creditor, all or nothing; the write lock of the file is held meanwhile.

        Raises:
            ValueError: `using` is no connection to the store's file.
            RuntimeError: this thread is inside a transaction of this store already.
        """
        if using is not None:
            with joined(using, self.path) as cursor:
                yield SqliteTransaction(cursor, creditor)
            return
        # A closed cursor makes the transaction useless after its block.
        with self._connections.writing() as connection, closing(connection.cursor()) as cursor:
            yield SqliteTransaction(cursor, creditor)

    def load(self, creditor: str, debtor: str, *, since: int = 0) -> AccountRecord:
        """Read one debtor as of one moment."""
        with self._connections.reading() as connection:
            return load(connection.cursor(), creditor, debtor, since=since)

    def kept(self, creditor: str, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference, in order of the references."""
        return {ref: json.loads(fields) for ref, fields in self._read(KEPT, creditor, debtor)}

    def answers(self, creditor: str, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, in the order of keeping."""
        return tuple(map(rows.to_answer, self._read(ANSWERS, creditor, debtor)))

    def read_all(self, creditor: str) -> Iterator[Event]:
        """Every event of a creditor up to now, in the order of recording, streamed."""
        ((last,),) = self._read(LAST_EVENT, creditor)
        seq = 0
        while page := self._read(EVENTS, creditor, seq, last, _PAGE):
            yield from rows.to_events((line,) for _, line in page)
            seq = page[-1][0]

    def debtors(self, creditor: str) -> Iterator[str]:
        """Every debtor with an event, in order of the ids, streamed."""
        debtor = ""
        while page := self._read(DEBTORS, creditor, debtor, _PAGE):
            yield from (name for (name,) in page)
            (debtor,) = page[-1]

    def wakeups(self, creditor: str, *, until_us: int, limit: int) -> Sequence[str]:
        """Debtors that are to be planned again by then, the earliest first."""
        return tuple(debtor for (debtor,) in self._read(WAKEUPS, creditor, until_us, max(limit, 0)))

    def due(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Pending actions due by then, the earliest first."""
        return tuple(map(rows.to_action, self._read(DUE, creditor, until_us, max(limit, 0))))

    def asked(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Actions whose executor is to be asked by then, the earliest first."""
        return tuple(map(rows.to_action, self._read(ASKED, creditor, until_us, max(limit, 0))))

    def next_us(self, creditor: str) -> int | None:
        """The earliest wakeup, pending action or question."""
        return min((us for (us,) in self._read(NEXT, *[creditor] * 3) if us is not None), default=None)

    def claim(self, creditor: str, *, owner: str, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Take pending actions due by then for one worker, the earliest first, each under a new epoch."""
        if not self.due(creditor, until_us=until_us, limit=min(limit, 1)):
            return ()  # an idle worker does not take the write lock
        with self._connections.writing() as connection:
            found = connection.execute(CLAIM, (owner, creditor, until_us, limit)).fetchall()
        claimed = [(rows.to_action(row[1:]), row[0]) for row in found]
        claimed.sort(key=lambda each: (each[0].due_us, each[1]))  # RETURNING gives them in any order
        return tuple(action for action, _ in claimed)

    def held(self, creditor: str) -> Sequence[OutboxAction]:
        """Actions that are `claimed` or `sending`, the earliest due first."""
        return tuple(map(rows.to_action, self._read(HELD, creditor)))

    def unknowns(self, creditor: str) -> Iterator[OutboxAction]:
        """Actions that are `unknown`, the earliest due first, streamed."""
        after = _BEFORE_ALL, 0
        while page := self._read(UNKNOWNS, creditor, *after, _PAGE):
            found = [rows.to_action(row[1:]) for row in page]
            after = found[-1].due_us, page[-1][0]
            yield from found

    def find_action(self, creditor: str, action: str) -> OutboxAction | None:
        """An action of the outbox by its id, or None."""
        return next(map(rows.to_action, self._read(ACTION_OF, creditor, action)), None)

    def backlog(self, creditor: str, *, until_us: int) -> Backlog:
        """Count what is not over."""
        return rows.to_backlog(self._read(BACKLOG, *[creditor, until_us] * 4, *[creditor] * 3, creditor, until_us))

    def attempts(self, creditor: str, debtor: str) -> Sequence[Attempt]:
        """The evidence of one debtor, in the order of the intents."""
        return tuple(map(rows.to_attempt, self._read(ATTEMPTS, creditor, debtor)))

    def find_attempt(self, creditor: str, channel: str, *, key: str = "", reference: str = "") -> Attempt | None:
        """The newest attempt with that key, or that reference of the provider."""
        found = self._read(BY_KEY, creditor, channel, key) if key else []
        if reference:
            found += self._read(BY_REFERENCE, creditor, channel, reference)
        newest = max(found, key=lambda row: row[0], default=None)
        return None if newest is None else rows.to_attempt(newest[1:])

    def owner(self) -> str:
        """This process's name, alive for as long as the process; another one after a fork.

        Raises:
            NotYetSupported: the system has no flock, as Windows.
        """
        return self._workers.own()

    def is_alive(self, owner: str) -> bool:
        """Whether a worker is not proved dead. A stopped one is alive."""
        return self._workers.is_alive(owner)

    def policies(self, creditor: str) -> Sequence[StoredPolicy]:
        """Every stored version of every policy, in order of (id, version)."""
        return tuple(map(rows.to_policy, self._read(POLICIES, creditor)))

    def keep_policy(self, creditor: str, policy: StoredPolicy) -> StoredPolicy:
        """Store a version where there is none of that id and number, and give what is stored then."""
        if not (found := self._read(POLICY, creditor, policy.policy, policy.version)):
            values = (creditor, policy.policy, policy.version, policy.fingerprint, policy.text)
            with self._connections.writing() as connection:
                connection.execute(KEEP_POLICY, values)
            found = self._read(POLICY, creditor, policy.policy, policy.version)
        return rows.to_policy(found[0])

    def erase(self, creditor: str, debtor: str) -> None:
        """Destroy the debtor's personal data, in the file and in the write-ahead log; the events stay.

        Raises:
            TimeoutError: somebody read for so long that the log could not be emptied; the file is.
        """
        with self._connections.writing() as connection:
            erase(connection.cursor(), creditor, debtor)
        ((is_busy, _, _),) = self._read("PRAGMA wal_checkpoint(TRUNCATE)")
        if is_busy:
            message = (
                "the personal data is overwritten, but its bytes are still in the write-ahead log, which another "
                "connection reads; erase again when it has ended"
            )
            raise TimeoutError(message)

    def migrate(self, *, apply: bool = True) -> Sequence[str]:
        """Bring the tables up to date, once, under the write lock.

        Returns:
            The statements that were, or with `apply=False` would be, run.

        Raises:
            SettingsError: as `open`.
        """
        return migrate(self._connections, apply=apply)

    def now(self) -> int:
        """The host's clock: SQLite has no other."""
        return time.time_ns() // 1000

    def close(self) -> None:
        """Close the connections of all threads, and give the owner's name back."""
        self._connections.close()
        self._workers.close()

    def _read(self, statement: str, *values: object) -> list[rows.Row]:
        with self._connections.using() as connection:
            found: list[rows.Row] = connection.execute(statement, values).fetchall()
        return found
