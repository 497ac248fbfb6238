"""From two policies and the facts of debtors to what each way of migrating would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from regua.cli.debtors import governed
from regua.core.planning.comparison import CHANGES, Comparison, compare, migrating

if TYPE_CHECKING:
    from regua.cli.debtors import Debtor
    from regua.core.account import Account
    from regua.core.calendars import Calendar
    from regua.core.events.control import Migration
    from regua.core.indexes import Index
    from regua.core.planning import Schedule
    from regua.core.policy import Policy

ROWS = (*CHANGES, "contacts before", "contacts after", "contacts today before", "contacts today after")
"""What is counted, in the order in which it is told."""


def told_apart(old: Policy, new: Policy) -> tuple[Policy, bool]:
    """The new policy under a version of its own, and whether it had to be given one: an edited file may lack it."""
    if (new.id, new.version) != (old.id, old.version) or new == old:
        return new, False
    return evolve(new, version=old.version + 1), True


@frozen(kw_only=True)
class Migrations:
    """What is asked.

    Attributes:
        old: the policy whose receivables would go over.
        new: the policy to which they would.
        more: further policies that govern receivables.
        verbs: the ways that are compared.
        as_of: instant of the migration.
        known_at: instant; what was recorded later is left out.
        calendars: by name.
        indexes: by name.
    """

    old: Policy
    new: Policy
    more: Sequence[Policy]
    verbs: Sequence[Migration]
    as_of: int
    known_at: int
    calendars: Mapping[str, Calendar]
    indexes: Mapping[str, Index]

    def compared(
        self, debtors: Iterable[Debtor], on_error: Callable[[str], object]
    ) -> Iterator[Mapping[Migration, Comparison]]:
        """Compare each debtor who has receivables under the old policy, by verb.

        Args:
            debtors: what was read of each.
            on_error: called with why a debtor cannot be planned; the others are.
        """
        from regua.errors import ReguaError

        for debtor in debtors:
            try:
                found = self._of(debtor.account(self._given, self.known_at))
            except ReguaError as error:
                on_error(debtor.told(error))
            else:
                if found:
                    yield found

    @property
    def _given(self) -> tuple[Policy, ...]:
        """The new one too: the facts of some may have gone over to it already."""
        return (self.old, *self.more, self.new)

    def _of(self, account: Account) -> dict[Migration, Comparison]:
        from regua.core.planning.binding import bind

        given = self._given
        bound = {name: binding.governing for name, binding in bind(given, account.facts, self.as_of).items()}
        names = [name for name, policy in bound.items() if policy == self.old]
        if not names:
            return {}
        before = self._plan(account)
        found = {}
        for verb in self.verbs:
            after = before
            if verb != "keep":
                supposed = migrating(account, names, self.new, verb, self.as_of, event=f"regua diff {verb}")
                after = self._plan(governed(supposed, given))
            found[verb] = compare(before, after)
        return found

    def _plan(self, account: Account) -> Schedule:
        from regua.core.planning import plan

        return plan(self._given, account, as_of=self.as_of, calendar=self.calendars, indexes=self.indexes, closed=False)


@frozen
class Sums:
    """What was counted over all debtors.

    Attributes:
        verbs: the ways that are compared.
        counts: by what is counted and by verb.
        changed: debtors of whom something changes, by verb.
    """

    verbs: Sequence[Migration]
    counts: Counter[tuple[str, Migration]] = field(factory=Counter, init=False)
    changed: Counter[Migration] = field(factory=Counter, init=False)
    _debtors: Counter[str] = field(factory=Counter, init=False)

    @property
    def debtors(self) -> int:
        """How many debtors were compared."""
        return self._debtors["compared"]

    def add(self, found: Mapping[Migration, Comparison]) -> None:
        """Count one debtor."""
        self._debtors["compared"] += 1
        for verb, comparison in found.items():
            self.changed[verb] += bool(comparison.changes)
            for what, count in zip(ROWS, counted_in(comparison), strict=True):
                self.counts[what, verb] += count

    def rows(self) -> Iterator[tuple[str, ...]]:
        """A heading, then what was counted, a column a verb."""
        yield ("", *self.verbs)
        yield ("debtors changed", *(f"{self.changed[verb]:,}" for verb in self.verbs))
        for what in ROWS:
            yield (what, *(f"{self.counts[what, verb]:,}" for verb in self.verbs))


def counted_in(comparison: Comparison) -> tuple[int, ...]:
    """The numbers of one debtor, in the order of `ROWS`."""
    return (*map(comparison.count, CHANGES), *comparison.contacts, *comparison.today)
