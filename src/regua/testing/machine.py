"""A stateful test to subclass: Hypothesis makes up what happens, and what must always hold is checked after each step.

class TestMyPolicy(DunningMachine.TestCase):
    ...

class MyMachine(DunningMachine):
    policy = "policies/boleto.toml"

TestMyPolicy = MyMachine.TestCase
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from regua.builtin.memory import MemoryStore
from regua.core.events import ConsentGranted, ConsentRevoked, InvoiceAmended, PaymentSettled
from regua.core.money import Money
from regua.core.policy import Policy
from regua.policyfile.testfile import Word
from regua.ports import Message
from regua.testing.case import Case
from regua.testing.channels import Answer, Scripted
from regua.testing.clock import When
from regua.testing.facts import Invoice
from regua.testing.invariants import check_invariants
from regua.testing.simulation import Simulation

DEBTORS: Final = ("ana", "bruno", "carla")
TROUBLE: Final[tuple[Scripted, ...]] = (
    *("delivered", "delivered", "accepted", "read"),
    *("bounced", "failed", "rejected", "unsupported", "unknown", "transient"),
    Answer("delivered", timedelta(hours=3)),
    Answer("bounced", timedelta(days=1)),
)
"""What may be the matter with a channel; nothing, more often than not."""


class DunningMachine(RuleBasedStateMachine):
    """Debtors under a policy. Subclass it and give `policy`; run `TestCase` of the subclass.

    Attributes:
        policy: as of `Simulation`.
        start: as of `Simulation`.
        debtors: ids of the debtors that there may be.
        sim: the simulation.
    """

    policy: ClassVar[Policy | Path | str | Sequence[Policy | Path | str]]
    start: ClassVar[When] = "2026-03-02"
    debtors: ClassVar[Sequence[str]] = DEBTORS
    invoices = Bundle("invoices")

    def __init__(self) -> None:
        super().__init__()
        self.sim = self.simulation()
        self._issued = 0

    def simulation(self) -> Simulation:
        """Make the world; for subclasses that need more than a policy."""
        return Simulation(self.policy, start=self.start)

    def case(self, debtor: str) -> Case:
        """The debtor, registered when first met."""
        known = {case.id for case in self.sim.cases}
        return self.sim.case(debtor) if debtor in known else self.sim.debtor(debtor)

    @rule(target=invoices, place=st.integers(0, 2), days=st.integers(-4, 15), amount=st.integers(500, 50_000))
    def issue(self, place: int, days: int, amount: int) -> tuple[str, str]:
        """An invoice is issued, due in some days or already overdue."""
        debtor = self.debtors[place % len(self.debtors)]
        case = self.case(debtor)
        money = Money(amount, self.sim.policies[0].currency)
        return debtor, case.issue(Invoice(due=case.today + timedelta(days=days), amount=money))

    @rule(place=st.integers(0, 2), days=st.integers(-4, 15), count=st.integers(2, 4))
    def issue_together(self, place: int, days: int, count: int) -> None:
        """Several invoices of one debtor are issued, due on one day, so that contacts have several actions."""
        case = self.case(self.debtors[place % len(self.debtors)])
        money = Money(10_000, self.sim.policies[0].currency)
        for _ in range(count):
            case.issue(Invoice(due=case.today + timedelta(days=days), amount=money))

    @rule(invoice=invoices, share=st.sampled_from(["part", "most", "full", "full", "over"]))
    def pay(self, invoice: tuple[str, str], share: str) -> None:
        """A receivable is paid in part, in full, or with too much."""
        case, receivable = self.sim.case(invoice[0]), invoice[1]
        owed = case.balance(receivable)
        parts = {"part": owed.minor // 3, "most": owed.minor * 2 // 3, "full": owed.minor, "over": owed.minor + 1_000}
        if parts[share]:
            case.pay(Money(parts[share], owed.currency), receivable)

    @rule(invoice=invoices, place=st.integers(0, 5))
    def pay_meanwhile(self, invoice: tuple[str, str], place: int) -> None:
        """A receivable is paid while the next message of a channel is on its way."""
        case = self.sim.case(invoice[0])

        def answer(_: Message) -> Word:
            if case.balance(invoice[1]).minor:
                case.pay(None, invoice[1])
            return "delivered"

        self._answer(place, answer)

    @rule(invoice=invoices)
    def reverse(self, invoice: tuple[str, str]) -> None:
        """The debtor's last payment is undone."""
        case = self.sim.case(invoice[0])
        if any(isinstance(event, PaymentSettled) for event in case.events):
            case.reverse()

    @rule(invoice=invoices, days=st.integers(0, 10))
    def promise(self, invoice: tuple[str, str], days: int) -> None:
        """The debtor promises to pay a receivable."""
        case, receivable = self.sim.case(invoice[0]), invoice[1]
        if case.balance(receivable).minor:
            case.promise(days, receivables=[receivable])

    @rule(invoice=invoices, days=st.integers(0, 12))
    def dispute(self, invoice: tuple[str, str], days: int) -> None:
        """The debtor disputes a receivable; some days later the dispute is rejected."""
        case = self.sim.case(invoice[0])
        name = case.dispute(invoice[1])
        self.sim.at(self.sim.now_us + timedelta(days=days) // timedelta(microseconds=1), lambda: case.resolve(name))

    @rule(invoice=invoices, days=st.integers(0, 8), whole=st.booleans())
    def hold(self, invoice: tuple[str, str], days: int, whole: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
        """Somebody stops the dunning of a receivable or of the debtor for some days."""
        case = self.sim.case(invoice[0])
        case.hold(*(() if whole else invoice[1:]), until=case.today + timedelta(days=days))

    @rule(invoice=invoices, days=st.integers(-3, 15))
    def amend(self, invoice: tuple[str, str], days: int) -> None:
        """A receivable gets another due date."""
        case = self.sim.case(invoice[0])
        case.record(InvoiceAmended, receivable=invoice[1], due=case.today + timedelta(days=days))

    @rule(invoice=invoices, place=st.integers(0, 5), consents=st.booleans())
    def consent(self, invoice: tuple[str, str], place: int, consents: bool) -> None:  # noqa: FBT001 - as above
        """The debtor opts out of a channel, or in again."""
        channel = self.sim.channels[place % len(self.sim.channels)]
        self.sim.case(invoice[0]).record(ConsentGranted if consents else ConsentRevoked, channel=channel)

    @rule(place=st.integers(0, 5), answer=st.sampled_from(TROUBLE))
    def trouble(self, place: int, answer: Scripted) -> None:
        """From now on a channel answers so."""
        self._answer(place, answer)

    @rule(place=st.integers(0, 5))
    def take_over(self, place: int) -> None:
        """A worker counts as dead while it sends the next message of a channel, and another one takes over."""
        sim = self.sim

        def answer(_: Message) -> Word:
            if isinstance(sim.store, MemoryStore):
                sim.store.bury(sim.store.owner())
                sim.engine.run_due()
            return "delivered"

        self._answer(place, answer)

    def _answer(self, place: int, answer: Scripted) -> None:
        self.sim.channel(self.sim.channels[place % len(self.sim.channels)]).answers(answer)

    @rule(days=st.integers(0, 9), hours=st.sampled_from([0, 0, 1, 10, 23]))
    def advance(self, days: int, hours: int) -> None:
        """Time passes."""
        self.sim.advance(days=days, hours=hours)

    @rule(days=st.integers(1, 8))
    def outage(self, days: int) -> None:
        """Time passes, and no worker runs."""
        self.sim.outage(days=days)

    @rule()
    def come_to_something(self) -> None:
        """Time passes until something is sent, planned again, or told by a channel."""
        instant = self.sim.next
        if instant is not None:
            self.sim.advance(until=self.sim.instant(instant))

    @invariant()
    def what_must_hold(self) -> None:
        """All invariants of `regua.testing.invariants`."""
        check_invariants(self.sim)

    def teardown(self) -> None:
        """Close the simulation."""
        self.sim.close()
