"""Epochs: when the steps of a receivable start anew, and what a migration leaves of those before (domain.md §5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from attrs import evolve, frozen

from regua.core.dates import BEGINNING
from regua.core.facts import Migration, Terms
from regua.core.planning.standing import Standing


@frozen(kw_only=True)
class Epoch:
    """A receivable from one new beginning of its steps to the next.

    They begin anew when its due date moves to a day not yet reached, and when its policy restarts.

    Attributes:
        occurrence: how many new beginnings came before.
        since: instant of the last of them, or the beginning of time.
        due: ordinal of the due date in it, or 0.
        until: instant of the next change that lies ahead, or None.
        restarted: ordinal of the day from which steps after the due date count at the earliest, or 0.
        begins: ordinal of the last migration's day: steps whose day precedes it are superseded; or 0.
        migration: id of the event of that migration, or "".
        forwards: instants of the fast-forwards in it.
    """

    occurrence: int = 0
    since: int = BEGINNING
    due: int = 0
    until: int | None = None
    restarted: int = 0
    begins: int = 0
    migration: str = ""
    forwards: tuple[int, ...] = ()


def epochs(standing: Standing, name: str) -> list[Epoch]:
    """The epoch in force at the plan's instant, and those that are known to follow.

    What follows a migration that lies ahead is left out: it is planned under the new version, from then on.
    """
    receivable = standing.facts.receivables[name]
    migrations = [each for each in receivable.migrations if each.verb != "keep"]
    if len(receivable.terms) == 1 and not migrations:
        return [Epoch(due=receivable.terms[0].due)]
    first, *moves = _groups(standing, receivable.terms)
    epoch = Epoch(due=_due(first, standing.as_of))
    found: list[Epoch] = []
    changes: list[tuple[int, list[Terms] | Migration]] = [(group[0].at, group) for group in moves]
    changes += [(each.at, each) for each in migrations]
    for at, change in sorted(changes, key=lambda each: each[0]):
        if at > standing.as_of:
            if isinstance(change, Migration):
                return [*found, evolve(epoch, until=at)]
            if at > max(epoch.since, receivable.issued_at):  # else its due date was never asked for
                found.append(evolve(epoch, until=at))
        if isinstance(change, Migration):
            epoch = _migrated(epoch, change, standing.day(at))
        else:
            epoch = Epoch(occurrence=epoch.occurrence + 1, since=at, due=_due(change, standing.as_of))
    return [*found, epoch]


def debtor_epoch(standing: Standing) -> Epoch:
    """What migrations of the whole debtor leave of the steps about the debtor."""
    epoch = Epoch()
    for event in standing.facts.migrations:
        if event.known_us <= standing.as_of and event.verb != "keep" and not event.receivables:
            epoch = evolve(epoch, begins=standing.day(event.known_us), migration=event.id)
    return epoch


def next_migration(standing: Standing, name: str) -> int | None:
    """The first instant after the plan's at which a receivable's steps go over to another version, or None."""
    known = standing.facts.receivables[name].migrations
    return min((each.at for each in known if each.at > standing.as_of and each.verb != "keep"), default=None)


def _groups(standing: Standing, known: list[Terms]) -> Iterator[list[Terms]]:
    """The terms, divided where the due date moves to a day not yet reached."""
    group = known[:1]
    for before, after in pairwise(known):
        if after.due != before.due and after.due > standing.day(after.known):
            yield group
            group = []
        group.append(after)
    yield group


def _due(group: list[Terms], as_of: int) -> int:
    return ([each for each in group if each.at <= as_of] or group[:1])[-1].due


def _migrated(epoch: Epoch, migration: Migration, day: int) -> Epoch:
    if migration.verb == "restart":
        return Epoch(
            occurrence=epoch.occurrence + 1,
            since=migration.at,
            due=epoch.due,
            restarted=day,
            begins=day,
            migration=migration.event,
        )
    forwards = (migration.at,) if migration.verb == "fast-forward" else ()
    return evolve(epoch, begins=day, migration=migration.event, forwards=(*epoch.forwards, *forwards))
