"""A worker of a storm: a process with an engine of its own, which carries out what is due until it is told to stop.

It may be told to die at a named point; whatever else ends it comes from outside.
"""

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
from attrs import frozen
from tests.storms import channel
from tests.storms.clock import StormClock
from tests.storms.crashing import FUSE, Doom, open_store
from tests.storms.leash import be_leashed

from regua import Engine
from regua.engine import RunResult
from regua.errors import SettingsError, StoreError

IDLE = 0.02
AT_ONCE = 50
STORE_FAULTS = (StoreError, SettingsError)
"""What a worker lives through: the store cannot be used now, or not be opened."""
SILENT: Any = structlog.wrap_logger(structlog.ReturnLogger())


@frozen(kw_only=True)
class Duty:
    """What a worker is to do.

    Attributes:
        folder: of the storm: `regua-1.toml` and `regua-2.toml`, the clock, what workers tell.
        url: of the store.
        version: of the policy that it is configured with.
        skew_us: by how much its clock is ahead of the others'.
        doom: where it dies by itself, or None.
    """

    folder: Path
    url: str
    version: int = 1
    skew_us: int = 0
    doom: Doom | None = None


class Stopping:
    """Whether somebody asked this process to stop."""

    def __init__(self) -> None:
        self._is_asked = False
        signal.signal(signal.SIGTERM, self._ask)
        be_leashed()

    def __call__(self) -> bool:
        """Whether it did."""
        return self._is_asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._is_asked = True


Turn = Callable[[Stopping], object]
"""Carries out some of what is due; gives something true where there was any."""
Opened = Callable[[Duty], AbstractContextManager[Turn]]


@contextmanager
def opened_engine(duty: Duty) -> Iterator[Turn]:
    """Open an engine on the store of the storm."""
    clock = StormClock(duty.folder / "clock", skew_us=duty.skew_us)
    config = duty.folder / f"regua-{duty.version}.toml"
    with (
        closing(clock),
        closing(open_store(duty.url)) as store,
        Engine.open(config, store=store, plugins=(channel,), now=clock, log=SILENT) as engine,
    ):
        yield lambda stop: engine.run_due(limit=AT_ONCE, stop=stop) != RunResult()


def work(duty: Duty, opened: Opened = opened_engine) -> None:
    """Be a worker: take turns until the end, through whatever the store does."""
    stop = Stopping()
    sys.dont_write_bytecode = True  # while its files are limited it would leave half of one behind
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # faults of the store are told by `living_on`
    FUSE.doom = duty.doom
    FUSE.file = os.open(duty.folder / "crashes", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        while not stop():
            with living_on(duty), opened(duty) as turn:
                take_turns(duty, turn, stop)
    except BaseException as error:
        tell(duty, "bugs", "".join(traceback.format_exception(error)))
        raise


def take_turns(duty: Duty, turn: Turn, stop: Stopping) -> None:
    """Carry out what is due, and rest a little where nothing is."""
    while not stop():
        has_done = False
        with living_on(duty):
            has_done = bool(turn(stop))
        if not has_done:
            time.sleep(IDLE)


@contextmanager
def living_on(duty: Duty) -> Iterator[None]:
    """Take a fault of the store as it comes, and tell of it."""
    try:
        yield
    except STORE_FAULTS as error:
        cause = error.__cause__ or error
        tell(duty, "errors", getattr(cause, "sqlite_errorname", type(cause).__name__))
        time.sleep(IDLE)


def tell(duty: Duty, file: str, line: str) -> None:
    """Add a line to what the storm reads at its end."""
    with suppress(OSError), (duty.folder / file).open("a", encoding="utf-8") as opened:
        opened.write(f"{line}\n")
