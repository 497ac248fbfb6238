"""Stage 1, trigger: which steps ask for something, for what, counted from which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from regua.core.dates import BEGINNING, Duration, Offset, clock_minute
from regua.core.planning.deferring import deferred
from regua.core.planning.epochs import Epoch, debtor_epoch, epochs, next_migration
from regua.core.planning.exhaustion import exhausted
from regua.core.planning.identity import action_id
from regua.core.planning.past import past_at
from regua.core.planning.signals import Occasion, Occasions
from regua.core.planning.standing import Standing
from regua.core.policy import EventTrigger, OffsetTrigger, Policy, Step
from regua.core.timeline import Span
from regua.core.tones import Tone

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
        recorded: instant at which what it is about was recorded; 0 for an action about the debtor.
        due: ordinal of the due date that it goes by, or 0.
        since: instant from which outcomes of other steps count for it.
        until: instant from which its cause is undone, its due date moved or its policy another one, or None.
        begins: ordinal of the day of the receivable's last migration: what ran before is superseded; or 0.
        migration: id of the event of that migration, or "".
        granted: rungs that count as delivered though nothing was, each with the instant from which it does.
        stood: blockers under which days did not count, each with its span: they moved it to its day.
        again: the occurrence that was sent clamped, for which it comes again, or "".
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
    begins: int = 0
    migration: str = ""
    granted: tuple[tuple[int, Tone], ...] = ()
    stood: tuple[tuple[str, Span], ...] = ()
    again: str = ""


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
        steps = [step for step in policy.steps if step.is_offset or step.scope == "receivable"]
        own = deferred(standing, [ask for step in steps for ask in asker.of_step(step)])
        yield from _spared(standing, policy, own)
    seen: set[str] = set()
    for policy in standing.policies:
        for step in policy.steps:
            if step.scope == "debtor" and isinstance(step.trigger, EventTrigger) and step.id not in seen:
                seen.add(step.id)
                yield from Asker.of(standing, policy, "", occasions).of_step(step)


def _spared(standing: Standing, policy: Policy, own: list[Ask]) -> list[Ask]:
    """The asks of one receivable; what a step after a migration still requires goes first and is not superseded."""
    if not any(ask.begins for ask in own):
        return own
    requires = {step.id: step.requires.step for step in policy.steps if step.requires is not None}
    needed: set[str] = set()
    for ask in own:
        name = requires.get(ask.step.id, "") if ask.day >= ask.begins and not is_done(standing, ask) else ""
        while name and name not in needed:
            needed.add(name)
            name = requires.get(name, "")
    return [evolve(ask, begins=0) if ask.step.id in needed else ask for ask in own]


def is_done(standing: Standing, ask: Ask) -> bool:
    """Whether nothing more comes of what was attempted for it up to the plan's instant."""
    past = past_at(standing.facts.outcomes.get(ask.id, ()), standing.as_of)
    return past is not None and past.is_done(ask.step.channels)


@frozen
class Asker:
    """Makes the asks of one receivable, or of the debtor where `name` is ""."""

    standing: Standing
    policy: Policy
    name: str
    occasions: Occasions
    epochs: Sequence[Epoch]
    migrates: int | None = None
    stops: Sequence[tuple[str, Span]] = ()
    issued: int = BEGINNING
    issue_day: int = 0
    recorded: int = 0

    @classmethod
    def of(cls, standing: Standing, policy: Policy, name: str, occasions: Occasions) -> Asker:
        """Gather what all asks of a receivable share."""
        if not name:
            return cls(standing, policy, name, occasions, [debtor_epoch(standing)])
        receivable = standing.facts.receivables[name]
        issued = receivable.issued_at
        return cls(
            standing,
            policy,
            name,
            occasions,
            epochs(standing, name),
            next_migration(standing, name),
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
            day, stood = self._day(step, trigger, epoch)
            ask = self._ask(step, str(epoch.occurrence), epoch, day=day, minute=trigger.minute, until=epoch.until)
            yield evolve(ask, stood=stood) if stood else ask

    def _day(self, step: Step, trigger: OffsetTrigger, epoch: Epoch) -> tuple[int, tuple[tuple[str, Span], ...]]:
        """The day of an offset step; after a restart, what comes after the due date counts from that day at least."""
        if trigger.anchor == "effective":
            anchor = self.standing.effective(self.name, epoch.due)
        else:
            anchor = epoch.due if trigger.anchor == "due" else self.issue_day
        if trigger.offset.days > 0 and (step.presses or trigger.anchor != "issued"):
            anchor = max(anchor, epoch.restarted)
        return self.counted(anchor, trigger.offset, trigger.minute, stops=True)

    def _granted(self, epoch: Epoch) -> tuple[tuple[int, Tone], ...]:
        """The rungs that the steps before a fast-forward would have reached."""
        granted = []
        for at in epoch.forwards:
            day = self.standing.day(at)
            tones = [tone for step, tone, trigger in self._rungs() if self._day(step, trigger, epoch)[0] < day]
            granted += [(at, max(tones))] if tones else []
        return tuple(granted)

    def _rungs(self) -> Iterator[tuple[Step, Tone, OffsetTrigger]]:
        for step in self.policy.steps:
            if step.makes_rung and step.tone is not None and isinstance(step.trigger, OffsetTrigger):
                yield step, step.tone, step.trigger

    def _by_event(self, step: Step, trigger: EventTrigger) -> Iterator[Ask]:
        """An ask for each occasion of an event or signal that is about the receivable."""
        for occasion in self._occasions(trigger.on):
            minute = clock_minute(occasion.known, self.standing.zone) if trigger.minute is None else trigger.minute
            anchor = self.standing.day(occasion.known)
            day, stood = self.counted(anchor, trigger.after, minute, stops=step.presses)
            until = min((each for each in (occasion.until, self.migrates) if each is not None), default=None)
            epoch, cause = self.epochs[0], occasion.cause
            ask = self._ask(step, cause, epoch, day=day, minute=minute, until=until, known=occasion.known)
            yield evolve(ask, stood=stood) if stood else ask

    def _occasions(self, on: str) -> Iterable[Occasion]:
        """What a step answers; for the debtor each cause once, whatever it is about."""
        found: Iterable[Occasion] = self.occasions.of(on, self.name)
        if on == "policy.exhausted":
            found = filter(None, map(self._exhausted, (self.name,) if self.name else self.standing.bound))
        return found if self.name else {occasion.cause: occasion for occasion in found}.values()

    def _exhausted(self, name: str) -> Occasion | None:
        policy = self.standing.bound[name]
        asker = self if name == self.name else Asker.of(self.standing, policy, name, self.occasions)
        asked = [ask for step in policy.steps if step.is_offset for ask in asker.of_step(step)]
        return exhausted(self.standing, name, deferred(self.standing, asked), stop_codes(policy))

    def _ask(
        self,
        step: Step,
        occurrence: str,
        epoch: Epoch,
        *,
        day: int,
        minute: int,
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
            recorded=self.recorded,
            due=epoch.due,
            since=epoch.since,
            until=until,
            begins=epoch.begins,
            migration=epoch.migration,
            granted=self._granted(epoch),
        )

    def counted(
        self, anchor: int, offset: Offset | Duration, minute: int, *, stops: bool
    ) -> tuple[int, tuple[tuple[str, Span], ...]]:
        """The day at an offset from an anchor, and what stood still on days that do not count (domain.md §4, Undone).

        A day stands still when the step's clock time on it lies in a stop. What lies in a stop without an end is
        counted as if it were over: it is blocked there, and counted anew when the end is known.
        """
        days = self.standing.days(self.policy)
        spans = self.stops if stops else ()
        if offset.days <= 0 or not spans:
            return days.add(anchor, offset.days, business=offset.business), ()
        day, left = anchor, offset.days
        stood: dict[tuple[str, Span], None] = {}
        while left:
            day += 1
            instant = self.standing.at_clock(day, minute)
            code, stop = next((each for each in spans if each[1].covers(instant)), ("", None))
            if stop is not None and stop.end is None:
                return days.add(day - 1, left, business=offset.business), tuple(stood)
            if stop is not None and stop.end is not None:  # to the day of its end, however far that is
                day = max(day, self.standing.day(stop.end) - 1)
                stood[code, stop] = None
            if stop is None and (not offset.business or days.is_business(day)):
                left -= 1
        has_moved = day > days.add(anchor, offset.days, business=offset.business)
        return day, tuple(stood) if has_moved else ()


def clock_stops(standing: Standing, name: str, policy: Policy) -> list[tuple[str, Span]]:
    """Spans in which the clock of a receivable's steps stands still; a settlement only once it was undone."""
    codes = _STOPPED + (_SUSPENDED if policy.plan.when_held == "stop-clock" else ())
    found = [
        (code, span)
        for code, spans in standing.stops(name)
        if code in codes
        for span in spans
        if span.end != span.start and (code != "settled" or span.end is not None)
    ]
    return sorted(found, key=lambda each: (each[1].start, each[1].cause))


def stop_codes(policy: Policy) -> tuple[str, ...]:
    """Blockers in which nothing lapses: what was undone or stopped; holds unless what falls inside is skipped."""
    return _STOPPED + (() if policy.plan.when_held == "skip" else _SUSPENDED)
