"""The domain told slowly a second time, from domain.md and from nothing in `regua`: days, money, stops, tones.

It knows payments, credits and their reversal; it does not know amendments, credits applied by hand, agreements and
announced payments, so portfolios that are judged by it have none.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field
from tests.properties.portfolios import Portfolio

from regua.core import events as ev
from regua.core.policy import ChargeRules, Rate, Step
from regua.core.tones import Tone

CONTACT_HOLIDAYS = {date(2026, *day) for day in [(1, 1), (4, 3), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 20)]}
BANK_ONLY = {date(2026, 2, 16), date(2026, 2, 17), date(2026, 6, 4)}
DAYS = {"day": 1, "month": 30, "year": 365}
BUSINESS_DAYS = {"day": 1, "month": 21, "year": 252}
ONE = timedelta(days=1)


# days


def wall(portfolio: Portfolio, instant: int) -> datetime:
    """The debtor's clock at an instant."""
    names = [event.timezone for event in portfolio.of(ev.DebtorRegistered, ev.DebtorUpdated) if event.timezone]
    zone = ZoneInfo(names[-1] if names else portfolio.policy.timezone)
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)).astimezone(zone)


def is_business_day(day: date) -> bool:
    """Whether Brazilian banks work."""
    return day.weekday() < 5 and day not in CONTACT_HOLIDAYS and day not in BANK_ONLY


def next_business_day(day: date) -> date:
    """That day or the next on which banks work."""
    while not is_business_day(day):
        day += ONE
    return day


def cleared(portfolio: Portfolio, day: date) -> date:
    """The last day of clearing for a payment of that day."""
    clearing = portfolio.policy.limits.clearing
    left = clearing.days
    while left:
        day += ONE
        left -= not clearing.business or is_business_day(day)
    return day


def due_of(portfolio: Portfolio, receivable: str) -> date:
    """The newest due date."""
    due: date = next(event.due for event in portfolio.of(ev.InvoiceIssued) if event.receivable == receivable)
    amendments = [event for event in portfolio.of(ev.InvoiceAmended) if event.receivable == receivable and event.due]
    return max(amendments, key=lambda event: (event.at_us, event.id)).due if amendments else due


# money


def rounded(amount: Fraction, name: str) -> int:
    """A positive amount in whole minor units."""
    if name == "truncate":
        return floor(amount)
    if name == "half-up":
        return floor(amount + Fraction(1, 2))
    return round(amount)


def counted(after: date, until: date, rate: Rate) -> int:
    """Days after one day up to and with another, all of them or business days."""
    days = [after + timedelta(days=number) for number in range(1, (until - after).days + 1)]
    return sum(is_business_day(day) for day in days) if rate.business else len(days)


@define
class Debt:
    """One receivable, paid step by step."""

    amount: int
    due: date
    rules: ChargeRules
    tolerance: int
    given: int = 0
    principal: int = 0
    accrued: Fraction = Fraction(0)
    since: date = field(init=False)
    interest_paid: int = 0
    fine_paid: int = 0
    fine_base: int | None = None
    is_settled: bool = False

    def __attrs_post_init__(self) -> None:
        self.principal, self.since = self.amount, self.due

    def discount(self, day: date) -> int:
        """For paying on that day."""
        for tier in sorted(self.rules.discounts, key=lambda tier: tier.until.days):  # type: ignore[union-attr]
            if day <= self.due + timedelta(days=tier.until.days):  # type: ignore[union-attr]
                times = counted(day, self.due, tier.levy) if isinstance(tier.levy, Rate) else 1
                taken = (tier.levy.share * self.amount + (tier.levy.minor or 0)) * times
                return min(rounded(taken, self.rules.rounding), self.principal)
        return 0

    def charges(self, day: date) -> tuple[int, int]:
        """Interest and fine still open on a day."""
        if day <= next_business_day(self.due):
            return 0, 0
        fine = self.rules.fine
        base = self.principal if self.fine_base is None else self.fine_base
        levied = rounded(fine.share * base + fine.minor, self.rules.rounding) if fine else 0
        interest = rounded(self.accrual(day), self.rules.rounding)
        return max(0, interest - self.interest_paid), max(0, levied - self.fine_paid)

    def accrual(self, day: date) -> Fraction:
        """Exact interest up to a day."""
        rate = self.rules.interest
        if rate is None:
            return Fraction(0)
        unit = (BUSINESS_DAYS if rate.business else DAYS)[rate.per]
        a_day = Fraction(rate.minor) if rate.minor is not None else rate.share * self.principal / unit
        return self.accrued + a_day * counted(self.since, day, rate)

    def asked(self, day: date) -> int:
        """The balance of a day."""
        if self.is_settled:
            return 0
        is_early = day <= next_business_day(self.due)
        return self.principal - (self.discount(day) if is_early else 0) + sum(self.charges(day))

    def pay(self, amount: int, day: date) -> int:
        """Pay as much as is asked; what is left comes back."""
        part = min(amount, self.asked(day))
        if not part:
            return amount
        late = day > next_business_day(self.due)
        discount = 0 if late else self.discount(day)
        interest, fine = self.charges(day)
        if late:
            self.fine_base = self.principal if self.fine_base is None else self.fine_base
            self.accrued, self.since = self.accrual(day), day
        interest = min(interest, part)
        fine = min(fine, part - interest)
        self.interest_paid += interest
        self.fine_paid += fine
        self.principal -= part - interest - fine
        self.given += part
        self.is_settled = self.given >= self.amount - discount - self.tolerance
        return amount - part


def live_money(portfolio: Portfolio, instant: int) -> list[tuple[int, str, int, tuple[str, ...]]]:
    """Payments and credits that count at an instant: value date, event, amount, names."""
    found = []
    for event in portfolio.of(ev.PaymentSettled, ev.CreditGranted):
        if event.at_us > instant:
            continue
        undone = [
            other
            for other in portfolio.of(ev.PaymentReversed)
            if isinstance(event, ev.PaymentSettled) and other.payment == event.payment and other.at_us <= instant
        ]
        if not undone:
            found.append((event.at_us, event.id, event.amount.minor, event.receivables))
    return sorted(found)


def debts(portfolio: Portfolio, instant: int) -> dict[str, Debt]:
    """Every receivable issued by an instant, after all money of that time; what is void takes no unnamed money."""
    found: dict[str, Debt] = {}
    waiting: list[tuple[tuple[str, ...], int]] = []
    pool = 0
    issued = [event for event in portfolio.of(ev.InvoiceIssued) if event.at_us <= instant]
    money = live_money(portfolio, instant)
    for moment in sorted({event.at_us for event in issued} | {entry[0] for entry in money}):
        day = wall(portfolio, moment).date()
        found |= {event.receivable: _debt(portfolio, event) for event in issued if event.at_us == moment}
        for entry in [entry for entry in waiting if entry[0][0] in found]:
            waiting.remove(entry)
            pool += _named(found, waiting, *entry, day)
        for at_us, _, amount, names in money:
            if at_us == moment:
                pool += _named(found, waiting, names, amount, day)
        for name in sorted(found, key=lambda name: (found[name].due, name)):
            if not is_void(portfolio, name, moment):
                pool = found[name].pay(pool, day)
    return found


def _debt(portfolio: Portfolio, event: ev.InvoiceIssued) -> Debt:
    return Debt(
        amount=event.amount.minor - (event.rebate.minor if event.rebate else 0),
        due=event.due,
        rules=portfolio.policy.charges,
        tolerance=portfolio.policy.limits.tolerance,
    )


def _named(
    found: dict[str, Debt], waiting: list[tuple[tuple[str, ...], int]], names: tuple[str, ...], amount: int, day: date
) -> int:
    """Pay what the money names until one is not known yet, for which the rest waits; what is left over comes back."""
    for place, name in enumerate(names):
        if name not in found and amount:
            waiting.append((names[place:], amount))
            return 0
        if name in found:
            amount = found[name].pay(amount, day)
    return amount


# stops


def is_void(portfolio: Portfolio, receivable: str, instant: int) -> bool:
    """Whether it was cancelled or written off by then."""
    return any(
        event.receivable == receivable and event.at_us <= instant
        for event in portfolio.of(ev.InvoiceCancelled, ev.InvoiceWrittenOff)
    )


def is_stopped(portfolio: Portfolio, receivable: str, instant: int) -> str:
    """Why nothing may press for a receivable at an instant, or "": all stops but promises and announced payments."""
    if is_void(portfolio, receivable, instant):
        return "void"
    for opened in portfolio.of(ev.DisputeOpened):
        over = [event.at_us for event in portfolio.of(ev.DisputeResolved) if event.dispute == opened.dispute]
        if receivable in opened.receivables and opened.at_us <= instant and not any(end <= instant for end in over):
            return "disputed"
    for held in portfolio.of(ev.HoldPlaced):
        over = [event.at_us for event in portfolio.of(ev.HoldReleased) if event.hold == held.hold]
        is_about = not held.receivables or receivable in held.receivables
        is_over = held.until is not None and wall(portfolio, instant).date() > held.until
        if is_about and held.at_us <= instant and not is_over and not any(end <= instant for end in over):
            return "held"
    for there, back in ((ev.ProtestFiled, ev.ProtestCancelled), (ev.AgencyAssigned, ev.AgencyReturned)):
        if _is_away(portfolio.of(there, back), there, receivable, instant):
            return "filed"
    return ""


def _is_away(events: Iterable[Any], there: type[Any], receivable: str, instant: int) -> bool:
    away = False
    for event in sorted(events, key=lambda event: (event.at_us, not isinstance(event, there))):
        if event.receivable == receivable and event.at_us <= instant:
            away = isinstance(event, there)
    return away


# tone


def rungs(steps: Iterable[Step]) -> list[Tone]:
    """The tones of pressing messages."""
    return sorted({step.tone for step in steps if step.kind == "message" and step.presses and step.tone is not None})


def delivered(portfolio: Portfolio, receivable: str, instant: int) -> Tone | None:
    """The highest tone of what pressed and reached the debtor about a receivable."""
    pressing = {step.id for step in portfolio.policy.steps if step.presses and step.kind == "message"}
    return max(
        (
            event.tone
            for event in portfolio.of(ev.ActionDelivered, ev.ActionRead)
            if event.receivable == receivable and event.at_us <= instant and event.step in pressing
        ),
        default=None,
    )
