"""Signals: what facts and policies together come to, and steps may answer. Derived, never stored (domain.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen

from regua.core import events as ev
from regua.core.planning.agreements import completed
from regua.core.planning.habits import changes
from regua.core.planning.promises import kept_for
from regua.core.planning.standing import Standing
from regua.core.policy import EventTrigger
from regua.core.timeline import covering


@frozen
class Occasion:
    """An event or signal that a step may answer.

    Attributes:
        known: instant from which its steps count: the later of when it happened and when we learnt of it.
        cause: id of the event behind it; the occurrence of the actions that answer it.
        receivables: what it is about, where it says so.
        until: instant from which it is undone, or None.
    """

    known: int
    cause: str
    receivables: tuple[str, ...]
    until: int | None = None


class Occasions:
    """What the steps of one debtor may answer; derived when somebody asks, for the receivable that is asked about."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._by_type: dict[str, dict[str, list[Occasion]]] = {}

    def of(self, on: str, name: str) -> Sequence[Occasion]:
        """The occasions of an event type or signal about a receivable, or all of them where the name is ""."""
        derive = _SIGNALS.get(on)
        if derive is not None:
            return derive(self._standing, (name,) if name else tuple(self._standing.bound))
        table = self._by_type.get(on)
        if table is None:
            table = self._by_type[on] = self._table(on)
        return table.get(name, ())

    def _table(self, on: str) -> dict[str, list[Occasion]]:
        table: dict[str, list[Occasion]] = {}
        for event in self._standing.facts.by_type.get(on, []):
            if not (isinstance(event, ev.ActionOutcome) and _answers_outcomes(self._standing, event.step)):
                about = receivables_of(self._standing, event)
                for name in ("", *about):
                    table.setdefault(name, []).append(Occasion(event.known_us, event.id, about))
        return table


def _answers_outcomes(standing: Standing, name: str) -> bool:
    """Whether a step answers what became of actions: what becomes of its own is answered by none, or it never ends."""
    for policy in standing.policies:
        place = policy.step_order.get(name)
        trigger = None if place is None else policy.steps[place].trigger
        if isinstance(trigger, EventTrigger) and issubclass(_class_of(trigger.on), ev.ActionOutcome):
            return True
    return False


def _class_of(on: str) -> type[ev.Event]:
    return ev.EVENT_TYPES[on][0] if on in ev.EVENT_TYPES else ev.Event


def receivables_of(standing: Standing, event: ev.Event) -> tuple[str, ...]:
    """The receivables that an event is about: named by it, by what it refers to, or reached by its money."""
    named: str | tuple[str, ...] = getattr(event, "receivable", "") or getattr(event, "receivables", ())
    if named:
        return (named,) if isinstance(named, str) else named
    if isinstance(event, ev.PaymentReversed | ev.PaymentNoticed | ev.PaymentSettled | ev.CreditGranted):
        return _reached(standing, event)
    for table, key in _REFERENCES:
        opening = getattr(standing.facts, table).get(getattr(event, key, ""))
        if opening is not None:
            return tuple(opening.receivables)
    if isinstance(event, ev.PromiseMade | ev.PromiseCancelled):
        fates = [fate for fate in standing.promises if fate.made.promise == event.promise]
        return fates[0].covers if fates else ()
    return ()


_REFERENCES = (("disputes", "dispute"), ("holds", "hold"), ("agreements", "agreement"))


def _reached(standing: Standing, event: ev.Event) -> tuple[str, ...]:
    if isinstance(event, ev.PaymentReversed):
        payment = standing.facts.payments[event.payment]
        causes = [episode.event for episode in (*payment.settled, *payment.noticed)]
        return tuple(dict.fromkeys(name for cause in causes for name in standing.ledger.beneficiaries(cause)))
    return standing.ledger.beneficiaries(event.id)


def _settled(standing: Standing, names: Sequence[str]) -> list[Occasion]:
    return [
        Occasion(max(span.known, span.start), span.cause, (name,), span.end)
        for name in names
        for span in standing.ledger.settlements(name)
    ]


def _kept(standing: Standing, names: Sequence[str]) -> list[Occasion]:
    if not standing.facts.promises:
        return []
    return [
        Occasion(max(fate.kept, fate.kept_known), fate.made.id, kept_for(fate))
        for fate in standing.promises
        if fate.kept is not None and any(name in names for name in kept_for(fate))
    ]


def _broken(standing: Standing, names: Sequence[str]) -> list[Occasion]:
    if not standing.facts.promises:
        return []
    return [
        Occasion(max(fate.broken[name], fate.made.known_us), fate.made.id, (name,))
        for name, fate in standing.broken()
        if name in names
    ]


def _agreement_broken(standing: Standing, names: Sequence[str]) -> list[Occasion]:
    return [
        Occasion(max(agreement.end, agreement.known), agreement.cause, (name,))
        for agreement in standing.agreements.values()
        if agreement.broken and agreement.end is not None
        for name in agreement.receivables
        if name in names
    ]


def _agreement_completed(standing: Standing, names: Sequence[str]) -> list[Occasion]:
    return [
        Occasion(max(span.start, span.known), span.cause, (name,), span.end)
        for agreement in standing.agreements.values()
        for span in completed(standing.ledger, agreement)
        for name in agreement.receivables
        if name in names
    ]


def _habit_changed(standing: Standing, names: Sequence[str]) -> list[Occasion]:
    return [
        Occasion(verdict.known, standing.facts.receivables[verdict.receivable].terms[0].event, (verdict.receivable,))
        for verdict in changes(standing)
        if verdict.receivable in names
    ]


def _regretted(standing: Standing, names: Sequence[str]) -> list[Occasion]:
    """Contacts that claimed non-payment on a civil day later than the payment's (domain.md §5, Regret)."""
    found: dict[tuple[str, str], Occasion] = {}
    for name in names:
        settled = standing.spans(name)["settled"] if name in standing.outcomes else []
        for outcomes in standing.outcomes[name] if settled else []:
            first = outcomes[0]
            span = covering(settled, first.at_us)
            if span is None or standing.day(span.start) >= standing.day(first.at_us):
                continue
            if not _claimed(standing, outcomes):
                continue
            occasion = Occasion(max(span.known, first.known_us), span.cause, (name,))
            earlier = found.setdefault((span.cause, name), occasion)
            if occasion.known < earlier.known:
                found[span.cause, name] = occasion
    return [found[key] for key in sorted(found)]


def _claimed(standing: Standing, outcomes: list[ev.ActionOutcome]) -> bool:
    """Whether the action pressed and reached, or may have reached, the debtor."""
    _, step = standing.declared(outcomes[0].receivable, outcomes[0].step)
    if step is None or not step.presses:
        return False
    reached = (ev.ActionSent, ev.ActionDelivered, ev.ActionRead, ev.ActionUnknown, ev.ActionAttempted)
    failed = {outcome.channel for outcome in outcomes if isinstance(outcome, ev.ActionFailed)}
    return any(isinstance(outcome, reached) and outcome.channel not in failed for outcome in outcomes)


_SIGNALS: Final[dict[str, Callable[[Standing, Sequence[str]], list[Occasion]]]] = {
    "receivable.settled": _settled,
    "promise.kept": _kept,
    "promise.broken": _broken,
    "contact.regretted": _regretted,
    "agreement.broken": _agreement_broken,
    "agreement.completed": _agreement_completed,
    "habit.changed": _habit_changed,
}
"""How each signal is derived; `policy.exhausted` by the steps themselves (trigger.py)."""
