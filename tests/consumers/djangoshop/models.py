"""What the shop keeps. Personal data stays here; regua gets references, and a copy to send to."""

from django.db import models


class Customer(models.Model):
    """Somebody who buys on credit."""

    name = models.CharField(max_length=100)
    email = models.EmailField()
    state = models.CharField(max_length=2)

    def __str__(self) -> str:
        return self.name


class Invoice(models.Model):
    """What a customer owes to the shop or to the workshop."""

    creditor = models.CharField(max_length=20, choices=[("loja", "Loja"), ("oficina", "Oficina")])
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    due = models.DateField()
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.creditor} {self.pk}"


class Payment(models.Model):
    """Money that came in for one invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    paid_at = models.DateTimeField()
    reference = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.reference
