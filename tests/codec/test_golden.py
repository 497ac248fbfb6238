"""What was once written is read for ever, and written again to the byte.

`REGUA_WRITE_GOLDEN=1 pytest tests/codec/test_golden.py` writes the files that are missing and adds lines to those that
lack some; what stands in a file is never changed.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.codec import specimens

from regua import codec
from regua.core.events import EVENT_TYPES
from regua.core.events.base import Event

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


def golden(path: str, values: list[Any], encode: Callable[[Any], dict[str, Any]]) -> list[bytes]:
    """Give the lines of a golden file, after adding to it what it lacks where that was asked for."""
    file = GOLDEN / path
    if os.environ.get("REGUA_WRITE_GOLDEN") == "1":
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab+") as lines:
            lines.seek(0)
            for value in values[len(lines.readlines()) :]:
                lines.write(codec.to_line(encode(value)).encode())
    return file.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_event_type_has_its_golden_file(kind: str):
    """Decoding gives the specimen, encoding the specimen gives the committed bytes."""
    cls, version = EVENT_TYPES[kind]
    values = specimens.event_specimens(cls)
    lines = golden(f"events/{kind}.v{version}.jsonl", values, codec.encode_event)
    assert list(codec.load_events(lines)) == values
    assert [codec.to_line(codec.encode_event(value)).encode() for value in values] == lines


def test_no_golden_file_is_left_over():
    """A type that is gone, or a version that is past, keeps its file only while an upcaster reads it."""
    known = {f"{kind}.v{version}.jsonl" for kind, (_, version) in EVENT_TYPES.items()}
    known |= {f"{kind}.v{version}.jsonl" for kind, version in codec.UPCASTERS}
    assert {path.name for path in (GOLDEN / "events").iterdir()} == known


@pytest.mark.parametrize("path", sorted((GOLDEN / "events").glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_golden_event_is_read(path: Path):
    """Also those of versions that nobody writes any more."""
    with path.open("rb") as lines:
        assert len(list(codec.load_events(lines))) >= 2


@pytest.mark.parametrize("cls", specimens.EVENTS, ids=lambda cls: cls.type)
def test_specimens_say_the_least_and_everything(cls: type[Event]):
    """The first leaves every default, and some specimen changes each."""
    first, *others = specimens.event_specimens(cls)
    fields = [field for field in attrs.fields(cls) if field.default is not attrs.NOTHING]
    assert all(getattr(first, field.name) == field.default for field in fields)
    assert [f.name for f in fields if not any(getattr(each, f.name) != f.default for each in others)] == []


def test_golden_schedules():
    """A schedule keeps its bytes too."""
    lines = golden("schedule.v1.jsonl", specimens.SCHEDULES, codec.encode_schedule)
    assert list(codec.load_schedules(lines)) == specimens.SCHEDULES
    assert [codec.to_line(codec.encode_schedule(value)).encode() for value in specimens.SCHEDULES] == lines


def test_golden_accounts():
    """And an account, whose events come in the order of the fold."""
    lines = golden("account.v1.jsonl", specimens.ACCOUNTS, codec.encode_account)
    assert list(codec.load_accounts(lines)) == specimens.ACCOUNTS
    assert [codec.to_line(codec.encode_account(value)).encode() for value in specimens.ACCOUNTS] == lines


def test_a_default_never_changes():
    """It is left out of what is written, so another default would change what old lines mean."""
    file = GOLDEN / "defaults.jsonl"
    defaults = [
        {"type": cls.type, "field": field.alias, "default": json.loads(json.dumps(field.default))}
        for cls in specimens.EVENTS
        for field in attrs.fields(cls)
        if field.default is not attrs.NOTHING
    ]
    committed = [json.loads(line) for line in file.read_bytes().splitlines()] if file.exists() else []
    if os.environ.get("REGUA_WRITE_GOLDEN") == "1":
        added = [codec.to_line(default) for default in defaults if default not in committed]
        file.write_text("".join([codec.to_line(line) for line in committed] + added), encoding="utf-8", newline="\n")
        committed = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert [default for default in defaults if default not in committed] == []
    assert len({(line["type"], line["field"]) for line in committed}) == len(committed)
