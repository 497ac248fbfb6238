"""Documents, telephone numbers, addresses: what people write → one normalised form, or a `DocumentError`.

    documents.cnpj("12.abc.345/01de-35")  # "12ABC34501DE35"
    documents.phone("(11) 96123-4567")    # "+5511961234567"

Each reader takes a text and gives a text. Only ASCII is read, so no digit of another script, no mark that turns the
writing direction and no space passes for what it is not. An error says what is wrong and repeats nothing of the value.
CPFs and CNPJs, telephone numbers and e-mail addresses need `regua[documents]`; places do not.

identity  CPF and CNPJ
phones    telephone numbers, and the states of their area codes
emails    e-mail addresses
places    states, municipalities by IBGE code, CEPs
records   what is kept of a person
library   the libraries of the extra
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from regua.documents.emails import email
from regua.documents.identity import cnpj, cpf, cpf_or_cnpj, formatted, masked
from regua.documents.phones import AREA_CODES, is_mobile, phone, state_of_phone, states_of_phone
from regua.documents.places import CEPS, cep, city, state, state_of_cep, state_of_city
from regua.documents.records import FIELDS, address, record
from regua.errors import DocumentError, MissingExtra

__all__ = [
    "AREA_CODES",
    "CEPS",
    "FIELDS",
    "READERS",
    "STATE_OF",
    "DocumentError",
    "MissingExtra",
    "address",
    "cep",
    "city",
    "cnpj",
    "cpf",
    "cpf_or_cnpj",
    "email",
    "formatted",
    "is_mobile",
    "masked",
    "phone",
    "record",
    "state",
    "state_of_cep",
    "state_of_city",
    "state_of_phone",
    "states_of_phone",
]

READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "cpf": cpf,
    "cnpj": cnpj,
    "document": cpf_or_cnpj,
    "phone": phone,
    "email": email,
    "cep": cep,
    "city": city,
    "state": state,
}
"""The readers by what a column of an import map holds."""

STATE_OF: Final[Mapping[str, Callable[[str], str]]] = {
    "phone": state_of_phone,
    "cep": state_of_cep,
    "city": state_of_city,
}
"""What gives a state, of a value that its reader gave."""
