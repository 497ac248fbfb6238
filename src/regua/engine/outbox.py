"""From what the plan and the facts say to where an action of the outbox stands: one table, in one direction.

    plan                                     outbox
    due                                      pending, until a worker takes it
    planned, waiting, ended                  suppressed, where it was pending; nothing, where it never was due
    done: attempted                          sending; unknown, where somebody else attempted it
    done: sent, delivered, read              sent
    done: failed                             failed
    done: unknown                            unknown; sending, while it is sent again under the same key
    done: skipped                            suppressed

What a worker has claimed stays with it for as long as the action is due, unless it leaves in a contact that another one
has begun.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve

from regua.core.events import ActionAttempted, ActionOutcome
from regua.core.planning.past import past_of
from regua.core.planning.schedule import Action, Schedule
from regua.ports import OutboxAction, OutboxState

DONE: Final[Mapping[str, OutboxState]] = {
    "attempted": "sending",
    "sent": "sent",
    "delivered": "sent",
    "read": "sent",
    "failed": "failed",
    "unknown": "unknown",
    "skipped": "suppressed",
}
"""Where an action stands that is `done`, by the plan's reason."""

NOT_PLANNED: Final = "not-planned"
"""The reason where the plan knows nothing of an action any more, as after an amendment."""

OPEN: Final[frozenset[OutboxState]] = frozenset({"pending", "claimed", "sending"})
"""Where an action may move although nothing new is known of it."""

Outcomes = Mapping[str, list[ActionOutcome]]


def changed(
    schedule: Schedule,
    outcomes: Outcomes,
    stored: Sequence[OutboxAction],
    *,
    kinds: Collection[str],
    touched: Collection[str] | None = None,
) -> list[OutboxAction]:
    """What has to be written to the outbox after a plan.

    Args:
        schedule: the debtor's.
        outcomes: what became of the debtor's actions, by their id.
        stored: the debtor's actions in the outbox.
        kinds: kinds of step that something carries out; others never enter the outbox.
        touched: actions of which new facts tell; of the others, what is over is not looked at again. None for all.

    Returns:
        New actions in the order of the schedule, then those that changed.
    """
    ahead = {action for action, known in outcomes.items() if is_ahead(known, schedule.as_of_us)}
    due = {action.id: action for action in schedule.due if action.kind in kinds and action.id not in ahead}
    known = {row.id for row in stored}
    new = [_new(action) for action in due.values() if action.id not in known]
    open_rows = [row for row in stored if touched is None or row.state in OPEN or row.id in due or row.id in touched]
    return [*new, *_moved(schedule, due, outcomes, open_rows)]


def is_ahead(known: Sequence[ActionOutcome], now: int) -> bool:
    """Whether something was done later than now: the clock has gone back, and a plan of now knows nothing of it."""
    return any(outcome.at_us > now for outcome in known)


def stated(row: OutboxAction, outcomes: Outcomes) -> OutboxAction:
    """Where an action stands by the facts alone, as long as its debtor cannot be planned."""
    known = outcomes.get(row.id)
    if known:
        return _done(row, known)
    return evolve(row, state="pending", owner="") if row.state == "sending" else row


def _new(action: Action) -> OutboxAction:
    return OutboxAction(id=action.id, creditor=action.creditor, debtor=action.debtor, due_us=action.at_us)


def _moved(
    schedule: Schedule, due: Mapping[str, Action], outcomes: Outcomes, stored: Sequence[OutboxAction]
) -> Iterator[OutboxAction]:
    reasons = {action.id: action.reason.code for action in schedule.all if action.status != "done"}
    for row in stored:
        if row.id in due:
            after = _due(due[row.id], row)
        else:
            known = outcomes.get(row.id)
            after = _done(row, known) if known else _stopped(row, reasons.get(row.id, NOT_PLANNED))
        if after != row:
            yield after


def _due(action: Action, row: OutboxAction) -> OutboxAction:
    """Due again: what stopped it fell away, nothing left after all, or it bounced and another channel is left."""
    if row.state in {"pending", "claimed"}:
        return row
    return evolve(row, state="pending", due_us=action.at_us, reason="", owner="")


def _done(row: OutboxAction, known: Sequence[ActionOutcome]) -> OutboxAction:
    code = past_of(known).code
    state = DONE[code]
    if state in {"sending", "unknown"}:  # attempted by somebody else, who alone knows what came of it, or by us
        state = "sending" if _is_under_way(row, known) else "unknown"
    return row if state == row.state else evolve(row, state=state, reason="" if state == "sent" else code, owner="")


def _is_under_way(row: OutboxAction, known: Sequence[ActionOutcome]) -> bool:
    """Whether a worker of ours makes an attempt of which nothing else is known yet."""
    last = [outcome for outcome in known if outcome.attempt == row.attempts]
    return row.state == "sending" and bool(last) and all(isinstance(each, ActionAttempted) for each in last)


def _stopped(row: OutboxAction, reason: str) -> OutboxAction:
    if row.state in OPEN or row.state == "unknown":  # which it is no more: nothing tells of an attempt
        return evolve(row, state="suppressed", reason=reason, owner="")
    return row
