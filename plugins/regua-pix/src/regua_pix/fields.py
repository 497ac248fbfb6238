"""The fields of a BR Code by tag, and the error that names one."""

from __future__ import annotations

from typing import Final

from regua.errors import ReguaError


class PixError(ReguaError, ValueError):
    """A BR Code, Pix key or charge that cannot be read, or cannot be made.

    What stands in a field may be personal data: neither the text nor any attribute repeats a character of it.

    Attributes:
        field: which, such as `"59 name"` of a BR Code and `"valor.juros.modalidade"` of a charge.
        reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


WHOLE: Final = "code"
"""The field of what concerns no field more than another."""

_NAMES: Final = {
    "00": "format",
    "01": "initiation",
    "26": "account",
    "26-00": "arrangement",
    "26-01": "key",
    "26-02": "info",
    "26-03": "withdrawal service",
    "26-25": "url",
    "52": "category",
    "53": "currency",
    "54": "amount",
    "58": "country",
    "59": "name",
    "60": "city",
    "61": "cep",
    "62": "additional data",
    "62-05": "txid",
    "63": "checksum",
    "80": "recurrence",
    "80-00": "arrangement",
    "80-25": "recurrence url",
}


def checked_text(field: str, text: object) -> str:
    """What is a text, as it is.

    Raises:
        PixError: it is none.
    """
    if not isinstance(text, str):
        raise PixError(field, f"a text, not {type(text).__name__}")
    return text


def named(tag: str, *, of: str = "") -> str:
    """Write a tag for people: `"26-01 key"`.

    Args:
        tag: of two digits, with the tag around it where it is inside one: `"26-01"`.
        of: the tag whose name it takes, where that is another: Pix may stand in any of 26 to 51, and 80 to 99.
    """
    name = _NAMES.get(of or tag, "")
    return f"{tag} {name}" if name else tag
