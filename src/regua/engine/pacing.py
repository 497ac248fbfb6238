"""How often a channel or executor is tried, and how fast: retries, rate limit, circuit breaker.

Retries follow from what is stored. Limit and breaker live in the process: an engine that is one of several, as under
`regua run --workers 4`, is opened with `share=4` and takes its part of each rate. What they hold back is pending until
then, and no attempt is spent.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Protocol

from attrs import converters, evolve, field, frozen

from regua.core.dates import microseconds
from regua.engine.log import Log
from regua.errors import SettingsError
from regua.ports import AttemptOutcome, start_anew_after_fork

RATE_LIMITED: Final = "rate-limited"
"""The reason of an action that waits for the rate of its channel."""
CHANNEL_PAUSED: Final = "channel-paused"
"""The reason of an action that waits until its channel is tried again."""

_UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
SPAN: Final = re.compile(r"([1-9][0-9]{0,5})(ms|[smhd])")
RATE: Final = re.compile(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,5})?([smhd])")

MOST_HANGING: Final = 10
"""Calls of one channel that were given up and still run; beyond these nothing is sent by it, nor is it asked."""

Held = tuple[int, str]
"""Until when something waits, and why."""


class Running(Protocol):
    """A call."""

    @property
    def is_running(self) -> bool:
        """Whether it runs, in this process."""


def to_span(given: str | timedelta) -> timedelta:
    """Read `"90s"`, `"1m"`, `"500ms"`; a timedelta stays as it is.

    Raises:
        SettingsError: it says no such time.
    """
    if isinstance(given, timedelta):
        return given
    match = SPAN.fullmatch(str(given))
    if match is None:
        message = f'{given!r} is no span of time; write it as "90s", "1m", "2h" or "500ms"'
        raise SettingsError([message])
    return int(match[1]) * _UNITS.get(match[2], timedelta(milliseconds=1))


@frozen
class Rate:
    """At most so many in any such span of time.

    Attributes:
        count: how many.
        span: in what time.
    """

    count: int
    span: timedelta

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read `"60/m"`, `"10/s"`, `"1/30s"`.

        Raises:
            SettingsError: it says no rate.
        """
        match = RATE.fullmatch(str(text))
        if match is None:
            message = f'{text!r} is no rate; write it as "60/m", "10/s" or "1/30s"'
            raise SettingsError([message])
        return cls(int(match[1]), int(match[2] or 1) * _UNITS[match[3]])

    def shared(self, share: int) -> Rate:
        """The part of one of so many who share it."""
        if self.count >= share:
            return Rate(self.count // share, self.span)
        return Rate(1, -(-self.span * share // self.count))

    @property
    def span_us(self) -> int:
        """The span, in microseconds."""
        return microseconds(self.span)


def _to_rate(given: str | Rate) -> Rate:
    return given if isinstance(given, Rate) else Rate.parse(given)


@frozen(kw_only=True)
class Pacing:
    """How one channel or executor is tried.

    Attributes:
        attempts: after so many attempts at an action at which nothing left it counts as refused.
        pause: after the first attempt at which nothing left; it doubles with every further one.
        longest_pause: at most.
        rate: at most so many sendings, of all creditors together, as `"60/m"`; None for as many as it takes.
        breaker: after so many answers in a row of "not now" or of unknown outcome nothing is sent for a `pause`, which
            doubles, up to `longest_pause`, for as long as the one sending that tries it fares no better; 0 for never.

    Raises:
        SettingsError: what cannot be meant.
    """

    attempts: int = 5
    pause: timedelta = field(default=timedelta(minutes=1), converter=to_span)
    longest_pause: timedelta = field(default=timedelta(hours=1), converter=to_span)
    rate: Rate | None = field(default=None, converter=converters.optional(_to_rate))
    breaker: int = 10

    def __attrs_post_init__(self) -> None:
        for what, is_wrong in (
            ("attempts is a whole number from 1 on", self.attempts < 1),
            ("pause is longer than nothing", self.pause <= timedelta(0)),
            ("longest_pause is no shorter than pause", self.longest_pause < self.pause),
            ("breaker is a whole number from 0 on", self.breaker < 0),
        ):
            if is_wrong:
                raise SettingsError([what])

    def pause_us(self, times: int) -> int:
        """The pause after so many failures, in microseconds."""
        longest = microseconds(self.longest_pause)
        return min(microseconds(self.pause) << min(times - 1, 40), longest)

    def backoff(self, action: str, attempt: int, after: timedelta | None) -> int:
        """How long to wait before attempt `attempt + 1`, in microseconds.

        Up to a fifth is added by the action's id and the attempt, so that many do not come back at once and a
        simulation comes to the same.
        """
        base = self.pause_us(attempt)
        share = int(action[:4], 16) * 7919 * attempt % 1000
        asked = 0 if after is None else microseconds(after)
        return max(base + base * share // 5000, asked)


class Pace:
    """The rate and the breaker of one channel, in this process.

    Args:
        channel: its name.
        pacing: what was declared.
        log: told when the breaker opens and closes.
    """

    def __init__(self, channel: str, pacing: Pacing, log: Log) -> None:
        self.pacing = pacing
        self._channel, self._log = channel, log
        self.start_anew()
        self._hanging: list[Running] = []
        self._sent: deque[int] = deque()
        self._promised = 0
        self._failures, self._pauses, self._is_tried = 0, 0, False
        self._paused = 0, 0
        start_anew_after_fork(self)

    def start_anew(self) -> None:
        """Let go of what threads of a parent hold, in a child that has none of them."""
        self._lock = threading.Lock()

    def admit(self, now: int) -> Held | None:
        """Let one sending through, which counts from now on; or say until when it waits, and why."""
        with self._lock:
            since, until = self._paused
            if since <= now < until:
                return until, CHANNEL_PAUSED
            if self._is_full():
                return now + self.pacing.pause_us(1), CHANNEL_PAUSED
            held = self._limited(now)
            if held is None and self._pauses:  # one tries it; the others wait for what comes of that
                self._is_tried = True
                self._paused = now, now + self.pacing.pause_us(self._pauses)
            return held

    def _limited(self, now: int) -> Held | None:
        """What comes back later is spread, or all of it would come at once and be held back once more."""
        rate = self.pacing.rate
        if rate is None:
            return None
        sent, span = self._sent, rate.span_us
        while sent and not now - span < sent[0] <= now:  # a clock that went back counts anew
            sent.popleft()
        if len(sent) < rate.count:
            sent.append(now)
            return None
        promised = self._promised if self._promised > now else 0
        self._promised = max(sent[0] + span, promised + -(-span // rate.count))
        return self._promised, RATE_LIMITED

    def is_full(self) -> bool:
        """Whether so many calls of it hang that no more is made."""
        with self._lock:
            return self._is_full()

    def gave_up(self, call: Running) -> None:
        """Take in that nobody waits for a call any more."""
        with self._lock:
            self._hanging.append(call)

    def _is_full(self) -> bool:
        self._hanging = [call for call in self._hanging if call.is_running]
        return len(self._hanging) >= MOST_HANGING

    def heard(self, outcome: AttemptOutcome, now: int) -> None:
        """Take in what came of a sending."""
        with self._lock:
            if outcome in {"accepted", "permanent"}:
                if self._pauses:
                    self._log.warning("a channel answers again", channel=self._channel, count=self._failures)
                self._failures, self._pauses, self._is_tried, self._paused = 0, 0, False, (0, 0)
                return
            self._failures += 1
            is_enough = 0 < self.pacing.breaker <= self._failures
            if is_enough and (self._is_tried or not self._paused[0] <= now < self._paused[1]):
                self._pause(now)

    def _pause(self, now: int) -> None:
        self._pauses, self._is_tried = self._pauses + 1, False
        self._paused = now, now + self.pacing.pause_us(self._pauses)
        event = "a channel does not answer; nothing is sent by it for a while"
        self._log.error(event, channel=self._channel, count=self._failures)


class Paces:
    """Those of all channels, executors and registrars, by name.

    Args:
        declared: for those that declare something.
        share: how many engines share the rates.
        log: the host's.
    """

    def __init__(self, declared: Mapping[str, Pacing], *, share: int, log: Log) -> None:
        self._declared, self._share, self._log = declared, share, log
        self._paces: dict[str, Pace] = {}

    def of(self, channel: str) -> Pace:
        """That of one."""
        if channel not in self._paces:
            pacing = self._declared.get(channel, Pacing())
            if pacing.rate is not None:
                pacing = evolve(pacing, rate=pacing.rate.shared(self._share))
            self._paces.setdefault(channel, Pace(channel, pacing, self._log))
        return self._paces[channel]
