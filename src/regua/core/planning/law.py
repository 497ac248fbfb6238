"""The law of one debtor: which rules of the packs bind it, and what they make of its steps (domain.md §6).

All of it is read from declared provisions. A rule acts from the day of its force on; the strictest wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from regua.core.dates import Duration
from regua.core.legal import (
    ActHours,
    Barred,
    ClaimLimit,
    ContactHours,
    ContactLimits,
    DoNotCall,
    Forbidden,
    LegalRule,
    Terms,
)
from regua.core.money import Money
from regua.core.planning.bound import Bound, bound_of, together
from regua.core.planning.hours import ALWAYS, Era
from regua.core.planning.prescription import Prescriptions
from regua.core.planning.schedule import Reason
from regua.core.policy import Window
from regua.core.timeline import Span

if TYPE_CHECKING:
    from regua.core.planning.standing import Standing
    from regua.core.planning.trigger import Ask

MEDIA = frozenset({"app", "call", "email", "letter", "sms", "whatsapp"})
"""Names of channels that say what they are; a rule about channels means every channel of another name too."""
_PHONE = frozenset({"app", "call", "sms", "whatsapp"})
_P = TypeVar("_P")


class Law:
    """The rules that bind one debtor under the policies in play."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self.is_silent = not any(policy.legal.rules for policy in standing.policies)
        self.prescriptions = Prescriptions(standing)
        self._bound: dict[str, Bound] = {}

    @cached_property
    def states(self) -> frozenset[str]:
        """States of the debtor's address and of the area codes of its contact points."""
        standing = self._standing
        profile = standing.profile(standing.as_of)
        points = {point.state for point in standing.facts.points.values() if not point.removed}
        return frozenset(points | {profile.state if profile else ""}) - {""}

    def of(self, name: str, provision: type[_P]) -> list[tuple[LegalRule, _P]]:
        """Provisions of a type that bind a receivable, or with "" the debtor, each with its rule."""
        return [] if self.is_silent else self.binding(name).of(provision)

    def binding(self, name: str) -> Bound:
        """All rules that bind a receivable, or with "" the debtor; receivables of one policy and title share them."""
        known = self._bound.get(name)
        if known is None:
            known = self._bound[name] = self._receivable(name) if name else self._everything()
        return known

    def _receivable(self, name: str) -> Bound:
        standing = self._standing
        return bound_of(standing.bound[name].legal, self.states, self._debtor, standing.facts.receivables[name].kind)

    def _everything(self) -> Bound:
        policies = self._standing.policies
        found = {id(bound): bound for bound in map(self.binding, self._standing.bound)}
        if not found:
            found = {id(policy): bound_of(policy.legal, self.states, self._debtor, "") for policy in policies}
        return together(list(found.values()), policies[0].legal.memory)

    @cached_property
    def _debtor(self) -> str:
        profile = self._standing.profile(self._standing.as_of)
        return profile.kind if profile else "person"

    # hours and limits

    def contact_eras(self, windows: tuple[Window | None, ...], channels: Sequence[str]) -> tuple[Era, ...]:
        """The hours of a policy for some channels, narrowed by law."""
        bound = [
            (rule, each.windows, True) for rule, each in self.of("", ContactHours) if is_meant(each.channels, channels)
        ]
        return _eras(windows, bound)

    def act_eras(self, kind: str) -> tuple[Era, ...]:
        """The hours in which an act of that kind may begin."""
        return _eras(
            ALWAYS, [(rule, each.windows, each.eve) for rule, each in self.of("", ActHours) if kind in each.kinds]
        )

    def closing(self, kind: str, channels: Sequence[str], day: int, minute: int, *, is_eve: bool = False) -> str:
        """Id of the first rule that closes a clock time of a day to some channels or a kind of act, or "".

        Args:
            kind: of the step.
            channels: that it may use.
            day: ordinal.
            minute: of that day.
            is_eve: whether the next day is a holiday.
        """
        hours = self.of("", ContactHours)
        rules = [(rule, each.windows, True) for rule, each in hours if is_meant(each.channels, channels)]
        rules += [(rule, each.windows, each.eve) for rule, each in self.of("", ActHours) if kind in each.kinds]
        for rule, windows, eve in rules:
            window = windows[(day - 1) % 7] if eve or not is_eve else None
            if rule.is_in_force(day) and not (window is not None and window.opens <= minute < window.closes):
                return rule.id
        return ""

    @cached_property
    def limits(self) -> list[tuple[LegalRule, ContactLimits]]:
        """How often the debtor may be contacted."""
        return self.of("", ContactLimits)

    def closes(self, point: str, channel: str, instant: int) -> str:
        """Id of the rule of a do-not-call list that closes a contact point to a channel at an instant, or ""."""
        listed = self._standing.facts.points[point].listed
        if not listed:
            return ""
        for rule, each in self.of("", DoNotCall):
            spans = [span for name in each.lists for span in listed.get(name, ())]
            if is_meant(each.channels, (channel,)) and any(self._binds(span, each.after, instant) for span in spans):
                return rule.id
        return ""

    def _binds(self, span: Span, after: Duration, instant: int) -> bool:
        start = self._standing.start(self._standing.day(span.start) + after.days)
        return start <= instant and (span.end is None or instant < span.end)

    def closes_calls(self, instant: int) -> str:
        """Id of the rule that closes every telephone of the debtor to calls at an instant, or ""."""
        rule = ""
        for name, point in self._standing.facts.points.items():
            if point.works.at(instant) and not _PHONE.isdisjoint(point.channels):
                rule = self.closes(name, "call", instant)
                if not rule:
                    return ""
        return rule

    # what waits, what is told

    def demands_approval(self, ask: Ask) -> bool:
        """Whether a person must approve the step, though the policy does not say so."""
        bound = self.binding(ask.receivable) if ask.receivable else None
        return bound is not None and any(terms.approval for _, terms in bound.of_kind(Terms, ask.step.kind))

    def due(self, ask: Ask) -> int:
        """The due date that a step goes by; one that answers an event goes by the one in force."""
        return ask.due or self._standing.facts.receivables[ask.receivable].terms[-1].due

    def claims(self, ask: Ask, day: int, amount: Money) -> Iterator[Reason]:
        """Whether a claim fits the procedures whose limit of that year is known (Lei 9.099/1995 art. 3)."""
        year = date.fromordinal(day).year
        for rule, limit in self.of(ask.receivable, ClaimLimit):
            if ask.step.kind in limit.kinds and limit.year == year:
                facts = {"claim": str(amount), "limit": str(Money(limit.max, amount.currency))}
                facts["fits"] = "yes" if amount.minor <= limit.max else "no"
                facts["lawyer"] = "optional" if amount.minor <= limit.without_lawyer else "needed"
                yield legal_reason("claim-limit", rule, facts)

    # what is over

    def forbids(self, ask: Ask, instant: int) -> list[Reason]:
        """What ends a step by law at an instant."""
        if self.is_silent or not ask.receivable:
            return []
        name, kind, day, found = ask.receivable, ask.step.kind, self._standing.day(instant), list[Reason]()
        bound = self.binding(name)
        for rule, _ in bound.of_kind(Barred, kind):
            if rule.is_in_force(day):
                found += self._barred(name, kind, rule, instant)
        for rule, _ in bound.of_kind(Forbidden, kind):
            if rule.is_in_force(day):
                found.append(legal_reason("forbidden", rule, {}))
        for rule, terms in bound.of_kind(Terms, kind):
            last = _last_day(terms, self.due(ask))
            if rule.is_in_force(day) and last is not None and day > last:
                found.append(legal_reason("forbidden", rule, {"last_day": iso_day(last)}))
        return found

    def _barred(self, name: str, kind: str, rule: LegalRule, instant: int) -> Iterator[Reason]:
        term = self.prescriptions.term(name, kind)
        if term is not None and self._standing.day(instant) > term.last:
            yield legal_reason("time-barred", rule, term.facts())

    def ends_collection(self, name: str) -> bool:
        """Whether a claim that is time-barred is no longer asked for at all."""
        return not self.is_silent and bool(self.binding(name).of_kind(Barred, "message"))

    def turns(self, ask: Ask) -> list[int]:
        """Instants at which a step is over by law."""
        name, kind = ask.receivable, ask.step.kind
        if self.is_silent or not (name and ask.step.is_stoppable):
            return []
        bound = self.binding(name)
        days = [_last_day(terms, self.due(ask)) for _, terms in bound.of_kind(Terms, kind)]
        if bound.of_kind(Barred, kind):
            term = self.prescriptions.term(name, kind)
            days.append(None if term is None else term.last)
        return [self._standing.start(day + 1) for day in days if day is not None]


def is_meant(meant: Sequence[str], channels: Iterable[str]) -> bool:
    """Whether a rule about some channels means one of these; a name that says nothing of itself counts as meant."""
    return any(channel in meant or channel not in MEDIA for channel in channels)


def _last_day(terms: Terms, due: int) -> int | None:
    days = [] if terms.last_day_past_due is None else [due + terms.last_day_past_due]
    if terms.last_year is not None:
        days.append(_years_later(due, terms.last_year))
    return min(days, default=None)


def _years_later(day: int, years: int) -> int:
    start = date.fromordinal(day)
    try:
        return start.replace(year=start.year + years).toordinal()
    except ValueError:  # 29 February
        return date(start.year + years, 3, 1).toordinal()


def legal_reason(code: str, rule: LegalRule, facts: dict[str, str]) -> Reason:
    """A reason that a legal rule gives, with its source."""
    return Reason(code, {**facts, "source": rule.source}, None, rule.id)


def iso_day(day: int) -> str:
    """An ordinal as `YYYY-MM-DD`."""
    return date.fromordinal(day).isoformat()


def _eras(
    base: tuple[Window | None, ...], bound: Iterable[tuple[LegalRule, tuple[Window | None, ...], bool]]
) -> tuple[Era, ...]:
    """The hours from each day on that a rule comes into force."""
    rules = [(0 if rule.since is None else rule.since.toordinal(), windows, eve) for rule, windows, eve in bound]
    found: list[Era] = []
    for since in sorted({0, *(since for since, _, _ in rules)}):
        acting = [(windows, eve) for start, windows, eve in rules if start <= since]
        found.append(Era(since, narrowest([base, *(windows for windows, _ in acting)]), all(eve for _, eve in acting)))
    return tuple(found)


def narrowest(tables: Sequence[tuple[Window | None, ...]]) -> tuple[Window | None, ...]:
    """The hours that all of these weeks have in common."""
    first = tables[0]
    if all(windows is first for windows in tables) and all(each is None or each.opens < each.closes for each in first):
        return first
    narrowed: list[Window | None] = []
    for windows in zip(*tables, strict=True):
        open_ones = [window for window in windows if window is not None]
        opens = max((window.opens for window in open_ones), default=0)
        closes = min((window.closes for window in open_ones), default=0)
        is_open = len(open_ones) == len(windows) and opens < closes
        narrowed.append(Window(opens=opens, closes=closes, origins=open_ones[0].origins) if is_open else None)
    return tuple(narrowed)
