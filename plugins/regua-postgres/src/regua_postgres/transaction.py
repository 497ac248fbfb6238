"""Work on debtors of one creditor, inside a transaction that holds the rows of their accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from psycopg import Cursor, Error, IntegrityError
from psycopg.pq import TransactionStatus

from regua.core.events.base import Event
from regua.ports import AccountRecord, Attempt, OutboxAction
from regua.storing import check_actions, check_attempt, check_events, conflict, rows
from regua_postgres.statements import (
    ACCOUNT,
    ADD_ACCOUNT,
    ADD_EVENTS,
    ATTEMPTS,
    COPY_EVENTS,
    DEBTOR_OF,
    EVENTS_OF,
    FINISH,
    HOLD_ACCOUNT,
    HOLD_PENDING,
    KEEP,
    KEPT,
    OUTBOX,
    PUT_ACTION,
    PUT_ATTEMPT,
    PUT_WAKEUP,
    RAISE_VERSION,
)

COPIED: Final = 100
"""From how many events on they are copied: fewer are quicker in one statement."""


class PostgresTransaction:
    """A `Transaction` on a cursor; a call that is refused changes nothing.

    Args:
        cursor: of a connection inside a transaction; gives rows as plain tuples.
        creditor: whose debtors these are.
    """

    def __init__(self, cursor: Cursor[rows.Row], creditor: str) -> None:
        self._cursor, self._creditor = cursor, creditor

    def load(self, debtor: str, *, since: int = 0) -> AccountRecord:
        """Read one debtor, and hold its account until the end; what is pending of it nobody claims meanwhile."""
        key = (self._creditor, debtor)
        if not self._all(HOLD_ACCOUNT, *key):
            self._cursor.execute(ADD_ACCOUNT, key)  # waits for who adds it at the same time
            self._cursor.execute(HOLD_ACCOUNT, key)
        return load(self._cursor, *key, since=since, hold=True)

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
            return next((version for version, _ in self._all(ACCOUNT, self._creditor, debtor)), 0)
        check_events(self._creditor, debtor, events)
        lines = [(event.id, rows.from_event(event)) for event in events]
        try:
            with savepoint(self._cursor):
                return self._copy(debtor, lines) if len(lines) >= COPIED else self._insert(debtor, lines)
        except IntegrityError:
            self._check_new(events)
            raise

    def _insert(self, debtor: str, lines: Sequence[tuple[str, str]]) -> int:
        key, number = (self._creditor, debtor), len(lines)
        ids, texts = map(list, zip(*lines, strict=True))
        self._cursor.execute(ADD_EVENTS, (*key, number, *key, number, ids, texts))
        return max(int(version) for (version,) in self._cursor.fetchall())

    def _copy(self, debtor: str, lines: Sequence[tuple[str, str]]) -> int:
        ((version,),) = self._all(RAISE_VERSION, self._creditor, debtor, len(lines))
        with self._cursor.copy(COPY_EVENTS) as copy:
            for place, (id_, line) in enumerate(lines, version - len(lines) + 1):
                copy.write_row((self._creditor, id_, debtor, place, line))
        return int(version)

    def _check_new(self, events: Sequence[Event]) -> None:
        stored: dict[str, str] = dict(self._all(DEBTOR_OF, self._creditor, [event.id for event in events]))
        for event in events:
            if event.id in stored:
                raise conflict(event, stored[event.id])
            stored[event.id] = event.debtor

    def put(self, debtor: str, actions: Sequence[OutboxAction], *, wakeup_us: int | None) -> None:
        """Insert or replace actions of the outbox, and say when the debtor is to be planned again.

        Raises:
            AccountMismatch: an action is of another account.
            ValueError: an action is another debtor's, its epoch is lowered, or it does not move between these states.
        """
        check_actions(self._creditor, debtor, actions)
        with _refusing(f"debtor {debtor!r}"), savepoint(self._cursor):
            self._cursor.execute(PUT_WAKEUP, (self._creditor, debtor, wakeup_us))
            self._cursor.executemany(PUT_ACTION, [rows.from_action(action) for action in actions])

    def begin(self, attempt: Attempt) -> None:
        """Write the evidence of an attempt.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: the action is not in the outbox, or has an attempt of that number.
        """
        check_attempt(self._creditor, attempt)
        with _refusing(_named(attempt)), savepoint(self._cursor):
            self._cursor.execute(PUT_ATTEMPT, rows.from_attempt(attempt))

    def finish(self, attempt: Attempt) -> bool:
        """Add what came of an attempt, once.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: it says no outcome.
        """
        check_attempt(self._creditor, attempt)
        outcome = (attempt.outcome, attempt.reference, attempt.reason, attempt.receipt_us)
        with _refusing(_named(attempt)), savepoint(self._cursor):
            self._cursor.execute(FINISH, (*outcome, self._creditor, attempt.action, attempt.number))
            return self._cursor.rowcount == 1

    def keep(self, debtor: str, records: Mapping[str, Mapping[str, str]]) -> None:
        """Store personal data; the fields of a reference replace those that it had."""
        written = [(self._creditor, debtor, ref, rows.from_fields(fields)) for ref, fields in sorted(records.items())]
        with savepoint(self._cursor):
            self._cursor.executemany(KEEP, written)

    def _all(self, statement: str, *values: object) -> list[rows.Row]:
        return self._cursor.execute(statement, values).fetchall()


def load(cursor: Cursor[rows.Row], creditor: str, debtor: str, *, since: int, hold: bool = False) -> AccountRecord:
    """Read one debtor, inside a transaction.

    Args:
        cursor: of one whose reads are of one moment, or that holds the account.
        creditor: who is owed.
        debtor: who owes.
        since: leave out the events up to that version.
        hold: keep what is pending from being claimed until the transaction ends.
    """
    key = (creditor, debtor)
    version, wakeup_us = next(iter(cursor.execute(ACCOUNT, key).fetchall()), (0, None))
    outbox = _outbox(cursor, key)
    pending = [action.id for action in outbox if action.state == "pending"]
    if hold and pending and [action for (action,) in cursor.execute(HOLD_PENDING, key).fetchall()] != pending:
        outbox = _outbox(cursor, key)  # somebody claimed between the two reads, and nobody can any more
    events = cursor.execute(EVENTS_OF, (*key, since)).fetchall()
    return AccountRecord(version=version, events=rows.to_events(events), outbox=outbox, wakeup_us=wakeup_us)


def _outbox(cursor: Cursor[rows.Row], key: tuple[str, str]) -> tuple[OutboxAction, ...]:
    return tuple(map(rows.to_action, cursor.execute(OUTBOX, key).fetchall()))


def to_kept(found: Sequence[rows.Row]) -> dict[str, dict[str, str]]:
    """Read personal data from its rows."""
    return {ref: json.loads(fields) for ref, fields in found}


@contextmanager
def savepoint(cursor: Cursor[Any], name: str = "regua_call") -> Iterator[None]:
    """Undo what is done inside after an error, and leave the transaction around it usable."""
    cursor.execute(f"SAVEPOINT {name}")
    try:
        yield
        cursor.execute(f"RELEASE {name}")
    except BaseException:
        if cursor.connection.info.transaction_status != TransactionStatus.UNKNOWN:
            with suppress(Error):  # what broke meanwhile is not the error to tell
                cursor.execute(f"ROLLBACK TO {name}; RELEASE {name}")
        raise


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """Say of a row that the tables refuse what it is; its values stay out of the text."""
    try:
        yield
    except IntegrityError as error:
        message = f"{what} is refused: {error.diag.message_primary}"
        raise ValueError(message) from None


def _named(attempt: Attempt) -> str:
    return f"attempt {attempt.number} of action {attempt.action!r}"
