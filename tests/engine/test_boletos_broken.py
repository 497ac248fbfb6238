"""Second copies where something goes wrong at the bank, or between it and us."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from counter import IDENTITY, Counter, clock, head
from test_boletos import ANEW, ASKED, COPY, IN_PLACE, POLICY, SECOND, THIRD, Bank

from regua import Money, events
from regua.builtin.memory import MemoryStore
from regua.engine import CreditorSettings
from regua.ports import BoletoCapabilities
from regua.testing.banks import SimulatedBank


@pytest.fixture
def store() -> MemoryStore:
    """One store; what differs between stores is tested elsewhere."""
    return MemoryStore()


@pytest.mark.parametrize("then", ["down", "refuses"])
def test_a_refusal_of_a_repetition_says_nothing_of_the_first_attempt(store: MemoryStore, then: Any):
    """The bank swallowed the first answer, and does not take the order under the same key again."""
    loja = Bank(store)
    loja.bank.behave("swallows")
    loja.run(SECOND)
    loja.bank.behave(then)
    loja.run(minutes=20)
    assert loja.instruments == ["ordered"]
    loja.bank.behave("well")
    for _ in range(4):
        loja.run(hours=1)
    loja.run(THIRD)
    for _ in range(3):
        loja.run(hours=1)
    assert len(loja.bank.payable()) == 1


def test_what_is_left_after_a_boleto_was_paid_is_asked_by_another(store: MemoryStore):
    """The debtor paid a part by the first one."""
    loja = Bank(store)
    loja.run(SECOND)
    loja.bank.pay("b-1", Money.of("100.00"))
    loja.bank.settle()
    loja.engine.receive("banco", loja.bank.call(["b-1"]))
    loja.run(THIRD)
    for _ in range(3):
        loja.run(hours=6)
    [line] = loja.bank.payable()
    assert loja.email.got[-1].variables["boleto_line"] == line


def test_a_key_is_not_used_that_the_bank_may_have_forgotten(store: MemoryStore):
    """After a day it would issue another one under it."""
    loja = Bank(store, evolve(ANEW, key_ttl=timedelta(hours=1)))
    loja.bank.behave("swallows")
    loja.run(SECOND)
    loja.bank.behave("well")
    [title] = loja.bank._titles  # noqa: SLF001 - what a bank forgets
    title.order = evolve(title.order, key="forgotten")
    loja.counter.at = clock(THIRD)
    loja.run(THIRD)
    loja.run(hours=2)
    assert len(loja.bank.payable()) == 1
    assert len(loja.bank._titles) == 1  # noqa: SLF001


def test_a_bank_that_is_asked_too_early_knows_nothing_yet(store: MemoryStore):
    """Two second copies of one moment: while one is on its way, the other waits."""
    loja = Bank(store, evolve(ASKED, query_lag=timedelta(days=3)))
    loja.bank.behave("swallows")
    loja.run(SECOND)
    loja.bank.behave("well")
    found = loja.bank.find
    loja.bank.find = lambda _: None  # type: ignore[method-assign]
    loja.run(THIRD)
    assert len(loja.bank.payable()) == 1
    loja.bank.find = found  # type: ignore[method-assign]


def test_a_call_about_an_order_whose_answer_was_lost_is_heard(store: MemoryStore):
    """The reference is new to us; the boleto is not."""
    loja = Bank(store, BoletoCapabilities())
    loja.bank.behave("swallows")
    loja.run(SECOND)
    loja.bank.behave("well")
    loja.bank.pay("b-1", Money.of("153.50"))
    loja.bank.settle()
    loja.engine.receive("banco", loja.bank.call(["b-1"]))
    [paid] = loja.facts(events.PaymentSettled)
    assert paid.amount == Money.of("153.50")


def test_a_call_is_asked_of_the_bank_that_calls(store: MemoryStore):
    """The creditor has changed banks since: the new one's b-1 is another boleto."""
    loja = Bank(store)
    loja.run(SECOND)
    other = SimulatedBank(capabilities=ANEW)
    settings = CreditorSettings(
        policies=loja.counter.parts["creditors"]["loja"].policies,
        boleto="outro",
        name="Loja",
        document="11.222.333/0001-81",
        address="Rua das Flores, 10",
    )
    loja.counter.bill("nf-2")
    engine = loja.counter.another(boletos={"banco": loja.bank, "outro": other}, creditors={"loja": settings})
    other.now = loja.counter.at
    engine.run_due()
    assert len(other.payable()) == 1
    other.pay("b-1", Money.of("153.50"))
    other.settle()
    engine.receive("outro", other.call(["b-1"]))
    engine.receive("banco", loja.bank.call(["b-1"]))
    [paid] = loja.facts(events.PaymentSettled)
    assert paid.receivables == ("nf-2",)
    loja.bank.pay("b-1", Money.of("153.50"))
    loja.bank.settle()
    engine.receive("banco", loja.bank.call(["b-1"]))
    assert [each.receivables for each in loja.facts(events.PaymentSettled)] == [("nf-2",), ("nf-1",)]


def test_another_bank_issues_nothing_while_the_first_ones_can_be_paid(store: MemoryStore):
    """Nobody can say what the new bank calls it."""
    loja = Bank(store)
    loja.run(SECOND)
    other = SimulatedBank(capabilities=ANEW)
    settings = evolve(loja.counter.parts["creditors"]["loja"], boleto="outro")
    engine = loja.counter.another(boletos={"banco": loja.bank, "outro": other}, creditors={"loja": settings})
    loja.counter.at = other.now = loja.bank.now = clock(THIRD)
    assert engine.run_due().stuck == 1
    assert other.payable() == []


def test_what_is_repeated_on_another_day_tells_the_line_all_the_same(store: MemoryStore):
    """The message asks what the boleto asks, though it was issued under the same key a day later."""
    loja = Bank(store)
    loja.bank.behave("swallows")
    loja.run(SECOND)
    loja.bank.behave("well")
    loja.run("2026-04-29 10:00")
    loja.run(minutes=5)
    [line] = loja.bank.payable()
    assert [message.variables["boleto_line"] for message in loja.email.got] == [line]
    assert "R$ 153,50" in loja.email.got[0].text


class _Hostile(SimulatedBank):
    """Says something else than it holds."""

    lie: Any = staticmethod(lambda boleto: boleto)

    def issue(self, order: Any) -> Any:
        return self.lie(super().issue(order))

    def read(self, reference: str) -> Any:
        return self.lie(super().read(reference))

    def cancel(self, reference: str, *, key: str) -> Any:
        return self.lie(super().cancel(reference, key=key))


def _hostile(store: MemoryStore, lie: Any) -> Bank:
    loja = Bank(store)
    bank = _Hostile(capabilities=ANEW)
    bank.lie = lie
    loja.bank = bank
    loja.counter.parts["boletos"] = {"banco": bank}
    loja.counter.engine = loja.counter.another()
    return loja


def _paid(**fields: Any) -> Any:
    def lie(boleto: Any) -> Any:
        from regua.ports import BoletoPayment

        given = {"id": "p", "amount": Money.of("10.00"), "day": clock("2026-04-28").date(), "state": "settled"}
        return evolve(boleto, payments=(BoletoPayment(**(given | fields)),))

    return lie


@pytest.mark.parametrize(
    "lie",
    [
        lambda boleto: evolve(boleto, line="9" * 10_000_000),
        lambda boleto: evolve(boleto, line="9\x00" * 10),
        lambda boleto: evolve(boleto, barcode="x"),
        lambda boleto: evolve(boleto, pix="a\nb"),
        lambda boleto: evolve(boleto, reference="b\x00"),
        lambda boleto: evolve(boleto, reference="b" * 100_000),
        lambda boleto: evolve(boleto, instrument="of-somebody-else"),
        lambda boleto: evolve(boleto, instrument=""),
        lambda boleto: evolve(boleto, instrument=None),
        lambda boleto: evolve(boleto, instrument=["a"]),
        lambda boleto: evolve(boleto, status="sold"),
        lambda boleto: evolve(boleto, status=[]),
        lambda boleto: evolve(boleto, amount=Money.of("0.00")),
        lambda boleto: evolve(boleto, amount=Money(100, "USD")),
        lambda boleto: evolve(boleto, amount=153.5),
        lambda boleto: evolve(boleto, due="2026-04-30"),
        lambda boleto: evolve(boleto, due=None),
        lambda boleto: evolve(boleto, payments=None),
        lambda boleto: evolve(boleto, payments=("p",)),
        lambda _: None,
        lambda _: "boleto",
        _paid(id="\x00"),
        _paid(id=""),
        _paid(id="p" * 100_000),
        _paid(amount=Money.of("0.00")),
        _paid(amount=Money(100, "USD")),
        _paid(amount=Money(-100, "BRL")),
        _paid(state="lost"),
        _paid(state="reversed"),
        _paid(day=clock("9999-12-31").date()),
        _paid(day=clock("1901-01-01").date()),
        _paid(day=None),
        lambda boleto: evolve(boleto, payments=_paid()(boleto).payments * 2),
    ],
)
def test_what_a_bank_makes_up_does_no_harm(store: MemoryStore, lie: Any):
    """Nothing is stuck for ever, nothing untrue is sent, and the debtor can be planned."""
    loja = _hostile(store, lie)
    done = loja.run(SECOND)
    assert "stuck" not in done
    for _ in range(3):
        done = loja.run(hours=1)
        assert "stuck" not in done
    rows = store.load("loja", "ana").outbox
    assert all(row.state != "sending" for row in rows)
    loja.counter.loja.schedule("ana")
    for message in loja.email.got:
        assert message.variables["boleto_line"] in {"", *loja.bank.payable()}
    loja.bank.lie = lambda boleto: boleto
    loja.run(THIRD)
    for _ in range(3):
        loja.run(hours=6)
    assert len(loja.bank.payable()) <= 1
    kept = store.kept("loja", "ana").values()
    assert all(len(text) < 1_000 for fields in kept for text in fields.values())


def test_a_boleto_of_another_receivable_is_not_taken_for_this_one(store: MemoryStore):
    """The bank answers an order with what it holds of another invoice of the same debtor."""
    loja = _hostile(store, lambda boleto: boleto)
    loja.run(SECOND)
    [first] = loja.facts(events.BoletoIssued)
    loja.counter.bill("nf-2", due="2026-04-22")
    loja.bank.lie = lambda boleto: (
        boleto if boleto.instrument == first.instrument else evolve(boleto, instrument=first.instrument)
    )
    loja.run(THIRD)
    for _ in range(3):
        loja.run(hours=1)
    assert loja.facts(events.BoletoIssued) == [first]
    assert len(loja.email.got) == 1


def test_what_the_bank_says_of_a_line_is_not_repeated(store: MemoryStore):
    """Its word may hold the line of the boleto."""
    loja = _hostile(store, lambda boleto: boleto)
    loja.run(SECOND)
    [line] = loja.bank.payable()

    def refuse(reference: str, *, key: str) -> Any:  # noqa: ARG001 - the port's
        from regua.errors import Rejected

        raise Rejected(f"boleto {line} {reference} cannot be cancelled")

    loja.bank.cancel = refuse  # type: ignore[method-assign]
    loja.run(THIRD)
    told = repr(loja.counter.loja.events("ana")) + repr(store.load("loja", "ana")) + repr(store.attempts("loja", "ana"))
    assert line not in told


def test_an_approval_is_waited_for_before_anything_is_issued(store: MemoryStore):
    """Of the second copy: one approval is of both."""
    policy = POLICY.replace('id = "segunda-via"\n', 'id = "segunda-via"\napproval = "human"\n')
    loja = Bank(store, policy=policy)
    loja.run(SECOND)
    assert loja.bank.payable() == []
    loja.counter.loja.record(
        events.StepApproved(receivable="nf-1", step="segunda-via", by="eva", **head("ok", "ana", SECOND))
    )
    loja.run(minutes=1)
    assert len(loja.bank.payable()) == 1
    assert len(loja.email.got) == 1


def test_a_veto_of_the_second_copy_is_one_of_its_boleto(store: MemoryStore):
    """Nobody would be told of it."""
    loja = Bank(store)
    loja.counter.loja.record(
        events.StepVetoed(receivable="nf-1", step="segunda-via", by="eva", **head("no", "ana", "2026-04-20"))
    )
    loja.run(SECOND)
    assert loja.bank.payable() == []


def test_one_that_is_being_cancelled_is_not_altered(store: MemoryStore):
    """It is waited for, and the next one issued."""
    loja = Bank(store, IN_PLACE)
    loja.run(SECOND)
    loja.bank._takes = timedelta(hours=5)  # noqa: SLF001 - from now on
    loja.bank.cancel("b-1", key="by hand")
    loja.run(THIRD)
    loja.bank._takes = timedelta(0)  # noqa: SLF001 - from now on
    for _ in range(4):
        loja.run(hours=6)
    assert loja.instruments == ["cancelled", "registered"]
    assert loja.email.got[-1].variables["boleto_line"] == loja.bank.payable()[0]


def test_an_order_of_which_the_bank_knows_nothing_is_over(store: MemoryStore):
    """The next one is altered again as if it had never been."""
    loja = Bank(store, evolve(ASKED, query_lag=timedelta(days=2)))
    loja.bank.issue, issue = _lose, loja.bank.issue  # type: ignore[method-assign]
    loja.run(SECOND)
    loja.bank.issue = issue  # type: ignore[method-assign]
    loja.run(THIRD)
    for _ in range(10):
        loja.run(hours=6)
    assert "ordered" not in loja.instruments
    assert len(loja.bank.payable()) == 1


def _lose(order: Any) -> Any:  # noqa: ARG001 - the port's
    from regua.errors import Unknown

    raise Unknown("no answer came")


def test_each_broken_promise_has_a_boleto_of_its_own(store: MemoryStore):
    """The second copy of the second one waits for its own, and not for the one before."""
    policy = POLICY.partition("[[step]]")[0] + COPY.replace('at = "D+8 10:00"', 'on = "promise.broken"')
    loja = Bank(store, policy=policy)
    for promise, when in (("p1", "2026-04-20 12:00"), ("p2", "2026-04-27 12:00")):
        loja.counter.at = clock(when)
        word = {
            "promise": promise,
            "amount": Money.of("150.00"),
            "by": loja.counter.at.date(),
            "receivables": ("nf-1",),
        }
        loja.counter.loja.record(events.PromiseMade(**word, **head(promise, "ana", when)))
        for _ in range(5):
            loja.run(hours=24)
    assert [bool(message.variables["boleto_line"]) for message in loja.email.got] == [True, True]
    assert len(loja.facts(events.BoletoOrdered)) == 2


def test_who_gets_a_provider_has_no_boleto_made_of_what_is_told(store: MemoryStore):
    """The second copy went before there was one; the third has its boleto."""
    counter = Counter(store=store, policies=(POLICY,))
    counter.open_account()
    counter.bill()
    counter.run(SECOND)
    bank = SimulatedBank(capabilities=ANEW)
    settings = CreditorSettings(policies=(POLICY,), boleto="banco", **IDENTITY)
    counter.engine = counter.another(boletos={"banco": bank}, creditors={"loja": settings})
    counter.bill("nf-2", due="2026-05-10")
    counter.later(hours=1)
    assert counter.run() == {}
    assert bank.payable() == []
    counter.at = bank.now = clock(THIRD)
    assert counter.run() == {"sent": 2}
    assert counter.email.got[-1].variables["boleto_line"] == bank.payable()[0]


def test_a_bank_may_take_two_days_to_cancel(store: MemoryStore):
    """That is no failure of the order that waits for it."""
    loja = Bank(store)
    loja.run(SECOND)
    loja.bank._takes = timedelta(hours=46)  # noqa: SLF001 - from now on
    loja.run(THIRD)
    loja.bank._takes = timedelta(0)  # noqa: SLF001 - from now on
    for _ in range(120):
        assert "failed" not in loja.run(hours=1)
    assert loja.instruments[-1] == "registered"
