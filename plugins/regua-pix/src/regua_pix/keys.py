"""Pix keys: CPF, CNPJ, telephone number, e-mail address, random key; as the directory of the Banco Central keeps them.

Source: API DICT of the Banco Central, and Manual de Padrões para Iniciação do Pix.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from regua import documents
from regua.errors import DocumentError
from regua_pix.fields import PixError, checked_text, named

KeyKind = Literal["cpf", "cnpj", "phone", "e-mail", "evp"]

_EVP: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONGEST: Final = 77
_FIELD: Final = named("26-01")
_CPF_LENGTH: Final = 11


class PixKey(NamedTuple):
    """A key of the directory.

    Attributes:
        kind: `cpf`, `cnpj`, `phone`, `e-mail`, or `evp` for a random one.
        value: as the directory keeps it: digits (and letters, of a CNPJ) alone, a telephone number as E.164, the rest
            in lower case.
    """

    kind: KeyKind
    value: str


def read_key(text: str) -> PixKey:
    """Read a Pix key as people write it. Eleven digits are a CPF: a telephone number has `+55` in front.

    Raises:
        PixError: it has the form of none, wrong check digits, or a number that is in no numbering plan.
        MissingExtra: a library of `regua[documents]` is not installed.
    """
    try:
        found = _read(checked_text(_FIELD, text))
    except DocumentError as error:
        raise PixError(_FIELD, str(error)) from None
    if len(found.value) > _LONGEST:
        raise PixError(_FIELD, f"longer than the {_LONGEST} characters of a key")
    return found


def _read(text: str) -> PixKey:
    if text.startswith("+"):
        return PixKey("phone", documents.phone(text))
    if "@" in text:
        return PixKey("e-mail", documents.email(text).lower())
    if _EVP.fullmatch(text):
        return PixKey("evp", text.lower())
    try:
        documents.formatted(text)
    except DocumentError:
        message = "no CPF, CNPJ, telephone number with + in front, e-mail address or random key"
        raise PixError(_FIELD, message) from None
    document = documents.cpf_or_cnpj(text)
    return PixKey("cpf" if len(document) == _CPF_LENGTH else "cnpj", document)
