"""What is wrong with one action or one debtor holds up no other: it is told, put off, and the run goes on."""

from __future__ import annotations

import errno
from typing import Any, Final

from regua.core.dates import MICROSECONDS
from regua.engine.book import AccountBook
from regua.engine.log import trace_of
from regua.errors import AccountHeld, ReguaError, StoreError

PUT_OFF_FOR: Final = 3600 * MICROSECONDS
"""After which what failed is tried again."""
HELD_FOR: Final = 600 * MICROSECONDS
"""After which what somebody else holds is tried again."""
LACKING: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""Errors of the system that have nothing to do with what is carried out: the process or its disk is at its limit."""


class Sparing:
    """What failed for a cause of its own, of one creditor.

    Args:
        book: of the creditor.
    """

    def __init__(self, book: AccountBook) -> None:
        self._book = book
        self._until: dict[str, float] = {}

    def tell(self, error: Exception, event: str, **about: Any) -> None:
        """Tell what is wrong with one; its type and place, since its text may be personal.

        Raises:
            Exception: nothing is wrong with that one: the store is away, or closed, or this process lacks what it needs
                for any of them. The run ends, and what it has claimed is given back.
        """
        if isinstance(error, OSError) and error.errno in LACKING:
            message = f"this process cannot go on now: {error.strerror}; give it room, or raise its limits"
            raise StoreError(message) from error
        if isinstance(error, StoreError) and not isinstance(error, AccountHeld):
            raise error
        self._book.store.next_us(self._book.creditor)  # a store that is closed says so
        bug = {} if isinstance(error, ReguaError) else {"trace": trace_of(error)}
        self._book.log.error(event, error=type(error).__name__, creditor=self._book.creditor, **bug, **about)

    def rest(self, id: str, error: Exception) -> None:  # noqa: A002 - what it is
        """Leave one alone for a while that the store does not even put off: for as long as this process lives."""
        pause = HELD_FOR if isinstance(error, AccountHeld) else PUT_OFF_FOR
        self._until[id] = self._book.elapsed() + pause / MICROSECONDS

    def rests(self, id: str) -> bool:  # noqa: A002 - what it is
        """Whether one is left alone."""
        if self._until.get(id, 0.0) > self._book.elapsed():
            return True
        self._until.pop(id, None)
        return False

    @property
    def count(self) -> int:
        """How many are left alone."""
        return len(self._until)


def said_of(error: Exception) -> str:
    """Why something waits, as a reason that may be stored: an error of regua holds nothing personal."""
    return str(error) if isinstance(error, ReguaError) else f"a bug, or the store refuses it: {type(error).__name__}"
