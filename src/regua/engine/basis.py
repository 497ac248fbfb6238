"""On what an attempt was decided, kept with its evidence: so that whoever decides it again can tell what changed since.

Facts are a chain in the order of recording: the digest of a version is made of the one before and the new facts, so
that it costs as much as what is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final

from attrs import frozen

from regua.codec import encode_event, from_line, to_line
from regua.codec.classes import class_rule
from regua.codec.documents import decoded
from regua.core.calendars import Calendar
from regua.core.dates import local
from regua.core.events import Event
from regua.core.policy import Policy
from regua.errors import DecodeError

OFFSET: Final = len("-03:00")


@frozen(kw_only=True)
class Basis:
    """What a decision rests on beside the texts of the policies.

    Attributes:
        facts: SHA-256 over every fact that was known, in the order of recording; hexadecimal.
        law: fingerprint of the legal packs of each policy that has some, as `policy@version`.
        calendars: version of the calendar of each policy, likewise.
        clock: the debtor's zone and how far its clocks were from UTC then: `America/Sao_Paulo-03:00`.
    """

    facts: str
    law: Mapping[str, str]
    calendars: Mapping[str, str]
    clock: str

    def __str__(self) -> str:
        return to_line(class_rule(Basis).write(self))[:-1]

    def changes(self, now: Basis) -> Iterator[str]:
        """What is another now, the facts aside: why the same facts may be decided otherwise."""
        for name in sorted({*self.law, *now.law}):
            if self.law.get(name) != now.law.get(name):
                yield f"legal packs of {name}"
        for name, version in sorted(self.calendars.items()):
            if now.calendars.get(name, version) != version:
                yield f"calendar of {name}: {version}, now {now.calendars[name]}"
        if self.clock != now.clock:
            yield f"time zone data: {self.clock}, now {now.clock}"


def chained(events: Iterable[Event], before: str = "") -> str:
    """The digest of facts, those before them included."""
    for digest in chain(events, before):
        before = digest
    return before


def chain(events: Iterable[Event], before: str = "") -> Iterator[str]:
    """The digest before the first fact, and after each."""
    yield before
    for event in events:
        before = sha256(f"{before}\n{to_line(encode_event(event))}".encode()).hexdigest()
        yield before


def basis_of(policies: Sequence[Policy], calendars: Mapping[str, Calendar], *, facts: str, zone: str, at: int) -> Basis:
    """What a decision rests on.

    Args:
        policies: that govern.
        calendars: by name.
        facts: the digest of what was known.
        zone: the debtor's.
        at: instant of the decision.
    """
    return Basis(
        facts=facts,
        law={f"{each.id}@{each.version}": each.legal.fingerprint for each in policies if each.legal.fingerprint},
        calendars={f"{each.id}@{each.version}": calendars[each.calendar].version for each in policies},
        clock=f"{zone}{local(at, zone).isoformat()[-OFFSET:]}",
    )


def read_basis(text: str) -> Basis | None:
    """Read what `str` gave; None of what is none."""
    try:
        basis: Basis = decoded(from_line(text), class_rule(Basis).read)
    except DecodeError:
        return None
    return basis
