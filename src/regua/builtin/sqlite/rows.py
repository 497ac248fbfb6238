"""Rows ↔ values. Columns stand in the order of the attributes, and are read as plain expressions.

A unary plus takes a column's declared type away: a host's connection may convert by declared type (`detect_types`).
"""
# ruff: noqa: S608 - what is put together here are names of columns; every value is a parameter

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any, Final

import attrs

from regua.codec import decode_event, encode_event, from_line, to_line
from regua.core.events.base import Event
from regua.ports import Attempt, OutboxAction, StoredPolicy

Row = tuple[Any, ...]

_ACTION_FIELDS: Final = tuple(each.name for each in attrs.fields(OutboxAction))
_ATTEMPT_FIELDS: Final = tuple(each.name for each in attrs.fields(Attempt))
_ACTION_COLUMNS: Final = ("action", *_ACTION_FIELDS[1:])

ACTION: Final = ", ".join(f"+{name}" for name in _ACTION_COLUMNS)
"""The columns that `to_action` reads."""
ATTEMPT: Final = ", ".join(f"+{name}" for name in _ATTEMPT_FIELDS)
"""The columns that `to_attempt` reads."""

PUT_ACTION: Final = (
    f"INSERT INTO regua_action ({', '.join(_ACTION_COLUMNS)}) VALUES ({', '.join('?' for _ in _ACTION_COLUMNS)}) "
    "ON CONFLICT (creditor, action) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _ACTION_COLUMNS if name not in {"action", "creditor"})
)
PUT_ATTEMPT: Final = (
    f"INSERT INTO regua_attempt ({', '.join(_ATTEMPT_FIELDS)}) VALUES ({', '.join('?' for _ in _ATTEMPT_FIELDS)})"
)

from_action: Final = attrgetter(*_ACTION_FIELDS)
"""The parameters of `PUT_ACTION`."""
_attempt_values: Final = attrgetter(*_ATTEMPT_FIELDS)
_MEMBERS: Final = _ATTEMPT_FIELDS.index("members")


def to_action(row: Row) -> OutboxAction:
    """Read an action from its columns."""
    return OutboxAction(**dict(zip(_ACTION_FIELDS, row, strict=True)))


def from_attempt(attempt: Attempt) -> Row:
    """Give the parameters of `PUT_ATTEMPT`."""
    values = list(_attempt_values(attempt))
    values[_MEMBERS] = json.dumps(attempt.members, ensure_ascii=False)
    return tuple(values)


def to_attempt(row: Row) -> Attempt:
    """Read an attempt from its columns."""
    values = dict(zip(_ATTEMPT_FIELDS, row, strict=True))
    return Attempt(**values | {"members": tuple(json.loads(values["members"]))})


def from_event(event: Event) -> str:
    """Write an event as the log keeps it."""
    return to_line(encode_event(event))[:-1]


def to_events(rows: Iterable[Row]) -> tuple[Event, ...]:
    """Read events from rows of one column, the line."""
    return tuple(decode_event(from_line(line)) for (line,) in rows)


def from_fields(fields: Mapping[str, str]) -> bytes:
    """Write the personal data of one reference."""
    return json.dumps(dict(fields), ensure_ascii=False).encode()


def to_policy(row: Row) -> StoredPolicy:
    """Read a policy from its columns."""
    policy, version, fingerprint, text = row
    return StoredPolicy(policy=policy, version=version, fingerprint=fingerprint, text=text)
