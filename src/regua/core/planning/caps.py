"""Stage 8, caps: how many pressing contacts a day and a week, and how far apart (domain.md §5).

Days are filled in date order, within a day by severity. What does not fit moves to the next permitted day and competes
and merges there. All of it follows from facts: an action that was not attempted counts on its planned day also when
that day is past. What was missed has room only beside what is planned for today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush

from attrs import Factory, define, evolve, field

from regua.core.planning.attempted import attempted_contacts
from regua.core.planning.blockers import CLASSES
from regua.core.planning.condition import unmet
from regua.core.planning.contacts import Group, Letter, groups, is_contact, is_counted, letter
from regua.core.planning.hours import Slot
from regua.core.planning.missed import superseded_by
from regua.core.planning.past import Past
from regua.core.planning.placing import Placement, Placer, iso
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask

_WEEK = 7


@define
class Room:
    """Counted contacts of one debtor by civil day, and the limits on them.

    Attributes:
        standing: the debtor's; the limits are the strictest in play.
        counts: how many there are on a day.
    """

    standing: Standing
    counts: dict[int, int] = field(factory=dict)
    _planned: dict[str, list[int]] = field(factory=dict, init=False)

    def take(self, day: int, actions: Iterable[str] = ()) -> None:
        """Count one more contact on a day: one that was attempted, or the planned one of these actions."""
        self.counts[day] = self.counts.get(day, 0) + 1
        here = [day]
        for each in actions:
            self._planned[each] = here

    def move(self, action: str, day: int) -> Reason | None:
        """Count the planned contact of an action on a later day instead, or say why it does not fit there."""
        reason = self.full(day, without=action)
        if reason is None:
            for before in self._planned.get(action, []):
                self.counts[before] -= 1
            self._planned.get(action, []).clear()
            self.take(day)
        return reason

    def full(self, day: int, *, without: str = "") -> Reason | None:
        """Why one more contact does not fit on a day, or None, looking at it and at the days before it.

        Args:
            day: ordinal of the day.
            without: an action whose planned contact is not counted.
        """
        counts = self.counts
        if without in self._planned:
            counts = dict(counts)
            for before in self._planned.get(without, ()):
                counts[before] -= 1
        last = max((each for each, count in counts.items() if count and each <= day), default=None)
        return (
            (None if last is None else self._too_soon(day, last))
            or self._too_many(counts, day, "contacts_per_day", 1)
            or self._too_many(counts, day, "contacts_per_week", _WEEK)
        )

    def _too_soon(self, day: int, last: int) -> Reason | None:
        for policy in self.standing.policies:
            interval = policy.limits.min_interval
            if interval is None:
                continue
            if self.standing.days(policy).add(last, interval.days, business=interval.business) > day:
                facts = {"last": iso(last), "interval": str(interval)}
                return Reason("min-interval", facts, policy.limits.origin_of("min_interval"))
        for rule, each in self.standing.law.limits:
            if each.min_interval is not None and rule.is_in_force(day) and last + each.min_interval.days > day:
                return Reason("min-interval", {"last": iso(last), "interval": str(each.min_interval)}, None, rule.id)
        return None

    def _too_many(self, counts: Mapping[int, int], day: int, limit: str, window: int) -> Reason | None:
        count = sum(counts.get(each, 0) for each in range(day - window + 1, day + 1))
        for policy in self.standing.policies:
            most = getattr(policy.limits, limit)
            if most is not None and count >= most:
                code = "daily-cap" if window == 1 else "weekly-cap"
                return Reason(code, {"day": iso(day), "contacts": str(count)}, policy.limits.origin_of(limit))
        for rule, each in self.standing.law.limits:
            most = each.per_day if window == 1 else each.per_week
            if most is not None and count >= most and rule.is_in_force(day):
                code = "daily-cap" if window == 1 else "weekly-cap"
                return Reason(code, {"day": iso(day), "contacts": str(count)}, None, rule.id)
        return None


@define
class Filling:
    """Fills the days of one debtor with what runs on them.

    Attributes:
        standing: the debtor's.
        placer: finds later days.
        as_of: the plan's instant: what can never run any more by then is not counted.
        required: last day of each (receivable, step) that another step still requires.
        pasts: what was attempted, by action.
        room: what is counted so far.
    """

    standing: Standing
    placer: Placer
    as_of: int
    required: Mapping[tuple[str, str], int]
    pasts: Mapping[str, Past]
    room: Room = field(init=False, default=Factory(lambda filling: Room(filling.standing), takes_self=True))
    _days: dict[int, list[Placement]] = field(factory=dict, init=False)
    _heap: list[int] = field(factory=list, init=False)

    def fill(self, placements: Iterable[Placement]) -> None:
        """Move what does not fit, end what gives way, bring together what goes out together."""
        for placement in placements:
            self._enter(placement)
        if self.standing.limits_contacts:
            first = min([*self._heap, self.standing.day(self.as_of)])
            for day in attempted_contacts(self.standing, first, self.as_of):
                self.room.take(day)
        while self._heap:
            day = heappop(self._heap)
            self._fill_day(day, self._days.pop(day))

    def _enter(self, placement: Placement) -> None:
        place = placement.place
        if self._runs(placement):
            if place.slot.day not in self._days:
                heappush(self._heap, place.slot.day)
            self._days.setdefault(place.slot.day, []).append(placement)

    def _runs(self, placement: Placement) -> bool:
        """Whether an action runs on its day, by facts alone; what was too late when it became known does not."""
        ask, place = placement.ask, placement.place
        if not place.settled or place.stopped:
            return False
        instant = place.slot.instant
        if place.slot.day < self.standing.day(max(ask.recorded, ask.issued)):
            return False
        if (ask.until is not None and instant >= ask.until) or self._is_over(ask, instant):
            return False
        return unmet(self.standing, ask, instant) is None

    def _is_over(self, ask: Ask, instant: int) -> bool:
        """Whether it was learnt after an instant that what it asks for is over: nothing of before runs any more."""
        return ask.step.is_stoppable and any(
            CLASSES[code] == "ended"
            and any(span.end is None and self.standing.learnt(span) > instant for span in spans)
            for code, spans in self.standing.stops(ask.receivable)
        )

    def _fill_day(self, day: int, here: Sequence[Placement]) -> None:
        full = self.room.full(day) if self.standing.limits_contacts else None
        if any(each.place.day < day for each in here):
            here = self._competed(day, here, full)
        contacts = [each for each in here if is_contact(each.ask.step)]
        if len(contacts) == 1:
            self._fill_one(day, contacts[0], full)
        elif contacts:
            self._fill_several(day, contacts)

    def _fill_one(self, day: int, placement: Placement, full: Reason | None) -> None:
        if self.standing.limits_contacts and is_counted(placement.ask.step):
            if full is None:
                self.room.take(day, (placement.ask.id,))
            else:
                self._postpone(placement, day, full)

    def _fill_several(self, day: int, contacts: Sequence[Placement]) -> None:
        full: Reason | None = None
        staying: list[Letter] = []
        for group in groups(self.standing, [letter(self.standing, each, each.place.slot) for each in contacts]):
            counted = [each for each in group if is_counted(each.ask.step)]
            if counted and self.standing.limits_contacts:
                full = full or self.room.full(day)
            if full is None or not counted:
                _bring_together(group)
                if counted:
                    self.room.take(day, [each.ask.id for each in counted])
                continue
            staying += [each for each in group if not is_counted(each.ask.step)]
            for each in counted:
                self._postpone(each.of, day, full)
        for group in groups(self.standing, staying):
            _bring_together(group)

    def _competed(self, day: int, here: Sequence[Placement], full: Reason | None) -> list[Placement]:
        """What is left where moved actions compete with others of their receivable.

        On a full day what is counted finds no room and goes on, unless one of its receivable was attempted that day.
        """
        lying = [each for each in here if full is None or not is_counted(each.ask.step)]
        for placement in here:
            if (placement.ask.receivable, placement.ask.step.id) not in self.required:
                by = superseded_by(self.standing, placement, day, lying, self.pasts.values())
                if by is not None:
                    placement.place = evolve(placement.place, settled=False, superseded=by)
        return [each for each in here if each.place.superseded is None]

    def _postpone(self, placement: Placement, day: int, reason: Reason) -> None:
        ask = placement.ask
        last = max(placement.place.last_day, self.required.get((ask.receivable, ask.step.id), 0))
        placement.place = self.placer.later(placement, day + 1, last, reason)
        self._enter(placement)


def _bring_together(group: Group) -> None:
    """Let the letters of one contact go at the earliest time that one of them asks for."""
    at = min(each.slot.instant for each in group)
    for each in group:
        if each.slot.instant != at:
            placement: Placement = each.of
            placement.place = evolve(placement.place, slot=Slot(each.slot.day, at))
