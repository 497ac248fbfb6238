"""Values that stand in the environment: `"env:NAME"`. What comes from there is never repeated in a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from regua.policyfile.diagnostics import Report, quoted
from regua.policyfile.nodes import Node, RefusedError
from regua.policyfile.scalars import Json, Shape

_PREFIX: Final = "env:"


def variable_of(value: object) -> str | None:
    """The variable that a value names, or None where it is a value itself."""
    return value.removeprefix(_PREFIX) if isinstance(value, str) and value.startswith(_PREFIX) else None


def taken(node: Node, environment: Mapping[str, str]) -> Node:
    """A node with its value, wherever it stands: of a list or a table, with those inside.

    Raises:
        RefusedError: variables are not set; each is reported.
    """
    before = node.reading.report.errors
    value = _taken(node, environment)
    if node.reading.report.errors > before:
        raise RefusedError
    return evolve(node, value=value)


def lacks(value: object, environment: Mapping[str, str]) -> bool:
    """Whether a value, or one inside, names a variable that is not set."""
    if isinstance(value, dict | list):
        return any(lacks(each, environment) for each in (value.values() if isinstance(value, dict) else value))
    name = variable_of(value)
    return name is not None and name not in environment


def _taken(node: Node, environment: Mapping[str, str]) -> Any:
    if isinstance(node.value, dict):
        return {key: _taken(node.child(key), environment) for key in node.value}
    if isinstance(node.value, list):
        return [_taken(node.child(place), environment) for place in range(len(node.value))]
    name = variable_of(node.value)
    if name is None:
        return node.value
    if name not in environment:
        message = f"the environment has no variable {quoted(name)}, which {node.name!r} names; set it"
        node.report("missing-variable", message)
    return environment.get(name)


@frozen(kw_only=True)
class Taken:
    """A value that may stand in the environment.

    Attributes:
        shape: what it is then.
        environment: the variables.
        discreet: whether the shape's own messages never repeat the value.
        spared: whether the value stays what it is, the variable's name, where that is not set.
    """

    shape: Shape
    environment: Mapping[str, str]
    discreet: bool = False
    spared: bool = False

    def read(self, node: Node) -> Any:
        """Read it; of a variable that holds something else the name is told."""
        name = variable_of(node.value)
        if self.spared and lacks(node.value, self.environment):
            return node.value
        if name is None or self.discreet:
            return self.shape.read(taken(node, self.environment))
        found = taken(node, self.environment)
        try:
            return self.shape.read(evolve(found, reading=evolve(node.reading, report=Report())))
        except RefusedError:
            message = f"{node.name!r} cannot take what the variable {quoted(name)} holds; see what the key takes"
            raise node.refuse("invalid-value", message) from None

    def schema(self) -> Json:
        """That, or the name of a variable."""
        return {"anyOf": [self.shape.schema(), {"type": "string", "pattern": f"^{_PREFIX}"}]}
