"""Stores that are broken in one place each, for the contract to catch."""
# ruff: noqa: D102, D106, SLF001 - the class says what is broken, and reaches in to break it

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import evolve

from regua.builtin.memory import MemoryStore
from regua.builtin.memory.transaction import MemoryTransaction
from regua.core.events import Event
from regua.ports import Attempt, OutboxAction, StoredPolicy, Transaction
from regua.testing.contracts.specimens import LOJA, POSTO

BOTH = (LOJA, POSTO)


class Around:
    """A transaction in which a broken store changes something; the rest is as it was."""

    def __init__(self, inner: Transaction) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class BrokenStore(MemoryStore):
    """A store in memory whose transactions are `around`."""

    around: type[Around] = Around

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Any]:
        with super().transaction(creditor, using=using) as transaction:
            yield self.around(transaction)


class LosesTheOrder(MemoryStore):
    """Reads the log by id."""

    def read_all(self, creditor: str) -> Iterator[Event]:
        yield from sorted(super().read_all(creditor), key=lambda event: event.id)


class ReadsEverybodysLog(MemoryStore):
    """Forgets the creditor in one call."""

    def read_all(self, creditor: str) -> Iterator[Event]:  # noqa: ARG002 - the bug
        for each in BOTH:
            yield from super().read_all(each)


class FindsAnothersAttempt(MemoryStore):
    """Looks for a provider's id among all creditors."""

    def find_attempt(self, creditor: str, channel: str, *, key: str = "", reference: str = "") -> Attempt | None:
        found = (
            super(FindsAnothersAttempt, self).find_attempt(each, channel, key=key, reference=reference) for each in BOTH
        )
        return super().find_attempt(creditor, channel, key=key, reference=reference) or next(filter(None, found), None)


class ErasesTheNamesake(MemoryStore):
    """Erases the debtor of that id of each creditor."""

    def erase(self, creditor: str, debtor: str) -> None:  # noqa: ARG002 - the bug
        for each in BOTH:
            super().erase(each, debtor)


class ForgetsToEraseAnswers(MemoryStore):
    """Erases what the creditor kept, and not what providers answered."""

    def erase(self, creditor: str, debtor: str) -> None:
        answers = self.answers(creditor, debtor)
        super().erase(creditor, debtor)
        self._books[creditor].answers[debtor] = [*answers]


class ClaimsUnderTheOldEpoch(MemoryStore):
    """Does not fence the worker before."""

    def claim(self, creditor: str, **how: Any) -> Sequence[OutboxAction]:
        claimed = super().claim(creditor, **how)
        return [evolve(each, epoch=each.epoch - 1) for each in claimed]


class ClaimsTwice(MemoryStore):
    """Reads what is due, and takes it later."""

    def claim(self, creditor: str, *, owner: str, until_us: int, limit: int) -> Sequence[OutboxAction]:
        found = self.due(creditor, until_us=until_us, limit=limit)
        time.sleep(0.001)
        for each in found:
            with self.transaction(creditor) as transaction:
                claimed = evolve(each, state="claimed", owner=owner, epoch=each.epoch + 1)
                transaction.put(each.debtor, [claimed], wakeup_us=transaction.load(each.debtor).wakeup_us)
        return [evolve(each, state="claimed", owner=owner, epoch=each.epoch + 1) for each in found]


class IgnoresTheLimit(MemoryStore):
    """Claims all that is due."""

    def claim(self, creditor: str, *, owner: str, until_us: int, limit: int) -> Sequence[OutboxAction]:
        return super().claim(creditor, owner=owner, until_us=until_us, limit=limit and 1_000_000)


class ForgetsQuestions(MemoryStore):
    """Does not wake up for an executor that is to be asked."""

    def next_us(self, creditor: str) -> int | None:
        books = self._books.get(creditor)
        known = () if books is None else (books.pending.first_us(), books.wakeups.first_us())
        return min((each for each in known if each is not None), default=None)


class TakesTheNewPolicy(MemoryStore):
    """Gives what was asked for, not what is stored."""

    def keep_policy(self, creditor: str, policy: StoredPolicy) -> StoredPolicy:
        super().keep_policy(creditor, policy)
        return policy


class BelievesInEverybody(MemoryStore):
    """Proves nobody dead."""

    def is_alive(self, owner: str) -> bool:  # noqa: ARG002 - the bug
        return True


class CommitsHalf(MemoryStore):
    """Keeps what was done before an error."""

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        error: Exception | None = None
        with super().transaction(creditor, using=using) as transaction:
            try:
                yield transaction
            except Exception as raised:  # noqa: BLE001 - raised again below
                error = raised
        if error is not None:
            raise error


class HoldsNothing(MemoryStore):
    """Two transactions decide on the same account at once."""

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        if using is not None:
            message = "using= is nothing"
            raise ValueError(message)
        undo: list[Any] = []
        yield MemoryTransaction(self._books.setdefault(creditor, _books()), creditor, undo)


def _books() -> Any:
    from regua.builtin.memory.books import Books

    return Books()


class OverwritesTheOutcome(BrokenStore):
    """What came of an attempt is what was said last."""

    class around(Around):  # noqa: N801 - takes the place of the attribute
        def finish(self, attempt: Attempt) -> bool:
            books = self.inner._books
            place = books.attempt_places.get((attempt.action, attempt.number))
            if place is not None and attempt.outcome is not None:
                books.attempts[place] = evolve(books.attempts[place], outcome=None)
            return bool(self.inner.finish(attempt))


class MixesPeople(BrokenStore):
    """Keeps the newest record of a debtor alone."""

    class around(Around):  # noqa: N801 - as above
        def keep(self, debtor: str, records: Mapping[str, Mapping[str, str]]) -> None:
            self.inner._books.people.pop(debtor, None)
            self.inner.keep(debtor, records)


class TakesActionsOver(BrokenStore):
    """Lets an action change its debtor."""

    class around(Around):  # noqa: N801 - as above
        def put(self, debtor: str, actions: Sequence[OutboxAction], *, wakeup_us: int | None, digest: str = "") -> None:
            books = self.inner._books
            for action in actions:
                before = books.actions.get(action.id)
                if before is not None and before.debtor != debtor:
                    books.put_action(evolve(before, debtor=debtor), [])
            self.inner.put(debtor, actions, wakeup_us=wakeup_us, digest=digest)


class AppendsSome(BrokenStore):
    """Leaves what stood before a conflict."""

    class around(Around):  # noqa: N801 - as above
        def append(self, debtor: str, events: Sequence[Event]) -> int:
            version = self.inner.append(debtor, [])
            for event in events:
                version = self.inner.append(debtor, [event])
            return int(version)


BROKEN = [
    each
    for each in globals().values()
    if isinstance(each, type) and issubclass(each, MemoryStore) and each not in {MemoryStore, BrokenStore}
]
