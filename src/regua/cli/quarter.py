"""A stretch of simulated time, and what happened in each week of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import define, field

from regua.core.events import ActionSent, DisputeOpened, InvoiceIssued, PaymentSettled
from regua.core.money import Money
from regua.core.policy import CALL_KINDS
from regua.plugins import hookimpl

if TYPE_CHECKING:
    from regua.core.events import Event
    from regua.core.policy import Policy
    from regua.testing import Simulation


@define
class Watch:
    """Counts what is recorded: a plugin that the engine tells of each fact.

    Attributes:
        policy: says which steps press.
        sent: actions by step.
        messages: how many carried them.
        facts: other facts by type.
        asked: receivables of which overdue money was asked for.
        recovered: what came for those, by receivable.
    """

    policy: Policy
    sent: Counter[str] = field(factory=Counter)
    messages: int = 0
    facts: Counter[str] = field(factory=Counter)
    asked: set[str] = field(factory=set)
    recovered: dict[str, Money] = field(factory=dict)

    @hookimpl
    def regua_event_recorded(self, event: Event) -> None:
        """Count one fact."""
        self.facts[event.type] += 1
        if isinstance(event, ActionSent):
            place = self.policy.step_order.get(event.step)
            if place is None or self.policy.steps[place].kind in CALL_KINDS:
                return  # somebody was asked to call, or to look at what is open for long
            self.sent[event.step] += 1
            self.messages += event.contact.startswith(f"{event.action}/")
            if self.policy.steps[place].presses:
                self.asked.add(event.receivable)
        elif isinstance(event, PaymentSettled):
            for receivable in self.asked.intersection(event.receivables):
                self.recovered[receivable] = event.amount

    def take(self) -> tuple[Counter[str], Counter[str]]:
        """Actions that were sent, and the facts, since the last time."""
        taken = self.sent, self.facts
        self.sent, self.facts = Counter(), Counter()
        return taken


@define
class Week:
    """What happened in seven days, or in the rest of the quarter.

    Attributes:
        start: the first day.
        sent: actions by step.
        issued: invoices.
        paid: payments.
        disputed: disputes that were opened.
    """

    start: date
    sent: Counter[str]
    issued: int
    paid: int
    disputed: int


def weeks(simulation: Simulation, watch: Watch, days: tuple[date, date]) -> Iterator[Week]:
    """Live through some days, and tell of each week.

    Args:
        simulation: stands at the start of the first day.
        watch: one of its plugins.
        days: the first and the last.
    """
    start, last = days
    while start <= last:
        end = min(start + timedelta(days=7), last + timedelta(days=1))
        simulation.advance(until=end)
        sent, known = watch.take()
        yield Week(start, sent, known[InvoiceIssued.type], known[PaymentSettled.type], known[DisputeOpened.type])
        start = end
