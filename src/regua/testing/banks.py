"""A bank in memory that issues boletos: what a provider may be like, and money that comes by one."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from typing import Any, ClassVar, Final, Literal

from attrs import define, evolve

from regua.core.money import Money
from regua.errors import Rejected, Retryable, Unknown, Unsupported
from regua.ports import (
    Boleto,
    BoletoCapabilities,
    BoletoOrder,
    BoletoPayment,
    BoletoStatus,
    NoConfig,
    WebhookRequest,
    is_signed,
)
from regua.testing.barcodes import barcode_of, line_of

_BANK: Final = "999"
_START: Final = datetime(2026, 4, 15, 12, tzinfo=UTC)
_SECRET: Final = "do banco"  # noqa: S105 - of a bank that is none
_SIGNED: Final = "bank-signature"
_PDF: Final = b"%PDF-1.4\n%%EOF\n"
Reply = Literal["well", "refuses", "down", "swallows"]


@define(kw_only=True, eq=False)
class _Title:
    """A boleto in the books of the bank; what it is after `since` is what was asked for before."""

    order: BoletoOrder
    registered: datetime
    changed: datetime
    amount: Money
    due: date
    version: int = 0
    barcode: str = ""
    change: tuple[datetime, Money, date] | None = None
    cancelled: datetime | None = None
    payments: tuple[BoletoPayment, ...] = ()


class SimulatedBank:
    """A provider of boletos and the bank behind it. Its clock moves when `wait` is called; it is thread-safe.

    Args:
        capabilities: what it declares, and keeps to.
        takes: how long it takes to register, to alter and to cancel.
    """

    name = "simulated-bank"
    Config: ClassVar[type[Any]] = NoConfig

    def __init__(
        self,
        config: object = None,  # noqa: ARG002 - the registry gives one
        *,
        capabilities: BoletoCapabilities | None = None,
        takes: timedelta = timedelta(0),
    ) -> None:
        self._capabilities = capabilities or BoletoCapabilities(
            delivery="idempotent", key_ttl=timedelta(days=1), alters=frozenset({"amount", "due"}), pdf=True
        )
        self._takes = takes
        self.now = _START
        self._reply: Reply = "well"
        self._titles: list[_Title] = []
        self._lock = RLock()

    @property
    def capabilities(self) -> BoletoCapabilities:
        """What it was made to declare."""
        return self._capabilities

    # what a test does

    def wait(self, span: timedelta) -> None:
        """Let time pass."""
        with self._lock:
            self.now += span

    def behave(self, reply: Reply) -> None:
        """How it answers from now on; what it `swallows` it does, and says nothing."""
        self._reply = reply

    def payable(self) -> Sequence[str]:
        """The lines by which it takes money now."""
        with self._lock:
            return [line_of(title.barcode) for title in self._all() if self._takes_money(title)]

    def pay(self, reference: str, amount: Money) -> None:
        """Money comes by a boleto, also by one that is cancelled, as happens between banks."""
        with self._lock:
            title = self._found(reference)
            number = len(title.payments) + 1
            paid = BoletoPayment(
                id=f"{reference}/{number}", amount=amount, day=self.now.date(), state="noticed", rail="boleto"
            )
            title.payments += (paid,)

    def settle(self) -> None:
        """All money that was noticed is there."""
        with self._lock:
            for title in self._titles:
                title.payments = tuple(evolve(each, state="settled") for each in title.payments)

    def call(self, references: Sequence[str], *, forged: bool = False) -> WebhookRequest:
        """Its call that something happened to boletos."""
        body = json.dumps([*references]).encode()
        stamp = str(int(self.now.timestamp()))
        secret = b"of somebody else" if forged else _SECRET.encode()
        signature = hmac.digest(secret, f"{stamp}.".encode() + body, "sha256").hex()
        return WebhookRequest(headers={_SIGNED: f"t={stamp},v1={signature}"}, body=body, received_at=self.now)

    # what a provider does

    def issue(self, order: BoletoOrder) -> Boleto:
        """Issue one; where it is idempotent, another content under the same key is refused."""
        with self._lock:
            self._listen()
            title = next((each for each in self._titles if each.order.key == order.key), None)
            if title is None or self._capabilities.delivery != "idempotent":
                title = self._issued(order)
            elif title.order != order:
                raise Rejected("the key is of another order")
            return self._answer(title)

    def find(self, order: BoletoOrder) -> Boleto | None:
        """The boleto of an order, by its number."""
        with self._lock:
            found = (each for each in self._all() if each.order.number == order.number)
            title = next(found, None)
            return None if title is None else self._boleto(title)

    def read(self, reference: str) -> Boleto:
        """Read one."""
        with self._lock:
            return self._boleto(self._found(reference))

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:  # noqa: ARG002 - the change is absolute
        """Alter one, as far as it declares."""
        with self._lock:
            self._listen()
            title = self._found(reference)
            asked = {name for name, value in (("amount", amount), ("due", due)) if value is not None}
            if asked - self._capabilities.alters:
                raise Unsupported(f"altering {' and '.join(sorted(asked))}")
            self._check_time(title)
            if self._status(title) != "registered":
                raise Rejected("it can no longer be paid")
            title.changed = self.now
            title.change = (self.now + self._takes, amount or title.amount, due or title.due)
            return self._answer(title)

    def cancel(self, reference: str, *, key: str) -> Boleto:  # noqa: ARG002 - asked twice it is cancelled once
        """Cancel one that can still be paid."""
        with self._lock:
            self._listen()
            title = self._found(reference)
            if self._status(title) == "registered":
                self._check_time(title)
                title.cancelled = self.now + self._takes
            return self._answer(title)

    def verify(self, request: WebhookRequest) -> bool:
        """Whether it is a call of this bank."""
        return is_signed(request, secrets=[_SECRET], header=_SIGNED)

    def parse(self, request: WebhookRequest) -> Sequence[str]:
        """The boletos that a call names."""
        try:
            named = json.loads(request.body)
        except ValueError:
            named = None
        if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
            raise Rejected("the call names no boletos")
        return named

    def pdf(self, boleto: Boleto, order: BoletoOrder) -> bytes:  # noqa: ARG002 - nothing is on the sheet
        """The shortest file that calls itself a PDF."""
        if not self._capabilities.pdf:
            raise Unsupported("pdf")
        return _PDF

    def close(self) -> None:
        """There is nothing to give back."""

    # the books

    def _listen(self) -> None:
        if self._reply == "refuses":
            raise Rejected("the bank refuses it")
        if self._reply == "down":
            raise Retryable(reason="the bank is down")

    def _answer(self, title: _Title) -> Boleto:
        if self._reply == "swallows":
            raise Unknown("no answer came")
        return self._boleto(title)

    def _issued(self, order: BoletoOrder) -> _Title:
        title = _Title(
            order=order, registered=self.now + self._takes, changed=self.now, amount=order.amount, due=order.due
        )
        title.barcode = self._barcode(title)
        self._titles.append(title)
        return title

    def _barcode(self, title: _Title) -> str:
        free = f"{self._titles.index(title) if title in self._titles else len(self._titles):015}{title.version:010}"
        return barcode_of(_BANK, title.due, title.amount.minor, free)

    def _all(self) -> Iterator[_Title]:
        for title in self._titles:
            self._catch_up(title)
            yield title

    def _found(self, reference: str) -> _Title:
        for number, title in enumerate(self._all(), start=1):
            if reference == f"b-{number}":
                return title
        raise Rejected("there is no such boleto")

    def _catch_up(self, title: _Title) -> None:
        if title.change is None or self.now < title.change[0] or self._status(title) != "registered":
            return
        _, title.amount, title.due = title.change
        title.change = None
        if not self._capabilities.keeps_line:
            title.version += 1
            title.barcode = self._barcode(title)

    def _check_time(self, title: _Title) -> None:
        until = max(title.registered, title.changed + self._capabilities.alter_delay)
        if self.now < until:
            raise Retryable(until - self.now, "too early")

    def _status(self, title: _Title) -> BoletoStatus:
        if any(each.state != "reversed" for each in title.payments):
            return "paid"
        if title.cancelled is not None:
            return "cancelling" if self.now < title.cancelled else "cancelled"
        if self.now < title.registered:
            return "issued"
        last = title.due + timedelta(days=title.order.days_after)
        return "registered" if self.now.date() <= last else "expired"

    def _takes_money(self, title: _Title) -> bool:
        return self._status(title) in {"registered", "cancelling"}

    def _boleto(self, title: _Title) -> Boleto:
        self._catch_up(title)
        status = self._status(title)
        registered = status != "issued"
        return Boleto(
            instrument=title.order.instrument,
            reference=f"b-{self._titles.index(title) + 1}",
            nosso_numero=f"{title.order.number:011}",
            line=line_of(title.barcode) if registered else "",
            barcode=title.barcode if registered else "",
            amount=title.amount,
            due=title.due,
            status=status,
            payments=title.payments,
        )
