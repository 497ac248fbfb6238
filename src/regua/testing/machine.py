"""A stateful test to subclass: Hypothesis makes up what happens, and what must always hold is checked after each step.

class TestMyPolicy(DunningMachine.TestCase):
    ...

class MyMachine(DunningMachine):
    policy = "policies/boleto.toml"

TestMyPolicy = MyMachine.TestCase
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ClassVar, Final

from regua.core.dates import MICROSECONDS, microseconds
from regua.core.events import ConsentGranted, ConsentRevoked, Event, InvoiceAmended, PaymentSettled
from regua.core.money import Money
from regua.core.policy import Policy
from regua.errors import MissingExtra
from regua.policyfile.testfile import Word
from regua.ports import Message
from regua.testing.case import Case
from regua.testing.channels import Answer, Scripted, ScriptedChannel
from regua.testing.clock import When
from regua.testing.facts import Invoice
from regua.testing.invariants import check_invariants
from regua.testing.simulation import Simulation

try:
    from hypothesis import strategies as st
    from hypothesis.stateful import (
        Bundle,
        MultipleResults,
        RuleBasedStateMachine,
        initialize,
        invariant,
        multiple,
        rule,
    )
except ImportError:
    raise MissingExtra("hypothesis", "testing") from None

DEBTORS: Final = ("ana", "bruno", "carla")
TROUBLE: Final[tuple[Scripted, ...]] = (
    *("delivered", "delivered", "accepted", "accepted", "read"),
    *("bounced", "failed", "rejected", "unsupported", "unknown", "transient"),
    Answer("delivered", timedelta(hours=3)),
    Answer("delivered", timedelta(days=3)),
    Answer("bounced", timedelta(days=1)),
)
"""What may be the matter with a channel; nothing, more often than not."""


WORDS: Final[tuple[type[Event], ...]] = (ConsentRevoked, ConsentRevoked, ConsentGranted)
"""What a debtor says of a channel: no, more often than yes."""

PAUSES: Final = st.sampled_from([0, 0, 0, 1, 1, 2, 4])
"""Days that pass after something has happened."""


def deed(**drawn: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A rule after which time may pass, so that most of what the machine makes up comes to something."""

    def made(function: Callable[..., Any]) -> Callable[..., Any]:
        @rule(**drawn, pause=PAUSES)
        @wraps(function)
        def happens(self: DunningMachine, pause: int = 0, **given: Any) -> Any:
            found = function(self, **given)
            if pause:
                self.sim.advance(days=pause)
            return found

        found: Callable[..., Any] = happens
        return found

    return made


def _pay_all(case: Case) -> None:
    for receivable in case.open:
        case.pay(None, receivable)


class DunningMachine(RuleBasedStateMachine):
    """Debtors under a policy. Subclass it and give `policy`; run `TestCase` of the subclass.

    Attributes:
        policy: as of `Simulation`.
        start: as of `Simulation`.
        debtors: ids of the debtors that there may be.
        most: how many receivables there may be.
        sim: the simulation.
    """

    policy: ClassVar[Policy | Path | str | Sequence[Policy | Path | str]]
    start: ClassVar[When] = "2026-03-02"
    debtors: ClassVar[Sequence[str]] = DEBTORS
    most: ClassVar[int] = 12
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

    @deed(target=invoices, place=st.integers(0, 2), days=st.integers(-4, 15), amount=st.integers(500, 50_000))
    def issue(self, place: int, days: int, amount: int) -> MultipleResults[tuple[str, str]]:
        """An invoice is issued, due in some days or already overdue."""
        return self._issue(place, days, amount)

    @initialize(target=invoices, days=st.integers(-2, 3), count=st.integers(1, 3))
    def owe(self, days: int, count: int) -> MultipleResults[tuple[str, str]]:
        """To begin with, somebody owes something that is soon due, or already overdue."""
        return self._issue(0, days, *[10_000] * count)

    @initialize(place=st.integers(0, 5), answer=st.sampled_from(TROUBLE))
    def begin(self, place: int, answer: Scripted) -> None:
        """To begin with, a channel has its ways."""
        self.trouble(place=place, answer=answer)

    @deed(target=invoices, place=st.integers(0, 2), days=st.integers(-4, 15), count=st.integers(2, 3))
    def issue_together(self, place: int, days: int, count: int) -> MultipleResults[tuple[str, str]]:
        """Several invoices of one debtor are issued, due on one day, so that contacts have several actions."""
        return self._issue(place, days, *[10_000] * count)

    def _issue(self, place: int, days: int, *amounts: int) -> MultipleResults[tuple[str, str]]:
        case, currency = self.case(self.debtors[place % len(self.debtors)]), self.sim.policies[0].currency
        self._issued += len(amounts)
        if self._issued > self.most:
            return multiple()
        due = case.today + timedelta(days=days)
        return multiple(*((case.id, case.issue(Invoice(due=due, amount=Money(each, currency)))) for each in amounts))

    @deed(invoice=invoices, share=st.sampled_from(["part", "most", "most", "full", "over"]))
    def pay(self, invoice: tuple[str, str], share: str) -> None:
        """A receivable is paid in part, in full, or with too much."""
        case, receivable = self.sim.case(invoice[0]), invoice[1]
        owed = case.balance(receivable)
        parts = {"part": owed.minor // 3, "most": owed.minor * 2 // 3, "full": owed.minor, "over": owed.minor + 1_000}
        if parts[share]:
            case.pay(Money(parts[share], owed.currency), receivable)

    @deed(place=st.integers(0, 5), seconds=st.sampled_from([0, 30]), word=st.sampled_from(["delivered", "transient"]))
    def pay_meanwhile(self, place: int, seconds: int, word: Word) -> None:
        """A debtor pays all that is open while the next message of a channel is on its way, or a little later."""

        def paid(message: Message) -> Word:
            case = self.sim.case(message.debtor)
            if seconds:
                self.sim.at(self.sim.now_us + seconds * MICROSECONDS, lambda: _pay_all(case))
            else:
                _pay_all(case)
            return word

        self._channel(place).answers(paid, "delivered")

    @deed(invoice=invoices)
    def reverse(self, invoice: tuple[str, str]) -> None:
        """The debtor's last payment is undone."""
        case = self.sim.case(invoice[0])
        if any(isinstance(event, PaymentSettled) for event in case.events):
            case.reverse()

    @deed(invoice=invoices, days=st.integers(0, 10))
    def promise(self, invoice: tuple[str, str], days: int) -> None:
        """The debtor promises to pay a receivable."""
        case, receivable = self.sim.case(invoice[0]), invoice[1]
        if case.balance(receivable).minor:
            case.promise(days, receivables=[receivable])

    @deed(invoice=invoices, days=st.integers(0, 12))
    def dispute(self, invoice: tuple[str, str], days: int) -> None:
        """The debtor disputes a receivable; some days later the dispute is rejected."""
        case = self.sim.case(invoice[0])
        name = case.dispute(invoice[1])
        self.sim.at(self.sim.now_us + microseconds(timedelta(days=days)), lambda: case.resolve(name))

    @deed(invoice=invoices, days=st.integers(0, 8), whole=st.booleans())
    def hold(self, invoice: tuple[str, str], days: int, whole: bool) -> None:  # noqa: FBT001 - Hypothesis gives it
        """Somebody stops the dunning of a receivable or of the debtor for some days."""
        case = self.sim.case(invoice[0])
        case.hold(*(() if whole else invoice[1:]), until=case.today + timedelta(days=days))

    @deed(invoice=invoices, days=st.integers(-3, 15))
    def amend(self, invoice: tuple[str, str], days: int) -> None:
        """A receivable gets another due date."""
        case = self.sim.case(invoice[0])
        case.record(InvoiceAmended, receivable=invoice[1], due=case.today + timedelta(days=days))

    @deed(
        invoice=invoices, place=st.integers(0, 5), whole=st.booleans(), consents=st.sampled_from([False, False, True])
    )
    def consent(self, invoice: tuple[str, str], place: int, whole: bool, consents: bool) -> None:  # noqa: FBT001 - as above
        """The debtor opts out of a channel or of all, or in again."""
        for channel in self.sim.channels if whole else (self._channel(place).name,):
            self.sim.case(invoice[0]).record(ConsentGranted if consents else ConsentRevoked, channel=channel)

    @deed(place=st.integers(0, 5), answer=st.sampled_from(TROUBLE))
    def trouble(self, place: int, answer: Scripted) -> None:
        """From now on a channel answers so."""
        self._channel(place).answers(answer)

    @deed(place=st.integers(0, 5))
    def take_over(self, place: int) -> None:
        """A worker counts as dead while it sends the next message of a channel, and another one takes over."""
        sim = self.sim

        def answer(_: Message) -> Word:
            sim.lose_session()
            sim.engine.run_due()
            return "delivered"

        self._channel(place).answers(answer, "delivered")

    @deed(place=st.integers(0, 5), word=st.sampled_from(["delivered", "read", "bounced"]))
    def hear_again(self, place: int, word: Word) -> None:
        """A channel tells once more, or otherwise than before, what became of the last message that it took over."""
        channel = self._channel(place)
        for request in channel.taken[-1:]:
            self.sim.engine.receive(channel.name, channel.call(request, Answer(word), self.sim.now_us))
            self.sim.advance()

    def _channel(self, place: int) -> ScriptedChannel:
        return self.sim.channel(self.sim.channels[place % len(self.sim.channels)])

    @rule(days=st.integers(0, 9), hours=st.sampled_from([0, 0, 1, 10, 23]))
    def advance(self, days: int, hours: int) -> None:
        """Time passes."""
        self.sim.advance(days=days, hours=hours)

    @rule(days=st.integers(1, 8))
    def outage(self, days: int) -> None:
        """Time passes, and no worker runs."""
        self.sim.outage(days=days)

    @rule()
    def step(self) -> None:
        """Time passes until something can happen."""
        self.sim.step()

    @invariant()
    def what_must_hold(self) -> None:
        """All invariants of `regua.testing.invariants`."""
        check_invariants(self.sim)

    def teardown(self) -> None:
        """Close the simulation."""
        self.sim.close()
