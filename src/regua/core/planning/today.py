"""Missed contacts find room today: beside what was promised for today, or together with it (domain.md §5, stage 8)."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from regua.core.planning.blocking import in_order
from regua.core.planning.caps import Room
from regua.core.planning.contacts import Group, Letter, groups, is_contact, is_counted, letter
from regua.core.planning.hours import Slot
from regua.core.planning.judging import Draft
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing


@frozen
class Today:
    """The plan's day of one debtor.

    Attributes:
        standing: the debtor's.
        as_of: the plan's instant.
        today: its civil day.
        room: what the days hold by facts alone.
    """

    standing: Standing
    as_of: int
    today: int
    room: Room

    def admit(self, drafts: Sequence[Draft]) -> None:
        """Let what was missed go today where there is room, else wait; what goes with a later contact waits for it."""
        for draft in drafts:
            if draft.ran_out and draft.status == "ended" and is_counted(draft.ask.step):
                self._tell_last(draft)
        contacts = [draft for draft in drafts if draft.status in {"due", "planned"} and is_contact(draft.ask.step)]
        late = [draft for draft in contacts if draft.status == "due" and draft.slot.day < self.today]
        if not late:
            return
        here = [self._letter(draft) for draft in contacts if draft.slot.day == self.today]
        for each in sorted(map(self._letter, late), key=lambda each: each.severity):
            joined = groups(self.standing, [*here, each])
            if self._has_room(here, joined, each.of):
                here.append(each)
                self._wait_for_others(each, joined)

    def _tell_last(self, draft: Draft) -> None:
        """What ran out says so where there was no room for it on its last day either."""
        if self.standing.limits_contacts and [each.code for each in draft.reasons] == ["lapsed"]:
            reason = self.room.full(draft.last_day, without=draft.ask.id)
            if reason is not None:
                draft.reasons = in_order([reason, *draft.reasons])

    def _letter(self, draft: Draft) -> Letter:
        """Of what may go at once: nothing of today holds it up."""
        slot = Slot(self.today, max(draft.slot.instant, self.as_of))
        return letter(self.standing, draft, slot)

    def _has_room(self, here: Sequence[Letter], joined: Sequence[Group], draft: Draft) -> bool:
        """Whether it makes no further counted contact of today, or one that fits."""
        if not is_counted(draft.ask.step) or not self.standing.limits_contacts:
            return True
        if _counted(joined) == _counted(groups(self.standing, here)):
            return True
        reason = self.room.move(draft.ask.id, self.today)
        if reason is not None:
            self._hold(draft, reason)
        return reason is None

    def _hold(self, draft: Draft, reason: Reason) -> None:
        draft.status = "waiting"
        draft.reasons = in_order([reason, *(each for each in draft.reasons if each.code == "missed")])

    def _wait_for_others(self, each: Letter, joined: Sequence[Group]) -> None:
        """Where its contact is planned for later today, so is what joins it."""
        group = next(group for group in joined if any(other.ask.id == each.ask.id for other in group))
        ahead = [other.of.slot.instant for other in group if other.of.status == "planned"]
        if ahead and not any(other.of.status == "due" for other in group if other.ask.id != each.ask.id):
            draft: Draft = each.of
            draft.status, draft.slot = "planned", Slot(self.today, min(ahead))
            draft.reasons = [Reason("planned"), *draft.reasons[1:]]
            draft.wakeups.append(draft.slot.instant)


def _counted(found: Sequence[Group]) -> int:
    return sum(any(is_counted(each.ask.step) for each in group) for group in found)
