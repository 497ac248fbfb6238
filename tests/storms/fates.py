"""What a provider does with a request: drawn from a seed by the request's key, however the processes interleave."""

import hashlib
from random import Random
from typing import Literal

from attrs import Factory, frozen

Mode = Literal["idempotent", "queryable", "blind"]
MODES: tuple[Mode, ...] = ("idempotent", "queryable", "blind")
Fate = Literal["take", "drop", "busy", "later", "refuse", "hang", "late", "vanish", "slam"]
"""What becomes of a request:

- `take`: taken over and answered.
- `drop`: taken over; the connection is closed without an answer.
- `busy`, `later`: 503; 429 with Retry-After.
- `refuse`: 400, for good.
- `hang`: taken over, and answered when nobody waits any more.
- `late`: taken over when nobody waits any more.
- `vanish`: never taken over, and never answered in time.
- `slam`: the connection is closed before anything is read.
"""
UNANSWERED = frozenset({"drop", "hang", "late", "vanish", "slam"})
NOT_TAKEN = frozenset({"busy", "later", "refuse", "vanish", "slam"})
STORMY: dict[Fate, float] = {"drop": 0.04, "busy": 0.03, "later": 0.02, "refuse": 0.03, "slam": 0.01}


@frozen(kw_only=True)
class ProviderSettings:
    """How a provider behaves.

    Attributes:
        seed: of its fates.
        mode: what it can do about a key that it has seen.
        book: path of the file of what it truly received.
        secret: signs its calls.
        rates: share of the requests with each fate; the rest is taken. Of `slam` the share of connections.
        send_timeout: seconds for which clients wait.
        key_ttl: seconds for which it remembers a key; of `idempotent`.
        lag: seconds until a question finds what was taken over; of `queryable`.
        called: share of what is taken over of which it calls back.
    """

    seed: str
    mode: Mode
    book: str
    secret: str = "segredo"  # noqa: S105 - of the provider of a storm
    rates: dict[Fate, float] = Factory(dict)
    send_timeout: float = 1.0
    key_ttl: float = 60.0
    lag: float = 0.3
    called: float = 0.3

    def fate(self, key: str, number: int) -> Fate:
        """The fate of the n-th request with a key."""
        left = chance(self.seed, key, number)
        for fate, share in self.rates.items():
            if fate != "slam" and (left := left - share) < 0:
                return fate
        return "take"

    def is_slammed(self, connection: int) -> bool:
        """Whether the n-th connection is closed at once."""
        return chance(self.seed, "connection", connection) < self.rates.get("slam", 0.0)


def chance(*seed: object) -> float:
    """A number from 0 to below 1, the same for the same seed on every machine."""
    digest = hashlib.sha256("/".join(map(str, seed)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def random_of(*seed: object) -> Random:
    """A source of chance for one purpose."""
    return Random("/".join(map(str, seed)))  # noqa: S311 - a storm, no secret
