"""What a server answers, as it comes: by lines, within a time, and of no more bytes than an answer has."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final

from attrs import frozen

MOST: Final = 64 * 1024
"""Bytes of one answer."""

_STATUS: Final = re.compile(rb"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")


class Budget:
    """The time that a sending may take.

    Args:
        seconds: from now.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left.

        Raises:
            TimeoutError: none are.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        return left

    def share(self, part: float) -> Budget:
        """A part of what is left.

        Raises:
            TimeoutError: nothing is.
        """
        return Budget(self.left() * part)

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return self._end <= time.monotonic()


@frozen
class Reply:
    """What the server answers.

    Attributes:
        code: such as 250; -1 for what is no answer.
        text: its lines without the code; may hold an address, so never in an error.
    """

    code: int
    text: bytes

    @property
    def status(self) -> str:
        """The enhanced status code (RFC 3463), such as `5.1.1`, or "", also where it contradicts the code."""
        found = _STATUS.match(self.text)
        return found[1].decode() if found and found[1][:1] == b"%d" % (self.code // 100) else ""

    def __str__(self) -> str:
        return f"{self.code} {self.status}".strip()


class Answers:
    """What comes from the server, by lines, as smtplib reads it.

    Attributes:
        codes: those that the lines of this answer begin with; an answer has one (RFC 5321 §4.2.1).
    """

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._held = bytearray()
        self._read = 0
        self.codes: set[bytes] = set()

    def readline(self, limit: int) -> bytes:
        """One line, or what there is where the server hangs up."""
        while b"\n" not in self._held and len(self._held) < limit:
            more = self._receive()
            if not more:
                break
            self.hold(more)
        end = min(self._held.find(b"\n") + 1 or len(self._held), limit)
        line = bytes(self._held[:end])
        del self._held[:end]
        self.codes.add(line[:3])
        return line

    def hold(self, more: bytes) -> None:
        """Take what came.

        Raises:
            OSError: one answer has no end.
        """
        self._read += len(more)
        if self._read > MOST:
            raise OSError("an answer without end")
        self._held += more

    def begin(self) -> None:
        """The next answer begins."""
        self._read = len(self._held)
        self.codes.clear()

    @property
    def has_more(self) -> bool:
        """Whether something came that was not read."""
        return bool(self._held)

    def close(self) -> None:
        """As a file; the socket is closed by who opened it."""
