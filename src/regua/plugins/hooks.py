"""The hooks: what a plugin may offer, what it returns, and when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import pluggy

from regua.core.calendars import Calendar
from regua.core.events.base import Event
from regua.ports import BoletoProvider, Channel, Executor, StorePlugin

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

PROJECT: Final = "regua"
"""The name of pluggy's markers, and of the entry point group."""

API: Final = 1
"""The interface of plugins: rises when a plugin written for an older one can no longer work."""

hookimpl: Final = pluggy.HookimplMarker(PROJECT)
"""Marks a plugin's hooks: `@hookimpl` above `def regua_channels()`."""

_Function = TypeVar("_Function", bound="Callable[..., object]")
_mark: Final = pluggy.HookspecMarker(PROJECT)


def _hook(function: _Function) -> _Function:
    return _mark(function)


class Named(Protocol):
    """What a policy may name and nothing carries out yet: a legal pack, a predicate."""

    @property
    def name(self) -> str:
        """The name by which policies ask for it."""


class Hooks(Protocol):
    """The hooks. A plugin has those that it needs, as functions marked with `hookimpl`."""

    @_hook
    def regua_channels(self) -> Sequence[type[Channel] | Channel]:
        """Offer channels, which bring messages to debtors.

        Called once, by `Registry.discover`.

        Returns:
            Classes with `name`, `Config`, `send` and `close`; each `[channel.…]` of `regua.toml` whose `use` is the
            name makes one, as `cls(config)`. A channel of one function is given as it is.

        Example:
            @hookimpl
            def regua_channels():
                return [Torpedo]
        """

    @_hook
    def regua_stores(self) -> Sequence[type[StorePlugin]]:
        """Offer stores, where the engine keeps what it knows.

        Called once, by `Registry.discover`.

        Returns:
            Classes with `schemes`, the beginnings of the URLs that are theirs (`"mysql"` of `"mysql://…"`), with
            `open`, and with the members of a store.

        Example:
            @hookimpl
            def regua_stores():
                return [MySqlStore]
        """

    @_hook
    def regua_boleto_providers(self) -> Sequence[type[BoletoProvider]]:
        """Offer banks and gateways that issue boletos. The engine does not use them yet.

        Called once, by `Registry.discover`.

        Returns:
            Classes with `name`, `Config` and the methods of a provider, made as `cls(config)`.

        Example:
            @hookimpl
            def regua_boleto_providers():
                return [BancoDaPraca]
        """

    @_hook
    def regua_executors(self) -> Sequence[type[Executor]]:
        """Offer executors, which carry out what is no message: registrar acts, tasks, service changes.

        Called once, by `Registry.discover`.

        Returns:
            Classes with `name`, `Config`, `kinds`, `run` and `close`; each `[executor.…]` and `[registrar.…]` of
            `regua.toml` whose `use` is the name makes one, as `cls(config)`.

        Example:
            @hookimpl
            def regua_executors():
                return [Bureau]
        """

    @_hook
    def regua_calendars(self) -> Sequence[Calendar]:
        """Offer calendars, which know business days and contact holidays.

        Called once, by `Registry.discover`.

        Returns:
            Objects, not classes; policies name them in `calendar`.

        Example:
            @hookimpl
            def regua_calendars():
                return [MunicipalCalendar("sp-capital")]
        """

    @_hook
    def regua_legal_packs(self) -> Sequence[Named]:
        """Offer legal packs, the limits that a law sets. Nothing uses them yet: what a pack holds will be told then.

        Called once, by `Registry.discover`.

        Returns:
            Objects with a `name`, which policies list in `packs`.

        Example:
            @hookimpl
            def regua_legal_packs():
                return [SaoPaulo2026()]
        """

    @_hook
    def regua_extensions(self) -> Sequence[Named]:
        """Offer predicates, scorers and indexes. Nothing uses them yet: what each has beside a name will be told then.

        Called once, by `Registry.discover`.

        Returns:
            Objects with a `name`, by which policies ask for them.

        Example:
            @hookimpl
            def regua_extensions():
                return [HighRisk()]
        """

    @_hook
    def regua_commands(self) -> Sequence[click.Command]:
        """Offer commands for the command line. `regua plugins` lists them; running them comes with a later version.

        Called by `Registry.discover(commands=True)`, which only the command line says.

        Returns:
            Click commands; import click inside the hook, since an application may lack it.

        Example:
            @hookimpl
            def regua_commands():
                return [import_module("torpedo.cli").balance]
        """

    @_hook
    def regua_event_recorded(self, event: Event) -> None:
        """Observe an event that was recorded. Nothing can be changed or stopped here.

        Called for each event after it is durable, in the thread that recorded it; what it raises is told to the log and
        stops nobody. It may be called again for the same event after a crash, and is not called for what was there
        before the plugin.

        Args:
            event: what was recorded.

        Example:
            @hookimpl
            def regua_event_recorded(event):
                counts[event.type] += 1
        """
