"""Facts and a queue in SQLite; `tick` is what a cron job calls, with the time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from regua import Account, Action, BrazilianBankCalendar, Contact, Event, Policy, Schedule, codec, events, fold, plan

TABLES = """
CREATE TABLE IF NOT EXISTS fact (id TEXT PRIMARY KEY, debtor TEXT NOT NULL, line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS debtor (id TEXT PRIMARY KEY, wakeup INTEGER);
CREATE TABLE IF NOT EXISTS job (
    contact TEXT PRIMARY KEY, debtor TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting'
);
"""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT_ONCE = 0
"""A wakeup before every instant: the debtor is planned at the next tick."""


class RefusedError(Exception):
    """The channel will never take this message."""


class Dunning:
    """The dunning of one creditor.

    Args:
        path: of the SQLite file.
        policy: the only one.
        send: sends the message of a contact and gives the provider's reference; raises RefusedError.
    """

    def __init__(self, path: Path, policy: Policy, send: Callable[[Contact], str]) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(TABLES)
        self._policy, self._send, self._calendar = policy, send, BrazilianBankCalendar()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def record(self, *facts: Event) -> None:
        """Store facts; a second time they are the same facts."""
        with self._transaction():
            self._store(facts)

    def tick(self, now: datetime) -> None:
        """Queue what has become due, and send what is queued."""
        self.enqueue(now)
        self.work(now)

    def enqueue(self, now: datetime) -> None:
        """Plan the debtors for whom something can have changed, and queue the contacts that are due."""
        instant = (now - EPOCH) // timedelta(microseconds=1)
        for (debtor,) in self._rows("SELECT id FROM debtor WHERE wakeup <= ? ORDER BY id", instant):
            with self._transaction():
                schedule = self._schedule(debtor, now)
                for contact in schedule.contacts:
                    if contact.status == "due":
                        self._rows("INSERT OR IGNORE INTO job (contact, debtor) VALUES (?, ?)", contact.id, debtor)
                self._rows("UPDATE debtor SET wakeup = ? WHERE id = ?", schedule.next_wakeup_us, debtor)

    def work(self, now: datetime) -> None:
        """Send what is queued, where it still is due."""
        for name, debtor in self._jobs("waiting"):
            taken = self._take(name, debtor, now)
            if taken is not None:
                self._finish(*taken, now)

    def unfinished(self) -> list[str]:
        """Contacts of which nobody knows whether they reached the debtor."""
        return [name for name, _ in self._jobs("taken")]

    def _take(self, name: str, debtor: str, now: datetime) -> tuple[Contact, list[Action]] | None:
        with self._transaction():
            schedule = self._schedule(debtor, now)
            contact = next((each for each in schedule.contacts if each.id == name and each.status == "due"), None)
            if contact is None:  # forgotten, not refused: a payment that is reversed makes it due again
                self._rows("DELETE FROM job WHERE contact = ?", name)
                return None
            self._move(name, "taken")
            actions = [action for action in schedule.due if action.contact == name]
            self._store(events.ActionAttempted.of(each, id=f"{name}/{each.id}/attempted", at=now) for each in actions)
            return contact, actions

    def _finish(self, contact: Contact, actions: Sequence[Action], now: datetime) -> None:
        told: type[events.ActionOutcome] = events.ActionSent
        fields: dict[str, Any] = {"at": now}
        try:
            fields |= {"reference": self._send(contact), "reports_delivery": False}
        except RefusedError as refusal:
            told, fields = events.ActionFailed, fields | {"reason": str(refusal)}
        with self._transaction():
            self._store(told.of(each, id=f"{contact.id}/{each.id}/{told.type}", **fields) for each in actions)
            self._move(contact.id, "done")

    def _schedule(self, debtor: str, now: datetime) -> Schedule:
        return plan(self._policy, self._account(debtor), as_of=now, calendar=self._calendar)

    def _account(self, debtor: str) -> Account:
        lines = self._rows("SELECT line FROM fact WHERE debtor = ?", debtor)
        return fold(codec.load_events(line for (line,) in lines))

    def _store(self, facts: Iterable[Event]) -> None:
        for fact in facts:
            fold([fact], self._account(fact.debtor))  # refuses a known id with other content
            line = codec.to_line(codec.encode_event(fact))
            self._rows("INSERT OR IGNORE INTO fact (id, debtor, line) VALUES (?, ?, ?)", fact.id, fact.debtor, line)
            self._rows("INSERT OR REPLACE INTO debtor (id, wakeup) VALUES (?, ?)", fact.debtor, AT_ONCE)

    def _jobs(self, state: str) -> list[Any]:
        return self._rows("SELECT contact, debtor FROM job WHERE state = ? ORDER BY rowid", state)

    def _move(self, contact: str, state: str) -> None:
        self._rows("UPDATE job SET state = ? WHERE contact = ?", state, contact)

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._database.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
