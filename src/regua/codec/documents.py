"""Events, schedules and accounts ↔ JSON objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from regua.codec.classes import Rule, class_rule, tuple_rule
from regua.codec.envelope import seal, unseal
from regua.codec.values import text
from regua.codec.wording import Refused, check_keys, from_core, joined, shown
from regua.core.account import Account, fold
from regua.core.events import EVENT_TYPES
from regua.core.events.base import Event
from regua.core.planning.schedule import Schedule
from regua.errors import AccountMismatch, DecodeError, EventConflict, EventError

_Value = TypeVar("_Value")

_SCHEDULE: Final[dict[str, tuple[type, int]]] = {"schedule": (Schedule, 1)}
_ACCOUNT: Final[dict[str, tuple[type, int]]] = {"account": (Account, 1)}


def encode_event(event: Event) -> dict[str, Any]:
    """Make a JSON object of an event.

    Args:
        event: of a class in `EVENT_TYPES`.

    Returns:
        Plain values: `type`, `version`, `id`, `creditor`, `debtor`, `at`, `recorded_at`, then the other fields in class
        order; a field equal to its default is left out.

    Raises:
        EventError: the event is of no known type, or a field holds what `decode_event` would refuse.
    """
    return _encoded(event, _write_event)


def decode_event(mapping: Mapping[str, Any]) -> Event:
    """Make an event of a JSON object; the inverse of `encode_event`.

    Args:
        mapping: plain values, as `json.loads` gives them; older versions are brought up to date first.

    Raises:
        DecodeError: it is not exactly an event; `.field` is the path of what is wrong.
    """
    return decoded(mapping, read_event)


def encode_schedule(schedule: Schedule) -> dict[str, Any]:
    """Make a JSON object of a schedule, its actions inside, in order.

    Raises:
        EventError: a field holds what `decode_schedule` would refuse.
    """
    return _encoded(schedule, _write_schedule)


def decode_schedule(mapping: Mapping[str, Any]) -> Schedule:
    """Make a schedule of a JSON object; the inverse of `encode_schedule`.

    Raises:
        DecodeError: it is not exactly a schedule; `.field` is the path of what is wrong.
    """
    return decoded(mapping, read_schedule)


def encode_account(account: Account) -> dict[str, Any]:
    """Make a JSON object of an account: its events, each as `encode_event` makes it, in the account's order.

    Raises:
        EventError: an event cannot be written.
    """
    return _encoded(account, _write_account)


def decode_account(mapping: Mapping[str, Any]) -> Account:
    """Make an account of a JSON object by folding its events; the inverse of `encode_account`.

    Raises:
        DecodeError: it is not exactly an account, or its events do not belong together.
    """
    return decoded(mapping, read_account)


def decoded(value: Any, read: Callable[[Any], _Value], *, line: int | None = None) -> _Value:
    """Read a value, and say of a refusal where it stands."""
    try:
        return read(value)
    except Refused as refused:
        raise DecodeError(refused.message, line=line, field=refused.field, remedy=refused.remedy) from None


def _encoded(value: _Value, write: Callable[[_Value], dict[str, Any]]) -> dict[str, Any]:
    try:
        return write(value)
    except Refused as refused:
        place = joined(type(value).__name__, refused.field)
        message = f"{place}: {refused.message}" + (f"; {refused.remedy}" if refused.remedy else "")
        raise EventError(message) from None


def _write_event(event: Event) -> dict[str, Any]:
    cls = type(event)
    kind = getattr(cls, "type", "")
    known, version = EVENT_TYPES.get(kind, (None, 0))
    if known is not cls:
        raise Refused(f"{cls.__name__} is no type of event", "use a class of regua.core.events.EVENT_TYPES")
    return seal(kind, version, class_rule(cls).write(event))


def read_event(value: Any) -> Event:
    """Make an event of a JSON object, or raise `Refused`."""
    cls, body = unseal(value, EVENT_TYPES)
    event: Event = class_rule(cls).read(body)
    return event


def _write_schedule(schedule: Schedule) -> dict[str, Any]:
    return seal("schedule", 1, class_rule(Schedule).write(schedule))


def read_schedule(value: Any) -> Schedule:
    """Make a schedule of a JSON object, or raise `Refused`."""
    schedule: Schedule = class_rule(Schedule).read(unseal(value, _SCHEDULE).body)
    return schedule


def _write_account(account: Account) -> dict[str, Any]:
    if not isinstance(account, Account):
        raise Refused(f"{shown(account)} is not an Account")
    body = {name: rule.write(getattr(account, name)) for name, rule in _ACCOUNT_FIELDS.items()}
    return seal("account", 1, body)


def read_account(value: Any) -> Account:
    """Make an account of a JSON object, or raise `Refused`."""
    body = unseal(value, _ACCOUNT).body
    check_keys(body, _ACCOUNT_FIELDS)
    parts = {name: _part(body[name], name, rule) for name, rule in _ACCOUNT_FIELDS.items()}
    empty = Account(creditor=parts["creditor"], debtor=parts["debtor"])
    try:
        account = fold(parts["events"], empty)
    except (AccountMismatch, EventConflict) as error:
        raise from_core(str(error), field="events") from None
    if account.debtor != empty.debtor:
        raise Refused("'' is not the debtor of these events", f"write {shown(account.debtor)}", field="debtor")
    return account


def _part(value: Any, name: str, rule: Rule) -> Any:
    try:
        return rule.read(value)
    except Refused as refused:
        raise refused.below(name) from None


_ACCOUNT_FIELDS: Final = {
    "creditor": Rule(text, text),
    "debtor": Rule(text, text),
    "events": tuple_rule(Rule(read_event, _write_event)),
}
