"""Stage 4, blockers: which rows of the table apply to one ask at one instant."""

from __future__ import annotations

from collections.abc import Iterable

from regua.core.money import Money
from regua.core.planning.blockers import CLASSES, PRECEDENCE
from regua.core.planning.condition import outcome_instant
from regua.core.planning.freshness import fresh
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.terms import legal_waits
from regua.core.planning.trigger import Ask, stop_codes
from regua.core.policy import CALL_KINDS, EventTrigger, StepReference
from regua.core.timeline import Span, covering

_FAR = 1 << 62


def stops(standing: Standing, ask: Ask, instant: int) -> list[Reason]:
    """Blockers of the classes ended, stopped and suspended at an instant, in the order of the table."""
    step, found = ask.step, []
    for code, spans in standing.stops(ask.receivable):
        if (step.is_stoppable or code == "deceased") and code != "time-barred":
            span = covering(spans, instant)
            if span is not None:
                found.append(stopped(standing, ask, code, span))
    if ask.receivable:
        veto = standing.facts.receivables[ask.receivable].vetoes.get(step.decided_as)
        if veto is not None and veto.covers(instant):
            found.append(stopped(standing, ask, "vetoed", veto))
    if step.is_stoppable:
        found += standing.law.forbids(ask, instant)
    return in_order(found)


def is_over(reasons: Iterable[Reason]) -> bool:
    """Whether a blocker of the class ended is among them."""
    return any(CLASSES[reason.code] == "ended" for reason in reasons)


def stopped(standing: Standing, ask: Ask, code: str, span: Span) -> Reason:
    """A blocker of those classes as a reason."""
    facts = {"event": span.cause, "since": standing.told(span.start)}
    if span.end is not None:
        facts["until"] = standing.told(span.end)
    if code == "settled":
        facts |= _left_over(standing, ask, span)
    suspended = CLASSES[code] == "suspended"
    return Reason(code, facts, ask.policy.plan.origin_of("when_held") if suspended else None)


def left_over(standing: Standing, ask: Ask) -> list[Reason]:
    """What an action that answers a settlement tells: the late charges left over, and what becomes of them."""
    trigger = ask.step.trigger
    if not (isinstance(trigger, EventTrigger) and trigger.on == "receivable.settled" and ask.receivable):
        return []
    spans = [span for span in standing.ledger.settlements(ask.receivable) if span.cause == ask.occurrence]
    facts = _left_over(standing, ask, spans[0]) if spans else {}
    return [Reason("left-over", facts, ask.policy.charges.origin_of("residual"))] if facts else []


def _left_over(standing: Standing, ask: Ask, settled: Span) -> dict[str, str]:
    charges = standing.left_over(ask.receivable, settled.start)
    if not charges:
        return {}
    residual = "carry" if ask.policy.charges.residual == "carry" else "waive"
    return {"left_over": str(Money(charges, ask.policy.currency)), "residual": residual}


def last_waiting_day(standing: Standing, ask: Ask, day: int) -> int:
    """The last day on which what would have run on `day` may wait; what stands still then does not use up its wait."""
    left = ask.policy.plan.max_wait.days
    codes = stop_codes(ask.policy) if ask.receivable and ask.step.is_stoppable else ()
    spans = [span for code, found in standing.stops(ask.receivable) if code in codes for span in found]
    if not spans:
        return day + left
    while left:
        stop = covering(spans, standing.at_clock(day + 1, ask.minute))
        if stop is not None and stop.end is None:
            return day + left
        day += 1
        left -= stop is None
    return day


def waits(standing: Standing, ask: Ask, instant: int) -> list[tuple[Reason, int | None]]:
    """Blockers of the class waiting at an instant, each with the instant that lifts it, None where no fact does."""
    step = ask.step
    law, needs_approval = legal_waits(standing, ask, instant), step.approval or standing.law.demands_approval(ask)
    if not (step.presses or step.requires or needs_approval or law or standing.stops(ask.receivable)):
        return []
    found: list[tuple[Reason, int | None]] = _stood_still(standing, ask, instant)
    if step.requires is not None:
        found += _requirement(standing, ask, step.requires, instant)
    found += law
    if needs_approval:
        found += _approval(standing, ask, instant)
    if step.presses and ask.receivable:
        known = fresh(standing, ask.policy, instant)
        if known is None or known > instant:
            found.append((Reason("stale-payments", {}, ask.policy.limits.origin_of("freshness")), known))
        found += _clearing(standing, ask, instant)
    return found


def _stood_still(standing: Standing, ask: Ask, instant: int) -> list[tuple[Reason, int | None]]:
    """A stop that is over by now, or known to end: its steps go on after it (domain.md §4, Undone)."""
    found: list[tuple[Reason, int | None]] = []
    if ask.receivable and ask.step.is_stoppable:
        codes = stop_codes(ask.policy)
        for code, spans in standing.stops(ask.receivable):
            span = covering(spans, instant) if code in codes else None
            if span is not None and span.end is not None:
                found.append((stopped(standing, ask, code, span), span.end))
    return found


def _requirement(
    standing: Standing, ask: Ask, requires: StepReference, instant: int
) -> list[tuple[Reason, int | None]]:
    reached = outcome_instant(standing, ask, requires, _FAR, proved=True)
    lift = reached
    if reached is not None and requires.at_least is not None:
        wait = requires.at_least
        day = standing.days(ask.policy).add(standing.day(reached), wait.days, business=wait.business)
        lift = standing.start(day)
    if lift is not None and lift <= instant:
        return []
    facts = {"step": requires.step, "outcome": requires.outcome}
    if requires.at_least is not None:
        facts["at_least"] = str(requires.at_least)
    return [(Reason("requires-step", facts, ask.step.origin_of("requires")), lift)]


def _approval(standing: Standing, ask: Ask, instant: int) -> list[tuple[Reason, int | None]]:
    receivable = standing.facts.receivables.get(ask.receivable)
    approvals = receivable.approvals.get(ask.step.decided_as, []) if receivable else []
    approval = next((span for span in approvals if span.start >= ask.since), None)
    lift = max(approval.start, approval.known) if approval else None
    if lift is not None and lift <= instant:
        return []
    facts = {"approval": ask.step.approval or "human"}
    return [(Reason("awaiting-approval", facts, ask.step.origin_of("approval")), lift)]


def _clearing(standing: Standing, ask: Ask, instant: int) -> list[tuple[Reason, int | None]]:
    effective = standing.effective(ask.receivable, ask.due)
    lift = standing.start(standing.first_pressing_day(ask.policy, effective))
    if lift <= instant:
        return []
    facts = {"clearing": str(ask.policy.limits.clearing), "until": standing.told(lift)}
    return [(Reason("clearing", facts, ask.policy.limits.origin_of("clearing")), lift)]


def moments(standing: Standing, ask: Ask, channels: tuple[str, ...], instant: int) -> list[Reason]:
    """Blockers of the moment at an instant, windows apart: minimum and contact point."""
    found: list[Reason] = []
    minimum = standing.minimum
    if minimum and ask.step.presses and ask.receivable and standing.pressing(ask.receivable, instant) < minimum:
        total = standing.pressing_total(instant)
        if total < minimum:
            currency = ask.policy.currency
            facts = {"total": str(Money(total, currency)), "minimum": str(Money(minimum, currency))}
            found.append(Reason("below-minimum", facts, ask.policy.limits.origin_of("min_balance")))
    if channels:
        _, blocker = standing.channel(channels, instant)
        if blocker:
            rule = standing.barring(channels, instant) if blocker == "opted-out" else ""
            found.append(Reason(blocker, {"channels": ", ".join(channels)}, ask.step.origin_of("channels"), rule))
    elif ask.step.kind in CALL_KINDS:
        rule = standing.law.closes_calls(instant)
        if rule:
            found.append(Reason("opted-out", {"channels": "call"}, ask.step.origin_of("kind"), rule))
    return found


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons in the order of the table, what is no blocker last, each code and legal rule once."""
    reasons = list(reasons)
    if len(reasons) <= 1:
        return reasons
    first: dict[tuple[str, str], Reason] = {}
    for reason in reasons:
        first.setdefault((reason.code, reason.rule), reason)
    return sorted(first.values(), key=lambda reason: PRECEDENCE.get(reason.code, len(PRECEDENCE)))
