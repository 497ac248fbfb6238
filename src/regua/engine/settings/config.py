"""A plugin's own keys: from the table of its section to its `Config`, strictly, with secrets kept out of messages."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin

import attrs
from attrs import frozen
from cattrs import Converter

from regua.engine.settings.environment import lacks, taken
from regua.engine.settings.pacing import PACING
from regua.plugins.failures import BROKEN, text_of
from regua.plugins.failures import described as error_described
from regua.policyfile.diagnostics import nearest, quoted
from regua.policyfile.nodes import Node, RefusedError, described

USE: Final = "use"
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,18}\.[0-9]{1,18}")
_WORDS: Final[Mapping[object, str]] = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Path: "a path in quotes",
    tuple: "a list",
    list: "a list",
    frozenset: "a list",
    set: "a list",
    dict: "a table",
}


@frozen(kw_only=True)
class ConfigReader:
    """Reads the keys of one section.

    Attributes:
        environment: the variables that values may name.
        folder: where relative paths begin.
        spared: whether variables need not be set; what lacks one is not made.
    """

    environment: Mapping[str, str]
    folder: Path
    spared: bool = False

    def read(self, node: Node, config: type[Any], owner: str) -> Any:
        """Make the config from a table, or None where a variable is lacking and need not be there.

        Args:
            node: the section's table; `use` and the keys of `PACING` are not the plugin's, unless it has such itself.
            config: the plugin's class.
            owner: how messages call what it configures.

        Raises:
            RefusedError: something is wrong with a key; all of it is reported.
        """
        fields = self.fields(node, config, owner)
        before = node.reading.report.errors
        values: dict[str, Any] = {}
        left = {name for name in fields if self.spared and lacks(node.value.get(name), self.environment)}
        for name in node.value:
            if name in left:
                continue
            if name in fields:
                self._read_key(node.child(name), fields[name], values)
            elif name not in (USE, *PACING):
                known = [USE, *fields, *(each for each in PACING if each not in fields)]
                node.report("unknown-key", f"unknown key {quoted(name)}; {nearest(name, known)}", name)
        for name, field in fields.items():
            if field.default is attrs.NOTHING and name not in node.value:
                node.report("missing-key", f"{owner} needs the key {name!r}")
        if node.reading.report.errors > before:
            raise RefusedError
        return None if left else _made(node, config, values, owner)

    def fields(self, node: Node, config: type[Any], owner: str) -> dict[str, Any]:
        """The fields that can be written, by key, with their types."""
        try:
            attrs.resolve_types(config)
        except BROKEN as error:
            message = f"the keys of {owner} cannot be known: {error_described(error)}"
            raise node.refuse("plugin-failed", f"{message}; update or mend the plugin") from None
        return {field.alias or field.name: field for field in attrs.fields(config) if field.init}

    def _read_key(self, node: Node, field: Any, values: dict[str, Any]) -> None:
        try:
            found = taken(node, self.environment)
        except RefusedError:
            return
        secret = field.repr is False or found.value != node.value
        try:
            values[node.name] = self._structured(found.value, field.type, is_text=found.value != node.value)
        except BROKEN:
            shown = "" if secret else f", not {described(node.value)}"
            node.report("wrong-type", f"{node.name!r} takes {words_of(field.type)}{shown}")

    def _structured(self, value: Any, kind: Any, *, is_text: bool) -> Any:
        """The value as the field's type; a variable holds text, which may stand for a number or a boolean."""
        if kind is None:
            return value
        if isinstance(value, str) and words_of(kind) in {"a list", "a table"}:
            raise TypeError  # cattrs would take it letter by letter
        converter = _converter(self.folder)
        if is_text and isinstance(value, str) and _plain_kind(kind) in (int, float, bool):
            value = _literal(value)
        return converter.structure(value, kind)


def _made(node: Node, config: type[Any], values: dict[str, Any], owner: str) -> Any:
    try:
        return config(**values)
    except BROKEN as error:
        said = text_of(error, partial(without_secrets, config=config, values=values)) or type(error).__name__
        raise node.refuse("invalid-value", f"{owner} refuses its keys: {said}") from None


def without_secrets(text: str, config: type[Any], values: Mapping[str, Any]) -> str:
    """A text in which no value of a field without a repr stands."""
    for secret in sorted(_secrets(config, values), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _secrets(config: type[Any], values: Mapping[str, Any]) -> Iterator[str]:
    """What the fields without a repr hold, in the forms in which an error may show it; those of inner tables too."""
    for field in attrs.fields(config):
        value = values.get(field.alias or field.name)
        if field.repr is False and value not in (None, "", True, False):
            yield from (str(value), repr(value).strip("'"))
        elif attrs.has(type(value)):
            yield from _secrets(type(value), values_of(value))


def values_of(made: Any) -> dict[str, Any]:
    """The values of an attrs object by key."""
    return {field.alias or field.name: getattr(made, field.name, None) for field in attrs.fields(type(made))}


def _literal(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _converter(folder: Path) -> Converter:
    """A converter that takes nothing for something else: cattrs makes 5 of 5.9 and "123" of 123."""

    def path(value: Any, _: Any) -> Path:
        if type(value) is not str or not value or "\0" in value:
            raise TypeError
        return folder / value

    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(Path, path)
    for kind, known in ((str, (str,)), (int, (int,)), (bool, (bool,)), (float, (float, int))):
        converter.register_structure_hook(kind, _exactly(kind, known))
    return converter


def _exactly(kind: type[Any], known: tuple[type, ...]) -> Any:
    def structure(value: Any, _: Any) -> Any:
        if type(value) not in known:
            raise TypeError
        return kind(value)

    return structure


def _plain_kind(kind: Any) -> Any:
    """The type apart from None."""
    if get_origin(kind) in (Union, types.UnionType):
        others = [each for each in get_args(kind) if each is not type(None)]
        return others[0] if len(others) == 1 else kind
    return kind


def words_of(kind: Any) -> str:
    """What a type takes, in words."""
    plain = _plain_kind(kind)
    origin = get_origin(plain)
    if origin is Literal:
        return f"one of {', '.join(map(repr, get_args(plain)))}"
    if isinstance(origin, type):
        return "a table" if issubclass(origin, Mapping) else "a list"
    if isinstance(plain, type) and attrs.has(plain):
        return "a table"
    return _WORDS.get(plain, f"what {getattr(plain, '__name__', plain)} takes")
