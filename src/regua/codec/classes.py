"""attrs classes ↔ JSON objects, strict at every level.

cattrs writes the code of each class. Its own hooks coerce (`5.9` to 5, `true` to 1, `123` to "123") and take what they
do not know as it is, so none of them is used: every field gets its rule from here, and a class with a field of a kind
that has no rule cannot be read or written at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import NoneType
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin, get_type_hints

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from regua.codec import values
from regua.codec.wording import Refused, check_keys, from_core, shown
from regua.core.money import Money
from regua.core.planning.schedule import Schedule
from regua.core.tones import Tone
from regua.errors import ReguaError


class Rule(NamedTuple):
    """How values of one kind are read and written; both raise `Refused`."""

    read: Callable[..., Any]
    write: Callable[[Any], Any]


class _Field(NamedTuple):
    attribute: str
    name: str
    required: bool
    rule: Rule


_NAMES: Final = {(Schedule, "all"): "actions"}
"""Names on the wire that are not the name of the argument."""
_INSTANT: Final = "_us"
"""How fields end that hold an instant, in microseconds."""
_SINGLE: Final[dict[Any, Rule]] = {
    str: Rule(values.text, values.text),
    int: Rule(values.whole_number, values.whole_number),
    bool: Rule(values.flag, values.flag),
    date: Rule(values.read_day, values.write_day),
    Tone: Rule(values.read_tone, values.write_tone),
    Money: Rule(values.read_money, values.write_money),
}
_INSTANTS: Final = _SINGLE | {int: Rule(values.read_instant, values.write_instant)}
_PLACED: Final = re.compile(r"[\w.?-]+\.(\w+): (.*)", re.DOTALL)
"""The core's words about a field, such as `invoice.issued.receivable: '' is not an identifier`."""


def class_rule(cls: type[Any]) -> Rule:
    """Give the rule of an attrs class, made once: keys in class order, fields equal to their default left out.

    Raises:
        TypeError: a field is of a kind that has no rule.
    """
    rule = _made.get(cls)
    if rule is None:
        fields = tuple(_fields(cls))
        rule = _made[cls] = Rule(_class_reader(cls, fields), _class_writer(cls, fields))
    return rule


_made: Final[dict[type[Any], Rule]] = {}


def _fields(cls: type[Any]) -> Iterator[_Field]:
    """The fields that stand in documents."""
    kinds = get_type_hints(cls)
    for each in attrs.fields(cls):
        if not each.metadata.get("document", True):
            continue
        name = _NAMES.get((cls, each.name), each.alias or each.name)
        rule = _rule(kinds[each.name], _INSTANTS if each.name.endswith(_INSTANT) else _SINGLE)
        yield _Field(each.name, name, each.default is attrs.NOTHING, rule)


def _rule(kind: Any, single: Mapping[Any, Rule] = _SINGLE) -> Rule:
    origin, parts = get_origin(kind), get_args(kind)
    if kind in single:
        return single[kind]
    if attrs.has(kind):
        return class_rule(kind)
    if origin is Literal:
        return Rule(values.one_of(kind), values.one_of(kind))
    if origin is tuple and parts[1:] == (...,):
        return tuple_rule(_rule(parts[0]))
    if origin is Mapping and parts == (str, str):
        return Rule(_read_texts, _write_texts)
    if parts[1:] == (NoneType,):
        return Rule(*(values.optional(either) for either in _rule(parts[0], single)))
    message = f"the codec has no rule for {kind}; give it one in regua.codec.classes"
    raise TypeError(message)


def _class_reader(cls: type[Any], fields: tuple[_Field, ...]) -> Callable[..., Any]:
    known = {field.name for field in fields}
    overrides: dict[str, Any] = {
        field.attribute: override(rename=field.name, struct_hook=field.rule.read) for field in fields
    }
    structure = make_dict_structure_fn(cls, Converter(), _cattrs_detailed_validation=False, **overrides)

    def read(value: object, _: object = None) -> Any:
        if not isinstance(value, dict):
            example = next(field.name for field in fields if field.required)
            raise Refused(f"{shown(value)} is not an object", f'write {{"{example}": …}}')
        try:
            if value.keys() <= known:
                return structure(value, cls)
        except (KeyError, Refused, ReguaError) as error:
            raise _refusal(value, fields, error) from None
        raise _refusal(value, fields)

    return read


def _refusal(value: dict[object, Any], fields: tuple[_Field, ...], error: Exception | None = None) -> Refused:
    """Find what is wrong with an object that was refused, in the order of the fields."""
    try:
        required = [field.name for field in fields if field.required]
        check_keys(value, required, [field.name for field in fields if not field.required])
    except Refused as refused:
        return refused
    for field in fields:
        try:
            if field.name in value:
                field.rule.read(value[field.name])
        except Refused as refused:
            return refused.below(field.name)
    placed = _PLACED.fullmatch(str(error))
    return from_core(placed[2], field=placed[1]) if placed else from_core(str(error))


def _class_writer(cls: type[Any], fields: tuple[_Field, ...]) -> Callable[[Any], dict[str, Any]]:
    overrides: dict[str, Any] = {
        field.attribute: override(rename=field.name, unstruct_hook=field.rule.write) for field in fields
    }
    overrides |= {each.name: override(omit=True) for each in attrs.fields(cls) if each.name not in overrides}
    unstructure = make_dict_unstructure_fn(cls, Converter(), _cattrs_omit_if_default=True, **overrides)
    names = [field.name for field in fields]
    is_class_order = [field.required for field in fields] == sorted((f.required for f in fields), reverse=True)

    def write(value: object) -> dict[str, Any]:
        if not isinstance(value, cls):
            raise Refused(f"{shown(value)} is not a {cls.__name__}")
        try:
            written: dict[str, Any] = unstructure(value)
        except Refused:
            raise _unwritten(value, fields)[0] from None
        # cattrs writes the required fields first, which is class order for nearly every class.
        return written if is_class_order else {name: written[name] for name in names if name in written}

    return write


def _unwritten(value: object, fields: tuple[_Field, ...]) -> list[Refused]:
    """Find the fields that cannot be written, in their order."""
    found = []
    for field in fields:
        try:
            field.rule.write(getattr(value, field.attribute))
        except Refused as refused:
            found.append(refused.below(field.name))
    return found


def tuple_rule(entry: Rule) -> Rule:
    """Give the rule of a list whose entries follow one rule."""

    def read(value: object, _: object = None) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Refused(f"{shown(value)} is not a list", "write it in square brackets: […]")
        return tuple(_each(entry.read, value))

    def write(value: object) -> list[Any]:
        if not isinstance(value, tuple):
            raise Refused(f"{shown(value)} is not a tuple")
        return list(_each(entry.write, value))

    return Rule(read, write)


def _each(rule: Callable[[Any], Any], entries: list[Any] | tuple[Any, ...]) -> Iterator[Any]:
    for place, entry in enumerate(entries):
        try:
            yield rule(entry)
        except Refused as refused:
            raise refused.below(place) from None


def _read_texts(value: object, _: object = None) -> dict[str, str]:
    if not isinstance(value, dict):
        raise Refused(f"{shown(value)} is not an object", 'write {"name": "value", …}')
    return dict(_texts(value))


def _write_texts(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise Refused(f"{shown(value)} is not a mapping")
    return dict(sorted(_texts(value)))


def _texts(value: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    for key, entry in value.items():
        name = values.text(key)
        try:
            yield name, values.text(entry)
        except Refused as refused:
            raise refused.below(name) from None
