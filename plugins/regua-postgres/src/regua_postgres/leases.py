"""Where no session is anybody's own, as behind a pooler: each worker is a row that says until when it counts as alive.

The database's clock decides. A worker puts its end off for as long as it works; one whose lease ran out, because its
process ended or stood still, takes another name for what it claims next.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from psycopg import Connection, Error

from regua.core.dates import microseconds
from regua.ports import start_anew_after_fork
from regua_postgres.batches import run
from regua_postgres.connections import Connections
from regua_postgres.statements import ADD_WORKER, END_WORKER, LEFT_OF_LEASE, RENEW_WORKER, SWEEP_WORKERS
from regua_postgres.workers import is_alive, new_name


class Leases:
    """The worker that this process is, and what is known of the others.

    What is asked inside a transaction is asked on its connection, and undone with it: nothing is remembered but the
    name, and who made it in a transaction that failed finds that there is none.

    Args:
        connections: to the database.
        lease: how long a worker counts as alive after it was last heard of.
    """

    def __init__(self, connections: Connections, lease: timedelta) -> None:
        self._connections, self._lease_us = connections, microseconds(lease)
        self._ended: set[str] = set()
        self.start_anew()
        start_anew_after_fork(self)

    def start_anew(self) -> None:
        """Be another worker in a child."""
        self._name = ""

    def own(self) -> str:
        """Give this process's name, with half of its lease left at least; another one after a fork or a lost lease.

        Raises:
            RuntimeError: the store is closed.
            StoreError: the database cannot be reached.
        """
        with self._connections.using() as connection:
            name = self._name
            if not (name and self._lasts(connection, name)):
                name = new_name()
                run(connection, (SWEEP_WORKERS, ()), (ADD_WORKER, (name, self._lease_us)))
                self._name = name
            return name

    def _lasts(self, connection: Connection[Any], name: str) -> bool:
        """Whether the lease has not run out; it is renewed where less than half of it is left."""
        (found,) = run(connection, (LEFT_OF_LEASE, (name,)))
        ((left_us,),) = found.fetchall() or [(0,)]
        if left_us >= self._lease_us // 2:
            return True
        (renewed,) = run(connection, (RENEW_WORKER, (self._lease_us, name)))
        return renewed.rowcount == 1

    def is_alive(self, name: str) -> bool:
        """Whether the lease of a worker has not run out."""
        return name not in self._ended and is_alive(self._connections, name)

    def close(self) -> None:
        """Give the name back, for good; where the database is away it ends with its lease."""
        name, self._name = self._name, ""
        if name:
            self._ended.add(name)
            with suppress(Error), self._connections.location.connect() as connection:
                connection.execute(END_WORKER, (name,))
