"""Plugins as they are installed: a module on the path, and a distribution that names it."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHANNEL = """\
from regua.plugins import hookimpl
from regua.ports import Capabilities, NoConfig, Receipt


class {cls}:
    Config = NoConfig
    name = "{name}"
    capabilities = Capabilities()

    def __init__(self, config):
        pass

    def send(self, message):
        return Receipt()

    def close(self):
        pass


@hookimpl
def regua_channels():
    return [{cls}]
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a plugin: its module's source, under a name, with a version."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def installed(module: str, source: str, *, version: str = "1.0", point: str = "", value: str = "") -> None:
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
        info = tmp_path / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[regua]\n{point or module} = {value or module}\n")
        monkeypatch.delitem(sys.modules, module, raising=False)

    return installed


@pytest.fixture
def channel() -> Callable[..., str]:
    """The source of a plugin with one channel."""
    return lambda name, cls="Zap", more="": CHANNEL.format(name=name, cls=cls) + more
