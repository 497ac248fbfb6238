"""The statements of the store. Each starts with the creditor; rows are found by an index, in its order."""
# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter

from __future__ import annotations

from typing import Final

from regua.ports import MOST_REASONS
from regua.storing.rows import ACTION_COLUMNS, ANSWER_COLUMNS, ATTEMPT_COLUMNS, REASON, REPLACED_COLUMNS

_ACTION: Final = ", ".join(ACTION_COLUMNS)
_ATTEMPT: Final = ", ".join(ATTEMPT_COLUMNS)
_ANSWER: Final = ", ".join(ANSWER_COLUMNS)


def _marks(columns: tuple[str, ...]) -> str:
    return ", ".join("%s" for _ in columns)


NAME_CREDITOR: Final = "SELECT set_config('regua.creditor', %s, true)"
"""Whose rows the statements of this transaction may see and write, until it ends."""
NAMED_CREDITOR: Final = "SELECT coalesce(current_setting('regua.creditor', true), '')"

EVENTS: Final = "SELECT seq, line FROM regua_event WHERE creditor = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT %s"
LAST_EVENT: Final = "SELECT coalesce(max(seq), 0) FROM regua_event WHERE creditor = %s"
DEBTORS: Final = (
    "SELECT debtor FROM regua_account WHERE creditor = %s AND debtor > %s AND version > 0 ORDER BY debtor LIMIT %s"
)
WAKEUPS: Final = (
    "SELECT debtor FROM regua_account WHERE creditor = %s AND wakeup_us <= %s ORDER BY wakeup_us, debtor LIMIT %s"
)

ACCOUNT: Final = "SELECT version, wakeup_us, digest FROM regua_account WHERE creditor = %s AND debtor = %s"
HOLD_ACCOUNT: Final = f"{ACCOUNT} FOR NO KEY UPDATE"
ADD_ACCOUNT: Final = "INSERT INTO regua_account (creditor, debtor, version) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING"
RAISE_VERSION: Final = (
    "INSERT INTO regua_account AS account (creditor, debtor, version) VALUES (%s, %s, %s) "
    "ON CONFLICT (creditor, debtor) DO UPDATE SET version = account.version + excluded.version RETURNING version"
)
PUT_WAKEUP: Final = (
    "INSERT INTO regua_account AS account (creditor, debtor, version, wakeup_us, digest) VALUES (%s, %s, 0, %s, %s) "
    "ON CONFLICT (creditor, debtor) DO UPDATE "
    "SET wakeup_us = excluded.wakeup_us, digest = coalesce(nullif(excluded.digest, ''), account.digest) "
    "WHERE account.wakeup_us IS DISTINCT FROM excluded.wakeup_us OR excluded.digest NOT IN ('', account.digest)"
)
EVENTS_OF: Final = "SELECT line FROM regua_event WHERE creditor = %s AND debtor = %s AND version > %s ORDER BY version"
ADD_EVENTS: Final = (
    f"WITH account AS ({RAISE_VERSION}) "
    "INSERT INTO regua_event (creditor, event, debtor, version, line) "
    "SELECT %s, new.event, %s, account.version - %s + new.place, new.line "
    "FROM account, unnest(%s::text[], string_to_array(%s, E'\\n')) WITH ORDINALITY AS new (event, line, place) "
    "ORDER BY new.place RETURNING version"
)
"""Lines come as one text, which is much quicker than an array: none of them has a line end in it."""
DEBTOR_OF: Final = "SELECT event, debtor FROM regua_event WHERE creditor = %s AND event = ANY(%s::text[])"

OUTBOX: Final = f"SELECT {_ACTION} FROM regua_action WHERE creditor = %s AND debtor = %s ORDER BY seq"
HOLD_PENDING: Final = (
    "SELECT action FROM regua_action WHERE creditor = %s AND debtor = %s AND state = 'pending' "
    "ORDER BY seq FOR NO KEY UPDATE"
)
PUT_ACTION: Final = (
    f"INSERT INTO regua_action ({_ACTION}) VALUES ({_marks(ACTION_COLUMNS)}) "
    "ON CONFLICT (creditor, action) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in REPLACED_COLUMNS)
)
DUE: Final = (
    f"SELECT {_ACTION} FROM regua_action WHERE creditor = %s AND state = 'pending' AND due_us <= %s "
    "ORDER BY due_us, seq LIMIT %s"
)
# Not `seq IN (SELECT …)`: that scans the whole outbox, and may take more than its limit.
CLAIM: Final = (
    "UPDATE regua_action SET state = 'claimed', owner = %s, epoch = epoch + 1 WHERE seq = ANY(ARRAY("
    "SELECT seq FROM regua_action WHERE creditor = %s AND state = 'pending' AND due_us <= %s "
    "ORDER BY due_us, seq LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)) AND state = 'pending' "
    f"RETURNING seq, {_ACTION}"
)
HELD: Final = (
    f"SELECT {_ACTION} FROM regua_action WHERE creditor = %s AND state IN ('claimed', 'sending') ORDER BY due_us, seq"
)
UNKNOWNS: Final = (
    f"SELECT seq, {_ACTION} FROM regua_action WHERE creditor = %s AND state = 'unknown' AND (due_us, seq) > (%s, %s) "
    "ORDER BY due_us, seq LIMIT %s"
)
ACTION_OF: Final = f"SELECT {_ACTION} FROM regua_action WHERE creditor = %s AND action = %s"
ASKED: Final = f"SELECT {_ACTION} FROM regua_action WHERE creditor = %s AND ask_us <= %s ORDER BY ask_us, seq LIMIT %s"
NEXT: Final = (
    "SELECT least((SELECT min(due_us) FROM regua_action WHERE creditor = %s AND state = 'pending'), "
    "(SELECT min(ask_us) FROM regua_action WHERE creditor = %s AND ask_us IS NOT NULL), "
    "(SELECT min(wakeup_us) FROM regua_account WHERE creditor = %s AND wakeup_us IS NOT NULL))"
)

_BY_STATE: Final = "SELECT state, count(*), min(due_us) FROM regua_action WHERE creditor = %s AND state IN"
BACKLOG: Final = (
    "SELECT 'due', count(*), min(due_us) FROM regua_action "
    "WHERE creditor = %s AND state = 'pending' AND due_us <= %s UNION ALL "
    "SELECT 'put_off', count(*), min(due_us) FROM regua_action "
    "WHERE creditor = %s AND state = 'pending' AND due_us > %s UNION ALL "
    "SELECT 'asked', count(*), min(ask_us) FROM regua_action WHERE creditor = %s AND ask_us <= %s UNION ALL "
    "SELECT 'wakeups', count(*), min(wakeup_us) FROM regua_account WHERE creditor = %s AND wakeup_us <= %s UNION ALL "
    "SELECT 'resolving', count(*), min(ask_us) FROM regua_action "
    "WHERE creditor = %s AND ask_us IS NOT NULL AND state = 'unknown' UNION ALL "
    f"{_BY_STATE} ('claimed', 'sending') GROUP BY state UNION ALL "
    f"{_BY_STATE} ('unknown', 'failed') GROUP BY state UNION ALL "
    f"(SELECT '{REASON}' || reason, count(*), min(due_us) FROM regua_action "
    "WHERE creditor = %s AND state = 'pending' AND due_us > %s "
    f'GROUP BY reason ORDER BY count(*) DESC, reason COLLATE "C" LIMIT {MOST_REASONS})'
)
"""Takes the creditor and the instant four times, the creditor three times, then both."""

PUT_ATTEMPT: Final = f"INSERT INTO regua_attempt ({_ATTEMPT}) VALUES ({_marks(ATTEMPT_COLUMNS)})"
FINISH: Final = (
    "UPDATE regua_attempt SET outcome = %s, reference = %s, reason = %s, receipt_us = %s "
    "WHERE creditor = %s AND action = %s AND number = %s AND outcome IS NULL"
)
REFER: Final = (
    "UPDATE regua_attempt SET reference = %s "
    "WHERE creditor = %s AND action = %s AND number = %s AND outcome IS NOT NULL AND reference = ''"
)
ATTEMPTS: Final = f"SELECT {_ATTEMPT} FROM regua_attempt WHERE creditor = %s AND debtor = %s ORDER BY seq"
BY_KEY: Final = (
    f"SELECT seq, {_ATTEMPT} FROM regua_attempt WHERE creditor = %s AND channel = %s AND key = %s "
    "ORDER BY seq DESC LIMIT 1"
)
BY_REFERENCE: Final = (
    f"SELECT seq, {_ATTEMPT} FROM regua_attempt WHERE creditor = %s AND channel = %s AND reference = %s "
    "AND reference <> '' ORDER BY seq DESC LIMIT 1"
)

KEPT: Final = "SELECT ref, fields FROM regua_person WHERE creditor = %s AND debtor = %s ORDER BY ref"
KEEP: Final = (
    "INSERT INTO regua_person AS person (creditor, debtor, ref, fields) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (creditor, debtor, ref) DO UPDATE SET fields = excluded.fields "
    "WHERE person.fields IS DISTINCT FROM excluded.fields"
)
KEEP_ANSWER: Final = f"INSERT INTO regua_answer ({_ANSWER}) VALUES ({_marks(ANSWER_COLUMNS)})"
ANSWERS: Final = f"SELECT {_ANSWER} FROM regua_answer WHERE creditor = %s AND debtor = %s ORDER BY seq"
ERASE: Final = "DELETE FROM regua_person WHERE creditor = %s AND debtor = %s"
ERASE_ANSWERS: Final = "DELETE FROM regua_answer WHERE creditor = %s AND debtor = %s"

TAKE_NUMBER: Final = (
    "INSERT INTO regua_number AS counter (creditor, name, last) VALUES (%s, %s, 1) "
    "ON CONFLICT (creditor, name) DO UPDATE SET last = counter.last + 1 RETURNING last"
)
RAISE_NUMBER: Final = (
    "INSERT INTO regua_number AS counter (creditor, name, last) VALUES (%s, %s, %s) "
    "ON CONFLICT (creditor, name) DO UPDATE SET last = excluded.last WHERE counter.last < excluded.last"
)

_POLICY: Final = "SELECT policy, version, fingerprint, text FROM regua_policy WHERE creditor = %s"
POLICIES: Final = f"{_POLICY} ORDER BY policy, version"
POLICY: Final = f"{_POLICY} AND policy = %s AND version = %s"
KEEP_POLICY: Final = (
    "INSERT INTO regua_policy (creditor, policy, version, fingerprint, text) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT DO NOTHING"
)

_NOW: Final = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
NOW: Final = f"SELECT {_NOW}"
LIVE: Final = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"

LEFT_OF_LEASE: Final = f"SELECT until_us - {_NOW} FROM regua_worker WHERE name = %s"
RENEW_WORKER: Final = f"UPDATE regua_worker SET until_us = {_NOW} + %s WHERE name = %s AND until_us > {_NOW}"
ADD_WORKER: Final = f"INSERT INTO regua_worker (name, until_us) VALUES (%s, {_NOW} + %s)"
END_WORKER: Final = "DELETE FROM regua_worker WHERE name = %s"
SWEEP_WORKERS: Final = (
    "DELETE FROM regua_worker WHERE name = ANY(ARRAY("
    f"SELECT name FROM regua_worker WHERE until_us <= {_NOW} FOR UPDATE SKIP LOCKED))"
)
IS_ALIVE: Final = (
    f"SELECT EXISTS (SELECT FROM regua_worker WHERE name = %s AND until_us > {_NOW}) "
    "OR NOT pg_try_advisory_xact_lock_shared(hashtextextended(%s, 0))"
)
"""By its lease or by its session, whichever of them it has; takes the name twice."""

IDENTITY: Final = (
    "SELECT pg_postmaster_start_time()::text, current_database()::text, to_regclass('regua_account')::oid::bigint"
)
"""Which table of which database of which running server `regua_account` is, for who asks."""
