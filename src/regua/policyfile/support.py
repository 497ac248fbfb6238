"""What a policy may say and this version of regua does not carry out yet: one table, shorter with every release.

A row names keys of the file and the values meant. Whatever matches is reported as `not-yet-supported` at its place;
it is read, kept and planned all the same. Kinds and signals are those of `regua.core.planning.support`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import frozen

from regua.core.planning.support import CARRIED_OUT
from regua.core.policy import KINDS
from regua.policyfile.catalog import Catalog
from regua.policyfile.diagnostics import quoted
from regua.policyfile.document import Draft
from regua.policyfile.nodes import Node

Meant = Callable[[Any, Catalog], bool]


@frozen
class Gap:
    """Something that is not carried out yet.

    Attributes:
        path: keys from the root; "*" is every item of a list.
        what: the subject of the message; `{}` is the value.
        meant: which values of the key.
    """

    path: tuple[str, ...]
    what: str
    meant: Meant = lambda _value, _catalog: True


def _not_carried_out(kind: Any, catalog: Catalog) -> bool:
    return catalog.kinds is not None and kind in KINDS and kind not in catalog.kinds | CARRIED_OUT


UNSUPPORTED: Final = (
    Gap(("step", "*", "kind"), "the kind {}", _not_carried_out),
    Gap(("step", "*", "when", "predicate"), "a predicate"),
    Gap(("step", "*", "attach"), "the attachment"),
    Gap(("offer", "*", "id"), "an offer"),
)


def report_unsupported(draft: Draft) -> None:
    """Report what the file uses of the table."""
    root = Node(reading=draft.reading, path=(), value=draft.reading.parsed.data)
    for gap in UNSUPPORTED:
        for node in _matching(root, gap.path):
            if gap.meant(node.value, draft.reading.catalog) and not _refused(node):
                what = gap.what.format(quoted(node.value))
                node.report("not-yet-supported", f"{_owner(root, node)}{what} is not carried out yet by this regua")


def report_nobodys(draft: Draft) -> None:
    """Report kinds of step that regua carries out, and nobody here does."""
    kinds = draft.reading.catalog.kinds
    root = Node(reading=draft.reading, path=(), value=draft.reading.parsed.data)
    for node in _matching(root, ("step", "*", "kind")):
        if kinds is not None and node.value in CARRIED_OUT - kinds:
            who = f"{_owner(root, node)}nothing carries out the kind {quoted(node.value)}"
            node.report("executor-unknown", f"{who}; add an executor or a registrar that does to regua.toml")


def _refused(node: Node) -> bool:
    return node.reading.report.has_error_at(node.reading.origin(node.path, of_value=True))


def _owner(root: Node, node: Node) -> str:
    """The step or offer that a value belongs to, by name."""
    name, place, *_ = (*node.path, None)
    if not isinstance(place, int) or not isinstance(name, str):
        return ""
    owner = root.value[name][place]
    return f"{name} {quoted(owner.get('id', place + 1))}: " if isinstance(owner, dict) else ""


def _matching(node: Node, path: tuple[str, ...]) -> Iterator[Node]:
    if not path:
        yield node
    elif path[0] == "*" and isinstance(node.value, list):
        for place in range(len(node.value)):
            yield from _matching(node.child(place), path[1:])
    elif isinstance(node.value, dict) and path[0] in node.value:
        yield from _matching(node.child(path[0]), path[1:])
