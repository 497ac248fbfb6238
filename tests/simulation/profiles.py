"""What storms are like: the sorts of fault that strike, the chance of each, and what channels declare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from attrs import frozen

from regua.ports import Capabilities
from regua.testing import faults

REPORTS = {"reports_delivery": True, "reports_reading": True}
CAPABILITIES = (
    Capabilities(delivery="idempotent", key_ttl=timedelta(minutes=12), **REPORTS),
    Capabilities(delivery="idempotent", key_ttl=timedelta(hours=24), **REPORTS),
    Capabilities(delivery="queryable", query_lag=timedelta(minutes=10), **REPORTS),
    Capabilities(delivery="queryable", **REPORTS),
    Capabilities(**REPORTS),
)
STEADY = (CAPABILITIES[1], CAPABILITIES[-1])
"""Those that promise nothing within minutes, which no engine can keep whose clock is off by ten."""
QUERYABLE, IDEMPOTENT = CAPABILITIES[2:4], CAPABILITIES[:2]


@frozen
class Profile:
    """What a storm is like: sorts of fault with the chance of each, and what channels declare."""

    chances: dict[type[faults.Fault], float]
    can: Sequence[Capabilities] = CAPABILITIES

    def drawn(self, random: Random) -> list[faults.Fault]:
        """The faults of one storm."""
        return [sort(chance=chance * random.choice([0.5, 1, 1.5])) for sort, chance in self.chances.items()]


WORKERS = {faults.Crash: 0.04, faults.Pause: 0.04, faults.TakenForDead: 0.04, faults.ClockOff: 0.1}
STORES = {faults.StoreFails: 0.04, faults.CommitUnsure: 0.04}
REQUESTS = dict.fromkeys((faults.LostRequest, faults.LostReply, faults.Hang, faults.Busy, faults.Refusal), 0.15)
RECEIPTS = dict.fromkeys(faults.RECEIPTS, 0.3)
PROFILES = {
    "anything": Profile({}),
    "fenced": Profile(
        {faults.TakenForDead: 0.1, faults.Crash: 0.02, faults.LostReply: 0.3, faults.Refusal: 0.3, faults.Busy: 0.05},
        IDEMPOTENT,
    ),
    "paused": Profile(
        {faults.Pause: 0.08, faults.Crash: 0.02, faults.LostReply: 0.1, faults.Busy: 0.1, faults.DuplicateReceipt: 0.5}
    ),
    "asked": Profile(
        {faults.Hang: 0.3, faults.Pause: 0.04, faults.LostRequest: 0.15, faults.LostReply: 0.15}, QUERYABLE
    ),
    "failing": Profile({faults.StoreFails: 0.06, faults.CommitUnsure: 0.08, faults.LostReply: 0.1, faults.Busy: 0.1}),
}
"""By name; a seed has the one of its place."""


def profile_of(seed: int) -> str:
    """The name of a storm's profile."""
    return [*PROFILES][seed % len(PROFILES)]


def anything(random: Random) -> Profile:
    """Some faults of each kind."""
    chances: dict[type[faults.Fault], float] = {}
    for group, least, most in ((WORKERS, 1, 2), (STORES, 1, 2), (REQUESTS, 2, 3), (RECEIPTS, 1, 2)):
        chances |= {sort: group[sort] for sort in random.sample([*group], random.randint(least, most))}
    return Profile(chances, STEADY if faults.ClockOff in chances else CAPABILITIES)
