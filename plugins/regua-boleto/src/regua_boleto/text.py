"""What was typed, scanned or pasted, as plain ASCII digits."""

from __future__ import annotations

from typing import Final

from regua_boleto.problems import BoletoError, Problem, refuse

LONGEST: Final = 200
"""Characters at most: 48 digits with room for any mask."""
LENGTHS: Final = {44: "a bar code", 47: "the line of a bank", 48: "the line of an arrecadação"}
_MASK: Final = {ord(mark): None for mark in " .-\t\n\r\v\f"}


def is_digits(value: object, width: int) -> bool:
    """Whether it is that many ASCII digits."""
    return isinstance(value, str) and len(value) == width and value.isascii() and value.isdigit()


def plain_digits(text: str | bytes) -> str:
    """Take the mask (points, hyphens, ASCII white space) off a line or a bar code.

    Returns:
        44, 47 or 48 ASCII digits.

    Raises:
        BoletoError: another character, which may be a digit of another script, or another number of digits.
    """
    digits = _as_text(text).translate(_MASK)
    if not (digits.isascii() and digits.isdigit()):
        _refuse_characters(digits)
    if len(digits) not in LENGTHS:
        raise _other_length(f"{len(digits)} digits")
    return digits


def _as_text(text: str | bytes) -> str:
    if not isinstance(text, str | bytes | bytearray):
        raise refuse("character", "line", f"give a string or bytes, not {type(text).__name__}")
    if len(text) > LONGEST:
        raise _other_length(f"{len(text)} characters")
    return text if isinstance(text, str) else text.decode("latin-1")


def _refuse_characters(digits: str) -> None:
    problems = [
        Problem(
            code="character", field="line", message=f"{character!a} is no ASCII digit", position=place, found=character
        )
        for place, character in enumerate(digits, 1)
        if character not in "0123456789"
    ]
    if problems:
        raise BoletoError(problems)


def _other_length(found: str) -> BoletoError:
    wanted = ", ".join(f"{length} ({what})" for length, what in LENGTHS.items())
    return refuse("length", "line", f"{found} and not {wanted}")
