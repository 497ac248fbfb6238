"""Watches what becomes durable in a simulation, and keeps the transcript."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from regua.core.calendars import Calendar
from regua.core.events import ActionAttempted, ActionOutcome, Event, EventRetracted, InvoiceIssued
from regua.core.events.debtor import DebtorProfile
from regua.core.indexes import Index
from regua.core.money import Money
from regua.core.policy import Policy, Step
from regua.core.zones import zone_of_debtor
from regua.ports import ActionRequest, Message
from regua.testing.positions import Positions
from regua.testing.transcript import Entry, Transcript, members, what_happened

PUT_OFF = "put-off"


class Recorder:
    """Everything that is recorded, in order, by debtor.

    Args:
        policies: every version in the simulation, the one of new receivables first.
        calendars: by name.
        now: the simulation's clock.
        indexes: by name.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        calendars: Mapping[str, Calendar],
        now: Callable[[], int],
        indexes: Mapping[str, Index] | None = None,
    ) -> None:
        self.policies, self.calendars, self.indexes, self._now = policies, calendars, indexes or {}, now
        self._unseen: deque[Event] = deque()
        self._events: dict[str, list[Event]] = {}
        self._entries: dict[str, list[Entry]] = {}
        self._attempts: dict[str, tuple[ActionAttempted, int]] = {}
        self._requests: dict[tuple[str, int], Message | ActionRequest] = {}
        self._zones: dict[str, str] = {}
        self._governing: dict[tuple[str, str], tuple[str, int | None]] = {}
        self.count = 0

    def keep(self, event: Event) -> None:
        """Keep one event that is durable."""
        self.count += 1
        self._unseen.append(event)
        self._events.setdefault(event.debtor, []).append(event)
        if isinstance(event, DebtorProfile):
            zone = zone_of_debtor(event.timezone, event.country, event.state, "")
            if zone:
                self._zones[event.debtor] = zone
        elif isinstance(event, InvoiceIssued):
            self._governing[event.debtor, event.receivable] = (event.policy, event.policy_version)
        elif isinstance(event, ActionAttempted):
            self._attempts[event.id] = (event, len(self._events[event.debtor]))
        entry = self._entry(event)
        if entry is not None:
            self._entries.setdefault(event.debtor, []).append(entry)

    def asked(self, request: Message | ActionRequest) -> None:
        """Keep what a channel or executor was asked."""
        self._requests |= dict.fromkeys(((action, request.attempt) for action in members(request)), request)

    def unseen(self) -> Iterator[Event]:
        """What was recorded since it was last asked."""
        while self._unseen:
            yield self._unseen.popleft()

    def debtors(self) -> list[str]:
        """Everybody of whom something is recorded, in order of the ids."""
        return sorted(self._events)

    def events(self, debtor: str) -> Sequence[Event]:
        """What is recorded of a debtor, in the order of recording."""
        return self._events.get(debtor, ())

    def zone(self, debtor: str) -> str:
        """The debtor's IANA zone."""
        return self._zones.get(debtor) or self.policies[0].timezone

    def transcript(self, debtor: str | None = None) -> Transcript:
        """What happened to one debtor, or to all."""
        if debtor is not None:
            return Transcript(self._entries.get(debtor, ()))
        return Transcript(list(chain.from_iterable(self._entries.values())))

    def policy(self, outcome: ActionOutcome) -> Policy:
        """The policy version of an action: its receivable's, else the first that has the step."""
        governing = self._governing.get((outcome.debtor, outcome.receivable))
        own = [policy for policy in self.policies if (policy.id, policy.version) == governing]
        return next(
            (policy for policy in (*own, *self.policies) if outcome.step in policy.step_order), self.policies[0]
        )

    def step(self, outcome: ActionOutcome) -> Step | None:
        """The step of an action."""
        policy = self.policy(outcome)
        place = policy.step_order.get(outcome.step)
        return None if place is None else policy.steps[place]

    def positions(self, debtor: str, instant: int, *, known: int | None = None) -> Positions:
        """What a debtor owes.

        Args:
            debtor: its id.
            instant: at which.
            known: count only so many of its events; None for all.
        """
        return Positions(self.policies, self.calendars, self.events(debtor)[:known], instant, self.indexes)

    def _entry(self, event: Event) -> Entry | None:
        what, outcome = what_happened(event), event if isinstance(event, ActionOutcome) else None
        if isinstance(event, EventRetracted) and event.event in self._attempts:
            what, outcome = PUT_OFF, self._attempts[event.event][0]
        if not what:
            return None
        step = None if outcome is None else self.step(outcome)
        return Entry(
            at=self._now(),
            zone=self.zone(event.debtor),
            debtor=event.debtor,
            what=what,
            event=event,
            request=None if outcome is None else self._requests.get((outcome.action, outcome.attempt)),
            presses=step is not None and step.presses,
            outcome=outcome,
            amount=lambda: None if outcome is None else self._told(outcome),
        )

    def _told(self, outcome: ActionOutcome) -> Money | None:
        """The balance on which an attempt was made."""
        attempt = self._attempts.get(f"{outcome.action}/{outcome.attempt}/attempted")
        if attempt is None or not outcome.receivable:
            return None
        event, known = attempt
        return self.positions(outcome.debtor, event.at_us, known=known).balance(outcome.receivable)
