"""What a fork does to connections: the child gets a copy of each, and may neither use nor close it.

Used, it would speak between its parent's words; closed, it would end its parent's session; kept, it would keep alive
the session of a parent that was killed, with its locks. So the child's copy of the socket is replaced by nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final, Protocol
from weakref import WeakSet

from psycopg import Connection, Error


class Forked(Protocol):
    """Something that holds connections."""

    def start_anew(self) -> Iterable[Connection[Any]]:
        """Forget the connections, and give them."""


_holders: Final[WeakSet[Forked]] = WeakSet()
_inherited: Final[list[Connection[Any]]] = []
"""Never collected, which might close them."""


def watch(holder: Forked) -> None:
    """Let a child start anew in its place."""
    _holders.add(holder)


def _in_child() -> None:
    for holder in list(_holders):
        for connection in holder.start_anew():
            _inherited.append(connection)
            with suppress(Error, OSError):  # closed already
                _let_go(connection.fileno())


def _let_go(descriptor: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, descriptor, inheritable=False)
    os.close(nothing)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
