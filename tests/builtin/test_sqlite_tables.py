"""What the tables refuse, whoever writes to them, and by which index they are read."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from regua.builtin.sqlite import SqliteStore, statements
from regua.testing.contracts.specimens import (
    ALLOWED,
    APRIL,
    FORBIDDEN,
    HOUR,
    LOJA,
    POSTO,
    action,
    answer,
    attempt,
    names,
    put,
    record,
    registered,
)


@pytest.fixture
def raw(path: Path, sqlite_store: SqliteStore) -> Iterator[sqlite3.Connection]:
    """Somebody else's connection to a store with an event, an action, an attempt and a name."""
    record(sqlite_store, registered("e1"))
    put(sqlite_store, action("a1"))
    with sqlite_store.transaction(LOJA) as transaction:
        transaction.begin(attempt())
        transaction.keep("ana", {"pessoa": {"name": "Ana"}})
        transaction.keep_answer(answer())
        transaction.raise_number("banco", at_least=2)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("UPDATE regua_event SET line = '{}'", "never changed"),
        ("DELETE FROM regua_event", "never deleted"),
        ("DELETE FROM regua_attempt", "never deleted"),
        ("UPDATE regua_attempt SET worker = 'w2', outcome = 'accepted'", "only its outcome"),
        ("UPDATE regua_attempt SET content_hash = '0', outcome = 'accepted'", "only its outcome"),
        ("UPDATE regua_attempt SET number = 2, outcome = 'accepted'", "only its outcome"),
        ("UPDATE regua_attempt SET reference = 'r1'", "only its outcome"),
        ("UPDATE regua_attempt SET outcome = 'lost'", "CHECK"),
        ("UPDATE regua_account SET version = 0", "never lowered"),
        ("UPDATE regua_action SET epoch = -1", "never lowered"),
        ("INSERT INTO regua_action VALUES (9, 'loja', 'a9', 'ana', 0, 'expired', 0, '', 0, '', '', NULL)", "CHECK"),
        ("UPDATE regua_action SET debtor = 'bia'", "stays with its debtor"),
        ("UPDATE regua_action SET creditor = 'posto'", "stays with its debtor"),
        ("DELETE FROM regua_action", "FOREIGN KEY"),
        ("DELETE FROM regua_account", "FOREIGN KEY"),
        ("UPDATE regua_number SET last = 1", "never given again"),
        ("UPDATE regua_number SET name = 'outro'", "never given again"),
        ("DELETE FROM regua_number", "never given again"),
        ("UPDATE regua_action SET due_us = '2026-04-01'", "cannot store TEXT"),
        ("DELETE FROM regua_person", "never deleted"),
        ("UPDATE regua_person SET is_kept = 0, fields = X'7B7D'", "only overwritten"),
        ("UPDATE regua_person SET is_kept = 0, fields = zeroblob(1)", "only overwritten"),
        ("DELETE FROM regua_answer", "never deleted"),
        ("UPDATE regua_answer SET is_kept = 0, content = X'7B7D7E'", "only overwritten"),
        ("UPDATE regua_answer SET is_kept = 0, number = 2, content = zeroblob(3)", "only overwritten"),
    ],
)
def test_the_tables_refuse(raw: sqlite3.Connection, statement: str, text: str):
    """Facts and evidence are only added to, numbers only rise, rows stay where they belong."""
    with pytest.raises(sqlite3.IntegrityError, match=text):
        raw.execute(statement)


def test_an_outcome_is_added_and_then_stays(raw: sqlite3.Connection):
    """Once, by anybody."""
    raw.execute("UPDATE regua_attempt SET outcome = 'accepted', reference = 'r1', reason = 'ok', receipt_us = 9")
    with pytest.raises(sqlite3.IntegrityError, match="only its outcome"):
        raw.execute("UPDATE regua_attempt SET outcome = 'permanent'")


def move(raw: sqlite3.Connection, before: str, after: str) -> None:
    """Change the state of a new action without regua."""
    values = (LOJA, "b1", "ana", 0, before, 0, "", 0, "", "")
    raw.execute(
        "INSERT INTO regua_action (creditor, action, debtor, due_us, state, epoch, owner, attempts, reason, contact) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    raw.execute("UPDATE regua_action SET state = ? WHERE action = 'b1'", (after,))


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_the_trigger_lets_an_action_move(raw: sqlite3.Connection, before: str, after: str):
    """As the table in Python says."""
    move(raw, before, after)


@pytest.mark.parametrize(("before", "after"), FORBIDDEN)
def test_the_trigger_forbids_every_other_move(raw: sqlite3.Connection, before: str, after: str):
    """The same table, whoever writes."""
    with pytest.raises(sqlite3.IntegrityError, match="does not move"):
        move(raw, before, after)


PLANS: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "wakeups": (
        statements.WAKEUPS,
        (LOJA, APRIL, 9),
        "COVERING INDEX regua_account_wakeup (creditor=? AND wakeup_us<?)",
    ),
    "due": (statements.DUE, (LOJA, APRIL, 9), "INDEX regua_action_due (creditor=? AND due_us<?)"),
    "claim": (statements.CLAIM, ("w1", LOJA, APRIL, 9), "INDEX regua_action_due (creditor=? AND due_us<?)"),
    "held": (statements.HELD, (LOJA,), "INDEX regua_action_held (creditor=?)"),
    "events": (statements.EVENTS, (LOJA, 0, 9, 9), "INDEX regua_event_creditor (creditor=? AND rowid>? AND rowid<?)"),
    "debtors": (statements.DEBTORS, (LOJA, "", 9), "PRIMARY KEY (creditor=? AND debtor>?)"),
    "attempts": (statements.ATTEMPTS, (LOJA, "ana"), "INDEX regua_attempt_debtor (creditor=? AND debtor=?)"),
    "answers": (statements.ANSWERS, (LOJA, "ana"), "INDEX regua_answer_debtor (creditor=? AND debtor=?)"),
    "key": (statements.BY_KEY, (LOJA, "e-mail", "k"), "INDEX regua_attempt_key (creditor=? AND channel=? AND key=?)"),
    "reference": (
        statements.BY_REFERENCE,
        (LOJA, "e-mail", "r"),
        "INDEX regua_attempt_reference (creditor=? AND channel=? AND reference=?)",
    ),
}


@pytest.mark.parametrize(("statement", "values", "index"), PLANS.values(), ids=PLANS)
def test_rows_are_found_by_an_index(raw: sqlite3.Connection, statement: str, values: tuple[Any, ...], index: str):
    """In its order: nothing is scanned and nothing sorted."""
    steps = [detail for *_, detail in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any(index in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step]


def test_the_next_instant_is_read_off_three_indexes(raw: sqlite3.Connection):
    """The first entry of each."""
    steps = [detail for *_, detail in raw.execute(f"EXPLAIN QUERY PLAN {statements.NEXT}", (LOJA, LOJA, LOJA))]
    assert [step.split("INDEX ")[1].split()[0] for step in steps if "INDEX" in step] == [
        "regua_action_due",
        "regua_action_asked",
        "regua_account_wakeup",
    ]


def test_the_backlog_is_counted_in_indexes(raw: sqlite3.Connection):
    """None of its counts looks at what is over."""
    values = [*[LOJA, APRIL] * 4, *[LOJA] * 3, LOJA, APRIL]
    steps = [detail for *_, detail in raw.execute(f"EXPLAIN QUERY PLAN {statements.BACKLOG}", values)]
    found = [step.split("INDEX ")[1].split()[0] for step in steps if "INDEX" in step]
    assert {name.removeprefix("regua_") for name in found} == {
        *("action_due", "action_asked", "account_wakeup", "action_held", "action_ended_badly")
    }
    assert not [step for step in steps if step.startswith("SCAN regua")]


def test_a_claim_touches_what_is_due(sqlite_store: SqliteStore):
    """Ten of ten thousand pending actions are due: SQLite works as much as where there are only those ten."""
    far = [action(f"a{number}", 100 + number) for number in range(9_990)]
    with sqlite_store.transaction(LOJA) as transaction:
        transaction.put("ana", [*far, *(action(f"due{number}") for number in range(10))], wakeup_us=None)
    with sqlite_store.transaction(POSTO) as transaction:
        transaction.put("ana", [action(f"due{number}", creditor=POSTO) for number in range(10)], wakeup_us=None)
    work = {creditor: claim_work(sqlite_store, creditor) for creditor in (LOJA, POSTO)}
    assert work[LOJA] < 1.5 * work[POSTO]


def claim_work(store: SqliteStore, creditor: str) -> int:
    """Claim ten actions, and count the steps of SQLite's machine that it takes."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    with store._connections.using() as connection:  # noqa: SLF001 - SQLite counts for a connection
        connection.set_progress_handler(count, 1)
        claimed = store.claim(creditor, owner="w1", until_us=APRIL + HOUR, limit=100)
        connection.set_progress_handler(None, 0)
    assert names(claimed) == [f"due{number}" for number in range(10)]
    return steps
