"""How a billing system writes dates and amounts: strict readers in which no locale plays a part."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import pairwise, permutations
from typing import Final

from attrs import field, frozen

from regua.core.dates import EARLIEST, LATEST, civil_day, instant_of, parse_instant, to_instant
from regua.core.money import Money, decimals
from regua.errors import DateError, MoneyError, ReguaError

INSTANT: Final = "instant"
"""The date format of ISO 8601 instants with an offset: `2026-04-18T09:00:00-03:00`."""

_TOKEN: Final = re.compile(r"YYYY|MM?|DD?|hh|mm|ss|(?P<literal>[-/. :,_T])")
_PARTS: Final = {
    "YYYY": ("year", "[0-9]{4}"),
    "MM": ("month", "[0-9]{2}"),
    "M": ("month", "[0-9]{1,2}"),
    "DD": ("day", "[0-9]{2}"),
    "D": ("day", "[0-9]{1,2}"),
    "hh": ("hour", "[01][0-9]|2[0-3]"),
    "mm": ("minute", "[0-5][0-9]"),
    "ss": ("second", "[0-5][0-9]"),
}
_DATE_PARTS: Final = frozenset({"year", "month", "day"})
_CLOCK_PARTS: Final = (frozenset[str](), frozenset({"hour", "minute"}), frozenset({"hour", "minute", "second"}))


class FormError(ReguaError, ValueError):
    """A cell is not written as the map says; becomes a `BadRow`, never leaves this package."""


@frozen
class Civil:
    """What a date cell says.

    Attributes:
        day: ordinal of the civil day.
        instant: microseconds since 1970-01-01 UTC where the cell has a clock time, else None.
    """

    day: int
    instant: int | None


@frozen
class DateFormat:
    """A way of writing dates: `M/D/YYYY`, `DD/MM/YYYY hh:mm`, `instant`.

    `YYYY`, `MM`, `DD`, `hh`, `mm` and `ss` are of fixed width; `M` and `D` may have one digit or two.
    """

    text: str
    pattern: re.Pattern[str] | None = field(eq=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> DateFormat:
        """Read a format as the map writes it.

        Raises:
            DateError: unknown letters, a part that is missing or twice, or digits that cannot be told apart.
        """
        if text == INSTANT:
            return cls(text, None)
        pieces, position = [], 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if not match:
                raise DateError(f"{text!r} is no date format from {text[position:]!r} on; {_remedy(text)}")
            pieces.append(re.escape(match[0]) if match["literal"] else "(?P<{}>{})".format(*_PARTS[match[0]]))
            position = match.end()
        _check_parts(text)
        return cls(text, re.compile("".join(pieces)))

    @property
    def has_clock(self) -> bool:
        """Whether a cell of this format says a clock time too."""
        return self.pattern is None or "hour" in self.pattern.groupindex

    def read(self, text: str, zone: str) -> Civil:
        """Read a cell; a clock time without an offset is of that zone.

        Raises:
            FormError: another form.
            DateError: a day that does not exist, or a year outside 1900 to 2999.
        """
        if self.pattern is None:
            instant = _instant(text)
            return Civil(_check_year(civil_day(instant, zone)), instant)
        match = self.pattern.fullmatch(text)
        if not match:
            raise FormError(f"no date written as {self.text}{self._looser(text)}")
        parts = {name: int(digits) for name, digits in match.groupdict().items()}
        try:
            day = date(parts["year"], parts["month"], parts["day"]).toordinal()
        except ValueError:
            raise DateError(f"a day that does not exist, read as {self.text}") from None
        _check_year(day)
        if "hour" not in parts:
            return Civil(day, None)
        seconds = parts.get("second", 0)
        instant = instant_of(day, parts["hour"] * 60 + parts["minute"], zone)
        return Civil(day, to_instant(instant + seconds * 1_000_000))

    def _looser(self, text: str) -> str:
        try:
            other = DateFormat.parse(self.text.replace("DD", "D").replace("MM", "M"))
        except DateError:  # without separators one digit and two cannot be told apart
            return ""
        found = other.pattern is not None and other.pattern.fullmatch(text)
        return f"; {other.text} reads one digit and two" if found else ""


def _instant(text: str) -> int:
    try:
        return parse_instant(text)
    except DateError:
        raise FormError("no instant written as 2026-04-18T09:00:00-03:00") from None


def _check_year(day: int) -> int:
    year = date.fromordinal(day).year
    if not EARLIEST.year <= year <= LATEST.year:
        raise DateError(f"a day of the year {year}, outside {EARLIEST.year} to {LATEST.year}")
    return day


def _check_parts(text: str) -> None:
    tokens = [("" if match["literal"] else match[0]) for match in _TOKEN.finditer(text)]
    parts = [_PARTS[token][0] for token in tokens if token]
    if not set(parts) >= _DATE_PARTS or set(parts) - _DATE_PARTS not in _CLOCK_PARTS or len(set(parts)) != len(parts):
        raise DateError(f"{text!r} is no date format: it needs year, month and day once each; {_remedy(text)}")
    if any(first and second and {first, second} & {"M", "D"} for first, second in pairwise(tokens)):
        raise DateError(f"{text!r} runs digits together; write MM and DD, or a separator")


def _remedy(text: str) -> str:
    if "YY" in text.replace("YYYY", ""):
        return "years of two digits are refused: write YYYY"
    return "write it with YYYY, MM or M, DD or D, and hh:mm:ss if need be, such as 'DD/MM/YYYY', or 'instant'"


def _has_sign(text: str, currency: str) -> bool:
    """Whether a text that is no amount has a sign such as R$ or €, or the code of the currency."""
    return currency in text.upper() or any(unicodedata.category(char) == "Sc" for char in text)


MARKS: Final = (".", ",")
GROUPS: Final = ("", ".", ",", " ", "'")
_DIGITS: Final = 15


@frozen
class AmountFormat:
    """A way of writing amounts of money.

    Attributes:
        decimal: `"."` or `","`.
        thousands: what stands between groups of three digits (`"."`, `","`, `" "`, `"'"`), or "".
        minor: whether amounts are whole minor units (centavos).
    """

    decimal: str = "."
    thousands: str = ""
    minor: bool = False
    pattern: re.Pattern[str] = field(init=False, eq=False, repr=False)

    @pattern.default
    def _compile(self) -> re.Pattern[str]:
        group = "[ \xa0\u202f]" if self.thousands == " " else re.escape(self.thousands)
        grouped = f"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|" if self.thousands else ""
        fraction = "" if self.minor else f"(?:{re.escape(self.decimal)}(?P<fraction>[0-9]+))?"
        return re.compile(f"(?P<sign>[-+]?)(?P<whole>{grouped}[0-9]+){fraction}")

    def read(self, text: str, currency: str) -> Money:
        """Read a cell as an amount above zero.

        Raises:
            FormError: another form, or more decimals than the currency has.
            MoneyError: zero or less, more than 15 digits, or a currency sign.
        """
        match = self.pattern.fullmatch(text)
        if not match:
            if _has_sign(text, currency):
                raise MoneyError("a currency sign; signs are not read: strip them in the file")
            raise FormError(f"no amount with {self}{self._other(text)}")
        fraction = "" if self.minor else (match["fraction"] or "")
        if len(fraction) > decimals(currency):
            raise FormError(f"more than the {decimals(currency)} decimals of {currency}{self._other(text)}")
        whole = re.sub("[^0-9]", "", match["whole"])
        if len(whole) > _DIGITS:
            raise MoneyError(f"more than {_DIGITS} digits")
        amount = Money.of(f"{whole}.{fraction}" if fraction else whole, currency)
        if match["sign"] == "-" or amount.minor == 0:
            raise MoneyError("zero or less; an amount is above zero")
        return Money(int(whole), currency) if self.minor else amount

    def _other(self, text: str) -> str:
        for decimal, thousands in permutations(MARKS):
            other = AmountFormat(decimal, thousands)
            if other != self and not self.minor and other.pattern.fullmatch(text):
                return f"; {other} would read it"
        return ""

    def __str__(self) -> str:
        if self.minor:
            return "minor = true"
        return f"decimal = {self.decimal!r}, thousands = {self.thousands!r}"
