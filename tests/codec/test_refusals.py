import json
from pathlib import Path
from typing import Any

import pytest
from tests.codec import specimens

from regua import codec
from regua.core import events as ev
from regua.errors import DecodeError, EventError

INVOICE = codec.encode_event(specimens.event_specimens(ev.InvoiceIssued)[0])
AGREEMENT = codec.encode_event(specimens.event_specimens(ev.AgreementSigned)[1])
SENT = codec.encode_event(specimens.event_specimens(ev.ActionSent)[1])
SCHEDULE = codec.encode_schedule(specimens.SCHEDULES[1])
ACCOUNT = codec.encode_account(specimens.ACCOUNTS[1])
LINE = codec.to_line(INVOICE)


def changed(document: dict[str, Any], *path: str | int, to: object = None, without: str = "") -> dict[str, Any]:
    """Give a copy in which the value at a path is another, or an object lacks a key."""
    copy = json.loads(json.dumps(document))
    place = copy
    for key in path[: -1 if not without else None]:
        place = place[key]
    if without:
        del place[without]
    else:
        place[path[-1]] = to
    return copy


@pytest.mark.parametrize(
    ("document", "message"),
    [
        pytest.param(
            changed(INVOICE, "amount", "amount", to=150.0),
            'amount.amount: 150.0 is not a string; write the amount as "150.00", exactly',
            id="float money",
        ),
        pytest.param(
            changed(INVOICE, "amount", to=150),
            'amount: 150 is not an amount of money; write {"amount":"150.00","currency":"BRL"}',
            id="money as a number",
        ),
        pytest.param(
            changed(INVOICE, "amount", "amount", to="150,00"),
            "amount.amount: '150,00' is not an amount of BRL; "
            'write digits with a point, 2 decimals at most: "150.00"',
            id="decimal comma",
        ),
        pytest.param(
            changed(INVOICE, "amount", to={"amount": "1.5", "currency": "JPY"}),
            "amount.amount: '1.5' is not an amount of JPY; write digits with a point, 0 decimals at most: \"150\"",
            id="more decimals than the currency has",
        ),
        pytest.param(
            changed(INVOICE, "amount", "currency", to="R$"),
            "amount.currency: 'R$' is not a currency; write its ISO 4217 code: \"BRL\"",
            id="currency",
        ),
        pytest.param(
            changed(INVOICE, "amount", without="currency"),
            "amount: missing key 'currency'; add \"currency\"",
            id="money without currency",
        ),
        pytest.param(
            changed(INVOICE, "amount", "curency", to="BRL"),
            "amount: unknown key 'curency'; remove it",
            id="money with one key too many",
        ),
        pytest.param(
            changed(INVOICE, "amount", "amount", to="-150.00"),
            "amount: -150.00 BRL is not an amount of money above zero; write Money.of('150.00')",
            id="negative amount",
        ),
        pytest.param(
            changed(INVOICE, "debtor", to=123),
            "debtor: 123 is not a string; write text in double quotes",
            id="number for text",
        ),
        pytest.param(
            changed(INVOICE, "debtor", to=None),
            "debtor: null is not a string; write text in double quotes",
            id="null for text",
        ),
        pytest.param(
            changed(INVOICE, "debtor", to=""),
            "debtor: '' is not an identifier; write a non-empty string on one line",
            id="empty id",
        ),
        pytest.param(
            changed(INVOICE, "policy_version", to=5.0),
            "policy_version: 5.0 is not a whole number; write digits alone, without quotes or point",
            id="float for whole number",
        ),
        pytest.param(
            changed(INVOICE, "policy_version", to=True),
            "policy_version: true is not a whole number; write digits alone, without quotes or point",
            id="true for 1",
        ),
        pytest.param(
            changed(INVOICE, "policy_version", to="5"),
            "policy_version: '5' is not a whole number; write digits alone, without quotes or point",
            id="text for whole number",
        ),
        pytest.param(
            changed(INVOICE, "policy_version", to=2**53),
            "policy_version: 9007199254740992 is too large a number; write one of at most 15 digits",
            id="more than JSON carries",
        ),
        pytest.param(
            changed(INVOICE, "policy_version", to=10**5000),
            "policy_version: a number of more than 40 digits is too large a number; write one of at most 15 digits",
            id="a number that cannot even be printed",
        ),
        pytest.param(
            changed(SENT, "reports_delivery", to=1),
            "reports_delivery: 1 is neither true nor false; write true or false, without quotes",
            id="1 for true",
        ),
        pytest.param(
            changed(INVOICE, "due", to="18/04/2026"),
            "due: '18/04/2026' is not a date; write it as YYYY-MM-DD",
            id="Brazilian date",
        ),
        pytest.param(
            changed(INVOICE, "due", to="2026-02-29"),
            "due: '2026-02-29' is a day that does not exist; write another day, as YYYY-MM-DD",
            id="no leap year",
        ),
        pytest.param(
            changed(INVOICE, "due", to="0026-04-18"),
            "due: 0026-04-18 lies outside the years 1900 to 2999; write another day, as YYYY-MM-DD",
            id="a year of two digits",
        ),
        pytest.param(
            changed(INVOICE, "due", to="18; 04"),
            "due: '18; 04' is not a date; write it as YYYY-MM-DD",
            id="a date that looks like a remedy",
        ),
        pytest.param(
            changed(INVOICE, "due", to=20260418),
            'due: 20260418 is not a date; write it as "YYYY-MM-DD"',
            id="number for date",
        ),
        pytest.param(
            changed(INVOICE, "at", to="2026-04-01T12:00:00"),
            "at: '2026-04-01T12:00:00' is naive: it has no offset; "
            "write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z",
            id="naive",
        ),
        pytest.param(
            changed(INVOICE, "recorded_at", to="2026-04-01"),
            "recorded_at: '2026-04-01' is not an instant; "
            "write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z",
            id="a day for an instant",
        ),
        pytest.param(
            changed(INVOICE, "at", to=1775044800),
            "at: 1775044800 is not an instant; write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z",
            id="a Unix time",
        ),
        pytest.param(
            changed(INVOICE, "at", to="9999-12-31T23:00:00-03:00"),
            "at: 9999-12-31 lies outside the years 1900 to 2999; "
            "write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z",
            id="after the year 9999",
        ),
        pytest.param(
            changed(INVOICE, "at", to="2999-12-31T23:00:00-03:00"),
            "at: the instant lies outside the years 1900 to 2999; "
            "write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z",
            id="after the year 2999 in UTC alone",
        ),
        pytest.param(
            changed(INVOICE, "at", to="2026-02-30T12:00:00Z"),
            "at: '2026-02-30' is a day that does not exist; "
            "write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z",
            id="30 February",
        ),
        pytest.param(
            changed(INVOICE, "at", to="2026-04-18T24:00:00Z"),
            "at: '2026-04-18T24:00:00Z' is not an instant; "
            "write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z",
            id="24:00",
        ),
        pytest.param(
            changed(INVOICE, "at", to="18/04/2026T12:00:00Z"),
            "at: '18/04/2026' is not a date; write it as 2026-04-18T09:00:00-03:00 or 2026-04-18T12:00:00Z",
            id="Brazilian date in an instant",
        ),
        pytest.param(
            changed(INVOICE, "debtor", to="x" * 201),
            f"debtor: '{'x' * 40}…' is longer than 200 characters; write a shorter identifier",
            id="an id too long",
        ),
        pytest.param(
            changed(INVOICE, "debtor", to=" a; b"),
            "debtor: ' a; b' is not an identifier; write a non-empty string on one line",
            id="a value that looks like a remedy",
        ),
        pytest.param(
            changed(SENT, "tone", to="frm"),
            "tone: 'frm' is not a tone; did you mean 'firm'?",
            id="tone",
        ),
        pytest.param(
            changed(SENT, "tone", to=3),
            "tone: 3 is not a tone; write one of reminder, courteous, formal, firm, final, legal",
            id="number for tone",
        ),
        pytest.param(
            changed(SENT, "reference", to="a\0b"),
            r"reference: 'a\x00b' holds NUL or half of a surrogate pair; write well-formed Unicode text",
            id="NUL",
        ),
        pytest.param(
            changed(AGREEMENT, "instalments", 1, "due", to=None),
            'instalments[1].due: null is not a date; write it as "YYYY-MM-DD"',
            id="inside a list",
        ),
        pytest.param(
            changed(AGREEMENT, "instalments", 0, "receivable", to=" a "),
            "instalments[0].receivable: ' a ' is not an identifier; write a non-empty string on one line",
            id="what the core refuses, inside a list",
        ),
        pytest.param(
            changed(AGREEMENT, "instalments", 0, to="a2/1"),
            "instalments[0]: 'a2/1' is not an object; write {\"receivable\": …}",
            id="text for an object",
        ),
        pytest.param(
            changed(AGREEMENT, "instalments", to=[]),
            "instalments: it is empty; name at least one",
            id="none where one is needed",
        ),
        pytest.param(
            changed(AGREEMENT, "receivables", to="NF-1"),
            "receivables: 'NF-1' is not a list; write it in square brackets: […]",
            id="text for a list",
        ),
        pytest.param(
            changed(AGREEMENT, "receivables", to=["NF-1", "NF-1"]),
            "receivables: ('NF-1', 'NF-1') is not a tuple of distinct identifiers; name each once",
            id="one thing twice",
        ),
        pytest.param(
            {("ammount" if key == "amount" else key): value for key, value in INVOICE.items()},
            "unknown key 'ammount'; did you mean 'amount'?",
            id="misspelt key",
        ),
        pytest.param(
            INVOICE | {"zzz": 1},
            "unknown key 'zzz'; write one of kind, rebate, policy, policy_version, description, documents",
            id="unknown key",
        ),
        pytest.param(
            INVOICE | {1: 1},
            "unknown key 1; write one of kind, rebate, policy, policy_version, description, documents",
            id="a key that is no string",
        ),
        pytest.param(changed(INVOICE, without="due"), "missing key 'due'; add \"due\"", id="missing key"),
        pytest.param(changed(INVOICE, without="at"), "missing key 'at'; add \"at\"", id="missing instant"),
        pytest.param(
            changed(INVOICE, without="type"),
            'missing key \'type\'; add "type": "invoice.issued"',
            id="no type",
        ),
        pytest.param(
            changed(INVOICE, without="version"),
            "missing key 'version'; add \"version\": 1",
            id="no version",
        ),
        pytest.param(
            changed(INVOICE, "type", to="invoice.isued"),
            "type: unknown type 'invoice.isued'; "
            "did you mean 'invoice.issued'? (or upgrade regua: pip install -U regua)",
            id="misspelt type",
        ),
        pytest.param(
            changed(INVOICE, "type", to="promise.kept"),
            "type: unknown type 'promise.kept'; did you mean 'promise.made'? (or upgrade regua: pip install -U regua)",
            id="a signal is no event",
        ),
        pytest.param(
            changed(INVOICE, "type", to=["invoice.issued"]),
            'type: a list is not a string; write a type such as "invoice.issued"',
            id="a type that is no string",
        ),
        pytest.param(
            changed(INVOICE, "version", to=2),
            "version: invoice.issued version 2 is newer than this regua; upgrade regua: pip install -U regua",
            id="newer version",
        ),
        pytest.param(
            changed(INVOICE, "version", to=0),
            "version: invoice.issued has no version 0; write 1",
            id="a version that never was",
        ),
        pytest.param(
            changed(INVOICE, "version", to=True),
            "version: true is not a whole number; write digits alone, without quotes or point",
            id="true for version 1",
        ),
        pytest.param(
            [INVOICE], 'a list is not an object; write {"type": "invoice.issued", "version": 1, …}', id="list"
        ),
        pytest.param(
            codec.encode_event(specimens.event_specimens(ev.CourtOrder)[0]) | {"effect": "stopp"},
            "effect: 'stopp' is not one of the words allowed here; did you mean 'stop'?",
            id="a word outside a choice",
        ),
    ],
)
def test_an_event_that_is_not_exactly_one_is_refused(document: Any, message: str):
    """The field, what is wrong with it, and what to write instead."""
    with pytest.raises(DecodeError) as caught:
        codec.decode_event(document)
    assert str(caught.value) == message
    assert (caught.value.line, caught.value.remedy) == (None, message.rpartition("; ")[2])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(
            LINE.strip() + "}", "more text after the object, at column 231; write one object a line", id="tail"
        ),
        pytest.param(LINE.strip() * 2, "more text after the object, at column 231; write one object a line", id="two"),
        pytest.param("{'type': 1}", "not JSON at column 2: expecting property name", id="Python for JSON"),
        pytest.param(LINE[:100], "not JSON at column", id="cut line"),
        pytest.param("NaN", "NaN is not an object; write one object a line", id="NaN alone"),
        pytest.param(LINE.replace('"ana"', "NaN"), "debtor: NaN is not a string", id="NaN"),
        pytest.param(LINE.replace('"ana"', "-Infinity"), "debtor: -Infinity is not a string", id="Infinity"),
        pytest.param(LINE.replace('"ana"', "1e999"), "debtor: Infinity is not a string", id="a number beyond floats"),
        pytest.param(
            LINE.replace('"ana"', "9" * 5000),
            "a number has thousands of digits; write a number of at most",
            id="digits",
        ),
        pytest.param(
            '{"a":[0,{"b":1}],"c":[{"d":{"e":1,"\\u0065":2}}]}',
            "c[0].d: key 'e' stands there twice; keep one of them",
            id="duplicate key inside",
        ),
        pytest.param(
            LINE.replace('"due"', '"debtor":"bia","due"'),
            "key 'debtor' stands there twice; keep one of them",
            id="duplicate key",
        ),
        pytest.param('{"a":1,"b":{"c":1,"c":2},', "not JSON at column 26", id="duplicate key in a cut line"),
        pytest.param('{"a":{"c":1,"c":2},"b":' + "9" * 5000 + "}", "a number has", id="duplicate key before digits"),
        pytest.param('{"b":{"c":1,"c":2},"a":' + "[" * 100_000, "nested too deeply", id="duplicate key before depth"),
        pytest.param("[" * 100_000, "nested too deeply to be read; no document", id="deep list"),
        pytest.param('{"a":' * 100_000, "nested too deeply to be read; no document", id="deep object"),
        pytest.param(
            '{"a":1,"a":' + "[" * 500 + "]" * 500 + "}", "key 'a' stands there twice", id="duplicate beside a deep list"
        ),
        pytest.param("\ufeff" + LINE, "begins with a byte order mark; save the file as UTF-8 without one", id="BOM"),
        pytest.param(
            b"\xef\xbb\xbf" + LINE.encode(), "begins with a byte order mark; save the file as UTF-8", id="BOM in bytes"
        ),
        pytest.param(LINE.encode("utf-16"), "byte 1 is not UTF-8; save the file as UTF-8", id="UTF-16"),
        pytest.param(
            LINE.replace("ana", "joão").encode("latin-1"), "byte 78 is not UTF-8; save the file as UTF-8", id="Latin-1"
        ),
        pytest.param(
            LINE.replace("ana", "\\ud800"), r"debtor: '\ud800' holds NUL or half of a surrogate", id="surrogate"
        ),
        pytest.param(LINE.replace("ana", "\udcff"), r"debtor: '\udcff' holds NUL or half", id="surrogateescape"),
        pytest.param(LINE.replace("debtor", "\\ud800"), r"unknown key '\ud800'", id="surrogate in a key"),
        pytest.param(LINE.replace("ana", "a\tb"), "not JSON at column 77: invalid control character at", id="raw tab"),
        pytest.param("null", "null is not an object", id="null"),
        pytest.param('"x"', "'x' is not an object", id="text"),
        pytest.param("\u00a0", "not JSON at column 1", id="no blank of JSON"),
    ],
)
def test_a_line_that_is_no_json_object_is_refused(line: str | bytes, message: str):
    """Strict RFC 8259, and I-JSON where that leaves a choice."""
    with pytest.raises(DecodeError) as caught:
        list(codec.load_events([b"\n", line] if isinstance(line, bytes) else ["\n", line]))
    assert str(caught.value).startswith(f"line 2: {message}")
    assert caught.value.line == 2
    assert caught.value.remedy
    str(caught.value).encode()


def test_a_duplicate_beside_something_deeper_than_python_nests_is_refused():
    """The search for its place does not recurse."""
    for depth in (200, 900, 990, 2000, 5000):
        with pytest.raises(DecodeError, match=r"twice|too deeply"):
            codec.from_line('{"b":' + "[" * depth + "]" * depth + ',"a":1,"a":2}')


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (changed(SCHEDULE, "actions", 1, "day", to=1), "actions[1].day: 1 is not a date"),
        (changed(SCHEDULE, "actions", 0, "status", to="do"), "actions[0].status: 'do' is not one of the words"),
        (
            changed(SCHEDULE, "actions", 0, "reasons", 0, "facts", "due", to=1),
            "actions[0].reasons[0].facts.due: 1 is not",
        ),
        (
            changed(SCHEDULE, "actions", 0, "reasons", 0, "facts", to=[]),
            "actions[0].reasons[0].facts: a list is not an",
        ),
        (
            changed(SCHEDULE, "actions", 0, "reasons", 0, "origin", "line", to="1"),
            "actions[0].reasons[0].origin.line: '1'",
        ),
        (changed(SCHEDULE, "actions", 0, without="channel"), "actions[0]: missing key 'channel'"),
        (changed(SCHEDULE, "all", to=[]), "unknown key 'all'"),
        (changed(SCHEDULE, "calendars", "x" * 50, to=1), f"calendars.'{'x' * 40}…': 1 is not a string"),
        (changed(SCHEDULE, "calendars", "\ud800", to="1"), r"calendars: '\ud800' holds NUL or half"),
        (changed(SCHEDULE, "next_wakeup", to="never"), "next_wakeup: 'never' is not an instant"),
        (changed(SCHEDULE, "version", to=2), "version: schedule version 2 is newer than this regua"),
        (INVOICE, "type: unknown type 'invoice.issued'; write one of schedule"),
    ],
)
def test_a_schedule_that_is_not_exactly_one_is_refused(document: Any, message: str):
    """At any depth."""
    with pytest.raises(DecodeError) as caught:
        codec.decode_schedule(document)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (changed(ACCOUNT, "events", 1, "amount", "currency", to=1), "events[1].amount.currency: 1 is not a currency"),
        (changed(ACCOUNT, "events", 0, "type", to="x"), "events[0].type: unknown type 'x'"),
        (changed(ACCOUNT, "events", 0, "debtor", to="bia"), "events: event 'e1' is of another account"),
        (
            changed(ACCOUNT, "events", 1, "id", to="e1"),
            "events: event 'e1' (payment.settled, debtor 'ana') was recorded before",
        ),
        (changed(ACCOUNT, "debtor", to="bia"), "events: event 'e1' is of another account"),
        (changed(ACCOUNT, "debtor", to=""), "debtor: '' is not the debtor of these events; write 'ana'"),
        (changed(ACCOUNT, "creditor", to=1), "creditor: 1 is not a string"),
        (changed(ACCOUNT, "events", to={}), "events: an object is not a list"),
        (changed(ACCOUNT, without="events"), "missing key 'events'; add \"events\""),
        (changed(ACCOUNT, "facts", to={}), "unknown key 'facts'; remove it"),
    ],
)
def test_an_account_that_is_not_exactly_one_is_refused(document: Any, message: str):
    """Its events are read like any others, and must belong together."""
    with pytest.raises(DecodeError) as caught:
        codec.decode_account(document)
    assert str(caught.value).startswith(message)
    assert caught.value.remedy


def test_good_lines_are_kept_and_each_bad_one_is_reported():
    """A command line prints the errors and goes on; blank lines count and are no error."""
    lines = [LINE, "\n", "{}\n", "  \r\n", LINE, "nonsense\n", LINE.replace("150.00", "x"), LINE.rstrip()]
    errors: list[DecodeError] = []
    events = list(codec.load_events(lines, on_error=errors.append))
    assert len(events) == 3
    assert [(error.line, error.field) for error in errors] == [(3, ""), (6, ""), (7, "amount.amount")]


def test_a_text_file_that_is_not_utf_8_is_reported_and_ends(tmp_path: Path):
    """Python decodes a text file in blocks: what follows can only be had from a binary one."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(LINE.encode() + b"\xff\n" + LINE.encode())
    with path.open(encoding="utf-8") as text, pytest.raises(DecodeError, match=r"UTF-8.*binary mode"):
        list(codec.load_events(text))
    errors: list[DecodeError] = []
    with path.open("rb") as binary:
        assert len(list(codec.load_events(binary, on_error=errors.append))) == 2
    assert [str(error) for error in errors] == ["line 2: byte 1 is not UTF-8; save the file as UTF-8"]


def test_a_name_is_not_taken_for_a_file():
    """`load_events("events.jsonl")` would read one letter a line."""
    with pytest.raises(TypeError, match=r"'events\.jsonl' is no file"):
        codec.load_events("events.jsonl")


def test_from_line_names_no_line():
    """It knows of none."""
    with pytest.raises(DecodeError) as caught:
        codec.from_line("[]")
    assert str(caught.value) == 'a list is not an object; write one object a line: {"type": …}'


def test_a_remedy_is_not_sought_in_an_id():
    """An id may hold a semicolon."""
    event = INVOICE | {"id": "a; b"}
    with pytest.raises(DecodeError) as caught:
        codec.decode_account(ACCOUNT | {"events": [event, event | {"kind": "x"}]})
    assert caught.value.remedy.startswith("give a new fact a new id")


@pytest.mark.parametrize(
    "value", ["", " a", "a\u00a0", "a\nb", "a\u0085", "a\u2028b", "\ud800", "x" * 201, 5, ("x" * 999,)]
)
def test_what_is_no_identifier_is_not_echoed_at_length(value: Any):
    """Nor where events are made in Python."""
    for cls, more in ((ev.DebtorDeceased, {}), (ev.HoldPlaced, {"hold": "h", "receivables": (value,)})):
        fixed = specimens.FIRST if more else specimens.FIRST | {"debtor": value}
        with pytest.raises(EventError, match=r"; write a ") as caught:
            cls(**fixed, **more)
        assert len(str(caught.value)) < 150
        assert str(caught.value).isprintable()


def test_the_longest_identifier():
    """200 characters."""
    assert ev.DebtorDeceased(**specimens.FIRST | {"debtor": "x" * 200}).debtor == "x" * 200
    with pytest.raises(EventError, match=r"'x{40}…' is longer than 200 characters"):
        ev.DebtorDeceased(**specimens.FIRST | {"debtor": "x" * 201})
    with pytest.raises(EventError, match=r"^hold.placed.receivables: \('0', .{,40}…\) is not a tuple of distinct"):
        ev.HoldPlaced(**specimens.FIRST, hold="h", receivables=("0", *map(str, range(1000))))
    with pytest.raises(EventError, match=r"^payment.settled.amount: 'x{40}…' is not an amount of money"):
        ev.PaymentSettled(**specimens.FIRST, payment="p", amount="x" * 1000)


@pytest.mark.parametrize("value", ["x" * 10_000 + " ", "'" * 10_000 + " ", "\u202e" * 10_000])
def test_an_error_echoes_little_of_a_value(value: str):
    """What stands in the wrong field may be personal data."""
    refused = [
        INVOICE | {"debtor": value},
        INVOICE | {"due": value},
        INVOICE | {"at": value},
        INVOICE | {"type": value},
        INVOICE | {value: 1},
        INVOICE | {"amount": {"amount": value, "currency": "BRL"}},
        INVOICE | {"amount": {"amount": "1", "currency": value}},
        AGREEMENT | {"receivables": [value, value]},
        AGREEMENT | {"receivables": [value]},
        AGREEMENT | {"receivables": [f"{place}" for place in range(1000)] + ["1"]},
        AGREEMENT | {"instalments": [{"receivable": value, "amount": INVOICE["amount"], "due": "2026-04-18"}]},
    ]
    for document in refused:
        with pytest.raises(DecodeError) as caught:
            codec.decode_event(document)
        assert len(str(caught.value)) < 330
        assert str(caught.value).isprintable()
        assert value[:45] not in str(caught.value)
