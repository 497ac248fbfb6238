"""Money that came by a boleto, calls of the bank, and the sheet."""

from __future__ import annotations

from functools import partial

import pytest
from attrs import evolve

from regua.ports import (
    BoletoWebhook,
    Rejected,
    Unsupported,
)
from regua.testing.contracts.asking import key
from regua.testing.contracts.banks import (
    AMOUNT,
    Bank,
    able,
    ask,
    cancelled,
    capabilities_of,
    changes_of,
    check,
    done,
    issued,
    order,
    wait,
)


class PaymentContract:
    """Money that came by a boleto, calls of the bank, and the sheet."""

    def test_money_that_came_is_told(self, bank: Bank) -> None:
        """Each with an id that stays; what is paid is neither altered nor cancelled."""
        boleto = issued(bank)
        able(lambda: bank.pay(boleto.reference, AMOUNT), "take money")
        paid = done(partial(bank.plugin.read, boleto.reference))
        assert (paid.status, [each.amount for each in paid.payments]) == ("paid", [AMOUNT])
        check(bank, paid)
        wait(bank, capabilities_of(bank).alter_delay)
        cancelled = done(partial(bank.plugin.cancel, boleto.reference, key=key("cancel")))
        assert cancelled.status == "paid", "a paid boleto cannot be cancelled, and `cancel` says so"
        alters = capabilities_of(bank).alters
        if alters:
            changes = changes_of(bank, min(alters))
            answer = ask(partial(bank.plugin.alter, boleto.reference, key=key("alter"), **changes))
            assert isinstance(answer, Rejected), f"it is paid: raise Rejected; it was {answer!r}"
        again = done(partial(bank.plugin.read, boleto.reference))
        assert [each.id for each in again.payments] == [each.id for each in paid.payments], "a payment's id stays"
        assert all(each.id for each in paid.payments), "each payment has an id"

    def test_money_that_came_after_a_cancel_is_told(self, bank: Bank) -> None:
        """A boleto in the debtor's hand is paid while the cancel is on its way."""
        boleto = cancelled(bank, issued(bank))
        able(lambda: bank.pay(boleto.reference, AMOUNT), "take money")
        told = done(partial(bank.plugin.read, boleto.reference))
        assert [each.amount for each in told.payments] == [AMOUNT], "the money came, and nobody is told"
        assert not told.may_be_paid, "it was cancelled, and is paid: it takes no more"

    def test_money_that_came_twice_is_told_twice(self, bank: Bank) -> None:
        """By two banks within a minute: the second is owed back."""
        boleto = issued(bank)
        for _ in range(2):
            able(lambda: bank.pay(boleto.reference, AMOUNT), "take money")
        told = done(partial(bank.plugin.read, boleto.reference))
        assert len({each.id for each in told.payments}) == 2, "two payments came, each with an id of its own"

    def test_a_call_names_the_boletos_to_read(self, bank: Bank) -> None:
        """Each by the id that `read` takes; a forged call is none."""
        plugin = bank.plugin
        if not isinstance(plugin, BoletoWebhook):
            pytest.skip("it has no verify(request) and parse(request)")
        references = [issued(bank, number).reference for number in (1, 2)]
        call = able(partial(bank.call, references), "call")
        assert plugin.verify(call) is True, "the bank sent it: verify(request) is True"
        assert sorted(plugin.parse(call)) == sorted(references), "parse(request) gives the references, each once"
        for reference in plugin.parse(call):
            done(partial(plugin.read, reference))
        forged = able(partial(bank.call, references, forged=True), "forge a call")
        assert plugin.verify(forged) is not True, "somebody else sent it: verify(request) is False"

    def test_a_call_that_cannot_be_read_is_rejected(self, bank: Bank) -> None:
        """Whatever its body is; who verified it looks at the secret alone."""
        plugin = bank.plugin
        if not isinstance(plugin, BoletoWebhook):
            pytest.skip("it has no verify(request) and parse(request)")
        call = able(partial(bank.call, []), "call")
        for body in (b"", b"\xff\xfe", b"{", b"[]", b"{}", b'"a"', b"[[1]]"):
            try:
                read = list(plugin.parse(evolve(call, body=body, received_at=call.received_at)))
            except Rejected:
                continue
            assert all(isinstance(each, str) for each in read), "parse(request) gives texts, or raises Rejected"

    def test_a_boleto_that_nobody_issued_is_refused(self, bank: Bank) -> None:
        """By its id, which may be of another account."""
        issued(bank)
        changes = changes_of(bank, min(capabilities_of(bank).alters, default="amount"))
        calls = {
            "read": partial(bank.plugin.read, "of-nobody"),
            "alter": partial(bank.plugin.alter, "of-nobody", key=key("alter"), **changes),
            "cancel": partial(bank.plugin.cancel, "of-nobody", key=key("cancel")),
        }
        for name, call in calls.items():
            answer = ask(call)
            allowed = (Rejected, Unsupported) if name == "alter" else Rejected
            assert isinstance(answer, allowed), f"nobody issued it: {name} raises Rejected; it was {answer!r}"

    def test_it_is_printed_where_it_says_so(self, bank: Bank) -> None:
        """As a PDF file; else that is unsupported."""
        boleto = issued(bank)
        if capabilities_of(bank).pdf:
            assert bank.plugin.pdf(boleto, order(bank)).startswith(b"%PDF-"), "`pdf` gives a PDF file"
        else:
            with pytest.raises(Unsupported):
                bank.plugin.pdf(boleto, order(bank))
