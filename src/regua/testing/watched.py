"""A store as one simulated worker sees it: it tells what became durable, and fails where the weather says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

from attrs import define, field

from regua.core.events import Event
from regua.ports import Attempt, OutboxAction, Store, Transaction
from regua.testing.faults import Moment


class Holder(Protocol):
    """Whose store it is."""

    owner: str

    def reach(self, moment: Moment) -> None:
        """Come to a moment at which something may happen."""

    def is_alive(self, owner: str) -> bool:
        """Whether an owner is not proved dead."""


@define
class WatchedTransaction:
    """Work on debtors, of which it is remembered what it is and which facts it adds.

    Attributes:
        events: facts that were added.
        before: where the worker is when this is about to become durable.
        after: where it is once it is.
    """

    _inner: Transaction
    events: list[Event] = field(factory=list)
    before: Moment = "writing"
    after: Moment = "written"

    def append(self, debtor: str, events: Sequence[Event]) -> int:
        """Add facts."""
        version = self._inner.append(debtor, events)
        self.events += events
        return version

    def begin(self, attempt: Attempt) -> None:
        """Write the evidence of an attempt."""
        self._inner.begin(attempt)
        self.before, self.after = "beginning", "begun"

    def finish(self, attempt: Attempt) -> bool:
        """Add what came of an attempt."""
        added = self._inner.finish(attempt)
        if self.before == "writing":
            self.before, self.after = "finishing", "finished"
        return added

    def __getattr__(self, name: str) -> Any:
        """All else, as it is."""
        return getattr(self._inner, name)


class WatchedStore:
    """One worker's view of a store. Who is alive is known by the simulation, and not by the store.

    Args:
        inner: the store.
        holder: the worker.
        told: is told of every fact that has become durable.
    """

    def __init__(self, inner: Store, holder: Holder, told: Callable[[Event], object]) -> None:
        self._inner, self._holder, self._told = inner, holder, told

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work on debtors of one creditor, all or nothing."""
        with self._inner.transaction(creditor, using=using) as inner:
            watched = WatchedTransaction(inner)
            yield cast(Transaction, watched)
            self._holder.reach(watched.before)
        for event in watched.events:
            self._told(event)
        self._holder.reach(watched.after)

    def claim(self, creditor: str, *, owner: str, until_us: int, limit: int) -> Sequence[OutboxAction]:
        """Take pending actions."""
        if not self._inner.due(creditor, until_us=until_us, limit=min(limit, 1)):
            return ()
        self._holder.reach("claiming")
        claimed = self._inner.claim(creditor, owner=owner, until_us=until_us, limit=limit)
        if claimed:
            self._holder.reach("claimed")
        return claimed

    def owner(self) -> str:
        """The worker's name."""
        return self._holder.owner

    def is_alive(self, owner: str) -> bool:
        """Whether a worker is not proved dead."""
        return self._holder.is_alive(owner)

    def close(self) -> None:
        """The simulation closes the store."""

    def __getattr__(self, name: str) -> Any:
        """All else, as it is."""
        return getattr(self._inner, name)
