"""A channel for tests with real processes, as a plugin of its own: slow, busy or deadly while a file says so."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from attrs import frozen

from regua.plugins import hookimpl
from regua.ports import Capabilities, Channel, Message, Receipt, Retryable, Unknown

PATIENCE = 30.0


@frozen(kw_only=True)
class GateConfig:
    """Where the files are."""

    path: str


class Gate:
    """Sends by adding a line to `sent`."""

    Config: ClassVar[type[GateConfig]] = GateConfig
    name: ClassVar[str] = "gate"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, config: GateConfig) -> None:
        self._folder = Path(config.path)

    def send(self, message: Message) -> Receipt:
        """Die where `deadly` is; wait while `shut` is; have no time once, where `busy` is; lose answers in `fog`."""
        self._note("begun", message)
        if self._take("deadly"):
            os.kill(os.getpid(), signal.SIGKILL)
        wait_for(lambda: not (self._folder / "shut").exists())
        if self._take("busy"):
            raise Retryable(timedelta(seconds=1), reason="busy")
        self._note("sent", message)
        if (self._folder / "fog").exists():
            raise Unknown("the answer was lost")
        return Receipt()

    def close(self) -> None:
        """There is nothing to give back."""

    def _take(self, name: str) -> bool:
        """Whether a file is there; one sender alone finds it."""
        try:
            (self._folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def _note(self, name: str, message: Message) -> None:
        line = f"{os.getpid()} {message.debtor}\n".encode()
        descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, line)
        os.close(descriptor)


@hookimpl
def regua_channels() -> list[type[Channel]]:
    """The gate."""
    return [Gate]


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something has come about."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)


def install(folder: Path) -> str:
    """Install the gate as a plugin into a folder, and give the folder for PYTHONPATH."""
    package = folder / "plugins"
    about = package / "gate_of_tests-1.0.dist-info"
    about.mkdir(parents=True)
    shutil.copy(__file__, package / "gate_of_tests.py")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: gate-of-tests\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[regua]\ngate = gate_of_tests\n", encoding="utf-8")
    (folder / "gate").mkdir()
    return str(package)


def through_the_gate(settings: str) -> str:
    """Settings whose e-mail goes through the gate."""
    return settings.replace('use = "folder"\npath = "outbox"', 'use = "gate"\npath = "gate"')


def noted(folder: Path, name: str = "sent") -> list[tuple[int, str]]:
    """The process and the debtor of each line."""
    path = folder / "gate" / name
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [(int(process), debtor) for process, debtor in map(str.split, lines)]
