"""A file of an export read back: debtor by debtor, each only where not a byte of it was harmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, BinaryIO, Final

from attrs import define, field, frozen

from regua.codec.documents import decoded, read_event
from regua.codec.text import read_object
from regua.core.events import Event
from regua.engine.moving.lines import FORMAT, LINES, Answered, End, Head, Opening, Person, read_held
from regua.errors import DecodeError
from regua.ports import Attempt, OutboxAction, StoredPolicy

AGAIN: Final = "export once more, or copy the file again"
_OPENS: Final = b'{"type":"debtor",'
_ENDS: Final = b'{"type":"end",'


@frozen(kw_only=True)
class Block:
    """One debtor of a file, as lines.

    Attributes:
        opening: what it begins with.
        line: number of the line that opens it.
        lines: those that follow.
    """

    opening: Opening
    line: int
    lines: Sequence[bytes]

    def read(self) -> Taken:
        """Understand the lines.

        Raises:
            DecodeError: one of them is not what it should be.
        """
        held = [read_line(line, number) for number, line in enumerate(self.lines, self.line + 1)]
        return Taken(
            debtor=self.opening.debtor,
            wakeup_us=self.opening.wakeup_us,
            digest=self.opening.digest,
            events=[each for each in held if isinstance(each, Event)],
            actions=[each for each in held if isinstance(each, OutboxAction)],
            attempts=[each for each in held if isinstance(each, Attempt)],
            people=[each for each in held if isinstance(each, Person)],
            answers=[each for each in held if isinstance(each, Answered)],
        )


@frozen(kw_only=True)
class Taken:
    """One debtor of a file.

    Attributes:
        debtor: its id.
        wakeup_us: when it is to be planned again, or None.
        digest: of its facts, or "".
        events: in the order of recording.
        actions: the outbox.
        attempts: the evidence.
        people: personal data.
        answers: likewise, what providers answered.
    """

    debtor: str
    wakeup_us: int | None
    digest: str
    events: Sequence[Event]
    actions: Sequence[OutboxAction]
    attempts: Sequence[Attempt]
    people: Sequence[Person]
    answers: Sequence[Answered]


class Moved:
    """A file of an export. Reading it again begins from its start.

    Args:
        file: open for reading bytes, and seekable.

    Attributes:
        head: the first line.
        policies: of the file, once it was read to its end.
        debtors: how many there are, likewise.

    Raises:
        DecodeError: it does not begin as an export does.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head, self.policies, self.debtors = self._first(), list[StoredPolicy](), 0

    def _first(self) -> Head:
        self._file.seek(0)
        line = self._file.readline()
        if not line:
            raise DecodeError("the file is empty", line=1, remedy="`regua export` writes one")
        held = read_line(line, 1)
        if isinstance(held, Event):
            raise DecodeError("this is a file of events, no export", line=1, remedy="`regua record` stores events")
        if not isinstance(held, Head):
            raise DecodeError("this is no export", line=1, remedy="`regua export` writes one")
        if held.format != FORMAT:
            message = f"the export has format {held.format}, and this regua reads {FORMAT}"
            raise DecodeError(message, line=1, remedy="move with one version of regua, then upgrade")
        return held

    def blocks(self) -> Iterator[Block]:
        """Read debtor by debtor, in order of the ids; each comes once it is known that it is unharmed.

        Raises:
            DecodeError: a line was harmed, is missing or too many; nothing after it was given.
        """
        reading = _Reading()
        self._file.seek(0)
        for line in self._file:
            block = reading.take(line)
            if block is not None:
                yield block
        self.policies, self.debtors = reading.policies, reading.finish().debtors


@define
class _Reading:
    """How far a file was read."""

    number: int = 0
    policies: list[StoredPolicy] = field(factory=list)
    _seal: Any = field(factory=sha256)
    _opening: Opening | None = None
    _line: int = 1
    _lines: list[bytes] = field(factory=list)
    _end: End | None = None

    def take(self, line: bytes) -> Block | None:
        """Take the next line, and give the debtor that it closes."""
        self.number += 1
        if self._end is not None:
            raise DecodeError("there is more after the last line", line=self.number, remedy=AGAIN)
        if not line.endswith(b"\n"):
            raise DecodeError("the file was cut off inside this line", line=self.number, remedy=AGAIN)
        block = None
        if line.startswith((_OPENS, _ENDS)):
            block = self._closed(line)
        else:
            self._lines.append(line)
        self._seal.update(line)
        return block

    def _closed(self, line: bytes) -> Block | None:
        held = read_line(line, self.number)
        if held.sha256 != self._seal.hexdigest():
            where = f"something in lines {self._line:,} to {self.number:,} was changed after the export"
            raise DecodeError(where, line=self._line, remedy=AGAIN)
        block = None
        if self._opening is None:
            self._take_policies()
        else:
            block = Block(opening=self._opening, line=self._line, lines=self._lines)
        if isinstance(held, End):
            self._end = held
        else:
            self._check_order(held)
            self._opening, self._line, self._lines = held, self.number, []
        return block

    def _take_policies(self) -> None:
        for number, line in enumerate(self._lines[1:], 2):
            policy = read_line(line, number)
            if not isinstance(policy, StoredPolicy):
                raise DecodeError("this line belongs to a debtor", line=number, remedy=AGAIN)
            self.policies.append(policy)

    def _check_order(self, opening: Opening) -> None:
        if self._opening is not None and opening.debtor <= self._opening.debtor:
            raise DecodeError("the debtors are not in order of their ids", line=self.number, remedy=AGAIN)

    def finish(self) -> End:
        """See that the end is there."""
        if self._end is None:
            message = "the file ends here, before the last line of an export"
            raise DecodeError(message, line=self.number, remedy=AGAIN)
        return self._end


def read_line(line: bytes, number: int) -> Any:
    """Read what a line holds.

    Raises:
        DecodeError: it is no line of an export.
    """
    return decoded(line, _read, line=number)


def _read(line: bytes) -> Any:
    document = read_object(line)
    kind = document.pop("type", None)
    return read_held(kind, document) if kind in LINES else read_event(read_object(line))
