"""Where a receivable stands: what it asks on a day, and what payments change about it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Final, NamedTuple

from attrs import evolve, field, frozen

from regua.core.charges.measures import Measures
from regua.core.dates import Offset
from regua.core.money import round_minor, round_ratio
from regua.core.rules import ChargeRules, Discount, Levy, Rate

_NO_MEASURES: Final = Measures()
_NOTHING: Final = Fraction(0)


@frozen(kw_only=True)
class Breakdown:
    """What a receivable asks on one day, minor units.

    Attributes:
        principal: what is open of the principal, rebate taken off.
        discount: taken off for paying that day.
        interest: late interest, less what was paid of it.
        fine: late fine, less what was paid of it.
        correction: by a price index, less what was paid of it.
    """

    principal: int = 0
    discount: int = 0
    interest: int = 0
    fine: int = 0
    correction: int = 0

    @property
    def total(self) -> int:
        """What pays it all, never below zero."""
        return max(0, self.principal - self.discount) + self.interest + self.fine + self.correction


def levied(levy: Levy, principal: int, rules: ChargeRules) -> int:
    """A levy on a principal in minor units, rounded by the policy's rule."""
    share = levy.share
    return round_ratio(share.numerator * principal + levy.minor * share.denominator, share.denominator, rules.rounding)


def last_day(until: Offset | date, due: int) -> int:
    """Ordinal of the last day of a discount."""
    return due + until.days if isinstance(until, Offset) else until.toordinal()


class Accrual(NamedTuple):
    """A stretch in which the open principal was the same.

    Attributes:
        start: ordinal of the day before the first.
        end: ordinal of the last day.
        principal: on which interest was counted, minor units.
        correctable: with which correction began, exact minor units.
    """

    start: int
    end: int
    principal: int
    correctable: Fraction


@frozen(kw_only=True)
class Position:
    """Where a receivable stands after some payments, at and after an instant.

    Attributes:
        amount: principal less rebate, minor units.
        rebate: what was taken off it, minor units.
        due: ordinal of the due date; interest counts from it.
        effective: ordinal of the effective due date; nothing is late up to it.
        rules: the policy's.
        measures: business days and indexes.
        tolerance: what may be missing from a payment that settles, minor units.
        given: all that payments and credits gave it.
        principal_paid: the part that went to the principal.
        interest_paid: the part that went to interest.
        fine_paid: the part that went to the fine.
        correction_paid: the part that went to correction.
        accrued: exact interest up to `accrued_to`.
        corrected: exact correction up to `accrued_to`.
        accrued_to: ordinal up to which interest is in `accrued` and correction in `corrected`, or None.
        stretches: what both accrued on so far.
        fine_base: principal that was open when it became late, once a payment came after that.
        known: when all was known that made it what it is.
        settled: instant, or None.
        settled_by: id of the event that settled it.
        settled_known: when that event, and all money before it, was known.
        left_over: what it still asked when it was settled, minor units.
        quoted: amounts told to the debtor: what must have been given in all, and the last day on which that settles.
    """

    amount: int
    rebate: int = 0
    due: int
    effective: int
    rules: ChargeRules
    measures: Measures = field(default=_NO_MEASURES, eq=False, repr=False)
    tolerance: int
    given: int = 0
    principal_paid: int = 0
    interest_paid: int = 0
    fine_paid: int = 0
    correction_paid: int = 0
    accrued: Fraction = field(default=_NOTHING)
    corrected: Fraction = field(default=_NOTHING)
    accrued_to: int | None = None
    stretches: tuple[Accrual, ...] = ()
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

    @property
    def accrues_from(self) -> int:
        """Ordinal of the day after which interest and correction are not in what accrued so far."""
        return self.due if self.accrued_to is None else self.accrued_to

    def breakdown(self, day: int) -> Breakdown:
        """What it asks on a civil day (ordinal); nothing once settled."""
        if self.settled is not None:
            return Breakdown()
        discount = min(self.discount(day), self.open_principal)
        if day <= self.effective:
            return Breakdown(principal=self.open_principal, discount=discount)
        interest, fine, correction = self._late(day)
        return Breakdown(
            principal=self.open_principal, discount=discount, interest=interest, fine=fine, correction=correction
        )

    def asked(self, day: int) -> int:
        """The total of `breakdown`, for those who look at nothing else."""
        if self.settled is not None:
            return 0
        principal = self.open_principal
        discount = min(self.discount(day), principal)
        return principal - discount + (sum(self._late(day)) if day > self.effective else 0)

    # early

    def discount(self, day: int) -> int:
        """The discount in force on a day, whatever is open; minor units."""
        tier = self.tier(day) if self.rules.discounts else None
        return 0 if tier is None else self._taken_off(tier, day)

    def tier(self, day: int) -> Discount | None:
        """The discount that ends first among those that have not ended on that day, or None."""
        found, ends = None, 0
        for tier in self.rules.discounts:
            until = last_day(tier.until, self.due)
            if day <= until and (found is None or until < ends):
                found, ends = tier, until
        return found

    def days_early(self, rate: Rate, day: int) -> int:
        """The days from a day to the due date, as a discount per day counts them."""
        return self.measures.count(day, self.due, business=rate.business)

    def _taken_off(self, tier: Discount, day: int) -> int:
        levy = tier.levy
        if isinstance(levy, Levy):
            return levied(levy, self.amount, self.rules)
        days = self.days_early(levy, day)
        if levy.minor is not None:
            return levy.minor * days
        return round_minor(levy.share * self.amount * days, self.rules.rounding)

    # late

    def _late(self, day: int) -> tuple[int, int, int]:
        """Interest, fine and correction of a late day, less what was paid of them."""
        rules = self.rules
        interest = self._interest(day) - self.interest_paid
        fine = levied(rules.fine, self.fined, rules) - self.fine_paid if rules.fine else 0
        correction = round_minor(self.correction_to(day), rules.rounding) - self.correction_paid
        return max(0, interest), max(0, fine), max(0, correction)

    @property
    def fined(self) -> int:
        """The principal on which the fine is taken: what was open when it became late."""
        return self.open_principal if self.fine_base is None else self.fine_base

    def _interest(self, day: int) -> int:
        rate = self.rules.interest
        if rate is None or rate.minor is not None or rate.index or self.accrued:
            return round_minor(self.interest_to(day), self.rules.rounding)
        # The usual case in whole numbers: `Fraction` costs ten times as much.
        days = self.measures.count(self.accrues_from, day, business=rate.business)
        share = rate.share
        return round_ratio(
            share.numerator * self.open_principal * days, share.denominator * rate.divisor, self.rules.rounding
        )

    def interest_to(self, day: int) -> Fraction:
        """Exact interest up to a day, in minor units, whatever was paid of it."""
        rate = self.rules.interest
        if rate is None or not self.open_principal:
            return self.accrued
        since = self.measures.counted(rate, self.accrues_from, day)
        if rate.minor is not None:
            return self.accrued + sum(rate.minor * each.days for each in since)
        return self.accrued + self.open_principal * sum((each.share for each in since), _NOTHING)

    def correction_to(self, day: int) -> Fraction:
        """Exact correction up to a day, likewise; what deflation takes never lowers the principal."""
        index = self.rules.correction
        if not index:
            return _NOTHING
        growth = self.measures.growth(index, self.accrues_from, day)
        return max(_NOTHING, self.corrected + self.correctable * (growth - 1))

    @property
    def correctable(self) -> Fraction:
        """What correction counts on from `accrues_from` on: the open principal with its unpaid correction."""
        unpaid = self.corrected - self.correction_paid if self.rules.correction else _NOTHING
        return self.open_principal + unpaid

    def accruals(self, day: int) -> tuple[Accrual, ...]:
        """The stretches of interest and correction up to a day, in order."""
        start = self.accrues_from
        latest = (Accrual(start, day, self.open_principal, self.correctable),) if day > start else ()
        return self.stretches + latest

    def pending(self, day: int) -> tuple[str, str]:
        """The index and the first month without which the charges of a late day are not known yet, or "" twice."""
        if self.settled is None and day > self.effective:
            for index in self.rules.indexes:
                month = self.measures.pending(index, self.accrues_from, day)
                if month:
                    return index, month
        return "", ""

    # money

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
        paid = self._split(amount, self.breakdown(day))
        after = evolve(
            self,
            given=self.given + amount,
            known=max(self.known, known),
            principal_paid=self.principal_paid + paid.principal,
            interest_paid=self.interest_paid + paid.interest,
            fine_paid=self.fine_paid + paid.fine,
            correction_paid=self.correction_paid + paid.correction,
            **(self._accrued(day) if day > self.effective else {}),
        )
        return after.close(day, instant, event, known)

    def _split(self, amount: int, asked: Breakdown) -> Breakdown:
        """An amount in the policy's order; correction goes with the principal, before it."""
        rest, paid = amount, {}
        order = {"interest": ("interest",), "fine": ("fine",), "principal": ("correction", "principal")}
        for word in self.rules.order:
            for part in order.get(word, ()):
                paid[part] = min(rest, getattr(asked, part))
                rest -= paid[part]
        return Breakdown(**paid)

    def _accrued(self, day: int) -> dict[str, Any]:
        """What a late day has accrued: from then on the principal may be another."""
        return {
            "accrued": self.interest_to(day),
            "corrected": self.correction_to(day),
            "accrued_to": day,
            "stretches": self.accruals(day),
            "fine_base": self.fined,
        }

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

    # other terms

    def amend(self, amount: int, due: int, effective: int, *, rebate: int = 0) -> Position:
        """The position under new terms; where the due date moved, late charges are counted anew."""
        if due == self.due:
            return evolve(self, amount=amount, rebate=rebate, quoted=())
        return evolve(
            self,
            amount=amount,
            rebate=rebate,
            due=due,
            effective=effective,
            accrued=_NOTHING,
            corrected=_NOTHING,
            accrued_to=None,
            stretches=(),
            principal_paid=self.given,
            interest_paid=0,
            fine_paid=0,
            correction_paid=0,
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
            correction_paid=0,
            settled=None,
            settled_by="",
            settled_known=0,
            left_over=0,
            quoted=(),
        )
