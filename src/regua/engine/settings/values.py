"""What `regua.toml` says, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen

from regua.core.calendars import Calendar
from regua.core.indexes import Index
from regua.core.policy import Origin, Policy
from regua.engine.pacing import Pacing


@frozen(kw_only=True)
class CreditorSettings:
    """One creditor.

    Attributes:
        policies: every version that governs a receivable in flight, as files or values; new ones get the newest of
            the first id, where nothing else says which.
        segments: id of the policy that new receivables of debtors of a segment get.
        by_order: whether of several versions of one policy new receivables get the first, and not the newest; so do
            tests and simulations.
        name: as debtors know it (CDC art. 42-A).
        document: CPF or CNPJ (CDC art. 42-A).
        address: of the creditor (CDC art. 42-A).
        boleto: name of the provider that issues its boletos, or "" where nobody does.
        origin: where the table stands, or None where it is not of a file.
    """

    policies: Sequence[Policy | Path | str]
    segments: Mapping[str, str] = field(factory=dict)
    by_order: bool = False
    name: str = ""
    document: str = ""
    address: str = ""
    boleto: str = ""
    origin: Origin | None = field(default=None, eq=False, repr=False)


@frozen(kw_only=True)
class PluginSettings:
    """One channel, executor, registrar or provider of boletos: which plugin makes it, with what, and how it is tried.

    Attributes:
        use: the plugin's name for what it offers.
        config: the plugin's own `Config`, complete, or None where nothing is to be opened and a variable is lacking. It
            may hold secrets, so it is left out of the repr.
        pacing: how often and how fast it is tried.
        origin: where the section stands, or None where it is not of a file.
    """

    use: str
    config: Any = field(repr=False)
    pacing: Pacing = Pacing()
    origin: Origin | None = field(default=None, eq=False)


@frozen(kw_only=True)
class VaultSettings:
    """Where the keys are, under which personal data is stored. Both may be secrets, so they are left out of the repr.

    Attributes:
        url: of the store of the keys.
        key: the master key, or None.
    """

    url: str = field(repr=False)
    key: bytes | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Settings:
    """A `regua.toml`. Paths are absolute.

    Attributes:
        store_url: of the store, or "" where the file has none. It may hold a password, so it is left out of the repr.
        vault: of the keys of personal data, or None.
        creditors: by id.
        channels: by the name that policies use.
        executors: by a name of their own.
        registrars: by the name that policies use.
        boletos: providers of boletos, by the name that creditors use.
        calendars: with holidays of the file's own, by name.
        indexes: of files of monthly rates, by name.
        templates: the folder of message templates, or None.
    """

    store_url: str = field(default="", repr=False)
    vault: VaultSettings | None = None
    creditors: Mapping[str, CreditorSettings] = field(factory=dict)
    channels: Mapping[str, PluginSettings] = field(factory=dict)
    executors: Mapping[str, PluginSettings] = field(factory=dict)
    registrars: Mapping[str, PluginSettings] = field(factory=dict)
    boletos: Mapping[str, PluginSettings] = field(factory=dict)
    calendars: Mapping[str, Calendar] = field(factory=dict)
    indexes: Mapping[str, Index] = field(factory=dict)
    templates: Path | None = None

    @property
    def pacing(self) -> dict[str, Pacing]:
        """How often and how fast channels, executors and registrars are tried, by name."""
        sections = {**self.channels, **self.executors, **self.registrars, **self.boletos}
        return {name: each.pacing for name, each in sections.items()}
