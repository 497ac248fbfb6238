"""From what an executor says to the facts of the domain: a notice delivered, a listing confirmed, a service suspended.

They are recorded with the outcome of the action, in one transaction, under ids of the attempt's: said twice, they are
one fact.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import evolve

from regua.core import events as ev
from regua.core.events.base import ReceivableEvent
from regua.core.events.legal import RegistrarEvent
from regua.engine.outcomes import ACCEPTED, Answer, facts, moment
from regua.ports import Attempt

CONSEQUENCES: Final[Mapping[tuple[str, str], type[ev.Event]]] = {
    ("notice", "accepted"): ev.NoticeRequested,
    ("notice", "delivered"): ev.NoticeDelivered,
    ("listing", "accepted"): ev.ListingRequested,
    ("listing", "delivered"): ev.ListingConfirmed,
    ("listing", "failed"): ev.ListingRemoved,
    ("delisting", "delivered"): ev.ListingRemoved,
    ("protest", "accepted"): ev.ProtestFiled,
    ("protest", "delivered"): ev.ProtestRegistered,
    ("protest", "failed"): ev.ProtestCancelled,
    ("protest-withdrawal", "delivered"): ev.ProtestCancelled,
    ("suspend", "delivered"): ev.ServiceSuspended,
    ("restore", "delivered"): ev.ServiceRestored,
    ("credit-block", "delivered"): ev.CreditBlocked,
    ("credit-release", "delivered"): ev.CreditReleased,
    ("agency", "delivered"): ev.AgencyAssigned,
    ("lawsuit", "delivered"): ev.LawsuitFiled,
    ("write-off", "delivered"): ev.InvoiceWrittenOff,
}
"""The fact that a receipt of an act becomes, by kind of step and status. What is refused after it was accepted is over;
what is refused at once never was."""


def told(
    answer: Answer,
    attempt: Attempt,
    attempted: Sequence[ev.ActionAttempted],
    now: int,
    *,
    reports: bool,
    known: Container[str],
    doubtful: Container[str] = (),
) -> Iterator[ev.Event]:
    """The facts that an answer makes: what became of each action, and what that means.

    Args:
        answer: to one attempt.
        attempt: the evidence.
        attempted: the facts that an attempt at each of its actions began, as far as they are still open.
        now: when we learnt of it.
        reports: whether the channel or executor says when something was delivered or done.
        known: ids of recorded facts.
        doubtful: as of `facts`.
    """
    if attempt.kind == "boleto":  # what its provider calls it is kept with its line, and erased with it
        answer = evolve(answer, reference="")
    point = attempted[0].point if attempted else ""
    yield from facts(answer, attempted, now, point=point, reports=reports, known=known, doubtful=doubtful)
    for fact in attempted:
        for word in _words(answer, attempt.kind, reports=reports):
            event = CONSEQUENCES.get((attempt.kind, word))
            if event is None or (issubclass(event, ReceivableEvent) and not fact.receivable):
                continue
            if word != "failed" or _id(fact, CONSEQUENCES[attempt.kind, "accepted"]) in known:
                yield _made(event, answer, attempt, fact, now)


def _words(answer: Answer, kind: str, *, reports: bool) -> tuple[str, ...]:
    """What an answer says of an act. Where asking for it is no fact of its own, a silent executor has done it."""
    if answer.outcome == "permanent":
        return ("failed",)
    if answer.outcome != "accepted":
        return ()
    is_silent = not reports and (kind, "accepted") not in CONSEQUENCES
    is_done = ACCEPTED.get(answer.status, 0) >= ACCEPTED["delivered"] or is_silent
    return ("accepted", "delivered") if is_done else ("accepted",)


def _id(fact: ev.ActionAttempted, event: type[ev.Event]) -> str:
    return f"{fact.action}/{fact.attempt}/{event.type}"


def _made(event: type[ev.Event], answer: Answer, attempt: Attempt, fact: ev.ActionAttempted, now: int) -> ev.Event:
    fields: dict[str, Any] = {}
    if issubclass(event, ReceivableEvent):
        fields["receivable"] = fact.receivable
    if issubclass(event, RegistrarEvent):
        fields |= {"registrar": attempt.channel, "reference": answer.reference or attempt.reference}
    return event(
        id=_id(fact, event),
        creditor=fact.creditor,
        debtor=fact.debtor,
        at=moment(answer, fact, now),
        recorded_at=now,
        **fields,
    )
