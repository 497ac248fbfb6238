"""What must hold between the steps and offers of one file."""

from __future__ import annotations

from collections.abc import Iterator

from regua.core.planning.synthetic import is_reserved
from regua.core.policy import Step
from regua.policyfile.diagnostics import nearest, quoted
from regua.policyfile.document import Draft
from regua.policyfile.nodes import Node, place
from regua.policyfile.steps import OUTCOMES, WRITTEN_KINDS


def check_references(draft: Draft) -> None:
    """Report ids given twice, references to nothing, and steps that press without a tone."""
    _report_duplicates(draft, "step")
    _report_duplicates(draft, "offer")
    steps = [node.value for node in draft.identifiers("step")]
    offers = [node.value for node in draft.identifiers("offer")]
    for table in draft.tables("step"):
        for node in _references(table):
            _check_name(node, "step", steps)
        if isinstance(table.value.get("offer"), str):
            _check_name(table.child("offer"), "offer", offers)
    for node in draft.identifiers("step"):
        _check_reserved(node)
    for step in draft.steps:
        _check_tone(draft, step)


def _report_duplicates(draft: Draft, name: str) -> None:
    first: dict[str, int] = {}
    for node in draft.identifiers(name):
        word = node.value
        if word in first:
            message = f"{name} {quoted(word)} is already in line {first[word]}; an id is used once, so rename this one"
            node.report("duplicate-id", message)
        first.setdefault(word, node.origin.line)


def _check_reserved(node: Node) -> None:
    if is_reserved(node.value):
        message = f"{quoted(node.value)} is the id of a step that regua asks for by itself; rename this one"
        node.report("duplicate-id", message)


def _references(step: Node) -> Iterator[Node]:
    for key in ("requires", "unless"):
        table = step.value.get(key)
        outcomes = [word for word in table if word in OUTCOMES] if isinstance(table, dict) else []
        yield from (step.child(key).child(word) for word in outcomes if isinstance(table[word], str))


def _check_name(node: Node, what: str, known: list[str]) -> None:
    if node.value not in known:
        remedy = nearest(node.value, known, otherwise="" if known else f"the file has no [[{what}]]; add it")
        node.report(f"unknown-{what}", f"there is no {what} {quoted(node.value)}; {remedy}")


def _check_tone(draft: Draft, step: Step) -> None:
    if step.kind in WRITTEN_KINDS and step.presses and step.tone is None:
        message = f'step {quoted(step.id)} asks for overdue money and has no tone; add one, such as tone = "courteous"'
        draft.reading.report.add("tone-missing", place(step), message)
