"""Providers of boletos: what a bank or gateway is asked for, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from attrs import field, frozen

from regua.core.money import Money
from regua.errors import PluginError
from regua.ports.delivery import Capabilities, WebhookRequest

BoletoStatus = Literal["issued", "registered", "rejected", "paid", "cancelling", "cancelled", "expired", "unknown"]
PaymentState = Literal["noticed", "settled", "reversed"]
Rail = Literal["boleto", "pix", ""]

_MAY_BE_PAID = frozenset({"issued", "registered", "cancelling", "unknown"})


@frozen(kw_only=True)
class BoletoCapabilities(Capabilities):
    """What a provider can do with a boleto, beside what every plugin declares.

    `delivery` is of `issue`: `idempotent` by the order's key, `queryable` by `BoletoQueryable.find`. `ask_every` is how
    often `read` may be asked while something is under way (`issued`, `cancelling`, an alteration that the bank carries
    out later, an expected payment).

    Attributes:
        alters: what one call of `alter` can change together; empty where a change is a cancel and a new issue. A bank
            that takes one change per call has one of them.
        keeps_line: whether an altered boleto keeps its linha digitável; where not, the line before is dead.
        alter_delay: how long after issue or a change the next change or a cancel is possible.
        pdf: whether the provider prints it.

    Raises:
        PluginError: declarations that contradict each other.
    """

    alters: frozenset[Literal["amount", "due"]] = frozenset()
    keeps_line: bool = False
    alter_delay: timedelta = timedelta(0)
    pdf: bool = False

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.keeps_line and not self.alters:
            raise PluginError("capabilities: keeps_line goes with alters, which is empty")
        if self.alter_delay < timedelta(0):
            raise PluginError("capabilities: alter_delay is below nothing")


@frozen(kw_only=True)
class BoletoOrder:
    """What is to be issued. Its repr holds ids alone.

    Attributes:
        key: the provider's idempotency key; the same at every attempt.
        instrument: our id of the boleto, unique for the debtor.
        number: counts what the creditor orders of this provider, from 1 on; none comes twice. Of it the plugin makes
            the nosso número, or the bank's field for our number, where those are short.
        receivable: id of the receivable it pays.
        issued_on: civil day on which it is ordered.
        amount: what it asks.
        due: its civil due date.
        days_after: on how many civil days after it the bank may still take money; 0 for what asks another amount then.
        payer: name, documents and address, as the creditor keeps them.
    """

    key: str
    instrument: str
    number: int
    receivable: str
    issued_on: date
    amount: Money
    due: date
    days_after: int = 0
    payer: Mapping[str, str] = field(factory=dict, repr=False)


@frozen(kw_only=True)
class BoletoPayment:
    """Money that came by a boleto.

    Attributes:
        id: the provider's id of it, the same whenever it is told and in every state.
        amount: how much.
        day: civil day on which it was paid.
        state: `noticed` at first (baixa operacional), which may be withdrawn; `settled` once the money is there
            (liquidação); `reversed` when either was undone.
        rail: `boleto` or `pix`, or "" where the provider does not say.
    """

    id: str
    amount: Money
    day: date
    state: PaymentState
    rail: Rail = ""


@frozen(kw_only=True)
class Boleto:
    """A boleto as the provider holds it now.

    Attributes:
        instrument: our id.
        reference: the provider's id.
        nosso_numero: the bank's number for it, or "" before it has one.
        line: linha digitável, 47 ASCII digits, or "" before it has one.
        barcode: 44 ASCII digits, or "" likewise.
        amount: what it asks.
        due: its civil due date.
        status: `issued` while the bank registers it, `registered` once it can be paid, `rejected` where the bank will
            never register it; `cancelling` for as long as it can still be paid after a cancel; `unknown` for a word of
            the provider that the plugin does not know.
        payments: money that came by it, also after it was cancelled, in the order of its coming.
        pix: payload of the Pix QR code printed on it, or "".
        raw: the provider's answer as it came.
    """

    instrument: str
    reference: str
    nosso_numero: str
    line: str = field(repr=False)
    barcode: str = field(repr=False)
    amount: Money
    due: date
    status: BoletoStatus
    payments: tuple[BoletoPayment, ...] = ()
    pix: str = field(default="", repr=False)
    raw: bytes = field(default=b"", repr=False)

    @property
    def may_be_paid(self) -> bool:
        """Whether a bank may take money by it, now or soon, as far as anybody knows.

        For as long as one may, no other is ordered for its receivable.
        """
        return self.status in _MAY_BE_PAID


@runtime_checkable
class BoletoProvider(Protocol):
    """A bank or gateway that issues boletos. Every method but `close` raises as `Channel.send` does.

    What a method returns is what the provider holds then, never what was asked for: where a bank does it later, that is
    the boleto as it was, and `read` tells when it has changed.

    Attributes:
        Config: as of a channel.
    """

    Config: ClassVar[type[Any]]

    @property
    def name(self) -> str:
        """What `regua.toml` says in `use`."""

    @property
    def capabilities(self) -> BoletoCapabilities:
        """What it can do and promise."""

    def issue(self, order: BoletoOrder) -> Boleto:
        """Issue one. Where `delivery` is `idempotent`, an order that comes again gives the same boleto."""

    def read(self, reference: str) -> Boleto:
        """Read it as it is now, by the provider's id; an id that nobody gave is `Rejected`."""

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:
        """Change what is given, all of it or nothing, and read it again: its line and its reference may be others.

        Raises:
            Unsupported: `capabilities.alters` does not have it, and nothing was changed.
            Retryable: too early after the change before; `after` says how long to wait.
            Rejected: it can no longer be paid.
        """

    def cancel(self, reference: str, *, key: str) -> Boleto:
        """Ask that it can no longer be paid (a payment may still come after it), and read it again.

        One that cannot be paid any more stays as it is, and is no error.
        """

    def pdf(self, boleto: Boleto, order: BoletoOrder) -> bytes:
        """The printed form, where `capabilities.pdf` says so; else `Unsupported`.

        Args:
            boleto: as it was read last.
            order: by which it was issued; for those who print it themselves.
        """

    def close(self) -> None:
        """Give connections back; called once, by the engine."""


@runtime_checkable
class BoletoQueryable(Protocol):
    """Beside a provider of boletos whose capabilities say `queryable`."""

    def find(self, order: BoletoOrder) -> Boleto | None:
        """The boleto that was issued by an order; None where the provider never saw it, for certain.

        Raises:
            Retryable: the provider cannot be asked now.
        """


@runtime_checkable
class BoletoWebhook(Protocol):
    """Beside a provider of boletos that calls back."""

    def verify(self, request: WebhookRequest) -> bool:
        """As `Webhook.verify`."""

    def parse(self, request: WebhookRequest) -> Sequence[str]:
        """References of the boletos of which a verified call tells something.

        Each is read again: what is recorded is what `read` says, so that calls may come late, twice, in any order, and
        without content.

        Raises:
            Rejected: it cannot be read.
        """
