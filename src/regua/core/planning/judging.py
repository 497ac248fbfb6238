"""What becomes of one ask as of an instant: due, planned, waiting or ended, and why (domain.md §5, stages 3 to 5)."""

from __future__ import annotations

from attrs import define, evolve, field, frozen

from regua.core.planning.blockers import CLASSES
from regua.core.planning.blocking import in_order, is_over, moments, stopped, stops, waits
from regua.core.planning.condition import next_turn, unmet
from regua.core.planning.hours import Hours, Slot
from regua.core.planning.past import Past
from regua.core.planning.placing import Place, Placement, iso, moved_by
from regua.core.planning.schedule import Reason, Status
from regua.core.planning.standing import Standing
from regua.core.planning.synthetic import is_reserved
from regua.core.planning.trigger import Ask, stop_codes

_PLANNED, _DUE = Reason("planned"), Reason("due")
_DAILY = frozenset({"below-minimum", "stale-payments"})
"""Blockers that come and go with the day, though no fact does."""
_CAPS = frozenset({"min-interval", "daily-cap", "weekly-cap"})


@define(kw_only=True)
class Draft:
    """An action in the making.

    Attributes:
        ask: what asks for it.
        slot: its day and instant.
        day: ordinal of the day by which it competes with others that were missed.
        status: as of the plan's instant.
        reasons: the primary one first.
        past: what became of it so far, or None.
        channels: channels not failed yet, in order.
        missed: whether its day passed unexecuted and it may still run.
        today: whether its day is the plan's day and it runs.
        ran_out: whether it lapsed although nothing but the hour stopped it.
        last_day: last civil day on which it may still run.
        wakeups: instants at which any of this may change although no further fact is recorded.
        turns: the same for what only matters while it has not given way to another missed one.
    """

    ask: Ask
    slot: Slot
    day: int
    status: Status = "waiting"
    reasons: list[Reason] = field(factory=list)
    past: Past | None = None
    channels: tuple[str, ...] = ()
    missed: bool = False
    today: bool = False
    ran_out: bool = False
    last_day: int = 0
    wakeups: list[int] = field(factory=list)
    turns: list[int] = field(factory=list)


def _again(ask: Ask) -> list[Reason]:
    """Why a step that was sent comes again."""
    return [Reason("again", {"occurrence": ask.again})] if ask.again else []


@frozen
class Judge:
    """Judges asks of one debtor as of one instant."""

    standing: Standing
    as_of: int
    today: int
    needed_until: dict[tuple[str, str], int]

    def judge(self, placement: Placement) -> Draft:
        """Say where an ask stands."""
        ask, past, channels, place = placement.ask, placement.past, placement.channels, placement.place
        if max(self.as_of, place.slot.instant) < ask.issued:
            place = self._once_issued(ask, place)
        last_day = max(place.last_day, self.needed_until.get((ask.receivable, ask.step.id), 0))
        if is_reserved(ask.step.id):  # a review lapses only with its cause
            last_day = max(last_day, self.today + ask.policy.plan.max_delay.days)
        draft = Draft(ask=ask, slot=place.slot, day=place.day, past=past, channels=channels, last_day=last_day)
        draft.wakeups += self.standing.law.turns(ask)
        if place.lapsed:
            self._end(draft, place.moved, lapsed=True)
        elif place.superseded is not None:
            draft.status, draft.reasons = "ended", [place.superseded, *self._moved(ask, place)]
        elif ask.until is not None and max(place.slot.instant, self.as_of) >= ask.until:
            self._end(draft, (Reason("lapsed", {"undone": self.standing.told(ask.until)}),))
        else:
            if ask.until is not None:
                draft.wakeups.append(ask.until)
            if not place.settled:
                self._unsettled(draft, place)
            elif place.slot.instant > self.as_of:
                self._ahead(draft, place)
            else:
                self._reached(draft, place)
        return draft

    def _once_issued(self, ask: Ask, place: Place) -> Place:
        """Where a step whose day lies before an issue that lies ahead will run at the earliest."""
        hours = self.standing.hours(ask.policy, ask.step)
        slot = hours.forward(self.standing.day(ask.issued), ask.minute, ask.issued)
        return evolve(place, slot=slot, stopped=tuple(stops(self.standing, ask, slot.instant)))

    # what becomes of it

    def _unsettled(self, draft: Draft, place: Place) -> None:
        now = min(max(place.slot.instant, self.as_of), self._last_instant(draft))
        found = stops(self.standing, draft.ask, now)
        failing = unmet(self.standing, draft.ask, now)
        waiting = waits(self.standing, draft.ask, now)
        pending = self._still(draft, place, now, waiting)
        over = is_over(found)
        if over:
            self._end(draft, (*found, *pending))
        elif any(reason.code in stop_codes(draft.ask.policy) for reason in found) and not self._ran_out(draft):
            unlifted = {reason.code for reason, lift in waiting if lift is None}
            draft.reasons = in_order([*found, *(reason for reason in place.pending if reason.code in unlifted)])
        elif failing is not None:
            self._end(draft, (failing,))
        elif self._is_past(draft):
            self._end(draft, (*found, *pending), lapsed=True)
        else:
            draft.reasons = in_order([*found, *pending])
        if draft.status != "ended":
            draft.wakeups += self.standing.span_ends(draft.ask.receivable, self.as_of)
        if not (over or self._is_past(draft)):
            draft.wakeups += [place.slot.instant, self.standing.start(draft.last_day + 1)]
            draft.wakeups += [lift for _, lift in waiting if lift is not None]
            draft.wakeups += self._turn_of_day(draft, place, now)

    def _still(
        self, draft: Draft, place: Place, now: int, waiting: list[tuple[Reason, int | None]]
    ) -> tuple[Reason, ...]:
        """What of the pending blockers still applies; all of them where that cannot be told."""
        current = {reason.code for reason, _ in waiting}
        current |= {reason.code for reason in moments(self.standing, draft.ask, draft.channels, now)}
        current |= _CAPS
        return tuple(reason for reason in place.pending if reason.code in current) or place.pending

    def _turn_of_day(self, draft: Draft, place: Place, now: int) -> list[int]:
        """The next day by which alone a condition may turn, or another of its blockers take the first place."""
        if len(place.pending) > 1 and any(reason.code in _DAILY for reason in place.pending):
            return [self.standing.start(self.standing.day(now) + 1)]
        day = next_turn(self.standing, draft.ask, now, draft.last_day)
        return [] if day is None else [self.standing.start(day)]

    def _ahead(self, draft: Draft, place: Place) -> None:
        found = list(place.stopped)
        failing = unmet(self.standing, draft.ask, place.slot.instant)
        over = is_over(found)
        if over:
            self._end(draft, found)
        elif found:
            draft.reasons = found
        elif failing is not None:
            self._end(draft, (failing,))
        else:
            draft.status = "planned"
            draft.today = place.slot.day == self.today
            draft.reasons = [_PLANNED, *_again(draft.ask), *self._moved(draft.ask, place)]
        if draft.status != "ended":
            draft.wakeups.append(place.slot.instant)

    def _reached(self, draft: Draft, place: Place) -> None:
        """Its instant has come and nobody carried it out: judge that instant, then now."""
        then = list(place.stopped)
        failing = unmet(self.standing, draft.ask, place.slot.instant)
        over = is_over(then)
        if over or self._falls_inside(draft.ask, then):
            self._end(draft, then, lapsed=not over)
        elif failing is not None:
            self._end(draft, (failing,))
        elif self._stands_still(draft, then):
            draft.wakeups += self.standing.span_ends(draft.ask.receivable, self.as_of)
        elif self._is_past(draft):
            draft.ran_out = True
            self._end(draft, stops(self.standing, draft.ask, self._last_instant(draft)), lapsed=True)
        else:
            self._now(draft, place)

    def _stands_still(self, draft: Draft, then: list[Reason]) -> bool:
        """Whether its clock stands still, then or now: it waits, and nothing lapses."""
        codes = stop_codes(draft.ask.policy)
        found = then + stops(self.standing, draft.ask, self.as_of)
        if (not then and self._ran_out(draft)) or is_over(found) or not any(reason.code in codes for reason in found):
            return False
        draft.reasons = in_order(found)
        return True

    def _ran_out(self, draft: Draft) -> bool:
        """Whether its last day passed before what stops it now began; one stop may follow another without a gap.

        What is over by now waits for no stop of then.
        """
        if self._is_past(draft) and is_over(stops(self.standing, draft.ask, self.as_of)):
            return True
        codes = stop_codes(draft.ask.policy)
        found = [span for code, spans in self.standing.stops(draft.ask.receivable) if code in codes for span in spans]
        since = self.as_of + 1
        for span in sorted(found, key=lambda span: span.start, reverse=True):
            if span.start < since and (span.end is None or span.end >= since):
                since = span.start
        return since > self._last_instant(draft)

    def _falls_inside(self, ask: Ask, reasons: list[Reason]) -> bool:
        """Whether what stopped it then makes it lapse: it fell inside a hold, and the clock went on."""
        return ask.policy.plan.when_held == "skip" and any(CLASSES[reason.code] == "suspended" for reason in reasons)

    def _now(self, draft: Draft, place: Place) -> None:
        ask, today = draft.ask, self.today
        hours = self.standing.hours(ask.policy, ask.step)
        found = stops(self.standing, ask, self.as_of)
        found += [reason for reason, _ in waits(self.standing, ask, self.as_of)]
        found += moments(self.standing, ask, draft.channels, self.as_of)
        failing = unmet(self.standing, ask, self.as_of)
        if is_over(found):
            self._end(draft, found)
            return
        if failing is not None:
            self._end(draft, (failing,))
            day = next_turn(self.standing, ask, self.as_of, draft.last_day) or draft.last_day + 1
            draft.wakeups.append(self.standing.start(day))
            return
        is_open = hours.is_open(today, self.as_of)
        draft.wakeups.append(self.standing.start(today + 1))
        draft.turns.append(hours.next_change(today, self.as_of))
        late = place.slot.day < today
        draft.missed, draft.today = late and not found, not (late or found)
        if not is_open:
            found.append(self._closure(draft, hours))
        notes = [Reason("missed", {"day": iso(place.slot.day)})] if late else []
        if found:
            draft.reasons = [*in_order(found), *notes]
        else:
            draft.status = "due"
            draft.reasons = [_DUE, *notes, *_again(ask), *self._moved(ask, place)]

    def _moved(self, ask: Ask, place: Place) -> list[Reason]:
        """What moved it there: what stood still while its day was counted, then what hindered it on its day."""
        return in_order([*(stopped(self.standing, ask, code, span) for code, span in ask.stood), *place.moved])

    def _closure(self, draft: Draft, hours: Hours) -> Reason:
        """Why today's hours are closed now, and until when if it may still run then."""
        closed = moved_by(self.standing, draft.ask, hours.closure(self.today), self.today)
        opens = hours.next_change(self.today, self.as_of)
        if self.standing.day(opens) > draft.last_day:
            return closed
        return evolve(closed, facts={**closed.facts, "until": self.standing.told(opens)})

    def _end(self, draft: Draft, reasons: tuple[Reason, ...] | list[Reason], *, lapsed: bool = False) -> None:
        draft.status = "ended"
        found = list(reasons)
        if lapsed:
            found.append(Reason("lapsed", {"last_day": iso(draft.last_day)}))
        draft.reasons = in_order(found)

    def _is_past(self, draft: Draft) -> bool:
        return self.today > draft.last_day

    def _last_instant(self, draft: Draft) -> int:
        return self.standing.start(draft.last_day + 1) - 1
