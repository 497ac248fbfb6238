"""The law of one debtor: which rules of the packs bind it, and what they make of its steps (domain.md §6).

All of it is read from declared provisions. A rule acts from the day of its force on; the strictest wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve, frozen

from regua.core.dates import DAY_MINUTES, Duration
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
from regua.core.zones import clocks_apart, zone_of_state

if TYPE_CHECKING:
    from regua.core.planning.standing import Standing
    from regua.core.planning.trigger import Ask

MEDIA = frozenset({"app", "call", "email", "letter", "sms", "whatsapp"})
"""Names of channels that say what they are; a rule about channels means every channel of another name too."""
_WRITTEN = frozenset({"email", "letter"})
"""Channels of what is no telephone."""
_P = TypeVar("_P")


class Law:
    """The rules that bind one debtor under the policies in play."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self.is_silent = not any(policy.legal.rules for policy in standing.policies)
        self.prescriptions = Prescriptions(standing)
        self._bound: dict[str, Bound] = {}
        self._ended: dict[tuple[str, str, int], list[_End]] = {}

    @cached_property
    def states(self) -> frozenset[str]:
        """States of the debtor's address and of the area codes of its contact points."""
        standing = self._standing
        profile = standing.profile(standing.as_of)
        points = {point.state for point in standing.facts.points.values() if not point.removed}
        told = points | {profile.state if profile else ""}
        return frozenset(told) - {""}

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
        if self.is_silent:
            return (Era(0, windows),)
        bound, key = self.binding(""), (windows, tuple(channels), self._standing.zone)
        known = bound.eras.get(key)
        if known is None:
            rules = [
                (rule, self._here(rule, each.windows), True)
                for rule, each in bound.of(ContactHours)
                if is_meant(each.channels, channels)
            ]
            known = bound.eras[key] = _eras(windows, rules)
        return known

    def _here(self, rule: LegalRule, windows: tuple[Window | None, ...]) -> tuple[Window | None, ...]:
        """Hours of a state on the debtor's clock: of an area code in another zone, what both clocks have in common."""
        zone, states = self._standing.zone, sorted(self.states.intersection(rule.where.states))
        aheads = [ahead for state in states for ahead in clocks_apart(zone, zone_of_state(state) or zone)]
        return narrowest([windows, *(tuple(_later(each, ahead) for each in windows) for ahead in aheads)])

    def act_eras(self, kind: str) -> tuple[Era, ...]:
        """The hours in which an act of that kind may begin."""
        if self.is_silent:
            return (Era(0, ALWAYS),)
        rules = [(rule, each.windows, each.eve) for rule, each in self.of("", ActHours) if kind in each.kinds]
        return _eras(ALWAYS, rules)

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
        rules = [
            (rule, self._here(rule, each.windows), True) for rule, each in hours if is_meant(each.channels, channels)
        ]
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
            meant = set(map(_alike, each.lists))
            spans = [span for name, found in listed.items() if _alike(name) in meant for span in found]
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
            if point.works.at(instant) and not _WRITTEN.issuperset(point.channels):
                rule = self.closes(name, "call", instant)
                if not rule:
                    return ""
        return rule

    # what waits, what is told

    def demands_approval(self, ask: Ask) -> bool:
        """Whether a person must approve the step, though the policy does not say so."""
        return any(terms.approval for _, terms in self.terms(ask))

    def terms(self, ask: Ask) -> list[tuple[LegalRule, Terms]]:
        """What must be so before the step, each with its rule; nothing for one that is about no receivable."""
        if self.is_silent or not ask.receivable:
            return []
        return self.binding(ask.receivable).of_kind(Terms, ask.step.kind)

    def due(self, ask: Ask) -> int:
        """The due date that a step goes by; one that answers an event goes by the one in force."""
        return ask.due or self._standing.facts.receivables[ask.receivable].terms[-1].due

    def first_due(self, name: str) -> int:
        """The due date from which last days count: an amendment may bring them forward and never puts them off."""
        terms = self._standing.facts.receivables[name].terms
        return min(terms[0].due, terms[-1].due)

    def claims(self, ask: Ask, day: int, amount: Money) -> Iterator[Reason]:
        """Whether a claim fits the procedures whose limit of that year is known (Lei 9.099/1995 art. 3)."""
        if self.is_silent:
            return
        for rule, limit in self.binding(ask.receivable).of_kind(ClaimLimit, ask.step.kind):
            if limit.year == date.fromordinal(day).year:
                facts = {"claim": str(amount), "limit": str(Money(limit.max, amount.currency))}
                facts["fits"] = "yes" if amount.minor <= limit.max else "no"
                facts["lawyer"] = "optional" if amount.minor <= limit.without_lawyer else "needed"
                yield legal_reason("claim-limit", rule, facts)

    # what is over

    def forbids(self, ask: Ask, instant: int) -> list[Reason]:
        """What ends a step by law at an instant."""
        ends = self._ends(ask)
        if not ends:
            return []
        day = self._standing.day(instant)
        return [legal_reason(end.code, end.rule, end.facts()) for end in ends if end.day <= day]

    def turns(self, ask: Ask) -> list[int]:
        """Instants at which a step is over by law."""
        ends = self._ends(ask) if ask.step.is_stoppable else ()
        return [self._standing.start(end.day) for end in ends if end.day]

    def _ends(self, ask: Ask) -> list[_End]:
        if self.is_silent or not ask.receivable:
            return []
        key = ask.receivable, ask.step.kind, ask.due
        known = self._ended.get(key)
        if known is None:
            known = self._ended[key] = list(self._found(ask, self.binding(ask.receivable)))
        return known

    def _found(self, ask: Ask, bound: Bound) -> Iterator[_End]:
        kind = ask.step.kind
        term = self.prescriptions.term(ask.receivable, kind) if bound.of_kind(Barred, kind) else None
        if term is not None:
            for rule, _ in bound.of_kind(Barred, kind):
                yield _End(max(term.last + 1, _begins(rule)), "time-barred", rule, term.facts)
        for rule, _ in bound.of_kind(Forbidden, kind):
            yield _End(_begins(rule), "forbidden", rule, dict)
        for rule, terms in bound.of_kind(Terms, kind):
            last = last_day(terms, self.first_due(ask.receivable))
            if last is not None:
                yield _End(max(last + 1, _begins(rule)), "forbidden", rule, partial(_last_allowed, last))

    def ends_collection(self, name: str) -> bool:
        """Whether a claim that is time-barred is no longer asked for at all."""
        return not self.is_silent and bool(self.binding(name).of_kind(Barred, "message"))


@frozen
class _End:
    """When a step is over by law: the first civil day (ordinal), 0 for ever; the blocker, its rule and facts."""

    day: int
    code: str
    rule: LegalRule
    facts: Callable[[], dict[str, str]]


def _last_allowed(day: int) -> dict[str, str]:
    return {"last_day": iso_day(day)}


def _begins(rule: LegalRule) -> int:
    return 0 if rule.since is None else rule.since.toordinal()


def is_meant(meant: Sequence[str], channels: Iterable[str]) -> bool:
    """Whether a rule about some channels means one of these; a name that says nothing of itself counts as meant."""
    return any(channel in meant or channel not in MEDIA for channel in channels)


def _alike(name: str) -> str:
    """The name of a list as it is compared: `Procon_SP` means `procon-sp`."""
    return name.casefold().replace("_", "-")


def _later(window: Window | None, minutes: int) -> Window | None:
    if window is None:
        return None
    opens, closes = max(0, window.opens + minutes), min(DAY_MINUTES, window.closes + minutes)
    return evolve(window, opens=opens, closes=closes) if opens < closes else None


def last_day(terms: Terms, due: int) -> int | None:
    """The last day on which an act is allowed, or None where there is none."""
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
