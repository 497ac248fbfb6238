"""The table of the explanation of delivery is what the engine does."""

import re
from typing import get_args

from tests.docs.pages import DOCS

from regua.engine.outbox import DONE
from regua.ports import OutboxState
from regua.storing import TRANSITIONS

STATES = frozenset(get_args(OutboxState))


def moves() -> set[tuple[str, str]]:
    """From each state of the table to each that it names; a row without one goes on with that above."""
    text = (DOCS / "explanation/delivery.md").read_text(encoding="utf-8")
    part = text[text.index("| the plan says |") : text.index("## From claim to receipt")]
    found, before = set(), ""
    for line in part.splitlines():
        _, _, now, after, *_ = [*line.split("|"), "", "", ""]
        before = next(iter(_states(now)), "" if now.strip() else before)
        found |= {(before, state) for state in _states(after)}
    return {(before, after) for before, after in found if before and before != after}


def _states(cell: str) -> list[str]:
    return [word for word in re.findall("`([a-z]+)`", cell) if word in STATES]


def test_every_move_of_the_table_is_one_that_stores_allow():
    """`unknown` goes to `sending` by way of `pending` and `claimed`, in one transaction."""
    allowed = {(before, after) for before, row in TRANSITIONS.items() for after in row}
    assert moves() - allowed == {("unknown", "sending")}


def test_every_state_and_every_word_of_the_plan_is_in_the_table():
    """None is forgotten."""
    assert {before for before, _ in moves()} == STATES
    text = (DOCS / "explanation/delivery.md").read_text(encoding="utf-8")
    part = text[text.index("| the plan says |") : text.index("## From claim to receipt")]
    assert all(f"`{word}`" in part for word in (*DONE, "due", "planned", "waiting", "ended"))
