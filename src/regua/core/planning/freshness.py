"""Freshness: how recently payments must be known before anything presses (domain.md §4)."""

from __future__ import annotations

from collections.abc import Sequence

from regua.core.dates import Duration
from regua.core.planning.standing import Standing
from regua.core.policy import Policy


def fresh(standing: Standing, policy: Policy, instant: int) -> int | None:
    """The first instant from `instant` on at which payments are known recently enough, or None."""
    needs = needed(standing)
    if not needs or _is_fresh(standing, policy, needs, instant):
        return instant
    later = sorted(known for known, _ in standing.facts.known_through if known > instant)
    return next((known for known in later if _is_fresh(standing, policy, needs, known)), None)


def needed(standing: Standing) -> list[Duration]:
    """How recently payments must be known, of every policy in play that says so."""
    return [policy.limits.freshness for policy in standing.policies if policy.limits.freshness is not None]


def _is_fresh(standing: Standing, policy: Policy, needs: Sequence[Duration], instant: int) -> bool:
    through = max((day for known, day in standing.facts.known_through if known <= instant), default=0)
    day = standing.day(instant)
    return all(through >= standing.days(policy).add(day, -need.days, business=need.business) for need in needs)
