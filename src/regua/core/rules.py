"""The rules of a policy that belong to no step: origins, windows, limits, promises, charges.

Every value that a file declares keeps its origins: a mapping of the file's keys to `Origin(file, line, column)`
with the table itself under "". Origins are outside equality and fingerprint.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal

from attrs import field, frozen

from regua.core.dates import Duration, Offset, format_clock, parse_clock
from regua.core.indexes import LEGAL
from regua.core.money import Rounding
from regua.errors import DateError, MoneyError

CatchUp = Literal["latest", "all", "most-severe", "none"]
WhenHeld = Literal["skip", "defer", "stop-clock"]
Consolidate = Literal["day", "none"]
Residual = Literal["waive", "carry", "dun"]
Part = Literal["costs", "interest", "fine", "principal"]
Unit = Literal["day", "month", "year"]

MOST_DISCOUNTS: Final = 3
"""Discounts of one receivable: as many as a boleto and a Pix charge carry (FEBRABAN 240, segments P and R)."""
MOST_BUSINESS_DAYS: Final = 23
"""Of a civil month."""
_CIVIL: Final[Mapping[Unit, int]] = {"day": 1, "month": 30, "year": 365}
_BUSINESS: Final[Mapping[Unit, int]] = {"day": 1, "month": 21, "year": 252}


@frozen
class Origin:
    """Where a value was declared.

    Attributes:
        file: name of the file, or "" where there is none.
        line: 1-based.
        column: 1-based.
    """

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Origins = Mapping[str, Origin]


@frozen(kw_only=True)
class Declared:
    """A value from a policy, with the origins of its keys."""

    origins: Origins = field(factory=dict, eq=False, repr=False)

    def origin_of(self, key: str = "") -> Origin | None:
        """Where `key` was declared, else where the table itself was, else None (a default, or built in Python)."""
        return self.origins.get(key) or self.origins.get("")


@frozen(kw_only=True)
class Window(Declared):
    """Hours of one day in which the debtor may be contacted: from `opens` up to, not including, `closes`.

    Attributes:
        opens: minutes since midnight.
        closes: minutes since midnight, after `opens`.
    """

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{format_clock(self.opens)}-{format_clock(self.closes)}"


def _default_windows() -> tuple[Window | None, ...]:
    weekday, saturday = Window(opens=480, closes=1200), Window(opens=480, closes=840)
    return (weekday,) * 5 + (saturday, None)


@frozen(kw_only=True)
class PlanRules(Declared):
    """`[plan]`: how missed, held and delayed actions are treated (domain.md §5).

    Attributes:
        catch_up: which of several missed offset steps is carried out.
        when_held: what becomes of steps inside a dispute, promise or hold.
        consolidate: whether messages of one day and channel become one contact.
        gradual: whether a pressing message is at most one rung above the highest delivered.
        max_delay: how long after its day an action may still run, civil days.
        max_wait: how long an action waits on a blocker of the waiting class, civil days.
    """

    catch_up: CatchUp = "latest"
    when_held: WhenHeld = "skip"
    consolidate: Consolidate = "day"
    gradual: bool = True
    max_delay: Duration = Duration(5)
    max_wait: Duration = Duration(60)


@frozen(kw_only=True)
class Limits(Declared):
    """`[limits]`: what is never exceeded.

    Attributes:
        contacts_per_day: pressing contacts per debtor and civil day, or None.
        contacts_per_week: pressing contacts per debtor in any 7 civil days, or None.
        min_interval: civil days between two pressing contacts, or None.
        min_balance: the debtor's pressing total below which nothing presses, minor units.
        tolerance: what may be missing from a payment that settles, minor units.
        clearing: between paying and our knowing it, after the effective due date or a promise's day.
        freshness: how recent `payments.known-through` must be before anything presses, or None.
        quote_valid: how long a quoted amount holds.
        review: how long a hold, dispute or approval may be open before somebody is asked to look.
        windows: hours per weekday, Monday first; None is a closed day.
        call_windows: the same for tasks.
    """

    contacts_per_day: int | None = None
    contacts_per_week: int | None = None
    min_interval: Duration | None = None
    min_balance: int = 0
    tolerance: int = 0
    clearing: Duration = Duration(1, business=True)
    freshness: Duration | None = None
    quote_valid: Duration = Duration(3)
    review: Duration = Duration(30)
    windows: tuple[Window | None, ...] = field(factory=_default_windows)
    call_windows: tuple[Window | None, ...] = field(factory=_default_windows)


@frozen(kw_only=True)
class PromiseRules(Declared):
    """`[promise]`: what is believed.

    Attributes:
        max_days: longest promise, civil days from the day it is made, or None.
        max_in_a_row: after so many broken promises in a row the next is not believed, or None.
        min_share: share of what would settle the receivable from which a promise counts for it.
    """

    max_days: Duration | None = None
    max_in_a_row: int | None = None
    min_share: Fraction = Fraction(1)


@frozen(kw_only=True)
class Rate(Declared):
    """A rate of simple interest, never compounded (Decreto 22.626/1933 art. 4); per day early also a discount.

    Attributes:
        share: per unit of time, as a share of the principal (1% is 1/100); zero where `minor` is given.
        minor: a fixed value per day in minor units, or None.
        per: unit of time. A month is 30 days, a year 365; in business days 21 and 252.
        business: whether business days of the debtor's place are counted, not civil days.
        index: name of an index whose monthly rate it is, or ""; all else but origins is left at its default then.
    """

    share: Fraction = Fraction(0)
    minor: int | None = None
    per: Unit = "month"
    business: bool = False
    index: str = ""

    @property
    def divisor(self) -> int:
        """Days of its unit of time, civil or business."""
        return (_BUSINESS if self.business else _CIVIL)[self.per]

    @property
    def is_legal(self) -> bool:
        """Whether it is the law's own rate and not an agreed one (Código Civil art. 406)."""
        return self.index == LEGAL

    @property
    def monthly(self) -> Fraction | None:
        """The same as a share a month, to compare with a cap; None for a fixed value and for an index.

        A month is 30 civil days, a twelfth of a year; by business days it is the longest one, of 23.
        """
        if self.minor is not None or self.index:
            return None
        if self.business:
            return self.share * MOST_BUSINESS_DAYS / self.divisor
        return self.share * {"day": Fraction(_CIVIL["month"]), "month": Fraction(1), "year": Fraction(1, 12)}[self.per]


@frozen(kw_only=True)
class Levy(Declared):
    """A share of the principal, or a fixed amount, taken once.

    Attributes:
        share: share of the principal (2% is 1/50).
        minor: fixed amount in minor units.
    """

    share: Fraction = Fraction(0)
    minor: int = 0


def _check_until(_: object, __: object, value: Any) -> None:
    if isinstance(value, Offset) and value.business:
        message = f"a discount ends on a civil day that a bill can print, not {value}; write it as D-5"
        raise DateError(message)


def _check_daily(_: object, __: object, value: Any) -> None:
    if isinstance(value, Rate) and (value.per != "day" or value.index):
        message = "a discount is a share, an amount, or either of them per day early; write it per day"
        raise MoneyError(message)


@frozen(kw_only=True)
class Discount(Declared):
    """A discount for paying early.

    Attributes:
        until: last day, as an offset from the due date, or a civil date.
        levy: how much is taken off: once, or a rate per day that the payment comes before the due date.
    """

    until: Offset | date = field(validator=_check_until)
    levy: Levy | Rate = field(validator=_check_daily)


def _check_count(_: object, __: object, value: Any) -> None:
    if len(value) > MOST_DISCOUNTS:
        message = f"there are {len(value)} discounts; a receivable has at most {MOST_DISCOUNTS}"
        raise MoneyError(message)


@frozen(kw_only=True)
class ChargeRules(Declared):
    """`[charges]`: what late or early payment costs (multa, juros, correção, desconto).

    Attributes:
        fine: taken once when late, or None.
        interest: simple interest from the due date, or None.
        correction: name of the price index by which a late principal is corrected, or "".
        rounding: how each component is rounded, once.
        residual: what becomes of late charges left over when the principal is paid.
        discounts: for paying early, the earliest `until` first; at most three.
        order: what a payment pays first inside a receivable (Código Civil art. 354); correction goes with the
            principal, before it.

    Raises:
        MoneyError: more than three discounts.
    """

    fine: Levy | None = None
    interest: Rate | None = None
    correction: str = ""
    rounding: Rounding = "half-up"
    residual: Residual = "waive"
    discounts: tuple[Discount, ...] = field(default=(), validator=_check_count)
    order: tuple[Part, ...] = ("costs", "interest", "fine", "principal")

    @property
    def indexes(self) -> tuple[str, ...]:
        """Names of the indexes that they need, in order."""
        interest = "" if self.interest is None else self.interest.index
        return tuple(sorted({interest, self.correction} - {""}))


def window(text: str) -> Window:
    """Read `08:00-20:00`.

    Raises:
        DateError: another form.
        ValueError: the end is not after the start.
    """
    opens, _, closes = text.partition("-")
    span = Window(opens=parse_clock(opens), closes=24 * 60 if closes == "24:00" else parse_clock(closes))
    if span.closes <= span.opens:
        message = f"{text!r} ends before it begins"
        raise ValueError(message)
    return span
