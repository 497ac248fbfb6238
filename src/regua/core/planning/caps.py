"""Stage 8, caps: how many pressing contacts a day and a week.

Caps are not filled by this version: every action keeps its day and passes through unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence

from regua.core.planning.schedule import Action


def capped(actions: Sequence[Action]) -> Sequence[Action]:
    """The actions as they are."""
    return actions
