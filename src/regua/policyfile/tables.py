"""Shapes of tables and lists, and the rules between the keys of one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from attrs import field, frozen

from regua.policyfile.diagnostics import nearest, quoted
from regua.policyfile.nodes import Node, RefusedError, described
from regua.policyfile.scalars import Choice, Json, Shape

MOST_ITEMS: Final = 1000
"""Items of the longest list."""


@frozen
class Key:
    """One key of a table.

    Attributes:
        shape: what it takes.
        doc: what it says, in one sentence, for the schema and the reference.
        required: whether it must be there.
        into: the field of the core's value, where its name is another.
    """

    shape: Shape
    doc: str
    required: bool = field(default=False, kw_only=True)
    into: str = field(default="", kw_only=True)


class Rule(Protocol):
    """What holds between the keys of one table."""

    def check(self, node: Node) -> None:
        """Report where it does not hold."""

    def schema(self) -> Json:
        """The same in JSON Schema."""


@frozen(kw_only=True)
class Table:
    """A table with a closed list of keys.

    Attributes:
        what: how messages call it.
        keys: in the order of the reference.
        build: makes the core's value from what was read, and from `origins`.
        rules: between the keys.
    """

    what: str
    keys: Mapping[str, Key]
    build: Callable[..., Any]
    rules: tuple[Rule, ...] = ()

    def read(self, node: Node) -> Any:
        """Read the whole table, or refuse it once everything wrong in it is reported."""
        values, complete = self.read_keys(node)
        if not complete:
            raise RefusedError
        return self.build(origins=node.origins, **values)

    def read_keys(self, node: Node) -> tuple[dict[str, Any], bool]:
        """Read what can be read, and tell whether that is all of it."""
        if not isinstance(node.value, dict):
            raise node.wrong_type(self.what)
        before = node.reading.report.errors
        self._names(node)
        values: dict[str, Any] = {}
        for name in node.value:
            if name in self.keys:
                self._read_key(node, name, values)
        for rule in self.rules:
            rule.check(node)
        return values, node.reading.report.errors == before

    def _names(self, node: Node) -> None:
        for name in node.value:
            if name not in self.keys:
                node.report("unknown-key", f"unknown key {quoted(name)}; {nearest(name, self.keys)}", name)
        for name, key in self.keys.items():
            if key.required and name not in node.value:
                node.report("missing-key", f"{self.what} needs the key {name!r}: {key.doc}")

    def _read_key(self, node: Node, name: str, values: dict[str, Any]) -> None:
        key = self.keys[name]
        try:
            value = key.shape.read(node.child(name))
        except RefusedError as refused:
            value = refused.partial
        if value is not None:
            values[key.into or name] = value

    def schema(self) -> Json:
        """An object without other keys."""
        properties = {name: {"description": key.doc, **key.shape.schema()} for name, key in self.keys.items()}
        required = [name for name, key in self.keys.items() if key.required]
        schema: Json = {"type": "object", "properties": properties, "additionalProperties": False}
        if required:
            schema["required"] = required
        if self.rules:
            schema["allOf"] = [rule.schema() for rule in self.rules]
        return schema


@frozen(kw_only=True)
class ListOf:
    """A list of values of one shape.

    Attributes:
        item: the shape of each.
        what: how messages call the list.
        least: how many there must be.
        most: how many there may be.
        distinct: whether the same value may stand in it once only.
    """

    item: Shape
    what: str
    least: int = 1
    most: int = MOST_ITEMS
    distinct: bool = True

    def read(self, node: Node) -> tuple[Any, ...]:
        """Read every item; where one is refused, the list is, with the others as its partial value."""
        if not isinstance(node.value, list):
            raise node.wrong_type(self.what)
        if len(node.value) < self.least:
            raise node.refuse("invalid-value", f"{node.name!r} takes {self.what}, and this one is empty")
        if len(node.value) > self.most:
            raise node.refuse("out-of-range", f"{node.name!r} has {len(node.value)} items; the most is {self.most}")
        items, complete = self._items(node)
        if not complete:
            raise RefusedError(items)
        return items

    def _items(self, node: Node) -> tuple[tuple[Any, ...], bool]:
        before = node.reading.report.errors
        items: list[Any] = []
        for place in range(len(node.value)):
            self._read_item(node.child(place), items)
        return tuple(items), node.reading.report.errors == before

    def _read_item(self, node: Node, items: list[Any]) -> None:
        try:
            value = self.item.read(node)
        except RefusedError:
            return
        if self.distinct and value in items:
            node.report("duplicate-value", f"{described(node.value)} stands twice in {node.name!r}; remove one")
        items.append(value)

    def schema(self) -> Json:
        """An array."""
        schema: Json = {"type": "array", "items": self.item.schema(), "maxItems": self.most}
        if self.least:
            schema["minItems"] = self.least
        if self.distinct:
            schema["uniqueItems"] = True
        return schema


@frozen
class Permutation:
    """All words of a closed list, in an order.

    Attributes:
        words: the list.
    """

    words: tuple[str, ...]

    def read(self, node: Node) -> tuple[str, ...]:
        """Read the list."""
        try:
            items = self._list.read(node)
        except RefusedError as refused:
            self._check(node, refused.partial or self.words)
            raise
        self._check(node, items)
        return items

    def _check(self, node: Node, items: tuple[str, ...]) -> None:
        missing = [word for word in self.words if word not in items]
        if missing:
            raise node.refuse(
                "invalid-value", f"{node.name!r} lacks {' and '.join(map(repr, missing))}; name all of them"
            )

    @property
    def _list(self) -> ListOf:
        return ListOf(item=Choice(self.words), what=f"a list of {', '.join(map(repr, self.words))} in some order")

    def schema(self) -> Json:
        """An array of all those words."""
        return self._list.schema() | {"minItems": len(self.words)}


@frozen(kw_only=True)
class OneOrMore:
    """One value, or a list of such values.

    Attributes:
        item: the shape of each.
        what: how messages call it.
        single: how TOML writes one.
    """

    item: Shape
    what: str
    single: type = str

    def read(self, node: Node) -> tuple[Any, ...]:
        """Read one or all."""
        if not isinstance(node.value, self.single | list):
            raise node.wrong_type(self.what)
        return self._list.read(node) if isinstance(node.value, list) else (self.item.read(node),)

    @property
    def _list(self) -> ListOf:
        return ListOf(item=self.item, what=self.what)

    def schema(self) -> Json:
        """Either form."""
        return {"anyOf": [self.item.schema(), self._list.schema()]}


@frozen(kw_only=True)
class TextOrTable:
    """A string of one shape, or a table.

    Attributes:
        text: the shape of the string.
        table: the table.
        make: turns what the string says into what the table builds.
        what: how messages call it.
    """

    text: Shape
    table: Table
    make: Callable[[Any], Any]
    what: str

    def read(self, node: Node) -> Any:
        """Read either form."""
        if not isinstance(node.value, str | dict):
            raise node.wrong_type(self.what)
        return self.table.read(node) if isinstance(node.value, dict) else self.make(self.text.read(node))

    def schema(self) -> Json:
        """Either form."""
        return {"anyOf": [self.text.schema(), self.table.schema()]}


@frozen
class ExactlyOne:
    """One of some keys must be there, and only one.

    Attributes:
        keys: the keys.
        what: how messages call the table.
    """

    keys: tuple[str, ...]
    what: str

    def check(self, node: Node) -> None:
        """Report none, or each beyond the first."""
        given = [key for key in node.value if key in self.keys]
        if not given:
            choice = " or ".join(map(repr, self.keys))
            node.report("missing-key", f"{self.what} needs one of the keys {choice}")
        for key in given[1:]:
            node.report("conflicting-keys", f"{key!r} and {given[0]!r} exclude each other; keep one of them", key)

    def schema(self) -> Json:
        """One of several required keys."""
        return {"oneOf": [{"required": [key]} for key in self.keys]}


@frozen
class SomeOf:
    """One of some keys must be there.

    Attributes:
        keys: the keys.
        what: how messages call the table.
    """

    keys: tuple[str, ...]
    what: str

    def check(self, node: Node) -> None:
        """Report none."""
        if not any(key in node.value for key in self.keys):
            choice = " or ".join(map(repr, self.keys))
            node.report("missing-key", f"{self.what} needs one of the keys {choice}")

    def schema(self) -> Json:
        """Any of several required keys."""
        return {"anyOf": [{"required": [key]} for key in self.keys]}


@frozen
class BelongsTo:
    """A key that means something only beside another.

    Attributes:
        key: the key.
        other: the one that it needs.
    """

    key: str
    other: str

    def check(self, node: Node) -> None:
        """Report the key without the other."""
        if self.key in node.value and self.other not in node.value:
            message = f"{self.key!r} belongs to {self.other!r}, which is not there; add {self.other!r} or remove it"
            node.report("conflicting-keys", message, self.key)

    def schema(self) -> Json:
        """A dependent key."""
        return {"dependentRequired": {self.key: [self.other]}}


@frozen
class AtLeastOne:
    """A table that must not be empty.

    Attributes:
        what: how messages call the table.
    """

    what: str

    def check(self, node: Node) -> None:
        """Report an empty table."""
        if not node.value:
            node.report("missing-key", f"{self.what} is empty; write at least one key, or remove it")

    def schema(self) -> Json:
        """An object with something in it."""
        return {"minProperties": 1}
