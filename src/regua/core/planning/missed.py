"""Stage 5, missed: of several offset steps whose day passed unexecuted, or that moved, which one is carried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from regua.core.planning.blocking import in_order
from regua.core.planning.hours import Slot
from regua.core.planning.judging import Draft
from regua.core.planning.past import Past
from regua.core.planning.placing import Placement
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask
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
    late = [draft for draft in drafts if (draft.missed or draft.ran_out) and draft.ask.step.is_offset]
    if not late:
        return
    competing = [draft for draft in drafts if draft.ask.step.is_offset]
    policy = late[0].ask.policy
    mode = policy.plan.catch_up
    rivals = [*_drafted(competing), *_attempted(standing, list(pasts), policy)]
    for draft in late:
        if mode == "all" or (draft.ask.step.id in required and draft.ask.step.kind != "boleto"):
            continue
        met = max(draft.day + 1, standing.day(draft.ask.recorded))
        by = _stronger(_rival(draft), [] if mode == "none" else rivals, met)
        if by:
            why = Reason("superseded", {"by": by, "catch_up": mode}, policy.plan.origins.get("catch_up"))
            for each in (draft, *_copies(draft, drafts)):
                _end(each, why)
        elif mode == "none" and draft.missed:
            _end(draft, Reason("lapsed", {"catch_up": mode}, policy.plan.origins.get("catch_up")))


def _copies(boleto: Draft, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The second copy for which alone a boleto was to be made: it gives way with it."""
    if boleto.ask.step.kind == "boleto":
        for each in drafts:
            requires = each.ask.step.requires
            if each.ask.step.kind == "reissue" and requires is not None and requires.step == boleto.ask.step.id:
                yield each


def superseded_by(
    standing: Standing,
    placement: Placement,
    day: int,
    here: Iterable[Placement],
    pasts: Iterable[Past],
) -> Reason | None:
    """What takes the place of an action on a day to which something of the moment moved it, or None.

    Args:
        standing: the debtor's.
        placement: the action; one whose own day it is gives way to nothing.
        day: the day.
        here: all actions of that day.
        pasts: what was attempted.
    """
    ask, mode = placement.ask, placement.ask.policy.plan.catch_up
    moved = placement.place.day < day and ask.step.is_offset
    if not moved or mode == "all":
        return None
    if mode == "none":  # what was moved runs; what was missed before it could be known does not
        was_missed = placement.place.day < standing.day(max(ask.recorded, ask.issued))
        origin = ask.policy.plan.origins.get("catch_up")
        return Reason("lapsed", {"catch_up": mode}, origin) if was_missed else None
    others = [each for each in here if each.ask.receivable == ask.receivable and each.ask.step.is_offset]
    own = [past for past in pasts if past.first.receivable == ask.receivable and standing.day(past.at) == day]
    rivals = [*(_moved(each, day) for each in others), *_attempted(standing, own, ask.policy)]
    by = _stronger(_moved(placement, day), rivals, day)
    if not by:
        return None
    return Reason("superseded", {"by": by, "catch_up": mode}, ask.policy.plan.origins.get("catch_up"))


def _moved(placement: Placement, day: int) -> Rival:
    step, place = placement.ask.step, placement.place
    return Rival(
        step=step.id,
        presses=step.presses,
        day=day,
        strength=_strength(placement.ask, place.day, place.slot),
        is_late=place.day < day,
        last_day=max(day, place.last_day),
    )


@frozen(kw_only=True)
class Rival:
    """What a missed action may have to give way to.

    Attributes:
        step: id of the step.
        presses: whether it presses.
        day: the day on which it was to run, or ran.
        strength: how it compares with another missed one.
        is_late: whether it was missed itself.
        last_day: last civil day on which it may, or might have, run.
    """

    step: str
    presses: bool
    day: int
    strength: tuple[int, ...]
    is_late: bool
    last_day: int


def _drafted(drafts: Sequence[Draft]) -> Iterator[Rival]:
    return (_rival(draft) for draft in drafts if draft.missed or draft.ran_out or draft.today)


def _rival(draft: Draft) -> Rival:
    step = draft.ask.step
    return Rival(
        step=step.id,
        presses=step.presses,
        day=draft.slot.day,
        strength=_strength(draft.ask, draft.day, draft.slot),
        is_late=not draft.today,
        last_day=draft.last_day,
    )


def _attempted(standing: Standing, pasts: Sequence[Past], policy: Policy) -> Iterator[Rival]:
    for past in pasts:
        place = policy.step_order.get(past.first.step)
        if place is not None and isinstance(policy.steps[place].trigger, OffsetTrigger):
            step = policy.steps[place]
            day = standing.day(past.at)
            yield Rival(step=step.id, presses=step.presses, day=day, strength=(), is_late=False, last_day=day)


def _stronger(own: Rival, rivals: Iterable[Rival], since: int) -> str:
    """The step that one gives way to, or "": one that ran or runs on a later day, else a stronger missed one.

    Two compete only if there was a day, from `since` on, on which the one was missed and both might still run.
    """
    for rival in rivals:
        met = max(since, rival.day)
        if rival.step == own.step or (own.presses and not rival.presses) or met > min(own.last_day, rival.last_day):
            continue
        if not rival.is_late or rival.strength > own.strength:
            return rival.step
    return ""


def _strength(ask: Ask, day: int, slot: Slot) -> tuple[int, ...]:
    """What decides between two missed ones: severity first under `most-severe`, then the later instant."""
    tone, policy = ask.step.tone, ask.policy
    when = (day, slot.instant, policy.step_order[ask.step.id])
    return (-1 if tone is None else int(tone), *when) if policy.plan.catch_up == "most-severe" else when


def _end(draft: Draft, reason: Reason) -> None:
    kept = [other for other in draft.reasons if draft.ran_out]
    draft.status = "ended"
    draft.turns.clear()
    draft.reasons = in_order([reason, *kept])
