"""Providers of boletos. The port is complete; its contract suite comes with the issue on boletos."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from attrs import field, frozen

from regua.core.money import Money
from regua.ports.delivery import Capabilities

BoletoStatus = Literal["issued", "registered", "paid", "cancelled", "expired", "unknown"]


@frozen(kw_only=True)
class BoletoCapabilities(Capabilities):
    """What a provider can do with a boleto, beside what every plugin declares.

    Attributes:
        alters: what `alter` can change; empty where a change is a cancel and a new issue.
        keeps_line: whether an altered boleto keeps its linha digitável.
        alter_delay: how long after issue or a change the next change is possible.
        pdf: whether the provider prints it.
    """

    alters: frozenset[Literal["amount", "due"]] = frozenset()
    keeps_line: bool = False
    alter_delay: timedelta = timedelta(0)
    pdf: bool = False


@frozen(kw_only=True)
class BoletoOrder:
    """What is to be issued. Its repr holds ids alone.

    Attributes:
        key: the provider's idempotency key; the same at every attempt.
        instrument: our id of the boleto, unique for the debtor.
        receivable: id of the receivable it pays.
        amount: what it asks.
        due: its civil due date.
        payer: name, documents and address, as the creditor keeps them.
    """

    key: str
    instrument: str
    receivable: str
    amount: Money
    due: date
    payer: Mapping[str, str] = field(factory=dict, repr=False)


@frozen(kw_only=True)
class Boleto:
    """A boleto as the provider holds it now.

    Attributes:
        instrument: our id.
        reference: the provider's id.
        nosso_numero: the bank's number for it.
        line: linha digitável, 47 ASCII digits.
        barcode: 44 ASCII digits.
        amount: what it asks.
        due: its civil due date.
        status: `unknown` for a word of the provider that the plugin does not know.
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
    pix: str = field(default="", repr=False)
    raw: bytes = field(default=b"", repr=False)


@runtime_checkable
class BoletoProvider(Protocol):
    """A bank or gateway that issues boletos. Every method raises as `Channel.send` does.

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
        """Issue one."""

    def read(self, reference: str) -> Boleto:
        """Read it as it is now, by the provider's id."""

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:
        """Change what is given and read it again: its line may be another."""

    def cancel(self, reference: str, *, key: str) -> Boleto:
        """Ask that it can no longer be paid (a payment may still come after it), and read it again."""

    def pdf(self, reference: str) -> bytes:
        """The printed form."""

    def close(self) -> None:
        """Give connections back; called once, by the engine."""
