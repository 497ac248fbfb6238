"""Steps that stand in no policy: what regua asks for by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from regua.core.policy import EventTrigger, Step

_REVIEWED: Final = {"hold": "hold.placed", "dispute": "dispute.opened", "approval": "step.approved"}

SYNTHETIC: Final[Mapping[str, Step]] = {
    f"review:{what}": Step(id=f"review:{what}", kind="task", trigger=EventTrigger(on=on))
    for what, on in _REVIEWED.items()
}
"""By id; a policy file that gives one of these ids to a step of its own is refused."""
