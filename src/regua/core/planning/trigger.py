"""Stage 1, trigger: which steps ask for something, for what, counted from which day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from attrs import evolve, frozen

from regua.core.dates import BEGINNING, DAY_MINUTES, Offset, local
from regua.core.facts import Terms
from regua.core.planning.identity import action_id
from regua.core.planning.signals import Occasion, occasions
from regua.core.planning.standing import Standing
from regua.core.policy import EventTrigger, OffsetTrigger, Policy, Step
from regua.core.timeline import Span, covering

_STOPPED = ("settled", "agreement-active", "payment-noticed", "with-notary", "with-agency", "in-court")
_SUSPENDED = ("disputed", "promised", "held", "court-order", "insolvency")


@frozen(kw_only=True)
class Ask:
    """One step asking for one thing, before anything moved or stopped it.

    Attributes:
        id: the action's id.
        receivable: id, or "" for the debtor.
        policy: the policy that governs it.
        step: the step.
        occurrence: how often the step started anew, from 0, or the event that it answers.
        day: ordinal of the day that the trigger gives.
        minute: clock time, minutes since midnight.
        earliest: instant of its cause; nothing runs before it.
        issued: instant from which there is anything to ask for; nothing runs before it.
        recorded: instant at which what it is about was recorded.
        due: ordinal of the due date that it goes by, or 0.
        since: instant from which outcomes of other steps count for it.
        until: instant from which its cause is undone or its due date moved, or None.
    """

    id: str
    receivable: str
    policy: Policy
    step: Step
    occurrence: str
    day: int
    minute: int
    earliest: int
    issued: int
    recorded: int
    due: int
    since: int
    until: int | None = None

    @property
    def is_offset(self) -> bool:
        """Whether the step counts from a day of the receivable; only those compete for a missed day."""
        return isinstance(self.step.trigger, OffsetTrigger)

    @property
    def is_about_due_day(self) -> bool:
        """Whether it is about the due date itself and ends with that day."""
        trigger = self.step.trigger
        return isinstance(trigger, OffsetTrigger) and not trigger.offset.days and trigger.anchor != "issued"


def asks(standing: Standing) -> Iterator[Ask]:
    """Everything that the policies ask for, receivable by receivable, in the order of the policy."""
    known = _occasions(standing)
    for name, policy in standing.bound.items():
        asker = Asker.of(standing, policy, name, known)
        for step in policy.steps:
            if isinstance(step.trigger, OffsetTrigger):
                yield from asker.by_offset(step, step.trigger)
            elif step.scope == "receivable":
                yield from asker.by_event(step, step.trigger)
    seen: set[str] = set()
    for policy in standing.policies:
        for step in policy.steps:
            if step.scope == "debtor" and isinstance(step.trigger, EventTrigger) and step.id not in seen:
                seen.add(step.id)
                yield from Asker.of(standing, policy, "", known).by_event(step, step.trigger)


def _occasions(standing: Standing) -> Mapping[tuple[str, str], list[Occasion]]:
    """For each event or signal that a step answers: its occasions, by receivable, and all of them under ""."""
    found: dict[tuple[str, str], list[Occasion]] = {}
    names = {
        step.trigger.on
        for policy in standing.policies
        for step in policy.steps
        if isinstance(step.trigger, EventTrigger)
    }
    for on in sorted(names):
        for occasion in occasions(standing, on):
            for name in ("", *occasion.receivables):
                found.setdefault((on, name), []).append(occasion)
    return found


@frozen
class Epoch:
    """A receivable between two moves of its due date to a day not yet reached.

    Attributes:
        occurrence: how many such moves came before.
        since: instant of the last of them, or the beginning of time.
        terms: what the receivable asks in it.
        until: instant of the next move, or None.
    """

    occurrence: int
    since: int
    terms: Terms
    until: int | None


def epochs(standing: Standing, name: str) -> list[Epoch]:
    """The epoch in force at the plan's instant, and those that are known to follow."""
    groups = [[standing.facts.receivables[name].terms[0]]]
    for before, after in pairwise(standing.facts.receivables[name].terms):
        if after.due != before.due and after.due > standing.day(after.known):
            groups.append([after])
        else:
            groups[-1].append(after)
    found = []
    for place, group in enumerate(groups):
        until = groups[place + 1][0].at if place + 1 < len(groups) else None
        if until is None or until > standing.as_of:
            terms = [each for each in group if each.at <= standing.as_of] or group[:1]
            found.append(Epoch(place, group[0].at if place else BEGINNING, terms[-1], until))
    return found


@frozen
class Asker:
    """Makes the asks of one receivable, or of the debtor where `name` is ""."""

    standing: Standing
    policy: Policy
    name: str
    occasions: Mapping[tuple[str, str], list[Occasion]]
    epochs: Sequence[Epoch]
    stops: Sequence[Span]

    @classmethod
    def of(
        cls, standing: Standing, policy: Policy, name: str, known: Mapping[tuple[str, str], list[Occasion]]
    ) -> Asker:
        """Gather what all asks of a receivable share."""
        if not name:
            return cls(standing, policy, name, known, (), ())
        return cls(standing, policy, name, known, epochs(standing, name), clock_stops(standing, name, policy))

    def by_offset(self, step: Step, trigger: OffsetTrigger) -> Iterator[Ask]:
        """The asks of a step that counts from a day of the receivable: one, and one after each move that lies ahead."""
        receivable = self.standing.facts.receivables[self.name]
        for epoch in self.epochs:
            anchors = {
                "effective": self.standing.effective(self.name, epoch.terms.due),
                "due": epoch.terms.due,
                "issued": self.standing.day(receivable.issued_at),
            }
            day = self.counted(anchors[trigger.anchor], trigger.offset, trigger.minute, stops=True)
            ask = self._ask(step, str(epoch.occurrence), day, trigger.minute)
            yield evolve(ask, due=epoch.terms.due, since=epoch.since, until=epoch.until)

    def by_event(self, step: Step, trigger: EventTrigger) -> Iterator[Ask]:
        """An ask for each occasion of an event or signal that is about the receivable."""
        offset = Offset(trigger.after.days, trigger.after.business)
        for occasion in self.occasions.get((trigger.on, self.name), []):
            minute = _minute(self.standing, occasion) if trigger.minute is None else trigger.minute
            anchor = self.standing.day(occasion.known)
            day = self.counted(anchor, offset, minute, stops=step.presses)
            ask = self._ask(step, occasion.cause, day, minute)
            recorded = ask.recorded if self.name else occasion.known
            yield evolve(ask, earliest=max(occasion.known, ask.issued), recorded=recorded, until=occasion.until)

    def _ask(self, step: Step, occurrence: str, day: int, minute: int) -> Ask:
        account = self.standing.account
        receivable = self.standing.facts.receivables.get(self.name)
        issued = receivable.issued_at if receivable else BEGINNING
        return Ask(
            id=action_id(account.creditor, account.debtor, self.name, step.id, occurrence),
            receivable=self.name,
            policy=self.policy,
            step=step,
            occurrence=occurrence,
            day=day,
            minute=minute,
            earliest=issued if receivable and self.standing.day(issued) == day else BEGINNING,
            issued=issued,
            recorded=receivable.recorded if receivable else 0,
            due=self.epochs[0].terms.due if self.epochs else 0,
            since=self.epochs[0].since if self.epochs else BEGINNING,
        )

    def counted(self, anchor: int, offset: Offset, minute: int, *, stops: bool) -> int:
        """The day at an offset from an anchor; days on which the clock stood still do not count (domain.md §4, Undone).

        A day stands still when the step's clock time on it lies in a stop. What lies in a stop without an end is
        counted as if it were over: it is blocked there, and counted anew when the end is known.
        """
        days = self.standing.days(self.policy)
        spans = self.stops if stops else ()
        if offset.days <= 0 or not spans:
            return days.add(anchor, offset.days, business=offset.business)
        day, left = anchor, offset.days
        while left:
            day += 1
            stop = covering(spans, self.standing.at_clock(day, minute))
            if stop is not None and stop.end is None:
                return days.add(day - 1, left, business=offset.business)
            if stop is None and (not offset.business or days.is_business(day)):
                left -= 1
        return day


def _minute(standing: Standing, occasion: Occasion) -> int:
    clock = local(occasion.known, standing.zone)
    return (clock.hour * 60 + clock.minute) % DAY_MINUTES


def clock_stops(standing: Standing, name: str, policy: Policy) -> list[Span]:
    """Spans in which the clock of a receivable's steps stands still; a settlement only once it was undone."""
    found = standing.spans[name]
    codes = stop_codes(policy)
    spans = [span for code in codes for span in found[code] if code != "settled" or span.end is not None]
    return sorted((span for span in spans if span.end != span.start), key=lambda span: (span.start, span.cause))


def stop_codes(policy: Policy) -> tuple[str, ...]:
    """Blockers under which the clock stands still: what was undone or stopped; holds where the policy says so."""
    return _STOPPED + (_SUSPENDED if policy.plan.when_held == "stop-clock" else ())
