"""What keys of `regua.toml` take, beside what keys of policies do."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from attrs import evolve, frozen

from regua.core.events.base import is_name
from regua.policyfile.diagnostics import Report, nearest, quoted
from regua.policyfile.nodes import Node, RefusedError
from regua.policyfile.scalars import Json, Shape
from regua.policyfile.source import parse_source

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]{0,30}):(?://|$)")
_KEY_BYTES: Final = 32
_ON_DISK: Final = "sqlite:///"
_EXAMPLE: Final = '"sqlite:///dunning.sqlite3"'


@frozen(kw_only=True)
class Location:
    """A path that is there, from the folder of the file.

    Attributes:
        folder: where relative ones begin.
        kind: what it leads to.
    """

    folder: Path
    kind: Literal["file", "folder"]

    def read(self, node: Node) -> Path:
        """Read the path."""
        if not isinstance(node.value, str):
            raise node.wrong_type(f"the path of a {self.kind} in quotes")
        if not node.value or "\0" in node.value:
            raise node.refuse("invalid-value", f"{quoted(node.value)} is no path; write that of a {self.kind}")
        path = self.folder / node.value
        if not (path.is_file() if self.kind == "file" else path.is_dir()):
            message = (
                f"there is no {self.kind} {quoted(node.value)} in {self.folder}; paths begin at this file's folder"
            )
            raise node.refuse("missing-file", message)
        return path

    def schema(self) -> Json:
        """A string."""
        return {"type": "string", "minLength": 1}


@frozen(kw_only=True)
class StoreUrl:
    """The URL of a store; messages repeat no more of it than the scheme.

    Attributes:
        folder: where the paths of SQLite files begin.
        schemes: what is installed.
        why_missing: says of a scheme why it may not be.
    """

    folder: Path
    schemes: Mapping[str, object]
    why_missing: Callable[[str], str]

    def read(self, node: Node) -> str:
        """Read the URL, with an absolute path."""
        if not isinstance(node.value, str):
            raise node.refuse("wrong-type", f"{node.name!r} takes the URL of a store such as {_EXAMPLE}")
        match = _SCHEME.match(node.value)
        if match is None:
            raise node.refuse("invalid-value", f"{node.name!r} is not the URL of a store; write one such as {_EXAMPLE}")
        scheme, cause = match[1], self.why_missing(match[1])
        if scheme not in self.schemes:
            remedy = nearest(scheme, sorted(self.schemes)) + (f"; {cause}" if cause else "")
            raise node.refuse("unknown-plugin", f"no plugin has stores for {quoted(scheme)} URLs; {remedy}")
        return self._absolute(node.value)

    def _absolute(self, url: str) -> str:
        path = url.removeprefix(_ON_DISK)
        return url if path == url or path.startswith(("/", ":")) or not path else f"{_ON_DISK}{self.folder / path}"

    def schema(self) -> Json:
        """A string with a scheme."""
        return {"type": "string", "pattern": f"^{_SCHEME.pattern}"}


@frozen
class MasterKey:
    """32 bytes in Base64; messages repeat nothing of it."""

    def read(self, node: Node) -> bytes:
        """Read the bytes."""
        try:
            key = b64decode(node.value, validate=True)
        except (TypeError, ValueError):
            key = b""
        if len(key) != _KEY_BYTES:
            message = f"{node.name!r} takes {_KEY_BYTES} random bytes in Base64: `openssl rand -base64 32` makes them"
            raise node.refuse("invalid-value", message)
        return key

    def schema(self) -> Json:
        """A string of that length."""
        return {"type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$"}


@frozen(kw_only=True)
class SegmentsSent:
    """Every segment is sent to one of the policies beside it.

    Attributes:
        policy: the shape of the path of one.
        name: the shape of an id.
    """

    policy: Shape
    name: Shape

    def check(self, node: Node) -> None:
        """Report each that is not; nothing where a policy cannot be read, of which its own problems tell."""
        silent = evolve(node, reading=evolve(node.reading, report=Report()))
        try:
            sent = {each: self.name.read(silent.child("segments").child(each)) for each in node.value["segments"]}
            there = {self._id(silent.child("policies").child(place)) for place in range(len(node.value["policies"]))}
        except (RefusedError, LookupError, TypeError):
            return
        for segment, policy in sent.items():
            if there and policy not in there:
                message = (
                    f"none of the creditor's policies has the id {quoted(policy)}; {nearest(policy, sorted(there))}"
                )
                node.child("segments").report("unknown-value", message, segment)

    def _id(self, node: Node) -> str:
        parsed = parse_source(self.policy.read(node), "", Report())
        if parsed is None:
            raise RefusedError
        return str(parsed.data["policy"]["id"])

    def schema(self) -> Json:
        """JSON Schema sees one file."""
        return {}


@frozen(kw_only=True)
class NamedTables:
    """Tables under names of the file's own: `[channel.email]`, `[channel.sms]`.

    Attributes:
        what: how messages call them.
        item: the shape of each.
    """

    what: str
    item: Shape

    def read(self, node: Node) -> dict[str, Any]:
        """Read every table; where one is refused, all are, with the others as their partial value."""
        if not isinstance(node.value, dict):
            raise node.wrong_type(self.what)
        before, found = node.reading.report.errors, {}
        for name in node.value:
            if not (is_name(name) and len(name.split()) == 1):
                node.report("invalid-value", f"{quoted(name)} is no name; take one without spaces", name)
            try:
                found[name] = self.item.read(node.child(name))
            except RefusedError:
                continue
        if node.reading.report.errors > before:
            raise RefusedError(found)
        return found

    def schema(self) -> Json:
        """An object of such objects."""
        return {"type": "object", "additionalProperties": self.item.schema()}
