"""What a storm blows over: the engine; or the control, a queue with leases."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from attrs import asdict, define, frozen
from tests.storms import channel, lease
from tests.storms.channel import StormConfig
from tests.storms.clock import StormClock, wall_us
from tests.storms.crashing import CrashingPostgres, CrashingSqlite, open_store
from tests.storms.judging import Known, Verdict, judge, judge_lease
from tests.storms.payers import Callers, Pay, Racing
from tests.storms.population import (
    CREDITOR,
    EVENING,
    ISSUED,
    Debtor,
    payment_of,
    record_all,
    start_of_day,
    write_config,
)
from tests.storms.provider import ProviderClient
from tests.storms.worker import SILENT, Opened, opened_engine

from regua import Engine
from regua.ports import Attempt
from regua_postgres import PostgresStore

ASKED_FOR = 60 * 10**6


class Work(Protocol):
    """What the storm itself does with what it blows over.

    Attributes:
        opened: what the workers work with.
        acknowledged: ids of the events that were recorded at first.
        shift_us: by how much its clock was ahead of the machine's when the day began.
    """

    opened: Opened
    acknowledged: Sequence[str]
    shift_us: int

    def begin(self) -> None:
        """Let the day begin: everything is due."""

    def payment(self, debtor: str, receivable: str) -> Pay:
        """What records that a debtor has paid; the same however often it is called."""

    def racing(self, provider: ProviderClient) -> Racing | None:
        """What else goes on meanwhile."""

    def look(self, debtors: Sequence[str]) -> Mapping[str, Sequence[Attempt]]:
        """Evidence of some debtors as it is now."""

    def is_over(self) -> bool:
        """Whether nothing is left. Where all that is left waits, the clock goes to when it is due."""

    def judge(self, known: Known) -> Verdict:
        """Judge."""

    def contacts(self, debtors: Sequence[Debtor]) -> int:
        """How many requests there are at least."""


@contextmanager
def prepared(
    folder: Path, url: str, debtors: Sequence[Debtor], config: StormConfig, *, control: bool
) -> Iterator[Work]:
    """Write the configuration, make the tables and record the population.

    Args:
        folder: of the storm.
        url: of the store.
        debtors: of the population.
        config: of the channel.
        control: whether it is the control.
    """
    if control:
        (folder / "lease.json").write_text(json.dumps(asdict(config)), encoding="utf-8")
        lease.fill(url, debtors)
        yield LeaseWork(url=url)
        return
    write_config(folder, url, **asdict(config))
    if url.startswith("postgresql"):
        with closing(PostgresStore.open(url, migrate=False)) as empty:
            empty.migrate()
    with (
        closing(StormClock(folder / "clock")) as clock,
        closing(open_store(url)) as store,
        Engine.open(folder / "regua-1.toml", store=store, plugins=(channel,), now=clock, log=SILENT) as engine,
    ):
        clock.set_to(ISSUED)
        yield EngineWork(engine=engine, store=store, clock=clock, acknowledged=record_all(engine, debtors))


@define(kw_only=True)
class EngineWork:
    """The engine."""

    engine: Engine
    store: CrashingSqlite | CrashingPostgres
    clock: StormClock
    acknowledged: Sequence[str]
    opened: Opened = opened_engine
    shift_us: int = 0
    asked_since: int | None = None

    def begin(self) -> None:
        """Let the day begin."""
        self.clock.set_to(start_of_day())
        self.shift_us = self.clock() - wall_us()

    def payment(self, debtor: str, receivable: str) -> Pay:
        """Record it as the host does."""
        fact = payment_of(debtor, receivable, self.engine.now())

        def pay() -> str:
            self.engine.creditor().record(fact)
            return fact.id

        return pay

    def racing(self, provider: ProviderClient) -> Racing:
        """Calls of the provider."""
        return Callers(self.engine, provider)

    def look(self, debtors: Sequence[str]) -> Mapping[str, Sequence[Attempt]]:
        """Evidence of some debtors."""
        return {debtor: tuple(self.store.attempts(CREDITOR, debtor)) for debtor in debtors}

    def is_over(self) -> bool:
        """Nothing is held, due, or to be looked at before the evening."""
        following = self.store.next_us(CREDITOR)
        if self.store.held(CREDITOR):
            return False
        if self._is_asked_in_vain():
            return True
        if following is not None and following <= self.clock():
            return False
        if following is None or following >= EVENING:
            return True
        self.clock.set_to(following)
        return False

    def _is_asked_in_vain(self) -> bool:
        """Where there is a lease, what a provider never saw is asked for without end: for a minute is enough."""
        left = self.store.backlog(CREDITOR, until_us=EVENING)
        if self.store.lease is None or left.due.count or left.wakeups.count:
            self.asked_since = None
            return False
        self.asked_since = self.asked_since or self.clock()
        return self.clock() >= self.asked_since + ASKED_FOR

    def judge(self, known: Known) -> Verdict:
        """Judge the engine."""
        return judge(self.store, known)

    def contacts(self, debtors: Sequence[Debtor]) -> int:
        """One for each debtor: all of it is due at once."""
        return len(debtors)


@frozen(kw_only=True)
class LeaseWork:
    """The control."""

    url: str
    acknowledged: Sequence[str] = ()
    opened: Opened = lease.opened_lease
    shift_us: int = 0

    def begin(self) -> None:
        """Everything is due from the beginning."""

    def payment(self, debtor: str, receivable: str) -> Pay:  # noqa: ARG002 - the port's shape
        """Mark the job."""

        def pay() -> str:
            with closing(lease.open_queue(self.url)) as queue:
                lease.pay(queue, receivable)
            return ""

        return pay

    def racing(self, provider: ProviderClient) -> None:
        """Nobody listens to the provider."""

    def look(self, debtors: Sequence[str]) -> Mapping[str, Sequence[Attempt]]:  # noqa: ARG002 - the port's shape
        """It keeps no evidence."""
        return {}

    def is_over(self) -> bool:
        """No job is left."""
        with closing(lease.open_queue(self.url)) as queue:
            return lease.is_over(queue)

    def judge(self, known: Known) -> Verdict:
        """Judge the control."""
        return judge_lease(known)

    def contacts(self, debtors: Sequence[Debtor]) -> int:
        """One for each job."""
        return sum(len(debtor.receivables) for debtor in debtors)
