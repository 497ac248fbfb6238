"""Alter and cancel: what is said of a boleto is what the bank does, and one line is paid at a time."""

from __future__ import annotations

from functools import partial

import pytest

from regua.ports import (
    Rejected,
    Retryable,
    Unsupported,
)
from regua.testing.contracts.asking import key
from regua.testing.contracts.banks import (
    Bank,
    ask,
    asks,
    cancelled,
    capabilities_of,
    changes_of,
    check,
    check_line,
    done,
    issued,
    known,
    order,
    payable,
    settled,
    wait,
)


class AlterContract:
    """Alter and cancel: what is said of a boleto is what the bank does, and one line is paid at a time."""

    @pytest.mark.parametrize("what", ["amount", "due", "both"])
    def test_an_alteration_is_what_the_bank_then_asks(self, bank: Bank, what: str) -> None:
        """By one line: the one before, where it keeps it, or the new one."""
        boleto, changes = issued(bank), changes_of(bank, what)
        if not changes.keys() <= capabilities_of(bank).alters:
            pytest.skip(f"it does not alter {' and '.join(changes)}")
        asked = {"amount": boleto.amount, "due": boleto.due} | changes
        wait(bank, capabilities_of(bank).alter_delay)
        altered = done(partial(bank.plugin.alter, boleto.reference, key=key("alter"), **changes))
        altered = settled(bank, altered, partial(asks, asked), f"asks {asked}")
        assert (altered.instrument, altered.nosso_numero) == (boleto.instrument, boleto.nosso_numero)
        assert altered.status == "registered"
        if capabilities_of(bank).keeps_line:
            assert altered.line == boleto.line, "it declares `keeps_line`, and the line is another"
        else:
            check_line(altered)
        again = done(partial(bank.plugin.read, altered.reference))
        assert known(again) == known(altered), "what `alter` returned is not what `read` says"
        lines = payable(bank)
        assert list(lines) == [altered.line], f"one boleto is payable by {len(lines)} lines"

    @pytest.mark.parametrize("what", ["amount", "due", "both"])
    def test_what_it_does_not_alter_stays_whole(self, bank: Bank, what: str) -> None:
        """It is unsupported, and no half of it is done."""
        boleto, changes = issued(bank), changes_of(bank, what)
        if changes.keys() <= capabilities_of(bank).alters:
            pytest.skip(f"it alters {' and '.join(changes)}")
        wait(bank, capabilities_of(bank).alter_delay)
        answer = ask(partial(bank.plugin.alter, boleto.reference, key=key("alter"), **changes))
        assert isinstance(answer, Unsupported), f"`alters` does not have it: raise Unsupported; it was {answer!r}"
        again = done(partial(bank.plugin.read, boleto.reference))
        assert known(again) == known(boleto), "it says Unsupported, and changed the boleto"

    def test_an_alteration_that_comes_too_early_waits(self, bank: Bank) -> None:
        """The provider says how long, and nothing has changed meanwhile."""
        can = capabilities_of(bank)
        if not can.alter_delay or not can.alters:
            pytest.skip("it declares no alter_delay")
        boleto = done(partial(bank.plugin.issue, order(bank)))
        changes = changes_of(bank, min(can.alters))
        early = ask(partial(bank.plugin.alter, boleto.reference, key=key("alter"), **changes))
        assert isinstance(early, Retryable), f"it is too early: raise Retryable; it was {early!r}"
        assert early.after, "say in Retryable(after=...) how long to wait"
        assert known(done(partial(bank.plugin.read, boleto.reference))) == known(boleto)
        wait(bank, early.after)
        done(partial(bank.plugin.alter, boleto.reference, key=key("alter"), **changes))

    def test_a_cancelled_boleto_takes_no_money(self, bank: Bank) -> None:
        """Until then it says that it still does; cancelled twice, it is cancelled once."""
        boleto = cancelled(bank, issued(bank))
        assert not payable(bank), "it says 'cancelled', and the bank takes money"
        again = done(partial(bank.plugin.cancel, boleto.reference, key=key("again")))
        assert known(again) == known(boleto)

    def test_a_cancelled_boleto_stays_so(self, bank: Bank) -> None:
        """Nobody alters it."""
        alters = capabilities_of(bank).alters
        boleto = cancelled(bank, issued(bank))
        changes = changes_of(bank, min(alters, default="amount"))
        wait(bank, capabilities_of(bank).alter_delay)
        answer = ask(partial(bank.plugin.alter, boleto.reference, key=key("alter"), **changes))
        expected = Rejected if alters else (Rejected, Unsupported)
        assert isinstance(answer, expected), f"it can no longer be paid: raise Rejected; it was {answer!r}"
        again = done(partial(bank.plugin.read, boleto.reference))
        assert again.status == "cancelled", "altering a cancelled boleto made it another thing"
        check(bank, again)
