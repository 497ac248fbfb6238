"""Simulated workers: each an engine of its own on the one store, that dies, stands still and comes back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

from attrs import astuple, define, evolve, field

from regua.core.dates import microseconds
from regua.engine import Engine, RunResult
from regua.engine.parts import Parts
from regua.errors import StoreError
from regua.ports import Capabilities
from regua.testing.faults import (
    AFTER_COMMIT,
    BEFORE_COMMIT,
    ClockOff,
    CommitUnsure,
    Crash,
    Moment,
    Pause,
    StoreFails,
    TakenForDead,
)
from regua.testing.lines import Line
from regua.testing.watched import WatchedStore
from regua.testing.weather import Weather

if TYPE_CHECKING:
    from regua.core.events import Event
    from regua.engine.log import Log


T = TypeVar("T")

MOST_TRIES: Final = 20
"""How often a host tries to record something before it gives up."""
HALF: Final = 0.5


class Died(BaseException):
    """kill -9: from here on nothing of that worker runs."""


@define
class Site:
    """Where all workers are, and what they share.

    Attributes:
        parts: of every engine.
        log: of every engine.
        clock: the true one.
        weather: what goes wrong.
        told: is told of every durable fact.
        meanwhile: lets the world go on for so many microseconds while a worker stands still.
        later: has something done after so many microseconds.
        alive: owners that are not proved dead.
        owners: how many there have been.
        doubted: how many workers are taken for dead and are about to go on.
        answered: keys of requests of which a worker has read that they were taken over, and lived on to store it.
    """

    parts: Parts
    log: Log
    clock: Callable[[], int]
    weather: Weather
    told: Callable[[Event], object]
    meanwhile: Callable[[int], object]
    later: Callable[[int, Callable[[], object]], object]
    alive: set[str] = field(factory=set)
    owners: int = 0
    doubted: int = 0
    answered: set[str] = field(factory=set)

    @property
    def grace(self) -> timedelta:
        """How long one may go on that is taken for dead, so that nothing arrives twice by what channels declare."""
        if any(each.delivery == "queryable" for each in self.declared):
            return timedelta(0)
        return min((each.key_ttl / 2 for each in self.declared if each.key_ttl is not None), default=timedelta.max)

    @property
    def declared(self) -> list[Capabilities]:
        """What every channel and executor declares."""
        found = [each.capabilities for each in self.parts.channels.values()]
        return found + [each.capabilities for each in self.parts.executors.values()]

    def new_owner(self) -> str:
        """A name that nobody had."""
        self.owners += 1
        owner = f"worker-{self.owners}"
        self.alive.add(owner)
        return owner


@define
class Worker:
    """One process.

    Attributes:
        site: around it.
        name: by which its place is told; whoever follows it there has it, too.
        is_host: it is the host's own process, which records facts: nothing but its store fails.
        owner: by which the store knows it.
        engine: it runs.
        dead: nothing of it runs any more.
        is_busy: it is in the middle of a run.
        read: keys of requests whose answer it has read.
    """

    site: Site
    name: str
    is_host: bool = False
    owner: str = ""
    dead: bool = False
    is_busy: bool = False
    read: set[str] = field(factory=set)
    _off_us: int = 0
    _was_doubted: bool = False
    engine: Engine = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.owner = self.site.new_owner()
        parts = self.site.parts
        self.engine = Engine(
            evolve(
                parts,
                store=WatchedStore(parts.store, self, self.site.told),
                channels={name: Line(each, name, self) for name, each in parts.channels.items()},
                executors={name: Line(each, name, self) for name, each in parts.executors.items()},
                registrars={name: Line(each, name, self) for name, each in parts.registrars.items()},
                now=self.now,
                made=[],
            ),
            "",
            self.site.log,
        )

    @property
    def weather(self) -> Weather:
        """What goes wrong."""
        return self.site.weather

    def now(self) -> int:
        """Its clock."""
        if self.dead:
            raise Died
        return self.site.clock() + self._off_us

    def is_alive(self, owner: str) -> bool:
        """Whether an owner is not proved dead."""
        return owner in self.site.alive

    def reach(self, moment: Moment, longest: timedelta = timedelta.max) -> None:
        """Come to a moment at which something may happen.

        Args:
            moment: that it is.
            longest: for how long it may stand still then.

        Raises:
            Died: it died here, or before.
            StoreError: the store fails.
        """
        if self.dead:
            raise Died
        if not self.is_host:
            self._suffer(moment, longest)
        if moment in BEFORE_COMMIT and self.weather.strikes(StoreFails, moment, self.name):
            self._fail(moment, "the store did not commit")
        if moment in AFTER_COMMIT and self.weather.strikes(CommitUnsure, moment, self.name):
            self._fail(moment, "the store does not say whether it committed")

    def _fail(self, moment: Moment, what: str) -> NoReturn:
        """A store that may have claimed what it cannot tell may give the name up under which that is held."""
        if moment in {"claiming", "claimed"} and self.weather.random.random() < HALF:
            self.lose_session()
        raise StoreError(what)

    def _suffer(self, moment: Moment, longest: timedelta) -> None:
        if moment not in BEFORE_COMMIT:
            taken = self.weather.strikes(TakenForDead, moment, self.name)
            if taken is not None:
                self.lose_session()
                self._stand_still(min(taken.lasts, longest), is_doubted=True)
            pause = self.weather.strikes(Pause, moment, self.name)
            if pause is not None:
                self._stand_still(min(pause.lasts, longest))
        if self.weather.strikes(Crash, moment, self.name):
            self.dead = True
            raise Died

    def _stand_still(self, span: timedelta, *, is_doubted: bool = False) -> None:
        """Let the others go on."""
        site = self.site
        if is_doubted:  # it goes on within the engine's grace, whatever else happens meanwhile, and again in this run
            span = timedelta(0) if site.doubted or self._was_doubted else min(span, site.grace)
            self._was_doubted = True
        elif site.doubted or self._was_doubted:
            return
        site.doubted += is_doubted
        try:
            site.meanwhile(microseconds(span))
        finally:
            site.doubted -= is_doubted

    def lose_session(self) -> None:
        """Its session ends while it lives: its next one has another name."""
        self.site.alive.discard(self.owner)
        self.owner = self.site.new_owner()

    def waits(self, capabilities: Capabilities, arrives: Callable[[], object]) -> None:
        """Wait for an answer as long as may be; the request arrives after that."""
        timeout = microseconds(capabilities.send_timeout)
        self.site.later(timeout + int(timeout * self.weather.random.random()), arrives)
        self._stand_still(capabilities.send_timeout)

    def run(self) -> RunResult | None:
        """Carry out what is due; None where it died of it or its store failed."""
        off = self.weather.strikes(ClockOff, "", self.name)
        if off is not None:
            self._off_us = self.weather.random.choice([-1, 1]) * microseconds(off.by)
        self.is_busy, self._was_doubted = True, False
        try:
            result = self.engine.run_due()
        except (Died, StoreError):
            return None
        else:
            self.site.answered |= self.read
            self.read.clear()
            return result
        finally:
            self.is_busy, self._off_us = False, 0

    def bury(self) -> None:
        """Prove it dead."""
        self.dead = True
        self.site.alive.discard(self.owner)


class Crew:
    """The workers of a simulation, and the host's own process.

    Without faults and with one worker, the host's process carries out what is due by itself.

    Args:
        site: where they are.
        workers: how many.
        weather: what goes wrong.
    """

    def __init__(self, site: Site, workers: int, weather: Weather) -> None:
        self._site, self._weather = site, weather
        self.host = Worker(site, "host", is_host=True)
        named = [f"w{number + 1}" for number in range(workers)] if workers > 1 or weather.faults else []
        self._workers = [Worker(site, name) for name in named]

    @property
    def has_trouble(self) -> bool:
        """Whether what is due is carried out by workers of their own, to whom anything may happen."""
        return bool(self._workers)

    def run(self, react: Callable[[], object]) -> bool:
        """Every worker that can runs once; whether anything came of it, or went wrong."""
        did = False
        for place in self._turns():
            if self._workers[place].is_busy:
                continue
            result = self._workers[place].run()
            did |= result is None or any(astuple(result))
            if self._workers[place].dead:
                self._replace(place)
            react()
        return did

    def _turns(self) -> list[int]:
        turns = list(range(len(self._workers)))
        self._weather.random.shuffle(turns)
        return turns

    def _replace(self, place: int) -> None:
        self._workers[place].bury()
        self._workers[place] = Worker(self._site, self._workers[place].name)

    def restart(self) -> None:
        """Everybody begins anew, who is not in the middle of something."""
        self.host.bury()
        self.host = Worker(self._site, self.host.name, is_host=True)
        for place, worker in enumerate(self._workers):
            if not worker.is_busy:
                self._replace(place)

    def surely(self, work: Callable[[], T]) -> T:
        """Do something in the host's process until the store has it, as a host does that is told of an error."""
        for _ in range(MOST_TRIES):
            with suppress(StoreError):
                return work()
        return work()
