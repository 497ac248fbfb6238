"""The control: a plain queue with leases, "at least once", as one writes it in an afternoon.

A worker claims what is due for a while, sends it, and marks it done; what nobody marked in time is claimed again.
It speaks to the same provider through the same channel, dies at the same points, and must show what regua is there
to avoid.
"""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol

import psycopg
from tests.storms.channel import StormChannel, StormConfig
from tests.storms.crashing import FUSE
from tests.storms.population import Debtor
from tests.storms.worker import Duty, Turn

from regua.errors import StoreError
from regua.ports import Receipt, Rejected, Retryable, Unknown

LEASE = 2.0
POINTS = ("after-claim", "before-send", "after-write", "after-send", "before-finish-commit", "after-finish-commit")
"""Of `crashing.POINTS` those that it passes."""
TABLE = (
    "CREATE TABLE job (id text PRIMARY KEY, debtor text NOT NULL, due float NOT NULL, lease float NOT NULL, "
    "state text NOT NULL)"
)
CLAIMABLE = "SELECT id FROM job WHERE state IN ('pending', 'claimed') AND due <= :now AND lease <= :now LIMIT 20"
CLAIM = "UPDATE job SET state = 'claimed', lease = :until WHERE id {} RETURNING id, debtor"
CLAIM_SQLITE = CLAIM.format(f"IN ({CLAIMABLE})")
CLAIM_POSTGRES = CLAIM.format(f"= ANY(ARRAY({CLAIMABLE} FOR UPDATE SKIP LOCKED))")


class Queue(Protocol):
    """The table, on either database."""

    def run(self, statement: str, **values: Any) -> Sequence[Any]:
        """Run one statement in a transaction of its own."""

    def close(self) -> None:
        """Close the connection."""


@contextmanager
def told() -> Iterator[None]:
    """Say of what goes wrong with the database what a store says.

    Raises:
        StoreError: it is away, locked or full.
    """
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        raise StoreError(str(error)) from error


class SqliteQueue:
    """On SQLite.

    Args:
        url: as a store's.
    """

    claim = CLAIM_SQLITE

    def __init__(self, url: str) -> None:
        self._connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")

    def run(self, statement: str, **values: Any) -> Sequence[Any]:
        """Run one statement."""
        with told():
            return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class PostgresQueue:
    """On PostgreSQL.

    Args:
        url: as a store's.
    """

    claim = CLAIM_POSTGRES

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def run(self, statement: str, **values: Any) -> Sequence[Any]:
        """Run one statement."""
        for name in values:
            statement = statement.replace(f":{name}", f"%({name})s")
        with told():
            cursor = self._connection.execute(statement, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else ()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def open_queue(url: str) -> SqliteQueue | PostgresQueue:
    """Open the queue of a URL."""
    with told():
        return SqliteQueue(url) if url.startswith("sqlite") else PostgresQueue(url)


def fill(url: str, debtors: Sequence[Debtor]) -> None:
    """Make the table, with one job for each receivable."""
    with closing(open_queue(url)) as queue:
        queue.run(TABLE)
        for debtor in debtors:
            for receivable, _ in debtor.receivables:
                queue.run("INSERT INTO job VALUES (:id, :debtor, 0, 0, 'pending')", id=receivable, debtor=debtor.id)


def pay(queue: Queue, receivable: str) -> None:
    """Nothing more is to be sent of it: what is claimed already is looked at by nobody any more."""
    queue.run("UPDATE job SET state = 'paid' WHERE id = :id AND state = 'pending'", id=receivable)


def is_over(queue: Queue) -> bool:
    """Whether nothing is left."""
    return not queue.run("SELECT 1 FROM job WHERE state IN ('pending', 'claimed') LIMIT 1")


@contextmanager
def opened_lease(duty: Duty) -> Iterator[Turn]:
    """Open a worker on the queue of the storm."""
    config = StormConfig(**json.loads((duty.folder / "lease.json").read_text()))
    channel = StormChannel(config)
    with closing(open_queue(duty.url)) as queue:
        yield lambda _: turn(queue, channel)


def turn(queue: SqliteQueue | PostgresQueue, channel: StormChannel) -> int:
    """Claim some, and send each."""
    now = time.time()
    claimed = queue.run(queue.claim, now=now, until=now + LEASE)
    if claimed:
        FUSE.burn("after-claim")
    for job, debtor in claimed:
        send(queue, channel, job, debtor)
    return len(claimed)


def send(queue: Queue, channel: StormChannel, job: str, debtor: str) -> None:
    """Send one, and mark it; what has no answer comes again when its lease is over."""
    body = {"channel": "email", "debtor": debtor, "actions": [job], "attempt": 1}
    try:
        state = "done" if isinstance(channel.hand_over(job, json.dumps(body).encode()), Receipt) else "failed"
    except Unknown:
        return
    except Retryable:
        now = time.time()
        queue.run("UPDATE job SET state = 'pending', due = :due, lease = 0 WHERE id = :id", due=now + 1, id=job)
        return
    except Rejected:
        state = "failed"
    FUSE.burn("before-finish-commit")
    queue.run("UPDATE job SET state = :state WHERE id = :id", state=state, id=job)
    FUSE.burn("after-finish-commit")
