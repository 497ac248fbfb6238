"""A storm under way: it rages, calms down, works until nothing is left, and is judged."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from attrs import define, field
from tests.servers.postgres import PostgresServer
from tests.storms.book import Progress, read_book
from tests.storms.channel import StormConfig
from tests.storms.crew import FORKS, Crew, lines_of
from tests.storms.fates import ProviderSettings, random_of
from tests.storms.judging import Known, Verdict
from tests.storms.payers import Payers
from tests.storms.places import Place, fsync_ms, place_of
from tests.storms.population import Debtor, population
from tests.storms.provider import LATE, ProviderClient, serve
from tests.storms.storm import Outcome, Storm
from tests.storms.worker import Duty
from tests.storms.works import Work, prepared

from regua.ports import Attempt

KEY_TTL = 120.0
STOPPED_FOR, LAG = 5.0, 2.0
"""In send timeouts: how long a worker is stopped, longer than a provider is waited for with its lag; and that lag."""
STILL, FULL_FOR = 1.5, 2.0
"""In seconds: how much longer than that nothing has to move until the next fault comes; how long a disk is full."""
STARTING, ENDLESS = 30.0, 300.0
"""How long is waited for the first request, and for the end."""
SAMPLE = 40


Watch = Callable[[str, float], object]


def print_nothing(_what: str, _share: float) -> None:
    """Nobody watches."""


def blow(storm: Storm, folder: Path, *, server: PostgresServer | None = None, watch: Watch = print_nothing) -> Outcome:
    """Let a storm blow, and judge it.

    Args:
        storm: what blows.
        folder: an empty one.
        server: that of the tests, where it stores in PostgreSQL; None: one is started.
        watch: told what it is at, and by how much.

    Raises:
        PermissionError: the disk is to be full, and that cannot be done here.
        RuntimeError: there is no PostgreSQL.
    """
    folder.chmod(0o755)  # PostgreSQL runs as somebody else
    debtors = population(storm.seed, storm.actions)
    with ExitStack() as stack:
        place = stack.enter_context(
            place_of(
                storm.store,
                folder,
                server=server,
                small=storm.fills > 0,
                mount=not storm.no_mount,
                lease=storm.lease,
            )
        )
        provider, config = stack.enter_context(provider_of(storm, folder))
        synced = fsync_ms(place.folder)
        watch("recording", 0.0)
        work = stack.enter_context(prepared(folder, place.url, debtors, config, control=storm.control))
        crew = Crew(
            duty=Duty(folder=folder, url=place.url),
            opened=work.opened,
            size=storm.workers,
            random=random_of(storm.seed, "crew"),
            dooms=deque(storm.dooms()),
            skew_us=storm.apart * 10**6,
        )
        stack.callback(crew.kill_all)
        return Blowing(storm, debtors, folder, place, provider, work, crew, synced, watch).run()


@contextmanager
def provider_of(storm: Storm, folder: Path) -> Iterator[tuple[ProviderClient, StormConfig]]:
    """Start the provider of a storm; the channel speaks to it as the config says."""
    settings = ProviderSettings(
        seed=str(storm.seed),
        mode=storm.capability,
        book=str(folder / "book"),
        rates=storm.rates(),
        send_timeout=storm.timeout,
        key_ttl=KEY_TTL + storm.timeout,
    )
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=serve, args=(settings, theirs), daemon=True)
    process.start()
    try:
        with ours, theirs:
            port = ours.recv()
        yield (
            ProviderClient(port),
            StormConfig(
                port=port,
                mode=storm.capability,
                secret=settings.secret,
                send_timeout=storm.timeout,
                key_ttl=KEY_TTL,
                query_lag=LAG * storm.timeout,
            ),
        )
    finally:
        process.kill()
        process.join()
        process.close()


@define
class Blowing:
    """A storm under way."""

    storm: Storm
    debtors: Sequence[Debtor]
    folder: Path
    place: Place
    provider: ProviderClient
    work: Work
    crew: Crew
    fsync_ms: float
    watch: Watch
    crashes: int = 0
    fills: int = 0
    seen: Mapping[str, Sequence[Attempt]] = field(factory=dict)

    def run(self) -> Outcome:
        """Blow, calm down, work until nothing is left, and judge."""
        payers = Payers(self.work.payment, self.storm.seed, self.debtors, self.storm.payments)
        others = self.work.racing(self.provider)
        begun = time.monotonic()
        self.work.begin()
        with ExitStack() as racing:
            for each in [payers, *([others] if others else [])]:
                racing.enter_context(each)
            self._rage(payers)
            self._calm(payers)
            over = self._drain()
        seconds = time.monotonic() - begun
        self.crew.end()
        verdict = self._judge(payers, [*payers.acknowledged, *(others.acknowledged if others else [])])
        verdict.faults += [] if over else [f"it was not over after {ENDLESS:.0f} seconds without faults"]
        verdict.faults += payers.faults + (others.faults if others else [])
        told = defaultdict(list, lines_of(self.folder, ("crashes", "errors", "bugs")))
        verdict.faults += self.crew.faults + told["bugs"]
        return Outcome(
            storm=self.storm,
            verdict=verdict,
            killed=self.crew.killed,
            points=told["crashes"],
            stops=self.crew.stops,
            crashes=self.crashes,
            fills=self.fills,
            filled_by="tmpfs" if self.place.disk else "limit",
            paid=len(payers.paid),
            called=others.done if others else 0,
            errors=told["errors"],
            seconds=seconds,
            fsync_ms=self.fsync_ms,
        )

    def _judge(self, payers: Payers, acknowledged: Sequence[str]) -> Verdict:
        self.watch("judging", 1.0)
        known = Known(
            debtors=self.debtors,
            book=read_book(self.folder / "book"),
            acknowledged=[*self.work.acknowledged, *acknowledged],
            paid=payers.paid,
            seen=self.seen,
            mode=self.storm.capability,
            has_lease=self.storm.lease > 0,
            shift_us=None if self.storm.apart else self.work.shift_us,
        )
        return self.work.judge(known)

    def _rage(self, payers: Payers) -> None:
        """Everything goes wrong, by how much of the work is done."""
        moments, contacts = deque(self.storm.moments()), self.work.contacts(self.debtors)
        progress, requests, patience = Progress(self.folder / "book"), 0, time.monotonic() + STARTING
        stopped = self._stopped_for if self.storm.stops else 0.0
        still = stopped + STILL  # who is stopped may hold what all wait for
        while moments or (requests < 0.8 * contacts and time.monotonic() < patience):
            self.crew.tend()
            now = progress.look()
            if now != requests:
                requests, patience = now, time.monotonic() + still
            payers.progress = requests / contacts
            self.watch("blowing", payers.progress)
            if moments and (moments[0][0] <= payers.progress or time.monotonic() > patience):
                getattr(self, f"_{moments.popleft()[1]}")()
                patience = time.monotonic() + still
            time.sleep(0.01)
        while self.crew.killed < self.storm.kills:  # some have not come to where they were to die
            self.crew.kill_one()
            time.sleep(0.1)
            self.crew.tend()

    def _kill(self) -> None:
        self.crew.kill_one()

    @property
    def _stopped_for(self) -> float:
        return max(STOPPED_FOR * self.storm.timeout, 1.5 * self.storm.lease)

    def _stop(self) -> None:
        self.crew.stop_one(self._stopped_for)

    def _crash(self) -> None:
        """The server goes, and comes again; whoever is stopped is taken for dead then, unless it has a lease.

        Where a provider is asked, its "not found" about what such a worker had begun would be true, and the worker
        would still send when it goes on: so none is stopped (docs/explanation/storms.md says more).
        """
        if self.storm.capability == "queryable" and not self.storm.lease:
            self.crew.go_on()
            time.sleep(self.storm.timeout)
        self.place.crash(0.5)
        self.crashes += 1

    def _fill(self) -> None:
        """The disk is full for a while; where it cannot be, the workers' files may not grow."""
        deadline = time.monotonic() + FULL_FOR
        with self.place.full() if self.place.disk else self.crew.limited():
            while time.monotonic() < deadline:
                self.crew.tend()
                time.sleep(0.05)
        self.fills += 1

    def _look(self) -> None:
        """Remember evidence, to see later that it was only added to."""
        names = [debtor.id for debtor in self.debtors]
        self.seen = self.work.look(random_of(self.storm.seed, "look").sample(names, min(SAMPLE, len(names))))

    def _calm(self, payers: Payers) -> None:
        """The faults stop."""
        self.watch("calm", 1.0)
        self.provider.calm_down()
        self.crew.dooms.clear()
        self.crew.go_on()  # one may hold what the payers wait for
        payers.progress = 1.0
        payers.end()
        self.crew.end()
        self.crew.skew_us = 0
        self.crew.tend()
        time.sleep(LATE * self.storm.timeout)  # what the provider still takes over late

    def _drain(self) -> bool:
        """Work until nothing is left, and stays so for a moment."""
        deadline, quiet = time.monotonic() + ENDLESS, 0
        while quiet < 5:
            if time.monotonic() > deadline:
                return False
            self.crew.tend()
            time.sleep(0.1)
            quiet = quiet + 1 if self.work.is_over() else 0
        return True
