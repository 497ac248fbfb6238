"""Files of JSON Lines: one document a line, streamed, never the whole file in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Final, TypeVar, cast

from regua.codec.documents import (
    decoded,
    encode_account,
    encode_event,
    encode_schedule,
    read_account,
    read_event,
    read_schedule,
)
from regua.codec.text import read_object, write_object
from regua.codec.wording import Refused, shown
from regua.core.account import Account
from regua.core.events.base import Event
from regua.core.planning.schedule import Schedule
from regua.errors import DecodeError

LONGEST_EVENT: Final = 1 << 20
"""Characters, or bytes, of the longest line of an event that is read."""

OnError = Callable[[DecodeError], object]
Lines = Iterable[str] | Iterable[bytes]
_Value = TypeVar("_Value")


def dump_events(events: Iterable[Event], file: IO[str] | IO[bytes]) -> int:
    r"""Write events as JSON Lines, each in one write of a whole line.

    Args:
        events: any iterable; it is not kept.
        file: open for writing; a binary one gets UTF-8, a text one should be opened with `encoding="utf-8"` and
            `newline="\n"`.

    Returns:
        How many lines were written.

    Raises:
        EventError: an event cannot be written; the lines before it are.
    """
    return _dump(events, encode_event, file)


def load_events(lines: Lines, *, on_error: OnError | None = None) -> Iterator[Event]:
    """Read events from JSON Lines, one at a time; blank lines are skipped.

    Args:
        lines: a file open for reading, binary or text, or any iterable of lines.
        on_error: called with the error of each bad line, which is left out; by default the first is raised.

    Yields:
        The events, in the order of the lines.

    Raises:
        DecodeError: a line is not exactly an event, or longer than a million bytes, and there is no `on_error`.
    """
    return _load(lines, read_event, on_error, longest=LONGEST_EVENT)


def dump_schedules(schedules: Iterable[Schedule], file: IO[str] | IO[bytes]) -> int:
    """Write schedules as JSON Lines, one a line with its actions inside; otherwise as `dump_events`."""
    return _dump(schedules, encode_schedule, file)


def load_schedules(lines: Lines, *, on_error: OnError | None = None) -> Iterator[Schedule]:
    """Read schedules from JSON Lines; otherwise as `load_events`."""
    return _load(lines, read_schedule, on_error)


def dump_accounts(accounts: Iterable[Account], file: IO[str] | IO[bytes]) -> int:
    """Write accounts as JSON Lines, one a line with its events inside; otherwise as `dump_events`."""
    return _dump(accounts, encode_account, file)


def load_accounts(lines: Lines, *, on_error: OnError | None = None) -> Iterator[Account]:
    """Read accounts from JSON Lines; otherwise as `load_events`."""
    return _load(lines, read_account, on_error)


def to_line(document: dict[str, Any]) -> str:
    r"""Write what an `encode_` function gave as canonical JSON: compact, unescaped, ended by `\n`."""
    return write_object(document) + "\n"


def from_line(line: str | bytes) -> dict[str, Any]:
    """Read one JSON object, as strictly as the `load_` functions, for a `decode_` function.

    Raises:
        DecodeError: it is not one JSON object, or has a key twice.
    """
    return decoded(line, read_object)


def _dump(values: Iterable[_Value], encode: Callable[[_Value], dict[str, Any]], file: IO[Any]) -> int:
    binary, count = _is_binary(file), 0
    for value in values:
        line = to_line(encode(value))
        file.write(line.encode() if binary else line)
        count += 1
    return count


def _is_binary(file: IO[Any]) -> bool:
    # Asked of the file itself: what wraps one (tempfile, click, gzip) need not have its base class.
    try:
        file.write(b"")
    except TypeError:
        return False
    return True


def _load(
    lines: Lines, read: Callable[[Any], _Value], on_error: OnError | None, *, longest: int | None = None
) -> Iterator[_Value]:
    if isinstance(lines, str | bytes):
        message = f"{shown(lines)} is no file; open it first, or give a list of lines"
        raise TypeError(message)
    return _values(lines, read, on_error, longest)


def _values(
    lines: Lines, read: Callable[[Any], _Value], on_error: OnError | None, longest: int | None
) -> Iterator[_Value]:
    for number, line in _numbered(lines, longest):
        try:
            value = decoded(line, lambda line: read(_object(line)), line=number)
        except DecodeError as error:
            if on_error is None:
                raise
            on_error(error)
        else:
            yield value


def _numbered(lines: Lines, longest: int | None) -> Iterator[tuple[int, str | bytes | Refused]]:
    number = 0
    try:
        for number, line in enumerate(cast("Iterable[str | bytes]", lines), 1):
            if longest is not None and len(line) > longest:
                yield number, Refused(f"longer than {longest:,} bytes, which no event is", "write one event a line")
            elif not _is_blank(line):
                yield number, line
    except UnicodeDecodeError:
        # A text file decodes blocks, not lines: neither the exact line nor what follows it can be had from it.
        yield number + 1, Refused("not UTF-8, here or soon after", "open the file in binary mode to read on after it")


def _is_blank(line: str | bytes) -> bool:
    return not (line.strip(" \t\r\n") if isinstance(line, str) else line.strip(b" \t\r\n"))


def _object(line: str | bytes | Refused) -> dict[str, Any]:
    if isinstance(line, Refused):
        raise line
    return read_object(line)
