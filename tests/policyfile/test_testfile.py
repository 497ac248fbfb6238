"""Reading `*.test.toml`: every problem at its place, every day counted."""

import contextlib
import json
import re
import tempfile
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.calendars import BrazilianBankCalendar
from regua.core.calendars import WeekdayCalendar
from regua.core.dates import public_instant
from regua.core.events import (
    AgreementSigned,
    DisputeOpened,
    EventRetracted,
    InvoiceIssued,
    PaymentSettled,
    PromiseMade,
    StepApproved,
)
from regua.core.money import Money
from regua.errors import PolicyError
from regua.policyfile.testfile import PolicyTest, PolicyTests, load_tests, schema_of_tests, schema_of_tests_text

DATA = Path(__file__).resolve().parents[2] / "src/regua/data"
EXAMPLE = Path(__file__).resolve().parents[1] / "testing/policytests/example.test.toml"
CALENDARS = {"br-bancario": BrazilianBankCalendar(), "weekdays": WeekdayCalendar()}
POLICY = """\
format = 1

[policy]
id = "loja"

[[step]]
id = "lembrete"
at = "D-3 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+2 10:00"
tone = "courteous"
channels = ["whatsapp", "email"]
template = "atraso"

[[step]]
id = "morto"
on = "debtor.deceased"
after = "0d 10:00"
scope = "debtor"
kind = "task"
queue = "cobranca"
"""
SATURDAY = '{ id = "nf-1", due = 2026-04-18, amount = "150.00" }'
"""Saturday; the Tuesday after it is Tiradentes. D0 is Monday 20."""
VALIDATOR = jsonschema.Draft202012Validator(schema_of_tests())
Read = Callable[[str], PolicyTests]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read what follows `policy = "loja.toml"`."""
    (tmp_path / "loja.toml").write_text(POLICY, encoding="utf-8")

    def make(text: str) -> PolicyTests:
        path = tmp_path / "loja.test.toml"
        path.write_text(f'policy = "loja.toml"\n{text}', encoding="utf-8")
        return load_tests(path, calendars=CALENDARS)

    return make


@pytest.fixture
def problems(read: Read) -> Callable[[str], list[str]]:
    """Tell the problems of such a text, without the folder."""

    def told(text: str) -> list[str]:
        with pytest.raises(PolicyError) as caught:
            read(text)
        return [re.sub(r"\S*/(loja)", r"\1", str(each)) for each in caught.value.diagnostics]

    return told


def one(read: Read, body: str, invoice: str = f"invoice = {SATURDAY}") -> PolicyTest:
    """Read one test; it expects something, whatever it is about."""
    expects = "" if re.search("^(expect|never|because|end)", body, re.MULTILINE) else 'never = "morto"'
    [test] = read(f'[[test]]\nname = "x"\n{invoice}\n{body}\n{expects}\n').tests
    return test


def test_days_count_from_the_effective_due_date(read: Read):
    """Saturday 18 is due on Monday 20, and Tuesday 21 is no business day."""
    test = one(read, 'expect = ["D-3 lembrete", "D+1bd atraso", "2026-04-23 atraso", "D0 atraso"]')
    days = [date.fromordinal(line.day).isoformat() for line in test.expect or ()]
    assert days == ["2026-04-17", "2026-04-22", "2026-04-23", "2026-04-20"]


def test_a_fact_without_a_clock_time_is_the_start_of_its_day(read: Read):
    """A look without one is the day's end."""
    test = one(
        read,
        'given = [{ at = "D+1", event = "payment.settled", amount = "10.00" }]\n'
        'end = { at = "D+1", status = "open" }\nbecause = { step = "atraso", at = "D+2 10:00", blocker = "settled" }',
    )
    assert public_instant(test.facts[1].at_us, test.zone).isoformat() == "2026-04-21T00:00:00-03:00"
    assert public_instant(test.end[0].instant, test.zone).isoformat() == "2026-04-21T23:59:59.999999-03:00"
    assert public_instant(test.because[0].instant, test.zone).isoformat() == "2026-04-22T10:00:00-03:00"


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ('"D+3 11:30"', "2026-04-23T11:30:00-03:00"),
        ('"2026-04-23 11:30"', "2026-04-23T11:30:00-03:00"),
        ('"2026-04-23T11:30-03:00"', "2026-04-23T11:30:00-03:00"),
        ("2026-04-23T14:30:00Z", "2026-04-23T11:30:00-03:00"),
        ("2026-04-23", "2026-04-23T00:00:00-03:00"),
    ],
)
def test_an_instant_may_be_written_in_several_ways(read: Read, written: str, instant: str):
    """As a distance, a day with a clock time of the debtor's zone, ISO 8601 or TOML's own."""
    test = one(read, f'given = [{{ at = {written}, event = "debtor.deceased" }}]')
    assert public_instant(test.facts[1].at_us, test.zone).isoformat() == instant


def test_days_are_those_of_the_debtor(read: Read):
    """A clock time is of the debtor's zone, which may be another than the policy's."""
    test = one(read, 'debtor = { timezone = "America/Manaus" }\nend = { at = "D0 12:00", status = "open" }')
    assert public_instant(test.end[0].instant).isoformat() == "2026-04-20T16:00:00+00:00"


def test_an_invoice_is_issued_thirty_days_before_it_is_due(read: Read):
    """Unless the test says when."""
    [issued] = one(read, "").facts
    assert issued.at.isoformat() == "2026-03-19T03:00:00+00:00"
    [issued] = one(read, "", 'invoice = { id = "a", due = 2026-04-20, amount = "1.00", issued = "D-2 08:00" }').facts
    assert issued.at.isoformat() == "2026-04-18T11:00:00+00:00"


def test_ids_that_are_left_out_are_made_up(read: Read):
    """What begins something has the next number, what refers to it means the last one."""
    test = one(
        read,
        """given = [
    { at = "D+1", event = "payment.settled", amount = "10.00" },
    { at = "D+2", event = "payment.settled", amount = "20.00" },
    { at = "D+3", event = "payment.reversed" },
    { at = "D+4", event = "dispute.opened" },
    { at = "D+5", event = "dispute.resolved", outcome = "withdrawn" },
    { at = "D+6", event = "event.retracted", retracts = "given-1", reason = "of another debtor" },
]""",
    )
    _, first, second, reversed_, opened, resolved, retracted = test.facts
    assert isinstance(first, PaymentSettled)
    assert isinstance(second, PaymentSettled)
    assert (first.id, first.payment, second.payment) == ("given-1", "payment-1", "payment-2")
    assert getattr(reversed_, "payment", "") == "payment-2"
    assert isinstance(opened, DisputeOpened)
    assert (opened.dispute, opened.receivables) == ("dispute-1", ("nf-1",))
    assert getattr(resolved, "dispute", "") == "dispute-1"
    assert isinstance(retracted, EventRetracted)
    assert retracted.event == "given-1"


def test_fields_of_facts_are_those_of_the_events(read: Read):
    """Days may be distances everywhere, money is in the policy's currency."""
    test = one(
        read,
        """given = [
    { at = "D+1", recorded_at = "D+2", event = "promise.made", amount = "150.00", by = "D+3bd" },
    { at = "D+9", event = "step.approved", step = "atraso" },
    { at = "D+10", event = "agreement.signed", receivables = ["nf-1"], instalments = [
        { receivable = "p-1", amount = "75.00", due = "D+30" }, { receivable = "p-2", amount = "75.00", due = "D+60" },
    ] },
]
expect = ["D+2 atraso p-2"]""",
    )
    promise, approved, signed = test.facts[1:]
    assert isinstance(promise, PromiseMade)
    assert (promise.by, promise.amount) == (date(2026, 4, 24), Money.of("150.00"))
    assert promise.recorded_at.isoformat() == "2026-04-22T03:00:00+00:00"
    assert isinstance(approved, StepApproved)
    assert approved.receivable == "nf-1"
    assert isinstance(signed, AgreementSigned)
    assert [part.due for part in signed.instalments] == [date(2026, 5, 20), date(2026, 6, 19)]
    assert test.expect is not None
    assert date.fromordinal(test.expect[0].day) == date(2026, 6, 21)


def test_a_later_invoice_may_count_from_the_first(read: Read):
    """And so may one that a fact issues; lines count from the receivable that they name."""
    test = one(
        read,
        'given = [{ at = "D+5", event = "invoice.issued", receivable = "nf-3", amount = "9.00", due = "D+20" }]\n'
        'expect = ["D+2 atraso nf-2", "D+2 atraso nf-3"]',
        f'invoices = [{SATURDAY}, {{ id = "nf-2", due = "D+7", amount = "70.00" }}]',
    )
    assert [event.due for event in test.facts if isinstance(event, InvoiceIssued)] == [
        date(2026, 4, 18),
        date(2026, 4, 27),
        date(2026, 5, 10),
    ]
    assert [date.fromordinal(line.day) for line in test.expect or ()] == [date(2026, 4, 29), date(2026, 5, 13)]


def test_one_expectation_or_a_list_of_them(read: Read):
    """`never`, `because`, `expect_at` and `end` take either."""
    test = one(
        read,
        """never = ["atraso", "morto"]
because = [{ step = "atraso", at = "D+2", blocker = "settled" }, { step = "atraso", at = "D+3", blocker = "lapsed" }]
expect_at = { at = "D0", planned = ["D+2 atraso"], due = [] }
end = [{ at = "D+3", status = "open" }, { at = "D+9", balance = "150.00" }]""",
    )
    assert [step for step, _ in test.never] == ["atraso", "morto"]
    assert [each.blocker for each in test.because] == ["settled", "lapsed"]
    assert {status: len(lines) for status, lines in test.expect_at[0].lines.items()} == {"due": 0, "planned": 1}
    assert [each.balance for each in test.end] == [None, Money.of("150.00")]


def test_answers_by_channel_and_by_kind(read: Read):
    """One for ever, or one after the other."""
    test = one(read, 'channels = { email = "bounced", task = ["transient", "delivered"] }')
    assert test.answers == {"email": ("bounced",), "task": ("transient", "delivered")}


def test_every_problem_of_the_form_at_once(problems: Callable[[str], list[str]]):
    """With line, column, code and the nearest name."""
    text = """default_outcome = "deliverd"
[[test]]
nome = "x"
invoice = { id = "nf-1", due = "D+3", amount = 12.0 }
given = [
    { at = "D+3 25:00", event = "payment.setled" },
    { at = "D+3", event = "payment.settled" },
    { at = 2026-04-20T10:00:00, event = "dispute.opened", receivable = "nf-1" },
    { at = "D+3" },
]
channels = { emial = "bounced", email = "lost" }
expect = ["D+2atraso", 3]
never = 7
because = { step = "atraso", at = "D+2", blocker = "setled" }
end = { at = "D+2", status = "paid" }
expect_at = { at = "D+2", later = [] }
"""
    assert problems(text) == [
        "loja.test.toml:2:19: unknown answer: 'deliverd'; did you mean 'delivered'? [unknown-value]",
        "loja.test.toml:3:1: a table [[test]] needs the key 'name': what it shows [missing-key]",
        "loja.test.toml:4:1: unknown key 'nome'; did you mean 'name'? [unknown-key]",
        (
            "loja.test.toml:5:48: 'amount' takes an amount of money such as \"10.00\", not the float 12.0; "
            'write "10.00" [wrong-type]'
        ),
        "loja.test.toml:7:33: unknown event 'payment.setled'; did you mean 'payment.settled'? [unknown-event]",
        "loja.test.toml:8:5: a fact 'payment.settled' needs the key 'amount': `amount` of the event [missing-key]",
        (
            "loja.test.toml:9:12: 2026-04-20T10:00:00 has no time zone; write it with an offset, or "
            '"2026-04-20 10:00" in the debtor\'s zone [invalid-value]'
        ),
        "loja.test.toml:9:59: unknown key 'receivable'; did you mean 'receivables'? [unknown-key]",
        "loja.test.toml:10:5: a fact of 'given' needs the key 'event': its type [missing-key]",
        "loja.test.toml:12:14: there is no channel or kind of step 'emial'; did you mean 'email'? [channel-unknown]",
        (
            "loja.test.toml:12:41: unknown answer: 'lost'; write one of 'accepted', 'delivered', 'read', 'bounced', "
            "'failed', 'rejected', 'unsupported', 'unknown', 'transient' [unknown-value]"
        ),
        (
            "loja.test.toml:13:11: 'D+2atraso' is not a line such as \"D+8 segunda-via\", and of several receivables "
            '"D+8 segunda-via nf-2" [invalid-value]'
        ),
        (
            "loja.test.toml:13:24: 'expect' takes a line such as \"D+8 segunda-via\", and of several receivables "
            '"D+8 segunda-via nf-2", not the integer 3; write "D+8 segunda-via" [wrong-type]'
        ),
        "loja.test.toml:14:9: 'never' takes a step, or a list of steps, not the integer 7 [wrong-type]",
        "loja.test.toml:15:52: unknown blocker or reason 'setled'; did you mean 'settled'? [unknown-value]",
        (
            "loja.test.toml:16:30: unknown value of 'status': 'paid'; write one of 'open', 'settled', 'cancelled', "
            "'written-off', 'agreement-active' [unknown-value]"
        ),
        "loja.test.toml:17:27: unknown key 'later'; write one of 'at', 'due', 'planned', 'waiting' [unknown-key]",
    ]


def test_every_problem_of_the_meaning_at_once(problems: Callable[[str], list[str]]):
    """Steps and receivables that are not there, facts that cannot be, names given twice."""
    text = f"""[[test]]
name = "x"
invoices = [{SATURDAY}, {{ id = "nf-2", due = "D+7", amount = "70.00", policy = "lola" }}]
never = "lembrete"
[[test]]
name = "x"
invoices = [{SATURDAY}, {{ id = "nf-2", due = "D+7", amount = "70.00" }}]
given = [
    {{ at = "D+1", event = "dispute.opened" }},
    {{ at = "D+1", event = "step.approved", step = "atraso" }},
]
expect = ["D+2 atrazo nf-1", "D+2 atraso", "D+2 atraso nf-3", "D+2 morto"]
never = "lembretes"
end = {{ at = "D+9", receivable = "nf-4" }}
expect_at = {{ at = "D+9" }}
[[test]]
name = "y"
invoice = {{ id = "nf-1", due = "D+7", amount = "70.00" }}
expect = []
[[test]]
name = "z"
invoices = [{SATURDAY}, {SATURDAY}]
expect = []
"""
    assert problems(text) == [
        "loja.test.toml:4:67: the file names no policy of the id 'lola'; did you mean 'loja'? [unknown-value]",
        "loja.test.toml:7:1: a test 'x' stands already in line 2; a name is used once [duplicate-id]",
        "loja.test.toml:10:5: a test of several invoices says which one; add 'receivables' [missing-key]",
        "loja.test.toml:11:5: a test of several invoices says which one; add 'receivable' [missing-key]",
        "loja.test.toml:13:11: there is no step 'atrazo'; did you mean 'atraso'? [unknown-step]",
        "loja.test.toml:13:30: a test of several invoices says which one: 'atraso nf-1' [missing-key]",
        "loja.test.toml:13:44: there is no receivable 'nf-3' in this test; did you mean 'nf-2'? [unknown-value]",
        "loja.test.toml:14:9: there is no step 'lembretes'; did you mean 'lembrete'? [unknown-step]",
        "loja.test.toml:15:7: an entry of 'end' needs 'status' or 'balance' [missing-key]",
        "loja.test.toml:15:21: there is no receivable 'nf-4' in this test; did you mean 'nf-2'? [unknown-value]",
        (
            "loja.test.toml:16:13: an entry of 'expect_at' needs one of the keys 'due', 'planned' or 'waiting' "
            "[missing-key]"
        ),
        (
            "loja.test.toml:19:11: the days of a test count from the first due date; write it as a date such as "
            "2026-03-10 [invalid-value]"
        ),
        "loja.test.toml:23:67: there are two receivables 'nf-1'; each has an id of its own [duplicate-id]",
    ]


@pytest.mark.parametrize(
    ("invoice", "problem"),
    [
        (
            '{ id = "a", due = 2026-04-20, amount = "0.00" }',
            """4:50: 'amount' is "0.00"; write an amount above zero such as "150.00" [invalid-value]""",
        ),
        (
            '{ id = "a", due = "2026-04-20", amount = "1.00" }',
            "4:29: 'due' is a text; write the date without quotes: 2026-04-20 [invalid-value]",
        ),
    ],
)
def test_a_remedy_is_in_the_words_of_the_file(problems: Callable[[str], list[str]], invoice: str, problem: str):
    """As somebody writes TOML, not Python."""
    assert problems(f'[[test]]\nname = "x"\ninvoice = {invoice}\nexpect = []\n') == [f"loja.test.toml:{problem}"]


def test_a_balance_may_be_nothing(read: Read):
    """What is owed at the end is nothing where all is paid."""
    assert one(read, 'end = { at = "D+3", balance = "0.00" }').end[0].balance == Money.of("0.00")


def test_a_test_that_expects_nothing_is_refused(problems: Callable[[str], list[str]]):
    """It would pass whatever happens."""
    assert problems(f'[[test]]\nname = "x"\ninvoice = {SATURDAY}\n') == [
        (
            "loja.test.toml:2:1: a table [[test]] needs one of the keys 'expect' or 'expect_at' or 'never' or "
            "'because' or 'end' [missing-key]"
        )
    ]


def test_a_policy_with_problems_tells_them_itself(read: Read, tmp_path: Path):
    """At its own line; warnings are for `regua check`. What is wrong with the tests is told with them."""
    read('[[test]]\nname = "x"\ninvoice = { id = "a", due = 2026-04-20, amount = "1.00" }\nexpect = []\n')
    path = tmp_path / "loja.toml"
    path.write_text(POLICY.replace('tone = "courteous"', 'tone = "rude"'), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_tests(tmp_path / "loja.test.toml", calendars=CALENDARS)
    [problem] = caught.value.diagnostics
    assert str(problem).startswith(f"{path}:16:8: unknown tone 'rude'")
    with pytest.raises(PolicyError) as caught:
        read('[[test]]\nnome = "x"\nexpect = []\n')
    assert [str(each).rpartition("[")[2] for each in caught.value.diagnostics] == [
        "unknown-tone]",
        *["missing-key]"] * 2,
        "unknown-key]",
    ]


def test_a_policy_that_is_not_there(tmp_path: Path):
    """It is looked for beside the tests, and they are read all the same."""
    (tmp_path / "x.test.toml").write_text('policy = "nada.toml"\ntemplates = "nada"\nformat = 2\n', encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_tests(tmp_path / "x.test.toml", calendars=CALENDARS)
    assert [
        str(each).removeprefix(f"{tmp_path}/").replace(str(tmp_path), "F") for each in caught.value.diagnostics
    ] == [
        "x.test.toml:1:1: a file of policy tests needs the key 'test': the tests [missing-key]",
        "x.test.toml:1:10: there is no policy 'nada.toml' in F; paths begin at this file's folder [unreadable]",
        "x.test.toml:2:13: there is no folder 'nada' in F; paths begin at this file's folder [unreadable]",
        "x.test.toml:3:10: 'format' is the integer 2; this version of regua reads format = 1 [unknown-format]",
    ]


@pytest.mark.parametrize("content", [b"", b"\xff", b"policy = ", b"test = 3", b"policy = 3\ntest = []"])
def test_bad_content_is_a_problem_with_a_place(tmp_path: Path, content: bytes):
    """Never an error of Python."""
    path = tmp_path / "x.test.toml"
    path.write_bytes(content)
    with pytest.raises(PolicyError, match=r"x\.test\.toml:[0-9]+:[0-9]+: .* \[[a-z-]+\]$"):
        load_tests(path, calendars=CALENDARS)


def test_a_file_that_is_not_there(tmp_path: Path):
    """So it says."""
    with pytest.raises(PolicyError, match="No such file"):
        load_tests(tmp_path / "x.test.toml", calendars=CALENDARS)


def test_the_committed_schema_is_fresh():
    """`regua schema test > src/regua/data/test.schema.json` after a change of the format."""
    assert (DATA / "test.schema.json").read_text(encoding="utf-8") == schema_of_tests_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_of_tests_text()))


def plain(value: Any) -> Any:
    """Give a document as a tool for TOML shows it to a schema: dates are strings."""
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value if isinstance(value, bool | int | float | str) else str(value)


@pytest.mark.parametrize("path", [EXAMPLE, DATA / "starter/padrao.test.toml"], ids=lambda path: path.name)
def test_real_files_meet_the_schema(path: Path):
    """An editor marks nothing in them."""
    assert [error.message for error in VALIDATOR.iter_errors(plain(tomllib.loads(path.read_text("utf-8"))))] == []


@pytest.mark.parametrize(
    "body", ['given = [{ at = "D+1" }]', 'end = { at = "D+1", status = "paid" }', 'expect = ["atraso"]', "nome = 1"]
)
def test_the_schema_refuses_what_the_reader_refuses(read: Read, body: str):
    """As far as a schema can know it."""
    text = f'policy = "loja.toml"\n[[test]]\nname = "x"\ninvoice = {SATURDAY}\n{body}\n'
    assert not VALIDATOR.is_valid(plain(tomllib.loads(text)))
    with pytest.raises(PolicyError):
        one(read, body)


VALUE = re.compile(r'= ("[^"]*"|[0-9][0-9TZ:-]+|\[[^\[\]]*\])')
VALUES = (
    *("true", "-1", "1.5", '""', '"a b"', "[]", "{}", "[{}]", '["a", "a"]', "nan", "0001-01-01", "9999-12-31"),
    *(
        '"D+3660bd"',
        '"D-3660"',
        '"D+99999"',
        '"2026-02-30"',
        '"D+3 24:00"',
        "9999-12-31T23:59:59Z",
        '"2026-03-10 23:59"',
    ),
    *("2026-03-10T10:00:00", '"99999999999.00"', '"0.00"', '"hold.placed"', '"debtor.registered"', '"D+3 atraso-2"'),
)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(VALUES)), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_there_is_read_or_refused_at_a_place(changes: list[tuple[int, str]]):
    """No value makes an error of Python."""
    text = EXAMPLE.read_text(encoding="utf-8").replace('"example.toml"', f'"{EXAMPLE.parent}/example.toml"')
    for number, value in changes:
        places = list(VALUE.finditer(text))[1:]
        place = places[number % len(places)]
        text = text[: place.start(1)] + value + text[place.end(1) :]
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(PolicyError):
        path = Path(folder, "x.test.toml")
        path.write_text(text, encoding="utf-8")
        load_tests(path, calendars=CALENDARS)


def test_only_steps_that_regua_asks_for_by_itself_are_named_beside_those_of_the_policy(
    problems: Callable[[str], list[str]],
):
    """Reviews by their exact names; an owed act only where the policy's law demands it."""
    text = f"""[[test]]
name = "x"
invoice = {SATURDAY}
never = ["review:hold", "review:hodl", "owed:nonsense"]
"""
    assert problems(text) == [
        "loja.test.toml:5:25: there is no step 'review:hodl'; did you mean 'review:hold'? [unknown-step]",
        (
            "loja.test.toml:5:40: there is no step 'owed:nonsense'; write one of 'atraso', 'lembrete', 'morto', "
            "'review:approval', 'review:dispute', 'review:ground', 'review:hold' [unknown-step]"
        ),
    ]
