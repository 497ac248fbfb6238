"""The debtor: who, where, how reachable, and what stops everything."""

from __future__ import annotations

from typing import ClassVar, Literal

from attrs import field, frozen

from regua.core.events.base import Event, check_name, check_names, check_some, check_state, check_zone

DebtorKind = Literal["person", "company"]
Owner = Literal["debtor", "representative"]


@frozen(kw_only=True)
class DebtorProfile(Event):
    """What is known of a debtor; a later one replaces the earlier whole.

    Attributes:
        kind: a natural person or a company.
        country: ISO 3166-1 alpha-2.
        state: state code such as `"SP"`, or ""; of Brazil no other word.
        city: IBGE code of the municipality, or "".
        timezone: IANA name, or "" for the policy's.
        language: BCP 47 tag of the messages, or "" for the policy's.
        segment: label by which a creditor chooses policies, or "".
        score: credit or collection score, or None.
        person: reference to the record with name, documents and address, or "".
    """

    kind: DebtorKind = "person"
    country: str = "BR"
    state: str = field(default="", validator=check_state)
    city: str = ""
    timezone: str = field(default="", validator=check_zone)
    language: str = ""
    segment: str = ""
    score: int | None = None
    person: str = ""


@frozen(kw_only=True)
class DebtorRegistered(DebtorProfile):
    """A debtor is known for the first time."""

    type: ClassVar[str] = "debtor.registered"


@frozen(kw_only=True)
class DebtorUpdated(DebtorProfile):
    """The debtor's profile is now this, whole."""

    type: ClassVar[str] = "debtor.updated"


@frozen(kw_only=True)
class ContactPointAdded(Event):
    """An address or number of the debtor, or of an authorised representative; nobody else is ever contacted.

    Attributes:
        point: its id, unique for the debtor.
        channels: names of the channels that can reach it, such as `("sms", "whatsapp")`.
        ref: reference to the record with the address itself.
        owner: whose it is.
        state: state code of a telephone's area code, such as `"SP"`, or "": its hours count like those of the address.
    """

    type: ClassVar[str] = "contact-point.added"
    point: str = field(validator=check_name)
    channels: tuple[str, ...] = field(validator=[check_names, check_some])
    ref: str = ""
    owner: Owner = "debtor"
    state: str = field(default="", validator=check_state)


@frozen(kw_only=True)
class ContactPointEvent(Event):
    """A fact about a contact point.

    Attributes:
        point: its id.
    """

    point: str = field(validator=check_name)


@frozen(kw_only=True)
class ContactPointVerified(ContactPointEvent):
    """The point was shown to reach the debtor; it works again if it had failed."""

    type: ClassVar[str] = "contact-point.verified"


@frozen(kw_only=True)
class ContactPointFailed(ContactPointEvent):
    """The point does not reach the debtor (a hard bounce, another person); unusable until verified.

    Attributes:
        reason: the channel's word, without personal data.
    """

    type: ClassVar[str] = "contact-point.failed"
    reason: str = ""


@frozen(kw_only=True)
class ContactPointRemoved(ContactPointEvent):
    """The point is gone for good."""

    type: ClassVar[str] = "contact-point.removed"


@frozen(kw_only=True)
class DoNotCallEvent(ContactPointEvent):
    """A fact about a contact point and a public do-not-call list.

    Attributes:
        list: name of the list, such as `"procon-sp"`; legal packs ask for it.
    """

    list: str = field(validator=check_name)


@frozen(kw_only=True)
class DoNotCallRegistered(DoNotCallEvent):
    """The point is on the list since `at`; some lists close it to collection too (Lei SP 17.334/2021)."""

    type: ClassVar[str] = "do-not-call.registered"


@frozen(kw_only=True)
class DoNotCallRemoved(DoNotCallEvent):
    """The point is no longer on the list."""

    type: ClassVar[str] = "do-not-call.removed"


@frozen(kw_only=True)
class ConsentEvent(Event):
    """A fact about the debtor's consent to one channel.

    Attributes:
        channel: the channel's name.
        source: where it was given or taken back, such as `"contract"`.
    """

    channel: str = field(validator=check_name)
    source: str = ""


@frozen(kw_only=True)
class ConsentGranted(ConsentEvent):
    """The debtor may be contacted by this channel (consent, contract or another ground of LGPD art. 7)."""

    type: ClassVar[str] = "consent.granted"


@frozen(kw_only=True)
class ConsentRevoked(ConsentEvent):
    """The debtor may no longer be contacted by this channel."""

    type: ClassVar[str] = "consent.revoked"


@frozen(kw_only=True)
class DebtorDeceased(Event):
    """The debtor died; nothing reaches them any more."""

    type: ClassVar[str] = "debtor.deceased"


@frozen(kw_only=True)
class InsolvencyStarted(Event):
    """Insolvency, judicial recovery or an over-indebtedness plan began.

    Attributes:
        case: the court's or register's reference.
    """

    type: ClassVar[str] = "insolvency.started"
    case: str = field(validator=check_name)


@frozen(kw_only=True)
class InsolvencyEnded(Event):
    """The proceeding of that `case` is over.

    Attributes:
        case: the court's or register's reference.
    """

    type: ClassVar[str] = "insolvency.ended"
    case: str = field(validator=check_name)
