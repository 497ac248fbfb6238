"""Promises: what each covers, how long it is believed, whether it was kept (domain.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from attrs import define, field, frozen

from regua.core.dates import Duration, civil_day, day_start
from regua.core.events import PromiseMade
from regua.core.facts import Facts, Promise
from regua.core.ledger import Gift, Ledger
from regua.core.timeline import Span, covering


@frozen(kw_only=True)
class PromiseLimits:
    """The strictest promise rules in play, and the money that may be missing."""

    max_days: int | None
    max_in_a_row: int | None
    min_share: Fraction
    tolerance: int


@define
class Fate:
    """What became of one promise.

    Attributes:
        made: the event.
        covers: receivables that it counts for.
        spans: when each of them is promised.
        kept: instant at which it was kept, or None.
        kept_known: when we knew.
        broken: for each of them, the instant at which it is broken if nothing else ended it.
    """

    made: PromiseMade
    covers: tuple[str, ...] = ()
    spans: dict[str, Span] = field(factory=dict)
    kept: int | None = None
    kept_known: int = 0
    broken: dict[str, int] = field(factory=dict)


class PromiseBook:
    """Judges the promises of one debtor, in the order in which they were made."""

    def __init__(
        self,
        facts: Facts,
        ledger: Ledger,
        limits: PromiseLimits,
        zone: str,
        clearing: Mapping[str, Callable[[int], int]],
    ) -> None:
        self._facts, self._ledger, self._limits, self._zone, self._clearing = facts, ledger, limits, zone, clearing

    def judge(self) -> list[Fate]:
        """The fate of each promise, oldest first; a newer one replaces what an older one still covers."""
        fates: list[Fate] = []
        in_a_row = 0
        for made, promise in self._in_order():
            in_a_row = self._broken_before(made, fates)
            fate = Fate(made)
            if self._believed(made, in_a_row):
                self._decide(fate, promise)
                for older in fates:
                    _replace(older, fate)
            fates.append(fate)
        return fates

    def _in_order(self) -> list[tuple[PromiseMade, Promise]]:
        made = [(promise.made, promise) for promise in self._facts.promises.values() if promise.made is not None]
        return sorted(made, key=lambda pair: (pair[0].at_us, pair[0].id))

    def _broken_before(self, made: PromiseMade, fates: list[Fate]) -> int:
        count = 0
        for fate in fates:
            if fate.kept is not None and fate.kept <= made.at_us:
                count = 0
            elif any(fate.broken[name] <= made.at_us for name in broken_for(fate)):
                count += 1
        return count

    def _believed(self, made: PromiseMade, in_a_row: int) -> bool:
        limits = self._limits
        if limits.max_in_a_row is not None and in_a_row >= limits.max_in_a_row:
            return False
        days = made.by.toordinal() - civil_day(made.at_us, self._zone)
        return days >= 0 and (limits.max_days is None or days <= limits.max_days)

    def _decide(self, fate: Fate, promise: Promise) -> None:
        made = fate.made
        parts = self._parts(made)
        fate.covers = tuple(name for name, (_, counts) in parts.items() if counts)
        target = min(made.amount.minor, sum(part for part, _ in parts.values()))
        self._keep(fate, tuple(parts), target)
        if promise.cancelled is not None and fate.kept is not None and promise.cancelled <= fate.kept:
            fate.kept = None
        ends = [instant for instant in (fate.kept, promise.cancelled) if instant is not None]
        for name in fate.covers:
            broken = day_start(self._clearing[name](made.by.toordinal()) + 1, self._zone)
            fate.spans[name] = Span(made.at_us, min([*ends, broken]), made.id, made.known_us)
            if not ends or broken < min(ends):
                fate.broken[name] = broken

    def _parts(self, made: PromiseMade) -> dict[str, tuple[int, bool]]:
        """How much of the promise falls to each receivable, and whether that counts.

        Money that came with the word may be a part of what it promises, or leave the rest that it is about.
        """
        day, rest = civil_day(made.at_us, self._zone), made.amount.minor
        parts: dict[str, tuple[int, bool]] = {}
        for name in self._candidates(made):
            given = [gift for gift in self._gifts(made, (name,)) if gift.at <= made.at_us]
            with_the_word = sum(gift.amount for gift in given if gift.at == made.at_us >= gift.known)
            left = self._ledger.position(name, self._undone(name, made.at_us)).to_settle(day)
            needed = left + sum(gift.amount for gift in given)
            part = min(rest, needed)
            rest -= part
            if part:
                enough = (needed - with_the_word - self._limits.tolerance) * self._limits.min_share
                parts[name] = (part, part >= enough)
        return parts

    def _undone(self, name: str, made: int) -> int:
        """The instant of the word, or, where the receivable was settled then, from which that is undone."""
        settled = covering(self._ledger.settlements(name), made)
        return made if settled is None or settled.end is None else settled.end

    def _gifts(self, made: PromiseMade, names: tuple[str, ...]) -> list[Gift]:
        """What was given from the day made to the day promised, without what was known when the word was given."""
        since = day_start(civil_day(made.at_us, self._zone), self._zone)
        until = day_start(made.by.toordinal() + 1, self._zone)
        given = self._ledger.given(names, since, until)
        return [gift for gift in given if gift.at >= made.at_us or gift.known > made.at_us]

    def _candidates(self, made: PromiseMade) -> list[str]:
        issued = {
            name: receivable
            for name, receivable in self._facts.receivables.items()
            if receivable.terms[0].at <= made.at_us
            and not any(span.covers(made.at_us) for _, span in receivable.void)
            and (not made.receivables or name in made.receivables)
        }
        return sorted(issued, key=lambda name: (self._ledger.position(name, made.at_us).due, name))

    def _keep(self, fate: Fate, names: tuple[str, ...], target: int) -> None:
        total = 0
        for gift in self._gifts(fate.made, names):
            total += gift.amount
            if target and total >= target - self._limits.tolerance:
                fate.kept, fate.kept_known = max(gift.at, fate.made.at_us), max(gift.known, fate.made.known_us)
                return


def _replace(older: Fate, newer: Fate) -> None:
    start = newer.made.at_us
    for name in newer.covers:
        span = older.spans.get(name)
        if span is not None and (span.end is None or span.end > start):
            older.spans[name] = Span(span.start, max(start, span.start), span.cause, span.known)


def broken_for(fate: Fate) -> list[str]:
    """Receivables for which the promise ran out unkept."""
    return [name for name, broken in fate.broken.items() if fate.spans[name].end == broken]


def kept_for(fate: Fate) -> tuple[str, ...]:
    """Receivables for which the promise was kept while it still counted."""
    return tuple(name for name in fate.covers if fate.kept is not None and fate.spans[name].end == fate.kept)


def civil_days(duration: Duration | None) -> int | None:
    """Days of a civil duration, or None."""
    return None if duration is None else duration.days
