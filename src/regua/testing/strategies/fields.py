"""Strategies for what the core holds, made from the fields of its classes; what they say need not make sense."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from regua.core.account import Account, fold
from regua.core.calendars import STATES
from regua.core.dates import EARLIEST, FIRST_INSTANT, LAST_INSTANT, LATEST
from regua.core.events import EVENT_TYPES
from regua.core.events.base import Event, check_name, check_names, check_positive, check_some, check_state, check_zone
from regua.core.money import Money
from regua.core.planning.schedule import Schedule
from regua.core.tones import Tone

CURRENCIES: Final = ("BRL", "USD", "JPY", "KWD")
LARGEST: Final = 2**53 - 1

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
"""Text that UTF-8 and every database can carry."""

identifiers = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
"""Non-empty, printable, without spaces."""

whole_numbers = st.integers(-LARGEST, LARGEST)

instants = st.integers(FIRST_INSTANT, LAST_INSTANT)
"""Microseconds since 1970 UTC, in the years 1900 to 2999."""

currencies = st.sampled_from(CURRENCIES)
money = st.builds(Money, st.integers(-(10**18) + 1, 10**18 - 1), currencies)
positive_money = st.builds(Money, st.integers(1, 10**18 - 1), currencies)


def events(*classes: type[Event], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    """Events of these classes, or of any; `fixed` names fields that follow another strategy."""
    chosen = classes or tuple(cls for cls, _ in EVENT_TYPES.values())
    return st.sampled_from(chosen).flatmap(lambda cls: instances(cls, **fixed))


def accounts() -> st.SearchStrategy[Account]:
    """Accounts of one debtor with a handful of events of any type."""
    named = identifiers.flatmap(
        lambda name: st.lists(
            events(creditor=st.just("loja"), debtor=st.just(name)),
            max_size=5,
            unique_by=lambda event: event.id,
        )
    )
    return named.map(fold)


def schedules() -> st.SearchStrategy[Schedule]:
    """Schedules of the right form; what they say need not make sense."""
    return instances(Schedule)


def instances(cls: type[Any], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Instances of an attrs class, each optional field now left out and now given."""
    kinds = get_type_hints(cls)
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in attrs.fields(cls):
        if not field.metadata.get("document", True):
            continue
        group = required if field.default is attrs.NOTHING else optional
        group[field.alias] = fixed[field.alias] if field.alias in fixed else _values(field, kinds[field.name])
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: cls(**values))


def _values(field: Any, kind: Any) -> st.SearchStrategy[Any]:
    checks = _checks(field)
    for check, strategy in _CHECKED.items():
        if check in checks:
            return strategy
    if check_names in checks:
        return st.lists(identifiers, unique=True, min_size=int(check_some in checks), max_size=3).map(tuple)
    if check_some in checks:
        return st.lists(of_kind(get_args(kind)[0]), min_size=1, max_size=3).map(tuple)
    if check_positive in checks:
        return positive_money if kind is Money else st.none() | positive_money
    if field.name.endswith("_us"):
        return instants if kind is int else st.none() | instants
    return of_kind(kind)


_CHECKED = {
    check_name: identifiers,
    check_zone: st.sampled_from(("", "America/Sao_Paulo", "America/Manaus", "Asia/Kathmandu")),
    check_state: st.sampled_from(("", *STATES.values())),
}


def _checks(field: Any) -> set[Any]:
    validator = field.validator
    return set(getattr(validator, "_validators", (validator,)))


def of_kind(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type that a field of the core may have."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    if origin is Literal:
        return st.sampled_from(parts)
    if origin is tuple:
        return st.lists(of_kind(parts[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(of_kind(parts[0]), of_kind(parts[1]), max_size=3)
    if parts[1:] == (NoneType,):
        return st.none() | of_kind(parts[0])
    if not attrs.has(kind):
        message = f"no strategy for {kind}"
        raise TypeError(message)
    return instances(kind)


_SIMPLE = {
    str: texts,
    int: whole_numbers,
    bool: st.booleans(),
    date: st.dates(EARLIEST, LATEST),
    Money: money,
    Tone: st.sampled_from(Tone),
}
