"""One debtor, and the stored policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve

from regua.core.events import ActionAttempted
from regua.engine.asking import Asking
from regua.engine.basis import chained
from regua.engine.book import AccountBook, attempted_id
from regua.engine.shelf import ANYTHING
from regua.engine.verifying.evidence import Evidence
from regua.engine.verifying.standing import misplaced
from regua.engine.verifying.values import Finding, Verified
from regua.engine.whole import Whole, read_whole
from regua.errors import ReguaError
from regua.policyfile import load_policy

_READ: Final = "record"


def verify_policies(book: AccountBook) -> Verified:
    """Read each stored policy again: its text has to be what its fingerprint says."""
    stored = book.store.policies(book.creditor)
    found: list[Finding] = []
    for policy in stored:
        again = _fingerprint(policy.text) if policy.text else policy.fingerprint
        if again != policy.fingerprint:
            about = f"policy {policy.policy}@{policy.version}"
            found.append(Finding(about=about, what="fingerprint", recorded=policy.fingerprint, again=again))
    return Verified(policies=len(stored), findings=tuple(found))


def _fingerprint(text: str) -> str:
    try:
        return load_policy(text.encode(), catalog=ANYTHING).fingerprint
    except ReguaError:
        return "of a text that is no policy"


def verify_everybody(book: AccountBook, asking: Asking) -> Iterator[Verified]:
    """Hold what is recorded of each debtor against itself, also of those whose account is gone and whose facts stay."""
    seen, unread = set[str](), False
    for debtor in book.store.debtors(book.creditor):
        seen.add(debtor)
        verified = verify_debtor(book, asking, debtor)
        unread = unread or any(each.what == _READ for each in verified.findings)
        yield verified
    lost = list[str]()
    try:
        for event in book.store.read_all(book.creditor):
            if event.debtor not in seen:
                seen.add(event.debtor)
                lost.append(event.debtor)
    except (ReguaError, ValueError) as error:
        if not unread:  # else it is told of its debtor
            yield Verified(findings=(Finding(about="log", what=_READ, recorded="readable", again=f"{error}"),))
    yield from (verify_debtor(book, asking, debtor) for debtor in lost)


def verify_debtor(book: AccountBook, asking: Asking, debtor: str) -> Verified:
    """Hold everything that is recorded of a debtor against itself."""
    try:
        whole = read_whole(book.store, book.creditor, debtor)
        found = tuple(evolve(each, debtor=debtor) for each in _findings(book, asking, whole))
    except (ReguaError, ValueError) as error:  # a line of the log, or a row, that cannot be read any more
        unread = Finding(debtor=debtor, about="account", what=_READ, recorded="readable", again=f"{error}")
        return Verified(debtor=debtor, findings=(unread,))
    return Verified(
        debtor=debtor,
        facts=len(whole.events),
        attempts=len(whole.attempts),
        actions=len(whole.outbox),
        findings=found,
    )


def _findings(book: AccountBook, asking: Asking, whole: Whole) -> Iterator[Finding]:
    counted, there = whole.record.version, len(whole.events)
    if counted != there:
        yield Finding(about="account", what="facts", recorded=f"{counted:,}", again=f"{there:,}")
    stored, known = whole.record.digest, chained(whole.events)
    if stored != known:
        yield Finding(about="account", what="digest of facts", recorded=stored, again=known)
    yield from _without_evidence(whole)
    evidence = Evidence(book, whole)
    for attempt in whole.attempts:
        yield from evidence.findings(attempt)
    yield from misplaced(book, asking, whole)


def _without_evidence(whole: Whole) -> Iterator[Finding]:
    """Facts of attempts that this engine made, for which nothing else speaks."""
    begun = {attempted_id(action, each.number) for each in whole.attempts for action in each.members}
    for event in whole.events:
        is_ours = isinstance(event, ActionAttempted) and event.id == attempted_id(event.action, event.attempt)
        if is_ours and event.id not in begun:
            yield Finding(about=f"fact {event.id}", what="attempt", recorded="a fact", again="no evidence")
