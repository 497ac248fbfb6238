"""Second copies: the boleto of the day is there before the message, and of one receivable only one can be paid."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from counter import Counter, Line, clock

from regua import Engine, Money, events
from regua.builtin.memory import MemoryStore
from regua.builtin.sqlite import SqliteStore
from regua.core.account import fold
from regua.engine import CreditorSettings
from regua.ports import BoletoCapabilities, Store
from regua.testing.banks import SimulatedBank

POLICY = """\
format = 1

[policy]
id = "loja"
version = 1
timezone = "America/Sao_Paulo"
calendar = "br-bancario"

[charges]
fine = "2%"
interest = "1%/month"

[[step]]
id = "lembrete"
at = "D-5 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

"""
COPY = """\
[[step]]
id = "segunda-via"
at = "D+8 10:00"
kind = "reissue"
tone = "courteous"
channels = ["email"]
template = "segunda-via-cortes"
"""
POLICY += f"""{COPY}
[[step]]
id = "terceira-via"
at = "D+10 10:00"
kind = "reissue"
tone = "formal"
channels = ["email"]
template = "segunda-via"
"""
IN_PLACE = BoletoCapabilities(
    delivery="idempotent", key_ttl=timedelta(days=60), alters=frozenset({"amount", "due"}), keeps_line=True
)
ANEW = BoletoCapabilities(delivery="idempotent", key_ttl=timedelta(days=60))
ASKED = BoletoCapabilities(delivery="queryable")
SECOND, THIRD = "2026-04-28 10:00", "2026-04-30 10:00"


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Store]:
    """Two stores."""
    made: Store = MemoryStore() if request.param == "memory" else SqliteStore.open(f"sqlite:///{tmp_path}/x.sqlite3")
    yield made
    made.close()


class Bank:
    """A creditor whose boletos a bank issues; one clock for both."""

    def __init__(
        self, store: Store, capabilities: BoletoCapabilities = ANEW, *, policy: str = POLICY, **bank: Any
    ) -> None:
        self.bank = SimulatedBank(capabilities=capabilities, **bank)
        settings = CreditorSettings(
            policies=(policy,), boleto="banco", name="Loja", document="11.222.333/0001-81", address="Rua das Flores, 10"
        )
        self.counter = Counter(
            store=store, parts={"boletos": {"banco": self.bank}, "creditors": {"loja": settings}, "executors": {}}
        )
        self.counter.open_account()
        self.counter.bill()

    @property
    def engine(self) -> Engine:
        """The engine."""
        return self.counter.engine

    @property
    def email(self) -> Line:
        """The channel."""
        return self.counter.email

    def run(self, when: str = "", **later: int) -> dict[str, int]:
        """Carry out what is due then."""
        self.counter.later(**later)
        self.counter.at = clock(when) if when else self.counter.at
        self.bank.now = self.counter.at
        return self.counter.run()

    def facts(self, kind: type[Any]) -> list[Any]:
        """Recorded facts of a type."""
        return [event for event in self.counter.loja.events("ana") if isinstance(event, kind)]

    @property
    def instruments(self) -> list[str]:
        """What is known of the boletos, in order."""
        return [each.state for each in fold(self.counter.loja.events("ana")).facts.instruments.values()]


def test_the_boleto_of_the_day_is_issued_and_the_message_tells_its_line(store: Store):
    """150.00 with 2% and ten days of interest, good until the day that the message says."""
    loja = Bank(store)
    assert loja.run(SECOND) == {"sent": 2}
    [issued] = loja.facts(events.BoletoIssued)
    [message] = loja.email.got
    [line] = loja.bank.payable()
    assert issued.amount == Money.of("153.50")
    assert f"{issued.due:%d/%m/%Y}" == message.variables["valid_until"]
    assert message.variables["boleto_line"] == line
    assert line in message.text
    assert "R$ 153,50" in message.text
    assert loja.instruments == ["registered"]
    assert [each.number for each in loja.facts(events.BoletoOrdered)] == [1]


@pytest.mark.parametrize("capabilities", [IN_PLACE, evolve(IN_PLACE, keeps_line=False), ANEW, ASKED])
def test_of_one_receivable_one_boleto_can_be_paid(store: Store, capabilities: BoletoCapabilities):
    """The one before is altered or cancelled; the second message tells the line of the day."""
    loja = Bank(store, capabilities)
    loja.run(SECOND)
    loja.run(THIRD)
    assert [message.template for message in loja.email.got] == ["segunda-via-cortes", "segunda-via"]
    [line] = loja.bank.payable()
    assert loja.email.got[1].variables["boleto_line"] == line
    assert loja.instruments == (["registered"] if capabilities.alters else ["cancelled", "registered"])
    number = len(loja.facts(events.BoletoOrdered))
    assert number == (1 if capabilities.alters else 2)
    assert len(loja.facts(events.BoletoAltered)) == (1 if capabilities.alters else 0)


def test_no_message_before_the_bank_has_registered_it(store: Store):
    """A bank that takes an hour: the message goes once the line is known."""
    loja = Bank(store, evolve(ANEW, ask_every=timedelta(minutes=10)), takes=timedelta(hours=1))
    assert loja.run(SECOND) == {"sent": 1}
    assert loja.email.got == []
    assert loja.instruments == ["issued"]
    loja.run(minutes=30)
    assert loja.email.got == []
    loja.run(minutes=40)
    assert loja.instruments == ["registered"]
    assert loja.email.got[0].variables["boleto_line"] == loja.bank.payable()[0]


def test_the_next_is_issued_when_the_one_before_can_be_paid_no_more(store: Store):
    """A bank that takes a day to cancel: nothing is issued meanwhile."""
    loja = Bank(store, evolve(ANEW, ask_every=timedelta(hours=1)))
    loja.run(SECOND)
    loja.bank._takes = timedelta(days=1)  # noqa: SLF001 - from now on
    loja.run(THIRD)
    for _ in range(24):
        assert len(loja.bank.payable()) <= 1
        loja.run(hours=6)
    assert loja.instruments[0] == "cancelled"
    assert loja.instruments[-1] == "registered"
    assert {*loja.instruments[1:-1]} == {"rejected"}
    assert loja.email.got[1].variables["boleto_line"] == loja.bank.payable()[0]


@pytest.mark.parametrize("capabilities", [IN_PLACE, ANEW])
def test_one_that_is_past_is_followed_by_another(store: Store, capabilities: BoletoCapabilities):
    """Nobody alters it; a number is taken for the next."""
    loja = Bank(store, capabilities)
    loja.run(SECOND)
    loja.counter.at = clock("2026-05-08 10:00")  # nobody was there on the day of the third
    for _ in range(3):
        loja.run(minutes=30)
    assert loja.instruments == ["expired", "registered"]
    assert loja.email.got[1].variables["boleto_line"] == loja.bank.payable()[0]


@pytest.mark.parametrize("capabilities", [ANEW, ASKED, IN_PLACE])
def test_an_answer_that_is_lost_makes_no_second_boleto(store: Store, capabilities: BoletoCapabilities):
    """It is issued again under its key, or asked for."""
    loja = Bank(store, capabilities)
    loja.bank.behave("swallows")
    assert loja.run(SECOND) == {"unknown": 1}
    assert loja.instruments == ["ordered"]
    loja.bank.behave("well")
    for _ in range(4):
        loja.run(minutes=20)
    assert len(loja.bank.payable()) == 1
    assert loja.email.got[0].variables["boleto_line"] == loja.bank.payable()[0]
    assert loja.instruments == ["registered"]


def test_an_attempt_has_time_for_each_of_its_calls(store: Store):
    """Reading, cancelling and issuing take most of the timeout each; together they are no unknown."""
    loja = Bank(store, evolve(ANEW, send_timeout=timedelta(seconds=0.4)))
    loja.run(SECOND)
    for name in ("read", "cancel", "issue"):
        setattr(loja.bank, name, slow(getattr(loja.bank, name)))
    assert loja.run(THIRD) == {"sent": 2}
    assert loja.instruments == ["cancelled", "registered"]


def slow(call: Callable[..., Any]) -> Callable[..., Any]:
    """It takes a fifth of a second."""

    def later(*given: Any, **named: Any) -> Any:
        time.sleep(0.2)
        return call(*given, **named)

    return later


def test_a_bank_that_is_down_is_tried_again(store: Store):
    """Nothing left: another order, another number, and never two boletos."""
    loja = Bank(store)
    loja.bank.behave("down")
    assert loja.run(SECOND) == {"retried": 1}
    assert loja.instruments == ["rejected"]
    loja.bank.behave("well")
    loja.run(hours=2)
    assert len(loja.bank.payable()) == 1
    assert [each.number for each in loja.facts(events.BoletoOrdered)] == [1, 2]


def test_a_boleto_that_is_refused_leaves_the_message_waiting(store: Store):
    """And everybody can see why."""
    loja = Bank(store)
    loja.bank.behave("refuses")
    assert loja.run(SECOND) == {"failed": 1}
    assert loja.email.got == []
    waiting = loja.counter.loja.schedule("ana").waiting
    assert [(each.step, each.reason.code) for each in waiting] == [
        ("segunda-via", "requires-step"),
        ("terceira-via", "requires-step"),
    ]


def test_money_that_comes_by_a_boleto_is_recorded_once(store: Store):
    """As it is noticed, and as it is there; the call comes twice."""
    loja = Bank(store)
    loja.run(SECOND)
    loja.bank.pay("b-1", Money.of("153.50"))
    call = loja.bank.call(["b-1", "b-404"][:1])
    assert [each.type for each in loja.engine.receive("banco", call)] == ["payment.noticed"]
    assert loja.engine.receive("banco", loja.bank.call(["b-1"])) == ()
    loja.bank.settle()
    assert [each.type for each in loja.engine.receive("banco", loja.bank.call(["b-1"]))] == ["payment.settled"]
    assert loja.run(THIRD) == {}


def test_money_that_comes_by_a_cancelled_boleto_counts(store: Store):
    """The bank took it all the same: the debtor owes no more by it."""
    loja = Bank(store)
    loja.run(SECOND)
    loja.run(THIRD)
    loja.bank.pay("b-1", Money.of("153.50"))
    loja.bank.settle()
    loja.engine.receive("banco", loja.bank.call(["b-1"]))
    [paid] = loja.facts(events.PaymentSettled)
    assert (paid.amount, paid.receivables) == (Money.of("153.50"), ("nf-1",))


def test_a_call_that_is_forged_is_refused(store: Store):
    """Nothing is read."""
    loja = Bank(store)
    loja.run(SECOND)
    with pytest.raises(Exception, match="not the provider's"):
        loja.engine.receive("banco", loja.bank.call(["b-1"], forged=True))


def test_a_boleto_that_nobody_can_name_is_not_doubled(store: Store):
    """The host issued it, and did not keep what the bank calls it."""
    loja = Bank(store)
    head = {"creditor": "loja", "debtor": "ana", "at": clock("2026-04-01"), "recorded_at": clock("2026-04-01")}
    loja.counter.loja.record(
        events.BoletoIssued(
            id="b",
            receivable="nf-1",
            instrument="31",
            amount=Money.of("150.00"),
            due=clock("2026-04-18").date(),
            **head,
        )
    )
    assert loja.run(SECOND) == {"stuck": 1}
    assert loja.bank.payable() == []
    loja.counter.loja.record(events.BoletoExpired(id="e", receivable="nf-1", instrument="31", **head))
    loja.run(hours=1)
    assert len(loja.bank.payable()) == 1


def test_what_is_paid_is_issued_no_boleto(store: Store):
    """Paid before the day of the second copy."""
    loja = Bank(store)
    loja.counter.at = clock("2026-04-20 12:00")
    loja.counter.pay(amount="150.00")
    assert loja.run(SECOND) == {}
    assert loja.instruments == []


def test_the_line_is_personal_data(store: Store):
    """Kept apart from the facts, and gone with the debtor."""
    loja = Bank(store)
    loja.run(SECOND)
    [line] = loja.bank.payable()
    assert not any(line in repr(event) for event in loja.counter.loja.events("ana"))
    assert any(fields.get("line") == line for fields in store.kept("loja", "ana").values())
    loja.counter.loja.erase("ana")
    assert not any(fields.get("line") for fields in store.kept("loja", "ana").values())


def test_without_a_provider_the_message_goes_as_it_is():
    """Its places for a line stay empty."""
    counter = Counter(store=MemoryStore(), policies=(POLICY,))
    counter.open_account()
    counter.bill()
    assert counter.run(SECOND) == {"sent": 1}
    assert counter.email.got[0].variables["boleto_line"] == ""
