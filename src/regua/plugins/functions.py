"""Channels of one function, for an application that needs no package."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from attrs import field, frozen

from regua.ports import Capabilities, Message, NoConfig, Receipt


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
