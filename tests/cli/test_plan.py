import csv
import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import invoice

from regua.calendars import BrazilianBankCalendar
from regua.cli.asking import Question
from regua.cli.forms import CSV_COLUMNS, neutral
from regua.codec import load_events, load_schedules
from regua.core.account import accounts
from regua.core.planning import plan
from regua.policyfile import load_policy

pytestmark = pytest.mark.usefixtures("folder")
Run = Callable[..., Any]
DAY = ("--as-of", "2012-06-15")
NOON = "2012-06-15T12:00-03:00"


def rows(text: str) -> list[dict[str, str]]:
    """Read CSV."""
    return list(csv.DictReader(StringIO(text)))


def test_the_command_prints_what_the_api_returns(call: Run):
    """The same schedules, line by line, as of noon and as known then."""
    ran = call("plan", "policy.toml", "events.jsonl", *DAY, "--format", "jsonl")
    noon = 1339772400 * 1_000_000
    with Path("events.jsonl").open("rb") as file:
        known = accounts(load_events(file), known_at=noon)
    policy = load_policy("policy.toml")
    expected = [
        plan(policy, account, as_of=noon, calendar=BrazilianBankCalendar())
        for account in known.values()
        if account.events
    ]
    assert ran.status == 0
    assert list(load_schedules(ran.out.splitlines())) == expected


def test_the_table(call: Run):
    """One action a line, local time, a mark where the tone is clamped, why; then what it came to."""
    ran = call("plan", "policy.toml", "events.jsonl", *DAY, "--debtor", "0465-DTULQ")
    lines = ran.out.splitlines()
    assert (ran.status, ran.err) == (0, "")
    assert lines[0].split() == ["WHEN", "DEBTOR", "RECEIVABLE", "STEP", "STATUS", "BY", "TONE", "AMOUNT", "WHY"]
    [reissue] = [line for line in lines if "segunda-via" in line]
    assert reissue.split() == [
        *("2012-07-04", "10:00", "0465-DTULQ", "1223908099", "segunda-via", "planned", "email", "courteous*"),
        *("42.01", "BRL", "planned"),
    ]
    assert "as of 2012-06-15 12:00 America/Sao_Paulo" in lines
    assert any(line.startswith(" planned: ") for line in lines)
    assert any(line.startswith("not yet supported by this regua: kind ") for line in lines)
    assert "regua check policy.toml" in lines[-1]


def test_quiet_leaves_the_summary_out(call: Run):
    """In a table as beside CSV."""
    table = call("plan", "policy.toml", "events.jsonl", *DAY, "--quiet")
    assert "as of" not in table.out
    assert call("plan", "policy.toml", "events.jsonl", *DAY, "--quiet", "--format", "csv").err == ""


def test_csv(call: Run):
    """The columns that are documented, local time with its offset, amounts as plain numbers."""
    ran = call("plan", "policy.toml", "events.jsonl", *DAY, "--format", "csv", "--debtor", "0465-DTULQ")
    assert ran.out.splitlines()[0] == ",".join(CSV_COLUMNS)
    [reissue] = [row for row in rows(ran.out) if row["step"] == "segunda-via"]
    assert reissue["at"] == "2012-07-04T10:00:00-03:00"
    assert (reissue["amount"], reissue["currency"], reissue["presses"]) == ("42.01", "BRL", "yes")
    assert (reissue["tone"], reissue["asked_tone"]) == ("courteous", "formal")
    assert (reissue["reason"], reissue["not_yet_supported"]) == ("planned", "")
    assert {row["not_yet_supported"] for row in rows(ran.out)} == {"", "kind offer"}
    assert ran.err.startswith("as of 2012-06-15 12:00 America/Sao_Paulo\n")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_as_a_formula(start: str):
    """A spreadsheet shows the text and computes nothing."""
    assert neutral(f"{start}1+1") == f"'{start}1+1"
    assert neutral(f"1{start}1") == f"1{start}1"


def test_a_debtor_named_like_a_formula(call: Run):
    """From the line to the cell."""
    ran = call(
        *("plan", "email.toml", "-", "--as-of", "2026-04-01", "--format", "csv"),
        stdin=invoice("=1+1", "@nf", "2026-04-20").encode(),
    )
    assert {(row["debtor"], row["receivable"]) for row in rows(ran.out)} == {("'=1+1", "'@nf")}


def test_chosen_statuses(call: Run):
    """Table and CSV list what may still run unless told otherwise; JSON Lines hold everything."""
    ask = ("plan", "policy.toml", "events.jsonl", *DAY, "--format")
    assert {row["status"] for row in rows(call(*ask, "csv").out)} <= {"due", "planned", "waiting"}
    assert {row["status"] for row in rows(call(*ask, "csv", "--status", "ended").out)} == {"ended"}
    everything = rows(call(*ask, "csv", "--status", "all").out)
    whole = list(load_schedules(call(*ask, "jsonl").out.splitlines()))
    assert len(everything) == sum(len(schedule.all) for schedule in whole)
    due = list(load_schedules(call(*ask, "jsonl", "--status", "due").out.splitlines()))
    assert due
    assert all(schedule.all == schedule.due != () for schedule in due)
    assert {schedule.fingerprint for schedule in due} <= {schedule.fingerprint for schedule in whole}


def test_nothing_chosen_is_a_heading(call: Run):
    """An empty answer is still well-formed."""
    ask = ("plan", "email.toml", "events.jsonl", "--as-of", "2011-01-01", "--quiet", "--format")
    assert call(*ask, "csv").out == ",".join(CSV_COLUMNS) + "\n"
    assert call(*ask, "table").out == call(*ask, "jsonl").out == ""


def test_a_day_is_its_noon(call: Run):
    """`--as-of` takes the noon of the policy's zone: what the morning asked is due, the afternoon is ahead."""
    ask = ("plan", "email.toml", "events.jsonl", "--format", "jsonl", "--as-of")
    assert call(*ask, "2012-06-15").out == call(*ask, NOON).out != call(*ask, "2012-06-15T11:59-03:00").out


def test_a_day_of_knowledge_is_whole(call: Run):
    """`--known-at` takes all of the day, up to the last microsecond."""
    ask = ("plan", "email.toml", "events.jsonl", "--format", "jsonl", *DAY, "--known-at")
    assert call(*ask, "2012-06-20").out == call(*ask, "2012-06-20T23:59:59.999999-03:00").out
    assert call(*ask, "2012-06-20").out != call(*ask, "2012-06-15").out


def test_what_was_known_is_what_was_known_then(call: Run):
    """By default a plan as of a day knows nothing that came later."""
    ask = ("plan", "email.toml", "events.jsonl", "--format", "jsonl", *DAY)
    assert call(*ask).out == call(*ask, "--known-at", NOON).out


def test_until(call: Run):
    """Planned actions up to the end of that day."""
    ask = ("plan", "policy.toml", "events.jsonl", *DAY, "--format", "csv", "--status", "planned")
    days = {row["day"] for row in rows(call(*ask).out)}
    last = sorted(days)[2]
    assert {row["day"] for row in rows(call(*ask, "--until", last).out)} == {day for day in days if day <= last}


def test_without_as_of_the_clock_is_asked(call: Run):
    """An invoice due in the far past has nothing planned by now."""
    ran = call("plan", "email.toml", "events.jsonl", "--status", "planned", "--format", "csv")
    assert (ran.status, rows(ran.out)) == (0, [])


@pytest.mark.parametrize("moment", ["2012-6-15", "15/06/2012", "now", ""])
def test_a_moment_that_cannot_be_meant(call: Run, moment: str):
    """Wrong usage, with both forms shown."""
    ran = call("plan", "policy.toml", "events.jsonl", "--as-of", moment)
    assert ran.status == 2
    assert "is neither a day (2026-04-18) nor an instant (2026-04-18T09:00-03:00)" in ran.err


@pytest.mark.parametrize(
    ("moment", "problem"),
    [
        ("2012-06-31", "a day that does not exist"),
        ("2012-06-15T10:00", "is not an instant; write it as 2026-04-18T09:00:00-03:00"),
        ("5000-01-01", "outside the years"),
    ],
)
def test_a_moment_that_is_nearly_one(call: Run, moment: str, problem: str):
    """What is missing, or which day there is not."""
    ran = call("plan", "policy.toml", "events.jsonl", "--as-of", moment)
    assert ran.status == 2
    assert problem in " ".join(ran.err.split())


def test_several_policies(call: Run):
    """Each receivable under the version that it names; --policy gives the others."""
    text = Path("email.toml").read_text(encoding="utf-8")
    Path("outra.toml").write_text(text.replace('id = "email"', 'id = "outra"'), encoding="utf-8")
    lines = invoice("ana", "1", "2026-04-20", policy="email") + invoice("ana", "2", "2026-04-20", policy="outra")
    ask = ("plan", "email.toml", "-", "--as-of", "2026-04-01", "--format", "csv")
    ran = call(*ask, "--policy", "outra.toml", stdin=lines.encode())
    assert {(row["receivable"], row["policy"]) for row in rows(ran.out)} == {("1", "email"), ("2", "outra")}
    ran = call(*ask, stdin=lines.encode())
    assert ran.status == 1
    assert ran.err.startswith(
        "creditor 'loja', debtor 'ana': receivable '2' is governed by policy 'outra' version 1, which was not"
    )


def test_creditors_and_debtors_are_chosen(call: Run):
    """Also where one name owes two creditors."""
    lines = (
        invoice("ana", "1", "2026-04-20")
        + invoice("ana", "2", "2026-04-20", creditor="outra")
        + invoice("bia", "3", "2026-04-20")
    ).encode()
    ask = ("plan", "email.toml", "-", "--as-of", "2026-04-01", "--format", "csv")

    def asked(*options: str) -> set[str]:
        return {row["receivable"] for row in rows(call(*ask, *options, stdin=lines).out)}

    assert asked() == {"1", "2", "3"}
    assert asked("--creditor", "loja") == {"1", "3"}
    assert asked("--debtor", "ana") == {"1", "2"}
    assert asked("--debtor", "ana", "--debtor", "bia", "--creditor", "loja") == {"1", "3"}


def test_a_debtor_or_creditor_who_is_nowhere(call: Run):
    """With the nearest name."""
    ran = call("plan", "policy.toml", "events.jsonl", *DAY, "--debtor", "0465-DTULK")
    assert (ran.status, ran.err) == (1, "no event is about debtor '0465-DTULK'; did you mean '0465-DTULQ'?\n")
    ran = call("plan", "policy.toml", "events.jsonl", *DAY, "--creditor", "xyz")
    assert (ran.status, ran.err) == (1, "no event is about creditor 'xyz'\n")


def test_lines_that_are_no_events(call: Run):
    """All of them, with file and line, and no schedule from half a file."""
    lines = invoice("ana", "1", "2026-04-20") + "{}\n" + invoice("ana", "2", "2026-04-31") + "\n"
    Path("bad.jsonl").write_text(lines, encoding="utf-8")
    ran = call("plan", "email.toml", "bad.jsonl", *DAY)
    assert (ran.status, ran.out) == (1, "")
    assert [line.split(": ")[:2] for line in ran.err.splitlines()] == [["bad.jsonl", "line 2"], ["bad.jsonl", "line 3"]]


def test_a_csv_in_the_place_of_events(call: Run):
    """The remedy is named, and twenty lines are enough."""
    ran = call("plan", "policy.toml", "receivables.csv", *DAY)
    assert ran.status == 1
    assert len(ran.err.splitlines()) == 22
    assert "more lines that hold no event" in ran.err
    assert ran.err.endswith("events are JSON Lines; of a CSV file, `regua import` makes them\n")


def test_one_id_with_two_contents(call: Run):
    """A conflict is the input's, not a bug."""
    lines = invoice("ana", "1", "2026-04-20") + "\n" + invoice("ana", "1", "2026-04-21")
    ran = call("plan", "email.toml", "-", *DAY, stdin=lines.encode())
    assert (ran.status, len(ran.err.splitlines())) == (1, 1)
    assert ran.err.startswith("creditor 'loja', debtor 'ana': event '1-issued' (invoice.issued")
    assert ran.err.endswith(" (lines 1 and 3)\n")


def test_one_debtor_who_cannot_be_planned_stops_no_other(call: Run):
    """Each is told in a line, the others are planned, the summary counts, and the exit status is 1."""
    lines = "".join(
        [
            invoice("ana", "1", "2026-04-20"),
            invoice("bia", "2", "2026-04-20"),
            invoice("ana", "1", "2026-04-21"),
            invoice("eva", "3", "2026-04-20", policy="outra"),
            invoice("rui", "4", "2026-04-20"),
        ]
    ).encode()
    ask = ("plan", "email.toml", "-", "--as-of", "2026-04-01")
    ran = call(*ask, "--format", "csv", "--quiet", stdin=lines)
    assert (ran.status, {row["debtor"] for row in rows(ran.out)}) == (1, {"bia", "rui"})
    said = ran.err.splitlines()
    assert [line.split(": ")[0] for line in said] == ["creditor 'loja', debtor 'ana'", "creditor 'loja', debtor 'eva'"]
    assert said[0].endswith(" (lines 1 and 3)")
    ran = call(*ask, stdin=lines)
    assert ran.status == 1
    assert "\n2 debtors, 6 actions\n2 debtors could not be planned\n" in ran.out
    explained = ("explain", *ask[1:], "--debtor")
    ran = call(*explained, "ana", stdin=lines)
    assert (ran.status, ran.out, ran.err.splitlines()) == (1, "", said[:1])
    assert call(*explained, "bia", stdin=lines).status == 0


def test_one_receivable_issued_twice_names_both_lines(call: Run):
    """A conflict that only shows when the facts are drawn together is told in the same way."""
    second = invoice("ana", "1", "2026-04-21").replace("1-issued", "again")
    lines = invoice("bia", "2", "2026-04-20") + invoice("ana", "1", "2026-04-20") + second
    ran = call("plan", "email.toml", "-", "--as-of", "2026-04-01", stdin=lines.encode())
    assert (ran.status, ran.err.splitlines()[0].startswith("creditor 'loja', debtor 'ana': event 'again' ")) == (
        1,
        True,
    )
    assert ran.err.splitlines()[0].endswith(" (lines 2 and 3)")


def test_many_debtors_who_cannot_be_planned(call: Run):
    """Twenty are told, the rest is counted."""
    lines = "".join(invoice(f"d{number}", f"{number}", "2026-04-20", policy="outra") for number in range(23))
    ran = call("plan", "email.toml", "-", "--as-of", "2026-04-01", "--format", "jsonl", stdin=lines.encode())
    said = ran.err.splitlines()
    assert (ran.status, ran.out) == (1, "")
    assert said[20] == "and 3 more debtors that could not be planned"
    assert "23 debtors could not be planned" in said


@pytest.mark.parametrize("content", [bytes(range(128, 256)) + b"\n", b"key = 1\n"])
def test_another_file_in_the_place_of_events(call: Run, content: bytes):
    """Twenty lines of it, however long it is."""
    Path("other").write_bytes(content * 100)
    ran = call("plan", "email.toml", "other", *DAY)
    assert (ran.status, len(ran.err.splitlines())) == (1, 22)
    assert "other: and 80 more lines that hold no event\n" in ran.err


def test_another_file_in_the_place_of_the_policy(call: Run):
    """The same of its problems."""
    Path("other.toml").write_text("".join(f"key{number} = 1\n" for number in range(100)), encoding="utf-8")
    ran = call("plan", "other.toml", "events.jsonl", *DAY)
    assert (ran.status, len(ran.err.splitlines())) == (1, 21)
    assert ran.err.endswith("more problems; `regua check` tells them all\n")


def test_a_policy_with_errors(call: Run):
    """Its problems, as `check` tells them."""
    Path("bad.toml").write_text('format = 1\n[policy]\nid = "x"\nnome = 1\n', encoding="utf-8")
    ran = call("plan", "bad.toml", "events.jsonl", *DAY)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("bad.toml:4:1: ")


def test_standard_input_is_read_once(call: Run):
    """Two of the files cannot both be `-`."""
    assert call("plan", "-", "-", *DAY).status == 2
    ran = call("plan", "-", "events.jsonl", *DAY, stdin=Path("email.toml").read_bytes())
    assert ran.status == 0


def test_a_long_table_has_one_heading(portfolio: Path, call: Run):
    """Beyond the rows that were measured the columns stay as they are."""
    events, policy = str(portfolio / "events.jsonl"), str(portfolio / "policy.toml")
    ran = call("plan", policy, events, "--as-of", "2012-03-15", "--status", "all", "--quiet")
    lines = ran.out.splitlines()
    assert len(lines) > 1_500
    assert sum(line.startswith("WHEN") for line in lines) == 1


def test_a_question_of_several_zones_takes_the_first():
    """A day is meant in one zone."""
    text = Path("email.toml").read_text(encoding="utf-8")
    Path("west.toml").write_text(text.replace("America/Sao_Paulo", "America/Rio_Branco"), encoding="utf-8")
    question = Question.of(("west.toml", "email.toml"), "-", as_of=None, known_at=None)
    assert question.zone == "America/Rio_Branco"


SAME = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "pt_BR.UTF-8"},
    {"PYTHONHASHSEED": "random", "TZ": "America/Noronha", "LC_ALL": "pt_BR", "PYTHONIOENCODING": "latin-1"},
]


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_the_same_bytes_everywhere(folder: Path, process: Run, form: str):
    """Whatever the hash seed, time zone, locale and order of the lines."""
    text = Path("events.jsonl").read_text(encoding="utf-8").replace("0465-DTULQ", "Ção & irmão")
    lines = text.splitlines(keepends=True)
    found = set()
    for seed, environment in enumerate(SAME):
        random.Random(seed).shuffle(lines)  # noqa: S311 - any order will do
        ask = ("plan", "policy.toml", "-", *DAY, "--format", form, "--status", "all")
        ran = process(*ask, cwd=folder, stdin="".join(lines).encode(), **environment)
        assert ran.status == 0, ran.err
        found.add(ran.out)
    assert len(found) == 1
    assert "Ção & irmão" in found.pop()
