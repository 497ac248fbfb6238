"""What was known of a debtor when something was attempted, replayed fact by fact and not by `fold`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define, field

from regua.core.calendars import Place
from regua.core.dates import local
from regua.core.events import (
    ActionAttempted,
    ActionDelivered,
    ActionOutcome,
    ActionRead,
    ActionSent,
    ConsentGranted,
    ConsentRevoked,
    CreditApplied,
    CreditGranted,
    DebtorProfile,
    DisputeOpened,
    DisputeResolved,
    Event,
    EventRetracted,
    HoldPlaced,
    HoldReleased,
    InvoiceAmended,
    InvoiceIssued,
    PaymentNoticed,
    PaymentReversed,
    PaymentSettled,
    PolicyAssigned,
    PolicyMigrated,
    PromiseCancelled,
    PromiseMade,
)
from regua.core.policy import Policy
from regua.core.tones import Tone
from regua.testing.case import Case

_MONEY = (PaymentNoticed, PaymentSettled, PaymentReversed, CreditGranted, CreditApplied)


@define
class Known:
    """What was known of a debtor, replayed in the order of recording."""

    case: Case
    place: Place = Place()
    principal: dict[str, int] = field(factory=dict)
    due: dict[str, int] = field(factory=dict)
    payments: dict[str, PaymentSettled] = field(factory=dict)
    disputes: dict[str, DisputeOpened] = field(factory=dict)
    holds: dict[str, HoldPlaced] = field(factory=dict)
    promises: dict[str, PromiseMade] = field(factory=dict)
    consents: set[str] = field(factory=set)
    arrived: dict[tuple[str, str, str], list[Tone | None]] = field(factory=dict)
    tones: dict[str, Tone] = field(factory=dict)
    is_migrated: bool = False
    governing: dict[str, tuple[str, int | None]] = field(factory=dict)

    def learn(self, event: Event) -> None:
        """Take one more fact in."""
        self._terms(event)
        self._money(event)
        self._stops(event)
        self._word(event)
        if isinstance(event, ConsentGranted):
            self.consents.add(event.channel)
        elif isinstance(event, ConsentRevoked):
            self.consents.discard(event.channel)
        elif isinstance(event, DebtorProfile):
            self.place = Place(event.country, event.state, event.city)
        elif isinstance(event, ActionOutcome):
            self._arrived(event)
        elif isinstance(event, InvoiceIssued | PolicyAssigned | PolicyMigrated):
            self._governed(event)
        elif isinstance(event, EventRetracted):
            for table in (self.payments, self.disputes, self.holds, self.promises):
                _drop(table, event.event)

    def _terms(self, event: Event) -> None:
        if isinstance(event, InvoiceIssued | InvoiceAmended):
            if event.amount is not None:
                self.principal[event.receivable] = event.amount.minor
                self.promises.pop(event.receivable, None)
            if event.due is not None:
                self.due[event.receivable] = event.due.toordinal()

    def _governed(self, event: InvoiceIssued | PolicyAssigned | PolicyMigrated) -> None:
        """What is assigned to the debtor, "" here, governs what names no policy; all goes over in a migration of it."""
        if isinstance(event, InvoiceIssued):
            names: tuple[str, ...] = (event.receivable,)
        elif isinstance(event, PolicyAssigned):
            names = event.receivables or ("",)
        else:
            self.is_migrated = True
            names = () if event.verb == "keep" else event.receivables or tuple(self.principal)
        self.governing |= dict.fromkeys(names, (event.policy, event.policy_version))

    def in_play(self, policies: Sequence[Policy]) -> list[Policy]:
        """The policies that govern the debtor's receivables; the first where nothing says which."""
        found = {}
        for receivable in self.principal:
            named = self.governing.get(receivable, ("", None))
            name, version = named if named[0] else self.governing.get("", named)
            known = [each for each in policies if each.id == name and version in {None, each.version}]
            policy = max(known, key=lambda each: each.version, default=policies[0])
            found[policy.id, policy.version] = policy
        return list(found.values())

    def _money(self, event: Event) -> None:
        if isinstance(event, PaymentSettled):
            self.payments[event.payment] = event
        elif isinstance(event, PaymentReversed):
            self.payments.pop(event.payment, None)
        if isinstance(event, _MONEY):
            self.promises.clear()

    def _stops(self, event: Event) -> None:
        if isinstance(event, DisputeOpened):
            self.disputes[event.dispute] = event
        elif isinstance(event, DisputeResolved) and event.outcome != "upheld":
            self.disputes.pop(event.dispute, None)
        elif isinstance(event, HoldPlaced):
            self.holds[event.hold] = event
        elif isinstance(event, HoldReleased):
            self.holds.pop(event.hold, None)

    def _word(self, event: Event) -> None:
        """Promises of which it is certain that they count: of all that is owed, and no money has moved since."""
        if isinstance(event, PromiseCancelled):
            self.promises = {name: each for name, each in self.promises.items() if each.promise != event.promise}
        elif isinstance(event, PromiseMade):
            for name in event.receivables or tuple(self.promises):
                self.promises.pop(name, None)
            for name in event.receivables[:1] if len(event.receivables) == 1 else ():
                if event.amount.minor >= self.principal.get(name, 0) - self._paid(name):
                    self.promises[name] = event

    def _arrived(self, outcome: ActionOutcome) -> None:
        told = isinstance(outcome, ActionSent) and not outcome.reports_delivery
        words = {"delivered": told or isinstance(outcome, ActionDelivered | ActionRead)}
        words["read"] = isinstance(outcome, ActionRead)
        for word in (word for word, is_so in words.items() if is_so):
            self.arrived.setdefault((outcome.receivable, outcome.step, word), []).append(outcome.tone)
        step = self.case.simulation.recorder.step(outcome)
        if words["delivered"] and outcome.tone is not None and step is not None and step.makes_rung:
            self.tones[outcome.receivable] = max(outcome.tone, self.tones.get(outcome.receivable, outcome.tone))

    def _paid(self, receivable: str) -> int:
        """What payments that name it alone come to."""
        return sum(each.amount.minor for each in self.payments.values() if each.receivables == (receivable,))

    def is_paid(self, receivable: str) -> bool:
        """Whether payments that name it alone reach its principal."""
        return self._paid(receivable) >= self.principal.get(receivable, 1)

    def is_stopped(self, receivable: str, day: int) -> bool:
        """Whether it is disputed, or a hold covers it that day."""
        held = any(
            (not hold.receivables or receivable in hold.receivables)
            and (hold.until is None or day <= hold.until.toordinal())
            for hold in self.holds.values()
        )
        return held or any(receivable in dispute.receivables for dispute in self.disputes.values())

    def promised_until(self, receivable: str, policies: tuple[Policy, ...]) -> int:
        """The day until which it is promised for certain, by what every policy believes; 0 where it is not."""
        promise = self.promises.get(receivable)
        if promise is None:
            return 0
        days = promise.by.toordinal() - local(promise.at_us, self.case.zone).toordinal()
        for rules in (policy.promise for policy in policies):
            too_long = rules.max_days is not None and days > rules.max_days.days
            if rules.max_in_a_row is not None or too_long:
                return 0
        return promise.by.toordinal()


def attempts(case: Case) -> Iterator[tuple[ActionAttempted, Known]]:
    """Every attempt, in order, each with what was known before it."""
    known = Known(case)
    for event in case.events:
        if isinstance(event, ActionAttempted):
            yield event, known
        else:
            known.learn(event)


def _drop(table: dict[str, Any], event: str) -> None:
    for key in [key for key, each in table.items() if each.id == event]:
        del table[key]
