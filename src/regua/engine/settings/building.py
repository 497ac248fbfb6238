"""From settings to the channels, executors and registrars that they describe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from regua.core.policy import Origin
from regua.engine.settings.config import values_of, without_secrets
from regua.engine.settings.values import PluginSettings, Settings
from regua.errors import SettingsError
from regua.plugins import Registry
from regua.plugins.failures import BROKEN, described
from regua.policyfile.diagnostics import Report
from regua.ports import BoletoProvider, Capabilities, Channel, Executor

_Made = TypeVar("_Made", Channel, Executor, BoletoProvider)


def build_channels(settings: Settings, registry: Registry) -> dict[str, Channel]:
    """Make the channels, each as `cls(config)`; a channel of one function is there already.

    Raises:
        SettingsError: one cannot be made; those that could be are closed again.
    """
    return _build("channel", settings.channels, registry.channels)


def build_executors(settings: Settings, registry: Registry) -> dict[str, Executor]:
    """Make the executors.

    Raises:
        SettingsError: as of `build_channels`.
    """
    return _build("executor", settings.executors, registry.executors)


def build_registrars(settings: Settings, registry: Registry) -> dict[str, Executor]:
    """Make the registrars.

    Raises:
        SettingsError: as of `build_channels`.
    """
    return _build("registrar", settings.registrars, registry.executors)


def build_boletos(settings: Settings, registry: Registry) -> dict[str, BoletoProvider]:
    """Make the providers of boletos.

    Raises:
        SettingsError: as of `build_channels`.
    """
    return _build("boleto", settings.boletos, registry.boleto_providers)


def _build(
    what: str, sections: Mapping[str, PluginSettings], offered: Mapping[str, type[_Made] | _Made]
) -> dict[str, _Made]:
    report, made = Report(), dict[str, _Made]()
    for name, section in sections.items():
        try:
            made[name] = _made(offered[section.use], section.config)
        except BROKEN as error:
            conceal = partial(without_secrets, config=type(section.config), values=values_of(section.config))
            message = f"{what} {name!r} cannot be made: {described(error, conceal)}; mend its keys, or the plugin"
            report.add("plugin-failed", section.origin or Origin("", 1, 1), message)
    if report.errors:
        for each in made.values():
            with suppress(*BROKEN):
                each.close()
        raise SettingsError(report.sorted())
    return made


def _made(offered: type[_Made] | _Made, config: Any) -> _Made:
    make: Callable[[Any], _Made] | None = offered if isinstance(offered, type) else None
    made = make(config) if make else offered
    if not isinstance(made.capabilities, Capabilities):
        raise TypeError("its capabilities are no Capabilities")
    return made
