"""Rows ↔ values, the same for every database. Columns stand in the order of the attributes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any, Final

import attrs

from regua.codec import decode_event, encode_event, from_line, to_line
from regua.core.events.base import Event
from regua.ports import Attempt, Backlog, OutboxAction, RawAnswer, StoredPolicy, Tally

Row = tuple[Any, ...]
REASON: Final = ":"
"""Before a reason, where a row of a backlog counts what was put off for it."""

_ACTION_FIELDS: Final = tuple(each.name for each in attrs.fields(OutboxAction))
ACTION_COLUMNS: Final = ("action", *_ACTION_FIELDS[1:])
"""What `to_action` reads and `from_action` gives."""
REPLACED_COLUMNS: Final = tuple(name for name in ACTION_COLUMNS if name not in {"action", "creditor"})
"""What of an action is not its key."""
ATTEMPT_COLUMNS: Final = tuple(each.name for each in attrs.fields(Attempt))
"""What `to_attempt` reads and `from_attempt` gives."""

ANSWER_COLUMNS: Final = tuple(each.name for each in attrs.fields(RawAnswer))
"""What `to_answer` reads and `from_answer` gives."""

from_action: Final = attrgetter(*_ACTION_FIELDS)
from_answer: Final = attrgetter(*ANSWER_COLUMNS)
_attempt_values: Final = attrgetter(*ATTEMPT_COLUMNS)
_MEMBERS: Final = ATTEMPT_COLUMNS.index("members")


def to_action(row: Row) -> OutboxAction:
    """Read an action from its columns."""
    return OutboxAction(**dict(zip(_ACTION_FIELDS, row, strict=True)))


def from_attempt(attempt: Attempt) -> Row:
    """Give the columns of an attempt; its members are one text."""
    values = list(_attempt_values(attempt))
    values[_MEMBERS] = json.dumps(attempt.members, ensure_ascii=False)
    return tuple(values)


def to_attempt(row: Row) -> Attempt:
    """Read an attempt from its columns."""
    values = dict(zip(ATTEMPT_COLUMNS, row, strict=True))
    return Attempt(**values | {"members": tuple(json.loads(values["members"]))})


def to_answer(row: Row) -> RawAnswer:
    """Read what a provider answered from its columns."""
    return RawAnswer(**dict(zip(ANSWER_COLUMNS, row, strict=True)))


def to_backlog(found: Iterable[Row]) -> Backlog:
    """Read counts from rows of (sort, count, earliest instant); a sort that begins with `REASON` is one."""
    counted = list(found)
    tallies = {sort: Tally(count=count, first_us=first_us) for sort, count, first_us in counted if sort[:1] != REASON}
    reasons = sorted((-count, sort[1:]) for sort, count, _ in counted if sort[:1] == REASON)
    return Backlog(**tallies, reasons=tuple((reason, -count) for count, reason in reasons))


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
