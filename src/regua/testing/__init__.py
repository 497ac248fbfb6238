"""For the tests of those who embed regua: the real engine in a simulated world.

sim = Simulation("policy.toml", start="2026-03-01")
case = sim.debtor(invoices=[Invoice(due="2026-03-10", amount="150.00")], behaves=debtors.pays_after(2))
sim.advance(days=60)
assert case.sent == ["lembrete", "obrigado"]

`strategies` and `machine` need hypothesis, `pytest_plugin` needs pytest (`regua[testing]`); nothing else here does.
Nothing is imported before it is used: pytest loads this package at its start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from regua.errors import SimulationError
    from regua.testing import debtors, faults
    from regua.testing.case import Case
    from regua.testing.channels import Answer, ScriptedChannel, ScriptedExecutor
    from regua.testing.facts import Invoice
    from regua.testing.simulation import Simulation
    from regua.testing.transcript import Entry, Transcript

_HOMES: Final = {
    "Answer": "regua.testing.channels",
    "Case": "regua.testing.case",
    "Entry": "regua.testing.transcript",
    "Invoice": "regua.testing.facts",
    "ScriptedChannel": "regua.testing.channels",
    "ScriptedExecutor": "regua.testing.channels",
    "Simulation": "regua.testing.simulation",
    "SimulationError": "regua.errors",
    "Transcript": "regua.testing.transcript",
}

__all__ = [
    "Answer",
    "Case",
    "Entry",
    "Invoice",
    "ScriptedChannel",
    "ScriptedExecutor",
    "Simulation",
    "SimulationError",
    "Transcript",
    "debtors",
    "faults",
]


def __getattr__(name: str) -> Any:
    """Import a name from its home."""
    if name in ("debtors", "faults"):
        return import_module(f"regua.testing.{name}")
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
