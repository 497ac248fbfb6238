import io
from pathlib import Path

import attrs
import pytest

from regua.core.events import EVENT_TYPES
from regua.core.events.base import Event
from regua.importfile import BadRow, MapError, load_map, parse_map, read_rows
from regua.importfile.eventfields import EventField, fields_of
from regua.importfile.formats import DateFormat
from regua.importfile.loading import RULE_KEYS

GOOD = """
format = 1
[values]
timezone = "America/Sao_Paulo"
clock = "08:00"
[defaults]
creditor = "loja"
debtor = "{cliente}"
recorded_at = "at"
[[event]]
type = "invoice.issued"
id = "nf-{nota}"
at = "{emissao}"
receivable = "{nota}"
amount = "{valor}"
due = "{vencimento}"
"""


RULE = "m.toml: event 1 (invoice.issued): "


def problems(text: str, head: bytes | None = None) -> list[str]:
    """Give every problem of a map, as it prints."""
    with pytest.raises(MapError) as refused:
        parse_map(text, name="m.toml", head=head)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]
    return [str(problem) for problem in refused.value.problems]


def test_a_map_is_read_from_its_file(tmp_path: Path):
    """Its name stands in every message."""
    path = tmp_path / "notas.map.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_map(path).name == str(path)
    assert list(load_map(str(path)).columns) == ["nota", "cliente", "emissao", "valor", "vencimento"]


def test_every_problem_at_once_and_the_header_with_them():
    """Unknown type, unknown field, missing field and unknown column come in one report before any row is read."""
    text = GOOD.replace("invoice.issued", "invoice.isued") + (
        '[[event]]\ntype = "credit.blocked"\nid = "b-{nota}"\nat = "{emisao}"\nreson = "x"\n'
        '[[event]]\ntype = "promise.made"\nid = "p-{nota}"\nat = "{emissao}"\npromise = "{nota}"\namount = "{valor}"\n'
    )
    assert problems(text, head=b"nota,cliente,emissao,valor\n") == [
        "m.toml: event 1.type: unknown event type 'invoice.isued'; did you mean 'invoice.issued'?",
        "m.toml: event 2 (credit.blocked): reson: unknown field 'reson'; did you mean 'reason'?",
        'm.toml: event 3 (promise.made): by: required; write a column such as "{Column}" or a constant',
        "m.toml: column 'emisao' is not in the header of the file; did you mean 'emissao'?",
    ]


@pytest.mark.parametrize("head", [b"nota,clie", b"", b'"nota\n', b"\xff\xfe\n"])
def test_a_header_that_is_not_whole_in_the_head_waits(head: bytes):
    """What the first bytes do not show, `read_rows` checks."""
    assert parse_map(GOOD, head=head)


def test_json_lines_have_no_header():
    """Their members are checked line by line."""
    assert parse_map(GOOD + '[file]\nformat = "jsonl"', head=b"{}\n")


def test_a_map_with_a_byte_order_mark():
    """As some editors write it."""
    assert parse_map(b"\xef\xbb\xbf" + GOOD.encode())


@pytest.mark.parametrize("text", [b"format = ", b"\xff", b"a = " + b"[" * 100_000])
def test_what_is_no_toml_is_refused(text: bytes):
    """Syntax, encoding and hostile nesting."""
    with pytest.raises(MapError, match=r"^map: not TOML: "):
        parse_map(text)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("format = 1", "", "format: the version of the map's format is missing or unknown; write format = 1"),
        (
            "format = 1",
            "format = true",
            "format: the version of the map's format is missing or unknown; write format = 1",
        ),
        ("format = 1", "format = 1\nevents = 1", "events: unknown key 'events'; did you mean 'event'?"),
        ("format = 1", "format = 1\nfile = 1", "file: 1 is not a table; write key = value pairs"),
        (
            "format = 1",
            "format = 1\nfile.encoding = 'utf-16'",
            "file.encoding: 'utf-16' is not known here; did you mean 'utf-8'?",
        ),
        (
            "format = 1",
            "format = 1\nfile.format = 'xlsx'",
            "file.format: 'xlsx' is not known here; write one of 'csv', 'jsonl'",
        ),
        (
            "format = 1",
            "format = 1\nfile.delimiter = ';;'",
            "file.delimiter: ';;' is not one character; write one such as",
        ),
        ("format = 1", "format = 1\nfile.delimiter = ''", "file.delimiter: '' is not one character; write one such as"),
        (
            "format = 1",
            "format = 1\nfile.quote = ','",
            """file.quote: ',' cannot be the quote; write one character, or "" for a file without quotes""",
        ),
        (
            "format = 1",
            "format = 1\nfile.multiline = 'no'",
            "file.multiline: 'no' is neither true nor false; write true or false, without quotes",
        ),
        (
            'timezone = "America/Sao_Paulo"',
            "",
            "values.timezone: required; write the IANA zone of the dates, such as 'America/Sao_Paulo'",
        ),
        (
            "America/Sao_Paulo",
            "Brasília",
            "values.timezone: 'Brasília' is no IANA time zone; write one such as 'America/Sao_Paulo'",
        ),
        ('"08:00"', '"8h"', "values.clock: '8h' is not a clock time; write it as HH:MM, from 00:00 to 23:59"),
        ('"08:00"', "8", "values.clock: 8 is not text; write it in quotes"),
        (
            'clock = "08:00"',
            "",
            """at: 'emissao' is a date (YYYY-MM-DD); an instant needs a clock time; write clock =""",
        ),
        (
            'clock = "08:00"',
            'clock = "08:00"\ndate = "D/M/YY"',
            "values.date: 'D/M/YY' is no date format from 'YY' on; years of two digits are refused: write YYYY",
        ),
        (
            'clock = "08:00"',
            'clock = "08:00"\nempty = [1]',
            "values.empty: [1] is neither text nor a list of it; write every word in quotes",
        ),
        (
            'clock = "08:00"',
            'clock = "08:00"\ncurrency = "real"',
            "values.currency: a currency is three capital letters of ISO 4217",
        ),
        (
            'clock = "08:00"',
            'clock = "08:00"\ncurrency = "{"',
            "values.currency: '{' has a brace without its other half; write {column} for a column",
        ),
        (
            'clock = "08:00"',
            'clock = "08:00"\nthousands = "."',
            """values.thousands: '.' is the decimal mark too; write the other mark, or "" for none""",
        ),
        (
            'clock = "08:00"',
            'clock = "08:00"\n[columns.x]\nwords = "Yes"',
            """columns.x.words: 'Yes' is neither a list of words nor a table of them; write ["Yes",""",
        ),
        ("[[event]]", "[event]", None),
        (
            '"{nota}"\namount',
            '"{nota"\namount',
            "receivable: '{nota' has a brace without its other half; write {column} for a column",
        ),
        (
            '"{nota}"\namount',
            '" "\namount',
            "receivable: invoice.issued.receivable: ' ' is not an identifier; write a non-empty string on one line",
        ),
        ('"{valor}"', "150.0", 'amount: 150.0 is not text; write a constant or "{column}", in quotes'),
        (
            '"{valor}"',
            '"150,00"',
            "amount: '150,00' is not an amount of money; write digits with a point, such as '150.00'",
        ),
        (
            '"{valor}"',
            '"0.00"',
            "amount: invoice.issued.amount: 0.00 BRL is not an amount of money above zero; write Money.of('150.00')",
        ),
        (
            '"{valor}"',
            '"R$ {valor}"',
            'amount: a date or an amount is one column and nothing else; write amount = "{column}"',
        ),
        ('"{vencimento}"', '"amanhã"', "due: 'amanhã' is not a date; write it as YYYY-MM-DD"),
        (
            '"{vencimento}"',
            "{}",
            """due: needs either a date or the earliest of some; write { date = "{DueDate}", plus = "1d" }""",
        ),
        (
            '"{vencimento}"',
            "{ earliest = [] }",
            """due.earliest: names no date; write [{ date = "{DueDate}" }, { date = "{SettledDate}" }]""",
        ),
        ('"{vencimento}"', "{ earliest = 1 }", "due.earliest: 1 is not a table; write { key = value }"),
        (
            '"{vencimento}"',
            '{ date = "{vencimento}", plus = "1bd" }',
            "due.plus: '1bd' is no number of days; write civil days such as '1d' or '-3d'; business days need",
        ),
        (
            '"{vencimento}"',
            '{ date = "{vencimento}", clock = "08:00" }',
            "due.clock: unknown key 'clock'; known are date, plus",
        ),
        (
            '"{vencimento}"',
            '{ date = "dia {vencimento}" }',
            "due.date: neither one column nor a constant: '' is not a date; write it as YYYY-MM-DD",
        ),
        (
            '"{vencimento}"',
            "{ date = 0001-01-01, plus = '-1d' }",
            "due.date: neither one column nor a constant: 0001-01-01 lies outside the years 1900 to 2999",
        ),
        (
            '"{vencimento}"',
            "{ date = 1900-01-01, plus = '-1d' }",
            "due.date: neither one column nor a constant: 1899-12-31 lies outside the years 1900 to 2999",
        ),
        ('"{vencimento}"', "0001-01-01", "due: 0001-01-01 lies outside the years 1900 to 2999"),
        ('"{vencimento}"', "2026-01-01T08:00:00", "due: '2026-01-01T08:00:00' is not a date; write it as YYYY-MM-DD"),
        ('"{vencimento}"', "{ date = 1 }", 'due.date: 1 is not text; write a constant or "{column}", in quotes'),
        ('"{emissao}"', '"2026-01-01"', "at: '2026-01-01' is not an instant; write it as 2026-04-18T09:00:00-03:00"),
        ('"{emissao}"', "2026-01-01T08:00:00", "at: '2026-01-01T08:00:00' is not an instant; write it as 2026-"),
        (
            '"{emissao}"',
            '{ date = "{emissao}", clock = "25:00" }',
            "at.clock: '25:00' is not a clock time; write it as HH:MM, from 00:00 to 23:59",
        ),
        (
            '"nf-{nota}"',
            '"nf"',
            'id: the same id in every row; put a column in it, such as "nf-{invoiceNumber}-issued"',
        ),
        (
            'due = "{vencimento}"',
            'due = "{vencimento}"\n[[event]]\ntype = "credit.blocked"\nid = "nf-{nota}"\nat = "{emissao}"',
            "event 2 (credit.blocked): id: the same id as event 1; give each event of a row an id of its own",
        ),
        (
            'due = "{vencimento}"',
            'due = "{vencimento}"\nwhen = { column = "x" }',
            """when: a condition names one column and one of equals, differs, filled; write {""",
        ),
        (
            'due = "{vencimento}"',
            'due = "{vencimento}"\nonce = 1',
            "once: 1 is neither true nor false; write true or false, without quotes",
        ),
        (
            'due = "{vencimento}"',
            'due = "{vencimento}"\npolicy_version = "3"',
            "policy_version: '3' is text; write a whole number without quotes, or one column",
        ),
        (
            'due = "{vencimento}"',
            'due = "{vencimento}"\nrecieved = "x"',
            "recieved: unknown field 'recieved'; did you mean 'receivable'?",
        ),
        ('due = "{vencimento}"', "[[event]]\n", "event 2.type: required; write a type such as 'invoice.issued'"),
    ],
)
def test_each_problem_names_its_key_and_remedy(old: str, new: str, problem: str | None):
    """One mistake in a good map is one problem, the one that it is."""
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if problem:
        assert [
            found for found in problems(text) if found.removeprefix(RULE).removeprefix("m.toml: ").startswith(problem)
        ]
    else:
        assert parse_map(text)


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (
            'type = "dispute.resolved"\ndispute = "{n}"\noutcome = "uphold"',
            "outcome: 'uphold' is not known here; did you mean 'upheld'?",
        ),
        (
            'type = "dispute.opened"\ndispute = "{n}"\nreceivables = "{n}"',
            """receivables: '{n}' is no list; write receivables = ["…"]""",
        ),
        (
            'type = "dispute.opened"\ndispute = "{n}"\nreceivables = [1]',
            'receivables: 1 is not text; write a constant or "{column}", in quotes',
        ),
        (
            'type = "action.sent"\naction = "{n}"\nstep = "s"\ntone = "angry"',
            "tone: 'angry' is not known here; write one of reminder, courteous",
        ),
        (
            'type = "action.sent"\naction = "{n}"\nstep = "s"\nreports_delivery = "yes"',
            "reports_delivery: 'yes' is text; write true or false, without quotes, or one column",
        ),
        (
            'type = "credit.blocked"\nwhen = { column = "x", equals = "sin" }',
            "when.equals: 'sin' is none of the words of columns.x; did you mean 'sim'?",
        ),
        (
            'type = "credit.granted"\ncredit = "{n}"\namount = "1.00"',
            "amount: '1.00' is a constant amount; its currency in [values] is not constant",
        ),
        (
            'type = "agreement.signed"\nagreement = "1"\nreceivables = ["1"]\ninstalments = [{ receivable = "{n}" }]',
            "instalments 1.due: required",
        ),
    ],
)
def test_problems_of_values(event: str, problem: str):
    """Words, lists and values inside values are checked against the event's class."""
    text = f"""
format = 1
values = {{ timezone = "UTC", currency = "{{moeda}}" }}
defaults = {{ creditor = "loja", debtor = "{{c}}", at = "2026-01-01T00:00:00Z", recorded_at = "at" }}
columns.x.words = ["sim", "não"]
[[event]]
id = "{{n}}"
{event}
"""
    found = problems(text)[-1]
    assert found.startswith("m.toml: event 1 (")
    assert problem in found


def test_a_map_without_events_is_refused():
    """It would import nothing, silently."""
    text = 'format = 1\nvalues.timezone = "UTC"'
    assert problems(text) == [
        "m.toml: event: no event is declared; write at least one [[event]] with its type and fields"
    ]


@pytest.mark.parametrize(
    "text", ["", "MDYYYY", "DMMYYYY", "D/M/YY", "YYYY-MM", "YYYY-MM-DD-DD", "YYYY-MM-DD hh", "d/m/Y"]
)
def test_date_formats_that_could_be_misread_are_refused(text: str):
    """Digits that run together, years of two digits, parts missing or twice, letters of other languages."""
    with pytest.raises(ValueError, match=r"digits|date format"):
        DateFormat.parse(text)


def test_the_keys_of_a_rule_are_no_fields():
    """No event has a field of the name of a key of `[[event]]`."""
    assert not {name for cls, _ in EVENT_TYPES.values() for name in fields_of(cls)} & set(RULE_KEYS)


def constant(each: EventField) -> str:
    """Write a value for a field as a map does."""
    texts = {"integer": "1", "boolean": "true", "money": '"1.00"', "date": "2026-02-01", "list": '["{n}"]'}
    if each.kind == "instant":
        return '"at"' if each.name == "recorded_at" else "2026-01-01T00:00:00Z"
    if each.items:
        return "[{ " + ", ".join(f"{name} = {constant(inner)}" for name, inner in fields_of(each.items).items()) + " }]"
    if each.name in {"timezone", "state"}:
        return {"timezone": '"America/Sao_Paulo"', "state": '"SP"'}[each.name]
    return texts.get(each.kind) or (f'"{each.words[0]}"' if each.words else '"{n}"')


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_every_type_of_event_can_be_imported(name: str):
    """Every field of every type has a way to be written in a map."""
    cls, _ = EVENT_TYPES[name]
    fields = "\n".join(f"{each.name} = {constant(each)}" for each in fields_of(cls).values())
    mapping = parse_map(f'format = 1\nvalues.timezone = "UTC"\n[[event]]\ntype = "{name}"\n{fields}')
    (made,) = read_rows(io.BytesIO(b"n\n7\n"), mapping)
    assert isinstance(made, cls)
    unset = [field.name for field in attrs.fields(cls) if getattr(made, field.name) in (None, "", ())]
    assert not unset


def test_a_zone_that_is_none_is_a_bad_row():
    """The reason says what it should be."""
    fields = 'id = "{n}"\ncreditor = "a"\ndebtor = "b"\nat = 2026-01-01T00:00:00Z\nrecorded_at = "at"\ntimezone = "{n}"'
    mapping = parse_map(f'format = 1\nvalues.timezone = "UTC"\n[[event]]\ntype = "debtor.updated"\n{fields}')
    (bad,) = read_rows(io.BytesIO(b"n\n7\n"), mapping)
    assert isinstance(bad, BadRow)
    assert bad.reason == "debtor.updated refuses it as timezone: no IANA time zone, such as America/Sao_Paulo"


@pytest.mark.parametrize("event", ["debtor.updated", "contact-point.added"])
def test_a_name_of_a_state_is_no_code(event: str):
    """It is refused with its column, and never taken for the code."""
    fields = 'point = "p"\nchannels = ["sms"]' if event == "contact-point.added" else ""
    head = 'id = "{n}"\ncreditor = "loja"\ndebtor = "ana"\nat = 2026-01-01T00:00:00Z\nrecorded_at = "at"'
    text = f'format = 1\nvalues.timezone = "UTC"\n[[event]]\ntype = "{event}"\n{head}\n{fields}\nstate = "{{uf}}"'
    (bad,) = read_rows(io.BytesIO(b"n,uf\n7,Rio de Janeiro\n"), parse_map(text))
    assert isinstance(bad, BadRow)
    assert (bad.column, bad.value) == ("uf", "Rio de Janeiro")
    assert bad.reason.startswith(f"{event} refuses it as state: no state of Brazil; ")


def test_the_face():
    """What the command needs, and nothing to mistype."""
    assert issubclass(MapError, ValueError)
    assert not issubclass(BadRow, Event)
