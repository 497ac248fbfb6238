"""Stage 1, trigger: which steps ask for something, for what, counted from which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from attrs import frozen

from regua.core.dates import BEGINNING, DAY_MINUTES, Duration, Offset, local
from regua.core.facts import Terms
from regua.core.planning.identity import action_id
from regua.core.planning.signals import Occasion, Occasions
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


def asks(standing: Standing, occasions: Occasions, names: Iterable[str]) -> Iterator[Ask]:
    """Everything that the policies ask for of these receivables and the debtor, in the order of the policy.

    Args:
        standing: the debtor's.
        occasions: what the steps may answer.
        names: ids of receivables, in order.
    """
    for name in names:
        policy = standing.bound[name]
        asker = Asker.of(standing, policy, name, occasions)
        for step in policy.steps:
            if step.is_offset or step.scope == "receivable":
                yield from asker.of_step(step)
    seen: set[str] = set()
    for policy in standing.policies:
        for step in policy.steps:
            if step.scope == "debtor" and isinstance(step.trigger, EventTrigger) and step.id not in seen:
                seen.add(step.id)
                yield from Asker.of(standing, policy, "", occasions).of_step(step)


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
    known = standing.facts.receivables[name].terms
    if len(known) == 1:
        return [Epoch(0, BEGINNING, known[0], None)]
    groups = [[known[0]]]
    for before, after in pairwise(known):
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
    occasions: Occasions
    epochs: Sequence[Epoch] = ()
    stops: Sequence[Span] = ()
    issued: int = BEGINNING
    issue_day: int = 0
    recorded: int = 0

    @classmethod
    def of(cls, standing: Standing, policy: Policy, name: str, occasions: Occasions) -> Asker:
        """Gather what all asks of a receivable share."""
        if not name:
            return cls(standing, policy, name, occasions)
        receivable = standing.facts.receivables[name]
        issued = receivable.issued_at
        return cls(
            standing,
            policy,
            name,
            occasions,
            epochs(standing, name),
            clock_stops(standing, name, policy),
            issued,
            standing.day(issued),
            receivable.recorded,
        )

    def of_step(self, step: Step) -> Iterator[Ask]:
        """What one step asks for."""
        if isinstance(step.trigger, OffsetTrigger):
            return self._by_offset(step, step.trigger)
        return self._by_event(step, step.trigger)

    def _by_offset(self, step: Step, trigger: OffsetTrigger) -> Iterator[Ask]:
        """The asks of a step that counts from a day of the receivable: one, and one after each move that lies ahead."""
        for epoch in self.epochs:
            due = epoch.terms.due
            if trigger.anchor == "effective":
                anchor = self.standing.effective(self.name, due)
            else:
                anchor = due if trigger.anchor == "due" else self.issue_day
            day = self.counted(anchor, trigger.offset, trigger.minute, stops=True)
            yield self._ask(
                step,
                str(epoch.occurrence),
                day=day,
                minute=trigger.minute,
                due=due,
                since=epoch.since,
                until=epoch.until,
            )

    def _by_event(self, step: Step, trigger: EventTrigger) -> Iterator[Ask]:
        """An ask for each occasion of an event or signal that is about the receivable."""
        due, since = (self.epochs[0].terms.due, self.epochs[0].since) if self.epochs else (0, BEGINNING)
        for occasion in self.occasions.of(trigger.on, self.name):
            minute = _minute(self.standing, occasion) if trigger.minute is None else trigger.minute
            anchor = self.standing.day(occasion.known)
            day = self.counted(anchor, trigger.after, minute, stops=step.presses)
            yield self._ask(
                step,
                occasion.cause,
                day=day,
                minute=minute,
                due=due,
                since=since,
                until=occasion.until,
                known=occasion.known,
            )

    def _ask(
        self,
        step: Step,
        occurrence: str,
        *,
        day: int,
        minute: int,
        due: int,
        since: int,
        until: int | None,
        known: int | None = None,
    ) -> Ask:
        account, issued = self.standing.account, self.issued
        earliest = issued if self.name and self.issue_day == day else BEGINNING
        return Ask(
            id=action_id(account.creditor, account.debtor, self.name, step.id, occurrence),
            receivable=self.name,
            policy=self.policy,
            step=step,
            occurrence=occurrence,
            day=day,
            minute=minute,
            earliest=earliest if known is None else max(known, issued),
            issued=issued,
            recorded=self.recorded if self.name or known is None else known,
            due=due,
            since=since,
            until=until,
        )

    def counted(self, anchor: int, offset: Offset | Duration, minute: int, *, stops: bool) -> int:
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
    codes = stop_codes(policy)
    spans = [
        span
        for code, found in standing.stops(name)
        if code in codes
        for span in found
        if code != "settled" or span.end is not None
    ]
    return sorted((span for span in spans if span.end != span.start), key=lambda span: (span.start, span.cause))


def stop_codes(policy: Policy) -> tuple[str, ...]:
    """Blockers under which the clock stands still: what was undone or stopped; holds where the policy says so."""
    return _STOPPED + (_SUSPENDED if policy.plan.when_held == "stop-clock" else ())
