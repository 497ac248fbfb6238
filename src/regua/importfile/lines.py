"""Physical lines of a file of any size, each of bounded length, numbered from 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, NamedTuple

from regua.errors import DecodeError

MAX_CELL: Final = 128 * 1024
"""Characters of a cell, as in Python's csv module."""
MAX_LINE: Final = 1024 * 1024
"""Bytes of a physical line."""
_CHUNK: Final = 256 * 1024
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One physical line.

    Attributes:
        number: from 1.
        raw: its bytes without the line end; a carriage return before a line feed is still there.
        whole: False for a line above `MAX_LINE`, of which `raw` is only the beginning.
    """

    number: int
    raw: bytes
    whole: bool


def physical_lines(file: BinaryIO, on_bytes: Callable[[int], None]) -> Iterator[Line]:
    r"""Read lines that end in `\n`, `\r\n`, or, where the first one does, in `\r` alone.

    A byte order mark of UTF-8 at the beginning is left out. No more than a line and a chunk is in memory.

    Args:
        file: binary stream, read to its end and not closed.
        on_bytes: called with the number of bytes read so far.

    Raises:
        DecodeError: the file is UTF-16.
    """
    chunk = _first(file)
    if chunk.startswith(_WIDE):
        raise DecodeError("the file is UTF-16", line=1, remedy="convert it: iconv -f UTF-16 -t UTF-8")
    read, number, rest, whole = len(chunk), 1, b"", True
    chunk = chunk.removeprefix(_BOM)
    end = _line_end(chunk)
    while chunk:
        on_bytes(read)
        *pieces, tail = (rest + chunk).split(end) if whole else chunk.split(end)
        for piece in pieces:
            yield Line(number, piece if whole else rest, whole=whole and len(piece) <= MAX_LINE)
            number, whole = number + 1, True
        if whole or pieces:
            whole = len(tail) <= MAX_LINE
            rest = tail if whole else tail[:_CHUNK]
        chunk = file.read(_CHUNK)
        read += len(chunk)
    if rest:
        yield Line(number, rest, whole)


def _first(file: BinaryIO) -> bytes:
    """Read until the first line end can be seen, whatever the stream gives at a time."""
    chunk = b""
    while len(chunk) <= MAX_LINE:
        more = file.read(_CHUNK)
        chunk += more
        if not more or b"\n" in chunk or b"\r" in chunk[:-1]:
            break
    return chunk


def _line_end(chunk: bytes) -> bytes:
    carriage = chunk.find(b"\r")
    lonely = carriage >= 0 and chunk[carriage + 1 : carriage + 2] != b"\n"
    return b"\r" if lonely and b"\n" not in chunk[:carriage] else b"\n"
