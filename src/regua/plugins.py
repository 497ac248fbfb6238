"""How plugins are written down: the hook marker, channels of one function, and the registry.

The hookspecs, discovery and the Catalog come with the engine; the registry says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, Self

import pluggy
from attrs import field, frozen

from regua.errors import NotYetSupported
from regua.ports import Capabilities, Channel, Message, NoConfig, Receipt

hookimpl: Final = pluggy.HookimplMarker("regua")
"""Marks a plugin's hooks: `@hookimpl` above `def regua_channels()`."""


@frozen
class FunctionChannel:
    """A channel made of one function by `channel`.

    Attributes:
        name: what `regua.toml` says in `use`.
        function: sends one message; answers and raises as `Channel.send` does.
        capabilities: what it can do and promise.
    """

    Config: ClassVar[type[NoConfig]] = NoConfig

    name: str
    function: Callable[[Message], Receipt]
    capabilities: Capabilities = field(factory=Capabilities, kw_only=True)

    def send(self, message: Message) -> Receipt:
        """Call the function."""
        return self.function(message)

    def close(self) -> None:
        """There is nothing to give back."""


def channel(
    name: str, *, capabilities: Capabilities | None = None
) -> Callable[[Callable[[Message], Receipt]], FunctionChannel]:
    """Make a channel of a function, for an application that needs no package.

    Give what comes out to `Engine.open(..., plugins=[...])`.

    Args:
        name: what `regua.toml` says in `use`.
        capabilities: what it can do and promise; None for a blind channel.
    """

    def of(function: Callable[[Message], Receipt]) -> FunctionChannel:
        return FunctionChannel(name, function, capabilities=capabilities or Capabilities())

    return of


class Registry:
    """What plugins registered, by name. One broken plugin is reported and leaves the others alone."""

    @classmethod
    def discover(cls, *plugins: object, entry_points: bool = True) -> Self:  # noqa: ARG003 - comes with the engine
        """Collect hook modules and channels: those given and, unless told otherwise, those installed.

        Raises:
            NotYetSupported: in this version.
        """
        raise NotYetSupported("Registry.discover comes with the engine; until then make channels yourself: cls(config)")

    @property
    def channels(self) -> Mapping[str, type[Channel] | Channel]:
        """Channel classes, and channels of one function, by name."""
        raise NotYetSupported("Registry.channels comes with the engine")
