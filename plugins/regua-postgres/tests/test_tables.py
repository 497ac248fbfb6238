"""What the tables refuse, whoever writes, and how rows are found."""

import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from regua.testing.contracts.specimens import (
    ALLOWED,
    APRIL,
    FORBIDDEN,
    LOJA,
    action,
    answer,
    attempt,
    names,
    put,
    record,
    registered,
)
from regua_postgres import PostgresStore, statements

pytestmark = pytest.mark.one_python
WAITS = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def raw(postgres_url: str, store: PostgresStore) -> Iterator[psycopg.Connection[Any]]:
    """A connection without regua, to a database that holds a row of each table; what it does is undone."""
    with store.transaction(LOJA) as transaction:
        transaction.append("ana", [registered("e1")])
        transaction.put("ana", [action("a1")], wakeup_us=APRIL)
        transaction.begin(attempt())
        transaction.raise_number("banco", at_least=2)
    with psycopg.connect(postgres_url) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("UPDATE regua_event SET line = '{}'", "never changed"),
        ("DELETE FROM regua_event", "never deleted"),
        ("TRUNCATE regua_event", "never deleted"),
        ("DELETE FROM regua_attempt", "never deleted"),
        ("TRUNCATE regua_attempt CASCADE", "never deleted"),
        ("UPDATE regua_attempt SET worker = 'w2', outcome = 'accepted'", "only its outcome"),
        ("UPDATE regua_attempt SET content_hash = '0', outcome = 'accepted'", "only its outcome"),
        ("UPDATE regua_attempt SET number = 2, outcome = 'accepted'", "only its outcome"),
        ("UPDATE regua_attempt SET reference = 'r1'", "only its outcome"),
        ("UPDATE regua_attempt SET outcome = 'lost'", "check constraint"),
        ("UPDATE regua_account SET version = 0", "never lowered"),
        ("UPDATE regua_action SET epoch = -1", "never lowered"),
        ("UPDATE regua_action SET state = 'expired'", "does not move"),
        ("UPDATE regua_action SET debtor = 'bia'", "stays with its debtor"),
        ("UPDATE regua_action SET creditor = 'posto'", "stays with its debtor"),
        ("DELETE FROM regua_action", "foreign key"),
        ("DELETE FROM regua_account", "foreign key"),
        ("UPDATE regua_number SET last = 1", "never given again"),
        ("UPDATE regua_number SET name = 'outro'", "never given again"),
        ("DELETE FROM regua_number", "never given again"),
        ("TRUNCATE regua_number", "never given again"),
    ],
)
def test_the_tables_refuse(raw: psycopg.Connection[Any], statement: str, text: str):
    """Facts and evidence are only added to, numbers only rise, rows stay where they belong."""
    with pytest.raises(psycopg.IntegrityError, match=text):
        raw.execute(statement)


def test_an_outcome_is_added_and_then_stays(raw: psycopg.Connection[Any]):
    """Once, by anybody."""
    raw.execute("UPDATE regua_attempt SET outcome = 'accepted', reference = 'r1', reason = 'ok', receipt_us = 9")
    with pytest.raises(psycopg.IntegrityError, match="only its outcome"):
        raw.execute("UPDATE regua_attempt SET outcome = 'permanent'")


def test_the_trigger_moves_an_action_as_the_table_in_python(raw: psycopg.Connection[Any]):
    """Every pair of states, whoever writes."""
    for number, (before, after) in enumerate([*ALLOWED, *FORBIDDEN]):
        raw.execute(
            "INSERT INTO regua_action (creditor, action, debtor, due_us, state, epoch, owner, attempts, reason, "
            "contact) VALUES ('loja', %s, 'ana', 0, %s, 0, '', 0, '', '')",
            (f"b{number}", before),
        )
        raw.commit()
        try:
            raw.execute("UPDATE regua_action SET state = %s WHERE action = %s", (after, f"b{number}"))
        except psycopg.IntegrityError:
            assert (before, after) in FORBIDDEN
        else:
            assert (before, after) in ALLOWED
        raw.rollback()


def test_what_a_refusal_says_holds_nobodys_words(store: PostgresStore):
    """PostgreSQL repeats the row that failed: an error goes to a log."""
    put(store, action("a1", state="sent", reason="Ana Souza"))
    with pytest.raises(ValueError, match="does not move") as caught:
        put(store, action("a1", state="claimed", reason="Ana Souza"))
    assert "Ana" not in str(caught.value)
    assert caught.value.__cause__ is None
    with store.transaction(LOJA) as transaction:
        transaction.begin(attempt(key="Ana Souza"))
        with pytest.raises(ValueError, match="refused") as caught:
            transaction.begin(attempt(key="Ana Souza"))
    assert "Ana" not in str(caught.value)


PLANS: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "wakeups": (statements.WAKEUPS, (LOJA, APRIL, 9), "regua_account_wakeup"),
    "due": (statements.DUE, (LOJA, APRIL, 9), "regua_action_due"),
    "claim": (statements.CLAIM, ("w1", LOJA, APRIL, 9), "regua_action_due"),
    "held": (statements.HELD, (LOJA,), "regua_action_held"),
    "asked": (statements.ASKED, (LOJA, APRIL, 9), "regua_action_asked"),
    "outbox": (statements.OUTBOX, (LOJA, "ana"), "regua_action_debtor"),
    "events": (statements.EVENTS, (LOJA, 0, 9, 9), "regua_event_creditor"),
    "account": (statements.EVENTS_OF, (LOJA, "ana", 0), "regua_event_creditor_debtor_version_key"),
    "debtors": (statements.DEBTORS, (LOJA, "", 9), "regua_account_pkey"),
    "attempts": (statements.ATTEMPTS, (LOJA, "ana"), "regua_attempt_debtor"),
    "answers": (statements.ANSWERS, (LOJA, "ana"), "regua_answer_debtor"),
    "key": (statements.BY_KEY, (LOJA, "e-mail", "k"), "regua_attempt_key"),
    "reference": (statements.BY_REFERENCE, (LOJA, "e-mail", "r"), "regua_attempt_reference"),
}


def test_rows_are_found_by_an_index(application: PostgresStore, as_application: str):
    """In its order: nothing is scanned and nothing sorted, once there is more than a page of rows.

    Row-level security keeps nobody from the indexes, and asks for the creditor once for a statement.
    """
    put(application, action("a1"))
    with psycopg.connect(as_application) as connection:
        connection.execute(statements.NAME_CREDITOR, (LOJA,))
        connection.execute("SET LOCAL enable_seqscan = off")
        connection.execute("SET LOCAL enable_bitmapscan = off")
        for name, (statement, values, index) in PLANS.items():
            plan = "\n".join(line for (line,) in connection.execute(f"EXPLAIN {statement}", values))
            assert f"{index} " in plan, (name, plan)
            assert "Seq Scan" not in plan, (name, plan)
            assert "Sort" not in plan, (name, plan)
            assert not re.search(r"Filter:.*regua_creditor", plan), (name, plan)


def test_a_claim_takes_what_is_due_where_much_is_not(store: PostgresStore, postgres_url: str):
    """Ten of five thousand are due: those are locked and read, and no other row."""
    with store.transaction(LOJA) as transaction:
        far = [action(f"a{number}", 100 + number) for number in range(4_990)]
        transaction.put("ana", [*far, *(action(f"due{number}") for number in range(10))], wakeup_us=None)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("ANALYZE regua_action")
        explained = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statements.CLAIM}", ("w1", LOJA, APRIL, 100))
        plan = "\n".join(line for (line,) in explained)
        connection.rollback()
    assert "Seq Scan" not in plan, plan
    assert "rows=10.00 loops=1" in plan or "rows=10 loops=1" in plan, plan
    assert names(store.claim(LOJA, owner="w1", until_us=APRIL, limit=100)) == [f"due{number}" for number in range(10)]


def test_erasing_leaves_no_row(store: PostgresStore, postgres_url: str):
    """No statement finds the data any more."""
    with store.transaction(LOJA) as transaction:
        transaction.keep("ana", {"pessoa": {"name": "Ana"}})
    record(store, registered("e2"))
    store.erase(LOJA, "ana")
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT * FROM regua_person").fetchall() == []


def test_what_is_being_kept_of_a_debtor_is_erased_with_the_rest(store: PostgresStore, postgres_url: str):
    """Erasing waits for who holds the account, as while a provider's answer is stored."""
    record(store, registered("e1"))
    put(store, action("a1"))
    with store.transaction(LOJA) as transaction:
        transaction.begin(attempt())
        transaction.keep("ana", {"pessoa": {"name": "Ana"}})
    erasing = threading.Thread(target=store.erase, args=(LOJA, "ana"))
    with store.transaction(LOJA) as transaction:
        transaction.load("ana")
        assert transaction.kept("ana")
        erasing.start()
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            while erasing.is_alive() and not connection.execute(WAITS).fetchall():
                time.sleep(0.01)
        transaction.keep_answer(answer())
    erasing.join()
    assert not store.answers(LOJA, "ana")
    assert not store.kept(LOJA, "ana")
