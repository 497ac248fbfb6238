"""What must hold of deliveries once faults have stopped, judged by what the providers saw and not by the engine.

Each function takes a simulation after `calm_down` and `advance`, and raises `SimulationError`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import attrs

from regua.core.account import Account, fold
from regua.core.events import ActionOutcome, Event, InvoiceIssued
from regua.core.planning import plan
from regua.core.policy import Policy
from regua.errors import SimulationError
from regua.ports import Attempt
from regua.testing.channels import ScriptedProvider
from regua.testing.simulation import Simulation
from regua.testing.transcript import members


def no_provider_takes_anything_twice(sim: Simulation) -> None:
    """No action reaches anybody twice: by the books of the providers, what they themselves called failed aside."""
    taken = Counter(
        action
        for provider in sim.providers
        for request in provider.taken
        if request.key not in provider.undone
        for action in members(request)
    )
    for action, times in taken.items():
        if times > 1:
            raise _broken(sim, action, f"was taken over {times} times")


def attempts_agree_with_the_providers(sim: Simulation) -> None:
    """Each request has its attempt, with its key and its actions; what the evidence says is what the provider did."""
    attempts = {(each.action, each.number): each for each in _attempts(sim)}
    for provider in sim.providers:
        for request in provider.requests:
            attempt = attempts.get((members(request)[0], request.attempt))
            if attempt is None or (attempt.key, attempt.members) != (request.key, members(request)):
                raise _broken(sim, members(request)[0], f"left at attempt {request.attempt}, and no evidence says so")
    took = {name: {each.key for each in provider.taken} for name, provider in _named(sim)}
    for attempt in attempts.values():
        was_taken = attempt.key in took[attempt.channel]
        if attempt.outcome == "accepted" and not was_taken:
            raise _broken(sim, attempt.action, "counts as accepted, and its provider never took it over")


def rows_follow_from_the_providers(sim: Simulation) -> None:
    """What is called sent was taken over; what was taken over is called sent or unknown, or is known to have failed."""
    arrived, taken, certain = set[str](), set[str](), set[str]()
    known = {each.key for each in _attempts(sim) if each.outcome == "accepted"} | sim.answered
    for provider in sim.providers:
        for request in provider.taken:
            taken |= {*members(request)}
            arrived |= {*members(request)} if request.key not in provider.undone else set()
            certain |= {*members(request)} if request.key in known - provider.undone else set()
    for case in sim.cases:
        for row in sim.store.load(sim.creditor.id, case.id).outbox:
            if row.state == "sent" and row.id not in taken:
                raise _broken(sim, row.id, "is called sent, and no provider took it over")
            if row.id in arrived and row.state not in {"sent", "unknown"}:
                raise _broken(sim, row.id, f"is called {row.state}, and a provider took it over")
            if row.state == "unknown" and row.id in certain:
                raise _broken(sim, row.id, "is called unknown, and its provider has answered that it was taken over")


def nothing_is_stuck(sim: Simulation) -> None:
    """Nothing is in anybody's hands, nothing that is due lies about, and nobody has anything to do."""
    creditor = sim.creditor.id
    for row in (*sim.store.held(creditor), *sim.store.due(creditor, until_us=sim.now_us, limit=9)):
        raise _broken(sim, row.id, f"is still {row.state}")
    result = sim.engine.run_due()
    if any(attrs.astuple(result)):
        message = f"when everything is done there is more to do: {result}"
        raise SimulationError(message)


def everybody_is_planned_again(sim: Simulation) -> None:
    """Whoever has something to come is planned again in time."""
    for case in sim.cases:
        stored, planned = sim.store.load(sim.creditor.id, case.id).wakeup_us, case.schedule().next_wakeup_us
        if planned is not None and (stored is None or stored > planned):
            message = f"{case.id} is not planned again when something may become due\n{case.transcript}"
            raise SimulationError(message)


def every_unknown_is_explained(sim: Simulation) -> None:
    """What is called unknown has an attempt of which nobody knows what came, and says why."""
    attempts = list(_attempts(sim))
    for case in sim.cases:
        for row in sim.store.load(sim.creditor.id, case.id).outbox:
            if row.state != "unknown":
                continue
            own = [each for each in attempts if row.id in each.members]
            if not row.reason or not any(each.outcome in {"unknown", None} for each in own):
                raise _broken(sim, row.id, "is called unknown, and nothing says why")


def members_move_together(sim: Simulation) -> None:
    """What the log tells of an attempt agrees with its evidence: no outcome without an attempt."""
    for case in sim.cases:
        known = {(action, each.number) for each in _evidence(sim, case.id) for action in each.members}
        for event in case.events:
            if isinstance(event, ActionOutcome) and (event.action, event.attempt) not in known:
                raise _broken(sim, event.action, f"has a {event.type} of attempt {event.attempt} without evidence")


def the_log_gives_the_same_schedule(sim: Simulation) -> None:
    """From the recorded events alone the core comes to the schedule that the engine tells."""
    for case in sim.cases:
        recorded = list(sim.creditor.events(case.id))
        if recorded != list(case.events):
            message = f"{case.id}: what is stored is not what was told, in order"
            raise SimulationError(message)
        account = fold(recorded, Account(creditor=sim.creditor.id, debtor=case.id))
        again = plan(
            _governing(sim, recorded),
            account,
            as_of=sim.now_us,
            calendar=sim.recorder.calendars,
            indexes=sim.recorder.indexes,
        )
        if again != case.schedule():
            message = f"{case.id}: the stored events give another schedule than the engine\n{case.transcript}"
            raise SimulationError(message)


def decisions_would_be_made_again(sim: Simulation) -> None:
    """Each attempt, from what was known then."""
    for case in sim.cases:
        for attempt in sim.creditor.history(case.id).attempts:
            if not attempt.agrees:
                raise _broken(sim, attempt.attempt.action, f"would not be decided again: {attempt}")


def _attempts(sim: Simulation) -> Iterator[Attempt]:
    for case in sim.cases:
        yield from _evidence(sim, case.id)


def _evidence(sim: Simulation, debtor: str) -> Sequence[Attempt]:
    return sim.store.attempts(sim.creditor.id, debtor)


def _named(sim: Simulation) -> Iterator[tuple[str, ScriptedProvider]]:
    """Scripted providers by the names under which evidence tells of them."""
    for provider in sim.providers:
        yield provider.name, provider
    for policy in sim.policies:
        for step in policy.steps:
            if step.registrar:
                yield step.registrar, sim.executor


def _governing(sim: Simulation, recorded: Sequence[Event]) -> Sequence[Policy]:
    """The versions under which receivables were issued; the first one where there is none."""
    bound = {(event.policy, event.policy_version) for event in recorded if isinstance(event, InvoiceIssued)}
    return [each for each in sim.policies if (each.id, each.version) in bound] or sim.policies[:1]


def _broken(sim: Simulation, action: str, what: str) -> SimulationError:
    case = next((each for each in sim.cases if any(_is_of(event, action) for event in each.events)), None)
    return SimulationError(f"action {action[:12]} {what}\n{'' if case is None else case.transcript}")


def _is_of(event: Event, action: str) -> bool:
    return isinstance(event, ActionOutcome) and event.action == action


DELIVERY: Final[tuple[Callable[[Simulation], None], ...]] = (
    no_provider_takes_anything_twice,
    attempts_agree_with_the_providers,
    rows_follow_from_the_providers,
    nothing_is_stuck,
    everybody_is_planned_again,
    every_unknown_is_explained,
    members_move_together,
    the_log_gives_the_same_schedule,
    decisions_would_be_made_again,
)
"""All of them."""


def check_delivery(sim: Simulation) -> None:
    """Check all of them.

    Raises:
        SimulationError: one does not hold.
    """
    for holds in DELIVERY:
        holds(sim)
