"""What a dossier says, as plain values; none of it is personal data of third parties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from attrs import field, frozen

from regua.codec import encode_event
from regua.core.events.base import Event
from regua.core.money import Money
from regua.core.planning.owed import Duty
from regua.core.planning.schedule import Prescribed
from regua.core.tones import Tone


@frozen(kw_only=True)
class PolicyUsed:
    """A policy version that governs, or governed, a receivable of the debtor.

    Attributes:
        id: its id.
        version: its version.
        fingerprint: `Policy.fingerprint`.
        law: fingerprint of its legal packs, or "".
    """

    id: str
    version: int
    fingerprint: str
    law: str = ""


@frozen(kw_only=True)
class Cover:
    """What the dossier is about, and what it rests on.

    Attributes:
        creditor: id of who is owed.
        debtor: id of who owes.
        as_of_us: the instant as of which everything is told.
        zone: the debtor's IANA zone, in which days are counted.
        facts: how many events were known then.
        policies: in order of id and version.
        calendars: the calendar of each policy, with its version.
        indexes: version of each index that the policies name.
        schedule: fingerprint of the schedule that gives the decisions.
    """

    creditor: str
    debtor: str
    as_of_us: int = field(alias="as_of")
    zone: str
    facts: int
    policies: tuple[PolicyUsed, ...]
    calendars: Mapping[str, str]
    indexes: Mapping[str, str] = field(factory=dict)
    schedule: str


@frozen(kw_only=True)
class CreditorShown:
    """Who is owed (CDC art. 42-A).

    Attributes:
        id: its id.
        name: as debtors know it, or "".
        document: CPF or CNPJ, or "".
        address: or "".
    """

    id: str
    name: str = ""
    document: str = ""
    address: str = ""


@frozen(kw_only=True)
class PointShown:
    """A contact point.

    Attributes:
        point: its id.
        owner: whose it is.
        channels: that it serves.
        address: masked; "" for what is not kept and for a representative's, which is never told.
        status: `works`, `failed` or `removed`.
    """

    point: str
    owner: str
    channels: tuple[str, ...]
    address: str = field(repr=False)
    status: str


@frozen(kw_only=True)
class DebtorShown:
    """Who owes.

    Attributes:
        id: its id.
        kind: `person` or `company`, or "" where no profile is known.
        state: of the address, or "".
        city: IBGE code, or "".
        record: what is kept of the person that identifies it.
        withheld: names of further fields that are kept of the person, and not told.
        is_missing: whether events refer to personal data that is not kept: erased, or never given.
        points: in order of their ids.
    """

    id: str
    kind: str = ""
    state: str = ""
    city: str = ""
    record: Mapping[str, str] = field(factory=dict, repr=False)
    withheld: tuple[str, ...] = ()
    is_missing: bool = False
    points: tuple[PointShown, ...] = ()


@frozen(kw_only=True)
class TermsShown:
    """What a receivable asks, from an instant on.

    Attributes:
        at_us: from when.
        known_us: when we knew.
        amount: principal.
        due: civil due date.
        effective: the due date, or the next business day.
        rebate: reduction, or None.
        event: id of the event that says so.
    """

    at_us: int = field(alias="at")
    known_us: int = field(alias="known")
    amount: Money
    due: date
    effective: date
    rebate: Money | None = None
    event: str


@frozen(kw_only=True)
class StateShown:
    """Something that was, or is, the matter with a receivable.

    Attributes:
        code: a blocker; `listed` once a registrar has confirmed it, `listing-requested` while none has.
        since_us: from when.
        requested_us: of a listing: when it was asked for, or None.
        until_us: up to when, or None while it lasts.
        event: id of the event that began it.
    """

    code: str
    since_us: int = field(alias="since")
    requested_us: int | None = field(default=None, alias="requested")
    until_us: int | None = field(default=None, alias="until")
    event: str


@frozen(kw_only=True)
class Given:
    """Money that went to a receivable.

    Attributes:
        at_us: its value date.
        amount: how much of it.
        event: id of the event.
    """

    at_us: int = field(alias="at")
    amount: Money
    event: str


@frozen(kw_only=True)
class StretchShown:
    """Days of interest or correction at one rate and on one base.

    Attributes:
        first: its first day.
        last: its last day.
        days: how many of them count.
        base: on what.
        rate: at which rate.
        exact: what they come to, in minor units, as a fraction that is not rounded.
    """

    first: date
    last: date
    days: int
    base: Money
    rate: str
    exact: str


@frozen(kw_only=True)
class PartShown:
    """One component of what a receivable asks.

    Attributes:
        kind: `principal`, `rebate`, `discount`, `fine`, `interest` or `correction`.
        amount: what it adds; below zero where it is taken off.
        base: what it is computed on, or None.
        days: for how many, or None.
        rate: as it is written, or "".
        source: the policy version and its line, the law, the index and its version, or "".
        ground: `agreed`, `legal`, or "" for principal and rebate.
        paid: what was paid of it before, or None.
        stretches: of interest and correction: their exact sum, rounded once, less what was paid, is the amount.
    """

    kind: str
    amount: Money
    base: Money | None = None
    days: int | None = None
    rate: str = ""
    source: str = ""
    ground: str = ""
    paid: Money | None = None
    stretches: tuple[StretchShown, ...] = ()


@frozen(kw_only=True)
class Settlement:
    """How what was paid settled a receivable.

    Attributes:
        at_us: when it was settled.
        event: id of the event that settled it.
        given: all that payments and credits gave it by then.
        parts: on that day: `paid` is what of `given` went to each, `amount` what was left of it.
        left_over: the sum of what was left, which nobody owes any more.
        carried: what of that goes onto the next invoice, by the policy; the rest is waived.
    """

    at_us: int = field(alias="at")
    event: str
    given: Money
    parts: tuple[PartShown, ...]
    left_over: Money
    carried: Money


@frozen(kw_only=True)
class Why:
    """One reason of a decision.

    Attributes:
        code: a blocker, or another code of the reference page.
        facts: what it rests on.
        line: of the policy that declares what applied, or None where that is a legal rule or nothing.
        rule: id of the legal rule that applied, or "".
    """

    code: str
    facts: Mapping[str, str] = field(factory=dict)
    line: int | None = None
    rule: str = ""


@frozen(kw_only=True)
class Claim:
    """One receivable: what was agreed, what came of it, and what it asks on the dossier's day.

    Attributes:
        receivable: its id.
        kind: kind of title, or "".
        issued_us: when it took effect.
        recorded_us: when it was recorded.
        policy: id of the policy under which it is owed.
        policy_version: its version.
        terms: in order of time; the first are those of the issue.
        documents: proofs that the creditor holds.
        replaced_by: ids of the agreements that replaced it.
        instalment_of: ids of the agreements whose instalment it is.
        states: in order of time.
        given: in order of time.
        parts: of the balance on the dossier's day; empty where it asks nothing.
        balance: their sum.
        settlement: where it is settled on the dossier's day: how, or None.
        duties: what the law demanded of the creditor about it, done or not.
        prescription: when it is time-barred, by a legal pack of its policy, or None where none says so.
    """

    receivable: str
    kind: str = ""
    issued_us: int = field(alias="issued")
    recorded_us: int = field(alias="recorded")
    policy: str
    policy_version: int
    terms: tuple[TermsShown, ...]
    documents: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    instalment_of: tuple[str, ...] = ()
    states: tuple[StateShown, ...] = ()
    given: tuple[Given, ...] = ()
    parts: tuple[PartShown, ...] = ()
    balance: Money
    settlement: Settlement | None = None
    duties: tuple[Duty, ...] = ()
    prescription: Prescribed | None = None


REFERENCES: Final = frozenset({"person", "ref", "text", "description"})
"""Fields of events that lead to personal data and free texts, which a dossier does not tell."""


@frozen(kw_only=True)
class Fact:
    """One event, as it is recorded.

    Attributes:
        event: itself.
        retracted: whether it was taken back: the log keeps it, and nothing rests on it.
    """

    event: Event
    retracted: bool = False

    @property
    def document(self) -> dict[str, Any]:
        """The event as a JSON object, without what only leads to personal data."""
        return {name: value for name, value in encode_event(self.event).items() if name not in REFERENCES}


@frozen(kw_only=True)
class Member:
    """One action that was carried out.

    Attributes:
        action: its id.
        step: id of the step.
        receivable: its id, or "" for an action about the debtor.
    """

    action: str
    step: str
    receivable: str = ""


@frozen(kw_only=True)
class Told:
    """What a contact, or the request of an act, said of one receivable.

    Attributes:
        receivable: its id.
        amount: its balance then, charges included.
        due: due date as printed.
        listed: whether it was only listed beside what the contact is about.
        parts: of the amount.
    """

    receivable: str
    amount: Money
    due: date
    listed: bool = False
    parts: tuple[PartShown, ...] = ()


@frozen(kw_only=True)
class OutcomeShown:
    """What became of an attempt, by one word of the provider or of the engine.

    Attributes:
        type: of the events.
        at_us: when it came about.
        recorded_us: when we learnt of it.
        detail: the provider's word or number, without personal data, or "".
        events: ids of the events that say so.
    """

    type: str
    at_us: int = field(alias="at")
    recorded_us: int = field(alias="recorded")
    detail: str = ""
    events: tuple[str, ...] = ()


@frozen(kw_only=True)
class Sent:
    """One attempt to reach the debtor, or to carry out an act: a message, a call, a request to a registrar.

    Attributes:
        contact: id of the contact, or "" for what reaches nobody.
        attempt: number of the attempt.
        at_us: when it began.
        kind: of the step that carries it, or "" where it cannot be planned again.
        channel: by which it went, or the executor that was asked.
        point: id of the contact point, or "".
        owner: whose the point is, or "".
        address: masked, or "".
        tone: in which it was written, or None.
        template: name of the template, or "".
        presses: whether it asked for overdue money, or None where nobody said.
        members: what it carried, the carrier first.
        told: what it said of each receivable, planned again from what was known then.
        valid_until: last civil day on which the amounts told hold, or None.
        content: SHA-256 of what was to be sent, hexadecimal, or "".
        key: the provider's idempotency key, or "".
        outcomes: in order of time.
        differences: in what the decision, made again from what was known then, differs from what was done.
    """

    contact: str = ""
    attempt: int
    at_us: int = field(alias="at")
    kind: str = ""
    channel: str = ""
    point: str = ""
    owner: str = ""
    address: str = field(default="", repr=False)
    tone: Tone | None = None
    template: str = ""
    presses: bool | None = None
    members: tuple[Member, ...]
    told: tuple[Told, ...] = ()
    valid_until: date | None = None
    content: str = ""
    key: str = ""
    outcomes: tuple[OutcomeShown, ...] = ()
    differences: tuple[str, ...] = ()


@frozen(kw_only=True)
class Decision:
    """Where one step stands for one receivable on the dossier's day, and why.

    Attributes:
        receivable: its id, or "" for a step about the debtor.
        step: id of the step.
        status: of the action, or `not-asked`.
        kind: of the step, or "" where nothing asked for it.
        action: id of the action, or "".
        at_us: its instant, or None.
        until_us: up to when it waits, where that is known.
        channel: by which it goes or went, or "".
        tone: in which it is or was written, or None.
        asked_tone: the step's own, or None.
        policy: id of the policy, or "".
        policy_version: its version, or None.
        reasons: the primary one first.
    """

    receivable: str = ""
    step: str
    status: str
    kind: str = ""
    action: str = ""
    at_us: int | None = field(default=None, alias="at")
    until_us: int | None = field(default=None, alias="until")
    channel: str = ""
    tone: str = ""
    asked_tone: str = ""
    policy: str = ""
    policy_version: int | None = None
    reasons: tuple[Why, ...]
