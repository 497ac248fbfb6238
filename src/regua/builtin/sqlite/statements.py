"""What the store asks its tables; every statement names the creditor first and finds its rows by an index."""
# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter

from __future__ import annotations

from typing import Final

from regua.builtin.sqlite.columns import ACTION, ANSWER, ATTEMPT
from regua.ports import MOST_REASONS
from regua.storing.rows import REASON

EVENTS: Final = (
    "SELECT seq, line FROM regua_event INDEXED BY regua_event_creditor "
    "WHERE creditor = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
)
LAST_EVENT: Final = "SELECT ifnull(max(seq), 0) FROM regua_event WHERE creditor = ?"
DEBTORS: Final = (
    "SELECT debtor FROM regua_account WHERE creditor = ? AND debtor > ? AND version > 0 ORDER BY debtor LIMIT ?"
)
WAKEUPS: Final = (
    "SELECT debtor FROM regua_account WHERE creditor = ? AND wakeup_us <= ? ORDER BY wakeup_us, debtor LIMIT ?"
)

DUE: Final = (
    f"SELECT {ACTION} FROM regua_action WHERE creditor = ? AND state = 'pending' AND due_us <= ? "
    "ORDER BY due_us, seq LIMIT ?"
)
CLAIM: Final = (
    "UPDATE regua_action SET state = 'claimed', owner = ?, epoch = epoch + 1 WHERE seq IN ("
    "SELECT seq FROM regua_action WHERE creditor = ? AND state = 'pending' AND due_us <= ? "
    "ORDER BY due_us, seq LIMIT ?) "
    f"RETURNING seq, {ACTION}"
)
HELD: Final = (
    f"SELECT {ACTION} FROM regua_action WHERE creditor = ? AND state IN ('claimed', 'sending') ORDER BY due_us, seq"
)
UNKNOWNS: Final = (
    f"SELECT seq, {ACTION} FROM regua_action WHERE creditor = ? AND state = 'unknown' AND (due_us, seq) > (?, ?) "
    "ORDER BY due_us, seq LIMIT ?"
)
ACTION_OF: Final = f"SELECT {ACTION} FROM regua_action WHERE creditor = ? AND action = ?"
ASKED: Final = f"SELECT {ACTION} FROM regua_action WHERE creditor = ? AND ask_us <= ? ORDER BY ask_us, seq LIMIT ?"
NEXT: Final = (
    "SELECT min(due_us) FROM regua_action WHERE creditor = ? AND state = 'pending' UNION ALL "
    "SELECT min(ask_us) FROM regua_action WHERE creditor = ? AND ask_us IS NOT NULL UNION ALL "
    "SELECT min(wakeup_us) FROM regua_account WHERE creditor = ? AND wakeup_us IS NOT NULL"
)

_BY_STATE: Final = "SELECT state, count(*), min(due_us) FROM regua_action WHERE creditor = ? AND state IN"
BACKLOG: Final = (
    "SELECT 'due', count(*), min(due_us) FROM regua_action "
    "WHERE creditor = ? AND state = 'pending' AND due_us <= ? UNION ALL "
    "SELECT 'put_off', count(*), min(due_us) FROM regua_action "
    "WHERE creditor = ? AND state = 'pending' AND due_us > ? UNION ALL "
    "SELECT 'asked', count(*), min(ask_us) FROM regua_action WHERE creditor = ? AND ask_us <= ? UNION ALL "
    "SELECT 'wakeups', count(*), min(wakeup_us) FROM regua_account WHERE creditor = ? AND wakeup_us <= ? UNION ALL "
    "SELECT 'resolving', count(*), min(ask_us) FROM regua_action "
    "WHERE creditor = ? AND ask_us IS NOT NULL AND state = 'unknown' UNION ALL "
    f"{_BY_STATE} ('claimed', 'sending') GROUP BY state UNION ALL "
    f"{_BY_STATE} ('unknown', 'failed') GROUP BY state UNION ALL "
    f"SELECT * FROM (SELECT '{REASON}' || reason, count(*), min(due_us) FROM regua_action "
    "WHERE creditor = ? AND state = 'pending' AND due_us > ? "
    f"GROUP BY reason ORDER BY count(*) DESC, reason LIMIT {MOST_REASONS})"
)
"""Takes the creditor and the instant four times, the creditor three times, then both."""

ATTEMPTS: Final = f"SELECT {ATTEMPT} FROM regua_attempt WHERE creditor = ? AND debtor = ? ORDER BY seq"
BY_KEY: Final = (
    f"SELECT seq, {ATTEMPT} FROM regua_attempt WHERE creditor = ? AND channel = ? AND key = ? ORDER BY seq DESC LIMIT 1"
)
BY_REFERENCE: Final = (
    f"SELECT seq, {ATTEMPT} FROM regua_attempt WHERE creditor = ? AND channel = ? AND reference = ? "
    "AND reference <> '' ORDER BY seq DESC LIMIT 1"
)

KEPT: Final = "SELECT ref, fields FROM regua_person WHERE creditor = ? AND debtor = ? AND is_kept = 1 ORDER BY ref"
ANSWERS: Final = f"SELECT {ANSWER} FROM regua_answer WHERE creditor = ? AND debtor = ? AND is_kept = 1 ORDER BY seq"
_POLICY: Final = "SELECT policy, version, fingerprint, text FROM regua_policy WHERE creditor = ?"
POLICIES: Final = f"{_POLICY} ORDER BY policy, version"
POLICY: Final = f"{_POLICY} AND policy = ? AND version = ?"
KEEP_POLICY: Final = (
    "INSERT INTO regua_policy (creditor, policy, version, fingerprint, text) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
