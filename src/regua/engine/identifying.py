"""Whether a creditor says who it is, as its messages must (CDC art. 42-A)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from regua.core.legal import Identification
from regua.core.policy import CONTACT_KINDS, WRITTEN, Origin, Policy
from regua.engine.settings import CreditorSettings, Settings
from regua.messages import CreditorIdentity
from regua.policyfile import Diagnostic


def identity_of(settings: CreditorSettings) -> CreditorIdentity:
    """Who a creditor says that it is."""
    return CreditorIdentity(name=settings.name, document=settings.document, address=settings.address)


def unidentified(creditor: str, settings: CreditorSettings, policies: Iterable[Policy]) -> str:
    """Say what a creditor must tell of itself under some policies and does not; "" where nothing is missing.

    Every creditor has a name. One that asks for overdue money, or whose policy has a pack that wants it, also has a
    document and an address.
    """
    needed, source = {"name"}, "CDC art. 42-A"
    for policy in policies:
        written = [step for step in policy.steps if step.kind in CONTACT_KINDS]
        if any(step.presses and step.kind in WRITTEN for step in written):
            needed |= {"document", "address"}
        for rule in policy.legal.rules if written else ():
            for each in rule.provisions:
                if isinstance(each, Identification):
                    needed |= {*each.fields}
                    source = f"{rule.id}: {rule.source}"
    lacking = [part for part in identity_of(settings).missing if part in needed]
    if not lacking:
        return ""
    return (
        f"creditor {creditor!r} has no {' and no '.join(lacking)}; a message names who is owed, and one that asks for "
        f"overdue money also its CPF or CNPJ and its address ({source})"
    )


def check_creditors(settings: Settings, policy: Policy, path: Path | None) -> list[Diagnostic]:
    """Every creditor that must say more of itself under a policy: those that name its file, or all where none does.

    Args:
        settings: the creditors.
        policy: what they write by.
        path: its file, or None where it has none.
    """
    creditors = settings.creditors
    theirs = {name: each for name, each in creditors.items() if path is not None and _names(each, path)}
    found: list[Diagnostic] = []
    for name, each in (theirs or creditors).items():
        lacking, origin = unidentified(name, each, [policy]), each.origin or Origin("", 1)
        if lacking:
            found.append(
                Diagnostic(
                    file=origin.file,
                    line=origin.line,
                    column=origin.column,
                    severity="error",
                    code="creditor-unidentified",
                    message=lacking,
                )
            )
    return found


def _names(creditor: CreditorSettings, path: Path) -> bool:
    return any(isinstance(each, Path) and each.resolve() == path.resolve() for each in creditor.policies)
