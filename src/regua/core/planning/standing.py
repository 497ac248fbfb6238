"""Where a debtor stands: everything that facts and policies say together, before any step is asked.

Debtor-wide rules (windows, clearing, minimum, freshness, promises) are the strictest of all policies in play.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from attrs import evolve

from regua.core.account import Account
from regua.core.calendars import BusinessDays, Calendar, Place
from regua.core.dates import LAST_INSTANT, Duration, civil_day, day_start, instant_of
from regua.core.events import ActionOutcome, DebtorProfile
from regua.core.facts import Facts, Opening, Receivable
from regua.core.ledger import Ledger, LedgerBook, Rules
from regua.core.planning.binding import bind
from regua.core.planning.hours import Hours
from regua.core.planning.promises import Fate, PromiseBook, PromiseLimits, broken_for, civil_days
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, Policy, Window
from regua.core.timeline import Span, covering
from regua.errors import PlanError


class Standing:
    """One debtor under the policies that govern the receivables."""

    def __init__(
        self,
        account: Account,
        policies: Sequence[Policy],
        calendar: Calendar | Mapping[str, Calendar],
        as_of: int = LAST_INSTANT,
    ) -> None:
        self.as_of = as_of
        self.account = account
        self.facts: Facts = account.facts
        self.bound = bind(policies, self.facts)
        in_play = {(policy.id, policy.version): policy for policy in self.bound.values()}
        self.policies = tuple(in_play[key] for key in sorted(in_play)) or tuple(policies)
        if not self.policies:
            message = "no policy was given; load one with regua.load_policy"
            raise PlanError(message)
        profile = self.profile(as_of)
        self.zone = (profile.timezone if profile else "") or self.policies[0].timezone
        self.place = Place(profile.country, profile.state, profile.city) if profile else Place()
        self.calendars = {policy.calendar: _calendar(policy, calendar) for policy in self.policies}
        self._days = {name: BusinessDays(found, self.place) for name, found in self.calendars.items()}
        self._totals: dict[int, int] = {}
        _check_currency(self.facts, self.bound)

    # time

    def days(self, policy: Policy) -> BusinessDays:
        """Business days of a policy at the debtor's place."""
        return self._days[policy.calendar]

    def day(self, instant: int) -> int:
        """The debtor's civil day at an instant."""
        return civil_day(instant, self.zone)

    def start(self, day: int) -> int:
        """The first instant of the debtor's civil day."""
        return day_start(day, self.zone)

    def effective(self, name: str, due: int) -> int:
        """The effective due day of a receivable due on that day."""
        return self.days(self.bound[name]).next_business(due)

    def first_pressing_day(self, policy: Policy, day: int) -> int:
        """The day after clearing has passed from `day` on (domain.md §4, Clearing)."""
        return self.cleared(policy, day) + 1

    def cleared(self, policy: Policy, day: int) -> int:
        """The latest day on which a payment made on `day` becomes known; the strictest clearing in play."""
        return max(
            self.days(policy).add(day, other.limits.clearing.days, business=other.limits.clearing.business)
            for other in self.policies
        )

    def hours(self, policy: Policy, kind: str) -> Hours:
        """The hours in which a step of that kind may be carried out."""
        if kind in CONTACT_KINDS:
            return Hours(self.zone, self.days(policy), self._contact_windows)
        if kind in CALL_KINDS:
            return Hours(self.zone, self.days(policy), self._call_windows)
        return Hours(self.zone, self.days(policy), None)

    @cached_property
    def _contact_windows(self) -> tuple[Window | None, ...]:
        return _narrowest([policy.limits.windows for policy in self.policies])

    @cached_property
    def _call_windows(self) -> tuple[Window | None, ...]:
        return _narrowest([policy.limits.call_windows for policy in self.policies])

    # debtor

    def profile(self, instant: int) -> DebtorProfile | None:
        """The debtor's profile in force at an instant, or None before the first."""
        return self.facts.profile.at(instant)

    def channel(self, channels: Sequence[str], instant: int) -> tuple[str, str]:
        """The first usable channel at an instant, or "" and the blocker."""
        reachable = [channel for channel in channels if self.point(channel, instant)]
        for channel in reachable:
            consent = self.facts.consents.get(channel)
            if consent is not None and consent.at(instant):
                return channel, ""
        return "", "opted-out" if reachable else "no-contact-point"

    def point(self, channel: str, instant: int) -> str:
        """The contact point that works for a channel at an instant, the first added, or ""."""
        for name, point in self.facts.points.items():
            if channel in point.channels and point.works.at(instant):
                return name
        return ""

    # money

    @cached_property
    def ledger(self) -> Ledger:
        """Where each receivable stood at any instant."""
        return self._book(noticed=False)

    @cached_property
    def _announced(self) -> Ledger:
        return self._book(noticed=True)

    def _book(self, *, noticed: bool) -> Ledger:
        rules = {
            name: Rules(charges=policy.charges, tolerance=policy.limits.tolerance)
            for name, policy in self.bound.items()
        }
        return LedgerBook(self.facts, rules, self.effective, self.zone, noticed=noticed).build()

    def balance(self, name: str, instant: int, day: int) -> int:
        """What a receivable asks on a day, after the payments up to an instant; minor units."""
        return self.ledger.position(name, instant).breakdown(day).total

    def pressing_total(self, instant: int) -> int:
        """What is overdue and not stopped, over all receivables; minor units (domain.md §5, below-minimum)."""
        known = self._totals.get(instant)
        if known is not None:
            return known
        day = self.day(instant)
        self._totals[instant] = total = sum(
            self.balance(name, instant, day)
            for name, receivable in self.facts.receivables.items()
            if receivable.terms[0].at <= instant
            and day > self.effective(name, self.ledger.position(name, instant).due)
            and not any(covering(spans, instant) for spans in self.spans[name].values())
        )
        return total

    # promises and other spans

    @cached_property
    def promises(self) -> list[Fate]:
        """The fate of every promise."""
        strict = [policy.promise for policy in self.policies]
        longest = [days for rules in strict if (days := civil_days(rules.max_days)) is not None]
        in_a_row = [rules.max_in_a_row for rules in strict if rules.max_in_a_row is not None]
        limits = PromiseLimits(
            max_days=min(longest, default=None),
            max_in_a_row=min(in_a_row, default=None),
            min_share=max(rules.min_share for rules in strict),
            tolerance=min(policy.limits.tolerance for policy in self.policies),
        )
        clearing = {name: _clearing(self, policy) for name, policy in self.bound.items()}
        return PromiseBook(self.facts, self.ledger, limits, self.zone, clearing).judge()

    @cached_property
    def spans(self) -> dict[str, dict[str, list[Span]]]:
        """For each receivable and each blocker of the classes ended, stopped and suspended: when it applies."""
        return {name: self._spans(receivable) for name, receivable in self.facts.receivables.items()}

    def _spans(self, receivable: Receivable) -> dict[str, list[Span]]:
        name, facts = receivable.id, self.facts
        settled = self.ledger.settlements(name)
        return {
            "cancelled": [span for code, span in receivable.void if code == "cancelled"],
            "written-off": [span for code, span in receivable.void if code == "written-off"],
            "settled": settled,
            "agreement-active": self._openings(facts.agreements, name),
            "payment-noticed": self._notices(name, settled),
            "with-notary": receivable.filings.get("with-notary", []),
            "with-agency": receivable.filings.get("with-agency", []),
            "in-court": receivable.filings.get("in-court", []),
            "disputed": self._openings(facts.disputes, name),
            "promised": [fate.spans[name] for fate in self.promises if name in fate.spans],
            "held": self._openings(facts.holds, name, whole=True),
            **self.debtor_spans,
        }

    @cached_property
    def debtor_spans(self) -> dict[str, list[Span]]:
        """The same for blockers of the whole debtor."""
        return {
            "deceased": [self.facts.deceased] if self.facts.deceased else [],
            "court-order": [span for case in sorted(self.facts.court_orders) for span in self.facts.court_orders[case]],
            "insolvency": self._openings(self.facts.insolvencies, "", whole=True),
        }

    @cached_property
    def debtor_holds(self) -> list[Span]:
        """Holds of the whole debtor."""
        return self._openings(self.facts.holds, "", whole=True)

    def _notices(self, name: str, settled: list[Span]) -> list[Span]:
        if not any(payment.noticed for payment in self.facts.payments.values()):
            return []
        notices = []
        for span in self._announced.settlements(name):
            later = [paid.start for paid in settled if paid.start > span.start]
            if covering(settled, span.start) is None:
                ends = [end for end in (span.end, min(later, default=None)) if end is not None]
                notices.append(evolve(span, end=min(ends, default=None)))
        return notices

    def _openings(self, openings: Mapping[str, Opening], name: str, *, whole: bool = False) -> list[Span]:
        spans = []
        for key in sorted(openings):
            opening = openings[key]
            about = name in opening.receivables or (whole and not opening.receivables)
            if opening.start is None or not about:
                continue
            ends = [] if opening.end is None else self._closed(opening, name)
            if opening.until is not None:
                ends.append(self.start(opening.until + 1))
            spans.append(Span(opening.start, min(ends, default=None), opening.cause, opening.known))
        return sorted(spans, key=lambda span: (span.start, span.cause))

    def _closed(self, opening: Opening, name: str) -> list[int]:
        """When what was closed is over: at once, or, in the debtor's favour, when the creditor acted on it."""
        if opening.end is None or not opening.upheld:
            return [] if opening.end is None else [opening.end]
        terms = [terms.at for terms in self.facts.receivables[name].terms[1:]]
        given = [credit.at for credit in self.facts.credits if name in credit.receivables]
        acted = [instant for instant in (*terms, *given) if opening.start is not None and instant >= opening.start]
        return [max(opening.end, min(acted))] if acted else []

    def broken(self) -> list[tuple[str, Fate]]:
        """Each receivable whose promise ran out unkept, with the promise."""
        return [(name, fate) for fate in self.promises for name in broken_for(fate)]

    # change

    def boundaries(self, after: int) -> list[int]:
        """Instants after `after` at which a fact takes effect, becomes known, or ends by itself."""
        instants = {instant for event in self.account.events for instant in (event.at_us, event.known_us)}
        for table in (*self.spans.values(), self.debtor_spans):
            for spans in table.values():
                instants |= {end for span in spans if (end := span.end) is not None}
        return sorted(instant for instant in instants if instant > after)

    def changes_on(self, day: int) -> list[int]:
        """Instants of a civil day at which a fact takes effect."""
        return self._changes.get(day, [])

    @cached_property
    def _changes(self) -> dict[int, list[int]]:
        days: dict[int, list[int]] = {}
        for instant in sorted({event.at_us for event in self.account.events}):
            days.setdefault(self.day(instant), []).append(instant)
        return days

    @cached_property
    def outcomes(self) -> dict[str, list[list[ActionOutcome]]]:
        """Outcomes of each action, by receivable."""
        found: dict[str, list[list[ActionOutcome]]] = {}
        for outcomes in self.facts.outcomes.values():
            found.setdefault(outcomes[0].receivable, []).append(outcomes)
        return found

    def fresh(self, policy: Policy, instant: int) -> int | None:
        """The first instant from `instant` on at which payments are known recently enough, or None."""
        needs = [other.limits.freshness for other in self.policies if other.limits.freshness is not None]
        if not needs:
            return instant
        if self._is_fresh(policy, needs, instant):
            return instant
        later = sorted(known for known, _ in self.facts.known_through if known > instant)
        return next((known for known in later if self._is_fresh(policy, needs, known)), None)

    def _is_fresh(self, policy: Policy, needs: Sequence[Duration], instant: int) -> bool:
        through = max((day for known, day in self.facts.known_through if known <= instant), default=0)
        day = self.day(instant)
        return all(through >= self.days(policy).add(day, -need.days, business=need.business) for need in needs)

    def at_clock(self, day: int, minute: int) -> int:
        """The instant of a clock time on the debtor's civil day."""
        return instant_of(day, minute, self.zone)


def _clearing(standing: Standing, policy: Policy) -> Callable[[int], int]:
    return lambda day: standing.cleared(policy, day)


def _calendar(policy: Policy, calendar: Calendar | Mapping[str, Calendar]) -> Calendar:
    found = calendar.get(policy.calendar) if isinstance(calendar, Mapping) else calendar
    if found is None or found.name != policy.calendar:
        given = sorted(calendar) if isinstance(calendar, Mapping) else [calendar.name]
        message = (
            f"policy {policy.id!r} asks for calendar {policy.calendar!r}, plan was given {', '.join(given) or 'none'}"
        )
        raise PlanError(message)
    return found


def _narrowest(tables: Sequence[tuple[Window | None, ...]]) -> tuple[Window | None, ...]:
    narrowed: list[Window | None] = []
    for windows in zip(*tables, strict=True):
        open_ones = [window for window in windows if window is not None]
        opens = max((window.opens for window in open_ones), default=0)
        closes = min((window.closes for window in open_ones), default=0)
        is_open = len(open_ones) == len(windows) and opens < closes
        narrowed.append(Window(opens=opens, closes=closes, origins=open_ones[0].origins) if is_open else None)
    return tuple(narrowed)


def _check_currency(facts: Facts, bound: Mapping[str, Policy]) -> None:
    seen: dict[str, str] = {policy.currency: f"policy {policy.id!r}" for policy in bound.values()}
    for name, receivable in facts.receivables.items():
        for terms in receivable.terms:
            seen.setdefault(terms.amount.currency, f"receivable {name!r}")
    for payment in facts.payments.values():
        for episode in (*payment.noticed, *payment.settled):
            seen.setdefault(episode.amount.currency, f"event {episode.event!r}")
    for credit in facts.credits:
        seen.setdefault(credit.amount.currency, f"event {credit.event!r}")
    for promise in facts.promises.values():
        if promise.made is not None:
            seen.setdefault(promise.made.amount.currency, f"event {promise.made.id!r}")
    if len(seen) > 1:
        found = ", ".join(f"{currency} ({where})" for currency, where in seen.items())
        message = (
            f"one account has one currency; found {found}; keep receivables of another currency in an account apart"
        )
        raise PlanError(message)
