"""What a fork must not carry over, such as connections, locks and threads: the child starts anew with it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Final, Protocol
from weakref import WeakSet


class Forked(Protocol):
    """Something that is another thing in a child."""

    def start_anew(self) -> object:
        """Let go of what is the parent's, without a word on its connections; called in the child before it goes on."""


_everyone: Final[WeakSet[Forked]] = WeakSet()


def start_anew_after_fork(holder: Forked) -> None:
    """Have `holder.start_anew()` called in every child that this process forks, for as long as somebody has the holder.

    Args:
        holder: of what is the parent's alone; hashable.
    """
    _everyone.add(holder)


def _in_child() -> None:
    with ExitStack() as stack:  # one that fails keeps no other from it
        for holder in list(_everyone):
            stack.callback(holder.start_anew)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
