"""Whether a simulated engine goes on. Where it does not, the error names who and what it stands still on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import define, field

from regua.core.dates import format_local, to_instant
from regua.errors import ReguaError, SimulationError
from regua.ports import OutboxAction

if TYPE_CHECKING:
    from regua.engine import RunResult
    from regua.testing.simulation import Simulation

MOST_VISITS: Final = 25
"""How often the engine may run at one instant without anything being recorded."""
_NAMED: Final = 5
"""How many actions and debtors an error names."""


@define
class Complaints:
    """The log of a simulated engine: what it says of things that a person would have to mend.

    Attributes:
        said: each with its values, since the engine last ran.
        visits: how often it ran without anything being recorded.
        recorded: how much was recorded when it last ran.
    """

    said: list[tuple[str, dict[str, Any]]] = field(factory=list)
    visits: int = 0
    recorded: int = 0

    def debug(self, event: str, **values: Any) -> None:
        """Under way."""

    def info(self, event: str, **values: Any) -> None:
        """As it should be."""

    def warning(self, event: str, **values: Any) -> None:
        """Something waits for a person."""
        self.said.append((event, values))

    def error(self, event: str, **values: Any) -> None:
        """A plugin or the configuration is wrong."""
        self.said.append((event, values))

    def goes_on(self, recorded: int) -> bool:
        """Whether something was recorded in the last few visits."""
        self.visits = 0 if recorded != self.recorded else self.visits + 1
        self.recorded = recorded
        return self.visits <= MOST_VISITS


def check(sim: Simulation, complaints: Complaints, result: RunResult) -> bool:
    """Look at what a run of the engine came to.

    Returns:
        Whether it did anything, so that it may have more to do.

    Raises:
        SimulationError: it can never go on, or asked a provider for what may never be asked.
    """
    check_providers(sim)
    if result.stuck:
        raise SimulationError(
            _told(sim, "something that is due can never be carried out", _complained(sim, complaints))
        )
    complaints.said.clear()
    if any(attrs.astuple(result)):
        if not complaints.goes_on(sim.recorder.count):
            raise SimulationError(_told(sim, "what is due comes to nothing, again and again", _waiting(sim)))
        return True
    complaints.visits = 0
    wakeup = sim.engine.next_wakeup()
    if wakeup is not None and to_instant(wakeup) <= sim.now_us:
        raise SimulationError(_told(sim, "something is due, and the engine does nothing about it", _waiting(sim)))
    held = sim.store.held(sim.creditor.id)
    if held:
        raise SimulationError(
            _told(sim, "a worker holds actions and does not go on", (_line(sim, row) for row in held))
        )
    return False


def check_providers(sim: Simulation) -> None:
    """Look at what was asked of providers.

    Raises:
        SimulationError: one was asked for what may never be asked.
    """
    for provider in sim.providers:
        if provider.problems:
            raise SimulationError("; ".join(provider.problems))


def _told(sim: Simulation, what: str, lines: Iterator[str]) -> str:
    named = list(lines)
    more = [f"and {len(named) - _NAMED} more"] if len(named) > _NAMED else []
    return "\n  ".join([f"at {sim.clock}: {what}", *named[:_NAMED], *more])


def _waiting(sim: Simulation) -> Iterator[str]:
    """Pending actions that are due, else the debtors that are to be planned again."""
    creditor = sim.creditor.id
    due = sim.store.due(creditor, until_us=sim.now_us, limit=100)
    yield from (_line(sim, row) for row in due)
    if not due:
        for debtor in sim.store.wakeups(creditor, until_us=sim.now_us, limit=100):
            yield f"debtor {debtor}: is to be planned again, and comes to the same instant{_problem(sim, debtor)}"


def _complained(sim: Simulation, complaints: Complaints) -> Iterator[str]:
    for said, values in complaints.said:
        if "action" in values:
            row = _row(sim, values["action"])
            yield said if row is None else _line(sim, row)
        elif "debtor" in values:
            yield f"debtor {values['debtor']}: {said}{_problem(sim, values['debtor'])}"


def _row(sim: Simulation, action: str) -> OutboxAction | None:
    rows = (row for each in sim.recorder.debtors() for row in sim.store.load(sim.creditor.id, each).outbox)
    return next((row for row in rows if row.id == action), None)


def _line(sim: Simulation, row: OutboxAction) -> str:
    about = f"debtor {row.debtor}, action {row.id[:12]}"
    try:
        action = next((each for each in sim.creditor.schedule(row.debtor).all if each.id == row.id), None)
    except ReguaError as error:
        return f"{about}: {row.state}, and cannot be planned: {error}"
    if action is not None:
        about += f", step {action.step}" + (f" for {action.receivable}" if action.receivable else "")
        about += f", due {format_local(action.at_us, action.zone)}"
    owner = f" by {row.owner}" if row.owner else ""
    reason = row.reason or ("" if action is None else f"by the plan {action.status}, {action.reason.code}")
    return f"{about}: {row.state}{owner}: {reason or 'no reason is given'}"


def _problem(sim: Simulation, debtor: str) -> str:
    try:
        sim.creditor.schedule(debtor)
    except ReguaError as error:
        return f": {error}"
    return ""
