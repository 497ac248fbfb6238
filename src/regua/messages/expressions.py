"""The expressions of a message: which there are, of what kind, and how long their text can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final, Literal, Self

from attrs import evolve, frozen
from jinja2 import nodes

from regua.messages.declared import DECLARED, FILTERS, ITEM, LARGEST_NUMBER, LOOP, MOST_ITEMS, Kind, Variable
from regua.messages.values import is_unseen
from regua.policyfile.diagnostics import nearest

DEEPEST: Final = 20
"""Levels that statements and expressions may be nested."""

_LONGER_CASE: Final = 3
"""Characters that one can become in another case (Unicode, SpecialCasing)."""

_REFUSED: Final[dict[type[nodes.Node], tuple[str, str]]] = {
    nodes.Call: ("nothing can be called", "values come ready to be shown"),
    nodes.Test: ("there are no tests with is", "compare with ==, or write the variable alone"),
    nodes.Getitem: ("nothing can be taken by index", "write item.due inside for item in items"),
    nodes.Concat: ("~ is not for messages", "write the parts one after the other"),
}
_ARITHMETIC: Final = ("nothing can be computed", "values come ready to be shown")
_ORDERING: Final = frozenset({"lt", "lteq", "gt", "gteq"})


@frozen(kw_only=True)
class Scope:
    """Where an expression stands.

    Attributes:
        items: names under which loops give their items.
        loops: how many loops stand around it whose `loop` it may use.
        level: how deep it is nested.
    """

    items: frozenset[str] = frozenset()
    loops: int = 0
    level: int = 0

    @property
    def too_deep(self) -> bool:
        """Whether it is nested deeper than any message."""
        return self.level > DEEPEST

    def deeper(self) -> Scope:
        """One level further in."""
        return evolve(self, level=self.level + 1)


@frozen
class Size:
    """What a part of a message can come to at most.

    Attributes:
        characters: of its text.
        steps: of the work to make it; a few million take a second.
    """

    characters: int = 0
    steps: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.characters + other.characters, self.steps + other.steps)

    def __mul__(self, times: int) -> Size:
        return Size(self.characters * times, self.steps * times)

    @classmethod
    def largest(cls, sizes: Iterable[Size]) -> Self:
        """The longest text and the most work of any."""
        known = list(sizes)
        return cls(max(size.characters for size in known), max(size.steps for size in known))


@frozen
class Shape:
    """What is known of an expression before it has a value.

    Attributes:
        kind: of its values; None for one that was refused, about which nothing more is said.
        longest: characters of its text at most.
        steps: of the work to evaluate it.
    """

    kind: Kind | Literal["mixed"] | None = None
    longest: int = 0
    steps: int = 1


@frozen(kw_only=True)
class Expressions:
    """Judges expressions that stand in one place.

    Attributes:
        scope: the place.
        refuse: notes what is wrong with a node, and the remedy.
    """

    scope: Scope
    refuse: Callable[[nodes.Node, str, str], None]

    def shape(self, node: nodes.Node) -> Shape:
        """What an expression can give; what it may not be is noted."""
        if self.scope.too_deep:
            return self._wrong(node, "nested too deep", "write it with fewer levels")
        judge = self._judges.get(type(node))
        return self._wrong(node, *_REFUSED.get(type(node), _ARITHMETIC)) if judge is None else judge(self, node)

    def _inner(self, node: nodes.Node) -> Shape:
        return evolve(self, scope=self.scope.deeper()).shape(node)

    def _wrong(self, node: nodes.Node, message: str, remedy: str) -> Shape:
        self.refuse(node, message, remedy)
        return Shape()

    def _constant(self, node: nodes.Const) -> Shape:
        value = node.value
        if isinstance(value, bool):
            return Shape("flag")
        if isinstance(value, int) and value <= LARGEST_NUMBER:
            return Shape("number", len(str(value)))
        if isinstance(value, str) and not any(map(is_unseen, value)):
            return Shape("text", len(value))
        return self._wrong(node, "this is no plain text and no whole number", "write it outside the braces")

    def _name(self, node: nodes.Name) -> Shape:
        if node.name in DECLARED:
            return _shape_of(DECLARED[node.name])
        table = self._table(node.name)
        if table is not None:
            remedy = f"take a part of it, as in {node.name}.{next(iter(table))}"
            return self._wrong(node, f"{node.name!r} cannot be used whole", remedy)
        return self._wrong(node, f"unknown variable {node.name!r}", nearest(node.name, DECLARED))

    def _field(self, node: nodes.Getattr) -> Shape:
        base = node.node.name if isinstance(node.node, nodes.Name) else ""
        table = self._table(base)
        if table is None:
            inside = f"write it inside for {base} in items" if node.attr in ITEM else "only items and loop have parts"
            remedy = inside if node.attr in ITEM else nearest(f"{base}_{node.attr}", DECLARED, inside)
            return self._wrong(node, f"there is no {base or 'value'} with a part {node.attr!r} here", remedy)
        if node.attr not in table:
            return self._wrong(node, f"unknown variable '{base}.{node.attr}'", nearest(node.attr, table))
        return _shape_of(table[node.attr])

    def _table(self, base: str) -> Mapping[str, Variable] | None:
        if base == "loop" and self.scope.loops:
            return LOOP
        return ITEM if base in self.scope.items else None

    def _filter(self, node: nodes.Filter) -> Shape:
        if node.name not in FILTERS:
            return self._wrong(node, f"unknown filter {node.name!r}", nearest(node.name, FILTERS))
        if node.node is None or node.args or node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
            return self._wrong(node, f"the filter {node.name!r} takes nothing in parentheses", f"write |{node.name}")
        inner = self._inner(node.node)
        if inner.kind not in ({"text", "items", None} if node.name == "length" else {"text", None}):
            return self._wrong(node, f"the filter {node.name!r} cannot take this", "it is for text")
        if node.name == "length":
            return Shape("number", len(str(max(inner.longest, MOST_ITEMS))), inner.steps + 1)
        return Shape(inner.kind, inner.longest * _LONGER_CASE, inner.steps + 1 + inner.longest // 10)

    def _negation(self, node: nodes.Not) -> Shape:
        return Shape("flag", 0, self._inner(node.node).steps + 1)

    def _both(self, node: nodes.And | nodes.Or) -> Shape:
        return _joined(self._inner(node.left), self._inner(node.right))

    def _either(self, node: nodes.CondExpr) -> Shape:
        if node.expr2 is None:
            return self._wrong(node, "an if inside braces needs its else", "write {{ this if that else '' }}")
        asked = self._inner(node.test)
        joined = _joined(self._inner(node.expr1), self._inner(node.expr2))
        return evolve(joined, steps=joined.steps + asked.steps)

    def _comparison(self, node: nodes.Compare) -> Shape:
        left, steps = self._inner(node.expr), 1
        for operand in node.ops:
            right = self._inner(operand.expr)
            if operand.op not in _ORDERING | {"eq", "ne"}:
                return self._wrong(node, "in is not for messages", "compare with ==")
            if left.kind and right.kind and not _comparable(operand.op, left.kind, right.kind):
                return self._wrong(node, "these cannot be compared", "compare text with text, a number with a number")
            steps, left = steps + left.steps + right.steps, right
        return Shape("flag", 0, steps)

    _judges: ClassVar[dict[type[nodes.Node], Callable[[Any, Any], Shape]]] = {
        nodes.And: _both,
        nodes.Compare: _comparison,
        nodes.CondExpr: _either,
        nodes.Const: _constant,
        nodes.Filter: _filter,
        nodes.Getattr: _field,
        nodes.Name: _name,
        nodes.Not: _negation,
        nodes.Or: _both,
    }


def _joined(left: Shape, right: Shape) -> Shape:
    kind = left.kind if left.kind == right.kind else "mixed"
    known = None if None in {left.kind, right.kind} else kind
    return Shape(known, max(left.longest, right.longest), left.steps + right.steps + 1)


def _comparable(operator: str, left: str, right: str) -> bool:
    return left == right and left in ({"number"} if operator in _ORDERING else {"number", "text"})


def _shape_of(variable: Variable) -> Shape:
    return Shape(variable.kind, variable.longest)
