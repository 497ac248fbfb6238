"""Values of a dossier as people in Brazil read them; whatever a name holds, it stays text on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, Final

from regua.core.dates import local, parse_date
from regua.core.money import Money
from regua.documents import formatted
from regua.errors import DateError, DocumentError
from regua.messages.formats import date_text, money_text
from regua.reports.dossier.words import FIELDS, OWNERS, PERSONS, TONES, field_word, told
from regua.reports.markup import clean

NOTHING: Final = "não informado"
_RATE: Final = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?(%)?(?:/(day|month|year))?( business)?", re.ASCII)
_PER: Final[Mapping[tuple[str, bool], str]] = {
    ("", False): "",
    ("day", False): " ao dia",
    ("day", True): " por dia útil",
    ("month", False): " ao mês",
    ("month", True): " ao mês, por dias úteis",
    ("year", False): " ao ano",
    ("year", True): " ao ano, por dias úteis",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"tone": TONES, "owner": OWNERS}


def moment(instant: int | None, zone: str) -> str:
    """`18/04/2026 09:00:00`, on the clocks of a zone; no instant as ""."""
    return "" if instant is None else f"{local(instant, zone):%d/%m/%Y %H:%M:%S}"


def period(since: int, until: int | None, zone: str) -> str:
    """From when to when."""
    return f"desde {moment(since, zone)}" + ("" if until is None else f"\naté {moment(until, zone)}")


def day(value: date | None) -> str:
    """`18/04/2026`, no day as ""."""
    return date_text(value)


def money(value: Money | None) -> str:
    """`R$ 1.234,56`, no amount as ""."""
    return "" if value is None else money_text(value).replace(" ", "\N{NO-BREAK SPACE}")


def days(count: int) -> str:
    """`1 dia`, `4 dias`."""
    return f"{count} dia" if count == 1 else f"{count} dias"


def rate(text: str, currency: str) -> str:
    """`1,00% ao mês`, `R$ 0,33 por dia útil`; what is no rate that a policy writes, such as an index, as it is."""
    found = _RATE.fullmatch(text)
    if found is None:
        return clean(text)
    whole, decimals, percent, per, business = found.groups("")
    number = f"{whole},{decimals:0<2}%" if percent else money(Money.of(f"{whole}.{decimals:0<2}", currency))
    return f"{number}{_PER[per, bool(business)]}"


def lines(texts: Iterable[str]) -> str:
    """Texts below each other, without the blank ones."""
    return "\n".join(clean(text) for text in texts if text)


def pair(name: str, value: str) -> str:
    """A field with its name."""
    return f"{field_word(name)}: {clean(value)}"


def fields(body: Mapping[str, Any]) -> str:
    """The fields of an event, one a line."""
    return "\n".join(pair(name, _value(name, value)) for name, value in body.items())


def facts(given: Mapping[str, str]) -> str:
    """What a reason rests on, in one line: names and values as `explain` tells them."""
    return ", ".join(f"{FIELDS.get(name, name)} {clean(value)}" for name, value in given.items())


def kind_of_person(code: str) -> str:
    """A natural person or a company."""
    return told(PERSONS[code], code) if code in PERSONS else code


def identity(name: str, value: str) -> str:
    """A field of a person; a CPF or CNPJ with its points, where it has the form of one."""
    if name in {"cpf", "cnpj", "document"}:
        with suppress(DocumentError):
            return formatted(value)
    return clean(value)


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "sim" if value else "não"
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list):
        return ", ".join(_value(name, each) for each in value)
    text = str(value)
    if name in {"due", "until", "by", "through", "valid_until"}:
        return _day(text)
    return _WORDS.get(name, {}).get(text, text)


def _object(value: Mapping[str, Any]) -> str:
    if value.keys() == {"amount", "currency"}:
        return money_text(Money.of(value["amount"], value["currency"]))
    return "(" + ", ".join(f"{field_word(name)} {_value(name, each)}" for name, each in value.items()) + ")"


def _day(text: str) -> str:
    """A civil date; `by` of some events is who decided."""
    try:
        return date_text(parse_date(text))
    except DateError:
        return text
