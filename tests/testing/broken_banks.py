"""Providers of boletos: sound ones of several sorts, and some that are broken in one place each, for the contract."""
# ruff: noqa: D102, ARG002 - the class says what is broken, and reaches in to break it

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from attrs import evolve

from regua.core.money import Money
from regua.errors import Rejected, Retryable, Unsupported
from regua.ports import Boleto, BoletoCapabilities, BoletoOrder, WebhookRequest
from regua.testing.banks import SimulatedBank
from regua.testing.contracts import Bank, Behaviour

BOTH = frozenset({"amount", "due"})
IDEMPOTENT: dict[str, Any] = {"delivery": "idempotent", "key_ttl": timedelta(days=1)}
SLOW = timedelta(hours=3)
SORTS: dict[str, Any] = {
    "alters in place": BoletoCapabilities(**IDEMPOTENT, alters=BOTH, keeps_line=True, pdf=True),
    "alters under a new line": BoletoCapabilities(**IDEMPOTENT, alters=BOTH),
    "alters the date alone": BoletoCapabilities(delivery="queryable", alters=frozenset({"due"})),
    "makes one wait": BoletoCapabilities(
        delivery="queryable", query_lag=timedelta(minutes=5), alters=BOTH, alter_delay=timedelta(minutes=30)
    ),
    "cancels and issues": BoletoCapabilities(),
}


def sort(name: str, *, slow: bool = False) -> SimulatedBank:
    """A sound provider."""
    return SimulatedBank(capabilities=SORTS[name], takes=SLOW if slow else timedelta(0))


class Simulated(Bank):
    """A simulated bank for the contract."""

    def __init__(self, plugin: SimulatedBank) -> None:
        self.plugin: SimulatedBank = plugin

    def payable(self) -> Sequence[str]:
        return self.plugin.payable()

    def pay(self, reference: str, amount: Money) -> None:
        self.plugin.pay(reference, amount)

    def wait(self, span: timedelta) -> None:
        self.plugin.wait(span)

    def behave(self, how: Behaviour) -> None:
        if how not in ("well", "refuses", "down", "swallows"):
            raise NotImplementedError
        self.plugin.behave(how)

    def call(self, references: Sequence[str], *, forged: bool = False) -> WebhookRequest:
        return self.plugin.call(references, forged=forged)


class Waiting(SimulatedBank):
    """A bank that takes its time."""

    def __init__(self) -> None:
        super().__init__(capabilities=SORTS["alters under a new line"], takes=SLOW)


class Queried(SimulatedBank):
    """A bank that is asked."""

    def __init__(self) -> None:
        super().__init__(capabilities=SORTS["makes one wait"])


class IssuesTwice(SimulatedBank):
    """Declares idempotent keys, and forgets them."""

    def issue(self, order: BoletoOrder) -> Boleto:
        return super().issue(evolve(order, key=f"{order.key}{len(self._titles)}"))


class FindsNothing(Queried):
    """Declares that it can be asked, and knows nothing."""

    def find(self, order: BoletoOrder) -> Boleto | None:
        return None


class FindsAnything(Queried):
    """Finds the first boleto of all."""

    def find(self, order: BoletoOrder) -> Boleto | None:
        return next((self._boleto(title) for title in self._all()), None)


class AsksAnotherAmount(SimulatedBank):
    """Adds a fee."""

    def issue(self, order: BoletoOrder) -> Boleto:
        return super().issue(evolve(order, amount=order.amount + Money(199)))


class WritesAnotherDate(SimulatedBank):
    """The bar code says the day after."""

    def _boleto(self, title: Any) -> Boleto:
        return evolve(super()._boleto(title), due=title.due - timedelta(days=1))


class MistypesTheLine(SimulatedBank):
    """The last digit of the line is another."""

    def _boleto(self, title: Any) -> Boleto:
        boleto = super()._boleto(title)
        return evolve(boleto, line=boleto.line[:-1] + "7")


class SharesTheNumber(SimulatedBank):
    """Every boleto has the same nosso número."""

    def _boleto(self, title: Any) -> Boleto:
        return evolve(super()._boleto(title), nosso_numero="00000000001")


class PromisesRegistration(Waiting):
    """Calls registered what the bank has only taken in."""

    def _boleto(self, title: Any) -> Boleto:
        return evolve(super()._boleto(title), status="registered")


class AltersInWords(SimulatedBank):
    """Returns what was asked for, and changes nothing."""

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:
        boleto = self.read(reference)
        return evolve(boleto, amount=amount or boleto.amount, due=due or boleto.due)


class AltersInAdvance(Waiting):
    """Returns what the boleto will be."""

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:
        boleto = super().alter(reference, key=key, amount=amount, due=due)
        return evolve(boleto, amount=amount or boleto.amount, due=due or boleto.due)


class KeepsTheOldLine(SimulatedBank):
    """After an alteration both lines are paid."""

    def __init__(self) -> None:
        super().__init__()
        self.old: list[str] = []

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:
        self.old.append(self.read(reference).line)
        return super().alter(reference, key=key, amount=amount, due=due)

    def payable(self) -> Sequence[str]:
        return [*super().payable(), *self.old]


class ChangesTheLine(SimulatedBank):
    """Declares that it keeps it."""

    @property
    def capabilities(self) -> BoletoCapabilities:
        return evolve(super().capabilities, keeps_line=True)


class AltersHalf(SimulatedBank):
    """Changes what it can of what it cannot do whole."""

    def __init__(self) -> None:
        super().__init__(capabilities=SORTS["alters the date alone"])

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:
        if due is not None:
            super().alter(reference, key=key, due=due)
        if amount is not None:
            raise Unsupported("altering the amount")
        return self.read(reference)


class TellsNoTime(Queried):
    """Calls too early what is too early, and not when it is time."""

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:
        try:
            return super().alter(reference, key=key, amount=amount, due=due)
        except Retryable:
            raise Retryable from None


class CancelsInWords(SimulatedBank):
    """Says that it is cancelled, and leaves it."""

    def cancel(self, reference: str, *, key: str) -> Boleto:
        return evolve(self.read(reference), status="cancelled")


class CancelsInAdvance(Waiting):
    """Calls cancelled what the bank will cancel."""

    def _status(self, title: Any) -> Any:
        status = super()._status(title)
        return "cancelled" if status == "cancelling" else status

    def _takes_money(self, title: Any) -> bool:
        return super()._status(title) in {"registered", "cancelling"}


class RevivesTheCancelled(SimulatedBank):
    """Altering it makes it payable again."""

    def alter(self, reference: str, *, key: str, amount: Money | None = None, due: date | None = None) -> Boleto:
        self._found(reference).cancelled = None
        return super().alter(reference, key=key, amount=amount, due=due)


class CancelsThePaid(SimulatedBank):
    """Calls cancelled what somebody paid."""

    def cancel(self, reference: str, *, key: str) -> Boleto:
        return evolve(super().cancel(reference, key=key), status="cancelled")


class RefusesToCancelAgain(SimulatedBank):
    """A second cancel is an error."""

    def cancel(self, reference: str, *, key: str) -> Boleto:
        if self.read(reference).status == "cancelled":
            raise Rejected("it is cancelled")
        return super().cancel(reference, key=key)


class LosesLateMoney(SimulatedBank):
    """Tells nothing of a boleto that is cancelled."""

    def _boleto(self, title: Any) -> Boleto:
        boleto = super()._boleto(title)
        return boleto if title.cancelled is None else evolve(boleto, payments=(), status="cancelled")


class CountsMoneyOnce(SimulatedBank):
    """Every payment has the id of the boleto."""

    def _boleto(self, title: Any) -> Boleto:
        boleto = super()._boleto(title)
        return evolve(boleto, payments=tuple(evolve(each, id=boleto.reference) for each in boleto.payments))


class NumbersMoneyAnew(SimulatedBank):
    """The id of a payment is the moment at which it is read."""

    reads = 0

    def read(self, reference: str) -> Boleto:
        self.reads += 1
        boleto = super().read(reference)
        return evolve(boleto, payments=tuple(evolve(each, id=f"{self.reads}") for each in boleto.payments))


class RaisesWhatPythonRaises(SimulatedBank):
    """A boleto that nobody issued is a KeyError."""

    def _found(self, reference: str) -> Any:
        return {f"b-{number}": title for number, title in enumerate(self._all(), start=1)}[reference]


class SaysNothingWasDone(SimulatedBank):
    """No answer is an error of the network, which may be tried again."""

    def issue(self, order: BoletoOrder) -> Boleto:
        boleto = super().issue(evolve(order)) if self._reply != "swallows" else None
        if boleto is None:
            self._issued(order)
            raise Retryable(reason="timeout")
        return boleto


class RepeatsThePayer(SimulatedBank):
    """Puts the bank's complaint into the error as it came."""

    def issue(self, order: BoletoOrder) -> Boleto:
        if self._reply == "refuses":
            raise Rejected(f"no such CEP: {order.payer}")
        return super().issue(order)


class BelievesEverybody(SimulatedBank):
    """Verifies nothing."""

    def verify(self, request: WebhookRequest) -> bool:
        return True


class NamesBoletosTwice(SimulatedBank):
    """Reads each again for every time that it is named."""

    def parse(self, request: WebhookRequest) -> Sequence[str]:
        return [*super().parse(request)] * 2


class TrustsTheBody(SimulatedBank):
    """Takes every call for JSON."""

    def parse(self, request: WebhookRequest) -> Sequence[str]:
        return [str(each) for each in json.loads(request.body)]


class PrintsNothing(SimulatedBank):
    """Declares that it prints, and gives HTML."""

    def pdf(self, boleto: Boleto, order: BoletoOrder) -> bytes:
        return b"<html>"


BROKEN = [
    each
    for each in globals().values()
    if isinstance(each, type) and issubclass(each, SimulatedBank) and each not in {SimulatedBank, Waiting, Queried}
]
