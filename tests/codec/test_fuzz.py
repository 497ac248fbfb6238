"""Whatever comes in, an event comes out or a DecodeError: no other exception, no echo at length."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import strategies
from tests.codec import specimens

from regua import codec
from regua.core.events import EVENT_TYPES
from regua.errors import DecodeError

LONGEST = 400

wild_texts = st.text(st.characters(), max_size=60) | st.text(
    st.characters(categories=["Cs", "Cc", "Cf", "Nd"]), max_size=5
)
telling_texts = st.sampled_from(
    (
        *("", " ", "x" * 500, "150.00", "-0", "1e5", "BRL", "brl", "reminder", "type", "version", *EVENT_TYPES),
        *("2026-04-18", "2026-04-18T12:00:00Z", "2026-04-18T12:00:00", "\uff12026-04-18"),
        *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"),
    )
)
numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(10**4200), 2**53, 2**63, 0, 1])
json_values = st.recursive(
    st.none() | st.booleans() | numbers | wild_texts | telling_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(wild_texts | telling_texts, inner, max_size=4),
    max_leaves=12,
)
documents = (
    strategies.events().map(codec.encode_event)
    | strategies.schedules().map(codec.encode_schedule)
    | strategies.accounts().map(codec.encode_account)
)
DECODERS = (
    (codec.decode_event, codec.encode_event),
    (codec.decode_schedule, codec.encode_schedule),
    (codec.decode_account, codec.encode_account),
)
LOADERS = (codec.load_events, codec.load_schedules, codec.load_accounts)


def containers(value: Any) -> list[Any]:
    """Give every object and list of a document, itself included."""
    found = [value]
    for container in found:
        entries = container.values() if isinstance(container, dict) else container
        found.extend(entry for entry in entries if isinstance(entry, dict | list) and entry)
    return found


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Give a valid document in which one to three things are not as they were."""
    document = draw(documents)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(containers(document)))
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys)) if keys else None
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace" if keys:
                place[key] = draw(json_values)
            case "remove" if keys:
                del place[key]
            case _ if isinstance(place, dict):
                place[draw(wild_texts | telling_texts)] = draw(json_values)
            case _:
                place.append(draw(json_values))
    return document


def check(document: Any) -> None:
    """Decode a document as everything it could be; what is accepted must be written and read again."""
    for decode, encode in DECODERS:
        try:
            value = decode(document)
        except DecodeError as error:
            check_error(error)
        else:
            assert decode(codec.from_line(codec.to_line(encode(value)))) == value


def check_error(error: DecodeError) -> None:
    """It says what to do, at no length, in text that can be printed."""
    assert error.remedy
    assert len(str(error)) - len(error.field) < LONGEST
    assert str(error).isprintable()
    str(error).encode()


@given(json_values)
def test_any_json_value(value: Any):
    """Also where it is not what `json.loads` could give."""
    check(value)


@settings(max_examples=200)
@given(mutated())
def test_any_change_to_a_document(document: dict[str, Any]):
    """Another value, a key more, a key less, at any depth."""
    check(document)


@given(st.sampled_from([{"type": kind, "version": 1} for kind in EVENT_TYPES]), st.data())
def test_any_object_that_says_it_is_an_event(header: dict[str, Any], data: st.DataObject):
    """With the right keys and any values."""
    cls, _ = EVENT_TYPES[header["type"]]
    names = [field.alias for field in cls.__attrs_attrs__]
    check(header | {name: data.draw(json_values) for name in names})


@pytest.mark.parametrize("load", LOADERS)
@given(lines=st.lists(wild_texts, max_size=5) | st.lists(st.binary(max_size=60), max_size=5))
def test_any_lines(load: Any, lines: Any):
    """Text or bytes; every line is a value, blank, or an error."""
    errors: list[DecodeError] = []
    assert list(load(lines, on_error=errors.append)) == []
    for error in errors:
        check_error(error)


@given(document=documents, data=st.data())
def test_any_damage_to_a_line(document: dict[str, Any], data: st.DataObject):
    """Bytes cut out, put in, doubled."""
    line = codec.to_line(document).encode()
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(line))] * 2)))
    damage = data.draw(
        st.binary(max_size=4) | st.just(line[start:end] * 2) | st.sampled_from([b"[" * 2000, b"1" * 5000])
    )
    for load in LOADERS:
        errors: list[DecodeError] = []
        list(load([line[:start] + damage + line[end:]], on_error=errors.append))
        for error in errors:
            check_error(error)


@given(document=st.sampled_from([codec.encode_schedule(specimens.SCHEDULES[1])]), data=st.data())
def test_any_key_twice(document: dict[str, Any], data: st.DataObject):
    """Refused wherever it stands, and the place is named."""
    text = json.dumps(document)
    key = data.draw(st.sampled_from(["as_of", "step", "code", "file", "currency"]))
    doubled = text.replace(f'"{key}":', f'"{key}":0,"{key}":', 1)
    with pytest.raises(DecodeError, match=f"key '{key}' stands there twice"):
        list(codec.load_schedules([doubled]))
