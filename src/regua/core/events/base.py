"""What every fact has in common."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar, Final
from unicodedata import normalize

from attrs import field, frozen

from regua.core.calendars.values import BRAZIL, STATES
from regua.core.dates import format_instant, public_instant, to_instant, zone_info
from regua.core.money import Money
from regua.errors import DateError, EventError

if TYPE_CHECKING:
    import pendulum

_SIMILAR: Final = 0.8
_STATE_NAMES: Final = {
    "acre": "AC",
    "alagoas": "AL",
    "amapa": "AP",
    "amazonas": "AM",
    "bahia": "BA",
    "ceara": "CE",
    "distrito federal": "DF",
    "espirito santo": "ES",
    "goias": "GO",
    "maranhao": "MA",
    "mato grosso": "MT",
    "mato grosso do sul": "MS",
    "minas gerais": "MG",
    "para": "PA",
    "paraiba": "PB",
    "parana": "PR",
    "pernambuco": "PE",
    "piaui": "PI",
    "rio de janeiro": "RJ",
    "rio grande do norte": "RN",
    "rio grande do sul": "RS",
    "rondonia": "RO",
    "roraima": "RR",
    "santa catarina": "SC",
    "sao paulo": "SP",
    "sergipe": "SE",
    "tocantins": "TO",
}
LONGEST_NAME: Final = 200
"""Characters of the longest identifier."""
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
"""No control characters, line ends or halves of surrogate pairs: a fixed list, the same in every version of Python."""
_ECHO: Final = 40
_CLOSING: Final = "'\")]}"


def is_name(value: object) -> bool:
    """Whether a value is an identifier: 1 to 200 characters on one line, without outer spaces."""
    return (
        isinstance(value, str)
        and len(value) <= LONGEST_NAME
        and _NAME.fullmatch(value) is not None
        and value == value.strip(" \u00a0")
    )


def check_name(owner: object, attribute: object, value: Any) -> None:
    """Refuse an identifier that is not a non-empty string without control characters and outer spaces."""
    if not is_name(value):
        is_long = isinstance(value, str) and len(value) > LONGEST_NAME
        problem = (
            f"is longer than {LONGEST_NAME} characters; write a shorter identifier"
            if is_long
            else "is not an identifier; write a non-empty string on one line"
        )
        message = f"{_where(owner, attribute)}: {_echo(value)} {problem}"
        raise EventError(message)


def check_names(owner: object, attribute: object, value: Any) -> None:
    """Refuse anything but a tuple of distinct identifiers."""
    if not isinstance(value, tuple) or len(set(value)) != len(value):
        message = f"{_where(owner, attribute)}: {_echo(value)} is not a tuple of distinct identifiers; name each once"
        raise EventError(message)
    for name in value:
        check_name(owner, attribute, name)


def check_some(owner: object, attribute: object, value: Any) -> None:
    """Refuse an empty tuple where the fact needs at least one."""
    if not value:
        message = f"{_where(owner, attribute)}: it is empty; name at least one"
        raise EventError(message)


def check_zone(owner: object, attribute: object, value: Any) -> None:
    """Refuse what is neither "" nor an IANA time zone."""
    try:
        if value:
            zone_info(value)
    except DateError as error:
        message = f"{_where(owner, attribute)}: {error}"
        raise EventError(message) from None


def check_state(owner: object, attribute: object, value: Any) -> None:
    """Refuse what is no code of a state of Brazil: no rule of a state would bind, and nobody would know.

    "" passes, and of an owner who names another country any word.
    """
    if value != "" and value not in STATES.values() and getattr(owner, "country", BRAZIL) == BRAZIL:
        near = _nearest(value) if isinstance(value, str) else ""
        remedy = f"write {near}" if near else 'write its code of two capitals, such as SP, or "" where it is not known'
        message = f"{_where(owner, attribute)}: {_echo(value)} is no state of Brazil; {remedy}"
        raise EventError(message)


def _nearest(value: str) -> str:
    """The code of a state that a text means or nearly means, or ""."""
    plain = normalize("NFKD", value).encode("ascii", "ignore").decode().strip().lower()
    code = plain.removeprefix("br-").upper()
    if code in STATES.values():
        return code
    found = get_close_matches(plain, _STATE_NAMES, n=1, cutoff=_SIMILAR)
    return _STATE_NAMES[found[0]] if found else ""


def check_positive(owner: object, attribute: object, value: Any) -> None:
    """Refuse an amount of money that is not above zero (None passes)."""
    if value is not None and not (isinstance(value, Money) and value.minor > 0):
        shown = str(value) if isinstance(value, Money) else _echo(value)
        message = f"{_where(owner, attribute)}: {shown} is not an amount of money above zero; write Money.of('150.00')"
        raise EventError(message)


def clipped(text: str, longest: int = _ECHO + 2) -> str:
    """Cut a quoted text to about 40 characters: what stands in the wrong field may be personal data."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…{text[-1] if text[-1] in _CLOSING else ''}"


def _echo(value: object) -> str:
    return clipped(repr(value[: _ECHO + 1] if isinstance(value, str) else value))


def _where(owner: object, attribute: object) -> str:
    return f"{getattr(owner, 'type', '?')}.{getattr(attribute, 'alias', '?')}"


@frozen(kw_only=True)
class Event:
    """A fact about one debtor of one creditor.

    Attributes:
        id: unique for the creditor; the same id with the same content is the same fact.
        creditor: who is owed; the tenant.
        debtor: who owes.
        at: when it took effect in the world; given as an aware datetime.
        recorded_at: when we learnt of it; given as an aware datetime.

    Raises:
        DateError: `at` or `recorded_at` is naive.
        EventError: a field cannot describe a fact.
    """

    type: ClassVar[str]
    version: ClassVar[int] = 1

    id: str = field(validator=check_name)
    creditor: str = field(validator=check_name)
    debtor: str = field(validator=check_name)
    at_us: int = field(alias="at", converter=to_instant, repr=format_instant)
    recorded_us: int = field(alias="recorded_at", converter=to_instant, repr=format_instant)

    @property
    def at(self) -> pendulum.DateTime:
        """When it took effect, in UTC."""
        return public_instant(self.at_us)

    @property
    def recorded_at(self) -> pendulum.DateTime:
        """When we learnt of it, in UTC."""
        return public_instant(self.recorded_us)

    @property
    def known_us(self) -> int:
        """The later of `at` and `recorded_at`: when it could first matter to us."""
        return max(self.at_us, self.recorded_us)


@frozen(kw_only=True)
class ReceivableEvent(Event):
    """A fact about one receivable.

    Attributes:
        receivable: its id, unique for the debtor.
    """

    receivable: str = field(validator=check_name)
