"""Expected and actual side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Protocol, TypeVar

from attrs import frozen

ABSENT: Final = "-"
"""What stands in a column that has nothing."""


class Keyed(Protocol):
    """What is compared by its key."""

    @property
    def key(self) -> tuple[int, str, str]:
        """What is compared."""


E = TypeVar("E", bound=Keyed)
A = TypeVar("A", bound=Keyed)


def pairs(expected: Sequence[E], actual: Sequence[A]) -> Iterator[tuple[E | None, A | None]]:
    """Lay two lists side by side, in their order, what is the same on one line."""
    matcher = SequenceMatcher(None, [each.key for each in expected], [each.key for each in actual], autojunk=False)
    for what, left, left_end, right, right_end in matcher.get_opcodes():
        if what == "equal":
            yield from zip(expected[left:left_end], actual[right:right_end], strict=True)
        else:
            yield from ((each, None) for each in expected[left:left_end])
            yield from ((None, each) for each in actual[right:right_end])


@frozen(kw_only=True)
class Row:
    """One line of the comparison.

    Attributes:
        expected: text, or "".
        actual: text, or "".
        where: `padrao.toml:46` of the step.
        why: what became of what is missing, or how came what is too much; "" where both are the same.
    """

    expected: str
    actual: str
    where: str
    why: str = ""

    @property
    def mark(self) -> str:
        """`-` for what is missing, `+` for what is too much."""
        return " " if self.expected and self.actual else "-" if self.expected else "+"


def table(rows: Sequence[Row]) -> list[str]:
    """Lines of text, the columns aligned."""
    cells = [("expected", "actual", "step", "")]
    cells += [(row.expected or ABSENT, row.actual or ABSENT, row.where, row.why) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    marks = [" ", *(row.mark for row in rows)]
    return [_line(mark, line, widths) for mark, line in zip(marks, cells, strict=True)]


def _line(mark: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
    return "  ".join([f"{mark} {padded[0]}", *padded[1:], *cells[len(widths) :]]).rstrip()
