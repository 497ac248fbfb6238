"""The small languages inside strings: offsets, durations, hours, money, percentages, ranges."""

from __future__ import annotations

from fractions import Fraction
from typing import Final
from zoneinfo import available_timezones

from attrs import evolve

from regua.core.dates import Duration, Offset, parse_clock, zone_info
from regua.core.indexes import LEGAL
from regua.core.money import Money
from regua.core.policy import EventTrigger, Levy, OffsetTrigger, Range, Rate, Window, window
from regua.core.rules import Unit
from regua.errors import DateError
from regua.policyfile.diagnostics import nearest, quoted
from regua.policyfile.nodes import Node
from regua.policyfile.scalars import Name, Text

LONGEST: Final = 3660
"""Days of the longest duration or offset: ten years."""

_UNITS: Final[dict[str, Unit]] = {"day": "day", "month": "month", "year": "year"}
_BUSINESS: Final = " business"
_LEGAL: Final = "legal"
_DAYS: Final = "(?:[1-9][0-9]{0,4}|0)"
_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_OFFSET: Final = f"D(?:0|[+-]{_DAYS}(?:bd)?)"
_MONEY: Final = r"[0-9]{1,13}(?:\.[0-9]{1,3})?"
_PERCENT: Final = r"[0-9]{1,3}(?:\.[0-9]{1,6})?%"
_WHOLE: Final = "-?[0-9]{1,6}"


def _short(days: int, node: Node) -> None:
    if abs(days) > LONGEST:
        raise node.refuse("out-of-range", f"{node.value!r} is longer than {LONGEST} days")


def _offset(text: str, node: Node) -> Offset:
    offset = Offset.parse(text)
    _short(offset.days, node)
    return offset


def _duration(text: str, node: Node) -> Duration:
    duration = Duration.parse(text)
    _short(duration.days, node)
    return duration


def _at(text: str, node: Node) -> OffsetTrigger:
    offset, _, clock = text.partition(" ")
    return OffsetTrigger(offset=_offset(offset, node), minute=parse_clock(clock))


def _after(text: str, node: Node) -> EventTrigger:
    duration, _, clock = text.partition(" ")
    return EventTrigger(on="", after=_duration(duration, node), minute=parse_clock(clock) if clock else None)


def _window(text: str, node: Node) -> Window:
    return evolve(window(text), origins=node.origins)


def _minor(text: str, node: Node) -> int:
    return Money.of(text, node.reading.currency).minor


def _share(text: str, node: Node) -> Fraction:
    share = Fraction(text.removesuffix("%")) / 100
    if share > 1:
        raise node.refuse("out-of-range", f"{node.value!r} is more than 100%; {node.name!r} takes 0% to 100%")
    return share


def _levy(text: str, node: Node) -> Levy:
    if text.endswith("%"):
        return Levy(share=_share(text, node), origins=node.origins)
    return Levy(minor=_minor(text, node), origins=node.origins)


def _rate(text: str, node: Node) -> Rate:
    amount, _, unit = text.removesuffix(_BUSINESS).partition("/")
    business = text.endswith(_BUSINESS)
    if not amount.endswith("%"):
        return Rate(minor=_minor(amount, node), per="day", business=business, origins=node.origins)
    return Rate(share=_share(amount, node), per=_UNITS[unit], business=business, origins=node.origins)


def _interest(text: str, node: Node) -> Rate:
    if text != _LEGAL:
        return _rate(text, node)
    return Rate(index=Name("index", "indexes").read(evolve(node, value=LEGAL)), origins=node.origins)


def _discount(text: str, node: Node) -> Levy | Rate:
    return _rate(text, node) if "/" in text else _levy(text, node)


def _ends(text: str) -> tuple[str, str]:
    low, _, high = text.partition("..")
    return low, high


def _money_range(text: str, node: Node) -> Range:
    low, high = (_minor(end, node) if end else None for end in _ends(text))
    return Range(low=low, high=high, origins=node.origins)


def _whole_range(text: str, node: Node) -> Range:
    low, high = (int(end) if end else None for end in _ends(text))
    return Range(low=low, high=high, origins=node.origins)


def _months(text: str, node: Node) -> int:
    months = int(text.partition(" ")[0])
    if not months:
        raise node.refuse("out-of-range", f"{node.value!r} is no time at all; write at least 1 month")
    return months


def _zone(text: str, node: Node) -> str:
    try:
        return zone_info(text).key
    except DateError:
        remedy = nearest(text, sorted(available_timezones()), otherwise='write one such as "America/Sao_Paulo"')
        raise node.refuse("unknown-value", f"unknown time zone {quoted(text)}; {remedy}") from None


UNTIL: Final = Text(
    expects='an offset in civil days such as "D-5", or a date without quotes such as 2026-03-10',
    pattern=f"D(?:0|[+-]{_DAYS})",
    parse=_offset,
)
OFFSET: Final = Text(expects='an offset such as "D+3" or "D+3bd"', pattern=_OFFSET, parse=_offset)
AT: Final = Text(expects='an offset with a clock time such as "D+3bd 10:00"', pattern=f"{_OFFSET} {_CLOCK}", parse=_at)
AFTER: Final = Text(
    expects='a duration, with or without a clock time, such as "1bd 10:00" or "0d"',
    pattern=f"{_DAYS}(?:d|bd)(?: {_CLOCK})?",
    parse=_after,
)
DURATION: Final = Text(
    expects='a duration such as "10d" (civil days) or "1bd" (business days)',
    pattern=f"{_DAYS}(?:d|bd)",
    parse=_duration,
)
CIVIL_DURATION: Final = Text(expects='a duration in civil days such as "10d"', pattern=f"{_DAYS}d", parse=_duration)
HOURS: Final = Text(expects='hours such as "08:00-20:00"', pattern=f"{_CLOCK}-(?:{_CLOCK}|24:00)", parse=_window)
MONEY: Final = Text(expects='an amount of money such as "10.00"', pattern=_MONEY, parse=_minor)
PERCENT: Final = Text(expects='a percentage such as "2.00%"', pattern=_PERCENT, parse=_share)
LEVY: Final = Text(
    expects='a percentage such as "2.00%", or an amount of money such as "5.00"',
    pattern=f"{_PERCENT}|{_MONEY}",
    parse=_levy,
    write='"2.00%" for a share or "5.00" for an amount',
)
INTEREST: Final = Text(
    expects='a rate such as "1.00%/month" (or day, year), an amount of money per day such as "0.33/day", either with '
    '" business" after it for business days, or "legal" for the rate of the law',
    pattern=f"(?:{_PERCENT}/(?:{'|'.join(_UNITS)})|{_MONEY}/day)(?:{_BUSINESS})?|{_LEGAL}",
    parse=_interest,
    write='"1.00%/month" for a rate or "0.33/day" for an amount',
)
OFF: Final = Text(
    expects='a percentage such as "5.00%", an amount of money such as "5.00", or either of them per day early such as '
    '"0.10%/day" or "0.50/day business"',
    pattern=f"(?:{_PERCENT}|{_MONEY})(?:/day(?:{_BUSINESS})?)?",
    parse=_discount,
    write='"5.00%" for a share or "5.00" for an amount',
)
MONEY_RANGE: Final = Text(
    expects='a range of money such as "100..", "..600" or "15..60.50"',
    pattern=rf"{_MONEY}\.\.(?:{_MONEY})?|\.\.{_MONEY}",
    parse=_money_range,
)
WHOLE_RANGE: Final = Text(
    expects='a range of whole numbers such as "15..60", "15.." or "..60"',
    pattern=rf"{_WHOLE}\.\.(?:{_WHOLE})?|\.\.{_WHOLE}",
    parse=_whole_range,
)
MONTHS: Final = Text(
    expects='a number of months such as "1 month" or "2 months"', pattern="1 month|[0-9]{1,2} months", parse=_months
)
ZONE: Final = Text(
    expects='an IANA time zone such as "America/Sao_Paulo"',
    pattern="[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}",
    parse=_zone,
)
CURRENCY: Final = Text(expects='an ISO 4217 currency such as "BRL"', pattern="[A-Z]{3}", parse=lambda text, _: text)
