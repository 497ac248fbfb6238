"""What a fork does to connections: the child gets a copy of each, and may neither use nor close it.

Used, it would speak between its parent's words; closed, it would end its parent's session; kept, it would keep alive
the session of a parent that was killed, with its locks. So the child's copy of the socket is replaced by nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from psycopg import Connection, Error

_inherited: Final[list[Connection[Any]]] = []
"""Never collected, which might close them."""


def leave_to_parent(connections: Iterable[Connection[Any]]) -> None:
    """Have nothing more to do with connections, in a child."""
    for connection in connections:
        _inherited.append(connection)
        with suppress(Error, OSError):  # closed already
            _let_go(connection.fileno())


def _let_go(descriptor: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, descriptor, inheritable=False)
    os.close(nothing)
