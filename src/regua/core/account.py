"""fold: events into an account. Every transition stands in one table, `TRANSITIONS`.

An account holds the debtor's facts and nothing that depends on a policy: the same events give the same account
in whatever order they arrive, once or twice. What the facts come to is `Account.facts`, derived by one pass over
the events in order of (`at`, rank of the type, `id`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from attrs import evolve, frozen

from regua.core import events as ev
from regua.core import filings, instruments
from regua.core.dates import to_instant
from regua.core.events.legal import RegistrarEvent
from regua.core.facts import (
    Agreement,
    Credit,
    Episode,
    Facts,
    LegalNotice,
    Migration,
    Opening,
    Payment,
    Promise,
    Receivable,
    Terms,
)
from regua.core.facts import ContactPoint as Point
from regua.core.timeline import Register, Span
from regua.errors import AccountMismatch, EventConflict

if TYPE_CHECKING:
    from datetime import datetime


@frozen(kw_only=True)
class Account:
    """One debtor's facts.

    Attributes:
        creditor: who is owed; "" for the empty account.
        debtor: who owes; "" for the empty account.
        events: every fact once, in order of (`at`, rank of the type, `id`), retracted ones and retractions included.
    """

    creditor: str = ""
    debtor: str = ""
    events: tuple[ev.Event, ...] = ()

    @cached_property
    def facts(self) -> Facts:
        """What the events come to."""
        return _evolve(self.events)

    @cached_property
    def memory(self) -> dict[str, Any]:
        """What `plan` worked out before, each entry with all that it rests on; `fold` hands it on.

        Nobody's result depends on it: an entry counts only where what it rests on is equal. It holds one entry a kind.
        """
        return {}


EMPTY: Final = Account()


def fold(events: Iterable[ev.Event], account: Account = EMPTY, *, known_at: datetime | int | None = None) -> Account:
    """Add events to an account.

    Args:
        events: facts about one debtor, in any order; the same fact may come twice.
        account: what they are added to; the empty account by default.
        known_at: aware datetime; leave out what was recorded after it.

    Returns:
        The account with all facts known. Folding in parts gives the same account as folding at once.

    Raises:
        AccountMismatch: an event is of another creditor or debtor.
        EventConflict: an event id comes with two contents.
    """
    known = {event.id: event for event in account.events}
    creditor, debtor = account.creditor, account.debtor
    for event in events:
        if not debtor:
            creditor, debtor = event.creditor, event.debtor
        if (event.creditor, event.debtor) != (creditor, debtor):
            message = f"event {event.id!r} is of another account than the one it is folded into; fold each debtor apart"
            raise AccountMismatch(message)
        if known.setdefault(event.id, event) != event:
            message = (
                f"event {event.id!r} ({event.type}, debtor {event.debtor!r}) was recorded before with other content; "
                "give a new fact a new id, or retract the old one with event.retracted"
            )
            raise EventConflict(message)
    kept = known.values()
    if known_at is not None:
        limit = to_instant(known_at)
        kept = [event for event in kept if event.recorded_us <= limit]  # type: ignore[assignment]
    folded = Account(creditor=creditor, debtor=debtor, events=tuple(sorted(kept, key=_order)))
    if account.events:
        object.__setattr__(folded, "memory", account.memory)
    return folded


def accounts(events: Iterable[ev.Event], *, known_at: datetime | int | None = None) -> dict[tuple[str, str], Account]:
    """Fold the events of many debtors, each into its account.

    Args:
        events: facts about any debtors, in any order.
        known_at: as in `fold`.

    Returns:
        Accounts by (creditor, debtor), in that order.
    """
    groups: dict[tuple[str, str], list[ev.Event]] = {}
    for event in events:
        groups.setdefault((event.creditor, event.debtor), []).append(event)
    return {key: fold(groups[key], known_at=known_at) for key in sorted(groups)}


def _order(event: ev.Event) -> tuple[int, int, str]:
    return event.at_us, ev.RANKS[type(event)], event.id


def _evolve(events: tuple[ev.Event, ...]) -> Facts:
    retracted = _retracted(events)
    facts = Facts()
    for event in events:
        if event.id in retracted or isinstance(event, ev.EventRetracted):
            continue
        facts.by_type.setdefault(event.type, []).append(event)
        transition = TRANSITIONS[type(event)]
        if transition is not None:
            transition(facts, event)
    facts.receivables = {
        name: facts.receivables[name] for name in sorted(facts.receivables) if facts.receivables[name].terms
    }
    facts.migrations.sort(key=lambda event: event.known_us)
    for receivable in facts.receivables.values():
        _amend(receivable)
        _migrate(receivable, facts.migrations)
    effects = {event.at_us for event in events}
    facts.effects = sorted(effects)
    facts.instants = sorted(effects | {event.known_us for event in events})
    facts.causes = tuple(event for event in events if not isinstance(event, ev.ActionOutcome))
    return facts


def _retracted(events: tuple[ev.Event, ...]) -> set[str]:
    """Ids that were taken back; a retraction that was itself taken back by a later one takes nothing back."""
    retractions = [event for event in events if isinstance(event, ev.EventRetracted)]
    found: set[str] = set()
    for event in sorted(retractions, key=lambda event: (event.recorded_us, event.at_us, event.id), reverse=True):
        if event.id not in found:
            found.add(event.event)
    return found


def _receivable(facts: Facts, name: str) -> Receivable:
    return facts.receivables.setdefault(name, Receivable(name))


def _span(event: ev.Event) -> Span:
    return Span(event.at_us, None, event.id, event.known_us)


def _profile(facts: Facts, event: ev.DebtorProfile) -> None:
    facts.profile.set(event.at_us, event)


def _point(facts: Facts, event: Any) -> None:
    point = facts.points.setdefault(event.point, Point())
    if point.removed:
        return
    if isinstance(event, ev.ContactPointAdded):
        point.channels, point.ref, point.state = event.channels, event.ref, event.state
    point.removed = isinstance(event, ev.ContactPointRemoved)
    works = isinstance(event, ev.ContactPointAdded | ev.ContactPointVerified)
    point.works.set(event.at_us, works)


def _listed(facts: Facts, event: ev.DoNotCallRegistered) -> None:
    spans = facts.points.setdefault(event.point, Point()).listed.setdefault(event.list, [])
    if not spans or spans[-1].end is not None:
        spans.append(_span(event))


def _unlisted(facts: Facts, event: ev.DoNotCallRemoved) -> None:
    spans = facts.points.setdefault(event.point, Point()).listed.setdefault(event.list, [])
    if spans and spans[-1].end is None:
        spans[-1] = evolve(spans[-1], end=event.at_us)


def _consent(facts: Facts, event: Any) -> None:
    register = facts.consents.setdefault(event.channel, Register[bool]())
    register.set(event.at_us, isinstance(event, ev.ConsentGranted))


def _issued(facts: Facts, event: ev.InvoiceIssued) -> None:
    receivable = _receivable(facts, event.receivable)
    _check_new(receivable, event)
    rebate = event.rebate.minor if event.rebate else 0
    receivable.kind = event.kind
    receivable.issued_at, receivable.recorded = event.at_us, event.recorded_us
    receivable.terms.append(Terms(event.at_us, event.known_us, event.amount, event.due.toordinal(), rebate, event.id))
    _hold(receivable, event)
    if event.policy:
        receivable.policies.append((event.at_us, event.policy, event.policy_version))


def _hold(receivable: Receivable, event: ev.InvoiceIssued | ev.InvoiceAmended) -> None:
    for name in event.documents:
        receivable.documents.setdefault(name, _span(event))


def _check_new(receivable: Receivable, event: ev.Event) -> None:
    if receivable.terms:
        message = (
            f"event {event.id!r} issues receivable {receivable.id!r}, which event {receivable.terms[0].event!r} issued "
            "before; give the new one another id, or retract the old event"
        )
        raise EventConflict(message)


def _amended(facts: Facts, event: ev.InvoiceAmended) -> None:
    receivable = _receivable(facts, event.receivable)
    receivable.amendments.append(event)
    _hold(receivable, event)


def _amend(receivable: Receivable) -> None:
    for event in receivable.amendments:
        old = receivable.terms[-1]
        terms = evolve(
            old,
            at=max(event.at_us, old.at),
            known=max(event.known_us, old.known),
            amount=event.amount or old.amount,
            due=event.due.toordinal() if event.due else old.due,
            rebate=event.rebate.minor if event.rebate else old.rebate,
            event=event.id,
        )
        if (terms.at, terms.known) == (old.at, old.known):
            receivable.terms.pop()  # they were never asked: nothing was known of them before what replaces them
        receivable.terms.append(terms)


def _void(code: str) -> Callable[[Facts, Any], None]:
    def transition(facts: Facts, event: Any) -> None:
        _receivable(facts, event.receivable).void.append((code, _span(event)))

    return transition


def _noticed(facts: Facts, event: ev.PaymentNoticed) -> None:
    payment = facts.payments.setdefault(event.payment, Payment())
    if not _is_open(payment.noticed) and not _is_open(payment.settled):
        payment.noticed.append(_episode(payment, event))


def _settled(facts: Facts, event: ev.PaymentSettled) -> None:
    payment = facts.payments.setdefault(event.payment, Payment())
    if not _is_open(payment.settled):
        payment.settled.append(_episode(payment, event))


def _reversed(facts: Facts, event: ev.PaymentReversed) -> None:
    payment = facts.payments.setdefault(event.payment, Payment())
    if not payment.noticed and not payment.settled:
        payment.early_reversals += 1
    for episodes in (payment.noticed, payment.settled):
        if _is_open(episodes):
            episodes[-1] = evolve(episodes[-1], end=event.at_us)


def _is_open(episodes: list[Episode]) -> bool:
    return bool(episodes) and episodes[-1].end is None


def _episode(payment: Payment, event: ev.PaymentNoticed | ev.PaymentSettled) -> Episode:
    end = None
    if payment.early_reversals:
        payment.early_reversals -= 1
        end = event.at_us
    return Episode(event.at_us, end, event.amount, event.receivables, event.id, event.known_us)


def _credit(facts: Facts, event: ev.CreditGranted) -> None:
    facts.credits.append(Credit(event.at_us, event.known_us, event.amount, event.receivables, event.id, applied=False))


def _applied(facts: Facts, event: ev.CreditApplied) -> None:
    names = (event.receivable,)
    facts.credits.append(Credit(event.at_us, event.known_us, event.amount, names, event.id, applied=True))


def _known_through(facts: Facts, event: ev.PaymentsKnownThrough) -> None:
    facts.known_through.append((event.known_us, event.through.toordinal()))


def _promised(facts: Facts, event: ev.PromiseMade) -> None:
    promise = facts.promises.setdefault(event.promise, Promise())
    if promise.made is None:
        promise.made = event


def _promise_cancelled(facts: Facts, event: ev.PromiseCancelled) -> None:
    promise = facts.promises.setdefault(event.promise, Promise())
    if promise.cancelled is None:
        promise.cancelled = event.at_us


def _open(table: str, key: str, *, until: bool = False, kind: type[Opening] = Opening) -> Callable[[Facts, Any], None]:
    def transition(facts: Facts, event: Any) -> None:
        opening: Opening = getattr(facts, table).setdefault(getattr(event, key), kind())
        if opening.start is not None:
            return
        opening.start, opening.cause, opening.known = event.at_us, event.id, event.known_us
        opening.receivables = getattr(event, "receivables", ())
        if until and event.until is not None:
            opening.until = event.until.toordinal()

    return transition


def _close(table: str, key: str, *, kind: type[Opening] = Opening) -> Callable[[Facts, Any], None]:
    def transition(facts: Facts, event: Any) -> None:
        opening: Opening = getattr(facts, table).setdefault(getattr(event, key), kind())
        if opening.end is None:
            opening.end = event.at_us

    return transition


def _resolved(facts: Facts, event: ev.DisputeResolved) -> None:
    _close("disputes", "dispute")(facts, event)
    facts.disputes[event.dispute].upheld = event.outcome == "upheld"


def _court(facts: Facts, event: ev.CourtOrder) -> None:
    orders = facts.court_orders.setdefault(event.case, [])
    if event.effect == "stop" and not (orders and orders[-1].end is None):
        orders.append(_span(event))
    elif event.effect == "lifted" and orders and orders[-1].end is None:
        orders[-1] = evolve(orders[-1], end=event.at_us)


def _agreement(facts: Facts, event: ev.AgreementSigned) -> None:
    _open("agreements", "agreement", kind=Agreement)(facts, event)
    agreement = facts.agreements[event.agreement]
    if agreement.cause == event.id:
        agreement.instalments = tuple(instalment.receivable for instalment in event.instalments)
        agreement.broken_after, agreement.broken_days = event.broken_after, event.broken_days
    for instalment in event.instalments:
        receivable = _receivable(facts, instalment.receivable)
        _check_new(receivable, event)
        receivable.issued_at, receivable.recorded = event.at_us, event.recorded_us
        due = instalment.due.toordinal()
        receivable.terms.append(Terms(event.at_us, event.known_us, instalment.amount, due, 0, event.id))
        if event.policy:
            receivable.policies.append((event.at_us, event.policy, event.policy_version))


def _assigned(facts: Facts, event: ev.PolicyAssigned) -> None:
    entry = (event.at_us, event.policy, event.policy_version)
    for name in event.receivables:
        _receivable(facts, name).policies.append(entry)
    if not event.receivables:
        facts.policies.append(entry)


def _migrated(facts: Facts, event: ev.PolicyMigrated) -> None:
    facts.migrations.append(event)


def _migrate(receivable: Receivable, migrations: Iterable[ev.PolicyMigrated]) -> None:
    """What is in flight migrates: issued by then, and known by then or named."""
    for event in migrations:
        known = receivable.id in event.receivables or (not event.receivables and receivable.recorded <= event.known_us)
        if known and receivable.issued_at <= event.known_us:
            migration = Migration(event.known_us, event.id, event.policy, event.policy_version, event.verb)
            receivable.migrations.append(migration)


def _file(place: str) -> Callable[[Facts, Any], None]:
    return lambda facts, event: filings.begin(_filings(facts, event, place), event)


def _withdraw(place: str) -> Callable[[Facts, Any], None]:
    return lambda facts, event: filings.end(_filings(facts, event, place), event)


def _filings(facts: Facts, event: RegistrarEvent, place: str) -> list[filings.Filing]:
    return _receivable(facts, event.receivable).filings.setdefault(place, [])


def _notified(facts: Facts, event: ev.NoticeDelivered) -> None:
    _receivable(facts, event.receivable).notices.append(LegalNotice(_span(event), event.registrar))


def _approved(facts: Facts, event: ev.StepApproved) -> None:
    _receivable(facts, event.receivable).approvals.setdefault(event.step, []).append(_span(event))


def _vetoed(facts: Facts, event: ev.StepVetoed) -> None:
    _receivable(facts, event.receivable).vetoes.setdefault(event.step, _span(event))


def _deceased(facts: Facts, event: ev.DebtorDeceased) -> None:
    if facts.deceased is None:
        facts.deceased = _span(event)


def _outcome(facts: Facts, event: ev.ActionOutcome) -> None:
    facts.outcomes.setdefault(event.action, []).append(event)


TRANSITIONS: Final[dict[type[ev.Event], Callable[[Facts, Any], None] | None]] = {
    ev.DebtorRegistered: _profile,
    ev.DebtorUpdated: _profile,
    ev.ContactPointAdded: _point,
    ev.ContactPointVerified: _point,
    ev.ContactPointFailed: _point,
    ev.ContactPointRemoved: _point,
    ev.DoNotCallRegistered: _listed,
    ev.DoNotCallRemoved: _unlisted,
    ev.ConsentGranted: _consent,
    ev.ConsentRevoked: _consent,
    ev.DebtorDeceased: _deceased,
    ev.InsolvencyStarted: _open("insolvencies", "case"),
    ev.InsolvencyEnded: _close("insolvencies", "case"),
    ev.InvoiceIssued: _issued,
    ev.InvoiceAmended: _amended,
    ev.InvoiceCancelled: _void("cancelled"),
    ev.InvoiceWrittenOff: _void("written-off"),
    ev.PaymentNoticed: _noticed,
    ev.PaymentSettled: _settled,
    ev.PaymentReversed: _reversed,
    ev.CreditGranted: _credit,
    ev.CreditApplied: _applied,
    ev.PaymentsKnownThrough: _known_through,
    ev.PromiseMade: _promised,
    ev.PromiseCancelled: _promise_cancelled,
    ev.DisputeOpened: _open("disputes", "dispute"),
    ev.DisputeResolved: _resolved,
    ev.CallbackRequested: None,
    ev.ReplyReceived: None,
    ev.FeedbackReceived: None,
    ev.OfferMade: None,
    ev.OfferAccepted: None,
    ev.OfferDeclined: None,
    ev.OfferExpired: None,
    ev.AgreementSigned: _agreement,
    ev.AgreementCancelled: _close("agreements", "agreement", kind=Agreement),
    ev.HoldPlaced: _open("holds", "hold", until=True),
    ev.HoldReleased: _close("holds", "hold"),
    ev.PolicyAssigned: _assigned,
    ev.PolicyMigrated: _migrated,
    ev.StepApproved: _approved,
    ev.StepVetoed: _vetoed,
    ev.NoticeRequested: None,
    ev.NoticeDelivered: _notified,
    ev.ListingRequested: _file("listed"),
    ev.ListingConfirmed: _file("listed"),
    ev.ListingRemoved: _withdraw("listed"),
    ev.ProtestFiled: _file("with-notary"),
    ev.ProtestRegistered: _file("with-notary"),
    ev.ProtestCancelled: _withdraw("with-notary"),
    ev.LawsuitFiled: _file("in-court"),
    ev.CourtOrder: _court,
    ev.AgencyAssigned: _file("with-agency"),
    ev.AgencyReturned: _withdraw("with-agency"),
    ev.ServiceSuspended: _file("suspended"),
    ev.ServiceRestored: _withdraw("suspended"),
    ev.CreditBlocked: None,
    ev.CreditReleased: None,
    ev.BoletoOrdered: instruments.asks("ordered"),
    ev.BoletoIssued: instruments.asks("issued"),
    ev.BoletoRegistered: instruments.becomes("registered"),
    ev.BoletoAltered: instruments.asks("altered"),
    ev.BoletoRejected: instruments.becomes("rejected"),
    ev.BoletoCancelled: instruments.becomes("cancelled"),
    ev.BoletoExpired: instruments.becomes("expired"),
    ev.PixIssued: instruments.asks("registered"),
    ev.ActionAttempted: _outcome,
    ev.ActionSent: _outcome,
    ev.ActionDelivered: _outcome,
    ev.ActionRead: _outcome,
    ev.ActionFailed: _outcome,
    ev.ActionUnknown: _outcome,
    ev.ActionSkipped: _outcome,
    ev.CallOutcome: _outcome,
}
"""What each type of event does to the facts; None where only the log and triggers need it. Retraction stands above."""
