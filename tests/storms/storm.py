"""What blows, and what a storm came to."""

from collections.abc import Sequence

from attrs import define, frozen
from tests.storms.crashing import POINTS, Doom
from tests.storms.fates import STORMY, Fate, Mode, random_of
from tests.storms.judging import Verdict
from tests.storms.lease import POINTS as LEASE_POINTS
from tests.storms.places import StoreName

HANGS: dict[Fate, float] = {"hang": 0.3, "late": 0.5, "vanish": 0.2}


@frozen(kw_only=True)
class Storm:
    """What blows, and over what.

    Attributes:
        seed: everything else is drawn from it.
        store: where it stores.
        capability: what the provider can do about a key that it has seen.
        control: whether it blows over the control, a queue with leases.
        actions: receivables of which one step is due.
        workers: processes at any time.
        kills: how many die by SIGKILL, half of them at a named point.
        stops: how many are stopped for longer than anybody waits, and than a lease.
        crashes: how often the server of the database is crashed.
        fills: how often the disk is full for a while.
        no_mount: whether it is so by a limit on the size of files, also where a small disk may be mounted.
        apart: by how many seconds the clocks of workers differ.
        lease: seconds for which a worker counts as alive on PostgreSQL; 0 where its session proves that.
        hanging: how many requests are not answered in time, beside those of the other fates.
        payments: share of the receivables that are paid meanwhile.
        timeout: seconds for which an answer is waited for.
    """

    seed: int
    store: StoreName = "sqlite"
    capability: Mode = "blind"
    control: bool = False
    actions: int = 10_000
    workers: int = 4
    kills: int = 32
    stops: int = 4
    crashes: int = 0
    fills: int = 0
    no_mount: bool = False
    apart: int = 0
    lease: int = 0
    hanging: int = 60
    payments: float = 0.2
    timeout: float = 1.0

    def rates(self) -> dict[Fate, float]:
        """The shares of the fates of requests."""
        share = min(0.1, self.hanging / self.actions)
        return STORMY | {fate: part * share for fate, part in HANGS.items()}

    def dooms(self) -> list[Doom]:
        """Where workers die by themselves: each point in its turn, early enough that it is reached."""
        random, number = random_of(self.seed, "dooms"), self.kills // 2
        most = max(1, self.actions // (2 * max(1, self.kills)))
        passed = [point for point in POINTS if not self.control or point in LEASE_POINTS]
        points = [passed[(each + self.seed) % len(passed)] for each in range(number)]
        return [Doom(point=point, passage=1 if point == "after-claim" else random.randint(1, most)) for point in points]

    def moments(self) -> list[tuple[float, str]]:
        """What happens when so much of the work is done."""
        random = random_of(self.seed, "moments")
        names = ["kill"] * (self.kills - self.kills // 2) + ["stop"] * self.stops + ["fill"] * self.fills + ["look"]
        names += ["crash"] * self.crashes
        return sorted((random.uniform(0.02, 0.7), name) for name in names)


@define(kw_only=True)
class Outcome:
    """What a storm came to.

    Attributes:
        storm: what blew.
        verdict: what was found.
        killed: how many died by SIGKILL.
        points: the named ones at which some of them did.
        stops: how many were stopped.
        crashes: how often the server was crashed.
        fills: how often the disk was full.
        filled_by: `tmpfs`: as a small one; `limit`: to the workers, whose files could not grow.
        paid: how many payments were recorded.
        called: how many calls of the provider were received.
        errors: faults of the store that workers lived through, by name.
        seconds: from the first claim until nothing was left.
        fsync_ms: what a sync of the disk takes.
    """

    storm: Storm
    verdict: Verdict
    killed: int
    points: Sequence[str]
    stops: int
    crashes: int
    fills: int
    filled_by: str
    paid: int
    called: int
    errors: Sequence[str]
    seconds: float
    fsync_ms: float

    @property
    def faults(self) -> Sequence[str]:
        """Everything that may not be."""
        return self.verdict.faults
