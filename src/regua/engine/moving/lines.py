"""The lines of an export. The first says what it is, the last what it came to; between them policies, then debtors.

    {"type":"export","format":1,"creditor":"loja","personal_data":false}
    {"type":"policy",…}
    {"type":"debtor","debtor":"ana","version":3,…}      opens what follows of her, up to the next one
    {"type":"invoice.issued",…}                         her facts, as everywhere else
    {"type":"action",…}                                 the outbox
    {"type":"attempt",…}                                the evidence
    {"type":"person",…}                                 personal data, where it was asked for
    {"type":"answer",…}                                 likewise what providers answered
    {"type":"end",…}

Debtors stand in the order of their ids. Each line that opens a debtor, and the last one, holds the SHA-256 of
everything before it: what was damaged is found where it is, and a file without its end is none.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

import attrs
from attrs import frozen

from regua.codec import to_line
from regua.codec.classes import class_rule
from regua.ports import Attempt, OutboxAction, RawAnswer, StoredPolicy

FORMAT: Final = 1
"""Version of the lines."""


@frozen(kw_only=True)
class Head:
    """The first line.

    Attributes:
        format: version of the lines.
        creditor: whose they are.
        personal_data: whether it holds personal data.
    """

    format: int
    creditor: str
    personal_data: bool


@frozen(kw_only=True)
class Opening:
    """What a debtor begins with.

    Attributes:
        debtor: its id.
        version: how many facts follow.
        actions: how many actions.
        attempts: how many attempts.
        people: how many references with personal data were kept; without personal data none of them follows.
        wakeup_us: when the debtor is to be planned again, or None.
        digest: of its facts, as it is stored, or "".
        sha256: of everything before this line, hexadecimal.
    """

    debtor: str
    version: int
    actions: int
    attempts: int
    people: int
    wakeup_us: int | None = None
    digest: str = ""
    sha256: str


@frozen(kw_only=True)
class Person:
    """Personal data of one reference.

    Attributes:
        ref: the reference.
        fields: what is kept under it.
    """

    ref: str
    fields: Mapping[str, str]


@frozen(kw_only=True)
class Answered:
    """What a provider answered about an attempt.

    Attributes:
        action: of the attempt.
        number: likewise.
        at_us: when it came.
        size: bytes as they came.
        content: those that are kept, in Base64.
    """

    action: str
    number: int
    at_us: int
    size: int
    content: str

    @classmethod
    def of(cls, answer: RawAnswer) -> Answered:
        """Make it of what is stored."""
        content = b64encode(answer.content).decode()
        return cls(action=answer.action, number=answer.number, at_us=answer.at_us, size=answer.size, content=content)

    def stored(self, creditor: str, debtor: str) -> RawAnswer:
        """As it is stored of a debtor."""
        return RawAnswer(
            creditor=creditor,
            debtor=debtor,
            action=self.action,
            number=self.number,
            at_us=self.at_us,
            size=self.size,
            content=b64decode(self.content),
        )


@frozen(kw_only=True)
class End:
    """The last line: how many of each there are.

    Attributes:
        policies: versions of policies.
        debtors: debtors.
        events: facts.
        actions: actions of the outbox.
        attempts: attempts.
        people: references with personal data, in the file or not.
        sha256: of everything before this line, hexadecimal.
    """

    policies: int
    debtors: int
    events: int
    actions: int
    attempts: int
    people: int
    sha256: str


LINES: Final[dict[str, type[Any]]] = {
    "export": Head,
    "policy": StoredPolicy,
    "debtor": Opening,
    "action": OutboxAction,
    "attempt": Attempt,
    "person": Person,
    "answer": Answered,
    "end": End,
}
"""What each line holds that is no event, by its type."""
_INSTANT: Final = "_us"
"""How fields end that hold an instant; lines write it out, and leave the unit away."""
_TYPES: Final = {held: name for name, held in LINES.items()}


def written(held: object) -> str:
    """Write a line."""
    fields = class_rule(type(held)).write(held)
    return to_line({"type": _TYPES[type(held)], **{name.removesuffix(_INSTANT): fields[name] for name in fields}})


def read_held(kind: str, fields: Mapping[str, Any]) -> Any:
    """Read what a line of a type holds.

    Raises:
        Refused: it is not exactly that.
    """
    held = LINES[kind]
    instants = {each.name.removesuffix(_INSTANT): each.name for each in attrs.fields(held)}
    return class_rule(held).read({instants.get(name, name): value for name, value in fields.items()})
