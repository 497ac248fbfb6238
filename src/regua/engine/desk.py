"""One creditor's work: who is to be planned again, what is due, what dead workers left."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice
from typing import Final

from attrs import asdict, evolve

from regua.core.events import Event
from regua.engine.asking import Asking
from regua.engine.book import AccountBook, Clock
from regua.engine.creditor import Creditor
from regua.engine.delivery import Delivery, Result
from regua.engine.errands import Errands
from regua.engine.identifying import identity_of, unidentified
from regua.engine.pacing import Paces
from regua.engine.parts import Parts
from regua.engine.receipts import Receipts
from regua.engine.recovery import recover
from regua.engine.settings import CreditorSettings
from regua.engine.shelf import Shelf
from regua.engine.sparing import PUT_OFF_FOR, Sparing, said_of
from regua.engine.telling import Telling
from regua.engine.unknowns import Unknowns
from regua.engine.writing import Letters
from regua.errors import ReguaError, SettingsError
from regua.messages import CreditorIdentity
from regua.ports import Boleto, OutboxAction, Receipt

AT_ONCE: Final = 20
"""Actions looked after, claimed, and debtors planned again, in one go."""
UNPLANNABLE: Final = "a debtor cannot be planned; Creditor.schedule says why"
BROKEN_OFF: Final = "an action or a debtor makes regua or its store fail; it is put off, and the others go on"


def never() -> bool:
    """Nobody asks a run to stop."""
    return False


class Desk:
    """Everything that an engine does for one creditor."""

    def __init__(self, name: str, parts: Parts, paces: Paces, clock: Clock, telling: Telling) -> None:
        settings = parts.creditors[name]
        shelf = Shelf(
            name,
            settings.policies,
            parts.store,
            parts.catalog,
            segments=settings.segments,
            by_order=settings.by_order,
            orders_boletos=bool(settings.boleto),
        )
        self._book = book = AccountBook(
            creditor=name,
            store=parts.store,
            shelf=shelf,
            calendars=parts.calendars,
            indexes=parts.indexes,
            kinds=parts.kinds,
            now=clock.now,
            elapsed=clock.elapsed,
            log=telling.log,
            told=parts.told(telling.log),
        )
        identity = _identity(name, settings, shelf)
        letters = Letters(identity, parts.messages)
        self._left: deque[OutboxAction] = deque()
        self._in_hand: set[tuple[str, int]] = set()
        self._lost_a_claim = False
        self._sparing = Sparing(book)
        boletos = parts.boletos_of(name)
        self._asking = Asking(book, parts.channels, parts.by_name, boletos, paces)
        self._receipts = Receipts(book, self._asking)
        errands = Errands(parts.channels, parts.by_kind, letters, asdict(identity), boletos)
        self._delivery = Delivery(book, errands, self._asking, paces, telling)
        self.creditor = Creditor(book, identity, Unknowns(book, self._asking))

    def next_us(self) -> int | None:
        """The next instant at which there can be something to do, or None."""
        return self._book.store.next_us(self._book.creditor)

    def run_due(self, limit: int, stop: Callable[[], bool] = never) -> Iterator[Result]:
        """Ask what became of what is open and carry out what is due, in turn, and say of each action what came of it.

        `stop` is asked before each.
        """
        yield from self._delivery.end_rest(self._sparing)
        self._find_lost_claims()
        self._give_back(self._left)
        yield from recover(self._book, self._asking, self._sparing)
        is_enough: Callable[[], bool] = lambda: limit <= 0 or stop()  # noqa: E731 - one line says it
        hear, repeat = self._receipts.hear, self._delivery.repeat
        open_ones: Iterator[Result | None] = self._asking.look(hear, repeat, is_enough, self._sparing)
        while not is_enough():
            looked_after = 0
            for result in islice(open_ones, AT_ONCE):
                looked_after += 1
                if result is not None:
                    limit -= 1
                    yield result
            if is_enough():
                return
            claimed = self._claim(min(limit, AT_ONCE))
            limit -= len(claimed)
            yield from self._carry_out(claimed, stop)
            if not (looked_after or claimed):
                woken = yield from self._wake()
                if not woken:
                    return

    def _claim(self, limit: int) -> Sequence[OutboxAction]:
        store = self._book.store
        try:
            claimed = store.claim(self._book.creditor, owner=store.owner(), until_us=self._book.now(), limit=limit)
        except BaseException:  # some may be ours all the same, and nobody else would take them while this process lives
            self._lost_a_claim = True
            raise
        self._in_hand.update((row.id, row.epoch) for row in claimed)
        return claimed

    def _find_lost_claims(self) -> None:
        """Find what was claimed by a call that did not say so; who has begun it by then is fenced by the epoch."""
        if not self._lost_a_claim:
            return
        self._lost_a_claim = False  # before it is looked: another thread may lose one meanwhile
        try:
            store, ours = self._book.store, self._book.store.owner()
            held = store.held(self._book.creditor)
        except BaseException:
            self._lost_a_claim = True
            raise
        for row in held:
            if (row.state, row.owner) == ("claimed", ours) and (row.id, row.epoch) not in self._in_hand:
                self._in_hand.add((row.id, row.epoch))
                self._left.append(row)

    def _carry_out(self, claimed: Sequence[OutboxAction], stop: Callable[[], bool]) -> Iterator[Result]:
        left = deque(claimed)
        try:
            while left and not stop():
                result = self._one(left[0])
                self._forget(left.popleft())
                if result is not None:
                    yield result
        finally:  # empty, unless something ended this run: nobody else would take them while this process lives
            self._left.extend(left)
            self._give_back(self._left)

    def _one(self, row: OutboxAction) -> Result | None:
        try:
            return self._delivery.carry_out(row)
        except Exception as error:  # noqa: BLE001 - of this action; the others go on
            self._tell(error, row.debtor, action=row.id)
            self._put_off(row, said_of(error))
            return "stuck"

    def _put_off(self, row: OutboxAction, reason: str) -> None:
        try:
            self._release(row, self._book.now() + PUT_OFF_FOR, reason)
        except Exception as error:  # noqa: BLE001 - it stays claimed, and is given back later
            self._left.append(row)
            self._sparing.rest(row.id, error)
            self._tell(error, row.debtor, action=row.id)

    def _give_back(self, rows: deque[OutboxAction]) -> None:
        """Give claims back that nobody carries out; what the store cannot take now is given back with a later run."""
        for _ in range(len(rows)):
            try:
                row = rows.popleft()
            except IndexError:  # another thread has taken it
                return
            if self._sparing.rests(row.id):
                rows.append(row)
                continue
            try:
                self._release(row, row.due_us, "")
            except Exception as error:  # noqa: BLE001 - of this action; the others go on
                rows.append(row)
                self._tell(error, row.debtor, action=row.id)
                self._sparing.rest(row.id, error)
            except BaseException:
                rows.append(row)
                raise
            else:
                self._forget(row)

    def _forget(self, row: OutboxAction) -> None:
        """Have it in hand no more."""
        self._in_hand.discard((row.id, row.epoch))

    def _release(self, row: OutboxAction, due_us: int, reason: str) -> None:
        """Give a claim back, where it still is one."""
        with self._book.change(row.debtor) as change:
            current = change.state.row(row.id)
            if current is not None and (current.state, current.epoch) == ("claimed", row.epoch):
                freed = evolve(current, state="pending", owner="", due_us=due_us, reason=reason)
                change.write([freed], wakeup_us=change.state.wakeup_us)

    def _wake(self) -> Generator[Result, None, int]:
        """Plan again those whose time has come; what has become due enters the outbox."""
        book, resting = self._book, self._sparing.count
        found = book.store.wakeups(book.creditor, until_us=book.now(), limit=AT_ONCE + resting)
        debtors = [debtor for debtor in found if not self._sparing.rests(debtor)]
        for debtor in debtors:
            try:
                with book.change(debtor) as change:
                    wakeup = change.state.wakeup_us
                    if wakeup is not None and wakeup <= change.now:  # nobody else has done it meanwhile
                        change.advance()
            except Exception as error:  # noqa: BLE001 - of this debtor; the others go on
                self._tell(error, debtor)
                self._wake_later(debtor)
                yield "stuck"
        return len(debtors)

    def _wake_later(self, debtor: str) -> None:
        try:
            with self._book.change(debtor) as change:
                change.write((), wakeup_us=change.now + PUT_OFF_FOR)
        except Exception as error:  # noqa: BLE001 - as above
            self._sparing.rest(debtor, error)
            self._tell(error, debtor)

    def _tell(self, error: Exception, debtor: str, **about: str) -> None:
        self._sparing.tell(error, UNPLANNABLE if isinstance(error, ReguaError) else BROKEN_OFF, debtor=debtor, **about)

    def see(self, provider: str, boleto: Boleto) -> Sequence[Event] | None:
        """Record what a provider holds of a boleto; None where it is not of this creditor."""
        return self._receipts.see(provider, boleto)

    def receive(self, channel: str, said: Receipt | Event, *, reports: bool) -> Sequence[Event] | None:
        """Record what a provider says; None where it is not about this creditor."""
        if isinstance(said, Receipt):
            return self._receipts.take(channel, said, reports=reports)
        if said.creditor != self._book.creditor:
            return None
        return self.creditor.record(said)


def _identity(name: str, settings: CreditorSettings, shelf: Shelf) -> CreditorIdentity:
    """Who the creditor is.

    Raises:
        SettingsError: it does not say so, and a policy wants it to (CDC art. 42-A).
    """
    lacking = unidentified(name, settings, shelf.in_force)
    if lacking:
        raise SettingsError([lacking])
    return identity_of(settings)
