"""Issue: one boleto of one order, also where an answer was lost."""

from __future__ import annotations

from functools import partial

import pytest

from regua.ports import (
    Boleto,
    BoletoProvider,
    BoletoQueryable,
    Rejected,
    Retryable,
    Unknown,
)
from regua.testing.contracts.asking import NAME
from regua.testing.contracts.banks import (
    Bank,
    ask,
    behave,
    capabilities_of,
    check_line,
    count,
    done,
    issued,
    known,
    order,
    payable,
    settled,
    wait,
)


class IssueContract:
    """Issue: one boleto of one order, also where an answer was lost."""

    def test_it_has_the_members_of_the_port(self, bank: Bank) -> None:
        """By their names; a protocol needs no base class."""
        assert isinstance(bank.plugin, BoletoProvider), "it has every member of regua.ports.BoletoProvider"
        assert bank.plugin.name, "`name` is what regua.toml says in `use`: it is not empty"
        can = capabilities_of(bank)
        if can.delivery == "queryable":
            assert isinstance(bank.plugin, BoletoQueryable), "it declares `queryable`: give it find(order)"
        assert capabilities_of(bank) == can, "capabilities must not change once the provider is made"

    def test_it_is_given_back_once_or_twice(self, bank: Bank) -> None:
        """After use; a second time does nothing."""
        done(partial(bank.plugin.issue, order(bank)))
        bank.plugin.close()
        bank.plugin.close()

    def test_an_order_becomes_a_boleto(self, bank: Bank) -> None:
        """It asks what was ordered, its line belongs to its bar code, and reading it again says the same."""
        boleto = issued(bank)
        asked = order(bank)
        assert (boleto.instrument, boleto.amount, boleto.due) == (asked.instrument, asked.amount, asked.due)
        assert (boleto.status, boleto.payments) == ("registered", ())
        assert boleto.reference, "`reference` is the provider's id: it is not empty"
        check_line(boleto)
        assert known(done(partial(bank.plugin.read, boleto.reference))) == known(boleto)

    def test_two_orders_are_two_boletos(self, bank: Bank) -> None:
        """However much they are alike otherwise: by number, key and instrument."""
        first, second = issued(bank, 1), issued(bank, 2)
        for name in ("instrument", "reference", "nosso_numero", "line"):
            assert getattr(first, name) != getattr(second, name), f"two boletos share their {name}"
        for each in (first, second):
            again = done(partial(bank.plugin.read, each.reference))
            assert known(again) == known(each), "a boleto changes when another is issued"

    def test_an_order_that_comes_again_is_the_same_boleto(self, bank: Bank) -> None:
        """The engine sends it again when it does not know what became of it."""
        if capabilities_of(bank).delivery != "idempotent":
            pytest.skip("it does not declare idempotent keys")
        first = issued(bank)
        again = done(partial(bank.plugin.issue, order(bank)))
        assert again.reference == first.reference, "the same order gives the same boleto"
        assert count(bank) in (None, 1), "the same order is one boleto, not two"

    def test_a_lost_answer_makes_no_second_boleto(self, bank: Bank) -> None:
        """It is unknown, and then sent again under its key, or found, as the capabilities say."""
        can, asked = capabilities_of(bank), order(bank)
        behave(bank, "swallows")
        lost = ask(partial(bank.plugin.issue, asked))
        assert isinstance(lost, Unknown), f"no answer came: raise Unknown; it was {lost!r}"
        bank.behave("well")
        if can.delivery == "blind":
            pytest.skip("it is blind: nobody asks again")
        if can.delivery == "idempotent":
            found = ask(partial(bank.plugin.issue, asked))
        else:
            assert isinstance(bank.plugin, BoletoQueryable)
            wait(bank, can.query_lag)
            found = ask(partial(bank.plugin.find, asked))
        assert isinstance(found, Boleto), f"the bank has issued it; it was {found!r}"
        settled(bank, found, lambda each: each.status != "issued", "is registered")
        assert count(bank) in (None, 1), "one order is one boleto, not two"

    def test_an_order_that_nobody_sent_is_not_found(self, bank: Bank) -> None:
        """None, for certain: the engine sends it then."""
        if not isinstance(bank.plugin, BoletoQueryable):
            pytest.skip("it has no find(order)")
        issued(bank, 1)
        found = ask(partial(bank.plugin.find, order(bank, 2)))
        assert found is None, f"nobody sent it: find(order) gives None; it was {found!r}"

    def test_a_bank_that_does_nothing_issues_nothing(self, bank: Bank) -> None:
        """It is down, or refuses: the provider says which, and repeats nothing of the payer."""
        for how, error in (("down", Retryable), ("refuses", Rejected)):
            behave(bank, how)  # type: ignore[arg-type]
            answer = ask(partial(bank.plugin.issue, order(bank)))
            assert isinstance(answer, error), f"where the bank {how!r} raise {error.__name__}; it was {answer!r}"
            assert NAME not in f"{answer} {answer!r}", "the error repeats the payer's name"
        assert not payable(bank), "a boleto is payable that the provider says was not issued"
