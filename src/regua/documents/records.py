"""Records of personal data: the fields whose names say what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from regua.documents.emails import email
from regua.documents.identity import cnpj, cpf, cpf_or_cnpj
from regua.documents.phones import phone
from regua.documents.places import cep


def address(text: str) -> str:
    """Read the address of a contact point, as channels get it.

    Returns:
        With a plus in front as `phone` gives it, with an at-sign inside as `email`; anything else (an id of a messaging
        service, a street) comes back as it is, and its channel judges it.

    Raises:
        DocumentError: as `phone` and `email`.
        MissingExtra: as they.
    """
    if text.startswith("+"):
        return phone(text)
    return email(text) if "@" in text[1:] else text


FIELDS: Final[Mapping[str, Callable[[str], str]]] = {
    "cpf": cpf,
    "cnpj": cnpj,
    "document": cpf_or_cnpj,
    "phone": phone,
    "email": email,
    "cep": cep,
    "address": address,
}
"""The fields of a record that are checked, by name."""


def record(fields: Mapping[str, str]) -> dict[str, str]:
    """Read a record of personal data, as `Creditor.keep` takes it.

    Returns:
        Its fields, those of `FIELDS` normalised.

    Raises:
        DocumentError: one of them cannot be what its name says.
        MissingExtra: a library is not installed.
    """
    return {name: FIELDS[name](text) if name in FIELDS else text for name, text in fields.items()}
