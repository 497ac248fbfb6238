"""Mutants: a module's source, each with one small change of the kind that people make by mistake.

What every test finds that finds another change is left out: `or` for `and` goes where a dropped operand goes, a negated
condition where a constant one goes.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BOUNDARY: Final = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_OPPOSITE: Final = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_ARITHMETIC: Final = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_CALLS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_NO_MEANING: Final = {"annotation", "returns", "decorator_list", "type_params", "bases", "keywords"}


@frozen(kw_only=True)
class Mutant:
    """One change.

    Attributes:
        path: the file.
        function: qualified name of the function that holds the change; "" outside of functions.
        firsts: the first lines of that function and of those around it, decorators included; outermost first.
        lines: first line of the statement and the line after the change, from 1.
        line: on which the change stands.
        before: the changed lines, as they are.
        after: the changed lines, as they become.
        source: the whole file, changed.
    """

    path: Path
    function: str
    firsts: tuple[int, ...]
    lines: tuple[int, int]
    line: int
    before: str
    after: str
    source: str


@frozen(kw_only=True)
class _Place:
    """Where a node stands: in which functions, in which statement, under which parent and in which of its fields."""

    names: tuple[str, ...] = ()
    firsts: tuple[int, ...] = ()
    statement: int = 1
    parent: ast.AST | None = None
    field: str = ""


def mutants_of(path: Path) -> list[Mutant]:
    """Every mutant of a module, in order of place."""
    source = path.read_text(encoding="utf-8")
    found = [
        _mutant(path, source, node, place, text)
        for node, place in _nodes(ast.parse(source), _Place())
        for text in dict.fromkeys(_changes(node, place))
    ]
    return sorted(found, key=lambda mutant: (mutant.line, mutant.before, mutant.after))


def _nodes(node: ast.AST, place: _Place) -> Iterator[tuple[ast.AST, _Place]]:
    """What may be changed: no annotations, decorators, docstrings, errors' messages."""
    yield node, place
    for name, value in ast.iter_fields(node):
        if name in _NO_MEANING - ({"keywords"} if isinstance(node, ast.Call) else set()):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_left_out(child):
                yield from _nodes(child, _inside(node, name, child, place))


def _inside(node: ast.AST, name: str, child: ast.AST, place: _Place) -> _Place:
    names, firsts = place.names, place.firsts
    if isinstance(node, Function) and name == "body":
        names = (*names, node.name)
        firsts = (*firsts, min([node.lineno, *(each.lineno for each in node.decorator_list)]))
    elif isinstance(node, ast.ClassDef) and name == "body":
        names = (*names, node.name)
    statement = child.lineno if isinstance(child, ast.stmt) else place.statement
    return _Place(names=names, firsts=firsts, statement=statement, parent=node, field=name)


def _is_left_out(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Constant()) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id="message")]):
            return True
        case ast.Subscript(value=ast.Name(id="Literal")):
            return True
        case ast.Call(func=ast.Name(id="field" | "cast")):
            return True
    return False


def _changes(node: ast.AST, place: _Place) -> Iterator[str]:
    """What may stand in a node's place."""
    if _is_test(place):
        yield "False"
        if not isinstance(place.parent, ast.While):
            yield "True"
    match node:
        case ast.Compare():
            yield from _compared(node, is_test=_is_test(place))
        case ast.Constant():
            yield from _constants(node.value)
        case ast.expr():
            yield from _expressions(node)
        case _:
            yield from _statements(node)


def _expressions(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.BoolOp():
            for left_out in range(len(node.values)):
                rest = [value for at, value in enumerate(node.values) if at != left_out]
                yield _text(rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield _text(node.operand)
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            yield _text(ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right))
        case ast.Call(func=ast.Name(id="sorted")):
            yield _text(ast.Call(ast.Name("list"), node.args, []))
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            yield _text(ast.Call(ast.Name(_CALLS[name]), node.args, node.keywords))


def _is_test(place: _Place) -> bool:
    return place.field == "ifs" or (place.field == "test" and not isinstance(place.parent, ast.Assert))


def _compared(node: ast.Compare, *, is_test: bool) -> Iterator[str]:
    for at, op in enumerate(node.ops):
        kinds = [_BOUNDARY[type(op)]] if type(op) in _BOUNDARY else []
        if not is_test:
            kinds.append(_OPPOSITE[type(op)])
        for kind in kinds:
            yield _text(ast.Compare(node.left, [*node.ops[:at], kind(), *node.ops[at + 1 :]], node.comparators))


def _constants(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        yield str(not value)
    elif isinstance(value, int):
        yield str(value + 1)
        if value > 0:
            yield str(value - 1)
    elif isinstance(value, str) and " " not in value:  # prose is nobody's boundary
        yield repr(value + "!")


def _statements(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and not value.value):
            yield "return None"
        case ast.Expr() | ast.AugAssign() | ast.Delete():
            yield "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield "pass"
        case ast.Continue():
            yield "break"
        case ast.Break():
            yield "continue"


def _text(node: ast.AST) -> str:
    text = ast.unparse(ast.fix_missing_locations(node))
    return text if isinstance(node, ast.Name | ast.Constant | ast.Call | ast.Attribute) else f"({text})"


def _mutant(path: Path, source: str, node: ast.AST, place: _Place, text: str) -> Mutant:
    lines = source.encode().splitlines(keepends=True)
    first, last = lines[: node.lineno - 1], lines[node.end_lineno :]
    head, tail = lines[node.lineno - 1][: node.col_offset], lines[node.end_lineno - 1][node.end_col_offset :]
    changed = (head + text.encode() + tail).decode()
    return Mutant(
        path=path,
        function=".".join(place.names) if place.firsts else "",
        firsts=place.firsts,
        lines=(min(place.statement, node.lineno), node.end_lineno + 1),
        line=node.lineno,
        before=" ".join(b"".join(lines[node.lineno - 1 : node.end_lineno]).decode().split()),
        after=" ".join(changed.split()),
        source=b"".join(first).decode() + changed + b"".join(last).decode(),
    )
