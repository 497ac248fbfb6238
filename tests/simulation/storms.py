"""Thousands of simulated storms, by several processes: what `python -m tests.storms --simulated N --seed S` runs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import define, field, frozen
from tests.simulation.storm import Broken, Report, smallest, storm

from regua.builtin.sqlite import SqliteStore

AGAIN = "python3 dev.py storm --simulated 1 --seed {seed}"
ON_DISK = 50
"""One storm of so many is on SQLite."""


@frozen(kw_only=True)
class Failure:
    """A storm after which something does not hold.

    Attributes:
        seed: of it.
        told: which invariant, how to run it again, and the smallest transcript that shows it.
    """

    seed: int
    told: str


@define
class Tally:
    """What was done so far.

    Attributes:
        storms: how many.
        actions: in them.
        requests: likewise.
        unknown: likewise.
        faults: by sort.
        failures: what did not hold.
    """

    storms: int = 0
    actions: int = 0
    requests: int = 0
    unknown: int = 0
    faults: Counter[str] = field(factory=Counter)
    failures: list[Failure] = field(factory=list)

    def add(self, done: Report | Failure) -> None:
        """Count one more."""
        self.storms += 1
        if isinstance(done, Failure):
            self.failures.append(done)
            return
        self.actions += done.actions
        self.requests += done.requests
        self.unknown += done.unknown
        self.faults.update(done.faults)

    def lines(self, seed: int, seconds: float) -> Iterator[str]:
        """The table."""
        yield f"simulated storms from seed {seed}: {self.storms} in {seconds:.0f} s, {len(self.failures)} failed"
        yield f"  actions {self.actions}, requests {self.requests}, honest unknowns {self.unknown}"
        yield f"  faults {self.faults.total()}: {', '.join(f'{sort} {n}' for sort, n in sorted(self.faults.items()))}"


def judged(seed: int) -> Report | Failure:
    """One storm; a failing one is made as small as it gets."""
    try:
        return storm(seed) if seed % ON_DISK else on_disk(seed)
    except Broken as broken:
        return Failure(seed=seed, told=told(seed, broken))


def on_disk(seed: int) -> Report:
    """One storm on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder, 'storm.sqlite3')}"
        opened: list[SqliteStore] = []

        def store(_: Callable[[], int]) -> SqliteStore:
            opened.append(SqliteStore.open(url, durable=False))
            return opened[0]

        try:
            return storm(seed, store)
        finally:
            for each in opened:
                each.close()


def told(seed: int, broken: Broken) -> str:
    """What a failing storm prints."""
    found = smallest(seed, broken)
    return "\n".join(
        [
            f"seed {seed}: {found.holds}",
            f"run it again: {AGAIN.format(seed=seed)}",
            f"{len(found.moves)} of {len(broken.moves)} moves show it: {list(found.moves)}",
            found.told,
        ]
    )


def run(number: int, seed: int = 0, *, processes: int = 0, every: int = 100) -> int:
    """Blow storms of the seeds from `seed` on, and print what came of them; gives the exit status.

    Args:
        number: of storms.
        seed: of the first.
        processes: how many at once; 0 for one per core.
        every: a line after so many.
    """
    tally, began, status = Tally(), time.monotonic(), 0
    try:
        for done in _done(range(seed, seed + number), processes or os.cpu_count() or 1):
            tally.add(done)
            if isinstance(done, Failure):
                _say(done.told)
            if tally.storms % every == 0:
                _say(f"{tally.storms} of {number}, {len(tally.failures)} failed")
    except KeyboardInterrupt:
        status = 130
    for line in tally.lines(seed, time.monotonic() - began):
        _say(line)
    return 1 if tally.failures else status


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _done(seeds: range, processes: int) -> Iterator[Report | Failure]:
    if processes == 1 or len(seeds) < processes:
        yield from map(judged, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(processes, initializer=_leave_interrupts_alone) as pool:
        yield from pool.imap_unordered(judged, seeds, chunksize=20)


def _leave_interrupts_alone() -> None:
    """Ctrl-C is for the process that counts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
