"""From `regua.toml` to `Settings`, or to everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from regua.core.policy import Origin, Origins
from regua.engine.settings.calendars import OwnCalendar
from regua.engine.settings.config import ConfigReader
from regua.engine.settings.environment import Taken
from regua.engine.settings.indexes import RatesFile
from regua.engine.settings.sections import PluginName, PluginSection
from regua.engine.settings.shapes import Location, MasterKey, NamedTables, SegmentsSent, StoreUrl
from regua.engine.settings.values import CreditorSettings, Settings, VaultSettings
from regua.errors import SettingsError
from regua.plugins import Registry
from regua.policyfile import Catalog
from regua.policyfile.diagnostics import CODES as POLICY_CODES
from regua.policyfile.diagnostics import Report, ReportFullError
from regua.policyfile.nodes import Node, Reading, RefusedError
from regua.policyfile.scalars import Constant, Name, Sentence, Shape
from regua.policyfile.source import parse_source
from regua.policyfile.tables import Key, ListOf, Table

FORMAT: Final = 1
_SHARED_CODES: Final = (
    *("unreadable", "encoding", "too-large", "too-deep", "too-many-problems", "toml-syntax", "unknown-format"),
    *("unknown-key", "missing-key", "wrong-type", "invalid-value", "out-of-range", "duplicate-value"),
    "unknown-value",
)
CODES: Final[dict[str, str]] = {
    **{code: POLICY_CODES[code] for code in _SHARED_CODES},
    "duplicate-id": "a channel, executor, registrar, provider of boletos or calendar has the name of another",
    "missing-file": "there is no such file or folder",
    "missing-variable": "the environment does not have the variable that a value names",
    "plugin-failed": "a plugin raised when it was made, or cannot say what its keys are",
    "unknown-plugin": "no plugin offers that",
}
"""Every code that `regua.toml` can be given, and what it means."""

_FORMAT: Final = Constant(FORMAT, "unknown-format", f"this version of regua reads format = {FORMAT}")
_NAMESPACE: Final = ("channel", "executor", "registrar", "boleto")
OFFLINE: Final = "offline"
"""The provider of boletos where a table does not say: without a vendor, of the plugin regua-boleto."""
_HOOKS: Final = {
    "channel": "regua_channels",
    "executor": "regua_executors",
    "registrar": "regua_executors",
    "boleto": "regua_boleto_providers",
}


def read_settings(
    source: Path | str, registry: Registry, *, environment: Mapping[str, str] | None = None, to_open: bool = True
) -> Settings:
    """Read `regua.toml`.

    Args:
        source: its path. Paths in it begin at its folder.
        registry: what plugins offer.
        environment: where `"env:NAME"` is looked up; None for that of the process.
        to_open: whether something will be opened with them. Else the variables of what policies do not depend on need
            not be set: URLs, keys and creditors' words stay the names, and a plugin's config is None.

    Raises:
        SettingsError: the file has problems; its `diagnostics` are all of them.
    """
    report = Report()
    with suppress(ReportFullError):
        settings = _examine(Path(source), str(source), registry, environment, report, to_open=to_open)
        if settings is not None:
            return settings
    raise SettingsError(report.sorted())


def _examine(
    path: Path,
    name: str,
    registry: Registry,
    environment: Mapping[str, str] | None,
    report: Report,
    *,
    to_open: bool,
) -> Settings | None:
    """Report everything; give the settings where nothing is an error."""
    if _is_missing(path):
        remedy = "name it by its path (--config), or write a starter with `regua init`"
        report.add("missing-file", Origin(name, 1, 1), f"there is no such file in {path.absolute().parent}; {remedy}")
        return None
    parsed = parse_source(path, name, report)
    if parsed is None:
        return None
    reading = Reading(parsed=parsed, catalog=Catalog(), report=report, currency="BRL")
    root = Node(reading=reading, path=(), value=parsed.data)
    if parsed.data.get("format", FORMAT) != FORMAT:
        with suppress(RefusedError):
            _FORMAT.read(root.child("format"))
        return None
    variables = os.environ if environment is None else environment
    tables = Tables(registry=registry, environment=variables, folder=path.absolute().parent, to_open=to_open)
    parts, _ = tables.document().read_keys(root)
    _check_names(root)
    parts.pop("format", None)
    return None if report.errors else Settings(**parts)


def _is_missing(path: Path) -> bool:
    """Whether nothing is there; of what cannot be looked at, reading says why."""
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return False


def _check_names(root: Node) -> None:
    """Channels, executors and registrars share their names: receipts and evidence say no more than the name."""
    first: dict[str, str] = {}
    for kind in _NAMESPACE:
        table = root.value.get(kind)
        for name in table if isinstance(table, dict) else ():
            if name in first:
                message = f"[{first[name]}.{name}] has that name; rename one of the two"
                root.child(kind).report("duplicate-id", message, name)
            first.setdefault(name, kind)


@frozen(kw_only=True)
class Tables:
    """The tables of the file.

    Attributes:
        registry: what plugins offer.
        environment: the variables that values may name.
        folder: where relative paths begin.
        to_open: whether every variable must be set.
    """

    registry: Registry
    environment: Mapping[str, str]
    folder: Path
    to_open: bool = True

    def document(self) -> Table:
        """The whole file."""
        return Table(
            what="regua.toml",
            keys={
                "format": Key(_FORMAT, f"format = {FORMAT} is the version of the format", required=True),
                "store": Key(self.store(), "where the engine keeps what it knows", into="store_url"),
                "vault": Key(self.vault(), "where the keys are, under which personal data is stored"),
                "creditor": Key(
                    NamedTables(what="tables [creditor.ID]", item=self.creditor()), "who is owed", into="creditors"
                ),
                "channel": Key(self.sections("channel"), "what brings messages to debtors", into="channels"),
                "executor": Key(self.sections("executor"), "what carries out other kinds of step", into="executors"),
                "registrar": Key(self.sections("registrar"), "who carries out legal acts", into="registrars"),
                "boleto": Key(self.sections("boleto"), "who issues boletos", into="boletos"),
                "calendar": Key(
                    NamedTables(what="tables [calendar.NAME]", item=self.calendar()),
                    "calendars with holidays of your own",
                    into="calendars",
                ),
                "index": Key(self.indexes(), "monthly rates that policies name", into="indexes"),
                "templates": Key(
                    self.taken(Location(folder=self.folder, kind="folder")), "the folder of message templates"
                ),
            },
            build=_nothing,
        )

    def store(self) -> Table:
        """`[store]`."""
        return Table(what="[store]", keys={"url": self.url("the URL of the store")}, build=_url)

    def vault(self) -> Table:
        """`[vault]`."""
        keys = {
            "url": self.url("the URL of a database of its own, with short-lived backups"),
            "key": Key(self.spared(MasterKey(), discreet=True), "the master key under which the keys are stored"),
        }
        return Table(what="[vault]", keys=keys, build=_vault)

    def url(self, meaning: str) -> Key:
        """Of a store."""
        url = StoreUrl(
            folder=self.folder,
            schemes=self.registry.stores,
            why_missing=partial(self.registry.why_missing, "regua_stores"),
        )
        return Key(self.spared(url, discreet=True), meaning, required=True)

    def creditor(self) -> Table:
        """`[creditor.ID]`."""
        policy, name = self.taken(Location(folder=self.folder, kind="file")), self.taken(Name())
        return Table(
            what="a creditor",
            keys={
                "policies": Key(
                    ListOf(item=policy, what="a list of policy files"),
                    "every version that governs a receivable in flight; new ones get the newest of the first id",
                    required=True,
                ),
                "segments": Key(
                    NamedTables(what='a table such as { vip = "loja-vip" }', item=name),
                    "id of the policy that new receivables of debtors of that segment get",
                ),
                "name": Key(self.spared(Sentence()), "as debtors know it (CDC art. 42-A)"),
                "document": Key(self.spared(Sentence()), "CPF or CNPJ (CDC art. 42-A)"),
                "address": Key(self.spared(Sentence()), "of the creditor (CDC art. 42-A)"),
                "boleto": Key(name, "who issues its boletos: the NAME of a [boleto.NAME]"),
            },
            build=_creditor,
            rules=(SegmentsSent(policy=policy, name=name),),
        )

    def sections(self, kind: str) -> NamedTables:
        """`[channel.NAME]` and its like."""
        offered: Mapping[str, Any] = self.registry.executors
        if kind in ("channel", "boleto"):
            offered = self.registry.channels if kind == "channel" else self.registry.boleto_providers
        name = PluginName(what=kind, offered=offered, why_missing=partial(self.registry.why_missing, _HOOKS[kind]))
        reader = ConfigReader(environment=self.environment, folder=self.folder, spared=not self.to_open)
        default = OFFLINE if kind == "boleto" else ""
        section = PluginSection(what=kind, name=name, reader=reader, default=default)
        return NamedTables(what=f"tables [{kind}.NAME]", item=section)

    def calendar(self) -> OwnCalendar:
        """`[calendar.NAME]`."""
        why_missing = partial(self.registry.why_missing, "regua_calendars")
        return OwnCalendar(offered=self.registry.calendars, why_missing=why_missing, take=self.taken)

    def indexes(self) -> NamedTables:
        """`[index.NAME]`."""
        return NamedTables(what="tables [index.NAME]", item=self.index())

    def index(self) -> RatesFile:
        """One of them."""
        return RatesFile(location=Location(folder=self.folder, kind="file"), take=self.taken)

    def taken(self, shape: Shape) -> Taken:
        """A value that may stand in the environment."""
        return Taken(shape=shape, environment=self.environment)

    def spared(self, shape: Shape, *, discreet: bool = False) -> Taken:
        """The same of one that no policy depends on."""
        return Taken(shape=shape, environment=self.environment, discreet=discreet, spared=not self.to_open)


def _nothing(**_: Any) -> None:
    """The root has no value of its own: its parts become the settings."""


def _url(*, url: str, **_: Any) -> str:
    return url


def _vault(*, url: str, key: bytes | str | None = None, **_: Any) -> VaultSettings:
    return VaultSettings(url=url, key=key if isinstance(key, bytes) else None)


def _creditor(*, origins: Origins, **values: Any) -> CreditorSettings:
    return CreditorSettings(**values, origin=origins[""])
