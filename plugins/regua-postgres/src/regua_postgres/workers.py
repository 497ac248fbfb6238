"""Proof of death: each worker holds an advisory lock in a session of its own, which ends when the process does.

A session that the server ended is a worker that is proved dead, though its process may live on: that one takes another
name for what it claims next, and what it still sends under the old one is fenced by the epoch.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from contextlib import suppress
from typing import Any, Final

from psycopg import Connection, Error

from regua.ports import start_anew_after_fork
from regua_postgres.connections import Connections, stands
from regua_postgres.forking import leave_to_parent
from regua_postgres.statements import IS_ALIVE, LIVE

_NAME: Final = re.compile(r"[0-9]+-[0-9a-f]{16}")
"""A process id and chance: no name ever comes again."""
_CONFIGURE: Final = (
    # The session waits for nothing, for as long as the process lives; a host that vanished is noticed by the server.
    "SELECT set_config('lock_timeout', '0', false), set_config('idle_session_timeout', '0', false), "
    "set_config('tcp_keepalives_idle', '20', false), set_config('tcp_keepalives_interval', '10', false), "
    "set_config('tcp_keepalives_count', '3', false)"
)


def new_name() -> str:
    """Give a name that no worker has had."""
    return f"{os.getpid()}-{secrets.token_hex(8)}"


def is_alive(connections: Connections, name: str) -> bool:
    """Whether a worker has a session that lives, or a lease that has not run out."""
    if not _NAME.fullmatch(name):
        return False
    with connections.using() as connection:
        ((found,),) = connection.execute(IS_ALIVE, (name, name)).fetchall()
    return bool(found)


class Workers:
    """The worker that this process is, and what is known of the others.

    Args:
        connections: to ask of others; the worker's own session is none of them.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._is_closed = False
        self._session: Connection[Any] | None = None
        self._ended: set[str] = set()
        self.start_anew()
        start_anew_after_fork(self)

    def start_anew(self) -> None:
        """Let go of the parent's session in a child: a child that lives on is no proof that its parent does."""
        inherited = [] if self._session is None else [self._session]
        self._lock = threading.Lock()
        self._name, self._session = "", None
        leave_to_parent(inherited)

    def own(self) -> str:
        """Give this process's name, locked before anybody can know it; another one after a fork or a lost session.

        Raises:
            RuntimeError: the store is closed.
            StoreError: the database cannot be reached.
        """
        with self._lock, self._connections.location.told():
            if self._is_closed:
                message = "the store is closed; open another"
                raise RuntimeError(message)
            if self._session is None or not stands(self._session):
                self._forget()
                name = new_name()
                session = self._connections.location.connect()
                try:
                    session.execute(_CONFIGURE)
                    session.execute(LIVE, (name,))
                except BaseException:
                    session.close()
                    raise
                self._name, self._session = name, session
            return self._name

    def is_alive(self, name: str) -> bool:
        """Whether a worker is not proved dead."""
        return name not in self._ended and is_alive(self._connections, name)

    def close(self) -> None:
        """Give the name back, for good."""
        with self._lock:
            self._is_closed = True
            self._forget()

    def _forget(self) -> None:
        name, session = self._name, self._session
        self._name, self._session = "", None
        if session is not None:
            self._ended.add(name)
            with suppress(Error):
                session.close()
