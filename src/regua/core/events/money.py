"""Receivables, and the money that settles them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from attrs import field, frozen

from regua.core.dates import civil_date, optional_civil_date
from regua.core.events.base import Event, ReceivableEvent, check_name, check_names, check_positive
from regua.core.money import Money


@frozen(kw_only=True)
class InvoiceIssued(ReceivableEvent):
    """A receivable exists.

    Attributes:
        amount: principal.
        due: civil due date.
        kind: kind of title, such as `"services"`, `"rent"`, `"school"`; packs and conditions ask for it.
        rebate: reduction (abatimento) granted with the title, or None.
        policy: id of the policy that governs it, or "" until it is recorded.
        policy_version: version of that policy, or None.
        description: reference to the record with free text, or "".
        documents: proofs that the creditor holds, such as `"invoice"`, `"delivery-proof"`, `"contract"`.
    """

    type: ClassVar[str] = "invoice.issued"
    amount: Money = field(validator=check_positive)
    due: date = field(converter=civil_date)
    kind: str = ""
    rebate: Money | None = field(default=None, validator=check_positive)
    policy: str = ""
    policy_version: int | None = None
    description: str = ""
    documents: tuple[str, ...] = field(default=(), validator=check_names)


@frozen(kw_only=True)
class InvoiceAmended(ReceivableEvent):
    """Terms of a receivable changed; a field left at None stays as it was.

    Attributes:
        amount: the new principal.
        due: the new civil due date.
        rebate: the new reduction.
        documents: proofs that the creditor holds now beside those that it held.
        reason: why, without personal data.
    """

    type: ClassVar[str] = "invoice.amended"
    amount: Money | None = field(default=None, validator=check_positive)
    due: date | None = field(default=None, converter=optional_civil_date)
    rebate: Money | None = field(default=None, validator=check_positive)
    documents: tuple[str, ...] = field(default=(), validator=check_names)
    reason: str = ""


@frozen(kw_only=True)
class InvoiceCancelled(ReceivableEvent):
    """The receivable is void.

    Attributes:
        reason: why, without personal data.
    """

    type: ClassVar[str] = "invoice.cancelled"
    reason: str = ""


@frozen(kw_only=True)
class InvoiceWrittenOff(ReceivableEvent):
    """The creditor gave the receivable up as a loss.

    Attributes:
        reason: why, without personal data.
    """

    type: ClassVar[str] = "invoice.written-off"
    reason: str = ""


@frozen(kw_only=True)
class PaymentEvent(Event):
    """A fact about one payment.

    Attributes:
        payment: its id, unique for the debtor; noticed, settled and reversed share it.
    """

    payment: str = field(validator=check_name)


@frozen(kw_only=True)
class PaymentNoticed(PaymentEvent):
    """The bank's first word of a payment; reversible. `at` is its value date.

    Attributes:
        amount: what was paid.
        receivables: ids of what it pays, in order; empty for the oldest due first.
    """

    type: ClassVar[str] = "payment.noticed"
    amount: Money = field(validator=check_positive)
    receivables: tuple[str, ...] = field(default=(), validator=check_names)


@frozen(kw_only=True)
class PaymentSettled(PaymentEvent):
    """Money is there. `at` is its value date: the day it was paid.

    Attributes:
        amount: what was paid.
        receivables: ids of what it pays, in order; empty for the oldest due first.
    """

    type: ClassVar[str] = "payment.settled"
    amount: Money = field(validator=check_positive)
    receivables: tuple[str, ...] = field(default=(), validator=check_names)


@frozen(kw_only=True)
class PaymentReversed(PaymentEvent):
    """A payment was undone, or its notice withdrawn, whole, from `at` on.

    Attributes:
        reason: why, without personal data.
    """

    type: ClassVar[str] = "payment.reversed"
    reason: str = ""


@frozen(kw_only=True)
class CreditGranted(Event):
    """The creditor owes the debtor: a return, a discount after the fact, goodwill.

    Attributes:
        credit: its id, unique for the debtor.
        amount: how much.
        receivables: what it reduces, in order; empty leaves it unapplied: it reduces the oldest.
        reason: why, without personal data.
    """

    type: ClassVar[str] = "credit.granted"
    credit: str = field(validator=check_name)
    amount: Money = field(validator=check_positive)
    receivables: tuple[str, ...] = field(default=(), validator=check_names)
    reason: str = ""


@frozen(kw_only=True)
class CreditApplied(ReceivableEvent):
    """So much of the debtor's unapplied credit was given to this receivable.

    Attributes:
        credit: id of the credit, or of the payment that left it over.
        amount: how much of it.
    """

    type: ClassVar[str] = "credit.applied"
    credit: str = field(validator=check_name)
    amount: Money = field(validator=check_positive)


@frozen(kw_only=True)
class PaymentsKnownThrough(Event):
    """Every payment up to the end of that civil day has been recorded.

    Attributes:
        through: the civil day.
    """

    type: ClassVar[str] = "payments.known-through"
    through: date = field(converter=civil_date)
