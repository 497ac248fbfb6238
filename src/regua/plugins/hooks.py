"""The hooks: what a plugin may offer, what it returns, and when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import pluggy

from regua.core.calendars import Calendar
from regua.core.events.base import Event
from regua.core.legal import LegalPack
from regua.policyfile.packs.builtin import BuiltinPack
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
    """What has a name by which a policy asks for it: an index, a predicate, a scorer."""

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
        """Offer banks and gateways that issue boletos.

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
    def regua_legal_packs(self) -> Sequence[LegalPack | BuiltinPack]:
        """Offer legal packs, the limits that a law sets.

        Called once, by `Registry.discover`.

        Returns:
            Packs as `regua.read_pack` reads them; policies name them in `packs`.

        Example:
            @hookimpl
            def regua_legal_packs():
                return [regua.read_pack(files("torpedo") / "uy.toml")]
        """

    @_hook
    def regua_extensions(self) -> Sequence[Named]:
        """Offer indexes. Predicates and scorers may be offered too, and this version calls neither.

        An index is an object with a `name`, a `version` and `rate(year, month)`, which gives a share a month, or None
        where the month is not published (`regua.ports.Index`). Policies name it in `correction`; the one named
        `taxa-legal` is the rate of `interest = "legal"`.

        Called once, by `Registry.discover`.

        Returns:
            Objects with a `name`, by which policies ask for them.

        Example:
            @hookimpl
            def regua_extensions():
                return [SgsSeries("taxa-legal", 29543)]
        """

    @_hook
    def regua_commands(self) -> Sequence[click.Command]:
        """Offer commands for the command line: they run as `regua NAME`, where regua has no command of that name.

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
