"""Connections to one file: one for each thread, none of them carried across a fork.

SQLite keeps its locks in tables of the process. A child that forks while a connection is open inherits the tables
without the locks, and even a connection of its own then writes unprotected (measured: a committed row was lost). So
idle connections are closed before a fork and opened again after it, and a child refuses a file that was open.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote
from weakref import WeakSet

from regua.errors import StoreError

BUSY_SECONDS: Final = 30.0
"""How long a connection waits for another's lock."""
_RETRY_SECONDS: Final = 0.01
_DESCRIPTORS: Final = Path("/dev/fd")
_PRAGMAS: Final = ("PRAGMA foreign_keys = ON", "PRAGMA secure_delete = ON")


class Slot:
    """The connection of one thread; the lock is held while it is used."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.connection: sqlite3.Connection | None = None
        self.file = (0, 0)
        self._process = os.getpid()

    def close(self) -> None:
        """Close the connection, unless it is another process's."""
        connection, self.connection = self.connection, None
        if connection is None:
            return
        if self._process == os.getpid():
            connection.close()
        else:
            _inherited.append(connection)

    def __del__(self) -> None:
        self.close()


class Connections:
    """The connections of this process to one file.

    Args:
        path: absolute; the file exists from the first use on, or is made by `create`.
    """

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        self._durable = durable
        self._closed = False
        self.start_anew()
        with _pools_lock:
            _pools.add(self)

    def start_anew(self) -> None:
        """Forget the connections, as a child does that is not to touch those of its parent."""
        self._lock = threading.Lock()
        self._local = threading.local()
        self._slots: WeakSet[Slot] = WeakSet()
        self._held: list[Slot] = []

    @contextmanager
    def using(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection, opened where there is none.

        Args:
            create: make the file where there is none.

        Raises:
            RuntimeError: the store is closed, or the file was open in the parent process at the fork.
            StoreError: the file cannot be opened, is another one than it was, is locked or full.
        """
        slot = self._slot()
        with slot.lock, _told(self.path):
            if slot.connection is None:
                slot.connection = self._connect(create=create)
                slot.file = _file(self.path)
            elif not slot.connection.in_transaction:
                _check_there(self.path, slot.file)
            yield slot.connection

    @contextmanager
    def reading(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection for reads that are of one moment; otherwise as `using`."""
        with self.using(create=create) as connection:
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock of the file for a transaction of its own; commit at the end, roll back after an error.

        Raises:
            RuntimeError: this thread is inside such a transaction already; or as `using`.
        """
        with self.using() as connection:
            _check_free(connection)
            process = os.getpid()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                if process == os.getpid():
                    connection.execute("COMMIT")
            finally:
                # A child that was forked inside the transaction leaves it to the parent.
                if process == os.getpid() and connection.in_transaction:
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connections of all threads, each when its transaction has ended."""
        self._closed = True
        for slot in self._all():
            with slot.lock:
                slot.close()

    def hold(self) -> None:
        """Close what is idle, and let no thread open or use a connection until `release`."""
        self._lock.acquire()
        deadline = time.monotonic() + BUSY_SECONDS
        for slot in list(self._slots):
            if slot.lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
                self._held.append(slot)
                # The forking thread may be inside a transaction: then the child refuses the file.
                if slot.connection is not None and not slot.connection.in_transaction:
                    slot.close()

    def release(self) -> None:
        """Let the threads go on."""
        for slot in self._held:
            slot.lock.release()
        self._held = []
        self._lock.release()

    def _slot(self) -> Slot:
        slot: Slot | None = getattr(self._local, "slot", None)
        if slot is None:
            with self._lock:
                slot = self._local.slot = Slot()
                self._slots.add(slot)
        return slot

    def _all(self) -> list[Slot]:
        with self._lock:
            return list(self._slots)

    def _connect(self, *, create: bool) -> sqlite3.Connection:
        if self._closed:
            message = "the store is closed; open another"
            raise RuntimeError(message)
        _check_not_inherited(self.path)
        if create:
            _make_private(self.path)
        name = f"file:{quote(str(self.path))}?mode={'rwc' if create else 'rw'}"
        connection = sqlite3.connect(
            name, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _write_ahead(connection)
            for pragma in (*_PRAGMAS, f"PRAGMA synchronous = {'FULL' if self._durable else 'OFF'}"):
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say what is the matter with a file, and what to do; SQLite's word for it holds no values."""
    try:
        yield
    except sqlite3.OperationalError as error:
        message = (
            f"{path} cannot be used now: {error}; see who holds it, and whether its disk has room, and do it again"
        )
        raise StoreError(message) from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # what the tables refuse
            raise
        message = f"{path} is damaged: {error}; stop, and put it back from its backup, or mend it with sqlite3 .recover"
        raise StoreError(message) from error


def _make_private(path: Path) -> None:
    """Make a file that only its owner may read, where there is none; an existing one keeps its mode.

    An existing one is never opened here: closing it would take away the locks that this process holds on it.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _check_there(path: Path, opened: tuple[int, int]) -> None:
    """Refuse to go on with a file that was removed or replaced: the system would take the writes, and lose them."""
    try:
        is_there = _file(path) == opened
    except FileNotFoundError:
        is_there = False
    if not is_there:
        message = f"{path} was removed or replaced while it was open; stop, put it in its place, and open it again"
        raise sqlite3.OperationalError(message)


def _check_free(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        message = "this thread is inside a transaction of this store; write through it, or after it"
        raise RuntimeError(message)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log; SQLite does not wait by itself where two processes do that at once."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)
            continue
        if mode != "wal":
            message = f"unable to keep a write-ahead log beside the database (journal mode {mode!r}); use a local disk"
            raise sqlite3.OperationalError(message)
        return


_pools: Final[WeakSet[Connections]] = WeakSet()
_pools_lock: Final = threading.Lock()
_inherited: Final[list[sqlite3.Connection]] = []
"""The parent's connections: never used, and never closed, which would drop what the parent relies on."""
_open_at_fork: Final[dict[int, tuple[int, int]]] = {}
"""Device and inode of every file that was open in the parent at the fork, by descriptor."""


def _check_not_inherited(path: Path) -> None:
    for descriptor in [each for each, file in _open_at_fork.items() if path.exists() and file == _file(path)]:
        with suppress(OSError):  # closed since
            if _file(descriptor) == _file(path):
                message = (
                    f"{path} was open in the parent process when it forked, and SQLite would lose what this one "
                    "writes; close the connections before the fork (with Django: connections.close_all()), and fork "
                    "outside transactions"
                )
                raise RuntimeError(message)


def _file(place: Path | int) -> tuple[int, int]:
    status = os.fstat(place) if isinstance(place, int) else place.stat()
    return status.st_dev, status.st_ino


def _before_fork() -> None:
    _pools_lock.acquire()
    for pool in list(_pools):
        pool.hold()


def _in_parent() -> None:
    for pool in list(_pools):
        pool.release()
    _pools_lock.release()


def _in_child() -> None:
    _open_at_fork.clear()
    with suppress(OSError):
        for descriptor in [int(each.name) for each in _DESCRIPTORS.iterdir()]:
            with suppress(OSError):  # the listing's own, closed by now
                _open_at_fork[descriptor] = _file(descriptor)
    for pool in list(_pools):
        pool.start_anew()
    _pools_lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_in_parent, after_in_child=_in_child)
