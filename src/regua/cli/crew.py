"""Several workers under one parent, which carries out nothing itself: starts them, sums up, replaces those that die.

Each worker is a process with an engine of its own, at the other end of a socket: counts come up it, and when the parent
ends, however it does, its workers notice and end after the action in flight.
"""

from __future__ import annotations

import json
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from regua.cli.interrupts import uninterrupted
from regua.cli.screen import Screen

PROGRAM: Final = (sys.executable, "-P", "-m", "regua")  # what lies in the current folder is no part of it
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
"""Seconds before the place of a worker that died is filled again, at first and at most."""
MOST_DEATHS: Final = 5
"""After how many in a row a place stays empty, where the work has an end."""
DENIED: Final = 77
"""Status of a worker that may not do its work, as the system's EX_NOPERM: no other one may."""
_TICK: Final = 1.0
"""Seconds after which a death is noticed that nobody told."""


class Crew:
    """The workers.

    Args:
        command: starts one of them.
        number: how many.
        tell: takes the number of a worker and what it has done.
        screen: where deaths are told.
        for_good: whether they stay; else a worker that ends well has done its work.
        pause: seconds before the place of one that died is filled again; doubled with each death in a row.
    """

    def __init__(
        self,
        command: Sequence[str],
        number: int,
        tell: Callable[[int, Mapping[str, int]], object],
        screen: Screen,
        *,
        for_good: bool,
        pause: float = FIRST_PAUSE,
    ) -> None:
        self._places = [_Place(each, command, pause) for each in range(1, number + 1)]
        self._tell, self._screen, self._for_good = tell, screen, for_good
        self._is_denied = False

    @property
    def has_given_up(self) -> bool:
        """Whether a place stayed empty because nobody lived in it, or may work there."""
        return self._is_denied or any(place.deaths >= MOST_DEATHS for place in self._places)

    def work(self) -> None:
        """Let them work until all have ended.

        Raises:
            Interrupted: a signal asked for an end; every worker has finished what it had in flight.
        """
        try:
            while not all(place.is_over for place in self._places):
                with uninterrupted:
                    self._start()
                self._wait()
                with uninterrupted:
                    self._hear(self._ended)
        finally:
            with uninterrupted:
                self._end()

    def _start(self) -> None:
        for place in self._places:
            if not place.is_over and place.process is None and place.begins_at <= time.monotonic():
                place.start()

    def _wait(self) -> None:
        """Until one of them says something, or a place is to be filled; here alone a signal is heard."""
        now = time.monotonic()
        lines = [place.line for place in self._places if place.line is not None]
        empty = [place.begins_at - now for place in self._places if place.line is None and not place.is_over]
        select.select(lines, [], [], max(0.0, min([_TICK, *empty])))

    def _hear(self, ended: Callable[[_Place, int], object]) -> None:
        for place in self._places:
            self._take(place)
            status = place.status()
            if status is not None:
                self._take(place)
                place.leave()
                ended(place, status)

    def _take(self, place: _Place) -> None:
        for done in place.said():
            self._tell(place.number, done)

    def _ended(self, place: _Place, status: int) -> None:
        if place.is_over:  # it was asked to end
            return
        if status == 0 and not self._for_good:
            place.is_over = True
            return
        if status == DENIED:  # the worker has said why
            self._is_denied = True
            for each in self._places:
                each.ask_to_end()
            return
        pause = place.bury()
        what = f"worker {place.number} {_how(status)}"
        if not self._for_good and place.deaths >= MOST_DEATHS:
            place.is_over = True
            self._screen.problem(f"{what}, as {MOST_DEATHS} in a row; nobody takes its place")
        else:
            self._screen.problem(f"{what}; another takes its place in {pause:g} s")

    def _end(self) -> None:
        """Let everybody finish what is in flight."""
        for place in self._places:
            place.ask_to_end()
        while lines := [place.line for place in self._places if place.line is not None]:
            select.select(lines, [], [], _TICK)
            self._hear(_is_well)


def _is_well(place: _Place, status: int) -> None:
    """Who ends when asked is not missed."""


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"


class _Place:
    """The place of one worker, filled again when it dies.

    Args:
        number: from 1.
        command: what starts a worker.
        pause: as of the crew.
    """

    def __init__(self, number: int, command: Sequence[str], pause: float) -> None:
        self.number, self._command, self._pause = number, command, pause
        self.process: subprocess.Popen[bytes] | None = None
        self.line: socket.socket | None = None
        self.deaths, self.is_over = 0, False
        self.begins_at = self._began_at = time.monotonic()
        self._heard, self._is_closed = b"", False

    def start(self) -> None:
        """Start a worker; Ctrl-C on the terminal is for its parent, which tells it."""
        line, theirs = socket.socketpair()
        try:
            with theirs:
                stdin = theirs.fileno()
                self.process = subprocess.Popen(self._command, stdin=stdin, start_new_session=True)  # noqa: S603 - ourselves
        except BaseException:
            line.close()
            raise
        self.line, self._began_at = line, time.monotonic()
        self._heard, self._is_closed = b"", False

    def said(self) -> list[dict[str, int]]:
        """The counts that have come, without waiting for more."""
        if self.line is None:
            return []
        with suppress(BlockingIOError):
            while chunk := self.line.recv(1 << 16, socket.MSG_DONTWAIT):
                self._heard += chunk
            self._is_closed = True
        *lines, self._heard = self._heard.split(b"\n")
        self.deaths = 0 if lines else self.deaths
        return [json.loads(line) for line in lines]

    def status(self) -> int | None:
        """How the worker ended, as `subprocess` tells it; None where it works, or there is none."""
        if self.process is None:
            return None
        return self.process.wait() if self._is_closed else self.process.poll()

    def leave(self) -> None:
        """Make room for another one."""
        if self.line is not None:
            self.line.close()
        self.line = self.process = None

    def bury(self) -> float:
        """Count a death, and give the seconds until another one begins."""
        now = time.monotonic()
        self.deaths = 1 if now - self._began_at > LONGEST_PAUSE else self.deaths + 1
        pause = min(self._pause * 2.0 ** (self.deaths - 1), LONGEST_PAUSE)
        self.begins_at = now + pause
        return pause

    def ask_to_end(self) -> None:
        """Let the worker see the end of its parent."""
        self.is_over = True
        if self.line is not None:
            with suppress(OSError):  # it has ended already
                self.line.shutdown(socket.SHUT_WR)
