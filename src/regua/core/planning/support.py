"""What this version plans but cannot carry out yet; each name leaves the table with the issue that brings it."""

from __future__ import annotations

from typing import Final

from regua.core.policy import Step

CARRIED_OUT: Final = frozenset(
    {
        *("message", "reissue", "boleto", "task", "notice", "listing", "delisting", "protest", "protest-withdrawal"),
        *("suspend", "restore", "credit-block", "credit-release", "agency", "lawsuit", "write-off"),
    }
)
"""Kinds of step that something can carry out."""


def not_yet_supported(step: Step) -> str:
    """What of a step nothing can carry out yet, by name, or ""."""
    if step.kind not in CARRIED_OUT:
        return f"kind {step.kind}"
    return ""
