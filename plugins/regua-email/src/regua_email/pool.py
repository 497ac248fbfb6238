"""Connections that stay open from one mail to the next. A child after a fork has none: they are its parent's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from regua.ports import PluginError, Retryable, start_anew_after_fork
from regua_email.answers import Budget
from regua_email.session import Session


class Pool:
    """Lends each connection to one thread at a time.

    Args:
        size: at most so many at once.
        connect: opens one.
    """

    def __init__(self, size: int, connect: Callable[[Budget], Session]) -> None:
        self._size, self._connect = size, connect
        self._open: set[Session] = set()
        self._begin()
        start_anew_after_fork(self)

    def _begin(self) -> None:
        self._free = threading.BoundedSemaphore(self._size)
        self._idle: list[Session] = []
        self._is_closed = False

    @contextmanager
    def lent(self, budget: Budget) -> Iterator[Session]:
        """A connection that is ready for a mail, for as long as the mail takes.

        What is raised beside a `PluginError` ends the connection: nobody knows what it would go on with.

        Raises:
            Retryable: there is none.
        """
        free = self._free
        if not free.acquire(timeout=_left(budget)):
            raise Retryable(reason="every connection is busy; raise 'connections', or lower the rate")
        try:
            session = self._ready(budget)
            try:
                yield session
            except PluginError:
                self._give_back(session)
                raise
            except BaseException:
                self._drop(session)
                raise
            self._give_back(session)
        finally:
            free.release()

    def close(self) -> None:
        """Hang up. What is lent is closed when it comes back."""
        self._is_closed = True
        while self._idle:
            session = self._idle.pop()
            session.budget = Budget(1)
            session.leave()
            self._open.discard(session)

    def start_anew(self) -> None:
        """Forget every connection, in a child that has copies of its parent's; nothing is said on them."""
        for session in self._open:
            if session.sock is not None:
                session.sock.close()
        self._open = set()
        self._begin()

    def _ready(self, budget: Budget) -> Session:
        while (session := self._taken()) is not None:
            if session.is_well(budget):
                return session
            self._drop(session)
        session = self._connect(budget)
        self._open.add(session)
        return session

    def _taken(self) -> Session | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _give_back(self, session: Session) -> None:
        if self._is_closed or not session.is_open:
            self._drop(session)
        else:
            self._idle.append(session)

    def _drop(self, session: Session) -> None:
        session.close()
        self._open.discard(session)


def _left(budget: Budget) -> float:
    try:
        return budget.left()
    except TimeoutError:
        return 0
