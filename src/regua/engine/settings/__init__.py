"""`regua.toml`: where and with what. It is read whole, with every problem at its line and column, or not at all."""

from regua.engine.settings.building import build_boletos, build_channels, build_executors, build_registrars
from regua.engine.settings.indexes import read_rates
from regua.engine.settings.reading import CODES, read_settings
from regua.engine.settings.values import CreditorSettings, PluginSettings, Settings, VaultSettings

__all__ = [
    "CODES",
    "CreditorSettings",
    "PluginSettings",
    "Settings",
    "VaultSettings",
    "build_boletos",
    "build_channels",
    "build_executors",
    "build_registrars",
    "read_rates",
    "read_settings",
]
