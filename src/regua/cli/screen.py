"""What a person reads beside the result: notes and progress on standard error, and colour."""

from __future__ import annotations

import os
import sys
import time
from typing import Any, Final, TextIO

MOST_SHOWN: Final = 20
"""Problems of one kind that are told one by one; the rest is counted."""
_PAUSE: Final = 0.1
_COLOURS: Final = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "grey": 90}


class Screen:  # no attrs class: `regua --help` would pay for the import
    """How much is said, and how.

    Attributes:
        quiet: whether notes and progress are left out; problems never are.
        colourless: whether colour is left out on a terminal, too.
        debug: whether an internal error shows its traceback.
    """

    def __init__(self) -> None:
        self.quiet = False
        self.colourless = bool(os.environ.get("NO_COLOR"))
        self.debug = os.environ.get("REGUA_DEBUG", "") not in ("", "0")
        self._shown_at = 0.0
        self._progress = False

    def note(self, text: str) -> None:
        """Say something that is good to know."""
        if not self.quiet:
            self.problem(text)

    def problem(self, text: str) -> None:
        """Say what is wrong."""
        self.clear()
        sys.stderr.write(f"{text}\n")

    def error(self, text: str) -> None:
        """Say why nothing more is done."""
        self.problem(f"{self.paint('Error:', 'red', sys.stderr)} {text}")

    def paint(self, text: str, colour: str, stream: TextIO | Any = None) -> str:
        """Colour a text where the stream (standard output by default) is a terminal and nobody objects."""
        if self.colourless or not text or not (stream or sys.stdout).isatty():
            return text
        return f"\033[{_COLOURS[colour]}m{text}\033[0m"

    def progress(self, text: str) -> None:
        """Show how far the work is, on a terminal, a few times a second."""
        if self.quiet or not sys.stderr.isatty():
            return
        now = time.monotonic()
        if now - self._shown_at >= _PAUSE:
            self._shown_at, self._progress = now, True
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the progress off the terminal before anything else is written there."""
        if self._progress:
            self._progress = False
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 row`, `2,466 rows`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
