"""What the shop does. Each changes models and facts in one transaction."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from djangoshop.facts import customer_facts, debtor_of, invoice_issued, payment_settled
from djangoshop.models import Customer, Invoice, Payment
from regua import Engine


@cache
def engine() -> Engine:
    """Give the engine of this process, on Django's clock; it opens its store again after a fork."""
    return Engine.open(settings.REGUA_CONFIG, now=timezone.now)


def issue(creditor: str, customer: Customer, amount: Decimal, due: date, now: datetime) -> Invoice:
    """Send a customer an invoice."""
    account = engine().creditor(creditor)  # the first call opens the file, which our own transaction would keep closed
    with transaction.atomic():
        invoice = Invoice.objects.create(creditor=creditor, customer=customer, amount=amount, due=due, issued_at=now)
        known = list(customer_facts(customer, creditor, customer_since(customer, creditor)))
        account.record(*known, invoice_issued(invoice), using=connection)
        records = {"person": {"name": customer.name}, "email": {"address": customer.email}}
        account.keep(debtor_of(customer), records, using=connection)
    return invoice


def pay(invoice: Invoice, amount: Decimal, paid_at: datetime, reference: str, now: datetime) -> Payment:
    """Take a payment; a reference that was taken before is an IntegrityError and changes nothing."""
    account = engine().creditor(invoice.creditor)
    with transaction.atomic():
        payment = Payment.objects.create(invoice=invoice, amount=amount, paid_at=paid_at, reference=reference)
        account.record(payment_settled(payment, now), using=connection)
    return payment


def customer_since(customer: Customer, creditor: str) -> datetime:
    """Tell when the creditor first sold to the customer: the same facts at every invoice."""
    return Invoice.objects.filter(customer=customer, creditor=creditor).order_by("issued_at")[0].issued_at
