"""What a simulated debtor owes, by the same ledger as the plan's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from regua.core.account import fold
from regua.core.calendars import Calendar
from regua.core.events import Event
from regua.core.indexes import Index
from regua.core.money import Money
from regua.core.planning.standing import Standing
from regua.core.policy import Policy

_OVER = ("cancelled", "written-off", "settled", "agreement-active")
OPEN = "open"


class Positions:
    """One debtor's receivables at an instant, after the facts that are given.

    Args:
        policies: every version that may govern one of them.
        calendars: by name.
        events: of the debtor.
        instant: microseconds since 1970 UTC.
        indexes: by name.
    """

    def __init__(
        self,
        policies: Sequence[Policy],
        calendars: Mapping[str, Calendar],
        events: Iterable[Event],
        instant: int,
        indexes: Mapping[str, Index] | None = None,
    ) -> None:
        self._standing = Standing(fold(events), policies, calendars, instant, indexes)
        self._instant, self._policies = instant, policies

    @property
    def open(self) -> list[str]:
        """Ids of the receivables that are issued and not over, the oldest due first."""
        receivables = self._standing.facts.receivables
        found = [name for name, each in receivables.items() if each.issued_at <= self._instant and self._is_open(name)]
        return sorted(found, key=lambda name: (receivables[name].terms_at(self._instant).due, name))

    @property
    def known(self) -> list[str]:
        """Ids of all receivables."""
        return list(self._standing.facts.receivables)

    def status(self, receivable: str) -> str:
        """`open`, or the blocker with which it is over."""
        spans = self._standing.spans(receivable)
        return next((code for code in _OVER if any(span.covers(self._instant) for span in spans[code])), OPEN)

    def _is_open(self, name: str) -> bool:
        return self.status(name) == OPEN

    def balance(self, *receivables: str) -> Money:
        """What these ask today, charges included; of those that are over, nothing."""
        standing, instant = self._standing, self._instant
        open_ones, day = set(self.open), standing.day(instant)
        asked = [standing.balance(name, instant, day) for name in receivables if name in open_ones]
        policy = next(iter(standing.policies), self._policies[0])
        return Money(sum(asked), policy.currency)

    def effective_due(self, receivable: str) -> int:
        """The ordinal of its effective due date."""
        terms = self._standing.facts.receivables[receivable].terms_at(self._instant)
        return self._standing.effective(receivable, terms.due)
