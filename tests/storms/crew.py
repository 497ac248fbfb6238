"""The worker processes of a storm: started, killed, stopped, continued, and ended, whatever happens."""

import multiprocessing
import os
import resource
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

from attrs import define, evolve, field
from tests.storms.crashing import Doom
from tests.storms.worker import Duty, Opened, work

PATIENCE = 60.0
FILE_SIZE = 50_000
"""Bytes to which files are limited: less than a log that SQLite takes up again at its start, and not a whole page."""
FORKS = multiprocessing.get_context("forkserver")
"""Forks workers off a process that has imported regua once: to start one takes milliseconds."""
FORKS.set_forkserver_preload(["tests.storms.worker", "tests.storms.lease", "tests.storms.provider"])


@define
class Crew:
    """So many workers at any time.

    Attributes:
        duty: of each.
        opened: what they work with.
        size: how many there are.
        random: draws who is hit.
        dooms: where the next ones die by themselves.
        skew_us: by how much the clock of every second one is ahead.
        is_limited: whether the size of their files is.
        processes: those that live, stopped ones too.
        stopped: until when each of these is stopped, by the monotonic clock.
        started: how many there were.
        killed: how many died by SIGKILL.
        stops: how often one was stopped.
        faults: ends that may not be.
    """

    duty: Duty
    opened: Opened
    size: int
    random: Random
    dooms: deque[Doom] = field(factory=deque)
    skew_us: int = 0
    is_limited: bool = False
    processes: list[ForkServerProcess] = field(factory=list)
    stopped: dict[ForkServerProcess, float] = field(factory=dict)
    started: int = 0
    killed: int = 0
    stops: int = 0
    faults: list[str] = field(factory=list)

    def tend(self) -> None:
        """Bury the dead, continue those whose time has come, and fill the ranks."""
        for process, until in list(self.stopped.items()):
            if until <= time.monotonic():
                self.go_on(process)
        for process in [each for each in self.processes if each.exitcode is not None]:
            self._bury(process)
        while len(self.processes) < self.size:
            self._start()

    def kill_one(self) -> None:
        """Kill -9, whatever it is doing; a stopped one likewise."""
        if self.processes:
            self.random.choice(self.processes).kill()

    def stop_one(self, seconds: float) -> None:
        """Stop one for a while: it keeps its locks, its connections and what it holds."""
        running = [each for each in self.processes if each not in self.stopped and each.exitcode is None]
        if running:
            process = self.random.choice(running)
            _signal(process, signal.SIGSTOP)
            self.stopped[process] = time.monotonic() + seconds
            self.stops += 1

    def go_on(self, *processes: ForkServerProcess) -> None:
        """Continue stopped ones; without names all of them."""
        for process in processes or list(self.stopped):
            self.stopped.pop(process)
            _signal(process, signal.SIGCONT)

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Meanwhile none of them, whatever it is at, writes beyond `FILE_SIZE` in any file."""
        self.is_limited = True
        for process in self.processes:
            self._limit(process)
        yield
        self.is_limited = False
        for process in self.processes:
            self._limit(process)

    def end(self) -> None:
        """Ask all of them to end in order, and see that they do."""
        self.go_on()
        for process in self.processes:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in list(self.processes):
            process.join(max(0.0, deadline - time.monotonic()))
            if process.exitcode is None:
                self.faults.append("a worker did not end in time")
                process.kill()
                process.join()
            self._bury(process)

    def kill_all(self) -> None:
        """Leave nothing behind."""
        for process in self.processes:
            process.kill()
            process.join()
            process.close()
        self.processes.clear()

    def _start(self) -> None:
        duty = evolve(
            self.duty,
            version=2 if self.started > self.size else 1,
            skew_us=self.skew_us if self.started % 2 else 0,
            doom=self.dooms.popleft() if self.dooms else None,
        )
        process = FORKS.Process(target=work, args=(duty, self.opened), daemon=True)
        process.start()
        if self.is_limited:
            self._limit(process)
        self.processes.append(process)
        self.started += 1

    def _limit(self, process: ForkServerProcess) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)  # of the storm itself, which has it untouched
        limits = (FILE_SIZE if self.is_limited else soft, hard)
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, limits)  # type: ignore[arg-type]

    def _bury(self, process: ForkServerProcess) -> None:
        self.processes.remove(process)
        self.stopped.pop(process, None)
        if process.exitcode == -signal.SIGKILL:
            self.killed += 1
        elif process.exitcode not in {0, -signal.SIGTERM}:  # asked to end before it had begun
            self.faults.append(f"a worker ended with status {process.exitcode}")
        process.join()
        process.close()


def _signal(process: ForkServerProcess, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, number)  # type: ignore[arg-type]


def lines_of(folder: Path, names: Iterable[str]) -> dict[str, list[str]]:
    """What the workers told."""
    paths = {name: folder / name for name in names}
    return {name: path.read_text(encoding="utf-8").splitlines() for name, path in paths.items() if path.exists()}
