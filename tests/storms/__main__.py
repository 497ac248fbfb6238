"""`python3 dev.py storm`: real storms over the engine, one after the other, and the control.

Without options it takes the long ones, for about an hour: 10,000 actions on each store for each capability, PostgreSQL
crashed three times, then a disk that fills, clocks that differ, and the control. With options it takes those alone.
"""

import argparse
import logging
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from attrs import evolve
from tests.servers.postgres import PostgresServer, find_server
from tests.storms.blowing import blow
from tests.storms.fates import MODES
from tests.storms.places import NO_SERVER, STORES
from tests.storms.report import name_of, problems, table, told, write_json
from tests.storms.storm import Outcome, Storm

SIZES = {
    "actions": "so many receivables of which one step is due",
    "workers": "processes at any time",
    "kills": "how many of them die by kill -9, half of them at a named point",
    "stops": "how many are stopped for a while",
    "hanging": "requests that are not answered in time",
}
EXTRAS = {
    "crashes": "how often PostgreSQL is crashed",
    "fills": "how often the disk is full for a while; mounts a small one where that may be",
    "apart": "seconds between the clocks of workers",
    "lease": "seconds of a worker's lease, on PostgreSQL: no session proves its death",
}
QUICK = {"actions": 48, "workers": 2, "kills": 4, "stops": 0, "hanging": 3, "timeout": 0.4}
CRASHES = 3


def options() -> argparse.ArgumentParser:
    """What the command takes."""
    parser = argparse.ArgumentParser(
        prog="python3 dev.py storm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small storms, for about a minute")
    parser.add_argument("--seed", type=int, metavar="N", help="of everything; otherwise a new one, which is printed")
    parser.add_argument("--store", choices=STORES, action="append", help="on this store alone")
    parser.add_argument("--capability", choices=MODES, action="append", help="with this capability alone")
    parser.add_argument("--control", action="store_true", help="over a queue with leases alone, which sends twice")
    for name, meaning in (SIZES | EXTRAS).items():
        parser.add_argument(f"--{name}", type=int, metavar="N", help=meaning)
    parser.add_argument("--no-mount", action="store_true", help="limit the size of files where the disk is to be full")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="for which an answer is waited for")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")
    parser.add_argument("--simulated", type=int, metavar="N", help="so many simulated storms instead, from the seed on")
    return parser


def storms(given: argparse.Namespace) -> Iterator[Storm]:
    """The storms that were asked for."""
    sizes = _of(given, [*SIZES, "timeout"])
    is_full = not (given.quick or given.capability or given.control or _of(given, EXTRAS))
    for store in given.store or STORES:
        extras = _of(given, EXTRAS)
        plain = Storm(seed=given.seed, store=store, no_mount=given.no_mount, **((QUICK if given.quick else {}) | sizes))
        if store == "sqlite":
            extras.pop("lease", None)
        crashes = 0 if store == "sqlite" or extras else 1 if given.quick else CRASHES
        if not given.control:
            for capability in given.capability or MODES:
                yield evolve(plain, capability=capability, **({"crashes": crashes} | extras))
        if is_full:
            yield evolve(plain, fills=3, stops=0)
            yield evolve(plain, apart=180)
        if is_full or given.control or (given.quick and not given.capability):
            yield evolve(plain, control=True)


def _of(given: argparse.Namespace, names: Sequence[str]) -> dict[str, float]:
    return {name: value for name in names if (value := getattr(given, name)) is not None}


class Weather:
    """Lets storms blow, each in a folder of its own; those on PostgreSQL share a server, unless its disk is to fill."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    @cached_property
    def server(self) -> PostgresServer:
        """A server that syncs its disk, unlike that of the tests."""
        server = find_server(fsync="on", full_page_writes="on")
        if server is None:
            raise RuntimeError(NO_SERVER)
        self._stack.callback(server.close)
        return server

    def blow(self, storm: Storm) -> Outcome:
        """Let one blow."""
        server = self.server if storm.store == "postgresql" and not storm.fills else None
        with tempfile.TemporaryDirectory(prefix="regua-storm-") as folder:
            return blow(storm, Path(folder), server=server, watch=show)


def say(text: str = "") -> None:
    """Print."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show(what: str, share: float) -> None:
    """Show on a terminal how far it is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K  {what} {min(share, 1):.0%}")
        sys.stderr.flush()


def clear() -> None:
    """Take that away."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


def real(given: argparse.Namespace) -> int:
    """Let real storms blow; the exit status."""
    outcomes: list[Outcome] = []
    try:
        with ExitStack() as stack:
            weather = Weather(stack)
            for storm in storms(given):
                _blow(storm, weather, outcomes)
                if given.json:
                    write_json(given.json, given.seed, outcomes)
    finally:  # also of those that are over when somebody has enough
        clear()
        say(table(outcomes))
    return 1 if any(problems(outcome) for outcome in outcomes) else 0


def _blow(storm: Storm, weather: Weather, outcomes: list[Outcome]) -> None:
    begun = time.monotonic()
    say(name_of(storm))
    try:
        outcomes.append(weather.blow(storm))
    except PermissionError as error:
        say(f"  not run: {error}")
        return
    clear()
    say(f"  {time.monotonic() - begun:.0f} s with preparing and judging")
    say(told(outcomes[-1]))


def main(args: Sequence[str] | None = None) -> int:
    """Let them blow; the exit status."""
    given = options().parse_args(args)
    if given.seed is None:
        given.seed = secrets.randbelow(10**6)
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # faults of the store are meant
    say(f"seed {given.seed}")
    if given.simulated is not None:
        from tests.simulation.storms import run

        return run(given.simulated, given.seed)
    return real(given)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
