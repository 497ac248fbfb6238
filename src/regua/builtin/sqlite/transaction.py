"""Work on debtors of one creditor, inside a transaction that holds the write lock of the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Final

from regua.builtin.sqlite.columns import ACTION, KEEP_ANSWER, PUT_ACTION, PUT_ATTEMPT
from regua.builtin.sqlite.statements import ANSWERS, ATTEMPTS, KEPT
from regua.core.events.base import Event
from regua.ports import AccountRecord, Attempt, OutboxAction, RawAnswer
from regua.storing import check_actions, check_attempt, check_events, conflict, rows

_ADD_EVENTS: Final = "INSERT INTO regua_event (creditor, event, debtor, version, line) VALUES (?, ?, ?, ?, ?)"
_RAISE_VERSION: Final = (
    "INSERT INTO regua_account (creditor, debtor, version) VALUES (?, ?, ?) "
    "ON CONFLICT (creditor, debtor) DO UPDATE SET version = version + excluded.version RETURNING +version"
)
_PUT_WAKEUP: Final = (
    "INSERT INTO regua_account (creditor, debtor, version, wakeup_us, digest) VALUES (?, ?, 0, ?, ?) "
    "ON CONFLICT (creditor, debtor) DO UPDATE "
    "SET wakeup_us = excluded.wakeup_us, digest = ifnull(nullif(excluded.digest, ''), digest) "
    "WHERE wakeup_us IS NOT excluded.wakeup_us OR excluded.digest NOT IN ('', digest)"
)
_FINISH: Final = (
    "UPDATE regua_attempt SET outcome = ?, reference = ?, reason = ?, receipt_us = ? "
    "WHERE creditor = ? AND action = ? AND number = ? AND outcome IS NULL"
)
_REFER: Final = (
    "UPDATE regua_attempt SET reference = ? "
    "WHERE creditor = ? AND action = ? AND number = ? AND outcome IS NOT NULL AND reference = ''"
)
_KEPT: Final = "SELECT +ref, +fields FROM regua_person WHERE creditor = ? AND debtor = ? AND is_kept = 1"
_KEEP: Final = "INSERT INTO regua_person (creditor, debtor, ref, is_kept, fields) VALUES (?, ?, ?, 1, ?)"
_BLANK: Final = (
    "UPDATE regua_person SET is_kept = 0, fields = zeroblob(length(fields)) "
    "WHERE creditor = ? AND debtor = ? AND is_kept = 1"
)

_BLANK_ANSWERS: Final = (
    "UPDATE regua_answer SET is_kept = 0, content = zeroblob(length(content)) "
    "WHERE creditor = ? AND debtor = ? AND is_kept = 1"
)

_TAKE_NUMBER: Final = (
    "INSERT INTO regua_number (creditor, name, last) VALUES (?, ?, 1) "
    "ON CONFLICT (creditor, name) DO UPDATE SET last = last + 1 RETURNING +last"
)
_RAISE_NUMBER: Final = (
    "INSERT INTO regua_number (creditor, name, last) VALUES (?, ?, ?) "
    "ON CONFLICT (creditor, name) DO UPDATE SET last = excluded.last WHERE last < excluded.last"
)


class SqliteTransaction:
    """A `Transaction` on a cursor; a call that is refused changes nothing.

    Args:
        cursor: of a connection inside a transaction; gives rows as plain tuples.
        creditor: whose debtors these are.
    """

    def __init__(self, cursor: sqlite3.Cursor, creditor: str) -> None:
        self._cursor, self._creditor = cursor, creditor

    def load(self, debtor: str, *, since: int = 0) -> AccountRecord:
        """Read one debtor; the write lock holds every account of the file until the end."""
        return load(self._cursor, self._creditor, debtor, since=since)

    def kept(self, debtor: str) -> Mapping[str, Mapping[str, str]]:
        """The debtor's personal data by reference, in order of the references."""
        found = self._cursor.execute(KEPT, (self._creditor, debtor)).fetchall()
        return {ref: json.loads(fields) for ref, fields in found}

    def attempts(self, debtor: str) -> Sequence[Attempt]:
        """The evidence of one debtor, in the order of the intents."""
        return tuple(map(rows.to_attempt, self._cursor.execute(ATTEMPTS, (self._creditor, debtor)).fetchall()))

    def append(self, debtor: str, events: Sequence[Event]) -> int:
        """Add facts to the log and raise the account's version by their number.

        Raises:
            AccountMismatch: an event is of another account.
            EventConflict: an id is stored.
        """
        if not events:
            return version_of(self._cursor, self._creditor, debtor)
        check_events(self._creditor, debtor, events)
        lines = [rows.from_event(event) for event in events]
        try:
            return self._append(debtor, [event.id for event in events], lines)
        except sqlite3.IntegrityError:
            self._check_new(events)
            raise

    def _append(self, debtor: str, ids: Sequence[str], lines: Sequence[str]) -> int:
        with savepoint(self._cursor):
            ((version,),) = self._cursor.execute(_RAISE_VERSION, (self._creditor, debtor, len(ids))).fetchall()
            versions = range(version - len(ids) + 1, version + 1)
            self._cursor.executemany(_ADD_EVENTS, zip(repeat(self._creditor), ids, repeat(debtor), versions, lines))
        return int(version)

    def _check_new(self, events: Sequence[Event]) -> None:
        seen: set[str] = set()
        for event in events:
            found = self._cursor.execute(
                "SELECT +debtor FROM regua_event WHERE creditor = ? AND event = ?", (self._creditor, event.id)
            ).fetchone()
            if found or event.id in seen:
                raise conflict(event, found[0] if found else event.debtor)
            seen.add(event.id)

    def put(self, debtor: str, actions: Sequence[OutboxAction], *, wakeup_us: int | None, digest: str = "") -> None:
        """Insert or replace actions of the outbox, and say when the debtor is to be planned again.

        Raises:
            AccountMismatch: an action is of another account.
            ValueError: an action is another debtor's, its epoch is lowered, or it does not move between these states.
        """
        check_actions(self._creditor, debtor, actions)
        with _refusing(f"debtor {debtor!r}"), savepoint(self._cursor):
            self._cursor.execute(_PUT_WAKEUP, (self._creditor, debtor, wakeup_us, digest))
            self._cursor.executemany(PUT_ACTION, [rows.from_action(action) for action in actions])

    def begin(self, attempt: Attempt) -> None:
        """Write the evidence of an attempt.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: the action is not in the outbox, or has an attempt of that number.
        """
        check_attempt(self._creditor, attempt)
        with _refusing(f"attempt {attempt.number} of action {attempt.action!r}"):
            self._cursor.execute(PUT_ATTEMPT, rows.from_attempt(attempt))

    def finish(self, attempt: Attempt) -> bool:
        """Add what came of an attempt, once; where that is there already, the provider's id, where none is.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: it says no outcome.
        """
        check_attempt(self._creditor, attempt)
        outcome = (attempt.outcome, attempt.reference, attempt.reason, attempt.receipt_us)
        key = (self._creditor, attempt.action, attempt.number)
        with _refusing(f"attempt {attempt.number} of action {attempt.action!r}"):
            is_new = self._cursor.execute(_FINISH, (*outcome, *key)).rowcount == 1
            if attempt.reference and not is_new:
                self._cursor.execute(_REFER, (attempt.reference, *key))
        return is_new

    def keep(self, debtor: str, records: Mapping[str, Mapping[str, str]]) -> None:
        """Store personal data; the fields of a reference replace those that it had."""
        kept = dict(self._cursor.execute(_KEPT, (self._creditor, debtor)))
        written = {ref: rows.from_fields(fields) for ref, fields in records.items()}
        changed = [(self._creditor, debtor, ref) for ref, fields in written.items() if kept.get(ref) != fields]
        with _overwriting(self._cursor), savepoint(self._cursor):
            self._cursor.executemany(f"{_BLANK} AND ref = ?", changed)
            self._cursor.executemany(_KEEP, [(*row, written[row[-1]]) for row in changed])

    def keep_answer(self, answer: RawAnswer) -> None:
        """Store what a provider answered about an attempt.

        Raises:
            AccountMismatch: it is another creditor's.
            ValueError: there is no such attempt.
        """
        check_attempt(self._creditor, answer)
        about = f"an answer about attempt {answer.number} of action {answer.action!r}"
        with _refusing(about), _overwriting(self._cursor), savepoint(self._cursor):
            self._cursor.execute(KEEP_ANSWER, rows.from_answer(answer))

    def answers(self, debtor: str) -> Sequence[RawAnswer]:
        """What providers answered about one debtor, in the order of keeping."""
        return tuple(map(rows.to_answer, self._cursor.execute(ANSWERS, (self._creditor, debtor)).fetchall()))

    def take_number(self, name: str) -> int:
        """Give the creditor's next number of that name; the write lock holds every counter until the end."""
        ((number,),) = self._cursor.execute(_TAKE_NUMBER, (self._creditor, name)).fetchall()
        return int(number)

    def raise_number(self, name: str, *, at_least: int) -> None:
        """See that numbers of that name go on after one that was given elsewhere.

        Raises:
            ValueError: it is below 1.
        """
        with _refusing(f"number {at_least} of {name!r}"):
            self._cursor.execute(_RAISE_NUMBER, (self._creditor, name, at_least))


def load(cursor: sqlite3.Cursor, creditor: str, debtor: str, *, since: int) -> AccountRecord:
    """Read one debtor, inside a transaction, so that all of it is of one moment."""
    account = cursor.execute(
        "SELECT +version, +wakeup_us, +digest FROM regua_account WHERE creditor = ? AND debtor = ?", (creditor, debtor)
    ).fetchone()
    version, wakeup_us, digest = account or (0, None, "")
    events = cursor.execute(
        "SELECT +line FROM regua_event WHERE creditor = ? AND debtor = ? AND version > ? ORDER BY version",
        (creditor, debtor, since),
    ).fetchall()
    outbox = cursor.execute(
        f"SELECT {ACTION} FROM regua_action WHERE creditor = ? AND debtor = ? ORDER BY seq",  # noqa: S608
        (creditor, debtor),
    ).fetchall()
    return AccountRecord(
        version=version,
        events=rows.to_events(events),
        outbox=tuple(rows.to_action(row) for row in outbox),
        wakeup_us=wakeup_us,
        digest=digest,
    )


def erase(cursor: sqlite3.Cursor, creditor: str, debtor: str) -> None:
    """Overwrite a debtor's personal data."""
    cursor.execute(_BLANK, (creditor, debtor))
    cursor.execute(_BLANK_ANSWERS, (creditor, debtor))


def version_of(cursor: sqlite3.Cursor, creditor: str, debtor: str) -> int:
    """Give the version of an account; 0 of one that is not known."""
    found = cursor.execute(
        "SELECT +version FROM regua_account WHERE creditor = ? AND debtor = ?", (creditor, debtor)
    ).fetchone()
    return int(found[0]) if found else 0


@contextmanager
def savepoint(cursor: sqlite3.Cursor, name: str = "regua_call") -> Iterator[None]:
    """Undo what is done inside after an error, and leave the transaction around it usable."""
    cursor.execute(f"SAVEPOINT {name}")
    try:
        yield
        cursor.execute(f"RELEASE {name}")
    except BaseException:
        # A full disk may have ended the whole transaction already.
        if cursor.connection.in_transaction:
            cursor.execute(f"ROLLBACK TO {name}")
            cursor.execute(f"RELEASE {name}")
        raise


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """Say of a row that the tables refuse what it is; its values stay out of the text."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        message = f"{what} is refused: {error}"
        raise ValueError(message) from error


@contextmanager
def _overwriting(cursor: sqlite3.Cursor) -> Iterator[None]:
    """Overwrite what SQLite moves, also where the connection is the host's and would leave it."""
    (before,) = cursor.execute("PRAGMA secure_delete").fetchone()
    cursor.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA secure_delete = {int(before)}")
