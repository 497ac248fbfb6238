"""What must hold in every simulation, judged from the recorded facts alone and not by the planner.

Each function takes a simulation and raises `SimulationError` with the transcript of the debtor concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from attrs import define, field

from regua.core.calendars import Place, business_days
from regua.core.dates import local
from regua.core.events import (
    ActionAttempted,
    ActionDelivered,
    ActionFailed,
    ActionOutcome,
    ConsentGranted,
    ConsentRevoked,
    DisputeOpened,
    DisputeResolved,
    Event,
    EventRetracted,
    HoldPlaced,
    HoldReleased,
    InvoiceAmended,
    InvoiceIssued,
    PaymentReversed,
    PaymentSettled,
)
from regua.core.policy import Policy
from regua.errors import SimulationError
from regua.testing.case import Case
from regua.testing.simulation import Simulation


@define
class Known:
    """What was known of a debtor, replayed fact by fact in the order of recording."""

    principal: dict[str, int] = field(factory=dict)
    payments: dict[str, PaymentSettled] = field(factory=dict)
    disputes: dict[str, tuple[str, ...]] = field(factory=dict)
    holds: dict[str, HoldPlaced] = field(factory=dict)
    consents: set[str] = field(factory=set)
    delivered: set[str] = field(factory=set)

    def learn(self, event: Event) -> None:
        """Take one more fact in."""
        self._money(event)
        self._stops(event)
        if isinstance(event, ConsentGranted):
            self.consents.add(event.channel)
        elif isinstance(event, ConsentRevoked):
            self.consents.discard(event.channel)

    def _money(self, event: Event) -> None:
        if isinstance(event, InvoiceIssued | InvoiceAmended) and event.amount is not None:
            self.principal[event.receivable] = event.amount.minor
        elif isinstance(event, PaymentSettled):
            self.payments[event.payment] = event
        elif isinstance(event, PaymentReversed):
            self.payments.pop(event.payment, None)

    def _stops(self, event: Event) -> None:
        if isinstance(event, DisputeOpened):
            self.disputes[event.dispute] = event.receivables
        elif isinstance(event, DisputeResolved) and event.outcome != "upheld":
            self.disputes.pop(event.dispute, None)
        elif isinstance(event, HoldPlaced):
            self.holds[event.hold] = event
        elif isinstance(event, HoldReleased):
            self.holds.pop(event.hold, None)

    def is_paid(self, receivable: str) -> bool:
        """Whether payments that name it alone reach its principal."""
        paid = sum(each.amount.minor for each in self.payments.values() if each.receivables == (receivable,))
        return paid >= self.principal.get(receivable, 1)

    def is_stopped(self, receivable: str, day: int) -> bool:
        """Whether it is disputed, or a hold covers it that day."""
        held = any(
            (not hold.receivables or receivable in hold.receivables)
            and (hold.until is None or day <= hold.until.toordinal())
            for hold in self.holds.values()
        )
        return held or any(receivable in names for names in self.disputes.values())


Moments = Iterator[tuple[ActionAttempted, Known]]


def nobody_who_paid_is_dunned(sim: Simulation) -> None:
    """No pressing attempt about a receivable whose full payment was known before."""
    for case, attempt, known in _pressing(sim):
        if known.is_paid(attempt.receivable):
            raise _broken(case, attempt, "was paid, and is dunned")


def nobody_is_dunned_while_it_is_stopped(sim: Simulation) -> None:
    """No pressing attempt about a receivable that is disputed or held."""
    for case, attempt, known in _pressing(sim):
        if known.is_stopped(attempt.receivable, local(attempt.at_us, case.zone).toordinal()):
            raise _broken(case, attempt, "is disputed or held, and is dunned")


def no_action_is_sent_twice(sim: Simulation) -> None:
    """No action is attempted again, unless the attempt before is known to have failed or never to have left."""
    for case in sim.cases:
        open_ones: dict[str, str] = {}
        for event in case.events:
            if isinstance(event, ActionAttempted):
                if event.action in open_ones.values():
                    raise _broken(case, event, "was sent twice")
                open_ones[event.id] = event.action
            elif isinstance(event, EventRetracted):
                open_ones.pop(event.event, None)
            elif isinstance(event, ActionFailed):
                open_ones = {name: action for name, action in open_ones.items() if action != event.action}


def members_share_what_became_of_them(sim: Simulation) -> None:
    """What is told of an attempt at a contact is told of every action that it carried, and of no other."""
    for case in sim.cases:
        began: dict[str, ActionAttempted] = {}
        told: dict[tuple[str, int], dict[str, set[str]]] = {}
        for event in case.events:
            fact = began.get(event.event) if isinstance(event, EventRetracted) else event
            if isinstance(fact, ActionOutcome) and fact.contact:
                told.setdefault((fact.contact, fact.attempt), {}).setdefault(event.type, set()).add(fact.action)
            if isinstance(event, ActionAttempted):
                began[event.id] = event
        for attempt in began.values():
            sorts = told.get((attempt.contact, attempt.attempt), {})
            if any(actions != sorts[ActionAttempted.type] for actions in sorts.values()):
                raise _broken(case, attempt, "is told of otherwise than what went out with it")


def the_caps_hold(sim: Simulation) -> None:
    """No more contacts press, in a day and in any 7 civil days, than the most lenient policy allows."""
    limits = [policy.limits for policy in sim.policies]
    for allowed, window in (
        ([each.contacts_per_day for each in limits], 1),
        ([each.contacts_per_week for each in limits], 7),
    ):
        numbers = [each for each in allowed if each is not None]
        for case in sim.cases if len(numbers) == len(limits) else ():
            _check_cap(case, max(numbers), window)


def _check_cap(case: Case, most: int, window: int) -> None:
    """Count at each attempt what had reached the debtor, or may have, by what was known then."""
    days: dict[str, int] = {}
    began: dict[str, ActionAttempted] = {}
    for event in case.events:
        if isinstance(event, EventRetracted) and event.event in began:
            days.pop(began[event.event].contact, None)
        elif isinstance(event, ActionFailed):
            days.pop(event.contact, None)
        elif isinstance(event, ActionAttempted) and event.contact and case.presses(event):
            began[event.id] = event
            today = days[event.contact] = local(event.at_us, case.zone).toordinal()
            if sum(today - window < day <= today for day in days.values()) > most:
                raise _broken(case, event, f"is asked for money more than {most} times in {window} civil days")


def first_contacts_are_mild(sim: Simulation) -> None:
    """Until a pressing message about a receivable was delivered, none is above the lowest rung."""
    for case, attempt, known in _pressing(sim):
        policy, step = _policy(sim, attempt), sim.recorder.step(attempt)
        climbs = policy.plan.gradual and step is not None and step.makes_rung  # tasks and registrar acts do not
        is_first = attempt.receivable not in known.delivered
        if climbs and is_first and attempt.tone is not None and attempt.tone > policy.rungs[0]:
            raise _broken(case, attempt, "is the first contact, and is severe")


def nothing_outside_the_windows(sim: Simulation) -> None:
    """No message outside the contact windows or on a contact holiday of the debtor's country."""
    for case in sim.cases:
        for attempt, _ in _attempts(case):
            policy = _policy(sim, attempt)
            moment = local(attempt.at_us, case.zone)
            window = policy.limits.windows[moment.weekday()]
            minute = moment.hour * 60 + moment.minute
            days = business_days(sim.recorder.calendars[policy.calendar], Place())
            closed = window is None or not window.opens <= minute < window.closes
            if attempt.channel in sim.channels and (closed or days.is_contact_holiday(moment.toordinal())):
                raise _broken(case, attempt, f"went out at {moment}, when nobody may be contacted")


def nothing_without_consent(sim: Simulation) -> None:
    """No message by a channel to which the debtor has not consented, or no longer."""
    for case in sim.cases:
        for attempt, known in _attempts(case):
            if attempt.channel in sim.channels and attempt.channel not in known.consents:
                raise _broken(case, attempt, f"went by {attempt.channel} without consent")


def every_action_has_a_reason(sim: Simulation) -> None:
    """Whatever stands in a schedule says why it stands there."""
    for case in sim.cases:
        for action in case.schedule().all:
            if not action.reasons:
                message = f"{case.id}: action {action.id} of step {action.step} has no reason"
                raise SimulationError(message)


INVARIANTS: Final[tuple[Callable[[Simulation], None], ...]] = (
    nobody_who_paid_is_dunned,
    nobody_is_dunned_while_it_is_stopped,
    no_action_is_sent_twice,
    members_share_what_became_of_them,
    the_caps_hold,
    first_contacts_are_mild,
    nothing_outside_the_windows,
    nothing_without_consent,
    every_action_has_a_reason,
)
"""All of them."""


def check_invariants(sim: Simulation) -> None:
    """Check all of them.

    Raises:
        SimulationError: one does not hold.
    """
    for holds in INVARIANTS:
        holds(sim)


def _pressing(sim: Simulation) -> Iterator[tuple[Case, ActionAttempted, Known]]:
    """Attempts that ask for overdue money, each with what was known before it."""
    for case in sim.cases:
        for attempt, known in _attempts(case):
            if attempt.receivable and case.presses(attempt):
                yield case, attempt, known


def _attempts(case: Case) -> Moments:
    known = Known()
    for event in case.events:
        if isinstance(event, ActionAttempted):
            yield event, known
        elif isinstance(event, ActionDelivered) and case.presses(event):
            known.delivered.add(event.receivable)
        else:
            known.learn(event)


def _policy(sim: Simulation, attempt: ActionAttempted) -> Policy:
    return sim.recorder.policy(attempt)


def _broken(case: Case, attempt: ActionAttempted, what: str) -> SimulationError:
    about = attempt.receivable or case.id
    step = f"step {attempt.step}, action {attempt.action[:12]}"
    return SimulationError(f"{about} of {case.id} {what}: {step}\n{case.transcript}")
