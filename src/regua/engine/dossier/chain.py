"""The dossier as a chain: whoever changes one byte of one entry changes every hash after it.

The text of an entry is JSON in ASCII, keys in order, without spaces, so that it survives every copy. Its hash is the
SHA-256 of the hash before it, a line feed and the text; before the first stand 64 zeros. All hashes are hexadecimal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, Literal

from attrs import frozen

from regua.codec.classes import class_rule
from regua.engine.dossier.values import Claim, Cover, CreditorShown, DebtorShown, Decision, Fact, Sent

START: Final = "0" * 64
"""What stands before the first entry."""
FORMAT: Final = 1
"""Version of the texts."""

Part = Cover | CreditorShown | DebtorShown | Claim | Fact | Sent | Decision
Section = Literal["cover", "creditor", "debtor", "receivable", "event", "contact", "decision"]
_SECTIONS: Final[dict[type[Any], Section]] = {
    Cover: "cover",
    CreditorShown: "creditor",
    DebtorShown: "debtor",
    Claim: "receivable",
    Fact: "event",
    Sent: "contact",
    Decision: "decision",
}


@frozen(kw_only=True)
class Entry:
    """One link of the chain.

    Attributes:
        number: from 1.
        section: what it is.
        part: what it says.
        text: the same as canonical JSON.
        hash: over the hash of the entry before and the text.
    """

    number: int
    section: Section
    part: Part
    text: str
    hash: str


@frozen(kw_only=True)
class Dossier:
    """Everything about one debtor of one creditor, as of an instant.

    Attributes:
        cover: what it is about.
        creditor: who is owed.
        debtor: who owes.
        receivables: the oldest due first.
        facts: every event, in order of (`at`, rank, `id`).
        contacts: every attempt, in order of time.
        decisions: every step that was asked for or might have been, by receivable.
    """

    cover: Cover
    creditor: CreditorShown
    debtor: DebtorShown
    receivables: tuple[Claim, ...]
    facts: tuple[Fact, ...]
    contacts: tuple[Sent, ...]
    decisions: tuple[Decision, ...]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All of it, in order, as a chain."""
        parts: list[Part] = [self.cover, self.creditor, self.debtor]
        return tuple(_chained([*parts, *self.receivables, *self.facts, *self.contacts, *self.decisions]))

    @property
    def last_hash(self) -> str:
        """The hash that stands for the whole."""
        return self.entries[-1].hash


def link(before: str, text: str) -> str:
    """The hash of an entry."""
    return sha256(f"{before}\n{text}".encode()).hexdigest()


def _chained(parts: Iterable[Part]) -> Iterator[Entry]:
    before = START
    for number, part in enumerate(parts, 1):
        section = _SECTIONS[type(part)]
        document = {"section": section, **_plain(part)}
        text = json.dumps(document, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        before = link(before, text)
        yield Entry(number=number, section=section, part=part, text=text, hash=before)


def _plain(part: Part) -> dict[str, Any]:
    if isinstance(part, Fact):
        return {"event": part.document, "retracted": part.retracted}
    written: dict[str, Any] = class_rule(type(part)).write(part)
    return {"format": FORMAT, **written} if isinstance(part, Cover) else written
