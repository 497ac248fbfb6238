"""Every attempt to reach the debtor or to carry out an act, with its proofs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import evolve, frozen

from regua.core.events import ActionAttempted, ActionOutcome, Event, EventRetracted
from regua.core.planning import Action, Contact, Schedule
from regua.engine.dossier.calculation import parts_of
from regua.engine.dossier.material import Material
from regua.engine.dossier.people import owner_of, shown_address
from regua.engine.dossier.values import Member, OutcomeShown, Sent, Told
from regua.engine.replaying import Difference, decided_again
from regua.ports import Attempt

_DETAILS = ("reason", "result", "reference")


@frozen(kw_only=True)
class _Tried:
    """What is known of one attempt.

    Attributes:
        attempt: the evidence; where there is no store, as far as the facts tell.
        facts: about it, the carrier's first, in the account's order.
        words: the same, and what took them back.
    """

    attempt: Attempt
    facts: Sequence[ActionOutcome]
    words: Sequence[Event]


def sendings(material: Material) -> tuple[Sent, ...]:
    """Every attempt, in order of time."""
    found = sorted(_tried(material), key=lambda each: (each.attempt.intent_us, each.attempt.action))
    return tuple(_sent(material, each) for each in found)


def _tried(material: Material) -> Iterator[_Tried]:
    evidence = {(each.action, each.number): each for each in material.evidence if each.intent_us <= material.as_of}
    retractions: dict[str, list[Event]] = {}
    for event in material.account.events:
        if isinstance(event, EventRetracted):
            retractions.setdefault(event.event, []).append(event)
    for facts in _groups(material):
        words = [event for fact in facts for event in (fact, *retractions.get(fact.id, ()))]
        attempt = evidence.pop((facts[0].action, facts[0].attempt), None) or _from_facts(material, facts)
        yield _Tried(attempt=attempt, facts=facts, words=words)
    for left in evidence.values():
        yield _Tried(attempt=left, facts=(), words=())


def _groups(material: Material) -> Iterator[list[ActionOutcome]]:
    """The facts of each attempt, those of the carrier first."""
    groups: dict[tuple[str, int], list[ActionOutcome]] = {}
    for event in material.account.events:
        if isinstance(event, ActionOutcome):
            groups.setdefault((event.contact or event.action, event.attempt), []).append(event)
    for (name, _), facts in groups.items():
        yield sorted(facts, key=lambda fact: not (name == fact.action or name.startswith(f"{fact.action}/")))


def _from_facts(material: Material, facts: Sequence[ActionOutcome]) -> Attempt:
    """The evidence of an attempt of which only facts tell."""
    first, ids = facts[0], {fact.id for fact in facts}
    return Attempt(
        action=first.action,
        creditor=first.creditor,
        debtor=first.debtor,
        number=first.attempt,
        epoch=0,
        worker="",
        contact=first.contact,
        members=tuple(dict.fromkeys(fact.action for fact in facts)),
        channel=first.channel,
        key="",
        content_hash=first.content if isinstance(first, ActionAttempted) else "",
        version=next(place for place, event in enumerate(material.recorded) if event.id in ids),
        intent_us=first.at_us,
    )


def _sent(material: Material, tried: _Tried) -> Sent:
    attempt, began = tried.attempt, next((fact for fact in tried.facts if isinstance(fact, ActionAttempted)), None)
    schedule, differences = decided_again(material.plan, material.recorded, attempt, began)
    first = tried.facts[0] if tried.facts else None
    sent = Sent(
        contact=attempt.contact,
        attempt=attempt.number,
        at=attempt.intent_us,
        channel=attempt.channel,
        members=tuple(_members(tried)),
        content=attempt.content_hash,
        key=attempt.key,
        outcomes=tuple(_outcomes(tried.words)),
        differences=tuple(_differences(tried, differences)),
    )
    if first is not None:
        sent = evolve(sent, tone=first.tone, presses=first.presses, valid_until=first.valid_until)
    if began is not None:
        sent = _with_point(material, sent, began.point)
    return sent if schedule is None else _with_plan(material, sent, attempt, schedule)


def _differences(tried: _Tried, found: Sequence[Difference]) -> Iterator[str]:
    """In what a decision differs; a fact that the host recorded by itself is no decision of the engine."""
    if not tried.facts or any(isinstance(fact, ActionAttempted) for fact in tried.facts):
        yield from map(str, found)


def _members(tried: _Tried) -> Iterator[Member]:
    known = {fact.action: fact for fact in tried.facts}
    for action in tried.attempt.members:
        fact = known.get(action)
        step, receivable = (fact.step, fact.receivable) if fact else ("", "")
        yield Member(action=action, step=step, receivable=receivable)


def _with_point(material: Material, sent: Sent, name: str) -> Sent:
    point = material.account.facts.points.get(name)
    if point is None:
        return evolve(sent, point=name)
    owner = owner_of(material.account, name)
    return evolve(sent, point=name, owner=owner, address=shown_address(owner, point, material.kept))


def _with_plan(material: Material, sent: Sent, attempt: Attempt, schedule: Schedule) -> Sent:
    """What the plan of that instant says of it."""
    action = next((each for each in schedule.all if each.id == attempt.action), None)
    contact = next((each for each in schedule.contacts if each.id == attempt.contact), None)
    kind = action.kind if action else ""
    if contact is not None:
        return evolve(sent, kind=kind, template=contact.template, told=tuple(_told(material, contact)))
    return evolve(sent, kind=kind, told=tuple(_asked(material, action)) if action else ())


def _asked(material: Material, action: Action) -> Iterator[Told]:
    """What the request of an act says; of an act about the debtor, nothing."""
    receivable = material.account.facts.receivables.get(action.receivable)
    if action.amount is None or receivable is None:
        return
    known = [each for each in receivable.terms if max(each.at, each.known) <= action.at_us] or receivable.terms[:1]
    yield Told(
        receivable=receivable.id,
        amount=action.amount,
        due=date.fromordinal(known[-1].due),
        parts=tuple(parts_of(action.breakdown, material.standing.bindings[receivable.id].terms)),
    )


def _told(material: Material, contact: Contact) -> Iterator[Told]:
    for item in contact.items:
        terms = material.standing.bindings[item.receivable].terms
        yield Told(
            receivable=item.receivable,
            amount=item.amount,
            due=item.due,
            listed=not item.action,
            parts=tuple(parts_of(item.breakdown, terms)),
        )


def _outcomes(words: Sequence[Event]) -> Iterator[OutcomeShown]:
    """Each word once, whatever the number of actions of which it was said."""
    found: dict[tuple[int, int, str, str], list[str]] = {}
    for event in words:
        detail = next((value for name in _DETAILS if (value := getattr(event, name, ""))), "")
        found.setdefault((event.at_us, event.recorded_us, event.type, detail), []).append(event.id)
    for at, recorded, kind, detail in sorted(found, key=lambda each: each[:2]):
        events = found[at, recorded, kind, detail]
        yield OutcomeShown(type=kind, at=at, recorded=recorded, detail=detail, events=tuple(events))
