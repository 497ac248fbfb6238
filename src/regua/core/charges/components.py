"""What an amount consists of: each component with its base, days, rate and source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from attrs import frozen

from regua.core.charges.measures import Counted
from regua.core.charges.position import Accrual, Breakdown, Position
from regua.core.money import Money, round_minor
from regua.core.rules import Discount, Levy, Origin, Rate

ComponentName = Literal["principal", "rebate", "discount", "fine", "interest", "correction"]
Ground = Literal["", "agreed", "legal"]

LAW: Final = "Código Civil art. 406, Resolução CMN 5.171/2024"
"""Where the legal rate stands."""
_FINEST: Final = 12


@frozen(kw_only=True)
class Stretch:
    """Days of interest or correction at one rate and on one base.

    Attributes:
        first: its first day.
        last: its last day.
        days: how many of them count: civil or business days.
        base: on what.
        rate: at which rate, as a policy writes it; of an index, the month's own.
        exact: what they come to, in minor units, not rounded.
    """

    first: date
    last: date
    days: int
    base: Money
    rate: str
    exact: Fraction


@frozen(kw_only=True)
class Component:
    """One part of what a receivable asks on a day.

    Attributes:
        name: `principal`, `rebate`, `discount`, `fine`, `interest` or `correction`.
        amount: what it adds, rounded once; below zero for rebate and discount. All together are the amount asked.
        base: on what it is taken, or None.
        days: how many days count, or None where none do.
        rate: as a policy writes it: `2%`, `1%/month`, `0.33/day`, `12%/year business`; an index's name; or "".
        source: where that stands: the policy's file, line and column, the law, the index and its version; or "".
        ground: `agreed` for what the policy says, `legal` for the law's own rate, "" for principal and rebate.
        paid: what was paid of it before; `amount` is what is left.
        stretches: of interest and correction, from which the amount can be computed again: the sum of `exact`, never
            below zero, is rounded once, and `paid` taken off.
    """

    name: ComponentName
    amount: Money
    base: Money | None = None
    days: int | None = None
    rate: str = ""
    source: str = ""
    ground: Ground = ""
    paid: Money
    stretches: tuple[Stretch, ...] = ()


@frozen
class Balance:
    """What a receivable asks on a day; its components are worked out when somebody looks.

    Attributes:
        position: where the receivable stands.
        day: ordinal of the civil day.
        currency: of its amounts.
    """

    position: Position
    day: int
    currency: str

    @property
    def components(self) -> tuple[Component, ...]:
        """The components that there are, in the order of a bill; none where nothing is asked."""
        if self.position.settled is not None:
            return ()
        found = _Itemised(self.position, self.day, self.currency)
        return tuple(each for each in found.components() if each.amount.minor or each.paid.minor)


@frozen
class _Itemised:
    position: Position
    day: int
    currency: str

    def components(self) -> Iterator[Component]:
        position, asked = self.position, self.position.breakdown(self.day)
        rebate = position.rebate if asked.principal else 0
        face = self._money(position.amount + position.rebate)
        yield Component(
            name="principal",
            amount=self._money(asked.principal + rebate),
            base=face,
            paid=self._money(position.principal_paid),
        )
        yield Component(name="rebate", amount=self._money(-rebate), base=face, paid=self._money(0))
        tier = position.tier(self.day)
        if tier is not None:
            yield self._discount(tier, asked)
        if self.day > position.effective:
            yield from self._late(asked)

    def _discount(self, tier: Discount, asked: Breakdown) -> Component:
        levy = tier.levy
        return Component(
            name="discount",
            amount=self._money(-asked.discount),
            base=self._money(self.position.amount),
            days=self.position.days_early(levy, self.day) if isinstance(levy, Rate) else None,
            rate=rate_text(levy, self.currency),
            source=self._source(tier.origin_of()),
            ground="agreed",
            paid=self._money(0),
        )

    def _late(self, asked: Breakdown) -> Iterator[Component]:
        position, rules = self.position, self.position.rules
        if rules.fine is not None:
            yield Component(
                name="fine",
                amount=self._money(asked.fine),
                base=self._money(position.fined),
                rate=rate_text(rules.fine, self.currency),
                source=self._source(rules.fine.origin_of()),
                ground="agreed",
                paid=self._money(position.fine_paid),
            )
        if rules.interest is not None:
            yield self._interest(rules.interest, asked)
        if rules.correction:
            yield self._correction(rules.correction, asked)

    def _interest(self, rate: Rate, asked: Breakdown) -> Component:
        text = rate_text(rate, self.currency)
        stretches = tuple(
            self._stretch(counted, accrual.principal, text, _simple(rate, counted, accrual))
            for accrual in self.position.accruals(self.day)
            for counted in self.position.measures.counted(rate, accrual.start, accrual.end)
            if accrual.principal
        )
        return Component(
            name="interest",
            amount=self._money(asked.interest),
            base=self._money(self.position.open_principal),
            days=sum(each.days for each in stretches),
            rate=text,
            source=self._source(rate.origin_of(), rate.index, law=LAW if rate.is_legal else ""),
            ground="legal" if rate.is_legal else "agreed",
            paid=self._money(self.position.interest_paid),
            stretches=stretches,
        )

    def _correction(self, index: str, asked: Breakdown) -> Component:
        stretches = tuple(
            each for accrual in self.position.accruals(self.day) for each in self._corrected(index, accrual)
        )
        return Component(
            name="correction",
            amount=self._money(asked.correction),
            base=self._money(self.position.open_principal),
            days=sum(each.days for each in stretches),
            rate=index,
            source=self._source(self.position.rules.origin_of("correction"), index),
            ground="agreed",
            paid=self._money(self.position.correction_paid),
            stretches=stretches,
        )

    def _corrected(self, index: str, accrual: Accrual) -> Iterator[Stretch]:
        """Each month on what the months before it made of the principal."""
        base = accrual.correctable
        for month in self.position.measures.months(index, accrual.start, accrual.end):
            yield self._stretch(month, round_minor(base), index, base * month.share)
            base += base * month.share

    def _stretch(self, counted: Counted, base: int, rate: str, exact: Fraction) -> Stretch:
        return Stretch(
            first=date.fromordinal(counted.start + 1),
            last=date.fromordinal(counted.end),
            days=counted.days,
            base=self._money(base),
            rate=rate if counted.monthly is None else f"{percent_text(counted.monthly)}/month",
            exact=exact,
        )

    def _source(self, origin: Origin | None, index: str = "", *, law: str = "") -> str:
        version = f"{index} {self.position.measures.indexes[index].version}" if index else ""
        return "; ".join(filter(None, (law, version, "" if origin is None else str(origin))))

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)


def _simple(rate: Rate, counted: Counted, accrual: Accrual) -> Fraction:
    return Fraction(rate.minor * counted.days) if rate.minor is not None else counted.share * accrual.principal


def rate_text(rate: Rate | Levy, currency: str) -> str:
    """A rate, a levy or a discount as a policy writes it: `1%/month`, `0.33/day business`, `2%`, `5.00`."""
    if isinstance(rate, Rate) and rate.index:
        return rate.index
    text = str(Money(rate.minor, currency).amount) if rate.minor else percent_text(rate.share)
    if isinstance(rate, Levy):
        return text
    return f"{text}/{rate.per}" + (" business" if rate.business else "")


def percent_text(share: Fraction) -> str:
    """A share in percent, exact: `2%`, `0.589427%`, where decimals do not reach `1/3%`."""
    percent = share * 100
    for places in range(_FINEST + 1):
        scaled = percent * 10**places
        if scaled.denominator == 1:
            sign, digits = "-" if scaled < 0 else "", f"{abs(scaled.numerator):0{places + 1}}"
            return f"{sign}{digits[:-places]}.{digits[-places:]}%" if places else f"{sign}{digits}%"
    return f"{percent}%"
