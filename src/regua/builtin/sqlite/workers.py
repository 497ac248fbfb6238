"""Proof of death: each worker holds a lock on a file of its own, which the system drops when the process ends.

The lock is `flock`: it belongs to the open file, so that a stopped process keeps it and a killed one does not. POSIX
locks (`lockf`) would be dropped when any other part of the process closes the file.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from regua.errors import NotYetSupported, StoreError
from regua.ports import start_anew_after_fork

try:
    import fcntl
except ImportError:  # Windows
    _HAS_FLOCK = False
else:
    _HAS_FLOCK = True

_NAME: Final = re.compile(r"[0-9]+-[0-9a-f]{16}")
"""A process id and chance: no name ever comes again, and none leads out of the folder."""


class Workers:
    """The workers on one database, as lock files in a folder beside it.

    Args:
        folder: made with the first worker.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._name, self._descriptor, self._process = "", -1, 0
        self._is_closed = False
        start_anew_after_fork(self)

    def start_anew(self) -> None:
        """Let go of the parent's lock in a child: a child that lives on is no proof that its parent does."""
        self._lock = threading.Lock()
        self._forget()

    def own(self) -> str:
        """Give this process's name, locked before anybody can know it; another one after a fork.

        Raises:
            NotYetSupported: the system has no flock.
            RuntimeError: the store is closed.
            StoreError: the folder cannot be written.
        """
        _check_system()
        with self._lock, _told(self._folder):
            if self._is_closed:
                message = "the store is closed; open another"
                raise RuntimeError(message)
            if self._process != os.getpid():
                self._forget()
                self._sweep()
                self._name, self._descriptor = self._new()
                self._process = os.getpid()
            return self._name

    def is_alive(self, name: str) -> bool:
        """Whether a worker is not proved dead; where it is, its file goes.

        Raises:
            NotYetSupported: the system has no flock.
        """
        _check_system()
        if name == self._name and self._process == os.getpid():
            return True
        if not _NAME.fullmatch(name):
            return False
        path = self._folder / name
        try:
            with _open(path) as descriptor:
                # Shared, so that two who ask at once do not take each other for the worker.
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
                path.unlink(missing_ok=True)
        except FileNotFoundError:
            return False
        except OSError:  # locked, or out of our reach: no proof
            return True
        return False

    def close(self) -> None:
        """Give the name back, for good."""
        with self._lock:
            self._is_closed = True
            if self._process == os.getpid():
                (self._folder / self._name).unlink(missing_ok=True)
            self._forget()

    def _new(self) -> tuple[str, int]:
        while True:
            name = f"{os.getpid()}-{secrets.token_hex(8)}"
            path = self._folder / name
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # A sweep may have taken the file away between the two calls.
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    return name, descriptor
            os.close(descriptor)

    def _sweep(self) -> None:
        """Remove the files of those who died without work: nobody asks for them by name."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for path in list(self._folder.iterdir()):
            self.is_alive(path.name)

    def _forget(self) -> None:
        """Close the file without unlocking it: after a fork the lock is the parent's, too."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._name, self._descriptor, self._process = "", -1, 0


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{folder} cannot be written now: {error.strerror}; see its rights, and whether its disk has room"
        raise StoreError(message) from error


@contextmanager
def _open(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _check_system() -> None:
    if not _HAS_FLOCK:
        message = (
            "workers on SQLite need flock, which this system (Windows) does not have; run them on Linux or macOS, or "
            "on PostgreSQL"
        )
        raise NotYetSupported(message)
