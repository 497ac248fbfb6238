"""Stage 4, blockers: which rows of the table apply to one ask at one instant."""

from __future__ import annotations

from collections.abc import Iterable

from regua.core.dates import format_local
from regua.core.money import Money
from regua.core.planning.blockers import CLASSES, PRECEDENCE
from regua.core.planning.condition import outcome_instant
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask, stop_codes
from regua.core.policy import MILD_KINDS, StepReference
from regua.core.timeline import Span, covering

_ESCALATIONS = frozenset({"notice", "listing", "protest", "suspend", "credit-block", "agency", "lawsuit", "write-off"})
_FAR = 1 << 62


def is_stoppable(ask: Ask) -> bool:
    """Whether ended, stopped and suspended blockers hit it: reminders, and what presses or escalates."""
    step = ask.step
    return step.presses or step.kind in _ESCALATIONS or (ask.is_offset and step.kind not in MILD_KINDS)


def stops(standing: Standing, ask: Ask, instant: int) -> list[Reason]:
    """Blockers of the classes ended, stopped and suspended at an instant, in the order of the table."""
    table = standing.spans[ask.receivable] if ask.receivable else standing.debtor_spans
    found: dict[str, Span] = {}
    for code, spans in table.items():
        span = covering(spans, instant)
        if span is not None and (is_stoppable(ask) or code == "deceased"):
            found[code] = span
    if not ask.receivable and is_stoppable(ask):
        span = covering(standing.debtor_holds, instant)
        if span is not None:
            found["held"] = span
    veto = standing.facts.receivables[ask.receivable].vetoes.get(ask.step.id) if ask.receivable else None
    if veto is not None and veto.covers(instant):
        found["vetoed"] = veto
    reasons = [_stopped(standing, ask, code, span) for code, span in found.items()]
    return in_order(reasons)


def is_over(reasons: Iterable[Reason]) -> bool:
    """Whether a blocker of the class ended is among them."""
    return any(CLASSES[reason.code] == "ended" for reason in reasons)


def _stopped(standing: Standing, ask: Ask, code: str, span: Span) -> Reason:
    facts = {"event": span.cause, "since": format_local(span.start, standing.zone)}
    if span.end is not None:
        facts["until"] = format_local(span.end, standing.zone)
    suspended = CLASSES[code] == "suspended"
    return Reason(code, facts, ask.policy.plan.origin_of("when_held") if suspended else None)


def waits(standing: Standing, ask: Ask, instant: int) -> list[tuple[Reason, int | None]]:
    """Blockers of the class waiting at an instant, each with the instant that lifts it, None where no fact does."""
    step = ask.step
    found: list[tuple[Reason, int | None]] = _stood_still(standing, ask, instant)
    if step.requires is not None:
        found += _requirement(standing, ask, step.requires, instant)
    if step.approval:
        found += _approval(standing, ask, instant)
    if step.presses and ask.receivable:
        fresh = standing.fresh(ask.policy, instant)
        if fresh is None or fresh > instant:
            found.append((Reason("stale-payments", {}, ask.policy.limits.origin_of("freshness")), fresh))
        found += _clearing(standing, ask, instant)
    return found


def _stood_still(standing: Standing, ask: Ask, instant: int) -> list[tuple[Reason, int | None]]:
    """A stop that is over by now, or known to end: its steps go on after it (domain.md §4, Undone)."""
    if not ask.receivable or not is_stoppable(ask):
        return []
    table = standing.spans[ask.receivable]
    found: list[tuple[Reason, int | None]] = []
    for code in stop_codes(ask.policy):
        span = covering(table[code], instant)
        if span is not None and span.end is not None:
            found.append((_stopped(standing, ask, code, span), span.end))
    return found


def _requirement(
    standing: Standing, ask: Ask, requires: StepReference, instant: int
) -> list[tuple[Reason, int | None]]:
    reached = outcome_instant(standing, ask, requires, _FAR)
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
    approvals = receivable.approvals.get(ask.step.id, []) if receivable else []
    approval = next((span for span in approvals if span.start >= ask.since), None)
    lift = max(approval.start, approval.known) if approval else None
    if lift is not None and lift <= instant:
        return []
    return [(Reason("awaiting-approval", {"approval": ask.step.approval}, ask.step.origin_of("approval")), lift)]


def _clearing(standing: Standing, ask: Ask, instant: int) -> list[tuple[Reason, int | None]]:
    effective = standing.effective(ask.receivable, ask.due)
    lift = standing.start(standing.first_pressing_day(ask.policy, effective))
    if lift <= instant:
        return []
    facts = {"clearing": str(ask.policy.limits.clearing), "until": format_local(lift, standing.zone)}
    return [(Reason("clearing", facts, ask.policy.limits.origin_of("clearing")), lift)]


def moments(standing: Standing, ask: Ask, channels: tuple[str, ...], instant: int) -> list[Reason]:
    """Blockers of the moment at an instant, windows apart: minimum and contact point."""
    found: list[Reason] = []
    minimum = max(policy.limits.min_balance for policy in standing.policies)
    if ask.step.presses and ask.receivable and minimum:
        total = standing.pressing_total(instant)
        if total < minimum:
            currency = ask.policy.currency
            facts = {"total": str(Money(total, currency)), "minimum": str(Money(minimum, currency))}
            found.append(Reason("below-minimum", facts, ask.policy.limits.origin_of("min_balance")))
    if channels:
        _, blocker = standing.channel(channels, instant)
        if blocker:
            found.append(Reason(blocker, {"channels": ", ".join(channels)}, ask.step.origin_of("channels")))
    return found


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """Reasons in the order of the table, what is no blocker last, each code once."""
    first: dict[str, Reason] = {}
    for reason in reasons:
        first.setdefault(reason.code, reason)
    return sorted(first.values(), key=lambda reason: PRECEDENCE.get(reason.code, len(PRECEDENCE)))
