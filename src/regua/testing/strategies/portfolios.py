"""Whole portfolios: a policy, and the histories of several debtors under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

from regua.core.account import Account, accounts
from regua.core.events import Event
from regua.core.policy import Policy
from regua.testing.strategies.histories import Happening, histories
from regua.testing.strategies.policies import policies


@frozen(kw_only=True)
class Portfolio:
    """Debtors under one policy.

    Attributes:
        policy: that governs every receivable.
        events: of all debtors, in the order in which they become known.
    """

    policy: Policy
    events: tuple[Event, ...]

    @property
    def accounts(self) -> Mapping[str, Account]:
        """The account of each debtor, by id."""
        return {debtor: account for (_, debtor), account in accounts(self.events).items()}

    @property
    def start_us(self) -> int:
        """The first instant at which something is known, in microseconds since 1970 UTC."""
        return min(event.recorded_us for event in self.events)

    @property
    def end_us(self) -> int:
        """The last instant at which something becomes known or takes effect."""
        return max(event.known_us for event in self.events)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001 - Hypothesis calls it
        """A failing example, one step and one fact a line."""
        printer.text("\n    ".join([repr(self.policy), *map(repr, self.events)]))


@st.composite
def portfolios(  # noqa: D417 - `draw` is given by Hypothesis
    draw: st.DrawFn,
    *,
    debtors: int = 3,
    invoices: int = 3,
    policy: st.SearchStrategy[Policy] | None = None,
    happenings: Sequence[Happening] | None = None,
) -> Portfolio:
    """Portfolios of one to so many debtors.

    Args:
        debtors: most of them.
        invoices: most of each.
        policy: None for `policies()`.
        happenings: what may happen to a debtor, of `regua.testing.strategies.histories`; None for everything.
    """
    found: list[Event] = []
    for place in range(draw(st.integers(1, debtors))):
        found += draw(histories(debtor=f"devedor-{place}", invoices=invoices, happenings=happenings))
    ordered = sorted(found, key=lambda event: (event.recorded_us, event.id))
    return Portfolio(policy=draw(policies() if policy is None else policy), events=tuple(ordered))
