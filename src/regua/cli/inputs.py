"""What comes in: policies, events and shipped examples, from files or standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import click

from regua.cli.output import STDIO
from regua.cli.screen import MOST_SHOWN, Screen, counted

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from regua.core.calendars import Calendar
    from regua.core.events import Event
    from regua.core.policy import Policy
    from regua.errors import DecodeError
    from regua.policyfile import Source

STDIN_NAME: Final = "<stdin>"
_MEGABYTE: Final = 1_000_000


class Problems(click.ClickException):
    """What is wrong with what was given: a line each, with its place and the remedy. Exit status 1."""

    exit_code = 1

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's shape
        """Print them as they are."""
        sys.stderr.write(f"{self.message}\n")


def only_once(*names: str) -> None:
    """Refuse to read standard input twice."""
    if names.count(STDIO) > 1:
        raise click.UsageError("standard input ('-') can be read once; give the others as files")


def policy_source(name: str) -> tuple[Source, str]:
    """A policy file, or standard input, and its name in diagnostics."""
    return (sys.stdin.buffer.read(), STDIN_NAME) if name == STDIO else (Path(name), name)


def load_policies(names: Sequence[str], calendars: Mapping[str, Calendar]) -> list[Policy]:
    """Load policy files.

    Args:
        names: of the files.
        calendars: that they may use, by name.

    Raises:
        PolicyError: one of them has errors.
    """
    from regua.plugins import Registry
    from regua.policyfile import load_policy

    catalog = Registry.discover().catalog(calendars=calendars)
    sources = [policy_source(name) for name in names]
    return [load_policy(source, catalog=catalog, name=shown) for source, shown in sources]


@contextmanager
def open_input(name: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input, for reading bytes."""
    if name == STDIO:
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file


def size_of(file: BinaryIO) -> int:
    """Its size in bytes, or 0 where it cannot be known."""
    try:
        return os.fstat(file.fileno()).st_size
    except OSError:
        return 0


def read_events(name: str, screen: Screen, *, bad: list[DecodeError] | None = None) -> Iterator[tuple[int, Event]]:
    """Read events from JSON Lines, each with the number of its line.

    Args:
        name: of the file, or `-`.
        screen: shows how far it is.
        bad: takes what is wrong with lines that are no event, for who wants the others all the same.

    Raises:
        Problems: after the last line, where any line is no event and nothing takes it: all of them, up to twenty.
    """
    from regua.codec import load_events

    wrong: list[DecodeError] = [] if bad is None else bad
    with open_input(name) as file:
        watched = _Watched(file, screen)
        for event in load_events(watched, on_error=wrong.append):
            yield watched.number, event
    screen.clear()
    if bad is None and wrong:
        raise Problems(bad_lines(name, wrong))


def bad_lines(name: str, bad: Sequence[DecodeError]) -> list[str]:
    """Tell the lines of a file that hold no event, the first twenty one by one."""
    shown = STDIN_NAME if name == STDIO else name
    lines = [f"{shown}: {error}" for error in bad[:MOST_SHOWN]]
    if len(bad) > MOST_SHOWN:
        lines.append(f"{shown}: and {counted(len(bad) - MOST_SHOWN, 'more line')} that hold no event")
    if any(error.line == 1 for error in bad):
        lines.append("events are JSON Lines; of a CSV file, `regua import` makes them")
    return lines


class _Watched:
    """The lines of a file; knows the number of the last one, and shows how far the reading is."""

    def __init__(self, file: BinaryIO, screen: Screen) -> None:
        self._file, self._screen = file, screen
        self.number = 0

    def __iter__(self) -> Iterator[bytes]:
        total, read = size_of(self._file), 0
        for line in self._file:
            self.number += 1
            read += len(line)
            self._screen.progress(f"reading events: {amount_read(read, total)}")
            yield line


def amount_read(read: int, total: int) -> str:
    """`12 of 80 MB`, or `12 MB` where the whole is not known."""
    done = f"{read / _MEGABYTE:.1f}"
    return f"{done} of {total / _MEGABYTE:.1f} MB" if total else f"{done} MB"


def shipped(*path: str) -> Traversable:
    """A file that comes with regua."""
    return files("regua").joinpath("data", *path)


def open_shipped(*path: str) -> BinaryIO:
    """Open such a file for reading bytes."""
    return cast("BinaryIO", shipped(*path).open("rb"))


def shipped_map(name: str) -> Traversable | None:
    """The shipped map of that name, with or without `.map.toml`, or None."""
    if Path(name).name != name:
        return None
    candidate = shipped(name if name.endswith(".map.toml") else f"{name}.map.toml")
    return candidate if candidate.is_file() else None
