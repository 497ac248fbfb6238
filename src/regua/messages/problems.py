"""What can be wrong with a message file; all of it is reported at once."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class MessageProblem:
    """One mistake in a file of messages; prints as `atraso.txt.j2:7: message; remedy`.

    Attributes:
        file: path of the file or folder, as it was given.
        line: of the file, from 1, or 0 for the whole of it.
        message: what is wrong.
        remedy: what to write instead, or "".
    """

    file: str
    line: int = 0
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return f"{where}{self.message}" + (f"; {self.remedy}" if self.remedy else "")
