"""Charges: what late and early payment cost (encargos), exact until each component is rounded once.

Interest is simple and counts civil days from the original due date; the fine is taken once; neither is owed for a
receivable paid by its effective due date (Lei 7.089/1983 art. 1). Payments reduce costs, interest, fine and
principal in the policy's order (Código Civil art. 354 by default).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Final

from attrs import evolve, field, frozen

from regua.core.dates import Offset
from regua.core.money import round_minor, round_ratio
from regua.core.policy import ChargeRules, Levy, Rate

_DAYS: Final = {"day": 1, "month": 30, "year": 365}


@frozen(kw_only=True)
class Breakdown:
    """What a receivable asks on one day, minor units.

    Attributes:
        principal: what is open of the principal, rebate taken off.
        discount: taken off for paying that day.
        interest: late interest, less what was paid of it.
        fine: late fine, less what was paid of it.
    """

    principal: int
    discount: int
    interest: int
    fine: int

    @property
    def total(self) -> int:
        """What pays it all, never below zero."""
        return max(0, self.principal - self.discount) + self.interest + self.fine


def levied(levy: Levy, principal: int, rules: ChargeRules) -> int:
    """A levy on a principal in minor units, rounded by the policy's rule."""
    share = levy.share
    return round_ratio(share.numerator * principal + levy.minor * share.denominator, share.denominator, rules.rounding)


def interest(rate: Rate, principal: int, days: int) -> Fraction:
    """Exact simple interest in minor units for so many days."""
    if rate.minor is not None:
        return Fraction(rate.minor * days)
    return rate.share * principal * days / _DAYS[rate.per]


def discount_on(day: int, due: int, principal: int, rules: ChargeRules) -> int:
    """The discount in force on a day: the tier that ends first among those that have not ended."""
    if len(rules.discounts) <= 1:
        return sum(levied(tier.levy, principal, rules) for tier in rules.discounts if day <= _last_day(tier.until, due))
    tiers = sorted((_last_day(tier.until, due), place) for place, tier in enumerate(rules.discounts))
    for until, place in tiers:
        if day <= until:
            return levied(rules.discounts[place].levy, principal, rules)
    return 0


def _last_day(until: Offset | date, due: int) -> int:
    return due + until.days if isinstance(until, Offset) else until.toordinal()


@frozen(kw_only=True)
class Position:
    """Where a receivable stands after some payments, at and after an instant.

    Attributes:
        amount: principal less rebate, minor units.
        due: ordinal of the due date; interest counts from it.
        effective: ordinal of the effective due date; nothing is late up to it.
        rules: the policy's.
        tolerance: what may be missing from a payment that settles, minor units.
        given: all that payments and credits gave it.
        principal_paid: the part that went to the principal.
        interest_paid: the part that went to interest.
        fine_paid: the part that went to the fine.
        accrued: exact interest up to `accrued_to`.
        accrued_to: ordinal up to which interest is in `accrued`, or None.
        fine_base: principal that was open when it became late, once a payment came after that.
        known: when all was known that made it what it is.
        settled: instant, or None.
        settled_by: id of the event that settled it.
        settled_known: when that event, and all money before it, was known.
        left_over: what it still asked when it was settled, minor units.
        quoted: amounts told to the debtor: what must have been given in all, and the last day on which that settles.
    """

    amount: int
    due: int
    effective: int
    rules: ChargeRules
    tolerance: int
    given: int = 0
    principal_paid: int = 0
    interest_paid: int = 0
    fine_paid: int = 0
    accrued: Fraction = field(default=Fraction(0))
    accrued_to: int | None = None
    fine_base: int | None = None
    known: int = 0
    settled: int | None = None
    settled_by: str = ""
    settled_known: int = 0
    left_over: int = 0
    quoted: tuple[tuple[int, int], ...] = ()

    @property
    def open_principal(self) -> int:
        """Principal not paid yet, never below zero."""
        return max(0, self.amount - self.principal_paid)

    def breakdown(self, day: int) -> Breakdown:
        """What it asks on a civil day (ordinal); nothing once settled."""
        if self.settled is not None:
            return Breakdown(principal=0, discount=0, interest=0, fine=0)
        discount = min(discount_on(day, self.due, self.amount, self.rules), self.open_principal)
        if day <= self.effective:
            return Breakdown(principal=self.open_principal, discount=discount, interest=0, fine=0)
        late, fine = self._late(day)
        return Breakdown(principal=self.open_principal, discount=discount, interest=late, fine=fine)

    def asked(self, day: int) -> int:
        """The total of `breakdown`, for those who look at nothing else."""
        if self.settled is not None:
            return 0
        principal = self.open_principal
        discount = min(discount_on(day, self.due, self.amount, self.rules), principal)
        return principal - discount + (sum(self._late(day)) if day > self.effective else 0)

    def _late(self, day: int) -> tuple[int, int]:
        """Interest and fine of a late day, less what was paid of them."""
        late = self._interest(day) - self.interest_paid
        base = self.open_principal if self.fine_base is None else self.fine_base
        fine = levied(self.rules.fine, base, self.rules) - self.fine_paid if self.rules.fine else 0
        return max(0, late), max(0, fine)

    def _interest(self, day: int) -> int:
        rate = self.rules.interest
        if rate is None or rate.minor is not None or self.accrued:
            return round_minor(self._accrued(day), self.rules.rounding)
        # The usual case in whole numbers: `Fraction` costs ten times as much.
        days = max(0, day - (self.due if self.accrued_to is None else self.accrued_to))
        share = rate.share
        return round_ratio(
            share.numerator * self.open_principal * days, share.denominator * _DAYS[rate.per], self.rules.rounding
        )

    def _accrued(self, day: int) -> Fraction:
        if self.rules.interest is None:
            return Fraction(0)
        start = self.due if self.accrued_to is None else self.accrued_to
        return self.accrued + interest(self.rules.interest, self.open_principal, max(0, day - start))

    def to_settle(self, day: int) -> int:
        """What must still be given on that day to settle, tolerance not taken off (domain.md §4)."""
        if self.settled is not None:
            return 0
        parts = self.breakdown(day)
        if self.rules.residual != "dun":
            return max(0, self.amount - parts.discount - self.given)
        quoted = [max(0, given - self.given) for given, until in self.quoted if day <= until]
        return min([parts.total, *quoted])

    def quote(self, day: int, until: int) -> Position:
        """The position after the debtor was told what it asks on a day; a discount ends on its own last day."""
        parts = self.breakdown(day)
        asked = parts.total + min(parts.discount, parts.principal)
        if self.settled is not None or not asked:
            return self
        held = tuple((given, last) for given, last in self.quoted if last >= day)
        return evolve(self, quoted=(*held, (self.given + asked, until)))

    def give(self, amount: int, day: int, instant: int, event: str, known: int) -> Position:
        """The position after so much was given to it on that day; never more than its total of the day."""
        parts = self.breakdown(day)
        rest = amount
        paid = {"costs": 0, "interest": 0, "fine": 0, "principal": 0}
        asked = {"costs": 0, "interest": parts.interest, "fine": parts.fine, "principal": parts.principal}
        for component in self.rules.order:
            paid[component] = min(rest, asked[component])
            rest -= paid[component]
        late = day > self.effective
        base = self.open_principal if late and self.fine_base is None else self.fine_base
        after = evolve(
            self,
            given=self.given + amount,
            known=max(self.known, known),
            principal_paid=self.principal_paid + paid["principal"],
            interest_paid=self.interest_paid + paid["interest"],
            fine_paid=self.fine_paid + paid["fine"],
            accrued=self._accrued(day) if late else self.accrued,
            accrued_to=day if late else self.accrued_to,
            fine_base=base,
        )
        return after.close(day, instant, event, known)

    def close(self, day: int, instant: int, event: str, known: int) -> Position:
        """The position, settled where what was given suffices on that day."""
        reached = self.to_settle(day) <= self.tolerance and (self.given or self.amount <= self.tolerance)
        if self.settled is not None or not reached:
            return self
        return evolve(
            self,
            settled=instant,
            settled_by=event,
            settled_known=max(self.known, known),
            left_over=self.breakdown(day).total,
        )

    def amend(self, amount: int, due: int, effective: int) -> Position:
        """The position under new terms; where the due date moved, late charges are counted anew."""
        if due == self.due:
            return evolve(self, amount=amount, quoted=())
        return evolve(
            self,
            amount=amount,
            due=due,
            effective=effective,
            accrued=Fraction(0),
            accrued_to=None,
            principal_paid=self.given,
            interest_paid=0,
            fine_paid=0,
            fine_base=None,
            quoted=(),
        )

    @property
    def excess(self) -> int:
        """What was given to the principal beyond it, after an amendment lowered it."""
        return max(0, self.principal_paid - self.amount)

    def relieved(self) -> Position:
        """The position without its excess."""
        return evolve(self, given=self.given - self.excess, principal_paid=self.principal_paid - self.excess)

    def emptied(self) -> Position:
        """The position as if nothing had been given."""
        return evolve(
            self,
            given=0,
            principal_paid=0,
            interest_paid=0,
            fine_paid=0,
            settled=None,
            settled_by="",
            settled_known=0,
            left_over=0,
            quoted=(),
        )
