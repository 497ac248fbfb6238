"""What the debtor says, and what is negotiated."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from attrs import field, frozen

from regua.core.dates import civil_date
from regua.core.events.base import Event, check_name, check_names, check_positive, check_some
from regua.core.money import Money

DisputeOutcome = Literal["upheld", "rejected", "withdrawn"]


@frozen(kw_only=True)
class PromiseMade(Event):
    """The debtor promises this much by this day.

    Attributes:
        promise: its id, unique for the debtor.
        amount: how much.
        by: the last civil day.
        receivables: what it covers; empty covers the oldest first, up to the amount.
    """

    type: ClassVar[str] = "promise.made"
    promise: str = field(validator=check_name)
    amount: Money = field(validator=check_positive)
    by: date = field(converter=civil_date)
    receivables: tuple[str, ...] = field(default=(), validator=check_names)


@frozen(kw_only=True)
class PromiseCancelled(Event):
    """The promise of that id no longer counts, neither kept nor broken.

    Attributes:
        promise: its id.
    """

    type: ClassVar[str] = "promise.cancelled"
    promise: str = field(validator=check_name)


@frozen(kw_only=True)
class DisputeOpened(Event):
    """The debtor says: I do not owe this.

    Attributes:
        dispute: its id, unique for the debtor.
        receivables: what is disputed.
        text: reference to the record with the debtor's words, or "".
    """

    type: ClassVar[str] = "dispute.opened"
    dispute: str = field(validator=check_name)
    receivables: tuple[str, ...] = field(validator=[check_names, check_some])
    text: str = ""


@frozen(kw_only=True)
class DisputeResolved(Event):
    """The dispute of that id is over.

    Attributes:
        dispute: its id.
        outcome: `upheld` (the debtor is right), `rejected` or `withdrawn`.
    """

    type: ClassVar[str] = "dispute.resolved"
    dispute: str = field(validator=check_name)
    outcome: DisputeOutcome


@frozen(kw_only=True)
class CallbackRequested(Event):
    """The debtor asks to be called.

    Attributes:
        point: id of the contact point to call, or "".
    """

    type: ClassVar[str] = "callback.requested"
    point: str = ""


@frozen(kw_only=True)
class ReplyReceived(Event):
    """The debtor answered a message.

    Attributes:
        channel: by which channel.
        receivables: what the answer is about, where known.
        text: reference to the record with the words, or "".
    """

    type: ClassVar[str] = "reply.received"
    channel: str = field(validator=check_name)
    receivables: tuple[str, ...] = field(default=(), validator=check_names)
    text: str = ""


@frozen(kw_only=True)
class FeedbackReceived(Event):
    """The debtor answered a survey.

    Attributes:
        rating: the number given.
        text: reference to the record with the words, or "".
    """

    type: ClassVar[str] = "feedback.received"
    rating: int
    text: str = ""


@frozen(kw_only=True)
class OfferMade(Event):
    """A concrete proposal was made to the debtor.

    Attributes:
        offer: its id, unique for the debtor.
        rule: id of the policy's offer rule it came from, or "".
        receivables: what it would replace.
        amount: total to be paid.
        valid_until: last civil day on which it can be accepted.
    """

    type: ClassVar[str] = "offer.made"
    offer: str = field(validator=check_name)
    rule: str = ""
    receivables: tuple[str, ...] = field(validator=[check_names, check_some])
    amount: Money = field(validator=check_positive)
    valid_until: date = field(converter=civil_date)


@frozen(kw_only=True)
class OfferEvent(Event):
    """A fact about an offer.

    Attributes:
        offer: its id.
    """

    offer: str = field(validator=check_name)


@frozen(kw_only=True)
class OfferAccepted(OfferEvent):
    """The debtor accepts; the agreement follows as its own event."""

    type: ClassVar[str] = "offer.accepted"


@frozen(kw_only=True)
class OfferDeclined(OfferEvent):
    """The debtor declines."""

    type: ClassVar[str] = "offer.declined"


@frozen(kw_only=True)
class OfferExpired(OfferEvent):
    """The offer can no longer be accepted."""

    type: ClassVar[str] = "offer.expired"


@frozen(kw_only=True)
class Instalment:
    """One receivable that an agreement creates.

    Attributes:
        receivable: its id, unique for the debtor.
        amount: principal.
        due: civil due date.
    """

    receivable: str = field(validator=check_name)
    amount: Money = field(validator=check_positive)
    due: date = field(converter=civil_date)


@frozen(kw_only=True)
class AgreementSigned(Event):
    """Instalments replace receivables.

    Attributes:
        agreement: its id, unique for the debtor.
        receivables: what is replaced.
        instalments: what replaces it.
        policy: id of the policy that governs the instalments, or "" for the replaced ones'.
        policy_version: its version, or None.
        broken_after: how many instalments late break it.
        broken_days: by how many civil days each.
        offer: id of the accepted offer, or "".
    """

    type: ClassVar[str] = "agreement.signed"
    agreement: str = field(validator=check_name)
    receivables: tuple[str, ...] = field(validator=[check_names, check_some])
    instalments: tuple[Instalment, ...] = field(validator=check_some)
    policy: str = ""
    policy_version: int | None = None
    broken_after: int = 1
    broken_days: int = 30
    offer: str = ""


@frozen(kw_only=True)
class AgreementCancelled(Event):
    """The agreement no longer holds; the originals come back less what was paid.

    Attributes:
        agreement: its id.
        reason: why, without personal data.
    """

    type: ClassVar[str] = "agreement.cancelled"
    agreement: str = field(validator=check_name)
    reason: str = ""
