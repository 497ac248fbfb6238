"""What is owed: each receivable from its issue to the dossier's day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from regua.core.dates import FIRST_INSTANT
from regua.core.facts import Receivable, Terms
from regua.core.money import Money
from regua.core.planning.standing import Standing
from regua.engine.dossier.calculation import parts_of
from regua.engine.dossier.material import Material
from regua.engine.dossier.values import Claim, Given, StateShown, TermsShown


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
    found = [(code, span) for code, spans in standing.stops(receivable.id) for span in spans]
    found += [("listed", span) for span in receivable.filings.get("listed", [])]
    for code, span in sorted(found, key=lambda each: (each[1].start, each[0], each[1].cause)):
        if span.start <= as_of:
            yield StateShown(code=code, since=span.start, until=span.end, event=span.cause)


def _given(standing: Standing, name: str, as_of: int, currency: str) -> Iterator[Given]:
    for gift in standing.ledger.given([name], FIRST_INSTANT, as_of + 1):
        yield Given(at=gift.at, amount=Money(gift.amount, currency), event=gift.event)
