"""What charges are measured with beside the policy's rules: business days, and the months of indexes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from attrs import field, frozen

from regua.core.calendars import BusinessDays
from regua.core.indexes import LEGAL, LEGAL_SINCE, Index
from regua.core.rules import Rate
from regua.errors import PlanError


class Counted(NamedTuple):
    """Days at one rate: a whole stretch, or one month of it.

    Attributes:
        start: ordinal of the day before the first.
        end: ordinal of the last day.
        days: how many are counted.
        share: what they come to, as a share of the base; zero for a fixed value a day.
        monthly: the index's rate of that month, or None.
    """

    start: int
    end: int
    days: int
    share: Fraction
    monthly: Fraction | None = None


@frozen(kw_only=True, eq=False)
class Measures:
    """The days and indexes of one receivable.

    Attributes:
        receivable: its id, for messages.
        days: business days at the debtor's place, or None where no rule counts them.
        indexes: by name; those that the rules need.
        today: ordinal of the plan's day: up to it no month may be missing.
    """

    receivable: str = ""
    days: BusinessDays | None = None
    indexes: Mapping[str, Index] = field(factory=dict)
    today: int = date.max.toordinal()

    def count(self, start: int, end: int, *, business: bool) -> int:
        """The days after `start` up to and with `end`, none where it is not later."""
        if not business:
            return max(0, end - start)
        if self.days is None:
            message = "business days are counted and no calendar was given; give Measures(days=...)"
            raise PlanError(message)
        return sum(map(self.days.is_business, range(start + 1, end + 1)))

    def counted(self, rate: Rate, start: int, end: int) -> Iterator[Counted]:
        """The days after `start` up to and with `end` as a rate of interest counts them; nothing compounds."""
        if rate.index:
            for month in self.months(rate.index, start, end):
                # CC art. 406 §3: a legal rate below zero counts as zero.
                yield month._replace(share=max(Fraction(0), month.share)) if rate.is_legal else month
        else:
            days = self.count(start, end, business=rate.business)
            yield Counted(start, end, days, rate.share * days / rate.divisor)

    def months(self, index: str, start: int, end: int) -> Iterator[Counted]:
        """The same month by month, each the index's rate by the calendar days of that month.

        Left out are months that are not published and lie ahead.

        Raises:
            PlanError: a month is missing that has a day up to the plan's; a day lies before the legal rate.
        """
        if index == LEGAL and start + 1 < LEGAL_SINCE:
            raise PlanError(self._too_early(start + 1))
        for first, before, last in _months(start, end):
            rate = self.indexes[index].rate(first.year, first.month)
            if rate is not None:
                yield Counted(before, last, last - before, rate * (last - before) / _length(first), rate)
            elif before < self.today:
                raise PlanError(self._missing(index, f"{first:%Y-%m}"))

    def pending(self, index: str, start: int, end: int) -> str:
        """The first month of those days that is not published, as `2026-12`, or ""."""
        months = (first for first, _, _ in _months(start, end))
        missing = (each for each in months if self.indexes[index].rate(each.year, each.month) is None)
        return next((f"{first:%Y-%m}" for first in missing), "")

    def growth(self, index: str, start: int, end: int) -> Fraction:
        """What one corrected by a price index becomes: the product of its months, each linear by calendar days."""
        grown = Fraction(1)
        for month in self.months(index, start, end):
            grown *= 1 + month.share
        return grown

    def _missing(self, index: str, month: str) -> str:
        return (
            f"index {index!r} has no rate for {month}, which {self._what} needs; add the month to the index "
            f"(the file of [index.{index}] in regua.toml or of --index, the value of indexes=)"
        )

    def _too_early(self, day: int) -> str:
        return (
            f"{self._what} is late since {date.fromordinal(day)}, and the legal rate counts from "
            f"{date.fromordinal(LEGAL_SINCE)} on (Lei 14.905/2024); name an agreed rate, "
            'such as interest = "1.00%/month"'
        )

    @property
    def _what(self) -> str:
        return f"receivable {self.receivable!r}"


def _months(start: int, end: int) -> Iterator[tuple[date, int, int]]:
    """The months of the days after `start` up to and with `end`: first of the month, day before, last day."""
    while start < end:
        first = date.fromordinal(start + 1).replace(day=1)
        last = min(end, first.toordinal() + _length(first) - 1)
        yield first, start, last
        start = last


def _length(first: date) -> int:
    return monthrange(first.year, first.month)[1]
