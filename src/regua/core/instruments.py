"""Boletos and Pix charges: what they ask, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from regua.core.events import BoletoOrdered
from regua.core.facts import Facts, Instrument

Transition = Callable[[Facts, Any], None]


def asks(state: str) -> Transition:
    """One that asks for something; what is over stays over, and what is registered is not merely issued again."""

    def transition(facts: Facts, event: Any) -> None:
        new = Instrument(event.receivable, state, event.amount, event.due.toordinal())
        if isinstance(event, BoletoOrdered):
            new.provider, new.number = event.provider, event.number
        else:
            new.ref = event.ref
        known = facts.instruments.setdefault(event.instrument, new)
        if state == "altered":
            known.state = "issued" if known.state == "altered" else known.state
        elif known.state == "ordered":
            known.state = state
        if state != "ordered":
            known.amount, known.due, known.ref = new.amount, new.due, new.ref

    return transition


def becomes(state: str) -> Transition:
    """One that may be paid is in a state from now on."""

    def transition(facts: Facts, event: Any) -> None:
        known = facts.instruments.get(event.instrument)
        if known is not None and known.may_be_paid:
            known.state = state

    return transition
