"""Stages 2 to 4 put together: when one ask may run, and what becomes of it as of an instant."""

from __future__ import annotations

from datetime import date

from attrs import define, evolve, field, frozen

from regua.core.dates import format_local
from regua.core.planning.blockers import CLASSES
from regua.core.planning.blocking import in_order, moments, stops, waits
from regua.core.planning.condition import unmet
from regua.core.planning.hours import Hours, Slot
from regua.core.planning.past import Past
from regua.core.planning.schedule import Reason, Status
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask

_ROUNDS = 50
_NEVER = date.max.toordinal()


@frozen(kw_only=True)
class Place:
    """Where stages 2 and 4 put an ask; it follows from facts alone.

    Attributes:
        slot: the day and instant.
        settled: whether nothing that waits or hinders is left at that instant.
        moved: blockers that moved it there.
        pending: blockers that no known fact lifts.
        last_day: last civil day on which it may still run.
        lapsed: whether no day was left for it at all.
    """

    slot: Slot
    settled: bool
    moved: tuple[Reason, ...]
    pending: tuple[Reason, ...]
    last_day: int
    lapsed: bool = False


@define(kw_only=True)
class Draft:
    """An action in the making.

    Attributes:
        ask: what asks for it.
        slot: its day and instant.
        status: as of the plan's instant.
        reasons: the primary one first.
        past: what became of it so far, or None.
        channels: channels not failed yet, in order.
        missed: whether its day passed unexecuted and it may still run.
        today: whether its day is the plan's day and it runs.
        ran_out: whether it lapsed although nothing but the hour stopped it.
        last_day: last civil day on which it may still run.
        wakeups: instants after the plan's at which any of this may change.
    """

    ask: Ask
    slot: Slot
    status: Status
    reasons: list[Reason]
    past: Past | None = None
    channels: tuple[str, ...] = ()
    missed: bool = False
    today: bool = False
    ran_out: bool = False
    last_day: int = 0
    wakeups: list[int] = field(factory=list)


@frozen
class Judge:
    """Judges asks of one debtor as of one instant."""

    standing: Standing
    as_of: int
    needed_until: dict[tuple[str, str], int]

    def judge(self, ask: Ask, past: Past | None) -> Draft:
        """Say where an ask stands."""
        channels = tuple(name for name in ask.step.channels if past is None or name not in past.failed)
        place = self._place(ask, channels, past)
        if max(self.as_of, place.slot.instant) < ask.issued:
            place = self._once_issued(ask, place)
        draft = Draft(ask=ask, slot=place.slot, status="waiting", reasons=[], past=past, channels=channels)
        draft.last_day = self._last_day(ask, place)
        draft.wakeups += [place.slot.instant, self.standing.start(place.slot.day)]
        draft.wakeups.append(self.standing.start(draft.last_day + 1))
        if place.lapsed:
            self._end(draft, place.moved, lapsed=True)
        elif ask.until is not None and max(place.slot.instant, self.as_of) >= ask.until:
            draft.status, draft.reasons = (
                "ended",
                [Reason("lapsed", {"undone": format_local(ask.until, self.standing.zone)})],
            )
        elif not place.settled:
            self._unsettled(draft, place)
        elif place.slot.instant > self.as_of:
            self._ahead(draft, place)
        else:
            self._reached(draft, place)
        return draft

    # where

    def _place(self, ask: Ask, channels: tuple[str, ...], past: Past | None) -> Place:
        hours = self.standing.hours(ask.policy, ask.step.kind)
        earliest = ask.earliest
        if past is not None and past.failed_known is not None:
            earliest = max(earliest, past.failed_known)
        first, moved = self._first(ask, hours, earliest)
        if first is None:
            slot = Slot(ask.day, self.standing.at_clock(ask.day, ask.minute))
            return Place(slot=slot, settled=False, moved=moved, pending=(), last_day=ask.day, lapsed=True)
        return self._wait(ask, hours, first, moved, channels)

    def _first(self, ask: Ask, hours: Hours, earliest: int) -> tuple[Slot | None, tuple[Reason, ...]]:
        """Stage 2: the day of the trigger, or where a closed day moves it."""
        wanted = hours.slot(ask.day, ask.minute, earliest)
        if wanted is not None:
            kept = earliest == wanted.instant or wanted.instant == self.standing.at_clock(ask.day, ask.minute)
            return wanted, () if kept else (_moved(ask, "outside-window", ask.day),)
        closed = (_moved(ask, hours.closure(ask.day), ask.day),)
        if ask.is_about_due_day:
            return None, closed
        if ask.step.is_pre_due:
            return hours.backward(ask.day, ask.minute, self.standing.day(ask.recorded)), closed
        day = max(ask.day, self.standing.day(earliest)) if earliest else ask.day
        return hours.forward(day, ask.minute, earliest), closed

    def _wait(self, ask: Ask, hours: Hours, first: Slot, moved: tuple[Reason, ...], channels: tuple[str, ...]) -> Place:
        """Stage 4, waiting: move to where the last known lift allows."""
        slot, reasons = first, moved
        longest = first.day + ask.policy.plan.max_wait.days
        for _ in range(_ROUNDS):
            found = waits(self.standing, ask, slot.instant)
            if not found:
                return self._hinder(ask, hours, slot, moved, channels)
            reasons = tuple(reason for reason, _ in found)
            lifts = [lift for _, lift in found]
            if any(lift is None for lift in lifts):
                return Place(slot=slot, settled=False, moved=moved, pending=reasons, last_day=longest)
            lift = max(lift for lift in lifts if lift is not None)
            later = hours.forward(self.standing.day(lift), ask.minute, lift)
            if later.day > self._bound(ask):
                return Place(slot=slot, settled=False, moved=reasons, pending=(), last_day=slot.day, lapsed=True)
            if any(CLASSES[reason.code] != "waiting" for reason in reasons):
                longest += later.day - slot.day
            if later.day > longest:
                return Place(slot=slot, settled=False, moved=moved, pending=reasons, last_day=longest)
            slot, moved = later, (*moved, *reasons)
        return Place(slot=slot, settled=False, moved=moved, pending=reasons, last_day=longest)

    def _hinder(
        self, ask: Ask, hours: Hours, slot: Slot, moved: tuple[Reason, ...], channels: tuple[str, ...]
    ) -> Place:
        """Stage 4, of the moment: the first permitted day within `max_delay`; what stops it altogether comes first."""
        last = self._delay(ask, slot.day)
        hindered = (
            [] if stops(self.standing, ask, slot.instant) else moments(self.standing, ask, channels, slot.instant)
        )
        if not hindered:
            return Place(slot=slot, settled=True, moved=moved, pending=(), last_day=last)
        for day in range(slot.day, last + 1):
            for earliest in (0, *self.standing.changes_on(day)):
                later = hours.slot(day, ask.minute, max(earliest, slot.instant if day == slot.day else 0))
                if later is not None and not moments(self.standing, ask, channels, later.instant):
                    return Place(slot=later, settled=True, moved=(*moved, *hindered), pending=(), last_day=last)
        return Place(slot=slot, settled=False, moved=moved, pending=tuple(hindered), last_day=last)

    def _delay(self, ask: Ask, day: int) -> int:
        """The last civil day on which an ask whose day is `day` may still run (stage 5)."""
        if ask.is_about_due_day:
            return day
        last = max(day, self.standing.day(ask.recorded)) + ask.policy.plan.max_delay.days
        return min(last, max(day, self._bound(ask)))

    def _bound(self, ask: Ask) -> int:
        """The last civil day of a step up to the due date; no bound for the others."""
        if ask.is_about_due_day:
            return ask.day
        if ask.step.is_pre_due and ask.receivable:
            return self.standing.effective(ask.receivable, self.standing.terms(ask.receivable).due)
        return _NEVER

    def _last_day(self, ask: Ask, place: Place) -> int:
        last = self._delay(ask, place.slot.day) if place.settled else place.last_day
        return max(last, self.needed_until.get((ask.receivable, ask.step.id), last))

    def _once_issued(self, ask: Ask, place: Place) -> Place:
        """Where a step whose day lies before an issue that lies ahead will run at the earliest."""
        hours = self.standing.hours(ask.policy, ask.step.kind)
        return evolve(place, slot=hours.forward(self.standing.day(ask.issued), ask.minute, ask.issued))

    # what becomes of it

    def _unsettled(self, draft: Draft, place: Place) -> None:
        now = max(place.slot.instant, self.as_of)
        found = stops(self.standing, draft.ask, now)
        failing = unmet(self.standing, draft.ask, now)
        if any(CLASSES[reason.code] == "ended" for reason in found):
            self._end(draft, (*found, *place.pending))
        elif failing is not None:
            self._end(draft, (failing,))
        elif self._is_past(draft):
            self._end(draft, (*found, *place.pending), lapsed=True)
        else:
            draft.reasons = in_order([*found, *place.pending])
        if not self._is_past(draft):
            draft.wakeups.append(self._midnight())

    def _ahead(self, draft: Draft, place: Place) -> None:
        found = stops(self.standing, draft.ask, place.slot.instant)
        failing = unmet(self.standing, draft.ask, place.slot.instant)
        if any(CLASSES[reason.code] == "ended" for reason in found):
            self._end(draft, found)
        elif found:
            draft.reasons = found
        elif failing is not None:
            self._end(draft, (failing,))
        else:
            draft.status = "planned"
            draft.today = place.slot.day == self._today()
            draft.reasons = [Reason("planned"), *in_order(place.moved)]

    def _reached(self, draft: Draft, place: Place) -> None:
        """Its instant has come and nobody carried it out: judge that instant, then now."""
        then = stops(self.standing, draft.ask, place.slot.instant)
        failing = unmet(self.standing, draft.ask, place.slot.instant)
        over = any(CLASSES[reason.code] == "ended" for reason in then)
        if over or self._falls_inside(draft.ask, then):
            self._end(draft, then, lapsed=not over)
        elif failing is not None:
            self._end(draft, (failing,))
        elif self._is_past(draft):
            draft.ran_out = True
            self._end(draft, (), lapsed=True)
        else:
            self._now(draft, place)

    def _falls_inside(self, ask: Ask, reasons: list[Reason]) -> bool:
        """Whether what stopped it then makes it lapse: it fell inside a hold, and the clock went on."""
        return ask.policy.plan.when_held != "stop-clock" and any(
            CLASSES[reason.code] == "suspended" for reason in reasons
        )

    def _now(self, draft: Draft, place: Place) -> None:
        ask, today = draft.ask, self._today()
        hours = self.standing.hours(ask.policy, ask.step.kind)
        found = stops(self.standing, ask, self.as_of)
        found += [reason for reason, _ in waits(self.standing, ask, self.as_of)]
        found += moments(self.standing, ask, draft.channels, self.as_of)
        is_open = hours.is_open(today, self.as_of)
        draft.wakeups += [self._midnight(), hours.next_change(today, self.as_of)]
        failing = unmet(self.standing, ask, self.as_of)
        if any(CLASSES[reason.code] == "ended" for reason in found):
            self._end(draft, found)
            return
        if failing is not None:
            self._end(draft, (failing,))
            return
        late = place.slot.day < today
        draft.missed, draft.today = late and not found, not late and not found
        if not is_open:
            found.append(_moved(ask, hours.closure(today), today))
        notes = [Reason("missed", {"day": _iso(place.slot.day)})] if late else []
        if found:
            draft.reasons = [*in_order(found), *notes]
        else:
            draft.status = "due"
            draft.reasons = [Reason("due"), *notes, *in_order(place.moved)]

    def _end(self, draft: Draft, reasons: tuple[Reason, ...] | list[Reason], *, lapsed: bool = False) -> None:
        draft.status = "ended"
        found = list(reasons)
        if lapsed:
            found.append(Reason("lapsed", {"last_day": _iso(draft.last_day)}))
        draft.reasons = in_order(found)

    def _is_past(self, draft: Draft) -> bool:
        return self._today() > draft.last_day

    def _today(self) -> int:
        return self.standing.day(self.as_of)

    def _midnight(self) -> int:
        return self.standing.start(self._today() + 1)


def _moved(ask: Ask, code: str, day: int) -> Reason:
    return Reason(
        code, {"day": _iso(day)}, ask.policy.limits.origin_of("windows") if code == "outside-window" else None
    )


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
