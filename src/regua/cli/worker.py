"""One worker: carries out what is due, for as long as it is to stay."""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from regua.cli.interrupts import uninterrupted
from regua.cli.screen import Screen
from regua.errors import StoreDenied, StoreError

if TYPE_CHECKING:
    from regua.engine import Engine

AT_ONCE: Final = 100
"""Actions between two looks at the clock."""
LONGEST_PAUSE: Final = 5.0
"""Seconds after which what others have recorded is noticed."""
SHORTEST_PAUSE: Final = 0.2
FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 30.0
"""Seconds between two tries while the store cannot be used, at first and at most."""
WAITED_FOR: Final = 60.0
"""Seconds for which work that has an end waits for the store."""
SOON: Final = 1_800_000_000
"""Microseconds that --drain waits at most: for what was put off, and without anything having moved."""

Stay = Literal["once", "drain", "always"]
"""Until nothing is due, until nothing is left that is done by itself soon, or for good."""


class Host:
    """Who a worker works for."""

    def tell(self, done: Mapping[str, int]) -> None:
        """Take counts."""

    def is_gone(self) -> bool:
        """Whether the worker is to end, beside being asked by a signal."""
        return False

    def sleep(self, seconds: float) -> None:
        """Let time go by; a signal ends it."""
        time.sleep(seconds)


class Alone(Host):
    """Nobody: who takes the counts is in this process."""

    def __init__(self, tell: Callable[[Mapping[str, int]], object]) -> None:
        self._tell = tell

    def tell(self, done: Mapping[str, int]) -> None:
        """Take counts."""
        self._tell(done)


class Parent(Host):
    """The process that started this one, at the other end of standard input: when it ends, the worker does."""

    def __init__(self) -> None:
        self._line = os.dup(0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)  # what a plugin starts holds no end of the line
        os.close(nothing)
        self._is_gone = False

    def tell(self, done: Mapping[str, int]) -> None:
        """Write counts as one line."""
        raw = f"{json.dumps(dict(done))}\n".encode()
        while raw:
            raw = raw[os.write(self._line, raw) :]

    def is_gone(self) -> bool:
        """Whether the other end is closed."""
        return self._is_gone_within(0)

    def sleep(self, seconds: float) -> None:
        """Let time go by, as long as there is a parent."""
        self._is_gone_within(seconds)

    def _is_gone_within(self, seconds: float) -> bool:
        if not self._is_gone and select.select([self._line], [], [], seconds)[0]:
            try:
                self._is_gone = os.read(self._line, 1) == b""
            except ConnectionResetError:  # it has ended and left something unread
                self._is_gone = True
        return self._is_gone


def work(engine: Engine, creditor: str, stay: Stay, host: Host, screen: Screen, *, limit: int | None = None) -> None:
    """Carry out what is due, until there is no more to stay for.

    The engine stays open while the store cannot be used: it alone knows what came of what was sent meanwhile.

    Args:
        engine: of the settings.
        creditor: whose debtors; "" for all.
        stay: for how long.
        host: takes the counts of every round.
        screen: where it is told that the store cannot be used.
        limit: at most so many actions.

    Raises:
        Interrupted: a signal asked for an end; what was in flight is finished and told.
        StoreDenied: it refuses this role, which no waiting mends.
        StoreError: it cannot be used for a minute, and the work has an end.
    """
    draining, waiting = Draining(engine, creditor), Waiting(host, screen, is_for_good=stay == "always")
    again = 0.0
    while not host.is_gone():
        try:
            with uninterrupted:
                done = _some(engine, creditor, host, AT_ONCE if limit is None else min(AT_ONCE, limit))
                if any(done.values()):
                    host.tell(done)
            if limit is not None:
                limit -= sum(done.values())
            if limit == 0 or (stay == "once" and not any(done.values())):
                return
            seconds: float | None = 0
            if not any(done.values()):
                seconds = draining.pause() if stay == "drain" else pause(engine, creditor)
        except StoreDenied:
            raise
        except StoreError as error:
            waiting.bear(error)
            continue
        waiting.end()
        if seconds is None:
            return
        again = _longer(again, SHORTEST_PAUSE, LONGEST_PAUSE) if seconds == SHORTEST_PAUSE else 0.0
        if seconds:
            host.sleep(max(seconds, again))  # longer and longer where what is due now cannot be carried out


class Waiting:
    """Waits for a store that cannot be used now, as while a database is restarted, longer and longer.

    Args:
        host: sleeps.
        screen: where it is told, once each time.
        is_for_good: whether it is waited for however long it takes.
    """

    def __init__(self, host: Host, screen: Screen, *, is_for_good: bool) -> None:
        self._host, self._screen, self._is_for_good = host, screen, is_for_good
        self._pause, self._since = 0.0, 0.0

    def bear(self, error: StoreError) -> None:
        """Let time go by.

        Raises:
            StoreError: enough went by.
        """
        now = time.monotonic()
        if not self._pause:
            self._since = now
            self._screen.problem(f"waiting for the store: {error}")
        if not self._is_for_good and now - self._since >= WAITED_FOR:
            raise error
        self._pause = _longer(self._pause, FIRST_WAIT, LONGEST_WAIT)
        self._host.sleep(self._pause)

    def end(self) -> None:
        """It can be used."""
        if self._pause:
            self._pause = 0.0
            self._screen.note("the store can be used again")


def _longer(pause: float, shortest: float, longest: float) -> float:
    """The pause after another one, of 0 for none."""
    return min(max(2 * pause, shortest), longest)


def _some(engine: Engine, creditor: str, host: Host, limit: int) -> dict[str, int]:
    import attrs

    stop = lambda: uninterrupted.is_asked or host.is_gone()  # noqa: E731 - one line says it
    return attrs.asdict(engine.run_due(limit=limit, creditor=creditor, stop=stop))


def pause(engine: Engine, creditor: str) -> float:
    """Seconds until something is due, within bounds."""
    wakeup = engine.next_wakeup(creditor=creditor)
    return _bounded(engine, None if wakeup is None else int(wakeup.timestamp() * 1_000_000))


def _bounded(engine: Engine, until_us: int | None) -> float:
    if until_us is None:
        return LONGEST_PAUSE
    return min(max((until_us - engine.now()) / 1_000_000, SHORTEST_PAUSE), LONGEST_PAUSE)


class Draining:
    """Says for how long to wait until what is left can go on, and when not to wait any more.

    Args:
        engine: of the settings.
        creditor: whose debtors; "" for all.
    """

    def __init__(self, engine: Engine, creditor: str) -> None:
        self._engine, self._creditor = engine, creditor
        self._counts: Any = None
        self._since = 0

    def pause(self) -> float | None:
        """Seconds to wait; None where nothing is left that is done by itself soon, or nothing moves."""
        status = self._engine.status(creditor=self._creditor)
        soon = status.at_us + SOON
        waiting = [each.waiting for each in status.creditors]
        coming = [tally for each in status.creditors for tally in (each.backlog.put_off, each.backlog.resolving)]
        instants = [tally.first_us for tally in (*waiting, *coming) if tally.first_us is not None]
        if not any(instant <= soon for instant in instants):
            return None
        if self._is_stale(status.at_us, [each.counts for each in status.creditors]):
            return None
        return _bounded(self._engine, min(instants))

    def _is_stale(self, now: int, counts: object) -> bool:
        if counts != self._counts:
            self._counts, self._since = counts, now
        return now - self._since > SOON
