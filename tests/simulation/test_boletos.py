"""Second copies at a bank that may be like anything: whatever happens, money comes by one boleto of a receivable."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from attrs import define, field
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from regua import Engine, Money, events
from regua.builtin.memory import MemoryStore
from regua.core.account import Account, fold
from regua.engine import CreditorSettings
from regua.errors import Rejected, StoreError
from regua.messages.formats import money_text
from regua.ports import Boleto, BoletoCapabilities, BoletoOrder, Capabilities, Message, NoConfig, Receipt, Transaction
from regua.testing.banks import SimulatedBank

ZONE = ZoneInfo("America/Sao_Paulo")
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
"""
COPY = """
[[step]]
id = "{id}"
{when}
kind = "reissue"
tone = "courteous"
channels = ["email"]
template = "segunda-via-cortes"
"""
COPIES = {
    "segunda": 'at = "D+2 10:00"',
    "terceira": 'at = "D+4 10:00"',
    "outra": 'at = "D+4 10:00"',
    "quarta": 'at = "D+9 10:00"',
    "quebra": 'on = "promise.broken"',
}
POLICY += "".join(COPY.format(id=name, when=when) for name, when in COPIES.items())
SPANS = st.sampled_from([1, 20, 20, 60 * 7, 60 * 24, 60 * 24, 60 * 24 * 2])
NUMBERS = ("nf-1", "nf-2")


class Died(BaseException):
    """What a kill -9 looks like to what runs."""


class _Store(MemoryStore):
    """In which a worker dies, or which fails, at a commit, before or after it."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.after, self.error = -1, False, StoreError("away")
        self.is_dead = False

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """One that may fail, or in which the worker dies."""
        if self.is_dead:
            raise Died
        self.left -= 1
        strikes = self.left == 0
        with super().transaction(creditor, using=using) as transaction:
            yield transaction
            if strikes and not self.after:
                self._strike()
        if strikes and self.after:
            self._strike()

    def _strike(self) -> None:
        self.is_dead = isinstance(self.error, Died)
        raise self.error


class _Bank(SimulatedBank):
    """Watches what is asked of it."""

    world: Any = None
    while_called: Callable[[], object] | None = None

    def issue(self, order: BoletoOrder) -> Boleto:
        """As a bank does."""
        self.world.is_ordered(order)
        with self._meanwhile():
            return super().issue(order)

    def cancel(self, reference: str, *, key: str) -> Boleto:
        """As a bank does."""
        with self._meanwhile():
            return super().cancel(reference, key=key)

    def alter(self, reference: str, **asked: Any) -> Boleto:
        """As a bank does."""
        with self._meanwhile():
            return super().alter(reference, **asked)

    @contextmanager
    def _meanwhile(self) -> Iterator[None]:
        doing, self.while_called = self.while_called, None
        first = self.world.first
        if doing is not None and first:
            doing()
        try:
            yield
        finally:
            if doing is not None and not first:
                doing()


@define
class _Post:
    """Takes every message, and has it looked at."""

    look: Callable[[Message], object]
    reply: str = "well"
    name: str = "post"
    capabilities: Capabilities = field(factory=Capabilities)
    Config = NoConfig

    def send(self, message: Message) -> Receipt:
        if self.reply == "refuses":
            raise Rejected("no")
        self.look(message)
        return Receipt(reference="ref")

    def close(self) -> None:
        """Nothing."""


class Banking(RuleBasedStateMachine):
    """One debtor with two invoices, one bank, and whatever may happen."""

    @initialize(
        delivery=st.sampled_from(["idempotent", "queryable", "blind"]),
        alters=st.sampled_from([(), ("amount",), ("due",), ("amount", "due")]),
        keeps_line=st.booleans(),
        alter_delay=st.sampled_from([0, 30]),
        takes=st.sampled_from([0, 0, 0, 1, 24]),
        ask_every=st.sampled_from([None, 10, 24 * 60]),
    )
    def begin(
        self, *, delivery: Any, alters: Any, keeps_line: bool, alter_delay: int, takes: int, ask_every: int | None
    ) -> None:
        """A bank of any kind, and two invoices that are two days late."""
        can = BoletoCapabilities(
            delivery=delivery,
            key_ttl=timedelta(days=2) if delivery == "idempotent" else None,
            alters=frozenset(alters),
            keeps_line=keeps_line and bool(alters),
            alter_delay=timedelta(minutes=alter_delay),
            ask_every=None if ask_every is None else timedelta(minutes=ask_every),
        )
        self.at = datetime(2026, 4, 20, 9, 59, tzinfo=ZONE)
        self.bank = _Bank(capabilities=can, takes=timedelta(hours=takes))
        self.bank.world, self.first = self, True
        self.bank.now = self.at
        self.store = _Store()
        self.post = _Post(self.is_true)
        self.engine = self.another()
        self.said: set[str] = set()
        self.known = 0
        start = {"at": datetime(2026, 4, 1, 9, tzinfo=ZONE), "recorded_at": datetime(2026, 4, 1, 9, tzinfo=ZONE)}
        head = {"creditor": "loja", "debtor": "ana", **start}
        self.loja.record(
            events.DebtorRegistered(id="ana", person="ana-person", state="SP", **head),
            events.ContactPointAdded(id="mail", point="mail", channels=("email",), ref="ana-email", **head),
            events.ConsentGranted(id="yes", channel="email", **head),
            *(
                events.InvoiceIssued(
                    id=number, receivable=number, amount=Money.of("150.00"), due=date(2026, 4, 18), **head
                )
                for number in NUMBERS
            ),
        )
        self.loja.keep("ana", {"ana-email": {"address": "ana@mail.invalid"}, "ana-person": {"name": "Ana Souza"}})

    @property
    def loja(self) -> Any:
        """The creditor."""
        return self.engine.creditor()

    @property
    def account(self) -> Account:
        """What is recorded."""
        return fold(self.store.load("loja", "ana").events, Account(creditor="loja", debtor="ana"))

    def another(self) -> Engine:
        """One more engine on the same store."""
        identity = {"name": "Loja", "document": "11.222.333/0001-81", "address": "Rua das Flores, 10"}
        return Engine.open(
            store=self.store,
            creditors={"loja": CreditorSettings(policies=(POLICY,), boleto="banco", **identity)},
            channels={"email": self.post},
            executors={},
            boletos={"banco": self.bank},
            now=lambda: self.at,
        )

    def _head(self, name: str) -> dict[str, Any]:
        self.known += 1
        return {
            "id": f"{name}/{self.known}",
            "creditor": "loja",
            "debtor": "ana",
            "at": self.at,
            "recorded_at": self.at,
        }

    # what happens

    @rule(
        minutes=SPANS,
        reply=st.sampled_from(["well", "well", "refuses", "down", "swallows", "swallows"]),
        post=st.sampled_from(["well", "well", "well", "refuses"]),
        second=st.sampled_from([None, None, None, True, False]),
        fails_at=st.sampled_from([-1, -1, -1, -1, -1, -1, 2, 3, 4]),
        after=st.booleans(),
        dies=st.booleans(),
    )
    def work(
        self, *, minutes: int, reply: Any, post: str, second: bool | None, fails_at: int, after: bool, dies: bool
    ) -> None:
        """Time goes by, and whatever is due is carried out by one worker or two."""
        self.at += timedelta(minutes=minutes)
        self.bank.now = self.at
        self.bank.behave(reply)
        self.post.reply = post
        if second is not None:
            self._second_worker(first=second)
        self.store.left, self.store.after = fails_at, after
        self.store.error = Died() if dies else StoreError("away")
        try:
            self.engine.run_due()
        except StoreError:
            pass
        except Died:
            self.store.bury(self.store.owner())
            self.store.is_dead = False
            self.engine = self.another()
        self.store.left, self.bank.while_called = -1, None

    def _second_worker(self, *, first: bool) -> None:
        other, self.first = self.another(), first

        def works() -> None:
            with suppress(StoreError, Died):
                other.run_due()

        self.bank.while_called = works

    @rule(place=st.integers(0, 9), whole=st.booleans(), called=st.booleans(), settled=st.booleans())
    def pay(self, *, place: int, whole: bool, called: bool, settled: bool) -> None:
        """By any boleto that was ever there, also by one that is cancelled; the bank may call late, or again."""
        payable = [name for name, each in self.titles() if each.line and not each.payments]
        if payable:
            name = payable[place % len(payable)]
            self.bank.pay(name, self.bank.read(name).amount if whole else Money.of("40.00"))
        if settled:
            self.bank.settle()
        if called:
            self.engine.receive("banco", self.bank.call([name for name, _ in self.titles()]))

    @precondition(lambda self: self.known < 2)
    @rule(what=st.sampled_from(["amend", "dispute", "promise", "erase"]), number=st.sampled_from(NUMBERS))
    def happens(self, what: str, number: str) -> None:
        """Something else of the debtor's."""
        head = self._head(what)
        if what == "amend":
            amount = Money.of("90.00" if self.known % 2 else "170.00")
            self.loja.record(events.InvoiceAmended(receivable=number, amount=amount, **head))
        elif what == "dispute":
            self.loja.record(events.DisputeOpened(dispute=head["id"], receivables=(number,), **head))
            self.engine.run_due()
            self.loja.record(events.DisputeResolved(dispute=head["id"], outcome="rejected", **self._head("resolved")))
        elif what == "promise":
            by = (self.at + timedelta(days=1)).date()
            word = {"promise": head["id"], "amount": Money.of("150.00"), "by": by, "receivables": (number,)}
            self.loja.record(events.PromiseMade(**word, **head))
        else:
            self.loja.erase("ana")

    # what must be so

    def titles(self) -> list[tuple[str, Boleto]]:
        """What the bank holds, by its ids."""
        found: list[tuple[str, Boleto]] = []
        with suppress(Rejected):
            while True:
                name = f"b-{len(found) + 1}"
                found.append((name, self.bank.read(name)))
        return found

    def is_ordered(self, order: BoletoOrder) -> None:
        """The order is a fact before it leaves, and its number is its own."""
        known = self.account
        assert order.instrument in known.facts.instruments, "the order is a fact before it leaves"
        seen = [each for each in known.events if isinstance(each, events.BoletoOrdered)]
        assert [each.number for each in seen if each.instrument == order.instrument] == [order.number]
        assert len({each.number for each in seen}) == len(seen), "a number comes twice"

    def is_true(self, message: Message) -> None:
        """What a message tells is what the bank takes now, for as long as the message says."""
        line = message.variables["boleto_line"]
        if not line:
            return
        found = [each for _, each in self.titles() if each.line == line]
        assert found, "the line is one that the bank has"
        [boleto] = found
        if boleto.payments:  # the bank has not called yet
            return
        assert boleto.status == "registered", f"the line of one that is {boleto.status}"
        assert message.variables["total"] == money_text(boleto.amount)
        until = datetime.strptime(message.variables["valid_until"], "%d/%m/%Y").date()  # noqa: DTZ007 - a day
        assert boleto.due >= until

    @invariant()
    @precondition(lambda self: hasattr(self, "bank"))
    def one_can_be_paid(self) -> None:
        """Of one receivable one boleto, and the facts know of it."""
        known = self.account.facts.instruments
        open_ones = [each for _, each in self.titles() if each.may_be_paid]
        assert all(each.instrument in known for each in open_ones)
        owners = [known[each.instrument].receivable for each in open_ones]
        assert len(set(owners)) == len(owners), "two boletos of one receivable can be paid"
        for each in open_ones:
            assert known[each.instrument].may_be_paid, f"it can be paid and is {known[each.instrument].state}"

    @invariant()
    @precondition(lambda self: hasattr(self, "bank"))
    def can_be_planned(self) -> None:
        """Whatever was recorded."""
        if not self.store.is_dead:
            self.loja.schedule("ana")

    @invariant()
    @precondition(lambda self: hasattr(self, "bank"))
    def nothing_is_ordered_for_what_is_paid(self) -> None:
        """As far as it is known."""
        paid = dict.fromkeys(NUMBERS, 0)
        noticed: dict[str, int] = {}
        for each in self.account.events:
            if isinstance(each, events.PaymentSettled | events.PaymentNoticed) and each.payment not in noticed:
                noticed[each.payment] = each.amount.minor
                paid[each.receivables[0]] += each.amount.minor
            if isinstance(each, events.BoletoOrdered):
                assert paid[each.receivable] < 18_000, "it was paid"

    def teardown(self) -> None:
        """In the end the bank tells all, and what came is what is known."""
        if not hasattr(self, "bank"):
            return
        self.store.is_dead, self.store.left = False, -1
        self.store.bury(self.store.owner())
        self.engine = self.another()
        self.bank.behave("well")
        self.bank.while_called = None
        self.bank.settle()
        self.engine.receive("banco", self.bank.call([name for name, _ in self.titles()]))
        came = sorted((each.id, each.amount) for _, boleto in self.titles() for each in boleto.payments)
        known = [each for each in self.account.events if isinstance(each, events.PaymentSettled)]
        assert sorted((each.payment.removeprefix("banco/"), each.amount) for each in known) == came
        for _ in range(6):
            self.at += timedelta(hours=20)
            self.bank.now = self.at
            self.engine.run_due()
            self.one_can_be_paid()
        self.can_be_planned()


TestBanking = pytest.mark.one_python(Banking.TestCase)
TestBanking.settings = settings(max_examples=80, stateful_step_count=10, deadline=None)
