"""Puts a dossier together."""

from __future__ import annotations

from collections.abc import Iterator

from regua.core.events import EventRetracted
from regua.core.policy import Policy
from regua.engine.dossier.chain import Dossier
from regua.engine.dossier.debts import claims
from regua.engine.dossier.deciding import decisions
from regua.engine.dossier.material import Material
from regua.engine.dossier.people import creditor_shown, debtor_shown
from regua.engine.dossier.sendings import sendings
from regua.engine.dossier.values import Cover, Fact, PolicyUsed


def dossier_of(material: Material) -> Dossier:
    """Tell everything about a debtor; the same material gives the same dossier.

    Raises:
        PlanError: the debtor cannot be planned.
    """
    return Dossier(
        cover=_cover(material),
        creditor=creditor_shown(material.creditor, material.identity),
        debtor=debtor_shown(material.account, material.kept, material.as_of),
        receivables=claims(material),
        facts=tuple(_facts(material)),
        contacts=sendings(material),
        decisions=tuple(decisions(material.schedule)),
    )


def _cover(material: Material) -> Cover:
    versions = {(policy.id, policy.version): policy for policy in _policies(material)}
    return Cover(
        creditor=material.creditor,
        debtor=material.debtor,
        as_of=material.as_of,
        zone=material.schedule.zone,
        facts=len(material.known),
        policies=tuple(_used(versions[key]) for key in sorted(versions)),
        calendars=material.schedule.calendars,
        indexes=material.schedule.indexes,
        schedule=material.schedule.fingerprint,
    )


def _used(policy: Policy) -> PolicyUsed:
    law = policy.legal.fingerprint
    return PolicyUsed(id=policy.id, version=policy.version, fingerprint=policy.fingerprint, law=law)


def _policies(material: Material) -> Iterator[Policy]:
    for binding in material.standing.bindings.values():
        yield from (binding.terms, *binding.versions)
    if not material.standing.bindings:
        yield from material.standing.policies


def _facts(material: Material) -> Iterator[Fact]:
    facts = material.account.facts
    kept = {event.id for events in facts.by_type.values() for event in events}
    for event in material.account.events:
        retracted = event.id not in kept and not isinstance(event, EventRetracted)
        yield Fact(event=event, retracted=retracted)
