"""The store on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import ClassVar, Final, Self

from regua.core.events.base import Event
from regua.ports import AccountRecord, Attempt, Backlog, OutboxAction, RawAnswer, StoredPolicy, Transaction
from regua.storing import refused, rows
from regua_postgres.batches import run
from regua_postgres.connections import Connections
from regua_postgres.host import joined
from regua_postgres.leases import Leases
from regua_postgres.location import Location, to_location
from regua_postgres.migrating import migrate
from regua_postgres.statements import (
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
    ERASE,
    ERASE_ANSWERS,
    EVENTS,
    HELD,
    HOLD_ACCOUNT,
    IDENTITY,
    KEEP_POLICY,
    KEPT,
    LAST_EVENT,
    NEXT,
    NOW,
    POLICIES,
    POLICY,
    UNKNOWNS,
    WAKEUPS,
)
from regua_postgres.transaction import PostgresTransaction, load, to_kept
from regua_postgres.workers import Workers

CONNECTIONS: Final = 10
"""How many connections a process opens at most, beside that of its worker."""
_BEFORE_ALL: Final = -(2**63)
_PAGE: Final = 1_000
"""Rows that are read at a time where a caller streams: no transaction stays open between two pages."""


class PostgresStore:
    """A `Store` on psycopg 3. Writers of one debtor wait for each other, and for nobody else.

    What the tables refuse is a `ValueError`; a lock that is held for 30 seconds, two transactions that wait for each
    other, a full disk and the like are a `StoreError`, and nothing is half written after them. On a host's own
    connection they are the errors of psycopg.

    Args:
        location: of the database; nothing is read or written before the first call.
        connections: how many this process opens at most, beside that of its worker.
    """

    schemes: ClassVar[tuple[str, ...]] = ("postgresql",)

    def __init__(self, location: Location, *, connections: int = CONNECTIONS) -> None:
        self.location = location
        self._connections = Connections(location, size=connections)
        self._workers: Workers | Leases = Workers(self._connections)
        if location.lease is not None:
            self._workers = Leases(self._connections, location.lease)

    @classmethod
    def open(cls, url: str, *, migrate: bool = True, connections: int = CONNECTIONS) -> Self:
        """Open a store whose tables are up to date. It never makes them: `regua migrate` does, or `migrate`.

        Args:
            url: `postgresql://user:password@host:5432/database`, with libpq's options after a `?`; `lease=2m` among
                them for who reaches it through a pooler whose sessions are nobody's own.
            migrate: False for who does not need the tables yet, or wants to see what `migrate` would do.
            connections: how many this process opens at most, beside that of its worker.

        Raises:
            SettingsError: the URL is malformed, or the database cannot be reached, is of a newer regua, or lacks
                tables.
        """
        store = cls(to_location(url), connections=connections)
        missing = store.migrate(apply=False) if migrate else ()
        if missing:
            store.close()
            raise refused(f"{store.location.place} lacks tables of this regua; run: regua migrate")
        return store

    @property
    def lease(self) -> timedelta | None:
        """How long a worker counts as alive after it was last heard of; None where its session proves it."""
        return self.location.lease

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work on debtors of one creditor, all or nothing; the debtors that are touched are held meanwhile.

        Raises:
            ValueError: `using` is no connection to the store's database.
            RuntimeError: this thread is inside a transaction of this store already.
        """
        if using is not None:
            place, connections = self.location.place, self._connections
            with connections.alone(), joined(using, creditor, self._identity, place) as cursor:
                yield PostgresTransaction(cursor, creditor)
            return
        # A closed cursor makes the transaction useless after its block.
        with self._connections.writing(creditor) as connection, connection.cursor() as cursor:
            yield PostgresTransaction(cursor, creditor)

    def load(self, creditor: str, debtor: str, *, since: int = 0) -> AccountRecord:
        """Read one debtor as of one moment."""
        with self._connections.reading(creditor) as connection:
            return load(connection, creditor, debtor, since=since)

    def kept(self, creditor: str, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference, in order of the references."""
        return to_kept(self._read(creditor, KEPT, creditor, debtor))

    def answers(self, creditor: str, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, in the order of keeping."""
        return tuple(map(rows.to_answer, self._read(creditor, ANSWERS, creditor, debtor)))

    def read_all(self, creditor: str) -> Iterator[Event]:
        """Every event of a creditor up to now, in the order of recording, streamed.

        Of a transaction that is open meanwhile it gives nothing, or what is committed by the time its page is read.
        """
        ((last,),) = self._read(creditor, LAST_EVENT, creditor)
        seq = 0
        while page := self._read(creditor, EVENTS, creditor, seq, last, _PAGE):
            yield from rows.to_events((line,) for _, line in page)
            seq = page[-1][0]

    def debtors(self, creditor: str) -> Iterator[str]:
        """Every debtor with an event, in order of the ids, streamed."""
        debtor = ""
        while page := self._read(creditor, DEBTORS, creditor, debtor, _PAGE):
            yield from (name for (name,) in page)
            (debtor,) = page[-1]

    def wakeups(self, creditor: str, *, until_us: int, limit: int) -> Sequence[str]:
        """Debtors that are to be planned again by then, the earliest first."""
        return tuple(debtor for (debtor,) in self._read(creditor, WAKEUPS, creditor, until_us, max(limit, 0)))

    def due(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Pending actions due by then, the earliest first."""
        return tuple(map(rows.to_action, self._read(creditor, DUE, creditor, until_us, max(limit, 0))))

    def asked(self, creditor: str, *, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Actions whose executor is to be asked by then, the earliest first."""
        return tuple(map(rows.to_action, self._read(creditor, ASKED, creditor, until_us, max(limit, 0))))

    def next_us(self, creditor: str) -> int | None:
        """The earliest wakeup, pending action or question."""
        ((earliest,),) = self._read(creditor, NEXT, *[creditor] * 3)
        return None if earliest is None else int(earliest)

    def claim(self, creditor: str, *, owner: str, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Take pending actions due by then for one worker, the earliest first, each under a new epoch.

        Actions of a debtor who is held in a transaction are passed over.
        """
        found = self._write(creditor, CLAIM, owner, creditor, until_us, max(limit, 0))
        claimed = [(rows.to_action(row[1:]), row[0]) for row in found]
        claimed.sort(key=lambda each: (each[0].due_us, each[1]))  # RETURNING gives them in any order
        return tuple(action for action, _ in claimed)

    def held(self, creditor: str) -> Sequence[OutboxAction]:
        """Actions that are `claimed` or `sending`, the earliest due first."""
        return tuple(map(rows.to_action, self._read(creditor, HELD, creditor)))

    def backlog(self, creditor: str, *, until_us: int) -> Backlog:
        """Count what is not over."""
        return rows.to_backlog(
            self._read(creditor, BACKLOG, *[creditor, until_us] * 4, *[creditor] * 3, creditor, until_us)
        )

    def unknowns(self, creditor: str) -> Iterator[OutboxAction]:
        """Actions that are `unknown`, the earliest due first, streamed."""
        after = _BEFORE_ALL, 0
        while page := self._read(creditor, UNKNOWNS, creditor, *after, _PAGE):
            found = [rows.to_action(row[1:]) for row in page]
            after = found[-1].due_us, page[-1][0]
            yield from found

    def find_action(self, creditor: str, action: str) -> OutboxAction | None:
        """An action of the outbox by its id, or None."""
        return next(map(rows.to_action, self._read(creditor, ACTION_OF, creditor, action)), None)

    def attempts(self, creditor: str, debtor: str) -> Sequence[Attempt]:
        """The evidence of one debtor, in the order of the intents."""
        return tuple(map(rows.to_attempt, self._read(creditor, ATTEMPTS, creditor, debtor)))

    def find_attempt(self, creditor: str, channel: str, *, key: str = "", reference: str = "") -> Attempt | None:
        """The newest attempt with that key, or that reference of the provider."""
        found = self._read(creditor, BY_KEY, creditor, channel, key) if key else []
        if reference:
            found += self._read(creditor, BY_REFERENCE, creditor, channel, reference)
        newest = max(found, key=lambda row: int(row[0]), default=None)
        return None if newest is None else rows.to_attempt(newest[1:])

    def owner(self) -> str:
        """This process's name, alive for as long as its session, with a lease for half of it from now on at least.

        Another one after a fork, a lost session, or a lease that ran out.
        """
        return self._workers.own()

    def is_alive(self, owner: str) -> bool:
        """Whether a worker is not proved dead. A stopped one is alive; with a lease, until that has run out."""
        return self._workers.is_alive(owner)

    def policies(self, creditor: str) -> Sequence[StoredPolicy]:
        """Every stored version of every policy, in order of (id, version)."""
        return tuple(map(rows.to_policy, self._read(creditor, POLICIES, creditor)))

    def keep_policy(self, creditor: str, policy: StoredPolicy) -> StoredPolicy:
        """Store a version where there is none of that id and number, and give what is stored then."""
        if not (found := self._read(creditor, POLICY, creditor, policy.policy, policy.version)):
            with self._connections.writing(creditor) as connection:
                values = (creditor, policy.policy, policy.version, policy.fingerprint, policy.text)
                connection.execute(KEEP_POLICY, values)
            found = self._read(creditor, POLICY, creditor, policy.policy, policy.version)
        return rows.to_policy(found[0])

    def erase(self, creditor: str, debtor: str) -> None:
        """Delete the debtor's personal data; the events stay.

        No statement finds it any more. Its bytes leave the table's pages, the write-ahead log and the backups as these
        are written over.
        """
        with self._connections.writing(creditor) as connection:
            connection.execute(HOLD_ACCOUNT, (creditor, debtor))  # or what is being kept now would stay
            connection.execute(ERASE, (creditor, debtor))
            connection.execute(ERASE_ANSWERS, (creditor, debtor))

    def migrate(self, *, apply: bool = True) -> Sequence[str]:
        """Bring the tables up to date, once, under an advisory lock, in one transaction.

        Returns:
            The statements that were, or with `apply=False` would be, run.

        Raises:
            SettingsError: as `open`.
        """
        return migrate(self.location, apply=apply)

    def now(self) -> int:
        """The database's clock."""
        ((now_us,),) = self._ask(NOW)
        return int(now_us)

    def close(self) -> None:
        """Close the connections, and give the owner's name back."""
        self._workers.close()
        self._connections.close()

    def _identity(self) -> rows.Row:
        (found,) = self._ask(IDENTITY)
        return found

    def _read(self, creditor: str, statement: str, *values: object) -> list[rows.Row]:
        with self._connections.using(creditor) as connection:
            *_, found = run(connection, *self._connections.naming(creditor), (statement, values))
            return found.fetchall()

    def _write(self, creditor: str, statement: str, *values: object) -> list[rows.Row]:
        with self._connections.alone():
            return self._read(creditor, statement, *values)

    def _ask(self, statement: str) -> list[rows.Row]:
        """Ask what is nobody's."""
        with self._connections.using() as connection:
            (found,) = run(connection, (statement, ()))
            return found.fetchall()
