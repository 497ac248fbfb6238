"""The reference of what a plan says: blockers, the other reasons, and the fields of a schedule."""

from collections.abc import Iterable
from typing import Final, get_args

from tests.docs.pages import ROOT
from tests.docs.reference.docstrings import fields, sentence, summary, table

from regua.core.planning.blockers import BLOCKERS, NOTES, BlockerClass
from regua.core.planning.schedule import Action, Contact, Item, Reason, Schedule

CLASSES: Final[dict[BlockerClass, str]] = {
    "ended": "The action is over, until an event undoes the cause: a reversed payment, a cancelled cancelling.",
    "stopped": (
        "The clock of the receivable's steps stands still until it is returned, withdrawn, cancelled or undone. "
        "The days between do not count; charges and prescription go on."
    ),
    "suspended": (
        "[`plan.when_held`](policy-keys.md#plan) decides. `skip`: what falls inside lapses and the rest keeps its "
        "days. `defer`: the first inside comes next and the rest keep their distances. `stop-clock`: as for the class "
        "stopped."
    ),
    "waiting": "The action waits until the cause is lifted, at most [`plan.max_wait`](policy-keys.md#plan).",
    "moment": (
        "The action moves to the first permitted day, at most [`plan.max_delay`](policy-keys.md#plan) civil days "
        "from its own."
    ),
    "outcome": "The action is over.",
}
_TITLES: Final[dict[BlockerClass, str]] = {"moment": "Of the moment"}
_GIVEN: Final = "".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "src/regua/core/planning").glob("*.py"))
    if path.name != "blockers.py"
)
"""Where plans take their blockers from: one that is not named there comes with a later version."""


def blockers() -> str:
    """The whole table, by class, in the order of precedence."""
    assert set(get_args(BlockerClass)) == CLASSES.keys(), "say of every class what becomes of the action"
    places = {blocker.code: str(place) for place, blocker in enumerate(BLOCKERS, 1)}
    parts = []
    for kind, fate in CLASSES.items():
        rows = [
            (places[each.code], f"`{each.code}`", each.scope, sentence(each.meaning) + _later(each.code))
            for each in BLOCKERS
            if each.kind == kind
        ]
        title = _TITLES.get(kind, kind.title())
        parts.append(f"### {title}\n\n{fate}\n\n" + table(("place", "blocker", "scope", "meaning"), rows))
    return "\n".join(parts)


def _later(code: str) -> str:
    return " Has its place in the table; no plan gives it yet." if f'"{code}"' not in _GIVEN else ""


def notes() -> str:
    """Every reason that is no blocker."""
    return table(("code", "meaning"), [(f"`{code}`", sentence(meaning)) for code, meaning in NOTES.items()])


def schedule() -> str:
    """The fields of a schedule, its actions and their reasons."""
    return "\n".join(_class(cls) for cls in (Schedule, Contact, Item, Action, Reason))


def _class(cls: type) -> str:
    rows = fields(cls)
    known = {name for name, _ in rows}
    more = [(f"`{name}`", sentence(summary(member))) for name, member in _properties(cls) if f"`{name}`" not in known]
    besides = "\nBesides:\n\n" + table(("property", "meaning"), more) if more else ""
    return f"### {cls.__name__}\n\n{summary(cls)}\n\n" + table(("field", "meaning"), rows) + besides


def _properties(cls: type) -> Iterable[tuple[str, property]]:
    return ((name, member) for name, member in vars(cls).items() if isinstance(member, property))
