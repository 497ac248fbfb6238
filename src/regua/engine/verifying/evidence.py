"""Attempts: the facts that they began, the decision made again, and what the log says came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from regua.core.account import Account, fold
from regua.core.events import (
    ActionAttempted,
    ActionFailed,
    ActionOutcome,
    ActionSent,
    ActionUnknown,
    Event,
    EventRetracted,
)
from regua.core.planning import Schedule
from regua.core.policy import WRITTEN
from regua.engine.basis import OFFSET, Basis, basis_of, chain, read_basis
from regua.engine.boletos import order_key, ordered_id
from regua.engine.book import AccountBook, attempted_id
from regua.engine.errands import provider_key
from regua.engine.replaying import decided_again, differing
from regua.engine.verifying.values import Finding
from regua.engine.whole import Whole
from regua.errors import ReguaError
from regua.ports import Attempt

WORDS: Final = {
    "accepted": ("sent",),
    "transient": ("not-sent",),
    "permanent": ("failed", "not-sent"),
    "unknown": ("unknown",),
}
"""How the id of the fact ends that says what came of an attempt, by its outcome. What was refused after an attempt of
which nobody knows is only taken back."""

Pair = tuple[str, str, str]
"""What of something, as it is recorded, and as it comes out now."""


class Evidence:
    """The attempts of one debtor.

    Args:
        book: of the creditor.
        whole: the debtor.
    """

    def __init__(self, book: AccountBook, whole: Whole) -> None:
        self._book, self._events = book, whole.events
        self._plan = partial(book.plan, closed=False)  # as it was planned for the attempt
        self._known: Mapping[str, Event] = {event.id: event for event in whole.events}
        self._places = {event.id: place for place, event in enumerate(whole.events)}
        self._chain = list(chain(whole.events))

    def findings(self, attempt: Attempt) -> Iterator[Finding]:
        """What of an attempt does not agree."""
        about = f"attempt {attempt.action}/{attempt.number}"
        for what, recorded, again in (*self._begun(attempt), *self._ended(attempt), *self._key(attempt)):
            if recorded != again:
                yield Finding(about=about, what=what, recorded=recorded, again=again)
        yield from self._decided(attempt, about)

    # its facts

    def _facts(self, attempt: Attempt) -> Sequence[ActionAttempted]:
        found = (self._known.get(attempted_id(action, attempt.number)) for action in attempt.members)
        return [each for each in found if isinstance(each, ActionAttempted)]

    def _begun(self, attempt: Attempt) -> Iterator[Pair]:
        """That it began is recorded of each of its actions, right after what was known."""
        facts = self._facts(attempt)
        there = {fact.action for fact in facts}
        for action in attempt.members:
            yield f"fact of {action}", "attempted", "attempted" if action in there else ""
        if facts:
            began = [fact.id for fact in facts]
            if attempt.key.endswith(f"/{attempt.number}") and ordered_id(attempt.key) in self._known:
                began.append(ordered_id(attempt.key))
            yield "number of facts known", f"{attempt.version:,}", f"{min(self._places[name] for name in began):,}"
        for fact in facts:
            yield "contact", attempt.contact, fact.contact
            yield "content", attempt.content_hash, fact.content
            yield "intent", f"{attempt.intent_us}", f"{fact.at_us}"
            if attempt.kind in WRITTEN:
                yield "channel", attempt.channel, fact.channel

    def _key(self, attempt: Attempt) -> Iterator[Pair]:
        """The key is made of contact, channel, and how often a provider may have seen the contact before."""
        carried = attempt.contact or attempt.action
        possible = [provider_key(carried, attempt.channel, seen) for seen in range(attempt.number)]
        if attempt.kind == "boleto" and "/" in attempt.key:
            possible = [order_key(attempt.action, attempt.channel, number + 1) for number in range(attempt.number)]
        yield "key", attempt.key, attempt.key if attempt.key in possible else possible[0]

    # what came of it

    def _ended(self, attempt: Attempt) -> Iterator[Pair]:
        for action in attempt.members:
            words = ("sent", "failed", "unknown", "not-sent") if attempt.outcome is None else WORDS[attempt.outcome]
            said = [self._known[name] for word in words if (name := f"{action}/{attempt.number}/{word}") in self._known]
            if attempt.outcome is None:
                yield f"outcome of {action}", "", ", ".join(each.type for each in said)
            elif said:
                # the first of them: what is said of it later is a fact, and changes no evidence
                yield from _agreeing(attempt, min(said, key=lambda fact: fact.recorded_us))
            elif not self._is_fenced(attempt, action):
                yield f"outcome of {action}", attempt.outcome, ""

    def _is_fenced(self, attempt: Attempt, action: str) -> bool:
        """Whether somebody had said what became of an action before the outcome was known, which then changed nothing.

        Of what was accepted there is always a fact.
        """
        if attempt.outcome == "accepted" or attempt.receipt_us is None:
            return False
        began, own = attempted_id(action, attempt.number), f"{action}/{attempt.number}/"
        return any(
            not event.id.startswith(own) and event.recorded_us <= attempt.receipt_us and _is_word(event, action, began)
            for event in self._events[attempt.version :]
        )

    # its decision

    def _decided(self, attempt: Attempt, about: str) -> Iterator[Finding]:
        known = self._chain[: attempt.version + 1][-1]
        basis = read_basis(attempt.basis)
        if basis is None or basis.facts != known:
            recorded = "unreadable" if basis is None else basis.facts
            yield Finding(about=about, what="digest of facts known", recorded=recorded, again=known)
        fact = next((each for each in self._facts(attempt) if each.action == attempt.action), None)
        schedule, differences = decided_again(self._plan, self._events, attempt, fact)
        pairs = [(each.what, each.recorded, each.again) for each in differences if each.what != "fact"]
        if schedule is not None:
            pairs += self._rest(schedule, attempt)
        if not pairs:
            return
        cause = "" if basis is None else self._changed(attempt, basis)
        for what, recorded, again in pairs:
            yield Finding(about=about, what=what, recorded=recorded, again=again, cause=cause)

    def _changed(self, attempt: Attempt, basis: Basis) -> str:
        """What may explain that the same facts are decided otherwise now."""
        account = fold(self._events[: attempt.version], Account(creditor=attempt.creditor, debtor=attempt.debtor))
        try:
            policies, zone = self._book.shelf.governing(account), basis.clock[:-OFFSET]
            now = basis_of(policies, self._book.calendars, facts=basis.facts, zone=zone, at=attempt.intent_us)
        except ReguaError:  # a policy that is not there any more: the difference says so
            return ""
        return "; ".join(basis.changes(now))

    def _rest(self, schedule: Schedule, attempt: Attempt) -> Iterator[Pair]:
        """What the carrier alone does not say: its kind, and the other actions of the contact."""
        planned = {action.id: action for action in schedule.all}
        if attempt.action in planned and planned[attempt.action].kind != attempt.kind:
            yield "kind", attempt.kind, planned[attempt.action].kind
        for fact in self._facts(attempt):
            if fact.action != attempt.action and fact.action in planned:
                for each in differing(fact, planned[fact.action], attempt.channel):
                    yield f"{each.what} of {fact.action}", each.recorded, each.again


def _agreeing(attempt: Attempt, fact: Event) -> Iterator[Pair]:
    """What the evidence and the fact of an outcome both say."""
    yield "receipt", f"{attempt.receipt_us}", f"{fact.recorded_us}"
    if isinstance(fact, ActionSent) and attempt.kind != "boleto":
        yield "reference", attempt.reference, fact.reference
    if isinstance(fact, ActionFailed | ActionUnknown):
        yield "reason", attempt.reason, fact.reason
    if isinstance(fact, EventRetracted):
        word = f"refused: {attempt.reason}" if attempt.outcome == "permanent" else attempt.reason or "not now"
        yield "reason", f"nothing left: {word}", fact.reason


def _is_word(event: Event, action: str, began: str) -> bool:
    if isinstance(event, EventRetracted):
        return event.event == began
    return isinstance(event, ActionOutcome) and not isinstance(event, ActionAttempted) and event.action == action
