"""What a message file may do: show variables, choose with `if`, list `items`, take blocks. All else is refused.

The walk takes known nodes only, so that what Jinja2 learns later is refused too. It gives the size that the text can
reach: every text is bounded before anybody is written to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from attrs import evolve, field, frozen
from jinja2 import nodes

from regua.messages.declared import DECLARED, MOST_ITEMS
from regua.messages.expressions import Expressions, Scope, Size
from regua.messages.problems import MessageProblem
from regua.policyfile.diagnostics import nearest

DEEPEST_LOOP: Final = 2
_ESCAPED: Final = len("&#34;")
"""Characters that one can become in HTML."""

_REFUSED: Final[dict[type[nodes.Node], str]] = {
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Block: "block",
    nodes.CallBlock: "call",
    nodes.Extends: "extends",
    nodes.FilterBlock: "filter",
    nodes.FromImport: "from",
    nodes.Import: "import",
    nodes.Macro: "macro",
    nodes.Scope: "autoescape",
    nodes.With: "with",
}


@frozen(kw_only=True)
class Checker:
    """Walks one template, notes what is wrong, and measures it.

    Attributes:
        file: name of the file in problems.
        above: lines of the file above the template.
        form: of the file; in HTML values grow when they are escaped.
        blocks: what each block can come to, by name, or None where there may be none.
        problems: what was found.
    """

    file: str
    above: int
    form: Literal["txt", "html"] = "txt"
    blocks: Mapping[str, Size] | None = None
    problems: list[MessageProblem] = field(factory=list, init=False)

    def size(self, template: nodes.Template) -> Size:
        """The size that the text can reach at most; problems are noted on the way."""
        return self._body(template.body, Scope())

    def _body(self, body: Iterable[nodes.Node], scope: Scope) -> Size:
        return sum((self._statement(node, scope) for node in body), Size())

    def _statement(self, node: nodes.Node, scope: Scope) -> Size:
        if scope.too_deep:
            return self._refuse(node, "nested too deep", "write it with fewer levels")
        match node:
            case nodes.Output():
                return sum((self._shown(each, scope) for each in node.nodes), Size())
            case nodes.If():
                return self._choice(node, scope.deeper())
            case nodes.For():
                return self._loop(node, scope.deeper())
            case nodes.Include():
                return self._block(node)
            case _:
                word = _REFUSED.get(type(node), type(node).__name__.lower())
                remedy = "they know if, for, include, raw and variables"
                return self._refuse(node, f"{{% {word} %}} is not for messages", remedy)

    def _block(self, node: nodes.Include) -> Size:
        name = block_name(node)
        if self.blocks is None:
            return self._refuse(node, "a block takes no other block", "write what it is to say")
        if name in self.blocks:
            return self.blocks[name] + Size(1, 1)
        remedy = f"write {name}.txt.j2 beside this file: languages do not mix"
        return self._refuse(
            node, f"there is no block {name!r} here", nearest(name, self.blocks) if self.blocks else remedy
        )

    def _shown(self, node: nodes.Node, scope: Scope) -> Size:
        if isinstance(node, nodes.TemplateData):
            return Size(len(node.data), 1)
        shape = self._expressions(scope).shape(node)
        if shape.kind in {"items", "flag", "mixed"}:
            remedy = "go through it with for" if shape.kind == "items" else "ask for it with if"
            return self._refuse(node, "this is no text that can be shown", remedy)
        return Size(shape.longest * (_ESCAPED if self.form == "html" else 1), shape.steps)

    def _choice(self, node: nodes.If, scope: Scope) -> Size:
        asked = self._asked(node.test, scope)
        others = [self._choice(each, scope) for each in node.elif_]
        return asked + Size.largest([self._body(node.body, scope), self._body(node.else_, scope), *others])

    def _loop(self, node: nodes.For, scope: Scope) -> Size:
        if scope.loops == DEEPEST_LOOP:
            return self._refuse(node, f"loops are nested deeper than {DEEPEST_LOOP}", "go through items once")
        if node.recursive or not (isinstance(node.iter, nodes.Name) and node.iter.name == "items"):
            return self._refuse(node, "only items can be gone through", "write for item in items")
        name = node.target.name if isinstance(node.target, nodes.Name) else ""
        if not name or name in DECLARED or name == "loop" or name in scope.items:
            return self._refuse(node, "an item needs one name that nothing else has", "write for item in items")
        chosen = evolve(scope, items=scope.items | {name})
        asked = self._asked(node.test, evolve(chosen, loops=0)) if node.test is not None else Size()
        body = self._body(node.body, evolve(chosen, loops=scope.loops + 1))
        return self._body(node.else_, scope) + (asked + body + Size(0, 1)) * MOST_ITEMS

    def _asked(self, node: nodes.Node, scope: Scope) -> Size:
        return Size(0, self._expressions(scope).shape(node).steps)

    def _expressions(self, scope: Scope) -> Expressions:
        return Expressions(scope=scope, refuse=self._note)

    def _note(self, node: nodes.Node, message: str, remedy: str) -> None:
        line = self.above + _line_of(node)
        self.problems.append(MessageProblem(file=self.file, line=line, message=message, remedy=remedy))

    def _refuse(self, node: nodes.Node, message: str, remedy: str) -> Size:
        self._note(node, message, remedy)
        return Size()


def _line_of(node: nodes.Node) -> int:
    """The line of a node, or of the first below it that knows: what Jinja2 wraps around others knows none."""
    return node.lineno or next(map(_line_of, node.iter_child_nodes()), 1)


def block_name(node: nodes.Include) -> str:
    """The name that it is written with, or "" where that is no plain one."""
    return node.template.value if isinstance(node.template, nodes.Const) and type(node.template.value) is str else ""
