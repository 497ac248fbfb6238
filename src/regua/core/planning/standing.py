"""Where a debtor stands: everything that facts and policies say together, before any step is asked.

Debtor-wide rules (windows, clearing, minimum, freshness, promises) are the strictest of all policies in play.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

from attrs import evolve

from regua.core.account import Account
from regua.core.calendars import BusinessDays, Calendar, Place, business_days
from regua.core.charges import Balance, Measures
from regua.core.dates import DAY, LAST_INSTANT, civil_day, day_start, format_local, instant_of
from regua.core.events import ActionOutcome, DebtorProfile
from regua.core.facts import Agreement, Facts, Receivable
from regua.core.indexes import Index
from regua.core.ledger import Ledger, LedgerBook, Quote, Rules
from regua.core.planning.agreements import completed, with_breaks
from regua.core.planning.binding import bind
from regua.core.planning.chargecaps import within_caps
from regua.core.planning.currencies import check_currency
from regua.core.planning.cutoff import handed_over
from regua.core.planning.given import check_law, given_calendar, given_indexes
from regua.core.planning.hours import ALWAYS, Era, Hours, hours_of
from regua.core.planning.law import Law, narrowest
from regua.core.planning.openings import opened
from regua.core.planning.promises import Fate, PromiseBook, PromiseLimits, broken_for, civil_days
from regua.core.planning.quotes import quotes
from regua.core.planning.synthetic import SYNTHETIC, find_owed
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, Policy, Step, Window
from regua.core.timeline import Span, covering, without
from regua.core.zones import zone_of_debtor
from regua.errors import PlanError

T = TypeVar("T")


class Standing:
    """One debtor under the policies that govern the receivables."""

    def __init__(
        self,
        account: Account,
        policies: Sequence[Policy],
        calendar: Calendar | Mapping[str, Calendar],
        as_of: int = LAST_INSTANT,
        indexes: Mapping[str, Index] | None = None,
    ) -> None:
        self.as_of = as_of
        self.account = account
        self.facts: Facts = account.facts
        self.bindings = bind(policies, self.facts, as_of)
        self.bound = {name: binding.governing for name, binding in self.bindings.items()}
        in_play = {(policy.id, policy.version): policy for policy in self.bound.values()}
        self.policies = tuple(in_play[key] for key in sorted(in_play)) or tuple(policies)
        if not self.policies:
            message = "no policy was given; load one with regua.load_policy"
            raise PlanError(message)
        check_law(self.policies)
        self._profile = profile = self.profile(as_of)
        zone = self.policies[0].timezone
        self.zone = zone_of_debtor(profile.timezone, profile.country, profile.state, zone) if profile else zone
        self.place = Place(profile.country, profile.state, profile.city) if profile else Place()
        self.calendars = {policy.calendar: given_calendar(policy, calendar) for policy in self.policies}
        self._days = {name: business_days(found, self.place) for name, found in self.calendars.items()}
        terms = (*self.policies, *(binding.terms for binding in self.bindings.values()))
        self.indexes = given_indexes(terms, indexes or {})
        self._totals: dict[int, int] = {}
        self._hours: dict[tuple[str, str, tuple[str, ...]], Hours] = {}
        self.law = Law(self)
        self._pressing_days: dict[tuple[str, int], int] = {}
        self._stops: dict[str, list[tuple[str, list[Span]]]] = {}
        self._told: dict[int, str] = {}
        check_currency(self.facts, self.bound)

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

    def told(self, instant: int) -> str:
        """An instant on the debtor's clock, as reasons tell it."""
        known = self._told.get(instant)
        if known is None:
            known = self._told[instant] = format_local(instant, self.zone)
        return known

    def effective(self, name: str, due: int) -> int:
        """The effective due day of a receivable due on that day."""
        return self.days(self.bound[name]).next_business(due)

    def review_day(self, day: int) -> int:
        """The day on which what is open since `day` is looked at; the strictest review in play."""
        return min(
            self.days(policy).add(day, policy.limits.review.days, business=policy.limits.review.business)
            for policy in self.policies
        )

    def first_pressing_day(self, policy: Policy, day: int) -> int:
        """The day after clearing has passed from `day` on (domain.md §4, Clearing)."""
        known = self._pressing_days.get((policy.calendar, day))
        if known is None:
            known = self._pressing_days[policy.calendar, day] = self.cleared(policy, day) + 1
        return known

    def cleared(self, policy: Policy, day: int) -> int:
        """The latest day on which a payment made on `day` becomes known; the strictest clearing in play."""
        return max(
            self.days(policy).add(day, other.limits.clearing.days, business=other.limits.clearing.business)
            for other in self.policies
        )

    def hours(self, policy: Policy, step: Step) -> Hours:
        """The hours in which a step may be carried out."""
        key = policy.calendar, step.kind, step.channels
        known = self._hours.get(key)
        if known is None:
            official = step.kind not in CONTACT_KINDS | CALL_KINDS
            known = self._hours[key] = hours_of(
                self.zone, self.days(policy), self._eras(step), official=official, full=step.kind == "protest"
            )
        return known

    def closing_rule(self, policy: Policy, step: Step, day: int, minute: int) -> str:
        """Id of the legal rule that closes a clock time of a day to a step, where the policy leaves it open, or ""."""
        windows, channels = self._asked(step)
        own = windows[(day - 1) % len(windows)]
        if own is None or not own.opens <= minute < own.closes:
            return ""
        is_eve = self.days(policy).is_contact_holiday(day + 1)
        return self.law.closing(step.kind, channels, day, minute, is_eve=is_eve)

    def _eras(self, step: Step) -> tuple[Era, ...]:
        windows, channels = self._asked(step)
        return self.law.contact_eras(windows, channels) if channels else self.law.act_eras(step.kind)

    def _asked(self, step: Step) -> tuple[tuple[Window | None, ...], tuple[str, ...]]:
        """The hours of the policies for a step, and the channels that it may use; none for a registrar's act."""
        if step.kind in CONTACT_KINDS:
            return self._contact_windows, step.channels or ("",)
        return (self._call_windows, ("call",)) if step.kind in CALL_KINDS else (ALWAYS, ())

    @cached_property
    def _contact_windows(self) -> tuple[Window | None, ...]:
        return narrowest([policy.limits.windows for policy in self.policies])

    @cached_property
    def _call_windows(self) -> tuple[Window | None, ...]:
        return narrowest([policy.limits.call_windows for policy in self.policies])

    # debtor

    def profile(self, instant: int) -> DebtorProfile | None:
        """The debtor's profile in force at an instant, or None before the first."""
        return self.facts.profile.at(instant)

    def channel(self, channels: Sequence[str], instant: int) -> tuple[str, str]:
        """The first usable channel at an instant, or "" and the blocker."""
        blocker = "no-contact-point"
        for channel in channels:
            if self.point(channel, instant):
                consent = self.facts.consents.get(channel)
                if consent is not None and consent.at(instant):
                    return channel, ""
                blocker = "opted-out"
        return "", "opted-out" if self.barring(channels, instant) else blocker

    def barring(self, channels: Sequence[str], instant: int) -> str:
        """Id of the rule that closes to one of the channels a point that would serve it at an instant, or ""."""
        for channel in channels:
            for name, point in self.facts.points.items():
                if channel in point.channels and point.works.at(instant):
                    rule = self.law.closes(name, channel, instant)
                    if rule:
                        return rule
        return ""

    def point(self, channel: str, instant: int) -> str:
        """The contact point that works for a channel at an instant, the first added, or ""."""
        for name, point in self.facts.points.items():
            if channel in point.channels and point.works.at(instant):
                if point.listed and self.law.closes(name, channel, instant):
                    continue
                return name
        return ""

    def declared(self, receivable: str, step: str) -> tuple[Policy, Step | None]:
        """The policy of a receivable, or of the debtor where the name is "", and the step of it with that id.

        What only an earlier version of a migrated receivable declares is found there.
        """
        own = self.bindings.get(receivable)
        if step in SYNTHETIC:
            return own.governing if own else self.policies[0], SYNTHETIC[step]
        for policy in own.versions if own else self.policies:
            place = policy.step_order.get(step)
            if place is not None:
                return policy, policy.steps[place]
            owed = find_owed(policy, step)
            if owed is not None:
                return policy, owed
        return own.governing if own else self.policies[0], None

    def learnt(self, span: Span) -> int:
        """When what a span says was learnt, which may be before it took effect."""
        return span.known if span.known > span.start else min(span.known, self._recorded.get(span.cause, span.known))

    @cached_property
    def _recorded(self) -> Mapping[str, int]:
        return {event.id: event.recorded_us for event in self.account.events}

    @cached_property
    def limits_contacts(self) -> bool:
        """Whether any policy in play limits how many contacts there are, or how close."""
        limits = [policy.limits for policy in self.policies]
        caps = [(each.contacts_per_day, each.contacts_per_week, each.min_interval) for each in limits]
        return bool(self.law.limits) or any(cap is not None for each in caps for cap in each)

    @cached_property
    def consolidates(self) -> bool:
        """Whether messages of one day and channel become one contact; one policy in play that says so is enough."""
        return any(policy.plan.consolidate == "day" for policy in self.policies)

    # money

    @cached_property
    def ledger(self) -> Ledger:
        """Where each receivable stood at any instant."""
        return self._book(noticed=False)

    @cached_property
    def _announced(self) -> Ledger:
        return self._book(noticed=True)

    def _book(self, *, noticed: bool) -> Ledger:
        place = f"ledger noticed={noticed}"
        return self._remembered(place, lambda: self._told_ledger(self.agreements, noticed=noticed))

    def _told_ledger(self, agreements: Mapping[str, Agreement], *, noticed: bool = False) -> Ledger:
        rules = {
            name: Rules(
                charges=within_caps(self, name, binding.terms.charges),
                tolerance=binding.terms.limits.tolerance,
                measures=Measures(
                    receivable=name, days=self.days(binding.governing), indexes=self.indexes, today=self._today
                ),
            )
            for name, binding in self.bindings.items()
        }
        facts = evolve(self.facts, agreements=dict(agreements))
        return LedgerBook(facts, rules, self.effective, self.zone, quotes=self.quotes, noticed=noticed).build()

    def _remembered(self, place: str, work: Callable[[], T]) -> T:
        """What was worked out before from the same facts and quotes, else worked out now."""
        basis = (self.basis, self.quotes)
        known, found = self.account.memory.get(place, (None, None))
        if known != basis:
            found = work()
            self.account.memory[place] = (basis, found)
        return cast("T", found)

    @cached_property
    def quotes(self) -> tuple[Quote, ...]:
        """The amounts that the debtor was told, where that can make a difference."""
        return tuple(quotes(self))

    def quote_valid_until(self, day: int) -> int:
        """The last day on which an amount quoted on `day` settles; the longest that a policy in play allows."""
        return max(
            self.days(policy).add(day, policy.limits.quote_valid.days, business=policy.limits.quote_valid.business)
            for policy in self.policies
        )

    @cached_property
    def agreements(self) -> Mapping[str, Agreement]:
        """The agreements, one that is broken with the instant of it as its end."""
        if not self.facts.agreements:
            return self.facts.agreements
        return self._remembered("agreements", lambda: with_breaks(self.facts, self._told_ledger, self._late_from))

    def _late_from(self, name: str, due: int, days: int) -> int:
        return self.start(self.first_pressing_day(self.bound[name], self.effective(name, due) + days))

    @cached_property
    def basis(self) -> tuple[object, ...]:
        """All that the account's memory may rest on, but for the outcomes of actions and the plan's instant."""
        bound = tuple((name, each.governing, each.terms, each.versions) for name, each in self.bindings.items())
        versions = tuple((name, index.version) for name, index in self.indexes.items())
        # A month that is not published is an error once its days have come: where indexes count, so does the day.
        indexed = (versions, self._today) if versions else ()
        return (self.facts.causes, bound, self.policies, self._profile, self._days, indexed)

    @cached_property
    def _today(self) -> int:
        return self.day(self.as_of)

    def left_over(self, name: str, instant: int) -> int:
        """The late charges left over when a receivable that is settled at an instant was settled; minor units.

        With `residual = "carry"` they belong on the next invoice, else they are waived.
        """
        position = self.ledger.position(name, instant)
        if position.settled is None:
            return 0
        day = self.day(position.settled)
        return max(0, position.left_over - max(0, position.amount - position.discount(day) - position.given))

    def balance(self, name: str, instant: int, day: int) -> int:
        """What a receivable asks on a day, after the payments up to an instant; minor units."""
        return self.ledger.asked(name, instant, day)

    def balance_of(self, name: str, instant: int, day: int) -> Balance:
        """The same with all that it consists of, worked out when somebody looks."""
        return Balance(self.ledger.position(name, instant), day, self.bound[name].currency)

    @cached_property
    def minimum(self) -> int:
        """The pressing total below which nothing presses; minor units."""
        return max(policy.limits.min_balance for policy in self.policies)

    def pressing_total(self, instant: int) -> int:
        """What is overdue and not stopped, over all receivables; minor units (domain.md §5, below-minimum)."""
        known = self._totals.get(instant)
        if known is not None:
            return known
        self._totals[instant] = total = sum(
            self.pressing(name, instant) for name, issued, over in self.ledger.lives if issued <= instant < over
        )
        return total

    def pressing(self, name: str, instant: int) -> int:
        """What one receivable adds to that total."""
        position, day = self.ledger.position(name, instant), self.day(instant)
        if self.facts.receivables[name].terms[0].at > instant:
            return 0
        if position.settled is not None or day <= self.effective(name, position.due):
            return 0
        if any(covering(spans, instant) for _, spans in self.stops(name)):
            return 0
        return self.ledger.asked(name, instant, day)

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
    def _spans(self) -> dict[str, dict[str, list[Span]]]:
        """Those that are known; only a step that says `cutoff` makes them depend on what was attempted."""
        versions = [*self.policies, *(policy for each in self.bindings.values() for policy in each.versions)]
        return {} if any(policy.cuts_off for policy in versions) else self._remembered("spans", dict)

    def spans(self, name: str) -> Mapping[str, list[Span]]:
        """For each blocker of the classes ended, stopped and suspended: when it applies to a receivable."""
        known = self._spans.get(name)
        if known is None:
            known = self._spans[name] = self._spans_of(self.facts.receivables[name])
        return known

    def stops(self, name: str) -> list[tuple[str, list[Span]]]:
        """The same without the blockers that never apply; of the debtor where the name is ""."""
        known = self._stops.get(name)
        if known is None:
            table = self.spans(name) if name else {"held": self.debtor_holds, **self.debtor_spans}
            known = [
                (code, spans) for code, spans in table.items() if spans and (code != "time-barred" or self._bars(name))
            ]
            self._stops[name] = known
        return known

    def _spans_of(self, receivable: Receivable) -> dict[str, list[Span]]:
        name, facts = receivable.id, self.facts
        settled = self.ledger.settlements(name)
        replaced = [each for each in self.agreements.values() if name in each.receivables]
        paid_off = [span for agreement in replaced for span in completed(self.ledger, agreement)]
        return {
            "cancelled": receivable.cancellations(self.agreements.values()),
            "written-off": [span for code, span in receivable.void if code == "written-off"],
            "time-barred": self._barred(name),
            "settled": [*settled, *paid_off],
            "agreement-active": opened(facts, self.agreements, name, self.start, whole=False),
            "payment-noticed": self._notices(name, settled),
            **handed_over(self, receivable),
            "disputed": opened(facts, facts.disputes, name, self.start, whole=False),
            "promised": [fate.spans[name] for fate in self.promises if name in fate.spans] if facts.promises else [],
            "held": opened(facts, facts.holds, name, self.start),
            **self.debtor_spans,
        }

    def _bars(self, name: str) -> bool:
        """Whether a claim is no longer asked for once it is time-barred, and anything of it could come so late."""
        if not self.law.ends_collection(name):
            return False
        due = instant_of(self.facts.receivables[name].terms[-1].due, 0, self.zone)
        latest = max(due, self.as_of if self.as_of < LAST_INSTANT else 0, *self.facts.instants[-1:])
        return any(span.start <= latest + self.bound[name].reach * DAY for span in self.spans(name)["time-barred"])

    def _barred(self, name: str) -> list[Span]:
        span = self.law.prescriptions.span(name)
        return [] if span is None else [span]

    @cached_property
    def debtor_spans(self) -> dict[str, list[Span]]:
        """The same for blockers of the whole debtor."""
        return {
            "deceased": [self.facts.deceased] if self.facts.deceased else [],
            "court-order": [span for case in sorted(self.facts.court_orders) for span in self.facts.court_orders[case]],
            "insolvency": opened(self.facts, self.facts.insolvencies, "", self.start),
        }

    @cached_property
    def debtor_holds(self) -> list[Span]:
        """Holds of the whole debtor."""
        return opened(self.facts, self.facts.holds, "", self.start)

    def _notices(self, name: str, settled: list[Span]) -> list[Span]:
        if not self._has_notices:
            return []
        return [part for span in self._announced.settlements(name) for part in without(span, settled)]

    @cached_property
    def _has_notices(self) -> bool:
        return any(payment.noticed for payment in self.facts.payments.values())

    def broken(self) -> list[tuple[str, Fate]]:
        """Each receivable whose promise ran out unkept, with the promise."""
        return [(name, fate) for fate in self.promises for name in broken_for(fate)]

    # change

    def next_fact(self, after: int) -> int | None:
        """The first instant after `after` at which a fact takes effect or becomes known."""
        return _next(self.facts.instants, after)

    def next_effect(self, after: int) -> int | None:
        """The first instant after `after` at which a fact takes effect."""
        return _next(self.facts.effects, after)

    def span_ends(self, name: str, after: int) -> list[int]:
        """Instants after `after` at which something that stops a receivable ends."""
        return [end for _, spans in self.stops(name) for span in spans if (end := span.end) is not None and end > after]

    def changes_on(self, day: int) -> list[int]:
        """Instants of a civil day at which a fact takes effect."""
        effects = self.facts.effects
        return effects[bisect_left(effects, self.start(day)) : bisect_left(effects, self.start(day + 1))]

    @cached_property
    def outcomes(self) -> dict[str, list[list[ActionOutcome]]]:
        """Outcomes of each action, by receivable."""
        found: dict[str, list[list[ActionOutcome]]] = {}
        for outcomes in self.facts.outcomes.values():
            found.setdefault(outcomes[0].receivable, []).append(outcomes)
        return found

    def at_clock(self, day: int, minute: int) -> int:
        """The instant of a clock time on the debtor's civil day."""
        return instant_of(day, minute, self.zone)


def _next(instants: Sequence[int], after: int) -> int | None:
    place = bisect_right(instants, after)
    return instants[place] if place < len(instants) else None


def _clearing(standing: Standing, policy: Policy) -> Callable[[int], int]:
    return lambda day: standing.cleared(policy, day)
