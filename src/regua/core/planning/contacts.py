"""Stage 7, contacts: messages of one debtor, day and channel become one contact (domain.md §5).

What asks (reminders, and what presses) never mixes with what does not (thanks, receipts, apologies), of which only the
actions of one step go together. The most severe carries the others. What says something of its own goes apart: what
another step requires, what has an attachment, an offer, a second copy. A call is a contact of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from attrs import evolve, frozen

from regua.core.planning.blocking import moments, stops, waits
from regua.core.planning.condition import unmet
from regua.core.planning.hours import Slot
from regua.core.planning.past import Past
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.tone import written_tone
from regua.core.planning.trigger import Ask
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, Step
from regua.core.tones import Tone


@frozen(eq=False)
class Letter:
    """One action on its way into a contact.

    Attributes:
        of: whose letter it is; handed back with its group.
        ask: what asks for it.
        slot: its day and instant.
        channel: by which it goes, or "" for a call.
        tone: in which it is written, or None.
        clamped: why that is not its own, or None.
    """

    of: Any
    ask: Ask
    slot: Slot
    channel: str
    tone: Tone | None
    clamped: Reason | None

    @property
    def severity(self) -> tuple[bool, int, int, int, str]:
        """Total order of what may carry a contact, the most severe first."""
        step = self.ask.step
        place = self.ask.policy.step_order.get(step.id, len(self.ask.policy.steps))
        return not step.presses, -(self.tone or 0), self.ask.due, place, self.ask.id


Group = list[Letter]
"""Letters that go out together, the carrier first."""


def is_contact(step: Step) -> bool:
    """Whether carrying a step out reaches the debtor: by a message or a call."""
    return step.kind in CONTACT_KINDS or step.kind in CALL_KINDS


def is_counted(step: Step) -> bool:
    """Whether the caps count and limit it: contacts and calls that press."""
    return step.presses and is_contact(step)


class Carried(Protocol):
    """What may become a letter: an action in the making."""

    @property
    def ask(self) -> Ask:
        """What asks for it."""

    @property
    def past(self) -> Past | None:
        """What became of it so far, or None."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Those that have not failed for it, in order."""


def letter(standing: Standing, of: Carried, slot: Slot) -> Letter:
    """The letter of an action, as it is written at its instant."""
    tone, clamped = written_tone(standing, of.ask, slot.instant)
    channel, _ = standing.channel(of.channels, slot.instant) if of.channels else ("", "")
    return Letter(of, of.ask, slot, channel, tone, clamped)


def groups(standing: Standing, letters: Iterable[Letter]) -> list[Group]:
    """What goes out together of the letters of one day, in the order of severity of their carriers."""
    found: list[Group] = []
    kinds: dict[object, list[Letter]] = {}
    letters = list(letters)
    if len(letters) == 1:
        return [letters]
    for each in _following(standing, letters):
        kinds.setdefault(_kind(standing, each), []).append(each)
    for kind in kinds.values():
        found += _apart(standing, sorted(kind, key=lambda each: each.severity))
    return sorted(found, key=lambda group: group[0].severity)


def _following(standing: Standing, letters: list[Letter]) -> list[Letter]:
    """Where a contact failed, its actions take its carrier's next channel, if it is one of theirs that can be used."""
    carriers = {each.ask.id: each for each in letters}
    for place, each in enumerate(letters):
        carrier = carriers.get(each.of.past.last_carrier) if each.of.past is not None else None
        if carrier is not None and carrier.channel != each.channel and carrier.channel in each.of.channels:
            usable, _ = standing.channel((carrier.channel,), each.slot.instant)
            if usable:
                letters[place] = evolve(each, channel=usable)
    return letters


def _kind(standing: Standing, each: Letter) -> object:
    """Only letters of one kind may go together."""
    step, policy = each.ask.step, each.ask.policy
    if step.kind in CALL_KINDS or not standing.consolidates:
        return each.ask.id
    if step.is_stoppable:
        return each.channel
    return each.channel, policy.id, policy.version, step.id


def _apart(standing: Standing, letters: Sequence[Letter]) -> Iterator[Group]:
    """Divide letters of one kind, the most severe first, into those that may be one contact."""
    while letters:
        at = min(each.slot.instant for each in letters)
        ready = [each for each in letters if _may_go(standing, each, at)]
        carrier = ready[0].ask
        group = [each for each in ready if _is_carried(each.ask, carrier)]
        yield group
        taken = {each.ask.id for each in group}
        letters = [each for each in letters if each.ask.id not in taken]


def _is_carried(ask: Ask, carrier: Ask) -> bool:
    """Whether the carrier's text says what an action has to say."""
    own = ask.step
    if own.kind == "reissue":  # one boleto, and one message about it
        return ask.id == carrier.id
    if (ask.policy.id, own.id) == (carrier.policy.id, carrier.step.id):
        return True
    return own.kind == "message" and not own.attach and own.id not in ask.policy.required_steps


def _may_go(standing: Standing, each: Letter, at: int) -> bool:
    """Whether an action may run at an instant of its day that is not later than its own."""
    ask, own = each.ask, each.slot.instant
    if at >= own:
        return True
    if at < max(ask.earliest, ask.issued):
        return False
    known = standing.facts.instants
    if bisect_right(known, own) == bisect_right(known, at):
        return True
    hindered = stops(standing, ask, at) or waits(standing, ask, at) or moments(standing, ask, (each.channel,), at)
    return not hindered and unmet(standing, ask, at) is None
