"""What an engine is made of: from `regua.toml`, from arguments, or from both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from attrs import define, evolve, field

from regua.core.calendars import Calendar
from regua.core.events import Event
from regua.core.indexes import Index
from regua.core.planning.support import CARRIED_OUT
from regua.core.policy import WRITTEN
from regua.engine.boletos import Boletos
from regua.engine.log import Log
from regua.engine.pacing import Pacing
from regua.engine.sealed import sealed_store
from regua.engine.settings import (
    CreditorSettings,
    Settings,
    VaultSettings,
    build_boletos,
    build_channels,
    build_executors,
    build_registrars,
    read_settings,
)
from regua.engine.vault import KeyRing, Vault, check_apart
from regua.errors import SettingsError
from regua.messages import MessageBook
from regua.plugins import FunctionChannel, PluginFailure, Registry
from regua.policyfile import Catalog
from regua.ports import BoletoProvider, Channel, Executor, NoConfig, Store

Clock = Callable[[], "datetime | int"]
T = TypeVar("T")
TASKS: Final = "tasks"
"""Name of the executor that comes with regua."""


class Closing(Protocol):
    """What is closed."""

    def close(self) -> None:
        """Give connections back."""


@define(kw_only=True)
class Parts:
    """The parts of an engine. What was made here is closed with it; what was given belongs to who gave it.

    Attributes:
        store: where everything is kept, what is personal under the keys of the vault.
        creditors: by id.
        channels: by the name that policies use.
        executors: by the name of the configuration.
        calendars: by name.
        indexes: by name.
        messages: the templates.
        registry: what the plugins gave.
        registrars: by the name that policies use.
        boletos: providers of boletos, by the name of the configuration.
        pacing: how often and how fast channels, executors and registrars are tried, by name.
        now: the host's clock, or None for the store's.
        made: what is to be closed, the store first.
    """

    store: Store
    creditors: Mapping[str, CreditorSettings]
    channels: Mapping[str, Channel]
    executors: Mapping[str, Executor]
    calendars: Mapping[str, Calendar]
    indexes: Mapping[str, Index]
    messages: MessageBook
    registry: Registry
    registrars: Mapping[str, Executor]
    boletos: Mapping[str, BoletoProvider]
    pacing: Mapping[str, Pacing]
    now: Clock | None
    _made: list[Closing] = field(factory=list, alias="made")

    @property
    def by_name(self) -> dict[str, Executor]:
        """Executors, then registrars: no two of them share a name."""
        return {**self.executors, **self.registrars}

    @property
    def by_kind(self) -> dict[tuple[str, str], tuple[str, Executor]]:
        """The executor of each kind of step and name, and under "" the first configured one, with its name."""
        found: dict[tuple[str, str], tuple[str, Executor]] = {}
        for name, executor in self.by_name.items():
            for kind in sorted(executor.kinds):
                found[kind, name] = name, executor
                found.setdefault((kind, ""), (name, executor))
        return found

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of step that can be carried out."""
        boleto = {"boleto"} if self.boletos else set[str]()
        return CARRIED_OUT & {*WRITTEN, *boleto, *(kind for kind, _ in self.by_kind)}

    def boletos_of(self, creditor: str) -> Boletos | None:
        """What a creditor's provider is asked by, or None.

        Raises:
            SettingsError: there is no provider of that name.
        """
        name = self.creditors[creditor].boleto
        if not name:
            return None
        if name not in self.boletos:
            there = f"; there are {', '.join(sorted(self.boletos))}" if self.boletos else ""
            message = (
                f"creditor {creditor!r} has no provider of boletos {name!r}; add [boleto.{name}] to regua.toml{there}"
            )
            raise SettingsError([message])
        return Boletos(name, self.boletos[name], proves_death=self.store.lease is None)

    @property
    def catalog(self) -> Catalog:
        """The names that policies may use."""
        found = self.registry.catalog(
            channels=self.channels,
            templates=self.messages.names(),
            registrars=self.registrars,
            calendars=self.calendars,
            indexes=self.indexes,
        )
        notifying = {name for name, each in self.registrars.items() if each.capabilities.sends_legal_notice}
        return evolve(found, kinds=self.kinds, notifying=frozenset(notifying))

    def told(self, log: Log) -> Callable[[Event], None]:
        """Tells observers of an event; one that fails is told to the log."""

        def failed(failure: PluginFailure) -> None:
            log.error("an observer failed", plugin=failure.plugin, error=failure.error)

        return lambda event: self.registry.event_recorded(event, failed=failed)

    def close(self) -> None:
        """Close what was made here, whatever one of them raises; again does nothing."""
        made, self._made = self._made, []
        with ExitStack() as stack:
            for part in made:
                stack.callback(part.close)


def assemble(
    config: str | Path | None,
    *,
    store: str | Store | None,
    vault: str | Vault | None = None,
    creditors: Mapping[str, CreditorSettings] | None,
    channels: Mapping[str, Channel] | None,
    executors: Mapping[str, Executor] | None,
    registrars: Mapping[str, Executor] | None,
    boletos: Mapping[str, BoletoProvider] | None,
    calendars: Sequence[Calendar],
    indexes: Sequence[Index],
    templates: str | Path | None,
    plugins: Sequence[object],
    pacing: Mapping[str, Pacing] | None,
    now: Clock | None,
) -> Parts:
    """Make the parts; what is given beside the file takes the place of what it says."""
    registry = Registry.discover(*plugins)
    settings = Settings() if config is None else read_settings(config, registry)
    folders = [Path(folder) for folder in (templates, settings.templates) if folder is not None]
    functions = {name: each for name, each in registry.channels.items() if isinstance(each, FunctionChannel)}
    url = store or settings.store_url
    _check_vault(url, vault, settings.vault)
    opened = _store(url, registry)
    made: list[Closing] = [] if opened is store else [opened]
    try:
        keys = _key_ring(vault, settings.vault, registry, made)
        own_channels = build_channels(settings, registry)
        made += own_channels.values()
        own_executors = build_executors(settings, registry)
        made += own_executors.values()
        own_registrars = build_registrars(settings, registry)
        made += own_registrars.values()
        own_boletos = build_boletos(settings, registry)
        made += own_boletos.values()
        return Parts(
            store=sealed_store(opened, keys),
            creditors=_creditors(creditors, settings),
            channels=_first_of(channels or {}, own_channels, functions),
            executors=_first_of(executors or {}, own_executors, _task_queue(registry)),
            calendars=_first_of({each.name: each for each in calendars}, settings.calendars, registry.calendars),
            indexes=_first_of({each.name: each for each in indexes}, settings.indexes, registry.indexes),
            messages=MessageBook.open(*folders),
            registry=registry,
            registrars=_first_of(registrars or {}, own_registrars),
            boletos=_first_of(boletos or {}, own_boletos),
            pacing=_first_of(pacing or {}, settings.pacing),
            now=now,
            made=made,
        )
    except BaseException:
        for part in reversed(made):
            part.close()
        raise


def _first_of(*tables: Mapping[str, T]) -> dict[str, T]:
    """Every name once: what the earlier tables have comes before the later ones, in place and in order."""
    found: dict[str, T] = {}
    for table in tables:
        for name, part in table.items():
            found.setdefault(name, part)
    return found


def _task_queue(registry: Registry) -> dict[str, Executor]:
    """Tasks go to people without anything being configured; whatever is configured for them comes first."""
    make: Any = registry.executors.get(TASKS)
    return {} if make is None else {TASKS: make(NoConfig())}


def _creditors(given: Mapping[str, CreditorSettings] | None, settings: Settings) -> Mapping[str, CreditorSettings]:
    creditors = {**settings.creditors, **(given or {})}
    if not creditors:
        message = "no creditor; add [creditor.NAME] to regua.toml, or give creditors={...}"
        raise SettingsError([message])
    return creditors


def _store(given: str | Store, registry: Registry) -> Store:
    if not isinstance(given, str):
        return given
    if not given:
        message = (
            'nothing says where to store; add [store] url = "sqlite:///regua.sqlite3" to regua.toml, or give store='
        )
        raise SettingsError([message])
    scheme = given.partition(":")[0]
    if scheme not in registry.stores:
        there = ", ".join(f"{name}:" for name in sorted(registry.stores))
        message = f"no plugin has a store for this URL; it begins with one of {there}"
        raise SettingsError([message])
    return registry.stores[scheme].open(given)


def _check_vault(store: str | Store, given: str | Vault | None, settings: VaultSettings | None) -> None:
    """Refuse a vault in the database of the store."""
    if given is not None:
        check_apart(store, given.keys if isinstance(given, Vault) else given)
    elif settings is not None:
        check_apart(store, settings.url)


def _key_ring(
    given: str | Vault | None,
    settings: VaultSettings | None,
    registry: Registry,
    made: list[Closing],
) -> KeyRing | None:
    """The keys in the vault that is given, else in that of the settings, whose store is closed with the rest."""
    if isinstance(given, Vault):
        return KeyRing(given)
    settings = settings if given is None else VaultSettings(url=given)
    if settings is None:
        return None
    keys = _store(settings.url, registry)
    made.append(keys)
    return KeyRing(Vault(keys=keys, master=settings.key))
