"""What holds in the transaction of every host, whatever it is given as."""

from contextlib import AbstractContextManager, suppress
from datetime import UTC, date, datetime
from typing import Any, Protocol

import pytest
from tests.hosts.shop import Shop

from regua import EventConflict, Money, events
from regua.errors import PlanError
from regua.testing.contracts.specimens import Stopped

APRIL = datetime(2026, 4, 1, 12, tzinfo=UTC)


class Host(Protocol):
    """A shop on some framework.

    Attributes:
        using: what it gives to regua.
    """

    using: object

    def atomic(self) -> AbstractContextManager[Any]:
        """A transaction: commits at the end, rolls back after an error."""

    def nested(self) -> AbstractContextManager[Any]:
        """A savepoint in it: released at the end, rolled back after an error."""

    def sell(self, number: int) -> None:
        """Write a row of its own."""


def issued(name: str, amount: str = "150.00", currency: str = "BRL") -> events.InvoiceIssued:
    """An invoice of Ana's."""
    return events.InvoiceIssued(
        id=f"{name}/issued",
        creditor="loja",
        debtor="ana",
        at=APRIL,
        recorded_at=APRIL,
        receivable=name,
        amount=Money.of(amount, currency),
        due=date(2026, 4, 18),
    )


def _sell_then_record(shop: Shop, host: Host) -> None:
    host.sell(1)
    shop.loja.record(issued("nf-1"), using=host.using)


def _record_then_sell(shop: Shop, host: Host) -> None:
    shop.loja.record(issued("nf-1"), using=host.using)
    host.sell(1)


class HostContract:
    """Override `host`; `shop` is an engine on the host's database."""

    def test_both_are_there_after_the_commit(self, shop: Shop, host: Host):
        """And nobody sees either before."""
        with host.atomic():
            _sell_then_record(shop, host)
            assert (shop.database.sales(), shop.facts()) == ([], [])
        assert (shop.database.sales(), shop.facts()) == ([1], ["nf-1/issued"])

    def test_neither_is_there_after_a_rollback(self, shop: Shop, host: Host):
        """Whoever was first; nor what is kept of people. The same ids can come again."""
        for both in (_sell_then_record, _record_then_sell):
            with suppress(Stopped), host.atomic():
                both(shop, host)
                shop.loja.keep("ana", {"person": {"name": "Ana Souza"}}, using=host.using)
                raise Stopped
            assert (shop.database.sales(), shop.facts(), shop.store.kept("loja", "ana")) == ([], [], {})

    def test_what_a_savepoint_takes_back_never_was(self, shop: Shop, host: Host):
        """What came before and after it stays, and so does what a savepoint released."""
        with host.atomic():
            host.sell(1)
            shop.loja.record(issued("nf-1"), using=host.using)
            with suppress(Stopped), host.nested():
                host.sell(2)
                shop.loja.record(issued("nf-2"), using=host.using)
                raise Stopped
            with host.nested():
                host.sell(3)
                shop.loja.record(issued("nf-3"), using=host.using)
            shop.loja.record(issued("nf-2", "99.00"), using=host.using)
        assert (shop.database.sales(), shop.facts()) == ([1, 3], ["nf-1/issued", "nf-3/issued", "nf-2/issued"])

    def test_after_a_refusal_the_transaction_goes_on(self, shop: Shop, host: Host):
        """Nothing of the call is recorded, and the host decides what becomes of the rest."""
        with host.atomic():
            host.sell(1)
            shop.loja.record(issued("nf-1"), using=host.using)
            with pytest.raises(EventConflict):
                shop.loja.record(issued("nf-3"), issued("nf-1", "7.00"), using=host.using)
            with pytest.raises(PlanError):
                shop.loja.record(issued("nf-3"), issued("nf-2", currency="USD"), using=host.using)
            host.sell(2)
            shop.loja.record(issued("nf-4"), using=host.using)
        assert (shop.database.sales(), shop.facts()) == ([1, 2], ["nf-1/issued", "nf-4/issued"])

    def test_observers_hear_nothing_of_an_open_transaction(self, shop: Shop, host: Host):
        """It may yet be rolled back; who commits it knows."""
        with host.atomic():
            shop.loja.record(issued("nf-1"), using=host.using)
        shop.loja.record(issued("nf-2"))
        assert shop.heard == ["nf-2/issued"]
