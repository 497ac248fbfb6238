"""Work on debtors of one creditor, while the store's lock is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from attrs import evolve

from regua.builtin.memory.books import Books, Undo
from regua.core.events.base import Event
from regua.ports import AccountRecord, Attempt, OutboxAction, RawAnswer
from regua.storing import check_actions, check_attempt, check_events, conflict, may_move


class MemoryTransaction:
    """A `Transaction` on the books of a creditor; a call that is refused changes nothing.

    Args:
        books: of the creditor.
        creditor: whose debtors these are.
        undo: takes what is done here back.
    """

    def __init__(self, books: Books, creditor: str, undo: Undo) -> None:
        self._open: Books | None = books
        self._creditor, self._undo = creditor, undo

    @property
    def _books(self) -> Books:
        if self._open is None:
            message = "this transaction has ended with its block; open another"
            raise RuntimeError(message)
        return self._open

    def end(self) -> None:
        """Be of no use any more."""
        self._open = None

    def load(self, debtor: str, *, since: int = 0) -> AccountRecord:
        """Read one debtor; the store's lock holds every account until the end."""
        return self._books.record(debtor, since)

    def kept(self, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference, in order of the references."""
        return self._books.kept(debtor)

    def attempts(self, debtor: str) -> Sequence[Attempt]:
        """The evidence of one debtor, in the order of the intents."""
        return self._books.attempts_of(debtor)

    def append(self, debtor: str, events: Sequence[Event]) -> int:
        """Add facts to the log.

        Raises:
            AccountMismatch: an event is of another account.
            EventConflict: an id is stored.
        """
        check_events(self._creditor, debtor, events)
        new: dict[str, str] = {}
        for event in events:
            stored_for = self._books.debtor_of.get(event.id) or new.get(event.id)
            if stored_for is not None:
                raise conflict(event, stored_for)
            new[event.id] = debtor
        return self._books.add_events(debtor, events, self._undo)

    def put(self, debtor: str, actions: Sequence[OutboxAction], *, wakeup_us: int | None, digest: str = "") -> None:
        """Insert or replace actions of the outbox, and say when the debtor is to be planned again.

        Raises:
            AccountMismatch: an action is of another account.
            ValueError: an action is another debtor's, its epoch is lowered, or it does not move between these states.
        """
        check_actions(self._creditor, debtor, actions)
        with undoing(self._undo):
            self._books.put_wakeup(debtor, wakeup_us, self._undo)
            self._books.put_digest(debtor, digest, self._undo)
            for action in actions:
                before = self._books.actions.get(action.id)
                if before is not None:
                    _check_change(before, action)
                self._books.put_action(action, self._undo)

    def begin(self, attempt: Attempt) -> None:
        """Write the evidence of an attempt.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: the action is not in the outbox, or has an attempt of that number.
        """
        check_attempt(self._creditor, attempt)
        if attempt.action not in self._books.actions:
            raise _refused(_name(attempt), "the action is not in the outbox")
        if (attempt.action, attempt.number) in self._books.attempt_places:
            raise _refused(_name(attempt), "there is one of that number")
        self._books.add_attempt(attempt, self._undo)

    def finish(self, attempt: Attempt) -> bool:
        """Add what came of an attempt, once; where that is there already, the provider's id, where none is.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: it says no outcome.
        """
        check_attempt(self._creditor, attempt)
        place = self._books.attempt_places.get((attempt.action, attempt.number))
        if place is None:
            return False
        begun = self._books.attempts[place]
        if begun.outcome is not None:
            if attempt.reference and not begun.reference:
                self._books.finish_attempt(evolve(begun, reference=attempt.reference), place, self._undo)
            return False
        if attempt.outcome is None:
            raise _refused(_name(attempt), "of an attempt only its outcome is added, once")
        said = {name: getattr(attempt, name) for name in ("outcome", "reference", "reason", "receipt_us")}
        self._books.finish_attempt(evolve(begun, **said), place, self._undo)
        return True

    def keep(self, debtor: str, records: Mapping[str, Mapping[str, str]]) -> None:
        """Store personal data; the fields of a reference replace those that it had."""
        for ref, fields in records.items():
            self._books.put_person(debtor, ref, dict(fields), self._undo)

    def keep_answer(self, answer: RawAnswer) -> None:
        """Store what a provider answered about an attempt.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: there is no such attempt.
        """
        check_attempt(self._creditor, answer)
        if (answer.action, answer.number) not in self._books.attempt_places:
            raise _refused(f"an answer about {_name(answer)}", "there is no such attempt")
        self._books.add_answer(answer, self._undo)

    def answers(self, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, in the order of keeping."""
        return tuple(self._books.answers.get(debtor, ()))

    def take_number(self, name: str) -> int:
        """Give the creditor's next number of that name."""
        number = self._books.numbers[name] + 1
        self._books.put_number(name, number, self._undo)
        return number

    def raise_number(self, name: str, *, at_least: int) -> None:
        """See that numbers of that name go on after one that was given elsewhere.

        Raises:
            ValueError: it is below 1.
        """
        if at_least < 1:
            raise _refused(f"number {at_least} of {name!r}", "numbers begin at 1")
        self._books.put_number(name, max(self._books.numbers[name], at_least), self._undo)


@contextmanager
def undoing(undo: Undo) -> Iterator[None]:
    """Take back what is done inside, the newest first, after an error."""
    start = len(undo)
    try:
        yield
    except BaseException:
        while len(undo) > start:
            undo.pop()()
        raise


def _check_change(before: OutboxAction, after: OutboxAction) -> None:
    what = f"action {after.id!r}"
    if before.debtor != after.debtor:
        raise _refused(what, "an action stays with its debtor")
    if after.epoch < before.epoch:
        raise _refused(what, "the epoch of an action is never lowered")
    if not may_move(before.state, after.state):
        raise _refused(what, f"an action does not move from {before.state} to {after.state}")


def _name(attempt: Attempt | RawAnswer) -> str:
    return f"attempt {attempt.number} of action {attempt.action!r}"


def _refused(what: str, why: str) -> ValueError:
    return ValueError(f"{what} is refused: {why}")


@contextmanager
def ending(transaction: MemoryTransaction) -> Iterator[None]:
    """End a transaction with its block."""
    try:
        yield
    finally:
        transaction.end()
