"""The columns of rows, and the statements that write them.

Columns are read as plain expressions: a unary plus takes a column's declared type away, and a host's connection may
convert by declared type (`detect_types`).
"""
# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter

from __future__ import annotations

from typing import Final

from regua.storing.rows import ACTION_COLUMNS, ANSWER_COLUMNS, ATTEMPT_COLUMNS, REPLACED_COLUMNS

ACTION: Final = ", ".join(f"+{name}" for name in ACTION_COLUMNS)
"""The columns that `to_action` reads."""
ATTEMPT: Final = ", ".join(f"+{name}" for name in ATTEMPT_COLUMNS)
"""The columns that `to_attempt` reads."""
ANSWER: Final = ", ".join(f"+{name}" for name in ANSWER_COLUMNS)
"""The columns that `to_answer` reads."""

_REPLACED: Final = ", ".join(f"{name} = excluded.{name}" for name in REPLACED_COLUMNS)
PUT_ACTION: Final = (
    f"INSERT INTO regua_action ({', '.join(ACTION_COLUMNS)}) VALUES ({', '.join('?' for _ in ACTION_COLUMNS)}) "
    f"ON CONFLICT (creditor, action) DO UPDATE SET {_REPLACED}"
)
PUT_ATTEMPT: Final = (
    f"INSERT INTO regua_attempt ({', '.join(ATTEMPT_COLUMNS)}) VALUES ({', '.join('?' for _ in ATTEMPT_COLUMNS)})"
)
KEEP_ANSWER: Final = (
    f"INSERT INTO regua_answer ({', '.join(ANSWER_COLUMNS)}, is_kept) "
    f"VALUES ({', '.join('?' for _ in ANSWER_COLUMNS)}, 1)"
)
