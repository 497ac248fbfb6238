"""A charge with a due date (cobrança com vencimento, cobv): its body for the API Pix, and back.

Source: API Pix of the Banco Central, `PUT /cobv/{txid}`. The txid is ours and makes the request idempotent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from attrs import field, frozen

from regua import documents
from regua.core.dates import civil_date
from regua.core.money import Money
from regua.core.rules import ChargeRules, Levy
from regua.errors import DocumentError
from regua_pix.fields import PixError
from regua_pix.keys import read_key
from regua_pix.modalities import Body, read_day, read_valor, section, valor_body

_TXID: Final = re.compile("[A-Za-z0-9]{26,35}")
_MOST_DAYS: Final = 2**31 - 1
_PAYER: Final[Mapping[str, tuple[str, int]]] = {
    # ours: theirs, and its longest
    "name": ("nome", 200),
    "email": ("email", 254),
    "address": ("logradouro", 200),
    "city": ("cidade", 200),
    "state": ("uf", 2),
    "cep": ("cep", 8),
}
_REQUEST_LENGTH: Final = 140
_CPF_LENGTH: Final = 11


@frozen(kw_only=True)
class Cobv:
    """A charge with a due date. Its repr holds no personal data.

    Attributes:
        txid: our id, 26 to 35 letters and digits without accents; the address of the request.
        key: Pix key of the payee.
        amount: what it asks on the due date, rebate not taken off.
        due: civil due date.
        days_after: how many civil days after it the charge may still be paid.
        charges: fine, interest and discounts; the bank works them out on the day of the payment.
        rebate: taken off whenever it is paid, or None.
        payer: `name` and `document` of the debtor, and where known `email`, `address`, `city`, `state` and `cep`.
        request: text that the payer reads, at most 140 characters.
    """

    txid: str
    key: str = field(repr=False)
    amount: Money
    due: date = field(converter=civil_date)
    days_after: int = 30
    charges: ChargeRules = field(factory=ChargeRules)
    rebate: Levy | None = None
    payer: Mapping[str, str] = field(repr=False)
    request: str = field(default="", repr=False)


def cobv_body(charge: Cobv) -> Body:
    """Write the body of `PUT /cobv/{txid}`, which the txid itself is no part of.

    Of the charges it tells fine, interest and discounts; rounding, order and what becomes of late charges left over
    belong to the creditor alone.

    Raises:
        PixError: a field that the API does not take, or charges that a cobv cannot say: correction, an index, more than
            two decimals, a discount on the due date, discounts of two sorts.
        MissingExtra: the library that checks documents is not installed.
    """
    if not _TXID.fullmatch(charge.txid):
        raise PixError("txid", "not 26 to 35 letters and digits without accents")
    if not 0 <= charge.days_after <= _MOST_DAYS:
        raise PixError("calendario.validadeAposVencimento", "not a number of days")
    body: Body = {
        "calendario": {"dataDeVencimento": charge.due.isoformat(), "validadeAposVencimento": charge.days_after},
        "devedor": _payer_body(charge.payer),
        "valor": valor_body(charge.amount, charge.charges, charge.rebate, charge.due),
        "chave": _key(charge.key),
    }
    if len(charge.request) > _REQUEST_LENGTH:
        raise PixError("solicitacaoPagador", f"longer than {_REQUEST_LENGTH} characters")
    return body | ({"solicitacaoPagador": charge.request} if charge.request else {})


def _key(key: str) -> str:
    try:
        return read_key(key).value
    except PixError as error:
        raise PixError("chave", error.reason) from None


def _payer_body(payer: Mapping[str, str]) -> Body:
    rest = dict(payer)
    document = _document(rest.pop("document", ""))
    body = {"cpf" if len(document) == _CPF_LENGTH else "cnpj": document}
    if not rest.get("name", "").strip():
        raise PixError("devedor.nome", "missing")
    for name, (theirs, longest) in _PAYER.items():
        text = rest.pop(name, "")
        if len(text) > longest:
            raise PixError(f"devedor.{theirs}", f"longer than {longest} characters")
        body |= {theirs: text} if text else {}
    if rest:
        raise PixError("devedor", f"a cobv has no {' and no '.join(sorted(rest))}")
    return body


def _document(text: str) -> str:
    try:
        return documents.cpf_or_cnpj(text)
    except DocumentError as error:
        raise PixError("devedor.cpf", str(error)) from None


def read_cobv(body: Mapping[str, Any]) -> Cobv:
    """Read a charge as the API tells it; what it says beyond a `Cobv` (status, location, revision) is passed over.

    Raises:
        PixError: a field is missing or is not what it should be.
    """
    calendar = _needed(body, "calendario")
    amount, charges, rebate = read_valor(_needed(body, "valor"))
    return Cobv(
        txid=_text(body, "txid", ""),
        key=_text(body, "chave", ""),
        amount=amount,
        due=read_day(calendar.get("dataDeVencimento"), "calendario.dataDeVencimento"),
        days_after=_days(calendar.get("validadeAposVencimento", 30)),
        charges=charges,
        rebate=rebate,
        payer=_read_payer(section(body, "devedor", "devedor") or {}),
        request=_text(body, "solicitacaoPagador", ""),
    )


def _needed(body: object, name: str) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise PixError("cobv", "not an object")
    found = section(body, name, name)
    if found is None:
        raise PixError(name, "missing")
    return found


def _text(body: Mapping[str, Any], name: str, within: str) -> str:
    text = body.get(name) or ""
    if not isinstance(text, str):
        raise PixError(f"{within}{name}", "not a text")
    return text


def _days(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_DAYS:
        raise PixError("calendario.validadeAposVencimento", "not a number of days")
    return value


def _read_payer(body: Mapping[str, Any]) -> dict[str, str]:
    document = _text(body, "cpf", "devedor.") or _text(body, "cnpj", "devedor.")
    fields = {name: _text(body, theirs, "devedor.") for name, (theirs, _) in _PAYER.items()}
    return {name: text for name, text in ({"document": document} | fields).items() if text}
