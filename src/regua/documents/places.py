"""Brazilian places: states, CEPs, and municipalities by IBGE code."""

from __future__ import annotations

import re
from typing import Final

from regua.core.calendars import STATES
from regua.errors import DocumentError

_CEP: Final = re.compile(r"([0-9]{2})\.?([0-9]{3})-?([0-9]{3})")
_CITY: Final = re.compile(r"[0-9]{7}")

CEPS: Final = (
    ("01000", "19999", "SP"),
    ("20000", "28999", "RJ"),
    ("29000", "29999", "ES"),
    ("30000", "39999", "MG"),
    ("40000", "48999", "BA"),
    ("49000", "49999", "SE"),
    ("50000", "56999", "PE"),
    ("57000", "57999", "AL"),
    ("58000", "58999", "PB"),
    ("59000", "59999", "RN"),
    ("60000", "63999", "CE"),
    ("64000", "64999", "PI"),
    ("65000", "65999", "MA"),
    ("66000", "68899", "PA"),
    ("68900", "68999", "AP"),
    ("69000", "69299", "AM"),
    ("69300", "69399", "RR"),
    ("69400", "69899", "AM"),
    ("69900", "69999", "AC"),
    ("70000", "72799", "DF"),
    ("72800", "72999", "GO"),
    ("73000", "73699", "DF"),
    ("73700", "76799", "GO"),
    ("76800", "76999", "RO"),
    ("77000", "77999", "TO"),
    ("78000", "78899", "MT"),
    ("79000", "79999", "MS"),
    ("80000", "87999", "PR"),
    ("88000", "89999", "SC"),
    ("90000", "99999", "RS"),
)
"""First and last of each range of CEPs (Correios), by their first five digits, and the state that has it."""


def state(text: str) -> str:
    """Read the code of a state, in either case.

    Returns:
        Two capital letters.

    Raises:
        DocumentError: no state has this code.
    """
    code = text.upper() if text.isascii() else ""
    if code not in STATES.values():
        raise DocumentError("state", "none of the codes of the states, such as SP")
    return code


def cep(text: str, *, state: str = "") -> str:
    """Read a CEP, bare or with its hyphen and point.

    Args:
        text: what is written.
        state: code of the state in which it must lie, or "" for any.

    Returns:
        Its eight digits.

    Raises:
        DocumentError: another form, a range of no state, or of another one.
    """
    match = _CEP.fullmatch(text)
    if not match:
        raise DocumentError("CEP", "not eight digits, with or without the hyphen; zeros in front count")
    digits = "".join(match.groups())
    _check_state("CEP", _state_of_cep(digits), state)
    return digits


def city(text: str, *, state: str = "") -> str:
    """Read the IBGE code of a municipality.

    Args:
        text: what is written.
        state: code of the state in which it must lie, or "" for any.

    Returns:
        Its seven digits. Whether there is such a municipality is not looked up.

    Raises:
        DocumentError: another form, or its first two digits are of no state, or of another one.
    """
    if not _CITY.fullmatch(text):
        raise DocumentError("IBGE code", "not the seven digits of a municipality")
    _check_state("IBGE code", STATES.get(text[:2], ""), state)
    return text


def _check_state(kind: str, found: str, wanted: str) -> None:
    if not found:
        raise DocumentError(kind, "of no state")
    if wanted and found != wanted:
        raise DocumentError(kind, "of another state than the address")


def state_of_cep(text: str) -> str:
    """Give the code of the state in which a CEP lies.

    Raises:
        DocumentError: as `cep`.
    """
    return _state_of_cep(cep(text))


def state_of_city(text: str) -> str:
    """Give the code of the state in which a municipality lies, by its IBGE code.

    Raises:
        DocumentError: as `city`.
    """
    return STATES[city(text)[:2]]


def _state_of_cep(digits: str) -> str:
    return next((owner for first, last, owner in CEPS if first <= digits[:5] <= last), "")
