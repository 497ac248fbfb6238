"""When one ask may run: stage 2 (its day), then what makes it wait and what hinders it of the moment (stage 4).

All of it follows from facts; nothing here looks at the plan's instant.
"""

from __future__ import annotations

from datetime import date

from attrs import define, evolve, frozen

from regua.core.dates import BEGINNING
from regua.core.planning.blocking import in_order, last_waiting_day, moments, stops, waits
from regua.core.planning.freshness import needed
from regua.core.planning.hours import Hours, Slot
from regua.core.planning.past import Past
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask

_ROUNDS = 50
_UNREACHED = frozenset({"no-contact-point", "opted-out"})
_NEVER = date.max.toordinal()


@frozen(kw_only=True)
class Place:
    """Where an ask comes to lie.

    Attributes:
        slot: the day and instant.
        day: ordinal of its day before anything of the moment moved it; by that day missed steps compete.
        settled: whether nothing that waits or hinders is left at that instant.
        stopped: where it is settled, what of the classes ended, stopped and suspended applies at that instant.
        moved: blockers that moved it there.
        pending: blockers that no known fact lifts.
        last_day: last civil day on which it may still run.
        lapsed: whether no day was left for it at all.
        superseded: what took its place on the day to which it moved, or None.
    """

    slot: Slot
    day: int = 0
    settled: bool = False
    stopped: tuple[Reason, ...] = ()
    moved: tuple[Reason, ...] = ()
    pending: tuple[Reason, ...] = ()
    last_day: int
    lapsed: bool = False
    superseded: Reason | None = None


@define
class Placement:
    """An ask and where it comes to lie, which changes until all days are filled.

    Attributes:
        ask: what asks.
        past: what became of it so far, or None.
        channels: those that have not failed for it, in order.
        place: where it lies.
    """

    ask: Ask
    past: Past | None
    channels: tuple[str, ...]
    place: Place


@frozen
class Placer:
    """Places the asks of one debtor."""

    standing: Standing

    def placed(self, ask: Ask, past: Past | None) -> Placement:
        """An ask where it comes to lie if it is the only one."""
        channels = ask.step.channels
        if past is not None:
            channels = tuple(name for name in channels if name not in past.failed)
        place = self._place(ask, channels, past)
        if place.settled and not place.stopped and place.slot.day < ask.begins:
            superseded = Reason("superseded", {"migration": ask.migration})
            place = evolve(place, settled=False, superseded=superseded)
        return Placement(ask, past, channels, place)

    def later(self, placement: Placement, day: int, last_day: int, reason: Reason) -> Place:
        """Where an action comes to lie for which there was no room before a day."""
        ask, place = placement.ask, evolve(placement.place, last_day=last_day)
        return self._first_permitted(ask, place, placement.channels, (reason,), since=day)

    def _place(self, ask: Ask, channels: tuple[str, ...], past: Past | None) -> Place:
        hours = self.standing.hours(ask.policy, ask.step)
        first, moved = self._first(ask, hours)
        if first is None:
            slot = Slot(ask.day, self.standing.at_clock(ask.day, ask.minute))
            return Place(slot=slot, moved=moved, last_day=ask.day, lapsed=True)
        place = self._wait(ask, hours, Place(slot=first, moved=moved, last_day=first.day))
        if place.pending or place.lapsed:
            return place
        slot, moved = place.slot, place.moved
        day, last_day = slot.day, self._delay(ask, slot.day)
        if past is not None and past.failed_known is not None and past.failed_known > slot.instant:
            # After a channel failed: the next one at once, or on the next open day; that gains no day.
            slot = hours.forward(self.standing.day(past.failed_known), ask.minute, past.failed_known)
            if slot.day > last_day:
                return Place(slot=slot, day=day, moved=moved, last_day=last_day, lapsed=True)
        return self._hinder(ask, Place(slot=slot, day=day, moved=moved, last_day=last_day), channels)

    def _first(self, ask: Ask, hours: Hours) -> tuple[Slot | None, tuple[Reason, ...]]:
        """Stage 2: the day of the trigger, or where a closed day moves it."""
        wanted = hours.slot(ask.day, ask.minute, ask.earliest)
        if wanted is not None:
            kept = wanted.instant in {ask.earliest, self.standing.at_clock(ask.day, ask.minute)}
            return wanted, () if kept else (moved_by(self.standing, ask, "outside-window", ask.day),)
        closed = (moved_by(self.standing, ask, hours.closure(ask.day), ask.day),)
        if ask.step.is_about_due_day:
            return None, closed
        if ask.step.is_pre_due:
            return hours.backward(ask.day, ask.minute, ask.recorded), closed
        day = max(ask.day, self.standing.day(ask.earliest)) if ask.earliest > BEGINNING else ask.day
        return hours.forward(day, ask.minute, ask.earliest), closed

    def _wait(self, ask: Ask, hours: Hours, place: Place) -> Place:
        """Waiting: move to where the last known lift allows."""
        longest = last_waiting_day(self.standing, ask, place.slot.day)
        stuck = place
        for _ in range(_ROUNDS):
            found = waits(self.standing, ask, place.slot.instant)
            if not found:
                return place
            reasons = tuple(reason for reason, _ in found)
            stuck = evolve(place, pending=reasons, last_day=longest)
            lifts = [lift for _, lift in found if lift is not None]
            if len(lifts) < len(found):
                return stuck
            later = hours.forward(self.standing.day(max(lifts)), ask.minute, max(lifts))
            if later.day > self._bound(ask):
                return evolve(place, moved=reasons, last_day=place.slot.day, lapsed=True)
            if later.day > longest:
                return stuck
            place = evolve(place, slot=later, moved=(*place.moved, *reasons))
        return stuck

    def _hinder(self, ask: Ask, place: Place, channels: tuple[str, ...]) -> Place:
        """Of the moment: the first permitted day within `max_delay`; what stops it altogether comes first."""
        first = place.slot
        stopped = tuple(stops(self.standing, ask, first.instant))
        hindered = () if stopped else moments(self.standing, ask, channels, first.instant)
        if not hindered:
            return Place(
                slot=first, day=place.day, settled=True, stopped=stopped, moved=place.moved, last_day=place.last_day
            )
        if {reason.code for reason in hindered} <= _UNREACHED and self._stays(first.instant, place.last_day):
            return evolve(place, pending=tuple(in_order(hindered)))
        day = max(first.day, self.standing.day(ask.recorded))
        return self._first_permitted(ask, place, channels, tuple(hindered), since=day, earliest=first.instant)

    def _first_permitted(
        self,
        ask: Ask,
        place: Place,
        channels: tuple[str, ...],
        hindered: tuple[Reason, ...],
        *,
        since: int,
        earliest: int = BEGINNING,
    ) -> Place:
        """The first slot from a day on at which nothing waits or hinders, and not before an instant."""
        hours = self.standing.hours(ask.policy, ask.step)
        pending = list(hindered)
        for day in range(since, place.last_day + 1):
            for change in (BEGINNING, *self.standing.changes_on(day)):
                slot = hours.slot(day, ask.minute, max(change, earliest))
                if slot is None:
                    continue
                found = moments(self.standing, ask, channels, slot.instant)
                found += [reason for reason, _ in waits(self.standing, ask, slot.instant)]
                if not found:
                    stopped = tuple(stops(self.standing, ask, slot.instant))
                    moved = (*place.moved, *hindered)
                    return evolve(place, slot=slot, settled=True, stopped=stopped, moved=moved)
                pending += found
        return evolve(place, settled=False, pending=tuple(in_order(pending)))

    def _stays(self, instant: int, last_day: int) -> bool:
        """Whether what hinders is the same until the end of a day: no fact takes effect, no payments grow stale."""
        fact = self.standing.next_effect(instant)
        return not needed(self.standing) and (fact is None or fact >= self.standing.start(last_day + 1))

    def _delay(self, ask: Ask, day: int) -> int:
        """The last civil day on which an ask whose day is `day` may still run (stage 5)."""
        last = max(day, self.standing.day(ask.recorded)) + ask.policy.plan.max_delay.days
        return min(last, max(day, self._bound(ask)))

    def _bound(self, ask: Ask) -> int:
        """The last civil day of a step up to the due date; no bound for the others."""
        if ask.step.is_about_due_day:
            return ask.day
        if ask.step.is_pre_due and ask.receivable:
            return self.standing.effective(ask.receivable, ask.due)
        return _NEVER


def moved_by(standing: Standing, ask: Ask, code: str, day: int) -> Reason:
    """The closure of a day as the reason of a move; of hours that law alone closes, its rule."""
    if code != "outside-window":
        return Reason(code, {"day": iso(day)})
    rule = standing.closing_rule(ask.policy, ask.step, day, ask.minute)
    return Reason(code, {"day": iso(day)}, None if rule else ask.policy.limits.origin_of("windows"), rule)


def iso(day: int) -> str:
    """An ordinal as `YYYY-MM-DD`."""
    return date.fromordinal(day).isoformat()
