"""The single values of the wire, each read and written strictly: nothing is coerced.

Every function either gives the value or raises `Refused`. What a writer accepts, its reader accepts.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, get_args

from regua.codec.wording import Refused, check_keys, from_core, nearest, shown
from regua.core.dates import civil_date, format_instant, parse_date, parse_instant, to_instant
from regua.core.money import Money, decimals
from regua.core.tones import Tone
from regua.errors import DateError, MoneyError

if TYPE_CHECKING:
    from collections.abc import Callable

_LARGEST: Final = 2**53 - 1
"""The largest whole number that every JSON reader carries exactly (RFC 7493), jq among them."""
_DAY: Final = len("YYYY-MM-DD")
_INSTANT_REMEDY: Final = "write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z"
_MONEY_REMEDY: Final = 'write {"amount":"150.00","currency":"BRL"}'
_MONEY_KEYS: Final = {"amount": None, "currency": None}.keys()
_MAJOR_DIGITS: Final = 18
"""`Money.of` reads amounts below 10^18."""
_TONES: Final = {tone.word: tone for tone in Tone}


def text(value: object, _: object = None) -> str:
    """Pass a string that UTF-8 and every database can carry."""
    if not isinstance(value, str):
        raise Refused(f"{shown(value)} is not a string", "write text in double quotes")
    if "\0" in value or not (value.isascii() or _is_utf8(value)):
        raise Refused(f"{shown(value)} holds NUL or half of a surrogate pair", "write well-formed Unicode text")
    return value


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def whole_number(value: object, _: object = None) -> int:
    """Pass a whole number, and neither `true` nor `1.0`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"{shown(value)} is not a whole number", "write digits alone, without quotes or point")
    if not -_LARGEST <= value <= _LARGEST:
        raise Refused(f"{shown(value)} is too large a number", "write one of at most 15 digits")
    return int(value)


def flag(value: object, _: object = None) -> bool:
    """Pass `true` and `false`."""
    if not isinstance(value, bool):
        raise Refused(f"{shown(value)} is neither true nor false", "write true or false, without quotes")
    return value


def read_day(value: object, _: object = None) -> date:
    """Read a civil date, `YYYY-MM-DD`."""
    if not isinstance(value, str):
        raise Refused(f"{shown(value)} is not a date", 'write it as "YYYY-MM-DD"')
    try:
        return parse_date(value)
    except DateError as error:
        raise from_core(_without_echo(error, value), "write another day, as YYYY-MM-DD") from None


def _without_echo(error: DateError, value: str) -> str:
    return str(error).replace(repr(value), shown(value))


def write_day(value: object) -> str:
    """Write a civil date."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Refused(f"{shown(value)} is not a datetime.date")
    try:
        return civil_date(value).isoformat()
    except DateError as error:
        raise from_core(str(error)) from None


def read_instant(value: object, _: object = None) -> int:
    """Read an instant with an offset, as RFC 3339 writes it (seconds may be left out), to the microsecond."""
    if not isinstance(value, str):
        raise Refused(f"{shown(value)} is not an instant", _INSTANT_REMEDY)
    try:
        return parse_instant(value)
    except DateError as error:
        raise Refused(_no_instant(value, error), _INSTANT_REMEDY) from None


def _no_instant(value: str, error: DateError) -> str:
    """Say what is wrong with an instant: its offset, its day, or else what the core said of the whole."""
    if _is_instant(f"{value}Z"):
        return f"{shown(value)} is naive: it has no offset"
    if _is_instant(f"2000-01-01{value[_DAY:]}"):
        try:
            parse_date(value[:_DAY])
        except DateError as of_day:
            return from_core(str(of_day)).message
    return from_core(_without_echo(error, value)).message


def _is_instant(text: str) -> bool:
    try:
        parse_instant(text)
    except DateError:
        return False
    return True


def write_instant(value: object) -> str:
    """Write an instant in UTC, with `Z`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"{shown(value)} is not a number of microseconds since 1970")
    try:
        return format_instant(to_instant(value))
    except DateError as error:
        raise from_core(str(error)) from None


def optional(rule: Callable[..., Any]) -> Callable[..., Any]:
    """Make a rule that leaves null as it is."""
    return lambda value, *more: None if value is None else rule(value, *more)


def read_tone(value: object, _: object = None) -> Tone:
    """Read a tone by its word."""
    tone = _TONES.get(value) if isinstance(value, str) else None
    if tone is None:
        raise Refused(f"{shown(value)} is not a tone", nearest(value, _TONES))
    return tone


def write_tone(value: object) -> str:
    """Write a tone as its word."""
    if not isinstance(value, Tone):
        raise Refused(f"{shown(value)} is not a Tone")
    return value.word


def one_of(kind: Any) -> Callable[..., str]:
    """Make the rule of a `Literal`: one of its words and nothing else."""
    words: tuple[str, ...] = get_args(kind)

    def word(value: object, _: object = None) -> str:
        if isinstance(value, str) and value in words:
            return value
        raise Refused(f"{shown(value)} is not one of the words allowed here", nearest(value, words))

    return word


def read_money(value: object, _: object = None) -> Money:
    """Read `{"amount": "150.00", "currency": "BRL"}`; a JSON number is no exact amount and is refused."""
    if not isinstance(value, dict):
        raise Refused(f"{shown(value)} is not an amount of money", _MONEY_REMEDY)
    if value.keys() != _MONEY_KEYS:
        check_keys(value, _MONEY_KEYS)
    amount, currency = value["amount"], value["currency"]
    if not isinstance(amount, str):
        raise Refused(f"{shown(amount)} is not a string", 'write the amount as "150.00", exactly', field="amount")
    if not _is_currency(currency):
        raise Refused(f"{shown(currency)} is not a currency", 'write its ISO 4217 code: "BRL"', field="currency")
    try:
        return Money.of(amount, currency)
    except MoneyError:
        places = decimals(currency)
        remedy = f'write digits with a point, {places} decimals at most: "{"150.00" if places else "150"}"'
        raise Refused(f"{shown(amount)} is not an amount of {currency}", remedy, field="amount") from None


def write_money(value: object) -> dict[str, str]:
    """Write an amount with all decimals of its currency."""
    if not isinstance(value, Money):
        raise Refused(f"{shown(value)} is not Money")
    if abs(value.minor) >= 10 ** (_MAJOR_DIGITS + decimals(value.currency)):
        raise Refused(f"{shown(value.minor)} minor units are more than an amount of money has")
    return {"amount": _digits(value.minor, decimals(value.currency)), "currency": value.currency}


def _digits(minor: int, places: int) -> str:
    # Not through Decimal, whose precision and rounding the host may have set.
    digits = str(abs(minor)).rjust(places + 1, "0")
    point = len(digits) - places
    return f"{'-' if minor < 0 else ''}{digits[:point]}{'.' if places else ''}{digits[point:]}"


def _is_currency(value: object) -> bool:
    return isinstance(value, str) and _is_code(value)


@lru_cache(maxsize=256)
def _is_code(value: str) -> bool:
    try:
        Money(0, value)
    except MoneyError:
        return False
    return True
