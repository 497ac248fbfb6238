"""What the law wants before an act: days past due, a delivered notice and its term, proofs, unpaid receivables."""

from __future__ import annotations

from collections.abc import Iterator

from regua.core.legal import LegalRule, Terms
from regua.core.planning.law import iso_day, legal_reason
from regua.core.planning.schedule import Reason
from regua.core.planning.standing import Standing
from regua.core.planning.trigger import Ask
from regua.core.timeline import Span, covering

_Wait = tuple[Reason, int | None]
_OVERDUE = frozenset({"listing", "protest", "suspend", "agency", "lawsuit"})
_OVER = frozenset({"cancelled", "written-off", "settled", "agreement-active"})


def legal_waits(standing: Standing, ask: Ask, instant: int) -> list[_Wait]:
    """What the law still wants before a step at an instant, each with what lifts it, or None where no fact does.

    Args:
        standing: the debtor's.
        ask: the step; nothing is wanted of one that is about no receivable.
        instant: at which it would run.
    """
    law = standing.law
    if law.is_silent:
        return []
    found = law.terms(ask)
    day = standing.day(instant) if found else 0
    wanted = (_wants(standing, ask, rule, terms, instant) for rule, terms in found if rule.is_in_force(day))
    return [
        *_not_overdue(standing, ask, instant),
        *(
            (legal_reason(code, rule, facts | ({} if lift is None else {"until": standing.told(lift)})), lift)
            for each in wanted
            for code, rule, facts, lift in each
            if lift is None or lift > instant
        ),
    ]


def _not_overdue(standing: Standing, ask: Ask, instant: int) -> list[_Wait]:
    """Nothing is done about what may still be paid in time: the first day is the one after the grace day.

    No policy loosens it: Lei 7.089/1983 art. 1, and Lei 9.492/1997 of a protest.
    """
    if ask.step.kind not in _OVERDUE:
        return []
    first = standing.effective(ask.receivable, standing.law.due(ask)) + 1
    lift = standing.start(first)
    facts = {"first_day": iso_day(first), "until": standing.told(lift)}
    return [(Reason("legal-wait", facts, None, "data.lei_7089"), lift)] if lift > instant else []


_Want = tuple[str, LegalRule, dict[str, str], int | None]


def _wants(standing: Standing, ask: Ask, rule: LegalRule, terms: Terms, instant: int) -> Iterator[_Want]:
    if terms.days_past_due:
        first = standing.law.due(ask) + terms.days_past_due
        facts = {"days_past_due": str(terms.days_past_due), "first_day": iso_day(first)}
        yield "legal-wait", rule, facts, standing.start(first)
    if terms.notice and not _notifies(ask):
        yield _notice(standing, ask, rule, terms)
    if terms.documents:
        held = standing.facts.receivables[ask.receivable].documents
        for document in terms.documents:
            span = held.get(document)
            lift = None if span is None else max(span.start, span.known)
            yield "legal-wait", rule, {"missing": document}, lift
    if terms.unpaid > 1:
        yield _unpaid(standing, ask, rule, terms, instant)


def _notice(standing: Standing, ask: Ask, rule: LegalRule, terms: Terms) -> _Want:
    """The legal notice, and the days after its delivery; our own message is none (CDC art. 43 §2; Súmula STJ 359)."""
    last = None if terms.notice_by is None else standing.law.due(ask) + terms.notice_by
    code = "listing-notice-wait" if ask.step.kind == "listing" else "legal-wait"
    facts = {"notice_wait": str(terms.notice_wait)}
    for span in _notices(standing, ask):
        day = standing.day(span.start)
        if span.start >= ask.since and (last is None or day <= last):
            lift = max(span.start, span.known)
            if terms.notice_wait.days:
                days, wait = standing.days(ask.policy), terms.notice_wait
                over = days.next_business(days.add(day, wait.days, business=wait.business))  # Código Civil art. 132 §1
                lift = max(lift, standing.start(over + 1))
            return code, rule, facts | {"event": span.cause}, lift
    return code, rule, facts | {"missing": "notice.delivered"}, None


def _notices(standing: Standing, ask: Ask) -> Iterator[Span]:
    """The notices that count for a step: before a listing only those of the bureau that lists (Súmula STJ 359)."""
    who = ask.step.registrar if ask.step.kind == "listing" else ""
    for notice in standing.facts.receivables[ask.receivable].notices:
        if not who or notice.registrar in {"", who}:
            yield notice.span


def _notifies(ask: Ask) -> bool:
    """Whether the step's registrar sends the notice by itself and waits; believed where nobody told otherwise.

    A suspension has none.
    """
    notifying = ask.policy.legal.notifying
    if ask.step.kind == "suspend":
        return False
    if notifying is None:
        return not any(step.kind == "notice" for step in ask.policy.steps)
    return ask.step.registrar in notifying


def _unpaid(standing: Standing, ask: Ask, rule: LegalRule, terms: Terms, instant: int) -> _Want:
    """So many receivables that the rule binds must be overdue; from when on they are.

    One of another kind, which the rule binds since nobody knows that kind, is none of them.
    """
    overdue = []
    receivables = standing.facts.receivables
    meant = {*rule.where.titles, receivables[ask.receivable].kind}
    for name in standing.bound:
        if rule.where.titles and receivables[name].kind not in meant:
            continue
        is_over = any(covering(spans, instant) for code, spans in standing.stops(name) if code in _OVER)
        if not is_over and any(each.id == rule.id for each in standing.law.binding(name).rules):
            due = standing.facts.receivables[name].terms[-1].due
            overdue.append(standing.start(standing.effective(name, due) + 1))
    lift = sorted(overdue)[terms.unpaid - 1] if len(overdue) >= terms.unpaid else None
    return "legal-wait", rule, {"unpaid": str(terms.unpaid), "overdue": str(len(overdue))}, lift
