"""Where plugins come from: regua's own, those that are given, and those that are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module, metadata
from types import ModuleType
from typing import Final

from attrs import frozen

from regua.plugins.failures import BROKEN
from regua.plugins.functions import FunctionChannel
from regua.plugins.hooks import PROJECT, hookimpl
from regua.ports import Channel

BUILTIN: Final = "regua-builtin"
_BUILTIN_MODULE: Final = "regua.builtin"
"""Imported by name: the layer of the built-ins is above this one, and they are a plugin as any other."""


@frozen(kw_only=True)
class Candidate:
    """A plugin that is not loaded yet.

    Attributes:
        name: of the entry point, of the module, or of the class.
        version: of its distribution, or "" where that is not known.
        load: gives the module or object with the hooks; raises whatever the plugin raises.
    """

    name: str
    version: str
    load: Callable[[], object]


class _OneChannel:
    """The plugin that a channel of one function is."""

    def __init__(self, channel: FunctionChannel) -> None:
        self._channel = channel

    @hookimpl
    def regua_channels(self) -> list[Channel]:
        return [self._channel]


def candidates(given: Sequence[object], *, installed: bool) -> Iterator[Candidate]:
    """Every plugin, in the order in which names are given away: regua's own, those given, then those installed.

    Regua's own are there without being installed, too, for who runs it from its source.
    """
    entry_points = list(_entry_points())
    versions = {point.value.partition(":")[0].strip(): version for point, version in entry_points}
    yield Candidate(
        name=BUILTIN, version=versions.get(_BUILTIN_MODULE, ""), load=lambda: import_module(_BUILTIN_MODULE)
    )
    for plugin in given:
        yield _given(plugin, versions)
    for point, version in entry_points if installed else ():
        yield Candidate(name=point.name, version=version, load=point.load)


def _given(plugin: object, versions: dict[str, str]) -> Candidate:
    if isinstance(plugin, FunctionChannel):
        return Candidate(name=str(plugin.name), version="", load=lambda: _OneChannel(plugin))
    name = plugin.__name__ if isinstance(plugin, ModuleType) else _name_of_object(plugin)
    return Candidate(name=name, version=versions.get(name, ""), load=lambda: plugin)


def _name_of_object(plugin: object) -> str:
    cls = plugin if isinstance(plugin, type) else type(plugin)
    return f"{cls.__module__}.{cls.__qualname__}"


def _entry_points() -> Iterator[tuple[metadata.EntryPoint, str]]:
    """Entry points of the group with their version, in order of names; one broken distribution hides no other."""
    found: dict[tuple[str, str], tuple[metadata.EntryPoint, str]] = {}
    for distribution in metadata.distributions():
        try:
            for point in distribution.entry_points.select(group=PROJECT):
                found.setdefault((point.name, point.value), (point, str(distribution.version or "")))
        except BROKEN:
            continue
    return (found[key] for key in sorted(found))
