"""What the models mean to regua. Ids are made of primary keys, so the same row is always the same fact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from djangoshop.models import Customer, Invoice, Payment
from regua import Event, Money, events


def debtor_of(customer: Customer) -> str:
    """Give the customer's id as a debtor."""
    return f"customer-{customer.pk}"


def customer_facts(customer: Customer, creditor: str, now: datetime) -> Iterator[Event]:
    """Say who and how reachable a customer is, to one creditor."""
    debtor = debtor_of(customer)
    yield events.DebtorRegistered(
        id=f"{debtor}/registered",
        creditor=creditor,
        debtor=debtor,
        at=now,
        recorded_at=now,
        state=customer.state,
        person="person",
    )
    yield events.ContactPointAdded(
        id=f"{debtor}/email",
        creditor=creditor,
        debtor=debtor,
        at=now,
        recorded_at=now,
        point="email",
        channels=("email",),
        ref="email",
    )
    yield events.ConsentGranted(
        id=f"{debtor}/email-consent",
        creditor=creditor,
        debtor=debtor,
        at=now,
        recorded_at=now,
        channel="email",
        source="contract",
    )


def invoice_issued(invoice: Invoice) -> Event:
    """Say that an invoice exists."""
    return events.InvoiceIssued(
        id=f"invoice-{invoice.pk}/issued",
        creditor=invoice.creditor,
        debtor=debtor_of(invoice.customer),
        at=invoice.issued_at,
        recorded_at=invoice.issued_at,
        receivable=f"invoice-{invoice.pk}",
        amount=Money.of(invoice.amount),
        due=invoice.due,
    )


def payment_settled(payment: Payment, now: datetime) -> Event:
    """Say that an invoice was paid: on its own day, known today."""
    return events.PaymentSettled(
        id=f"payment-{payment.pk}/settled",
        creditor=payment.invoice.creditor,
        debtor=debtor_of(payment.invoice.customer),
        at=payment.paid_at,
        recorded_at=now,
        payment=payment.reference,
        amount=Money.of(payment.amount),
        receivables=(f"invoice-{payment.invoice.pk}",),
    )
