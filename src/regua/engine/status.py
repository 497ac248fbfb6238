"""How an engine stands: what waits in the outbox and since when, and who holds some of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from regua.core.dates import public_instant
from regua.ports import Backlog, Store, Tally

if TYPE_CHECKING:
    import pendulum

WAITING: Final = ("due", "wakeups", "asked", "claimed", "sending")
"""What of a backlog should have been done by now."""


@frozen(kw_only=True)
class CreditorStatus:
    """How one creditor stands.

    Attributes:
        creditor: its id.
        backlog: what is not over; sent and suppressed actions are not counted.
        workers: those alive that hold actions, by name.
        dead: those that died and held some; the next run takes these back.
    """

    creditor: str
    backlog: Backlog
    workers: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each sort of the backlog, by its name."""
        return {name: tally.count for name, tally in self.backlog.tallies.items()}

    @property
    def waiting(self) -> Tally:
        """What should have been done by now: due, to be planned, to be asked for, in a worker's hands."""
        return together(getattr(self.backlog, name) for name in WAITING)


@frozen(kw_only=True)
class Status:
    """How an engine stands.

    Attributes:
        at: instant of the counts, by the engine's clock, in UTC.
        creditors: one each, in the order of the configuration.
    """

    at_us: int = field(alias="at")
    creditors: tuple[CreditorStatus, ...]

    @property
    def at(self) -> pendulum.DateTime:
        """Instant of the counts, by the engine's clock, in UTC."""
        return public_instant(self.at_us)

    @property
    def late(self) -> timedelta:
        """For how long what should have been done has waited at most; 0 where nothing waits."""
        return max(map(self.late_of, self.creditors), default=timedelta(0))

    def late_of(self, status: CreditorStatus) -> timedelta:
        """The same of one creditor."""
        first_us = status.waiting.first_us
        return timedelta(microseconds=0 if first_us is None else max(self.at_us - first_us, 0))


def status_of(store: Store, creditors: Sequence[str], now: int) -> Status:
    """Count what is not over.

    Args:
        store: where it is kept.
        creditors: whose.
        now: instant up to which something is due.
    """
    return Status(at=now, creditors=tuple(_of_one(store, creditor, now) for creditor in creditors))


def _of_one(store: Store, creditor: str, now: int) -> CreditorStatus:
    owners = sorted({row.owner for row in store.held(creditor)})
    alive = tuple(owner for owner in owners if store.is_alive(owner))
    return CreditorStatus(
        creditor=creditor,
        backlog=store.backlog(creditor, until_us=now),
        workers=alive,
        dead=tuple(owner for owner in owners if owner not in alive),
    )


def together(tallies: Iterable[Tally]) -> Tally:
    """Several sorts as one."""
    found = list(tallies)
    first_us = min((each.first_us for each in found if each.first_us is not None), default=None)
    return Tally(count=sum(each.count for each in found), first_us=first_us)
