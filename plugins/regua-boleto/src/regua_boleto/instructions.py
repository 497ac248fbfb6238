"""What the sheet tells whoever takes the payment: fine, interest, discounts, protest; in Portuguese, as the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from attrs import frozen

from regua.core.money import Money


@frozen(kw_only=True)
class Discount:
    """What is taken off until a day.

    Attributes:
        until: the last day.
        value: money, or a percentage of the amount (`Decimal("5")` is 5 %).
    """

    until: date
    value: Money | Decimal

    def __str__(self) -> str:
        return f"Até {brazilian(self.until)}, desconto de {_value(self.value)}."


@frozen(kw_only=True)
class Instructions:
    """What holds when payment is early or late.

    Attributes:
        fine: once after the due date: money, or a percentage of the amount; None for none.
        interest: after the due date: money a day, or a percentage a month; None for none.
        discounts: in the order in which they are printed.
        protest_after: days after the due date at which it goes to the notary; None for never.
        notes: more sentences, printed as they are.
    """

    fine: Money | Decimal | None = None
    interest: Money | Decimal | None = None
    discounts: tuple[Discount, ...] = ()
    protest_after: int | None = None
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        """The sentences."""
        yield from map(str, self.discounts)
        if self.fine is not None:
            yield f"Após o vencimento, multa de {_value(self.fine)}."
        if self.interest is not None:
            yield f"Após o vencimento, juros de {_value(self.interest)} {_period(self.interest)}."
        if self.protest_after is not None:
            days = "dia" if self.protest_after == 1 else "dias"
            yield f"Sujeito a protesto {self.protest_after} {days} após o vencimento."
        yield from self.notes


def brazilian(value: date | Money) -> str:
    """`10/12/2026`, `R$ 1.234,56`."""
    if isinstance(value, date):
        return f"{value:%d/%m}/{value.year:04}"
    whole, cents = divmod(value.minor, 100)
    return f"R$ {whole:,}".replace(",", ".") + f",{cents:02}"


def _value(value: Money | Decimal) -> str:
    if isinstance(value, Money):
        return brazilian(value)
    return f"{value:f}".replace(".", ",") + "%"


def _period(value: Money | Decimal) -> str:
    return "ao dia" if isinstance(value, Money) else "ao mês"
