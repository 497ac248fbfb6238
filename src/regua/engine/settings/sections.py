"""The sections whose keys are a plugin's: channels, executors, registrars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from attrs import frozen

from regua.engine.settings.config import USE, ConfigReader
from regua.engine.settings.environment import Taken
from regua.engine.settings.pacing import read_pacing, schema
from regua.engine.settings.values import PluginSettings
from regua.policyfile.diagnostics import nearest, quoted
from regua.policyfile.nodes import Node, RefusedError
from regua.policyfile.scalars import Json


@frozen(kw_only=True)
class PluginName:
    """The name of something that plugins offer.

    Attributes:
        what: how messages call it: `channel`.
        offered: what there is, by name.
        why_missing: says of a name why it may not be there.
    """

    what: str
    offered: Mapping[str, Any]
    why_missing: Callable[[str], str]

    def read(self, node: Node) -> str:
        """Read the name."""
        if not isinstance(node.value, str):
            raise node.wrong_type(f"the name of what a plugin offers, such as {_example(self.offered)}")
        if node.value not in self.offered:
            cause = self.why_missing(node.value)
            remedy = nearest(node.value, sorted(self.offered)) + (f"; {cause}" if cause else "")
            raise node.refuse("unknown-plugin", f"no plugin offers the {self.what} {quoted(node.value)}; {remedy}")
        return node.value

    def schema(self) -> Json:
        """One of the names."""
        return {"enum": sorted(self.offered)}


@frozen(kw_only=True)
class PluginSection:
    """The table of one channel, executor or registrar.

    Attributes:
        what: how messages call it: `channel`.
        name: the shape of `use`.
        default: what is used where the table does not say; "" where it has to.
        reader: of the plugin's own keys.
    """

    what: str
    name: PluginName
    reader: ConfigReader
    default: str = ""

    def read(self, node: Node) -> PluginSettings:
        """Read `use`, then the keys of what it names."""
        if not isinstance(node.value, dict):
            raise node.wrong_type(f"a table such as [{self.what}.{node.name}]")
        if USE not in node.value and not self.default:
            section = f"{self.what} {node.name!r}"
            raise node.refuse("missing-key", f"{section} needs the key {USE!r}: the name of what a plugin offers")
        use = self.default
        if USE in node.value:
            use = Taken(shape=self.name, environment=self.reader.environment).read(node.child(USE))
        elif use not in self.name.offered:
            cause = self.name.why_missing(use) or f"install regua-boleto, or name another with {USE!r}"
            raise node.refuse("unknown-plugin", f"no plugin offers the {self.what} {quoted(use)}; {cause}")
        kind, owner, report = self.name.offered[use].Config, f"{self.what} {node.name!r}", node.reading.report
        own, before = self.reader.fields(node, kind, owner), report.errors
        with suppress(RefusedError):
            config = self.reader.read(node, kind, owner)
        pacing = read_pacing(node, self.reader.environment, own)
        if report.errors > before:
            raise RefusedError
        return PluginSettings(use=use, config=config, pacing=pacing, origin=node.origins[""])

    def schema(self) -> Json:
        """An object with `use`, and how often and how fast it is tried; its other keys are the plugin's."""
        return {"type": "object", "properties": {USE: self.name.schema(), **schema()}, "required": [USE]}


def _example(offered: Mapping[str, Any]) -> str:
    return repr(min(offered, default="folder"))
