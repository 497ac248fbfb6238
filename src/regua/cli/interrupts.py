"""Ctrl-C and SIGTERM: between two lines, never inside one. A second one ends at once, but not `regua run`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_INTERRUPTED: Final = 128


class Interrupted(BaseException):
    """A signal asked this process to end; no `except Exception` may hold it.

    Attributes:
        status: the exit status that says so.
    """

    def __init__(self, number: int) -> None:
        self.status = _INTERRUPTED + number
        super().__init__(signal.Signals(number).name)


class _Waiting:
    """What came while a line was being written."""

    depth = 0
    number = 0
    is_patient = False
    is_heard = False


@contextmanager
def listening() -> Iterator[None]:
    """Let SIGINT and SIGTERM raise `Interrupted` inside, where they are not ignored and this is the main thread."""
    former = {}
    _Waiting.is_patient = _Waiting.is_heard = False
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                former[number] = signal.signal(number, _arrived)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def be_patient() -> None:
    """Let who asks twice wait as well, until this command has ended: what is in flight cannot be called back."""
    _Waiting.is_patient = True


def _arrived(number: int, _: FrameType | None) -> None:
    if not _Waiting.is_patient:
        signal.signal(number, signal.SIG_DFL)  # who asks twice means it
    elif _Waiting.is_heard:
        return
    _Waiting.is_heard = True
    if _Waiting.depth:
        _Waiting.number = number
    else:
        raise Interrupted(number)


class Uninterrupted:
    """Finishes what is inside before a signal that arrives meanwhile is heard."""

    @property
    def is_asked(self) -> bool:
        """Whether a signal waits to be heard: what is inside had better come to its end."""
        return _Waiting.number != 0

    def __enter__(self) -> None:
        _Waiting.depth += 1

    def __exit__(self, *_: object) -> None:
        _Waiting.depth -= 1
        if _Waiting.number and not _Waiting.depth:
            number, _Waiting.number = _Waiting.number, 0
            raise Interrupted(number)


uninterrupted: Final = Uninterrupted()
