"""Second copies: what came late, what was told, and boletos of the host's own."""

from datetime import date

import pytest
from test_boletos import ANEW, IN_PLACE, SECOND, THIRD, Bank, clock

from regua import Money, events
from regua.builtin.memory import MemoryStore
from regua.ports import BoletoCapabilities, BoletoOrder, Message, Receipt, Retryable


def test_of_two_copies_that_are_late_one_is_sent():
    """The bank was down from the day of the second copy to that of the third: the debtor gets the third alone."""
    loja = Bank(MemoryStore())
    loja.bank.behave("down")
    loja.run(SECOND)
    loja.bank.behave("well")
    for _ in range(4):
        loja.run(THIRD)
    assert [message.template for message in loja.email.got] == ["segunda-via"]


def test_what_was_told_is_what_the_schedule_says():
    """The message left a day after its boleto was made, and told the boleto's amount."""
    loja = Bank(MemoryStore())
    loja.email.answer = _busy
    loja.run(SECOND)
    loja.email.answer = lambda _: Receipt()
    loja.run("2026-04-29 10:00")
    assert "R$ 153,50" in loja.email.got[-1].text
    [told] = [each for each in loja.counter.loja.schedule("ana").all if each.step == "segunda-via"]
    assert told.amount == Money.of("153.50")


def _busy(_: Message) -> Receipt:
    raise Retryable(reason="busy")


@pytest.mark.parametrize("instrument", ["31", "another"])
@pytest.mark.parametrize("capabilities", [ANEW, IN_PLACE])
def test_a_boleto_of_the_host_gives_way(capabilities: BoletoCapabilities, instrument: str):
    """Its reference is kept: it is altered or cancelled, whatever number of ours the bank knows it by."""
    loja = Bank(MemoryStore(), capabilities)
    asks = {"receivable": "nf-1", "amount": Money.of("150.00"), "due": date(2026, 4, 20)}
    order = BoletoOrder(key="own", instrument=instrument, number=900, issued_on=date(2026, 4, 1), days_after=60, **asks)
    reference = loja.bank.issue(order).reference
    head = {"creditor": "loja", "debtor": "ana", "at": clock("2026-04-01"), "recorded_at": clock("2026-04-01")}
    loja.counter.loja.record(events.BoletoIssued(id="b", instrument="31", ref="own", **asks, **head))
    loja.counter.loja.keep("ana", {"own": {"reference": reference}})
    loja.run(SECOND)
    [line] = loja.bank.payable()
    assert line in loja.email.got[0].text
    assert loja.instruments[-1] == "registered"
