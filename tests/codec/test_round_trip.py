import decimal
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import strategies
from tests.codec import specimens

from regua import codec
from regua.core import events as ev
from regua.core.account import Account, fold
from regua.core.dates import FIRST_INSTANT, LAST_INSTANT
from regua.core.events import EVENT_TYPES
from regua.core.events.base import Event
from regua.core.money import Money
from regua.core.planning.schedule import Reason, Schedule
from regua.errors import EventError

ROOT = Path(__file__).resolve().parents[2]
INVOICE = specimens.event_specimens(ev.InvoiceIssued)[0]
EVENT_COUNT = sum(len(specimens.event_specimens(cls)) for cls in specimens.EVENTS)


def line(event: Event) -> str:
    """Give the line of an event."""
    return codec.to_line(codec.encode_event(event))


@pytest.mark.parametrize("cls", [cls for cls, _ in EVENT_TYPES.values()], ids=lambda cls: cls.type)
@settings(max_examples=20)
@given(data=st.data())
def test_events_come_back_equal(cls: type[Event], data: st.DataObject):
    """Every type, every field: the same value, and from it the same bytes."""
    event = data.draw(strategies.events(cls))
    written = line(event)
    read = codec.decode_event(codec.from_line(written.encode()))
    assert read == event
    assert line(read) == written
    assert written.count("\n") == 1


@given(strategies.schedules())
def test_schedules_come_back_equal(schedule: Schedule):
    """With their actions in order; origins too, although they are outside equality."""
    written = codec.to_line(codec.encode_schedule(schedule))
    read = codec.decode_schedule(codec.from_line(written))
    assert read == schedule
    assert [[r.origin for r in action.reasons] for action in read.all] == [
        [r.origin for r in action.reasons] for action in schedule.all
    ]
    assert codec.to_line(codec.encode_schedule(read)) == written


@given(strategies.accounts())
def test_accounts_come_back_equal(account: Account):
    """By folding their events again."""
    written = codec.to_line(codec.encode_account(account))
    read = codec.decode_account(codec.from_line(written))
    assert read == account
    assert codec.to_line(codec.encode_account(read)) == written


def test_an_account_of_which_nothing_was_known_yet_keeps_its_names():
    """A fold with `known_at` may leave an account that has a debtor and no event."""
    account = fold([INVOICE], known_at=0)
    assert (account.debtor, account.events) == ("ana", ())
    assert codec.decode_account(codec.encode_account(account)) == account


@given(strategies.events())
def test_keys_stand_in_class_order_after_type_and_version(event: Event):
    """Whoever reads a file sees the same things in the same places."""
    names = [field.alias for field in attrs.fields(type(event))]
    keys = list(codec.encode_event(event))
    assert keys[:7] == ["type", "version", "id", "creditor", "debtor", "at", "recorded_at"]
    assert keys[2:] == [name for name in names if name in keys]


def test_mappings_are_written_in_order_of_their_keys():
    """Two equal schedules that were built in another order give the same bytes."""
    full = specimens.SCHEDULES[1]
    turned = attrs.evolve(full, calendars=dict(reversed(full.calendars.items())))
    assert list(turned.calendars) != list(full.calendars)
    assert codec.to_line(codec.encode_schedule(turned)) == codec.to_line(codec.encode_schedule(full))


def test_bytes_do_not_depend_on_hash_order_or_locale():
    """Another hash seed, zone and locale: the same bytes."""
    program = (
        "import sys; from regua import codec; from tests.codec import specimens as s\n"
        "codec.dump_events([e for c in s.EVENTS for e in s.event_specimens(c)], sys.stdout.buffer)\n"
        "codec.dump_schedules(s.SCHEDULES, sys.stdout.buffer); codec.dump_accounts(s.ACCOUNTS, sys.stdout.buffer)"
    )
    outputs = set()
    for seed, zone, locale in (("0", "UTC", "C"), ("1", "Asia/Tokyo", "tr_TR.UTF-8"), ("77", "America/Sao_Paulo", "C")):
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        }
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
        outputs.add(ran.stdout)
    assert len(outputs) == 1
    assert outputs.pop().count(b"\n") == EVENT_COUNT + len(specimens.SCHEDULES) + len(specimens.ACCOUNTS)


def test_key_order_and_space_do_not_matter_to_the_reader():
    """People write these lines by hand; what is written again is canonical."""
    turned = dict(reversed(codec.encode_event(INVOICE).items()))
    by_hand = json.dumps(turned, indent=None, separators=(" ,  ", " : "))
    assert list(codec.load_events([f"  {by_hand}\t\r\n"])) == [INVOICE]


def test_an_instant_with_any_offset_is_the_same_instant():
    """Offsets in, UTC out."""
    for text in ("2026-04-01T09:00:00-03:00", "2026-04-01T12:00Z", "2026-04-01T12:00:00.0+00:00"):
        event = codec.decode_event(codec.encode_event(INVOICE) | {"at": text})
        assert event == INVOICE
        assert codec.encode_event(event)["at"] == "2026-04-01T12:00:00Z"


def test_a_sum_is_written_exactly_whatever_the_decimal_context():
    """R$ 15.000.012,34 stays that where the host computes with six digits."""
    event = attrs.evolve(INVOICE, amount=Money.of("15000012.34"))
    with decimal.localcontext() as context:
        context.prec = 6
        assert codec.encode_event(event)["amount"] == {"amount": "15000012.34", "currency": "BRL"}
    for amount, text in ((Money(-1), "-0.01"), (Money(5, "JPY"), "5"), (Money(-1, "KWD"), "-0.001")):
        reason = attrs.evolve(specimens.SCHEDULES[1].all[0], amount=amount)
        schedule = attrs.evolve(specimens.SCHEDULES[1], all=(reason,))
        assert codec.encode_schedule(schedule)["actions"][0]["amount"]["amount"] == text
        assert codec.decode_schedule(codec.encode_schedule(schedule)) == schedule


def test_any_file_will_do(tmp_path: Path):
    """Text or binary, plain or wrapped; the count of lines comes back."""
    events = [event for cls in specimens.EVENTS for event in specimens.event_specimens(cls)]
    binary, text = io.BytesIO(), io.StringIO(newline="\n")
    assert codec.dump_events(events, binary) == len(events)
    assert codec.dump_events(iter(events), text) == len(events)
    assert text.getvalue().encode() == binary.getvalue()
    with tempfile.NamedTemporaryFile(dir=tmp_path) as wrapped:
        codec.dump_events(events, wrapped)
        wrapped.seek(0)
        assert list(codec.load_events(wrapped)) == events
    assert list(codec.load_events(io.StringIO(text.getvalue()))) == events


def test_reading_and_writing_hold_one_line_at_a_time():
    """A million events need no more memory than one."""
    served = []

    def endless() -> Any:
        while True:
            served.append(1)
            yield line(INVOICE)

    events = codec.load_events(endless())
    assert [next(events), next(events)] == [INVOICE, INVOICE]
    assert len(served) == 2


def test_schedules_and_accounts_stream_too():
    """One line each, so that `jq` and `split` work on them."""
    for dump, load, values in (
        (codec.dump_schedules, codec.load_schedules, specimens.SCHEDULES),
        (codec.dump_accounts, codec.load_accounts, specimens.ACCOUNTS),
    ):
        file = io.BytesIO()
        assert dump(values, file) == len(values)
        assert file.getvalue().count(b"\n") == len(values)
        file.seek(0)
        assert list(load(file)) == values


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (attrs.evolve(INVOICE, kind=5), "kind"),
        (attrs.evolve(INVOICE, description="\ud800"), "description"),
        (attrs.evolve(INVOICE, description="a\0b"), "description"),
        (attrs.evolve(INVOICE, policy_version=1.5), "policy_version"),
        (attrs.evolve(INVOICE, policy_version=True), "policy_version"),
        (attrs.evolve(INVOICE, policy_version=10**5000), "policy_version"),
        (attrs.evolve(INVOICE, amount=Money(10**21)), "amount"),
        (specimens.event_specimens(ev.CourtOrder)[0].__class__(**specimens.FIRST, case="1", effect="halt"), "effect"),
        (ev.ActionSent(**specimens.FIRST, action="a", step="s", tone=3), "tone"),
        (ev.ActionSent(**specimens.FIRST, action="a", step="s", reports_delivery=0), "reports_delivery"),
        (
            ev.AgreementSigned(**specimens.FIRST, agreement="a", receivables=("r",), instalments=("x",)),
            "instalments[0]",
        ),
        (ev.AgreementSigned(**specimens.FIRST, agreement="a", receivables=("r",), instalments=["x"]), "instalments"),
    ],
)
def test_what_would_not_be_read_is_not_written(event: Event, field: str):
    """A line that the next release cannot read would be found when it is too late."""
    with pytest.raises(EventError, match=rf"^{type(event).__name__}\.{field.replace('[', '.')[:11]}") as caught:
        codec.encode_event(event)
    assert str(caught.value).startswith(f"{type(event).__name__}.{field}: ")
    assert len(str(caught.value)) < 200


def test_only_events_of_the_table_are_written():
    """Not their bases, and not what only looks like one."""
    base = ev.DebtorProfile(**specimens.FIRST)
    for thing in (base, INVOICE.amount, "x"):
        with pytest.raises(EventError, match="no type of event"):
            codec.encode_event(thing)


def test_a_schedule_that_would_not_be_read_is_not_written():
    """The path leads to the action."""
    full = specimens.SCHEDULES[1]
    broken = attrs.evolve(full.all[1], reasons=(Reason("held", {"hold": 1}),))
    with pytest.raises(EventError, match=r"Schedule\.actions\[1\]\.reasons\[0\]\.facts\.hold: 1 is not a string"):
        codec.encode_schedule(attrs.evolve(full, all=(full.all[0], broken)))
    with pytest.raises(EventError, match="calendars: a list is not a mapping"):
        codec.encode_schedule(attrs.evolve(full, calendars=[]))
    for field, value in (
        ("day", specimens.FIRST["at"]),
        ("at", "x"),
        ("at", True),
        ("amount", "150.00"),
        ("tone", "firm"),
    ):
        with pytest.raises(EventError, match=rf"Schedule\.actions\[0\]\.{field}: .* is not "):
            codec.encode_schedule(attrs.evolve(full, all=(attrs.evolve(full.all[0], **{field: value}),)))
    for field, value in (("day", date(3000, 1, 1)), ("at", LAST_INSTANT + 1), ("at", FIRST_INSTANT - 1)):
        with pytest.raises(EventError, match=rf"Schedule\.actions\[0\]\.{field}: .* outside the years 1900 to 2999$"):
            codec.encode_schedule(attrs.evolve(full, all=(attrs.evolve(full.all[0], **{field: value}),)))
    with pytest.raises(EventError, match="not an Account"):
        codec.encode_account(full)
    with pytest.raises(EventError, match="not a Schedule"):
        codec.encode_schedule(INVOICE)


def test_threads_may_read_at_once():
    """The rules of a class are made when they are first needed."""
    from regua.codec import classes

    classes._made.clear()  # noqa: SLF001 - as in a new process
    text = "".join(
        codec.to_line(codec.encode_event(e)) for cls in specimens.EVENTS for e in specimens.event_specimens(cls)
    )
    classes._made.clear()  # noqa: SLF001
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(list(codec.load_events(io.StringIO(text))))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [EVENT_COUNT] * 8
