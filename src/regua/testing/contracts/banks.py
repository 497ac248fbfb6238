"""What the author of a provider of boletos gives to its contract, and how the contract asks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, TypeVar

import pytest

from regua.core.money import Money
from regua.ports import Boleto, BoletoCapabilities, BoletoOrder, BoletoProvider, PluginError, WebhookRequest
from regua.testing.barcodes import barcode_of, problem_of
from regua.testing.contracts.asking import FOUR, NOON, PERSON, key
from regua.testing.contracts.providers import BEHAVIOURS, Behaviour

AMOUNT: Final = Money.of("153.20")
OTHER: Final = Money.of("170.01")
T = TypeVar("T")
_ROUNDS: Final = 20
_WHILE: Final = timedelta(hours=2)


class Bank:
    """A provider of boletos and the bank behind it, for the contract: subclass it, and give what yours can do.

    What raises `NotImplementedError` is not tried, and the tests that need it are skipped, with the reason.

    Attributes:
        plugin: the provider, whose configuration leads to the bank.
        today: the bank's day; boletos of the contract are due five days later.
    """

    plugin: BoletoProvider
    today: date = NOON.date()

    def payable(self) -> Sequence[str]:
        """The lines by which the bank, asked now, takes money."""
        raise NotImplementedError

    def pay(self, reference: str, amount: Money) -> None:
        """Have money come by a boleto, also by one that is cancelled, as happens between banks."""
        raise NotImplementedError

    def wait(self, span: timedelta) -> None:
        """Let time pass, so that what the bank was asked for is done."""
        raise NotImplementedError

    def behave(self, how: Behaviour) -> None:
        """Have the bank behave so from now on."""
        if how != "well":
            raise NotImplementedError

    def call(self, references: Sequence[str], *, forged: bool = False) -> WebhookRequest:
        """Make the call with which the bank says that something happened to boletos, signed when it is received.

        Args:
            references: ids of the boletos, as `Boleto.reference`.
            forged: whether it is signed with a secret that is not the bank's.
        """
        raise NotImplementedError


def order(bank: Bank, number: int = 1, **changes: Any) -> BoletoOrder:
    """An order that every provider takes."""
    fields: dict[str, Any] = {"instrument": f"b{number}", "number": number, "receivable": "nf-1", "amount": AMOUNT}
    fields |= {"key": key(f"b{number}"), "due": bank.today + timedelta(days=5), "days_after": 2, "payer": PERSON}
    fields |= {"issued_on": bank.today}
    return BoletoOrder(**(fields | changes))


def able(call: Callable[[], T], what: str) -> T:
    """What the bank of the test gives; skips the test where it cannot."""
    try:
        return call()
    except NotImplementedError:
        pytest.skip(f"the bank of the test cannot {what}")


def behave(bank: Bank, how: Behaviour) -> None:
    """Have the bank behave so; skip the test where it cannot."""
    able(lambda: bank.behave(how), f"behave {how!r}: {BEHAVIOURS[how]}")


def capabilities_of(bank: Bank) -> BoletoCapabilities:
    """What the provider declares."""
    declared: Any = bank.plugin.capabilities
    assert isinstance(declared, BoletoCapabilities), "`capabilities` must be a regua.ports.BoletoCapabilities"
    return declared


def ask(call: Callable[[], Boleto | None]) -> Boleto | PluginError | None:
    """What the provider answers or raises; anything but a boleto and the four errors fails the test."""
    try:
        answer = call()
    except PluginError as error:
        if not isinstance(error, FOUR):
            pytest.fail(f"it raised {error!r}; raise Retryable, Rejected, Unsupported or Unknown")
        return error
    assert answer is None or isinstance(answer, Boleto), f"it returned {type(answer).__name__}; return a Boleto"
    return answer


def done(call: Callable[[], Boleto]) -> Boleto:
    """The boleto that a call gives, which the bank does not refuse."""
    answer = ask(call)
    assert isinstance(answer, Boleto), f"the bank does such things, and the provider raised {answer!r}"
    return answer


def issued(bank: Bank, number: int = 1, **changes: Any) -> Boleto:
    """A boleto that the bank has registered."""
    boleto = done(lambda: bank.plugin.issue(order(bank, number, **changes)))
    return settled(bank, boleto, lambda each: each.status != "issued", "is registered")


def settled(bank: Bank, boleto: Boleto, over: Callable[[Boleto], bool], what: str) -> Boleto:
    """The boleto once it is so; what is said of it on the way must be true."""
    for _ in range(_ROUNDS):
        check(bank, boleto)
        if over(boleto):
            return boleto
        able(lambda: bank.wait(_WHILE), "wait")
        boleto = done(lambda reference=boleto.reference: bank.plugin.read(reference))  # type: ignore[misc]
    pytest.fail(f"after {_WHILE * _ROUNDS} no boleto {what}: {boleto!r}")


def check(bank: Bank, boleto: Boleto) -> None:
    """What is said of a boleto is what the bank does."""
    try:
        lines = bank.payable()
    except NotImplementedError:
        return
    known = boleto.line in lines
    if boleto.status in {"registered", "cancelling"}:
        assert known, f"it says {boleto.status!r}, and the bank takes no money by its line"
    elif not boleto.may_be_paid:
        assert not known, f"it says {boleto.status!r}, and the bank still takes money by its line"


def check_line(boleto: Boleto) -> None:
    """The line and bar code say what the boleto asks, or nothing of it."""
    problem = problem_of(boleto.barcode, boleto.line)
    assert not problem, f"{problem}: {boleto!r}"
    expected = barcode_of(boleto.barcode[:3], boleto.due, boleto.amount.minor, boleto.barcode[-25:])
    said, asked = boleto.barcode[5:19], expected[5:19]
    assert said[:4] in (asked[:4], "0000"), "the bar code says another due date than the boleto"
    assert said[4:] in (asked[4:], "0" * 10), "the bar code says another amount than the boleto"


def payable(bank: Bank) -> Sequence[str]:
    """The lines by which the bank takes money now; skips the test where it does not say."""
    return able(bank.payable, "say by which lines it takes money")


def wait(bank: Bank, span: timedelta) -> None:
    """Let time pass, where it must."""
    if span:
        able(lambda: bank.wait(span), "wait")


def changes_of(bank: Bank, what: str) -> dict[str, Any]:
    """Another `amount`, another `due`, or `both`."""
    later = order(bank).due + timedelta(days=10)
    changes: dict[str, Any] = {"amount": OTHER, "due": later}
    return changes if what == "both" else {what: changes[what]}


def asks(asked: Mapping[str, Any], boleto: Boleto) -> bool:
    """Whether it asks that amount on that day."""
    return (boleto.amount, boleto.due) == (asked["amount"], asked["due"])


def cancelled(bank: Bank, boleto: Boleto) -> Boleto:
    """A boleto that is cancelled, once it is."""
    wait(bank, capabilities_of(bank).alter_delay)
    after = done(partial(bank.plugin.cancel, boleto.reference, key=key("cancel")))
    after = settled(bank, after, lambda each: each.status != "cancelling", "is cancelled")
    assert after.status == "cancelled", f"after `cancel` it is {after.status!r}"
    return after


def count(bank: Bank) -> int | None:
    """By how many lines the bank takes money, or None where it does not say."""
    try:
        return len(bank.payable())
    except NotImplementedError:
        return None


def known(boleto: Boleto) -> tuple[Any, ...]:
    """What stays the same for as long as nothing happens; not the answer as it came."""
    return (
        boleto.instrument,
        boleto.reference,
        boleto.nosso_numero,
        boleto.line,
        boleto.barcode,
        boleto.amount,
        boleto.due,
        boleto.status,
        boleto.payments,
        boleto.pix,
    )
