"""CPF and CNPJ: read, checked, and written for people and for logs."""

from __future__ import annotations

import re
from typing import Final

from regua.documents.library import library
from regua.errors import DocumentError

_CPF: Final = re.compile(r"([0-9]{3})\.?([0-9]{3})\.?([0-9]{3})-?([0-9]{2})")
_CNPJ: Final = re.compile(r"([0-9A-Za-z]{2})\.?([0-9A-Za-z]{3})\.?([0-9A-Za-z]{3})/?([0-9A-Za-z]{4})-?([0-9]{2})")
_CPF_RULE: Final = "doc.cpf"
_CNPJ_RULE: Final = "doc.cnpj"


def cpf(text: str) -> str:
    """Read a CPF, bare or with its points and hyphen.

    Returns:
        Its eleven digits.

    Raises:
        DocumentError: another form, one digit eleven times, or wrong check digits (Receita Federal, rule `doc.cpf`).
        MissingExtra: validate-docbr is not installed.
    """
    match = _CPF.fullmatch(text)
    if not match:
        raise DocumentError("CPF", "not eleven digits, with or without the points and the hyphen", rule=_CPF_RULE)
    digits = "".join(match.groups())
    _check("CPF", digits, _CPF_RULE)
    return digits


def cnpj(text: str) -> str:
    """Read a CNPJ, bare or with its points, slash and hyphen; since July 2026 its first twelve places may be letters.

    Returns:
        Its fourteen characters, letters in upper case.

    Raises:
        DocumentError: another form, one digit fourteen times, or wrong check digits (IN RFB 2.119/2022, changed by
            IN RFB 2.229/2024, rule `doc.cnpj`).
        MissingExtra: validate-docbr is not installed.
    """
    match = _CNPJ.fullmatch(text)
    if not match:
        reason = "not twelve digits or letters and two digits, with or without the points, the slash and the hyphen"
        raise DocumentError("CNPJ", reason, rule=_CNPJ_RULE)
    characters = "".join(match.groups()).upper()
    _check("CNPJ", characters, _CNPJ_RULE)
    return characters


def _check(kind: str, characters: str, rule: str) -> None:
    if len(set(characters)) == 1:
        raise DocumentError(kind, "one digit and no other, which nobody has", rule=rule)
    if not getattr(library("validate_docbr"), kind)().validate(characters):
        raise DocumentError(kind, "the check digits do not belong to the others", rule=rule)


def cpf_or_cnpj(text: str) -> str:
    """Read a CPF or a CNPJ, whichever has the form.

    Returns:
        As `cpf` or `cnpj`.

    Raises:
        DocumentError: neither has the form, or what `cpf` or `cnpj` refuses.
        MissingExtra: validate-docbr is not installed.
    """
    if _CPF.fullmatch(text):
        return cpf(text)
    if _CNPJ.fullmatch(text):
        return cnpj(text)
    raise DocumentError("CPF or CNPJ", "neither the eleven digits of a CPF nor the fourteen characters of a CNPJ")


def formatted(document: str) -> str:
    """Write a CPF or CNPJ as people do: `529.982.247-25`, `12.ABC.345/01DE-35`.

    Raises:
        DocumentError: it has the form of neither. Check digits are not looked at.
    """
    if match := _CPF.fullmatch(document):
        return "{}.{}.{}-{}".format(*match.groups())
    if match := _CNPJ.fullmatch(document):
        return "{}.{}.{}/{}-{}".format(*match.groups()).upper()
    raise DocumentError("CPF or CNPJ", "neither the eleven digits of a CPF nor the fourteen characters of a CNPJ")


def masked(document: str) -> str:
    """Write a CPF or CNPJ for a log: `***.982.247-**`, `**.ABC.345/****-**`; anything else is `***`."""
    if match := _CPF.fullmatch(document):
        return f"***.{match[2]}.{match[3]}-**"
    if match := _CNPJ.fullmatch(document):
        return f"**.{match[2]}.{match[3]}/****-**".upper()
    return "***"
