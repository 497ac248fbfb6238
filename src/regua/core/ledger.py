"""The ledger: which money went to which receivable, and where each stood at any instant.

Money is given in order of its value date: to what a payment names, else to the oldest due first. What is left over is
an unapplied credit: it reduces the oldest open receivables as soon as there are any, unless somebody applied it
elsewhere (domain.md §4). Where a payment is undone or a credit is applied by hand, the ledger is told again from the
start, so that every instant shows what was true at it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from attrs import evolve, field, frozen

from regua.core.charges import Measures, Position
from regua.core.dates import civil_day
from regua.core.facts import Facts
from regua.core.policy import ChargeRules
from regua.core.timeline import Span


@frozen(kw_only=True)
class Rules:
    """What the ledger needs of a receivable's policy."""

    charges: ChargeRules
    tolerance: int
    measures: Measures


_NEVER = 1 << 62
_ISSUE, _MONEY, _APPLIED, _TURN, _QUOTED = range(5)


@frozen
class Quote:
    """The debtor was told what a receivable asks.

    Attributes:
        at: instant of the message.
        receivable: its id.
        until: ordinal of the last day on which paying that settles.
        event: id of the outcome that says so.
    """

    at: int
    receivable: str
    until: int
    event: str


@frozen(kw_only=True)
class Entry:
    """Something that moves money or terms at an instant.

    Attributes:
        at: its value date, an instant.
        rank: an issue, money, a credit applied by hand, a turn (an amendment, a cancellation, an agreement), a quote.
        event: id of its event.
        known: when the event was known.
        amount: minor units.
        names: receivables that it names, in order.
        pooled: whether it waits as an unapplied credit instead of paying the oldest.
        until: ordinal of the last day of a quote.
        end: instant from which it is undone, or None.
    """

    at: int
    rank: int
    event: str
    known: int
    amount: int = 0
    names: tuple[str, ...] = ()
    pooled: bool = False
    until: int = 0
    end: int | None = None

    @property
    def key(self) -> tuple[int, int, str]:
        """Total order of entries."""
        return self.at, self.rank, self.event


@frozen
class Gift:
    """So much of one entry went to one receivable."""

    at: int
    receivable: str
    amount: int
    event: str
    known: int


@frozen
class Ledger:
    """Positions of one debtor's receivables along time."""

    _at: Mapping[str, list[int]] = field(alias="at")
    _positions: Mapping[str, list[Position]] = field(alias="positions")
    _gifts: list[tuple[int | None, list[Gift]]] = field(alias="gifts")
    _asked: dict[tuple[str, int, int], int] = field(factory=dict, init=False, eq=False, repr=False)

    def position(self, receivable: str, instant: int) -> Position:
        """Where the receivable stands at an instant; before its issue, as it will be issued."""
        place = bisect_right(self._at[receivable], instant)
        return self._positions[receivable][max(0, place - 1)]

    def asked(self, receivable: str, instant: int, day: int) -> int:
        """What the receivable asks on a day, after the payments up to an instant; minor units."""
        key = receivable, bisect_right(self._at[receivable], instant), day
        known = self._asked.get(key)
        if known is None:
            known = self._asked[key] = self.position(receivable, instant).asked(day)
        return known

    @cached_property
    def lives(self) -> list[tuple[str, int, int]]:
        """Each receivable with the instants of its issue and from which it is settled for good, if it is."""
        return [(name, at[0], self._settled_for_good(name)) for name, at in self._at.items() if at]

    def _settled_for_good(self, receivable: str) -> int:
        since = _NEVER
        for at, position in zip(reversed(self._at[receivable]), reversed(self._positions[receivable]), strict=True):
            if position.settled is None:
                break
            since = at
        return since

    def settlements(self, receivable: str) -> list[Span]:
        """Spans in which the receivable is settled, each caused by the event that settled it."""
        spans: list[Span] = []
        for at, position in zip(self._at[receivable], self._positions[receivable], strict=True):
            if spans and spans[-1].end is None and spans[-1].cause != position.settled_by:
                spans[-1] = evolve(spans[-1], end=at)
            if position.settled is not None and not (spans and spans[-1].end is None):
                spans.append(Span(at, None, position.settled_by, position.settled_known))
        return spans

    def given(self, receivables: Iterable[str], since: int, until: int) -> list[Gift]:
        """What had been given to these receivables from `since` up to, not including, `until`, as it stood then."""
        names = frozenset(receivables)
        for told_until, gifts in self._gifts:
            if told_until is None or until <= told_until:
                return [gift for gift in gifts if gift.receivable in names and since <= gift.at < until]
        return []

    def beneficiaries(self, event: str) -> tuple[str, ...]:
        """Receivables that the money of that event went to, in the order in which it was given."""
        return tuple(
            dict.fromkeys(gift.receivable for _, gifts in self._gifts for gift in gifts if gift.event == event)
        )


class LedgerBook:
    """Tells a ledger from facts, in order of time."""

    def __init__(
        self,
        facts: Facts,
        rules: Mapping[str, Rules],
        effective: Callable[[str, int], int],
        zone: str,
        *,
        quotes: Iterable[Quote] = (),
        noticed: bool = False,
    ) -> None:
        self._facts, self._rules, self._effective, self._zone = facts, rules, effective, zone
        self._agreements = tuple(facts.agreements.values())
        self._cancelled = {name: facts.receivables[name].cancellations(self._agreements) for name in rules}
        entries = (*_entries(facts, noticed=noticed), *_quoted(quotes))
        self._entries = sorted(entries, key=lambda entry: entry.key)
        self._retold = {entry.end for entry in self._entries if entry.end is not None}
        self._retold |= {entry.at for entry in self._entries if entry.rank == _APPLIED}
        self._gifts: list[Gift] = []
        self._turns = sorted(
            (instant, name)
            for name in rules
            for instant in (
                *(terms.at for terms in facts.receivables[name].terms),
                *(span.start for span in self._cancelled[name]),
            )
        )
        self._start(0)

    def build(self) -> Ledger:
        """Go through all instants at which anything changes."""
        at: dict[str, list[int]] = {name: [] for name in self._rules}
        positions: dict[str, list[Position]] = {name: [] for name in self._rules}
        told: list[tuple[int | None, list[Gift]]] = []
        done = 0
        for instant in sorted({entry.at for entry in self._entries} | self._retold):
            if instant in self._retold:
                told.append((instant, self._gifts))
                self._start(instant)
                done = 0
            while done < len(self._entries) and self._entries[done].at <= instant:
                self._apply(self._entries[done], instant)
                done += 1
            self._refresh(instant)
            self._distribute(instant)
            for name in sorted(self._touched):
                position = self._positions[name]
                if not positions[name] or positions[name][-1] != position:
                    at[name].append(instant)
                    positions[name].append(position)
            self._touched.clear()
        return Ledger(at, positions, [*told, (None, self._gifts)])

    def _start(self, instant: int) -> None:
        self._turned = 0
        self._touched: set[str] = set()
        self._positions: dict[str, Position] = {}
        self._kept: list[Entry] = []
        self._pool: list[Entry] = []
        self._gifts = []
        self._reserved = sum(entry.amount for entry in self._entries if entry.rank == _APPLIED and entry.at <= instant)

    def _apply(self, entry: Entry, now: int) -> None:
        if entry.end is not None and entry.end <= now:
            return
        self._refresh(entry.at)
        if entry.rank == _ISSUE:
            self._claim(entry)
        elif entry.rank == _APPLIED:
            self._reserved -= entry.amount
            for part in self._draw(entry.amount):
                self._spend(evolve(entry, amount=part.amount, known=max(entry.known, part.known)))
        elif entry.rank == _MONEY:
            self._spend(entry)
        elif entry.rank == _QUOTED and entry.names[0] in self._positions:
            position = self._positions[entry.names[0]]
            self._put(entry.names[0], position.quote(civil_day(entry.at, self._zone), entry.until))
        self._distribute(entry.at)

    def _spend(self, entry: Entry) -> None:
        """Give an entry's money to what it names, else to the oldest; the rest is an unapplied credit."""
        rest = entry.amount
        for place, name in enumerate(entry.names):
            if name not in self._positions:
                self._kept.append(evolve(entry, amount=rest, names=entry.names[place:]))
                return
            rest = self._give(name, rest, entry)
        if not (entry.names or entry.pooled):
            rest = self._give_oldest(rest, entry)
        self._save(evolve(entry, amount=rest))

    def _give_oldest(self, amount: int, entry: Entry) -> int:
        for name in self._oldest(entry.at):
            if not amount:
                break
            amount = self._give(name, amount, entry)
        return amount

    def _claim(self, issue: Entry) -> None:
        """Let money that waited for a receivable go to it, now that it is issued."""
        kept, self._kept = self._kept, []
        for entry in kept:
            if entry.names[0] in self._positions:
                self._spend(evolve(entry, at=issue.at, known=max(entry.known, issue.known)))
            else:
                self._kept.append(entry)

    def _save(self, entry: Entry) -> None:
        if entry.amount:
            self._pool.append(entry)

    def _draw(self, amount: int) -> Iterator[Entry]:
        """Take so much out of the unapplied credits, the oldest first."""
        while amount and self._pool:
            source = self._pool.pop(0)
            part = min(amount, source.amount)
            amount -= part
            if source.amount > part:
                self._pool.insert(0, evolve(source, amount=source.amount - part))
            yield evolve(source, amount=part)

    def _distribute(self, instant: int) -> None:
        """Let the unapplied credit reduce the oldest open receivables."""
        spare = sum(entry.amount for entry in self._pool) - self._reserved
        if spare <= 0:
            return
        for source in list(self._draw(spare)):
            rest = self._give_oldest(source.amount, evolve(source, at=instant))
            self._save(evolve(source, amount=rest))

    def _refresh(self, instant: int) -> None:
        """Issue, amend and void what has been issued, amended and voided by now."""
        while self._turned < len(self._turns) and self._turns[self._turned][0] <= instant:
            _, name = self._turns[self._turned]
            self._turned += 1
            self._turn(name, self._turns[self._turned - 1][0])

    def _turn(self, name: str, instant: int) -> None:
        """Bring one receivable to its terms of an instant."""
        terms = self._facts.receivables[name].terms_at(instant)
        if terms.at > instant:
            return
        position = self._positions.get(name)
        amount, day = terms.amount.minor - terms.rebate, civil_day(terms.at, self._zone)
        if position is None:
            position = Position(
                amount=amount,
                due=terms.due,
                effective=self._effective(name, terms.due),
                rebate=terms.rebate,
                rules=self._rules[name].charges,
                measures=self._rules[name].measures,
                tolerance=self._rules[name].tolerance,
                known=terms.known,
            )
            self._put(name, position.close(day, terms.at, terms.event, terms.known))
        elif (position.amount, position.rebate, position.due) != (amount, terms.rebate, terms.due):
            effective = self._effective(name, terms.due)
            moved = position.amend(amount, terms.due, effective, rebate=terms.rebate)
            self._refund(terms.event, instant, moved.excess, moved.known)
            self._put(name, moved.relieved().close(day, terms.at, terms.event, terms.known))
        position = self._positions[name]
        if position.given and self._is_cancelled(name, instant):
            self._set_free(name, position, instant)

    def _set_free(self, name: str, position: Position, instant: int) -> None:
        """Give away what a cancelled receivable was given; an instalment's goes to what it replaced.

        An instalment that is settled stays so: what it paid is paid of the originals too.
        """
        originals = self._replaced(name)
        is_kept = bool(originals) and position.settled is not None
        if not is_kept:
            self._put(name, position.emptied())
        elif instant not in {span.start for span in self._cancelled[name]}:
            return
        self._refund(self._cancelled[name][0].cause, instant, position.given, position.known, originals)

    def _put(self, name: str, position: Position) -> None:
        self._positions[name] = position
        self._touched.add(name)

    def _refund(self, event: str, instant: int, amount: int, known: int, names: tuple[str, ...] = ()) -> None:
        """Set money free: it goes to these, else it is an unapplied credit."""
        entry = Entry(at=instant, rank=_MONEY, event=event, known=known, amount=amount, names=names, pooled=True)
        self._spend(entry)

    def _replaced(self, name: str) -> tuple[str, ...]:
        """What an instalment replaced, the oldest first; nothing for other receivables."""
        found = [original for each in self._agreements if name in each.instalments for original in each.receivables]
        known = [(self._positions[original].due, original) for original in found if original in self._positions]
        return tuple(original for _, original in sorted(known))

    def _is_cancelled(self, name: str, instant: int) -> bool:
        return any(span.covers(instant) for span in self._cancelled[name])

    def _oldest(self, instant: int) -> list[str]:
        replaced = {
            name
            for opening in self._agreements
            if opening.start is not None and opening.start <= instant and (opening.end is None or instant < opening.end)
            for name in opening.receivables
        }
        open_ones = [
            (position.due, name)
            for name, position in self._positions.items()
            if position.settled is None
            and name not in replaced
            and not self._is_cancelled(name, instant)
            and not any(span.covers(instant) for _, span in self._facts.receivables[name].void)
        ]
        return [name for _, name in sorted(open_ones)]

    def _give(self, name: str, amount: int, entry: Entry) -> int:
        position = self._positions[name]
        if self._is_cancelled(name, entry.at):
            return amount
        day = civil_day(entry.at, self._zone)
        part = min(amount, position.breakdown(day).total)
        if part:
            self._put(name, position.give(part, day, entry.at, entry.event, entry.known))
            self._gifts.append(Gift(entry.at, name, part, entry.event, entry.known))
        return amount - part


def _entries(facts: Facts, *, noticed: bool) -> Iterator[Entry]:
    yield from _terms(facts)
    for payment in facts.payments.values():
        for episode in (*payment.settled, *(payment.notices if noticed else ())):
            yield Entry(
                at=episode.start,
                rank=_MONEY,
                event=episode.event,
                known=episode.known,
                amount=episode.amount.minor,
                names=episode.receivables,
                end=episode.end,
            )
    for credit in facts.credits:
        yield Entry(
            at=credit.at,
            rank=_APPLIED if credit.applied else _MONEY,
            event=credit.event,
            known=credit.known,
            amount=credit.amount.minor,
            names=credit.receivables,
            pooled=not credit.receivables,
        )


def _quoted(quotes: Iterable[Quote]) -> Iterator[Entry]:
    for quote in quotes:
        yield Entry(
            at=quote.at, rank=_QUOTED, event=quote.event, known=quote.at, names=(quote.receivable,), until=quote.until
        )


def _terms(facts: Facts) -> Iterator[Entry]:
    for receivable in facts.receivables.values():
        for place, terms in enumerate(receivable.terms):
            yield Entry(at=terms.at, rank=_TURN if place else _ISSUE, event=terms.event, known=terms.known)
        for _, span in receivable.void:
            yield Entry(at=span.start, rank=_TURN, event=span.cause, known=span.known)
    for opening in facts.agreements.values():
        for instant in (opening.start, opening.end):
            if instant is not None:
                yield Entry(at=instant, rank=_TURN, event=opening.cause, known=opening.known)
