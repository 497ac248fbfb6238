"""What must hold in every simulation, judged from the recorded facts alone and not by the planner.

Each function takes a simulation and raises `SimulationError` with the transcript of the debtor concerned.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from regua.core.calendars import BusinessDays, Place, business_days
from regua.core.dates import local
from regua.core.events import ActionAttempted, ActionFailed, ActionOutcome, Event, EventRetracted
from regua.core.policy import Limits, Policy, Step
from regua.errors import SimulationError
from regua.testing.case import Case
from regua.testing.channels import Asked
from regua.testing.known import Known, attempts
from regua.testing.simulation import Simulation
from regua.testing.transcript import members


def nobody_who_paid_is_dunned(sim: Simulation) -> None:
    """Nothing asks for a receivable, or lists it, whose full payment was known before."""
    for case, attempt, known, receivable in _asking(sim):
        if known.is_paid(receivable):
            raise _broken(case, attempt, "was paid, and is dunned", receivable)


def nobody_is_dunned_while_it_is_stopped(sim: Simulation) -> None:
    """Nothing asks for a receivable, or lists it, that is disputed or held."""
    for case, attempt, known, receivable in _asking(sim):
        if known.is_stopped(receivable, _day(case, attempt)):
            raise _broken(case, attempt, "is disputed or held, and is dunned", receivable)


def nobody_is_dunned_while_it_is_promised(sim: Simulation) -> None:
    """Nothing asks for a receivable, or lists it, while it is promised in full, and clearing after that day."""
    for case, attempt, known, receivable in _asking(sim):
        until = known.promised_until(receivable, sim.policies)
        if until and _day(case, attempt) <= _cleared(sim, attempt, known, until):
            raise _broken(case, attempt, "is promised, and is dunned", receivable)


def nothing_presses_before_clearing(sim: Simulation) -> None:
    """Nothing presses for a receivable until clearing has passed after its effective due date."""
    for case, attempt, known, receivable in _asking(sim):
        if case.presses(attempt):
            effective = _days(sim, attempt, known).next_business(known.due[receivable])
            if _day(case, attempt) <= _cleared(sim, attempt, known, effective):
                raise _broken(case, attempt, "may have been paid by then, and is dunned", receivable)


def no_action_is_sent_twice(sim: Simulation) -> None:
    """No action is attempted again, unless what was attempted failed, never left, or goes again under a known key."""
    for case in sim.cases:
        open_ones: dict[str, ActionAttempted] = {}
        for event in case.events:
            if isinstance(event, ActionAttempted):
                before = [each for each in open_ones.values() if each.action == event.action]
                if before and not _is_recognised(sim, before[-1], event):
                    raise _broken(case, event, "was sent twice")
                open_ones[event.id] = event
            elif isinstance(event, EventRetracted):
                open_ones.pop(event.event, None)
            elif isinstance(event, ActionFailed):
                open_ones = {name: each for name, each in open_ones.items() if each.action != event.action}


def _is_recognised(sim: Simulation, before: ActionAttempted, again: ActionAttempted) -> bool:
    """Whether two attempts at an action are one for the provider, which remembers the key of both."""
    keys = [_key(sim, each) for each in (before, again)]
    can = next((each.capabilities for each in sim.providers if each.name == again.channel), None)
    return keys[0] == keys[1] != "" and can is not None and can.delivery == "idempotent"


def _key(sim: Simulation, attempted: ActionOutcome) -> str:
    found = sim.store.attempts(sim.creditor.id, attempted.debtor)
    own = (each.key for each in found if attempted.action in each.members and each.number == attempted.attempt)
    return next(own, "")


def actions_keep_their_ids(sim: Simulation) -> None:
    """What a step asks of a receivable in one occurrence is one action, by whichever channel it goes."""
    for case in sim.cases:
        known: dict[tuple[str, str, str], str] = {}
        for attempt in (event for event in case.events if isinstance(event, ActionAttempted)):
            about = (attempt.receivable, attempt.step, attempt.occurrence)
            if known.setdefault(about, attempt.action) != attempt.action:
                raise _broken(case, attempt, "is asked for by another action of the same step")


def nothing_arrives_twice(sim: Simulation) -> None:
    """No channel or executor takes over what one has taken over before, unless that is known to have failed."""
    failed = {(event.action, _key(sim, event)) for event in _events(sim) if isinstance(event, ActionFailed)}
    taken: dict[str, Asked] = {}
    for action, request in _taken(sim):
        before = taken.get(action)
        if before is not None and (action, before.key) not in failed:
            message = f"action {action[:12]} was taken over at attempt {before.attempt}, and again at {request.attempt}"
            raise SimulationError(message)
        taken[action] = request


def what_leaves_is_recorded(sim: Simulation) -> None:
    """Whatever a channel or executor takes over is recorded as attempted, each action of a contact."""
    recorded = {(event.action, event.attempt) for event in _events(sim) if isinstance(event, ActionAttempted)}
    for action, request in _taken(sim):
        if (action, request.attempt) not in recorded:
            message = f"action {action[:12]} left at attempt {request.attempt}, and no fact says so"
            raise SimulationError(message)


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
    """What presses keeps the smallest caps and the longest interval of all policies in play for its debtor."""
    for case in sim.cases:
        _check_caps(sim, case)


def _check_caps(sim: Simulation, case: Case) -> None:
    """Count at each attempt what had reached the debtor, or may have, by what was known then."""
    known = Known(case)
    days: dict[str, int] = {}
    began: dict[str, ActionAttempted] = {}
    for event in case.events:
        known.learn(event)
        if isinstance(event, EventRetracted) and event.event in began:
            days.pop(began[event.event].contact, None)
        elif isinstance(event, ActionFailed):
            days.pop(event.contact, None)
        elif isinstance(event, ActionAttempted) and event.contact and case.presses(event):
            began[event.id] = event
            today = local(event.at_us, case.zone).toordinal()
            others = [day for contact, day in days.items() if contact != event.contact and day <= today]
            days[event.contact] = today
            for policy in known.in_play(sim.policies):
                told = _broken_cap(policy.limits, _business_days(sim, policy, known.place), others, today)
                if told:
                    raise _broken(case, event, f"is asked for money {told}")


def _broken_cap(limits: Limits, business: BusinessDays, others: Sequence[int], today: int) -> str:
    """What one more contact today breaks beside others on these days, or ""."""
    for most, window in ((limits.contacts_per_day, 1), (limits.contacts_per_week, 7)):
        if most is not None and sum(today - window < day for day in others) >= most:
            return f"more than {most} times in {window} civil days"
    apart = limits.min_interval
    if apart is not None and others and business.add(max(others), apart.days, business=apart.business) > today:
        return f"again sooner than {apart} after the last time"
    return ""


def tones_rise_by_one_rung(sim: Simulation) -> None:
    """A pressing message is at most one rung above the highest that was delivered about its receivable."""
    for case in sim.cases:
        for attempt, known in attempts(case):
            policy, step = _policy(sim, attempt), sim.recorder.step(attempt)
            if attempt.tone is None or step is None or not step.makes_rung or not policy.plan.gradual:
                continue
            delivered = known.tones.get(attempt.receivable)
            place = 0 if delivered is None else bisect_right(policy.rungs, delivered)
            allowed = policy.rungs[min(place, len(policy.rungs) - 1)]
            if attempt.receivable and not known.is_migrated and attempt.tone > allowed:
                raise _broken(case, attempt, f"is told in the tone {attempt.tone.word}, at most {allowed.word} is due")


def requirements_are_met(sim: Simulation) -> None:
    """What requires that another step arrived goes after it did, in that step's own tone."""
    for case in sim.cases:
        for attempt, known in attempts(case):
            policy, step = _policy(sim, attempt), sim.recorder.step(attempt)
            needs = None if step is None else step.requires
            if needs is None or needs.outcome not in {"delivered", "read"} or known.is_migrated:
                continue
            asked = policy.steps[policy.step_order[needs.step]].tone
            tones = known.arrived.get((attempt.receivable, needs.step, needs.outcome), [])
            if not any(asked is None or (tone is not None and tone >= asked) for tone in tones):
                raise _broken(case, attempt, f"lacks what is required: {needs.step} {needs.outcome}")


def nothing_outside_the_windows(sim: Simulation) -> None:
    """No message outside the contact windows or on a contact holiday of the debtor's place."""
    for case in sim.cases:
        for attempt, known in attempts(case):
            policy = _policy(sim, attempt)
            moment = local(attempt.at_us, case.zone)
            window = policy.limits.windows[moment.weekday()]
            minute = moment.hour * 60 + moment.minute
            closed = window is None or not window.opens <= minute < window.closes
            if attempt.channel in sim.channels and (
                closed or _days(sim, attempt, known).is_contact_holiday(moment.toordinal())
            ):
                raise _broken(case, attempt, f"went out at {moment}, when nobody may be contacted")


def nothing_without_consent(sim: Simulation) -> None:
    """No message by a channel to which the debtor has not consented, or no longer."""
    for case in sim.cases:
        for attempt, known in attempts(case):
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
    nobody_is_dunned_while_it_is_promised,
    nothing_presses_before_clearing,
    no_action_is_sent_twice,
    actions_keep_their_ids,
    nothing_arrives_twice,
    what_leaves_is_recorded,
    members_share_what_became_of_them,
    the_caps_hold,
    tones_rise_by_one_rung,
    requirements_are_met,
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


def _asking(sim: Simulation) -> Iterator[tuple[Case, ActionAttempted, Known, str]]:
    """Attempts that ask for money, each with what was known before it, for each receivable that they tell of."""
    for case in sim.cases:
        for attempt, known in attempts(case):
            if _asks(sim.recorder.step(attempt)):
                for receivable in filter(None, (attempt.receivable, *attempt.listed)):
                    yield case, attempt, known, receivable


def _asks(step: Step | None) -> bool:
    """Whether a step presses or reminds."""
    return step is not None and (step.presses or (step.is_offset and step.kind == "message"))


def _events(sim: Simulation) -> Iterator[Event]:
    for case in sim.cases:
        yield from case.events


def _taken(sim: Simulation) -> Iterator[tuple[str, Asked]]:
    """Actions that a channel or executor took over, each with the request, in order of the attempts."""
    requests = [request for provider in sim.providers for request in provider.taken]
    for request in sorted(requests, key=lambda each: each.attempt):
        for action in members(request):
            yield action, request


def _policy(sim: Simulation, attempt: ActionAttempted) -> Policy:
    return sim.recorder.policy(attempt)


def _day(case: Case, attempt: ActionAttempted) -> int:
    return local(attempt.at_us, case.zone).toordinal()


def _days(sim: Simulation, attempt: ActionAttempted, known: Known) -> BusinessDays:
    return _business_days(sim, _policy(sim, attempt), known.place)


def _business_days(sim: Simulation, policy: Policy, place: Place) -> BusinessDays:
    return business_days(sim.recorder.calendars[policy.calendar], place)


def _cleared(sim: Simulation, attempt: ActionAttempted, known: Known, day: int) -> int:
    """The last day on which a payment made on a day may become known, by the policy of the attempt."""
    clearing = _policy(sim, attempt).limits.clearing
    return _days(sim, attempt, known).add(day, clearing.days, business=clearing.business)


def _broken(case: Case, attempt: ActionAttempted, what: str, receivable: str = "") -> SimulationError:
    about = receivable or attempt.receivable or case.id
    step = f"step {attempt.step}, action {attempt.action[:12]}"
    return SimulationError(f"{about} of {case.id} {what}: {step}\n{case.transcript}")
