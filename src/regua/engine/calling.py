"""Calls of plugins, each in a thread beside the one that waits for it: one that hangs holds up nobody.

The threads are daemons, kept for the next call and shared by all engines of the process; a fork leaves them behind. A
call that is given up goes on, since nothing can stop it; what it comes to is told when it ends. How many of one
channel may hang so, `regua.engine.pacing` says.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from queue import SimpleQueue
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

KEPT: Final = 8
"""Threads that wait for the next call."""


class NoAnswerError(Exception):
    """A call took longer than it may; it goes on."""


class Call(Generic[T]):
    """One call.

    Args:
        work: what is called.
        late: told of the result where nobody waited for it to the end, in the thread of the call; raises nothing.
    """

    def __init__(self, work: Callable[[], T], late: Callable[[T], object]) -> None:
        self._work, self._late = work, late
        self._context: Context = copy_context()
        self._decided, self._ended = threading.Lock(), threading.Lock()
        self._ended.acquire()
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._process = 0

    @property
    def is_running(self) -> bool:
        """Whether it runs, in this process."""
        return self._process == os.getpid()

    def within(self, seconds: float) -> T:
        """Make the call, and wait for it.

        Raises:
            NoAnswerError: it takes longer.
            BaseException: whatever the call raises, or ends the waiting.
        """
        thread = _thread()
        try:
            self._process = os.getpid()
            thread.jobs.put(self)
            if self._ended.acquire(timeout=min(seconds, threading.TIMEOUT_MAX)):
                return self._told()
        except BaseException:
            if not self._gives_up():
                self._tell_late()
            raise
        if self._gives_up():
            raise NoAnswerError
        self._ended.acquire()
        return self._told()

    def run(self) -> None:
        """Carry it out; called by the thread. A child that the call forked and that comes back ends here."""
        process = os.getpid()
        try:
            self._result.append(self._context.run(self._work))
        except BaseException as error:  # noqa: BLE001 - who waits raises it
            self._error = error
        if os.getpid() != process:  # it is no second worker: it has no thread but this one, and nobody waits for it
            os._exit(0 if self._error is None else 1)
        self._process = 0
        if self._decided.acquire(blocking=False):
            self._ended.release()
        else:
            self._tell_late()

    def _gives_up(self) -> bool:
        """Whether it is given up before it has ended: one of the two threads decides."""
        return self._decided.acquire(blocking=False)

    def _told(self) -> T:
        error, self._error = self._error, None
        if error is not None:
            raise error
        return self._result[0]

    def _tell_late(self) -> None:
        for result in self._result:
            self._late(result)


class _Thread(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="regua-call", daemon=True)
        self.jobs: SimpleQueue[Call[Any]] = SimpleQueue()

    def run(self) -> None:
        while True:
            self.jobs.get().run()
            if len(_idle) >= KEPT:
                return
            _idle.append(self)


_idle: Final[deque[_Thread]] = deque()


def _thread() -> _Thread:
    try:
        return _idle.pop()
    except IndexError:
        thread = _Thread()
        thread.start()
        return thread


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)
