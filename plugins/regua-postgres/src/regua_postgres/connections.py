"""Connections to one database: a pool for each process, none of it carried across a fork."""

from __future__ import annotations

import logging
import os
import select
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final
from weakref import WeakSet

from psycopg import Connection, Error, OperationalError
from psycopg.errors import InFailedSqlTransaction
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

from regua.ports import start_anew_after_fork
from regua_postgres.batches import Statement, run
from regua_postgres.forking import leave_to_parent
from regua_postgres.location import Location
from regua_postgres.statements import NAME_CREDITOR

WAIT_SECONDS: Final = 30
"""How long a lock, or a free connection, is waited for."""
_CONFIGURE: Final = (
    "SELECT CASE current_setting('lock_timeout') WHEN '0' THEN set_config('lock_timeout', %s, %s) END, "
    "CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', %s) END"
)
"""Wait for no lock for ever, and for the disk at every commit, whatever the server's settings are."""
logging.getLogger("psycopg").addHandler(logging.NullHandler())  # who configures no log gets `StoreError`, and no more
_BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_BEGIN_READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Connections:
    """The connections of this process to one database.

    Args:
        location: of the database.
        size: how many there are at most.
    """

    def __init__(self, location: Location, *, size: int) -> None:
        self.location = location
        self._size = size
        self._closed = False
        self._open: WeakSet[Connection[Any]] = WeakSet()
        self._pools: list[ConnectionPool] = []
        self.start_anew()
        start_anew_after_fork(self)

    def start_anew(self) -> None:
        """Forget the pool, as a child does that is not to touch the connections of its parent."""
        inherited, self._open = list(self._open), WeakSet()
        self._lock = threading.Lock()
        self._local = threading.local()
        self._pool: ConnectionPool | None = None
        leave_to_parent(inherited)

    @contextmanager
    def using(self, creditor: str = "") -> Iterator[Connection[Any]]:
        """Give the connection of the transaction that this thread is inside, or one from the pool.

        Args:
            creditor: whose rows the statements name that are run; "" where they read none.

        Raises:
            RuntimeError: the store is closed.
            StoreError: the database cannot be reached, or no connection becomes free.
        """
        own = self._own()
        if own is None:
            with self._lent() as connection:
                yield connection
            return
        try:
            with self.location.told():
                yield own
        finally:
            if creditor not in ("", self._local.creditor):
                with suppress(Error):  # the transaction failed, and takes the setting with it
                    run(own, (NAME_CREDITOR, (self._local.creditor,)))

    @contextmanager
    def reading(self, creditor: str) -> Iterator[Connection[Any]]:
        """Give a connection for reads of one creditor's rows that are of one moment; otherwise as `using`."""
        if self._own() is not None:
            with self.using(creditor) as own:
                run(own, (NAME_CREDITOR, (creditor,)))
                yield own
            return
        with self._lent() as connection, _transaction(connection, _BEGIN_READING, self.naming(creditor)):
            yield connection

    @contextmanager
    def writing(self, creditor: str) -> Iterator[Connection[Any]]:
        """Give a connection for a transaction of one creditor; commit at the end, roll back after an error.

        Raises:
            RuntimeError: this thread is inside a transaction already; or as `using`.
        """
        with self.alone(), self._lent() as connection, _transaction(connection, _BEGIN, self.naming(creditor)):
            self._local.connection, self._local.creditor = connection, creditor
            try:
                yield connection
            finally:
                self._local.connection = None

    def naming(self, creditor: str) -> list[Statement]:
        """What a transaction begins with: whose rows it works on, and what no session keeps for it."""
        named = (NAME_CREDITOR, (creditor,))
        return [named] if self.location.lease is None else [named, _configuring(is_local=True)]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let this thread write in one way at a time: another one would wait for it.

        Raises:
            RuntimeError: it does already.
        """
        local = self._local
        if getattr(local, "is_writing", False):
            message = "this thread is inside a transaction of this store; write through it, or after it"
            raise RuntimeError(message)
        local.is_writing = True
        try:
            yield
        finally:
            local.is_writing = False

    def close(self) -> None:
        """Close the connections, each when it is given back."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _own(self) -> Connection[Any] | None:
        return getattr(self._local, "connection", None)

    @contextmanager
    def _lent(self) -> Iterator[Connection[Any]]:
        pool, process = self._opened(), os.getpid()
        with self.location.told():
            connection = pool.getconn()
            try:
                yield connection
            finally:
                # A child that was forked meanwhile leaves the connection to the parent.
                if process == os.getpid():
                    pool.putconn(connection)

    def _opened(self) -> ConnectionPool:
        with self._lock:
            if self._closed:
                message = "the store is closed; open another"
                raise RuntimeError(message)
            if self._pool is None:
                self._pool = pool = ConnectionPool(
                    kwargs=dict(self.location.arguments),
                    min_size=0,
                    max_size=self._size,
                    timeout=WAIT_SECONDS,
                    open=True,
                    configure=self._configure,
                    check=_check,
                    name="regua",
                )
                self._pools.append(pool)  # a parent's, too: it would end its threads where it is collected
            return self._pool

    def _configure(self, connection: Connection[Any]) -> None:
        self._open.add(connection)
        if self.location.lease is None:
            run(connection, _configuring(is_local=False))


def _configuring(*, is_local: bool) -> Statement:
    """For a session, or for a transaction alone."""
    return _CONFIGURE, (f"{WAIT_SECONDS}s", is_local, is_local)


@contextmanager
def _transaction(connection: Connection[Any], begin: str, naming: Sequence[Statement]) -> Iterator[None]:
    process = os.getpid()
    try:
        run(connection, (begin, ()), *naming)
        yield
        if process == os.getpid():
            _commit(connection)
    finally:
        # A child that was forked inside the transaction leaves it to the parent.
        if process == os.getpid() and connection.info.transaction_status != TransactionStatus.IDLE:
            with suppress(Error):  # a connection that broke took its transaction with it
                connection.rollback()  # unlike the statement it also forgets what is prepared: see `forget_prepared`


def stands(connection: Connection[Any]) -> bool:
    """Whether an idle connection still stands. Nothing comes from the server unasked but notices and its end."""
    if connection.closed:
        return False
    is_readable, _, _ = select.select([connection.fileno()], [], [], 0)
    if is_readable:
        try:
            connection.execute("SELECT 1")
        except Error:
            return False
    return True


def _check(connection: Connection[Any]) -> None:
    if not stands(connection):
        message = "the server ended this session"
        raise OperationalError(message)


def _commit(connection: Connection[Any]) -> None:
    """Commit; after an error that somebody swallowed PostgreSQL rolls back instead, and says so only here."""
    if connection.execute("COMMIT").statusmessage != "COMMIT":
        message = "a statement of this transaction failed, so nothing of it was stored"
        raise InFailedSqlTransaction(message)
