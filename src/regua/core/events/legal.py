"""Registrars, courts, services and payment instruments."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from attrs import field, frozen

from regua.core.dates import civil_date
from regua.core.events.base import Event, ReceivableEvent, check_name, check_positive
from regua.core.money import Money

CourtEffect = Literal["stop", "lifted"]


@frozen(kw_only=True)
class RegistrarEvent(ReceivableEvent):
    """A fact from a bureau, notary, court or agency about one receivable.

    Attributes:
        registrar: its name in `regua.toml`, or "".
        reference: its own number for the case, or "".
    """

    registrar: str = ""
    reference: str = ""


@frozen(kw_only=True)
class NoticeRequested(RegistrarEvent):
    """The registrar was asked to send the legal notice."""

    type: ClassVar[str] = "notice.requested"


@frozen(kw_only=True)
class NoticeDelivered(RegistrarEvent):
    """The legal notice reached the debtor (CDC art. 43 §2)."""

    type: ClassVar[str] = "notice.delivered"


@frozen(kw_only=True)
class ListingRequested(RegistrarEvent):
    """The bureau was asked to list the debt (negativação)."""

    type: ClassVar[str] = "listing.requested"


@frozen(kw_only=True)
class ListingConfirmed(RegistrarEvent):
    """The debt is listed."""

    type: ClassVar[str] = "listing.confirmed"


@frozen(kw_only=True)
class ListingRemoved(RegistrarEvent):
    """The debt is no longer listed (baixa)."""

    type: ClassVar[str] = "listing.removed"


@frozen(kw_only=True)
class ProtestFiled(RegistrarEvent):
    """The title went to the notary (protesto); amicable dunning stops."""

    type: ClassVar[str] = "protest.filed"


@frozen(kw_only=True)
class ProtestRegistered(RegistrarEvent):
    """The notary registered the protest."""

    type: ClassVar[str] = "protest.registered"


@frozen(kw_only=True)
class ProtestCancelled(RegistrarEvent):
    """The protest was withdrawn or cancelled; the case is no longer with the notary."""

    type: ClassVar[str] = "protest.cancelled"


@frozen(kw_only=True)
class LawsuitFiled(RegistrarEvent):
    """The receivable is in court."""

    type: ClassVar[str] = "lawsuit.filed"


@frozen(kw_only=True)
class CourtOrder(Event):
    """A court stops the dunning of this debtor, or lifts that.

    Attributes:
        case: the court's number.
        effect: `stop` or `lifted`.
    """

    type: ClassVar[str] = "court.order"
    case: str = field(validator=check_name)
    effect: CourtEffect


@frozen(kw_only=True)
class AgencyAssigned(RegistrarEvent):
    """The receivable went to a collection agency."""

    type: ClassVar[str] = "agency.assigned"


@frozen(kw_only=True)
class AgencyReturned(RegistrarEvent):
    """The agency gave the receivable back."""

    type: ClassVar[str] = "agency.returned"


@frozen(kw_only=True)
class ServiceSuspended(RegistrarEvent):
    """The service behind the receivable was suspended."""

    type: ClassVar[str] = "service.suspended"


@frozen(kw_only=True)
class ServiceRestored(RegistrarEvent):
    """The service behind the receivable was restored."""

    type: ClassVar[str] = "service.restored"


@frozen(kw_only=True)
class CreditBlocked(Event):
    """The creditor sells this debtor nothing more on credit.

    Attributes:
        reason: why, without personal data.
    """

    type: ClassVar[str] = "credit.blocked"
    reason: str = ""


@frozen(kw_only=True)
class CreditReleased(Event):
    """The creditor sells to this debtor on credit again.

    Attributes:
        reason: why, without personal data.
    """

    type: ClassVar[str] = "credit.released"
    reason: str = ""


@frozen(kw_only=True)
class InstrumentAsked(ReceivableEvent):
    """A payment instrument for a receivable asks something.

    Attributes:
        instrument: its id, unique for the debtor.
        amount: what it asks.
        due: its civil due date.
    """

    instrument: str = field(validator=check_name)
    amount: Money = field(validator=check_positive)
    due: date = field(converter=civil_date)


@frozen(kw_only=True)
class InstrumentIssued(InstrumentAsked):
    """A payment instrument for a receivable exists.

    Attributes:
        ref: reference to the record with line, bar code or QR payload, or "".
    """

    ref: str = ""


@frozen(kw_only=True)
class BoletoOrdered(InstrumentAsked):
    """A boleto is asked of its provider; until it is known what became of that, it may be there and be paid.

    Attributes:
        provider: name of who issues it, as in `regua.toml`.
        number: that the creditor takes for it, from 1 on for each provider; none comes twice.
    """

    type: ClassVar[str] = "boleto.ordered"
    provider: str = field(validator=check_name)
    number: int


@frozen(kw_only=True)
class BoletoIssued(InstrumentIssued):
    """A boleto was issued."""

    type: ClassVar[str] = "boleto.issued"


@frozen(kw_only=True)
class BoletoAltered(InstrumentIssued):
    """A boleto was altered; it now asks this."""

    type: ClassVar[str] = "boleto.altered"


@frozen(kw_only=True)
class PixIssued(InstrumentIssued):
    """A Pix charge was issued."""

    type: ClassVar[str] = "pix.issued"


@frozen(kw_only=True)
class InstrumentEvent(ReceivableEvent):
    """A fact about a payment instrument.

    Attributes:
        instrument: its id.
    """

    instrument: str = field(validator=check_name)


@frozen(kw_only=True)
class BoletoRejected(InstrumentEvent):
    """The provider or its bank issues no such boleto, and nobody can pay by it.

    Attributes:
        reason: why, without personal data.
    """

    type: ClassVar[str] = "boleto.rejected"
    reason: str = ""


@frozen(kw_only=True)
class BoletoRegistered(InstrumentEvent):
    """The boleto is registered and can be paid."""

    type: ClassVar[str] = "boleto.registered"


@frozen(kw_only=True)
class BoletoCancelled(InstrumentEvent):
    """The boleto can no longer be paid; the receivable is untouched."""

    type: ClassVar[str] = "boleto.cancelled"


@frozen(kw_only=True)
class BoletoExpired(InstrumentEvent):
    """The boleto is past the last day on which it can be paid."""

    type: ClassVar[str] = "boleto.expired"
