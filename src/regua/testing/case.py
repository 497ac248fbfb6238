"""One simulated debtor: what happened, what is planned, and what the debtor does by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar, overload

from regua.core.dates import instant_of, local, microseconds, parse_clock, parse_date
from regua.core.events import (
    ActionOutcome,
    DisputeOpened,
    DisputeResolved,
    Event,
    HoldPlaced,
    HoldReleased,
    InvoiceIssued,
    PaymentReversed,
    PaymentSettled,
    PromiseMade,
)
from regua.core.events.word import DisputeOutcome
from regua.core.money import Money
from regua.core.planning import Schedule
from regua.errors import SimulationError
from regua.ports import Message
from regua.testing.facts import Invoice
from regua.testing.positions import Positions
from regua.testing.transcript import Transcript

if TYPE_CHECKING:
    from decimal import Decimal

    from regua.testing.simulation import Simulation

Fact = TypeVar("Fact", bound=Event)


class Case:
    """One debtor of a simulation. Made by `Simulation.debtor` and `Simulation.case`.

    Attributes:
        simulation: the world.
        id: of the debtor.
        random: a stream of this debtor's own, from the simulation's seed.
    """

    def __init__(self, simulation: Simulation, id: str) -> None:  # noqa: A002 - what it is
        self.simulation, self.id = simulation, id
        self.random = Random(f"{simulation.seed}/{id}")  # noqa: S311 - a simulation repeats itself
        self._made: dict[str, int] = {}

    # what happened

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that is recorded, in the order of recording."""
        return tuple(self.simulation.recorder.events(self.id))

    @property
    def transcript(self) -> Transcript:
        """What happened."""
        return self.simulation.recorder.transcript(self.id)

    @property
    def sent(self) -> list[str]:
        """Ids of the steps that a channel or executor accepted, in order."""
        return [entry.step for entry in self.transcript.of("sent")]

    @property
    def sent_by_day(self) -> list[str]:
        """The same with the day: `"D+2 atraso-2"`, in civil days from the effective due date of the receivable.

        What is about no receivable has its date: `"2026-03-12 obrigado"`.
        """
        return [f"{self._day(entry.day, entry.receivable)} {entry.step}" for entry in self.transcript.of("sent")]

    def _day(self, day: date, receivable: str) -> str:
        if not receivable:
            return day.isoformat()
        days = day.toordinal() - self._positions().effective_due(receivable)
        return f"D{days:+d}" if days else "D0"

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that a scripted channel accepted, in order."""
        sent = (entry for entry in self.transcript.of("sent") if not entry.is_carried)
        return tuple(entry.message for entry in sent if entry.message is not None)

    # where it stands

    def schedule(self, *, as_of: datetime | int | None = None, until: datetime | int | None = None) -> Schedule:
        """What will happen; for a past `as_of` what was going to happen, by what was known then."""
        return self.simulation.creditor.schedule(self.id, as_of=as_of, until=until)

    def explain(self, *, as_of: datetime | int | None = None, action: str = "") -> str:
        """Why each step is where it is."""
        return self.simulation.creditor.explain(self.id, as_of=as_of, action=action)

    @property
    def open(self) -> tuple[str, ...]:
        """Ids of the receivables that are issued and not over, the oldest due first."""
        return tuple(self._positions().open)

    def balance(self, *receivables: str) -> Money:
        """What is owed now, charges included: of these receivables, or of all."""
        found = self._positions()
        return found.balance(*(receivables or found.open))

    def presses(self, outcome: ActionOutcome) -> bool:
        """Whether an action asked for overdue money, or escalated."""
        step = self.simulation.recorder.step(outcome)
        return step is not None and step.presses

    def _positions(self) -> Positions:
        return self.simulation.recorder.positions(self.id, self.simulation.now_us)

    def clock(self, day: date | int, time: str) -> int:
        """The instant of a clock time on a civil day of the debtor.

        Args:
            day: the date, or its ordinal.
            time: `"11:30"`.
        """
        ordinal = day if isinstance(day, int) else day.toordinal()
        return instant_of(ordinal, parse_clock(time), self.zone)

    @property
    def zone(self) -> str:
        """The debtor's IANA zone."""
        return self.simulation.recorder.zone(self.id)

    @property
    def today(self) -> date:
        """The debtor's civil day."""
        return local(self.simulation.now_us, self.zone).date()

    # what is done by hand

    @overload
    def record(self, fact: Fact) -> Fact: ...

    @overload
    def record(self, fact: type[Fact], *, known_after: timedelta = ..., **fields: Any) -> Fact: ...

    def record(self, fact: Fact | type[Fact], *, known_after: timedelta = timedelta(0), **fields: Any) -> Fact:
        """Record a fact of this debtor, now.

        Args:
            fact: an event; or the class of one, which gets its id, and takes effect now.
            known_after: of a class: how much later it becomes known.
            fields: of a class: what it says.

        Returns:
            The event.
        """
        made = self.make(fact, known_after=known_after, **fields) if isinstance(fact, type) else fact
        if made.debtor != self.id:
            message = f"event {made.id!r} is of debtor {made.debtor!r} and was given to {self.id!r}"
            raise SimulationError(message)
        self.simulation.script(made)
        return made

    def make(self, cls: type[Fact], *, known_after: timedelta = timedelta(0), **fields: Any) -> Fact:
        """Make a fact of this debtor that takes effect now, without recording it; arguments as of `record`."""
        now = self.simulation.now_us
        at = fields.pop("at", now)
        heads: dict[str, Any] = {
            "id": self._name(cls.type),
            "creditor": self.simulation.creditor.id,
            "debtor": self.id,
            "at": at,
            "recorded_at": max(now, at) + microseconds(known_after),
        }
        return cls(**(heads | fields))

    def _name(self, what: str, form: str = "{debtor}/{what}-{number}") -> str:
        self._made[what] = number = self._made.get(what, 0) + 1
        return form.format(debtor=self.id, what=what, number=number)

    def issue(self, invoice: Invoice) -> str:
        """Issue an invoice, now or when it says, and give its id."""
        sim = self.simulation
        at = sim.now_us if invoice.issued is None else sim.instant(invoice.issued)
        receivable = invoice.id or self._name("nf", "{what}-{number}")
        self.record(
            InvoiceIssued,
            at=at,
            recorded_at=at,
            receivable=receivable,
            amount=invoice.principal(sim.policies[0].currency),
            due=invoice.due,
            kind=invoice.kind,
            policy=invoice.policy,
        )
        return receivable

    def pay(
        self,
        amount: Money | Decimal | str | int | None = None,
        *receivables: str,
        known_after: timedelta = timedelta(0),
    ) -> str:
        """Pay, now.

        Args:
            amount: how much; None for all that these receivables ask now, or all of them.
            receivables: what the payment names; none: the oldest due first.
            known_after: how much later the creditor learns of it.

        Returns:
            The id of the payment.

        Raises:
            SimulationError: nothing is owed and no amount is given.
        """
        money = self.balance(*receivables) if amount is None else self._money(amount)
        if amount is None and not money.minor:
            message = f"{self.id} owes nothing at {self.simulation.clock}; give an amount to pay more than is owed"
            raise SimulationError(message)
        payment = self._name("payment", "{what}-{number}")
        self.record(
            PaymentSettled, payment=payment, amount=money, receivables=tuple(receivables), known_after=known_after
        )
        return payment

    def reverse(self, payment: str = "") -> None:
        """Undo a payment: the one of that id, else the last one."""
        made = [event.payment for event in self.events if isinstance(event, PaymentSettled)]
        if not payment and not made:
            message = f"{self.id} has paid nothing that could be reversed"
            raise SimulationError(message)
        self.record(PaymentReversed, payment=payment or made[-1])

    def promise(
        self,
        by: date | str | int,
        amount: Money | Decimal | str | int | None = None,
        receivables: Iterable[str] = (),
    ) -> str:
        """Promise to pay, now.

        Args:
            by: the last civil day: a date, `YYYY-MM-DD`, or a number of days from today.
            amount: how much; None for all that these receivables ask now, or all of them.
            receivables: what the promise covers; none: the oldest due first.

        Returns:
            The id of the promise.
        """
        day = self.today + timedelta(days=by) if isinstance(by, int) else parse_date(by) if isinstance(by, str) else by
        names, promise = tuple(receivables), self._name("promise", "{what}-{number}")
        money = self.balance(*names) if amount is None else self._money(amount)
        self.record(PromiseMade, promise=promise, amount=money, by=day, receivables=names)
        return promise

    def dispute(self, *receivables: str) -> str:
        """Dispute these receivables, or all that are open, now; gives the id of the dispute."""
        dispute = self._name("dispute", "{what}-{number}")
        self.record(DisputeOpened, dispute=dispute, receivables=receivables or self.open)
        return dispute

    def resolve(self, dispute: str = "dispute-1", outcome: DisputeOutcome = "rejected") -> None:
        """End a dispute, now."""
        self.record(DisputeResolved, dispute=dispute, outcome=outcome)

    def hold(self, *receivables: str, until: date | None = None) -> str:
        """Stop the dunning of these receivables, or of all, now; gives the id of the hold."""
        hold = self._name("hold", "{what}-{number}")
        self.record(HoldPlaced, hold=hold, receivables=receivables, until=until)
        return hold

    def release(self, hold: str = "hold-1") -> None:
        """End a hold, now."""
        self.record(HoldReleased, hold=hold)

    def _money(self, amount: Money | Decimal | str | int) -> Money:
        return amount if isinstance(amount, Money) else Money.of(amount, self.simulation.policies[0].currency)

    def __repr__(self) -> str:
        return f"<Case {self.id} at {self.simulation.clock}>"
