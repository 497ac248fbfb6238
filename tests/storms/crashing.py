"""Where a worker of a storm kills itself: at named points of claim, begin, send and finish, as the storm says."""

import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import define, field, frozen

from regua.builtin.sqlite import SqliteStore
from regua.ports import Attempt, OutboxAction, Transaction
from regua_postgres import PostgresStore

POINTS = (
    "after-claim",
    "before-begin-commit",
    "after-begin-commit",
    "before-send",
    "after-write",
    "after-send",
    "before-finish-commit",
    "after-finish-commit",
    "before-plan-commit",
    "after-plan-commit",
)
"""In the order in which a message passes them; `plan` is what is neither begun nor finished, as a wakeup."""


@frozen(kw_only=True)
class Doom:
    """Where a worker dies.

    Attributes:
        point: at which one.
        passage: when it comes there for the n-th time.
    """

    point: str
    passage: int


@define
class Fuse:
    """The end of this process, if it is to have one.

    Attributes:
        doom: where, or None.
        file: descriptor to which the point is written before.
        passed: how often each point was passed.
    """

    doom: Doom | None = None
    file: int = -1
    passed: Counter[str] = field(factory=Counter)

    def burn(self, point: str) -> None:
        """Pass a point, or die there."""
        self.passed[point] += 1
        if self.doom is not None and (self.doom.point, self.doom.passage) == (point, self.passed[point]):
            os.write(self.file, f"{point}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


FUSE = Fuse()
"""Of this process; it does not burn where nobody laid it."""


class Watched:
    """A transaction that remembers what it was for."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction, self.purpose = transaction, ""

    def begin(self, attempt: Attempt) -> None:
        """An intent."""
        self.purpose = "begin"
        self._transaction.begin(attempt)

    def finish(self, attempt: Attempt) -> bool:
        """An outcome."""
        self.purpose = "finish"
        return self._transaction.finish(attempt)

    def put(self, *args: Any, **named: Any) -> None:
        """Anything else is written beside it, or alone."""
        self.purpose = self.purpose or "plan"
        self._transaction.put(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)


class CrashPoints:
    """A store that passes the points."""

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Any]:
        """As the store, with a point on both sides of the commit."""
        with super().transaction(creditor, using=using) as transaction:  # type: ignore[misc]
            watched = Watched(transaction)
            yield watched
            if watched.purpose:
                FUSE.burn(f"before-{watched.purpose}-commit")
        if watched.purpose:
            FUSE.burn(f"after-{watched.purpose}-commit")

    def claim(self, creditor: str, **named: Any) -> Sequence[OutboxAction]:
        """As the store."""
        claimed: Sequence[OutboxAction] = super().claim(creditor, **named)  # type: ignore[misc]
        if claimed:
            FUSE.burn("after-claim")
        return claimed


class CrashingSqlite(CrashPoints, SqliteStore):  # type: ignore[misc]
    """On SQLite."""


class CrashingPostgres(CrashPoints, PostgresStore):  # type: ignore[misc]
    """On PostgreSQL."""


def open_store(url: str) -> CrashingSqlite | CrashingPostgres:
    """Open the store of a URL, with its points."""
    return (CrashingSqlite if url.startswith("sqlite") else CrashingPostgres).open(url)
