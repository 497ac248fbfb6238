"""Steps that stand in no policy: what regua asks for by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from regua.core.policy import BOLETO, EventTrigger, OwedAct, Policy, Step

_REVIEWED: Final = {
    "hold": "hold.placed",
    "dispute": "dispute.opened",
    "approval": "step.approved",
    "ground": "payment.reversed",
}

SYNTHETIC: Final[Mapping[str, Step]] = {
    f"review:{what}": Step(id=f"review:{what}", kind="task", trigger=EventTrigger(on=on))
    for what, on in _REVIEWED.items()
}
"""Reviews by id."""

OWED: Final = "owed:"
"""How the ids of owed acts begin; the rule follows."""
_RESERVED: Final = ("review:", OWED, BOLETO)
_UNDOES: Final = {"listing": "listing.requested", "protest": "protest.filed", "suspension": "service.suspended"}


def is_reserved(name: str) -> bool:
    """Whether an id is of the form of these; no policy file gives such a one to a step of its own."""
    return name.startswith(_RESERVED)


def synthetic_steps(policies: Iterable[Policy]) -> dict[str, Step]:
    """All of them that may come under policies, by id: reviews, and the acts that their law demands."""
    return {**SYNTHETIC, **{step.id: step for policy in policies for step in map(owed_step, policy.legal.owed)}}


def owed_step(act: OwedAct) -> Step:
    """The step of an act that a policy's law demands."""
    return Step(id=f"{OWED}{act.rule}", kind=act.kind, trigger=EventTrigger(on=_UNDOES[act.consequence]))


def find_owed(policy: Policy, name: str) -> Step | None:
    """The step of an owed act by its id, or None where the policy's law demands no such act."""
    found = (owed_step(act) for act in policy.legal.owed)
    return next((step for step in found if step.id == name), None)
