"""The registry: what plugins offer, by name, and what is wrong with those that failed."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from attrs import field, frozen

from regua.core.calendars import Calendar, root
from regua.core.events.base import Event
from regua.core.indexes import Index
from regua.core.legal import LegalPack
from regua.core.planning.support import CARRIED_OUT
from regua.plugins.admission import OBSERVER, Admission, Admitted, Observe
from regua.plugins.discovery import candidates
from regua.plugins.failures import BROKEN, SWITCH, PluginFailure, told
from regua.plugins.hooks import Named
from regua.policyfile.catalog import Catalog
from regua.policyfile.diagnostics import nearest
from regua.policyfile.packs.builtin import Packs
from regua.ports import BoletoProvider, Channel, Executor, StorePlugin

if TYPE_CHECKING:
    import click

_HOOKS: Final = {"calendars": "regua_calendars", "channels": "regua_channels", "packs": "regua_legal_packs"}
"""By field of a catalog, the hook that gives its names."""
_log: Final = logging.getLogger("regua.plugins")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@frozen(kw_only=True)
class RegisteredPlugin:
    """One plugin that is in use.

    Attributes:
        name: of its entry point; of one that was given, the module's, the channel's or the class's.
        version: of its distribution, or "" where that is not known.
        offers: names by hook, such as `{"regua_channels": ("console", "folder")}`; hooks that gave none are not there.
        observe: tells it of an event, or None where it does not want to know.
    """

    name: str
    version: str
    offers: Mapping[str, tuple[str, ...]]
    observe: Observe | None = field(default=None, repr=False, eq=False)

    @classmethod
    def of(cls, admitted: Admitted) -> Self:
        """Keep the names of what was offered."""
        offers = {hook: tuple(found) for hook, found in admitted.offers.items() if found}
        candidate = admitted.candidate
        return cls(name=candidate.name, version=candidate.version, offers=offers, observe=admitted.observe)


@frozen(kw_only=True)
class Registry:
    """What plugins registered, by name. One broken plugin is reported and leaves the others alone.

    Attributes:
        plugins: those in use, in the order in which they were asked.
        failures: those that are not, and why.
        disabled: those that `REGUA_DISABLED_PLUGINS` leaves out.
    """

    plugins: tuple[RegisteredPlugin, ...] = ()
    failures: tuple[PluginFailure, ...] = ()
    disabled: tuple[str, ...] = ()
    _offers: Mapping[str, Mapping[str, Any]] = field(factory=dict, alias="offers", repr=False)

    @classmethod
    def discover(cls, *plugins: object, entry_points: bool = True, commands: bool = False) -> Self:
        """Collect what plugins offer: regua's own, then those given, then those installed.

        A name belongs to the plugin that gave it first. A plugin that cannot be imported, was written for another
        interface, returns what cannot be used or raises is left out whole, and told in `failures`.

        `REGUA_DISABLED_PLUGINS` names plugins to leave out, with commas between them; a name that no plugin has is told
        to the logger `regua.plugins`. `REGUA_TRACE_HOOKS=1` tells each call of a hook to the logger `regua.hooks`.

        Args:
            plugins: modules or objects with hooks, and channels made by `regua.channel`.
            entry_points: whether to look for installed ones: entry points of the group `regua`.
            commands: whether to ask for commands of the command line, which needs click.
        """
        switched_off = {name.strip() for name in os.environ.get(SWITCH, "").split(",")} - {""}
        admission, disabled, seen = Admission(commands=commands), [], []
        for candidate in candidates(plugins, installed=entry_points):
            seen.append(candidate.name)
            if candidate.name in switched_off:
                disabled.append(candidate.name)
            else:
                admission.admit(candidate)
        if entry_points:  # else a name may be that of one which nobody looked for
            _tell_unknown(switched_off, seen)
        return cls(
            plugins=tuple(map(RegisteredPlugin.of, admission.admitted)),
            failures=tuple(admission.failures),
            disabled=tuple(dict.fromkeys(disabled)),
            offers=admission.offers,
        )

    @property
    def channels(self) -> Mapping[str, type[Channel] | Channel]:
        """Channel classes, and channels of one function, by name."""
        return self._of("regua_channels")

    @property
    def stores(self) -> Mapping[str, type[StorePlugin]]:
        """Store classes by the scheme of their URLs."""
        return self._of("regua_stores")

    @property
    def boleto_providers(self) -> Mapping[str, type[BoletoProvider]]:
        """Classes of boleto providers by name."""
        return self._of("regua_boleto_providers")

    @property
    def executors(self) -> Mapping[str, type[Executor]]:
        """Executor classes by name."""
        return self._of("regua_executors")

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Calendars by name."""
        return self._of("regua_calendars")

    @property
    def legal_packs(self) -> Mapping[str, LegalPack]:
        """Legal packs by name; each of regua's own is read when it is asked for."""
        return Packs(self._of("regua_legal_packs"))

    @property
    def extensions(self) -> Mapping[str, Named]:
        """Predicates, scorers and indexes by name."""
        return self._of("regua_extensions")

    @property
    def indexes(self) -> Mapping[str, Index]:
        """Indexes by name: the extensions that have a version and monthly rates."""
        return {name: each for name, each in self.extensions.items() if isinstance(each, Index)}

    @property
    def commands(self) -> Mapping[str, click.Command]:
        """Commands of the command line by name, where they were asked for."""
        return self._of("regua_commands")

    def _of(self, hook: str) -> Mapping[str, Any]:
        return self._offers.get(hook, _NOTHING)

    def catalog(
        self,
        *,
        channels: Iterable[str] | None = None,
        templates: Iterable[str] | None = None,
        registrars: Iterable[str] | None = None,
        calendars: Mapping[str, Calendar] = _NOTHING,
        indexes: Iterable[str] | None = None,
    ) -> Catalog:
        """The names that a policy may use, as plain values.

        Args:
            channels: names of channels in `regua.toml`; None where they are not known, so that none is refused.
            templates: names of templates, likewise.
            registrars: names of registrars in `regua.toml`, likewise.
            calendars: those of `regua.toml` by name, beside those of plugins.
            indexes: names of indexes in `regua.toml`, likewise; None where they are not known, so that none is refused.
        """
        given = {
            name: names if names is None else frozenset(names)
            for name, names in (("channels", channels), ("templates", templates), ("registrars", registrars))
        }
        known = None if indexes is None else frozenset({*self.indexes, *indexes})
        causes = {field: self._causes(hook) for field, hook in _HOOKS.items()}
        causes["channels"].pop("", None)  # a channel that regua.toml does not have is missed by no plugin
        every = {**self.calendars, **calendars}
        return Catalog(
            kinds=CARRIED_OUT,
            calendars=frozenset(every),
            bank_calendars=frozenset(name for name, each in every.items() if root(each).name == "br-bancario"),
            packs=self.legal_packs,
            indexes=known,
            causes=causes,
            **given,
        )

    def why_missing(self, hook: str, name: str) -> str:
        """Say which failed plugin would have given a name, or may have; "" where none could.

        Args:
            hook: such as `"regua_channels"`.
            name: what is not there.
        """
        causes = self._causes(hook)
        return causes.get(name, causes.get("", ""))

    def _causes(self, hook: str) -> dict[str, str]:
        """By name, why it is not there; under "", why any other name may not be."""
        causes: dict[str, str] = {}
        for failure in self.failures:
            for name in failure.lost.get(hook, ()):
                causes.setdefault(name, str(failure))
        suspects = [f"perhaps because {failure}" for failure in self.failures if hook not in failure.lost]
        suspects += [f"perhaps because plugin {name!r} is left out by {SWITCH}" for name in self.disabled]
        if suspects:
            causes[""] = "; ".join(suspects)
        return causes

    def event_recorded(self, event: Event, *, failed: Callable[[PluginFailure], None]) -> None:
        """Tell every observer of an event that is durable. What an observer raises stops nothing.

        Args:
            event: what was recorded.
            failed: is told of each observer that failed: type and place, without the error's text, which may be
                personal. What it raises itself is raised.
        """
        for plugin in self.plugins:
            if plugin.observe is None:
                continue
            try:
                plugin.observe(event=event)
            except BROKEN as error:
                # Its text goes to a log, and an observer may have looked at personal data.
                said = told(error, plugin.name, conceal=lambda _: "")
                failed(PluginFailure(plugin=plugin.name, version=plugin.version, hook=OBSERVER, error=said))


def _tell_unknown(switched_off: Iterable[str], known: Iterable[str]) -> None:
    """Who leaves out a plugin of a wrong name leaves out nothing, and is told so."""
    names = sorted(set(known))
    for name in sorted({*switched_off}.difference(names)):
        _log.warning("%s leaves out %r, and there is no such plugin; %s", SWITCH, name, nearest(name, names))
