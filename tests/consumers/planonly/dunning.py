"""Facts and a queue in SQLite; `tick` is what a cron job calls, with the time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from regua import Account, Action, BrazilianBankCalendar, Event, Policy, Schedule, codec, events, fold, plan

TABLES = """
CREATE TABLE IF NOT EXISTS fact (id TEXT PRIMARY KEY, debtor TEXT NOT NULL, line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS debtor (id TEXT PRIMARY KEY, wakeup INTEGER);
CREATE TABLE IF NOT EXISTS job (
    action TEXT, channel TEXT, debtor TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    PRIMARY KEY (action, channel)
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
        send: sends the message of an action and gives the provider's reference; raises RefusedError.
    """

    def __init__(self, path: Path, policy: Policy, send: Callable[[Action], str]) -> None:
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
        """Plan the debtors for whom something can have changed, and queue what is due."""
        instant = (now - EPOCH) // timedelta(microseconds=1)
        for (debtor,) in self._rows("SELECT id FROM debtor WHERE wakeup <= ? ORDER BY id", instant):
            with self._transaction():
                schedule = self._schedule(debtor, now)
                for action in schedule.due:
                    self._rows(
                        "INSERT OR IGNORE INTO job (action, channel, debtor) VALUES (?, ?, ?)",
                        *(action.id, action.channel, debtor),
                    )
                self._rows("UPDATE debtor SET wakeup = ? WHERE id = ?", schedule.next_wakeup_us, debtor)

    def work(self, now: datetime) -> None:
        """Send what is queued, where it still is due."""
        for action_id, channel, debtor in self._jobs("waiting"):
            taken = self._take(action_id, channel, debtor, now)
            if taken is not None:
                self._finish(*taken, now)

    def unfinished(self) -> list[str]:
        """Actions of which nobody knows whether they reached the debtor."""
        return [action for action, _, _ in self._jobs("taken")]

    def _take(self, action_id: str, channel: str, debtor: str, now: datetime) -> tuple[Action, int] | None:
        with self._transaction():
            due = [
                action
                for action in self._schedule(debtor, now).due
                if (action.id, action.channel) == (action_id, channel)
            ]
            if not due:  # forgotten, not refused: a payment that is reversed makes it due again
                self._rows("DELETE FROM job WHERE action = ? AND channel = ?", action_id, channel)
                return None
            self._move(action_id, channel, "taken")
            [(attempt,)] = self._rows("SELECT count(*) FROM job WHERE action = ?", action_id)
            heads: dict[str, Any] = {"id": f"{action_id}/{attempt}/attempted", "at": now, "attempt": attempt}
            self._store([events.ActionAttempted.of(due[0], **heads)])
            return due[0], attempt

    def _finish(self, action: Action, attempt: int, now: datetime) -> None:
        outcome: Event
        heads: dict[str, Any] = {"at": now, "attempt": attempt}
        name = f"{action.id}/{attempt}"
        try:
            reference = self._send(action)
        except RefusedError as refusal:
            outcome = events.ActionFailed.of(action, id=f"{name}/failed", reason=str(refusal), **heads)
        else:
            heads |= {"reports_delivery": False, "reference": reference}
            outcome = events.ActionSent.of(action, id=f"{name}/sent", **heads)
        with self._transaction():
            self._store([outcome])
            self._move(action.id, action.channel, "done")

    def _schedule(self, debtor: str, now: datetime) -> Schedule:
        return plan(self._policy, self._account(debtor), as_of=now, calendar=self._calendar)

    def _account(self, debtor: str) -> Account:
        lines = self._rows("SELECT line FROM fact WHERE debtor = ?", debtor)
        return fold(codec.load_events(line for (line,) in lines))

    def _store(self, facts: Sequence[Event]) -> None:
        for fact in facts:
            fold([fact], self._account(fact.debtor))  # refuses a known id with other content
            line = codec.to_line(codec.encode_event(fact))
            self._rows("INSERT OR IGNORE INTO fact (id, debtor, line) VALUES (?, ?, ?)", fact.id, fact.debtor, line)
            self._rows("INSERT OR REPLACE INTO debtor (id, wakeup) VALUES (?, ?)", fact.debtor, AT_ONCE)

    def _jobs(self, state: str) -> list[Any]:
        return self._rows("SELECT action, channel, debtor FROM job WHERE state = ? ORDER BY rowid", state)

    def _move(self, action: str, channel: str, state: str) -> None:
        self._rows("UPDATE job SET state = ? WHERE action = ? AND channel = ?", state, action, channel)

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
