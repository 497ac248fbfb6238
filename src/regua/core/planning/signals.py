"""Signals: what facts and policies together come to, and steps may answer. Derived, never stored (domain.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from attrs import frozen

from regua.core import events as ev
from regua.core.planning.agreements import completed
from regua.core.planning.habits import changes
from regua.core.planning.past import past_of
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
    """What the steps of one debtor may answer; derived once, when somebody asks."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._by_type: dict[str, dict[str, list[Occasion]]] = {}

    def of(self, on: str, name: str) -> Sequence[Occasion]:
        """The occasions of an event type or signal about a receivable, or all of them where the name is ""."""
        own = _OF_RECEIVABLES.get(on)
        if own is not None:
            return own(self, (name,) if name else tuple(self._standing.bound))
        table = self._by_type.get(on)
        if table is None:
            table = self._by_type[on] = self._table(on)
        return table.get(name, ())

    def _table(self, on: str) -> dict[str, list[Occasion]]:
        derive = _OF_DEBTOR.get(on)
        table: dict[str, list[Occasion]] = {}
        for occasion in self._events(on) if derive is None else derive(self._standing):
            for name in ("", *occasion.receivables):
                table.setdefault(name, []).append(occasion)
        return table

    def _events(self, on: str) -> Iterator[Occasion]:
        for event in self._standing.facts.by_type.get(on, []):
            if not (isinstance(event, ev.ActionOutcome) and _answers_outcomes(self._standing, event.step)):
                yield Occasion(event.known_us, event.id, receivables_of(self._standing, event))

    def settled(self, names: Iterable[str]) -> list[Occasion]:
        """The settlements of these receivables."""
        return [
            Occasion(max(span.known, span.start), span.cause, (name,), span.end)
            for name in names
            for span in self._standing.ledger.settlements(name)
        ]

    def regretted(self, names: Iterable[str]) -> list[Occasion]:
        """Contacts that claimed non-payment on a civil day later than the payment's (domain.md §5, Regret)."""
        standing = self._standing
        found: dict[tuple[str, str], Occasion] = {}
        for name in names:
            settled = standing.spans(name)["settled"] if name in self._claims else []
            for first in self._claims[name] if settled else ():
                span = covering(settled, first.at_us)
                if span is None or standing.day(span.start) >= standing.day(first.at_us):
                    continue
                occasion = Occasion(max(span.known, first.known_us), span.cause, (name,))
                earlier = found.setdefault((span.cause, name), occasion)
                if occasion.known < earlier.known:
                    found[span.cause, name] = occasion
        return [found[key] for key in sorted(found)]

    @cached_property
    def _claims(self) -> dict[str, list[ev.ActionOutcome]]:
        """The first outcome of each action that claimed non-payment, by receivable that it told of or only listed."""
        found: dict[str, list[ev.ActionOutcome]] = {}
        for outcomes in self._standing.facts.outcomes.values():
            if _claimed(self._standing, outcomes):
                listed = (name for outcome in outcomes for name in outcome.listed)
                for name in dict.fromkeys((outcomes[0].receivable, *listed)):
                    found.setdefault(name, []).append(outcomes[0])
        return found


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


def _kept(standing: Standing) -> Iterator[Occasion]:
    for fate in standing.promises if standing.facts.promises else ():
        if fate.kept is not None:
            yield Occasion(max(fate.kept, fate.kept_known), fate.made.id, kept_for(fate))


def _broken(standing: Standing) -> Iterator[Occasion]:
    for name, fate in standing.broken() if standing.facts.promises else ():
        yield Occasion(max(fate.broken[name], fate.made.known_us), fate.made.id, (name,))


def _agreement_broken(standing: Standing) -> Iterator[Occasion]:
    for agreement in standing.agreements.values():
        if agreement.broken and agreement.end is not None:
            for name in agreement.receivables:
                yield Occasion(max(agreement.end, agreement.known), agreement.cause, (name,))


def _agreement_completed(standing: Standing) -> Iterator[Occasion]:
    for agreement in standing.agreements.values():
        for span in completed(standing.ledger, agreement):
            for name in agreement.receivables:
                yield Occasion(max(span.start, span.known), span.cause, (name,), span.end)


def _habit_changed(standing: Standing) -> Iterator[Occasion]:
    for verdict in changes(standing):
        issue = standing.facts.receivables[verdict.receivable].terms[0].event
        yield Occasion(verdict.known, issue, (verdict.receivable,))


def _claimed(standing: Standing, outcomes: Sequence[ev.ActionOutcome]) -> bool:
    """Whether the action pressed and reached, or may have reached, the debtor."""
    _, step = standing.declared(outcomes[0].receivable, outcomes[0].step)
    return step is not None and step.presses and past_of(outcomes).reached


_OF_RECEIVABLES: Final[dict[str, Callable[[Occasions, Sequence[str]], list[Occasion]]]] = {
    "receivable.settled": Occasions.settled,
    "contact.regretted": Occasions.regretted,
}
_OF_DEBTOR: Final[dict[str, Callable[[Standing], Iterator[Occasion]]]] = {
    "promise.kept": _kept,
    "promise.broken": _broken,
    "agreement.broken": _agreement_broken,
    "agreement.completed": _agreement_completed,
    "habit.changed": _habit_changed,
}
"""How each signal is derived, for each receivable or for all at once; `policy.exhausted` by the steps (trigger.py)."""
