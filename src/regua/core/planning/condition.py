"""Stage 3, conditions: `when` and `unless`, judged at one instant."""

from __future__ import annotations

from regua.core import events as ev
from regua.core.planning.past import level
from regua.core.planning.registrars import undone
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask
from regua.core.policy import CALL_KINDS, CONTACT_KINDS, Conditions, Range, StepReference

_LEVELS = {"sent": 1, "delivered": 2, "read": 3}


def unmet(standing: Standing, ask: Ask, instant: int) -> Reason | None:
    """The condition that keeps a step from applying at that instant, or what did its work already; else None."""
    key = "" if ask.step.when.are_none else _first_unmet(standing, ask, instant)
    if key:
        return Reason("condition-not-met", {"condition": key}, ask.step.when.origin_of(key))
    unless = ask.step.unless
    if unless is not None and outcome_instant(standing, ask, unless, instant) is not None:
        facts = {"step": unless.step, "outcome": unless.outcome}
        return Reason("unless-met", facts, ask.step.origin_of("unless"))
    return _already_told(standing, ask, instant) or undone(standing, ask.step, ask.receivable, instant)


def _already_told(standing: Standing, ask: Ask, instant: int) -> Reason | None:
    """The boleto of a second copy that went without one, before the creditor had a provider: nobody would be told."""
    copy = ask.step.decided_as
    if copy == ask.step.id:
        return None
    if outcome_instant(standing, ask, StepReference(step=copy, outcome="sent"), instant) is None:
        return None
    return Reason("unless-met", {"step": copy, "outcome": "sent"}, ask.step.origin_of("kind"))


def _first_unmet(standing: Standing, ask: Ask, instant: int) -> str:
    when = ask.step.when
    return _unmet_of_receivable(standing, ask, when, instant) or _unmet_of_debtor(standing, when, instant)


def _unmet_of_receivable(standing: Standing, ask: Ask, when: Conditions, instant: int) -> str:
    if not ask.receivable:
        return ""
    day = standing.day(instant)
    position = standing.ledger.position(ask.receivable, instant)
    if when.balance is not None and not when.balance.holds(position.asked(day)):
        return "balance"
    if when.amount is not None and not when.amount.holds(position.amount):
        return "amount"
    if when.days_past_due is not None and not when.days_past_due.holds(day - position.due):
        return "days_past_due"
    kind = standing.facts.receivables[ask.receivable].kind
    return "kind" if when.kinds and kind not in when.kinds else ""


def next_turn(standing: Standing, ask: Ask, instant: int, last_day: int) -> int | None:
    """The first day after an instant's, up to `last_day`, on which a condition may turn by the day alone, or None."""
    when, day = ask.step.when, standing.day(instant)
    if not ask.receivable or (when.balance is None and when.days_past_due is None) or day >= last_day:
        return None
    position = standing.ledger.position(ask.receivable, instant)
    if when.balance is not None and position.rules.discounts and day <= position.effective:
        return day + 1  # only from then on does the balance never fall from day to day

    def sides(day: int) -> tuple[int, int]:
        return _side(when.balance, position.asked(day)), _side(when.days_past_due, day - position.due)

    now = sides(day)
    if sides(last_day) == now:
        return None
    same, other = day, last_day
    while other - same > 1:
        middle = (same + other) // 2
        same, other = (middle, other) if sides(middle) == now else (same, middle)
    return other


def _side(span: Range | None, value: int) -> int:
    """Below the range, in it, or above it."""
    if span is None or span.holds(value):
        return 0
    return -1 if span.low is not None and value < span.low else 1


def _unmet_of_debtor(standing: Standing, when: Conditions, instant: int) -> str:
    profile = standing.profile(instant) or _UNKNOWN
    if when.score is not None and (profile.score is None or not when.score.holds(profile.score)):
        return "score"
    if when.debtor and when.debtor != profile.kind:
        return "debtor"
    if when.segments and profile.segment not in when.segments:
        return "segment"
    if when.states and profile.state not in when.states:
        return "state"
    return "predicate" if when.predicates else ""


_UNKNOWN = ev.DebtorRegistered(id="unknown", creditor="unknown", debtor="unknown", at=0, recorded_at=0)


def outcome_instant(
    standing: Standing, ask: Ask, reference: StepReference, instant: int, *, proved: bool = False
) -> int | None:
    """The first instant up to `instant` at which the other step had that outcome for the same receivable.

    A clamped sending counts for nothing here: it did not say what the step says (domain.md §5, Tone).

    Args:
        standing: the debtor's.
        ask: the step that refers to the other one.
        reference: the other one, and its outcome.
        instant: up to which.
        proved: whether `done` has to be proved by a receipt: of an act that it is done, of the rest that it was carried
            out; else what may have been done counts.
    """
    place = ask.policy.step_order.get(reference.step)
    if place is None:
        return None
    step = ask.policy.steps[place]
    asked = step.tone if step.makes_rung else None
    wanted = reference.outcome
    if wanted == "done" and proved:
        wanted = "sent" if step.kind in CONTACT_KINDS | CALL_KINDS else "delivered"
    is_own = ask.step.decided_as == step.decided_as  # its boleto: that of the same second copy, and not of one before
    found = [
        outcome.at_us
        for outcomes in standing.outcomes.get(ask.receivable, [])
        for outcome in outcomes
        if outcome.step == reference.step
        and (not is_own or outcome.occurrence == ask.occurrence)
        and ask.since <= outcome.at_us <= instant
        and (asked is None or outcome.tone is None or outcome.tone >= asked)
        and _reached(outcome, outcomes, wanted)
    ]
    return min(found, default=None)


def _reached(outcome: ev.ActionOutcome, outcomes: list[ev.ActionOutcome], wanted: str) -> bool:
    if wanted == "done":
        return not isinstance(outcome, ev.ActionFailed | ev.ActionSkipped)
    return level(outcome) >= _LEVELS[wanted] and not _bounced(outcome, outcomes)


def _bounced(outcome: ev.ActionOutcome, outcomes: list[ev.ActionOutcome]) -> bool:
    """Whether a sending without a delivery failed afterwards."""
    return isinstance(outcome, ev.ActionSent) and any(
        isinstance(other, ev.ActionFailed) and other.channel == outcome.channel for other in outcomes
    )
