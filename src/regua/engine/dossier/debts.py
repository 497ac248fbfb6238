"""What is owed: each receivable from its issue to the dossier's day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import evolve

from regua.core.charges import Balance
from regua.core.dates import FIRST_INSTANT
from regua.core.events import ListingConfirmed
from regua.core.facts import Receivable, Terms
from regua.core.filings import Filing
from regua.core.money import Money
from regua.core.planning.owed import duties
from regua.core.planning.standing import Standing
from regua.core.policy import Policy
from regua.engine.dossier.calculation import parts_of
from regua.engine.dossier.material import Material
from regua.engine.dossier.values import Claim, Given, Settlement, StateShown, TermsShown


def claims(material: Material) -> tuple[Claim, ...]:
    """Every receivable that took effect by the dossier's day, the oldest due first."""
    facts = material.account.facts
    found = [each for each in facts.receivables.values() if each.issued_at <= material.as_of]
    found.sort(key=lambda each: (each.terms_at(material.as_of).due, each.id))
    return tuple(_claim(material, each) for each in found)


def _claim(material: Material, receivable: Receivable) -> Claim:
    standing, as_of, name = material.standing, material.as_of, receivable.id
    agreements = sorted(material.account.facts.agreements.items())
    terms, currency = standing.bindings[name].terms, receivable.terms_at(as_of).amount.currency
    components = standing.balance_of(name, as_of, standing.day(as_of)).components
    parts = tuple(parts_of(components, terms))
    return Claim(
        receivable=name,
        kind=receivable.kind,
        issued=receivable.issued_at,
        recorded=receivable.recorded,
        policy=terms.id,
        policy_version=terms.version,
        terms=tuple(_terms(standing, name, each) for each in receivable.terms if each.at <= as_of),
        documents=tuple(sorted(name for name, span in receivable.documents.items() if span.start <= as_of)),
        replaced_by=tuple(id_ for id_, each in agreements if name in each.receivables),
        instalment_of=tuple(id_ for id_, each in agreements if name in each.instalments),
        states=tuple(_states(standing, receivable, as_of)),
        given=tuple(_given(standing, name, as_of, currency)),
        parts=parts,
        balance=sum((part.amount for part in parts), Money(0, currency)),
        settlement=_settlement(standing, name, as_of, terms),
        duties=duties(standing, name),
        prescription=next((each for each in material.schedule.prescriptions if each.receivable == name), None),
    )


def _terms(standing: Standing, name: str, terms: Terms) -> TermsShown:
    currency = terms.amount.currency
    return TermsShown(
        at=terms.at,
        known=terms.known,
        amount=terms.amount,
        due=date.fromordinal(terms.due),
        effective=date.fromordinal(standing.effective(name, terms.due)),
        rebate=Money(terms.rebate, currency) if terms.rebate else None,
        event=terms.event,
    )


def _states(standing: Standing, receivable: Receivable, as_of: int) -> Iterator[StateShown]:
    """What stopped or ended it, up to the dossier's day; an end that lies ahead is told."""
    found = [
        StateShown(code=code, since=span.start, until=span.end, event=span.cause)
        for code, spans in standing.stops(receivable.id)
        for span in spans
    ]
    found += [_listing(standing, receivable, filing) for filing in receivable.filings.get("listed", [])]
    yield from sorted(
        (each for each in found if each.since_us <= as_of), key=lambda each: (each.since_us, each.code, each.event)
    )


def _listing(standing: Standing, receivable: Receivable, filing: Filing) -> StateShown:
    """A debtor is listed from the confirmation on; the request alone is none."""
    first = next((event for event in _confirmations(standing, receivable) if _is_of(event, filing, receivable)), None)
    if first is None:
        return StateShown(code="listing-requested", since=filing.start, until=filing.end, event=filing.cause)
    requested = None if first.id == filing.cause else filing.start
    return StateShown(code="listed", since=first.at_us, requested=requested, until=filing.end, event=first.id)


def _confirmations(standing: Standing, receivable: Receivable) -> Iterator[ListingConfirmed]:
    for event in standing.facts.by_type.get(ListingConfirmed.type, ()):
        if isinstance(event, ListingConfirmed) and event.receivable == receivable.id:
            yield event


def _is_of(event: ListingConfirmed, filing: Filing, receivable: Receivable) -> bool:
    """Whether a confirmation is of that listing; one that names no registrar is of the only one there is."""
    there = [each for each in receivable.filings["listed"] if each.covers(event.at_us)]
    return filing in there and (event.registrar == filing.registrar or len(there) == 1)


def _settlement(standing: Standing, name: str, as_of: int, terms: Policy) -> Settlement | None:
    """What was given, part by part, on the day of the settlement."""
    position, currency = standing.ledger.position(name, as_of), terms.currency
    if position.settled is None:
        return None
    still = Balance(evolve(position, settled=None), standing.day(position.settled), currency)
    carries = position.rules.residual == "carry"
    return Settlement(
        at=position.settled,
        event=position.settled_by,
        given=Money(position.given, currency),
        parts=tuple(parts_of(still.components, terms)),
        left_over=Money(position.left_over, currency),
        carried=Money(standing.left_over(name, as_of) if carries else 0, currency),
    )


def _given(standing: Standing, name: str, as_of: int, currency: str) -> Iterator[Given]:
    for gift in standing.ledger.given([name], FIRST_INSTANT, as_of + 1):
        yield Given(at=gift.at, amount=Money(gift.amount, currency), event=gift.event)
