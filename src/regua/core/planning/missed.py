"""Stage 5, missed: of several offset steps whose day passed unexecuted, which one is carried out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from regua.core.planning.judging import Draft
from regua.core.planning.past import Past
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.policy import OffsetTrigger, Policy


def catch_up(standing: Standing, drafts: Sequence[Draft], pasts: Iterable[Past], required: set[str]) -> None:
    """Let the missed steps of one receivable compete by its policy's `catch_up`.

    One that is due today, or that was attempted on a later day, takes the place of those missed before it. What a
    later step still requires goes first and gives way to nothing.

    Args:
        standing: the debtor's.
        drafts: all drafts of one receivable; those that give way are ended here.
        pasts: what was attempted for it.
        required: ids of steps that a step which may still run requires.
    """
    competing = [draft for draft in drafts if draft.ask.is_offset]
    missed = [draft for draft in competing if draft.missed]
    if not missed:
        return
    policy = missed[0].ask.policy
    mode = policy.plan.catch_up
    if mode == "all":
        return
    for draft in missed:
        if mode == "none" and draft.ask.step.id not in required:
            draft.status, draft.missed = "ended", False
            draft.reasons = [Reason("lapsed", {"catch_up": mode}, policy.plan.origin_of("catch_up"))]
    missed = [draft for draft in missed if draft.missed]
    winner = _winner(standing, competing, missed, list(pasts), policy)
    for draft in missed:
        by = winner or _later_attempt(standing, draft, list(pasts), policy)
        if draft.ask.step.id not in required and by and by != draft.ask.step.id:
            facts = {"by": by, "catch_up": mode}
            draft.status, draft.missed = "ended", False
            draft.reasons = [Reason("superseded", facts, policy.plan.origin_of("catch_up"))]


def _winner(
    standing: Standing, competing: Sequence[Draft], missed: Sequence[Draft], pasts: Sequence[Past], policy: Policy
) -> str:
    """The step that all missed ones give way to: one of today, else the latest or most severe of them."""
    today = [draft for draft in competing if draft.today]
    if today:
        return max(today, key=_when).ask.step.id
    if not missed:
        return ""
    key = _severity if policy.plan.catch_up == "most-severe" else _when
    best = max(missed, key=key)
    return _later_attempt(standing, best, pasts, policy) or best.ask.step.id


def _later_attempt(standing: Standing, draft: Draft, pasts: Sequence[Past], policy: Policy) -> str:
    """An offset step of the receivable that was attempted on a later day than this one's, or ""."""
    for past in pasts:
        place = policy.step_order.get(past.first.step)
        is_offset = place is not None and isinstance(policy.steps[place].trigger, OffsetTrigger)
        if is_offset and standing.day(past.at) > draft.slot.day and past.first.action != draft.ask.id:
            return past.first.step
    return ""


def _when(draft: Draft) -> tuple[int, int, str]:
    return draft.slot.instant, draft.ask.policy.step_order[draft.ask.step.id], draft.ask.id


def _severity(draft: Draft) -> tuple[int, int, int, str]:
    tone = draft.ask.step.tone
    return (-1 if tone is None else int(tone), *_when(draft))
