"""What a person reads beside the result: notes and progress on standard error, and colour."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
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
        as_json: whether each line is an object of JSON, for who collects them, and says also what is as it should be.
    """

    def __init__(self) -> None:
        self.quiet = False
        self.colourless = bool(os.environ.get("NO_COLOR"))
        self.debug = os.environ.get("REGUA_DEBUG", "") not in ("", "0")
        self.as_json = False
        self._shown_at = 0.0
        self._progress = False

    def note(self, text: str, **about: object) -> None:
        """Say something that is good to know; as JSON with what it is about."""
        if not self.quiet:
            self._say("info", text, about)

    def problem(self, text: str, **about: object) -> None:
        """Say what is wrong."""
        self._say("warning", text, about)

    def error(self, text: str, **about: object) -> None:
        """Say why nothing more is done."""
        prefix = "" if self.as_json else f"{self.paint('Error:', 'red', sys.stderr)} "
        self._say("error", f"{prefix}{text}", about)

    def _say(self, level: str, text: str, about: Mapping[str, object]) -> None:
        self.clear()
        sys.stderr.write(f"{_line(level, text, about) if self.as_json else text}\n")

    def paint(self, text: str, colour: str, stream: TextIO | Any = None) -> str:
        """Colour a text where the stream (standard output by default) is a terminal and nobody objects."""
        if self.colourless or not text or not (stream or sys.stdout).isatty():
            return text
        return f"\033[{_COLOURS[colour]}m{text}\033[0m"

    def progress(self, text: str) -> None:
        """Show how far the work is, on a terminal, a few times a second."""
        if self.quiet or self.as_json or not sys.stderr.isatty():
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


def _line(level: str, text: str, about: Mapping[str, object]) -> str:
    import json
    from datetime import UTC, datetime

    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return json.dumps({"at": at, "level": level, "event": text, **about}, ensure_ascii=False)


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 row`, `2,466 rows`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
