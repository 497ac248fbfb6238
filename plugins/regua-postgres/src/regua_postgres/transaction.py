"""Work on debtors of one creditor, inside a transaction that holds the rows of their accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from psycopg import Connection, Cursor, IntegrityError, InterfaceError

from regua.core.events.base import Event
from regua.ports import AccountRecord, Attempt, OutboxAction, RawAnswer
from regua.storing import check_actions, check_attempt, check_events, conflict, rows
from regua_postgres.batches import roll_back, run, write
from regua_postgres.statements import (
    ACCOUNT,
    ADD_ACCOUNT,
    ADD_EVENTS,
    ANSWERS,
    ATTEMPTS,
    DEBTOR_OF,
    EVENTS_OF,
    FINISH,
    HOLD_ACCOUNT,
    HOLD_PENDING,
    KEEP,
    KEEP_ANSWER,
    KEPT,
    OUTBOX,
    PUT_ACTION,
    PUT_ATTEMPT,
    PUT_WAKEUP,
    RAISE_NUMBER,
    REFER,
    TAKE_NUMBER,
)

NOTHING: Final = AccountRecord(version=0, events=(), outbox=(), wakeup_us=None)


class PostgresTransaction:
    """A `Transaction` on a cursor; a call that is refused changes nothing.

    Args:
        cursor: of a connection inside a transaction; gives rows as plain tuples.
        creditor: whose debtors these are.
    """

    def __init__(self, cursor: Cursor[rows.Row], creditor: str) -> None:
        self._cursor, self._creditor = cursor, creditor

    @property
    def _connection(self) -> Connection[Any]:
        if self._cursor.closed:
            message = "this transaction has ended with its block; open another"
            raise InterfaceError(message)
        return self._cursor.connection

    def load(self, debtor: str, *, since: int = 0) -> AccountRecord:
        """Read one debtor, and hold its account until the end; what is pending of it nobody claims meanwhile."""
        held = _load(self._connection, HOLD_ACCOUNT, self._creditor, debtor, since)
        if held is None:
            run(self._connection, (ADD_ACCOUNT, (self._creditor, debtor)))  # waits for who adds it at the same time
            held = _load(self._connection, HOLD_ACCOUNT, self._creditor, debtor, since)
        return held or NOTHING

    def kept(self, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference, in order of the references."""
        return to_kept(self._all(KEPT, self._creditor, debtor))

    def attempts(self, debtor: str) -> Sequence[Attempt]:
        """The evidence of one debtor, in the order of the intents."""
        return tuple(map(rows.to_attempt, self._all(ATTEMPTS, self._creditor, debtor)))

    def append(self, debtor: str, events: Sequence[Event]) -> int:
        """Add facts to the log and raise the account's version by their number.

        Raises:
            AccountMismatch: an event is of another account.
            EventConflict: an id is stored.
        """
        if not events:
            return next((version for version, *_ in self._all(ACCOUNT, self._creditor, debtor)), 0)
        check_events(self._creditor, debtor, events)
        lines = [(event.id, rows.from_event(event)) for event in events]
        try:
            return self._insert(debtor, lines)
        except IntegrityError:
            self._check_new(events)
            raise

    def _insert(self, debtor: str, lines: Sequence[tuple[str, str]]) -> int:
        key, number = (self._creditor, debtor), len(lines)
        ids, texts = zip(*lines, strict=True)
        (added,) = write(self._connection, (ADD_EVENTS, (*key, number, *key, number, list(ids), "\n".join(texts))))
        return max(int(version) for (version,) in added.fetchall())

    def _check_new(self, events: Sequence[Event]) -> None:
        stored: dict[str, str] = dict(self._all(DEBTOR_OF, self._creditor, [event.id for event in events]))
        for event in events:
            if event.id in stored:
                raise conflict(event, stored[event.id])
            stored[event.id] = event.debtor

    def put(self, debtor: str, actions: Sequence[OutboxAction], *, wakeup_us: int | None, digest: str = "") -> None:
        """Insert or replace actions of the outbox, and say when the debtor is to be planned again.

        Raises:
            AccountMismatch: an action is of another account.
            ValueError: an action is another debtor's, its epoch is lowered, or it does not move between these states.
        """
        check_actions(self._creditor, debtor, actions)
        put = [(PUT_ACTION, rows.from_action(action)) for action in actions]
        with _refusing(f"debtor {debtor!r}"):
            write(self._connection, (PUT_WAKEUP, (self._creditor, debtor, wakeup_us, digest)), *put)

    def begin(self, attempt: Attempt) -> None:
        """Write the evidence of an attempt.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: the action is not in the outbox, or has an attempt of that number.
        """
        check_attempt(self._creditor, attempt)
        with _refusing(_named(attempt)):
            write(self._connection, (PUT_ATTEMPT, rows.from_attempt(attempt)))

    def finish(self, attempt: Attempt) -> bool:
        """Add what came of an attempt, once; where that is there already, the provider's id, where none is.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: it says no outcome.
        """
        check_attempt(self._creditor, attempt)
        outcome = (attempt.outcome, attempt.reference, attempt.reason, attempt.receipt_us)
        key = (self._creditor, attempt.action, attempt.number)
        with _refusing(_named(attempt)):
            (ended,) = write(self._connection, (FINISH, (*outcome, *key)))
            is_new = ended.rowcount == 1
            if attempt.reference and not is_new:
                write(self._connection, (REFER, (attempt.reference, *key)))
        return is_new

    def keep(self, debtor: str, records: Mapping[str, Mapping[str, str]]) -> None:
        """Store personal data; the fields of a reference replace those that it had."""
        kept = [(self._creditor, debtor, ref, rows.from_fields(fields)) for ref, fields in sorted(records.items())]
        with _refusing(f"personal data of debtor {debtor!r}"):  # PostgreSQL would show the row
            write(self._connection, *((KEEP, values) for values in kept))

    def keep_answer(self, answer: RawAnswer) -> None:
        """Store what a provider answered about an attempt.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: there is no such attempt.
        """
        check_attempt(self._creditor, answer)
        with _refusing(f"an answer about {_named(answer)}"):
            write(self._connection, (KEEP_ANSWER, rows.from_answer(answer)))

    def answers(self, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, in the order of keeping."""
        return tuple(map(rows.to_answer, self._all(ANSWERS, self._creditor, debtor)))

    def take_number(self, name: str) -> int:
        """Give the creditor's next number of that name; who takes one beside this waits for the end."""
        (taken,) = write(self._connection, (TAKE_NUMBER, (self._creditor, name)))
        ((number,),) = taken.fetchall()
        return int(number)

    def raise_number(self, name: str, *, at_least: int) -> None:
        """See that numbers of that name go on after one that was given elsewhere.

        Raises:
            ValueError: it is below 1.
        """
        with _refusing(f"number {at_least} of {name!r}"):
            write(self._connection, (RAISE_NUMBER, (self._creditor, name, at_least)))

    def _all(self, statement: str, *values: object) -> list[rows.Row]:
        (found,) = run(self._connection, (statement, values))
        return found.fetchall()


def load(connection: Connection[Any], creditor: str, debtor: str, *, since: int) -> AccountRecord:
    """Read one debtor, inside a transaction whose reads are of one moment."""
    return _load(connection, ACCOUNT, creditor, debtor, since) or NOTHING


def _load(connection: Connection[Any], account: str, creditor: str, debtor: str, since: int) -> AccountRecord | None:
    """Read one debtor; each statement sees what was committed before it, so that what is held is held first."""
    key = (creditor, debtor)
    holding = [(HOLD_PENDING, key)] if account == HOLD_ACCOUNT else []
    statements = [(account, key), *holding, (OUTBOX, key), (EVENTS_OF, (*key, since))]
    found, *_, outbox, events = [cursor.fetchall() for cursor in run(connection, *statements)]
    if holding and not found:
        return None
    ((version, wakeup_us, digest),) = found or [(0, None, "")]  # who lost it shows what else there is
    return AccountRecord(
        version=version,
        events=rows.to_events(events),
        outbox=tuple(map(rows.to_action, outbox)),
        wakeup_us=wakeup_us,
        digest=digest,
    )


def to_kept(found: Sequence[rows.Row]) -> dict[str, dict[str, str]]:
    """Read personal data from its rows."""
    return {ref: json.loads(fields) for ref, fields in found}


@contextmanager
def savepoint(connection: Connection[Any], name: str) -> Iterator[None]:
    """Undo what is done inside after an error, and leave the transaction around it usable."""
    connection.execute(f"SAVEPOINT {name}")
    try:
        yield
        connection.execute(f"RELEASE {name}")
    except BaseException:
        roll_back(connection, name)
        raise


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """Say of a row that the tables refuse what it is; its values stay out of the text."""
    try:
        yield
    except IntegrityError as error:
        message = f"{what} is refused: {error.diag.message_primary}"
        raise ValueError(message) from None


def _named(attempt: Attempt | RawAnswer) -> str:
    return f"attempt {attempt.number} of action {attempt.action!r}"
