"""What is wrong with a line, a bar code or what one is made of: the field, the digit, what stands there and should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from attrs import frozen

from regua.errors import ReguaError

if TYPE_CHECKING:
    from collections.abc import Iterable

Code = Literal[
    "length",
    "character",
    "check-digit",
    "product",
    "segment",
    "identifier",
    "currency",
    "due",
    "amount",
    "bank",
    "missing",
    "unknown",
    "value",
    "layout",
]
CODES: Final[tuple[str, ...]] = get_args(Code)


@frozen(kw_only=True)
class Problem:
    """One thing that is wrong. It repeats single digits and what was given for one field, never a whole line.

    Attributes:
        code: one of `CODES`.
        field: the part it is in (`field 2`, `general`, `block 3`), or the name of what was given (`nosso_numero`).
        message: what is wrong.
        position: which digit of what was read, from 1 and without what a mask adds; 0 where it is about no one digit.
        expected: the digit that should stand there, or "".
        found: the digit that stands there, or "".
    """

    code: Code
    field: str
    message: str
    position: int = 0
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        where = f"{self.field}, digit {self.position}" if self.position else self.field
        return f"{where}: {self.message}"


class BoletoError(ReguaError, ValueError):
    """A line, a bar code or an order that cannot be read or written.

    Attributes:
        problems: every problem found, each printing as `field, digit N: message`.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def wrong_digit(field: str, position: int, *, expected: str, found: str) -> Problem:
    """A check digit that does not belong to the digits that it guards."""
    return Problem(
        code="check-digit",
        field=field,
        message=f"the check digit is {found} and the digits before it ask for {expected}"
        if field != "general"
        else f"the general check digit is {found} and all the others ask for {expected}",
        position=position,
        expected=expected,
        found=found,
    )


def refuse(code: Code, field: str, message: str, *, position: int = 0, found: str = "") -> BoletoError:
    """The error of one problem."""
    return BoletoError([Problem(code=code, field=field, message=message, position=position, found=found)])
