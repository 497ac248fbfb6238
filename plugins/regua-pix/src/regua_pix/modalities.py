"""Fine, interest, rebate and discounts of a cobv, by their modality codes, and the charges of a policy.

Source: API Pix of the Banco Central, `CobVValor`. Both sides count alike: a month is 30 civil or 21 business days, a
year 365 or 252, simple interest on the amount less the rebate. What one cannot say of the other is an error, never an
approximation. How a bank rounds is written nowhere, so a rounding is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from attrs import frozen

from regua.core.dates import Offset, parse_date
from regua.core.money import Money
from regua.core.rules import MOST_DISCOUNTS, ChargeRules, Discount, Levy, Rate, Unit
from regua.errors import DateError
from regua_pix.fields import PixError

Body = dict[str, Any]

_VALUE: Final = re.compile("[0-9]{1,10}[.][0-9]{2}")
_CENTS: Final = 100
_PERCENT: Final = 100 * _CENTS
"""Hundredths of a percent in one whole."""
_FIXED, _SHARE = 1, 2
_INTEREST: Final[Mapping[int, tuple[bool, Unit, bool]]] = {
    # code: fixed value, unit of time, business days
    1: (True, "day", False),
    2: (False, "day", False),
    3: (False, "month", False),
    4: (False, "year", False),
    5: (True, "day", True),
    6: (False, "day", True),
    7: (False, "month", True),
    8: (False, "year", True),
}
_EARLY: Final[Mapping[int, tuple[bool, Unit, bool]]] = {
    3: (True, "day", False),
    4: (True, "day", True),
    5: (False, "day", False),
    6: (False, "day", True),
}


# values


def value_text(hundredths: Fraction | int, where: str) -> str:
    """Write centavos, or hundredths of a percent, as `valorPerc` does: `2.00`.

    Raises:
        PixError: more than two decimals, below zero, or more than ten digits.
    """
    exact = Fraction(hundredths)
    if exact.denominator != 1:
        raise PixError(where, "has more than the two decimals that a cobv has")
    text = f"{exact.numerator // _CENTS}.{exact.numerator % _CENTS:02}"
    if not _VALUE.fullmatch(text):
        raise PixError(where, "not between zero and ten digits before the point")
    return text


def read_value(text: object, where: str) -> int:
    """Read `2.00` as 200.

    Raises:
        PixError: another form; a number of JSON is none, because it may have been a float.
    """
    if not isinstance(text, str) or not _VALUE.fullmatch(text):
        raise PixError(where, 'not a text of digits, a point and two digits, such as "2.00"')
    return int(text.replace(".", ""))


def section(body: object, name: str, where: str) -> Mapping[str, Any] | None:
    """A table of a body, or None where it is left out.

    Raises:
        PixError: something else stands there.
    """
    found = body.get(name) if isinstance(body, Mapping) else body
    if found is None or isinstance(found, Mapping):
        return found
    raise PixError(where, "not an object")


# to a cobv


def levy_body(levy: Levy | None, where: str) -> Body | None:
    """Of `multa` and `abatimento`; None for nothing."""
    if levy is None or not (levy.share or levy.minor):
        return None
    if levy.share and levy.minor:
        raise PixError(where, "a share and a fixed amount together, of which a cobv has one")
    if levy.minor:
        return _body(_FIXED, levy.minor, where)
    return _body(_SHARE, levy.share * _PERCENT, where)


def _body(code: int, hundredths: Fraction | int, where: str) -> Body:
    return {"modalidade": code, "valorPerc": value_text(hundredths, where)}


def interest_body(rate: Rate | None, where: str) -> Body | None:
    """Of `juros`; None for nothing."""
    if rate is not None and rate.index:
        raise PixError(where, f"by the index {rate.index!r}, which a cobv does not know")
    return _rate_body(rate, _INTEREST, where) if rate is not None and (rate.share or rate.minor) else None


def _rate_body(rate: Rate, codes: Mapping[int, tuple[bool, Unit, bool]], where: str) -> Body:
    fixed = rate.minor is not None
    if rate.minor is not None and rate.share:
        raise PixError(where, "a share and a fixed value together, of which a cobv has one")
    # A fixed value is one a day, whatever `per` says.
    wanted = (fixed, "day" if fixed else rate.per, rate.business)
    code = next(code for code, meant in codes.items() if meant == wanted)
    return _body(code, rate.share * _PERCENT if rate.minor is None else rate.minor, where)


def discount_body(discounts: tuple[Discount, ...], due: date, where: str) -> Body | None:
    """Of `desconto`; None for nothing."""
    levies = [each.levy for each in discounts]
    rates = [levy for levy in levies if isinstance(levy, Rate)]
    if rates:
        return _early_body(discounts, rates[0], due, where)
    fixed = [_is_fixed(levy, where) for levy in levies if isinstance(levy, Levy)]
    if len(set(fixed)) > 1:
        raise PixError(where, "shares and fixed amounts, of which a cobv has one sort")
    return _dated_body(discounts, due, where, fixed=fixed[0]) if fixed else None


def _early_body(discounts: tuple[Discount, ...], rate: Rate, due: date, where: str) -> Body:
    if len(discounts) > 1:
        raise PixError(where, "a discount per day early beside another, and a cobv has one sort")
    if _last_day(discounts[0], due) < due - timedelta(days=1):
        raise PixError(where, "a discount per day early that ends before the due date; that of a cobv goes on up to it")
    return _rate_body(rate, _EARLY, where)


def _is_fixed(levy: Levy, where: str) -> bool:
    if bool(levy.share) == bool(levy.minor):
        raise PixError(where, "not a share or a fixed amount, of which a cobv has one")
    return bool(levy.minor)


def _dated_body(discounts: tuple[Discount, ...], due: date, where: str, *, fixed: bool) -> Body:
    days = [_last_day(each, due) for each in discounts]
    if days[-1] >= due:
        raise PixError(where, "a discount on the due date or later; that of a cobv ends the day before")
    amounts = [_hundredths(each.levy, fixed=fixed) for each in discounts]
    same_day = any(later <= sooner for sooner, later in pairwise(days))
    if same_day or any(later > sooner for sooner, later in pairwise(amounts)):
        raise PixError(where, "discounts that grow with time, or end on one day; of a cobv the best in force counts")
    dated = [
        {"data": day.isoformat(), "valorPerc": value_text(amount, where)}
        for day, amount in zip(days, amounts, strict=True)
    ]
    return {"modalidade": _FIXED if fixed else _SHARE, "descontoDataFixa": dated}


def _hundredths(levy: Levy | Rate, *, fixed: bool) -> Fraction:
    return Fraction(levy.minor or 0) if fixed else levy.share * _PERCENT


def _last_day(discount: Discount, due: date) -> date:
    until = discount.until
    try:
        return due + timedelta(days=until.days) if isinstance(until, Offset) else until
    except OverflowError:
        raise PixError("valor.desconto", "a discount that ends outside the calendar") from None


# from a cobv


def read_levy(body: Mapping[str, Any], name: str, where: str) -> Levy | None:
    """Of `multa` and `abatimento`; None for nothing."""
    found = section(body, name, where)
    if found is None:
        return None
    hundredths = read_value(found.get("valorPerc"), f"{where}.valorPerc")
    if _code(found, (_FIXED, _SHARE), where) == _FIXED:
        levy = Levy(minor=hundredths)
    else:
        levy = Levy(share=Fraction(hundredths, _PERCENT))
    return levy if hundredths else None


def _code(body: Mapping[str, Any], known: Any, where: str) -> int:
    """`modalidade`, which banks write as a number and as text."""
    code = body.get("modalidade")
    for each in known:
        if code == str(each) or (code == each and isinstance(code, int) and not isinstance(code, bool)):
            return int(each)
    raise PixError(f"{where}.modalidade", f"not one of {', '.join(map(str, known))}")


def read_interest(body: Mapping[str, Any], where: str) -> Rate | None:
    """Of `juros`; None for nothing."""
    found = section(body, "juros", where)
    return None if found is None else _read_rate(found, _INTEREST, where)


def _read_rate(body: Mapping[str, Any], codes: Mapping[int, tuple[bool, Unit, bool]], where: str) -> Rate | None:
    hundredths = read_value(body.get("valorPerc"), f"{where}.valorPerc")
    fixed, per, business = codes[_code(body, codes, where)]
    if not hundredths:
        return None
    if fixed:
        return Rate(minor=hundredths, per=per, business=business)
    return Rate(share=Fraction(hundredths, _PERCENT), per=per, business=business)


def read_discounts(body: Mapping[str, Any], where: str) -> tuple[Discount, ...]:
    """Of `desconto`; one per day early goes on up to the due date."""
    found = section(body, "desconto", where)
    if found is None:
        return ()
    code = _code(found, (_FIXED, _SHARE, *_EARLY), where)
    if code in _EARLY:
        rate = _read_rate(found, _EARLY, where)
        return () if rate is None else (Discount(until=Offset(0), levy=rate),)
    dated = found.get("descontoDataFixa")
    if not isinstance(dated, list) or not 1 <= len(dated) <= MOST_DISCOUNTS:
        raise PixError(f"{where}.descontoDataFixa", f"not a list of one to {MOST_DISCOUNTS}")
    tiers = sorted(_read_dated(dated, f"{where}.descontoDataFixa", fixed=code == _FIXED))
    return tuple(tier.discount for tier in tiers if tier.hundredths)


@frozen(order=True)
class _Tier:
    day: date
    hundredths: int
    fixed: bool

    @property
    def discount(self) -> Discount:
        levy = Levy(minor=self.hundredths) if self.fixed else Levy(share=Fraction(self.hundredths, _PERCENT))
        return Discount(until=self.day, levy=levy)


def _read_dated(dated: list[Any], where: str, *, fixed: bool) -> Iterator[_Tier]:
    for number, each in enumerate(dated):
        place = f"{where}[{number}]"
        if not isinstance(each, Mapping):
            raise PixError(place, "not an object")
        day = read_day(each.get("data"), f"{place}.data")
        yield _Tier(day, read_value(each.get("valorPerc"), f"{place}.valorPerc"), fixed)


def read_day(text: object, where: str) -> date:
    """Read `2026-04-18`.

    Raises:
        PixError: another form, or a day that does not exist.
    """
    try:
        return parse_date(text if isinstance(text, str) else "")
    except DateError:
        raise PixError(where, "not a day that exists, written as YYYY-MM-DD") from None


# all of `valor`


def valor_body(amount: Money, rules: ChargeRules, rebate: Levy | None, due: date) -> Body:
    """Write `valor` of a cobv.

    Raises:
        PixError: the cobv cannot say what the charges do.
    """
    if amount.currency != "BRL" or amount.minor <= 0:
        raise PixError("valor.original", "not above zero, in BRL")
    if rules.correction:
        raise PixError("valor", f"corrected by the index {rules.correction!r}, which a cobv does not know")
    parts = {
        "multa": levy_body(rules.fine, "valor.multa"),
        "juros": interest_body(rules.interest, "valor.juros"),
        "abatimento": levy_body(rebate, "valor.abatimento"),
        "desconto": discount_body(rules.discounts, due, "valor.desconto"),
    }
    original = {"original": value_text(amount.minor, "valor.original")}
    return original | {name: part for name, part in parts.items() if part is not None}


def read_valor(body: Mapping[str, Any]) -> tuple[Money, ChargeRules, Levy | None]:
    """Read `valor` of a cobv: the amount, the charges, the rebate.

    Raises:
        PixError: it does not say what it should.
    """
    rules = ChargeRules(
        fine=read_levy(body, "multa", "valor.multa"),
        interest=read_interest(body, "valor.juros"),
        discounts=read_discounts(body, "valor.desconto"),
    )
    amount = Money(read_value(body.get("original"), "valor.original"))
    return amount, rules, read_levy(body, "abatimento", "valor.abatimento")
