"""The sample portfolio, planned as of several days, against an oracle that knows nothing but the CSV."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from regua.codec import load_schedules
from regua.core.explain import meaning
from regua.core.planning import Action, Schedule

pytestmark = pytest.mark.one_python

Run = Callable[..., Any]
DAYS = ("2012-06-15", "2012-12-14", "2013-03-20", "2013-09-16")
POLICIES = ("policy.toml", "email.toml")


class Invoice(NamedTuple):
    """A row of the file."""

    issued: date
    due: date
    settled: date
    disputed: date | None

    def is_open(self, day: date) -> bool:
        """Whether it was billed and not paid."""
        return self.issued <= day < self.settled

    def is_disputed(self, day: date) -> bool:
        """Whether the customer disputed it and had not paid yet."""
        return self.disputed is not None and self.disputed <= day < self.settled


@pytest.fixture(scope="module")
def invoices(portfolio: Path) -> dict[str, Invoice]:
    """Every invoice of the file."""
    with (portfolio / "receivables.csv").open(encoding="utf-8", newline="") as file:
        return {row["invoiceNumber"]: read(row) for row in csv.DictReader(file)}


def read(row: dict[str, str]) -> Invoice:
    """Read a row."""
    issued, due, settled = (american(row[name]) for name in ("InvoiceDate", "DueDate", "SettledDate"))
    disputed = min(due + timedelta(days=1), settled) if row["Disputed"] == "Yes" else None
    return Invoice(issued, due, settled, disputed)


def american(text: str) -> date:
    """Read `1/26/2012`."""
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a civil date


class Planned(NamedTuple):
    """What `regua plan` said as of a day."""

    policy: str
    day: date
    schedules: list[Schedule]

    def pressing(self, *statuses: str) -> Iterator[Action]:
        """Actions that ask for overdue money, of these statuses."""
        for schedule in self.schedules:
            yield from (action for action in schedule.all if action.presses and action.status in statuses)


@pytest.fixture(scope="module", params=[(policy, day) for policy in POLICIES for day in DAYS], ids="-".join)
def planned(request: pytest.FixtureRequest, portfolio: Path, process: Run) -> Planned:
    """The portfolio planned as of one of the days."""
    policy, day = request.param
    ran = process("plan", policy, "events.jsonl", "--as-of", day, "--format", "jsonl", cwd=portfolio)
    assert ran.status == 0, ran.err
    return Planned(policy, date.fromisoformat(day), list(load_schedules(ran.out.splitlines())))


def test_the_whole_file_is_imported(portfolio: Path):
    """2,466 invoices issued and settled, 561 disputes opened and resolved, one contact for each customer."""
    with (portfolio / "events.jsonl").open(encoding="utf-8") as file:
        events = [json.loads(line) for line in file]
    assert Counter(event["type"] for event in events) == {
        "debtor.registered": 100,
        "contact-point.added": 100,
        "consent.granted": 100,
        "invoice.issued": 2466,
        "payment.settled": 2466,
        "dispute.opened": 561,
        "dispute.resolved": 561,
    }
    assert all(event["at"] == event["recorded_at"] for event in events)
    assert len({event["id"] for event in events}) == len(events)


def test_it_is_settled_and_disputed_when_the_file_says(portfolio: Path, invoices: dict[str, Invoice]):
    """Each on its own civil day in São Paulo."""
    with (portfolio / "events.jsonl").open(encoding="utf-8") as file:
        events = {event["id"]: event for event in map(json.loads, file)}
    for number, invoice in invoices.items():
        assert day_of(events[f"nf-{number}-issued"]) == invoice.issued
        assert day_of(events[f"nf-{number}-settled"]) == invoice.settled
        if invoice.disputed is not None:
            assert day_of(events[f"nf-{number}-disputed"]) == invoice.disputed
            assert day_of(events[f"nf-{number}-resolved"]) == invoice.settled


def day_of(event: dict[str, str]) -> date:
    """Give the day in São Paulo; no event of the file lies in a night."""
    return (datetime.fromisoformat(event["at"]) - timedelta(hours=3)).date()


def test_nothing_presses_for_what_is_settled_or_disputed(planned: Planned, invoices: dict[str, Invoice]):
    """Neither due nor planned; for what is settled nothing may run any more at all."""
    for action in planned.pressing("due", "planned"):
        invoice = invoices[action.receivable]
        assert invoice.is_open(planned.day), action
        assert not invoice.is_disputed(planned.day), action
    for action in planned.pressing("waiting"):
        invoice = invoices[action.receivable]
        assert invoice.is_open(planned.day), action
        if invoice.is_disputed(planned.day):
            assert "disputed" in {reason.code for reason in action.reasons}, action


def test_the_rest_is_pressed_for_and_explained(planned: Planned):
    """A positive number, every one with its reasons in words."""
    found = list(planned.pressing("due", "planned"))
    assert len(found) > 40
    for action in found:
        assert action.reasons
        assert all(meaning(reason.code) for reason in action.reasons)
        assert action.amount is not None
        assert action.amount.minor > 0


def test_no_open_invoice_is_forgotten(planned: Planned, invoices: dict[str, Invoice]):
    """What is billed, unpaid and not due yet has both messages ahead of it that press without a condition.

    The shipped policy takes 5% off for paying early. The customers of the file paid in full all the same, so that what
    they paid too much settles some of their later invoices, or leaves less than the minimum to ask for.
    """
    always = {"policy.toml": ("atraso-2", "ultimo-aviso"), "email.toml": ("atraso", "firme")}[planned.policy]
    ahead = {
        number for number, invoice in invoices.items() if invoice.is_open(planned.day) and invoice.due > planned.day
    }
    found = Counter(action.receivable for action in planned.pressing("planned") if action.step in always)
    forgotten = {number for number in ahead if found[number] != len(always)}
    paid_too_much = {
        action.receivable
        for action in planned.pressing("ended", "waiting")
        if action.reason.code in ("settled", "below-minimum") and action.step in always and action.receivable in ahead
    }
    assert len(ahead) > 50
    assert forgotten == (paid_too_much if planned.policy == "policy.toml" else set())


def test_the_summary_adds_up(portfolio: Path, process: Run):
    """What is printed under the table is what the schedules hold, and what is missing has its name and number."""
    ask = ("plan", "policy.toml", "events.jsonl", "--as-of", "2012-06-15")
    whole = process(*ask, "--format", "jsonl", cwd=portfolio)
    schedules = list(load_schedules(whole.out.splitlines()))
    counts = Counter(action.status for schedule in schedules for action in schedule.all)
    table = process(*ask, cwd=portfolio).out.splitlines()
    for status, count in counts.items():
        assert any(line.strip().startswith(f"{status}: {count:,}") for line in table)
    listed = [line for line in table if line[:2] == "20"]
    assert len(listed) == counts["due"] + counts["planned"] + counts["waiting"]
    missing = Counter(
        reason.facts["what"]
        for schedule in schedules
        for action in (*schedule.due, *schedule.planned, *schedule.waiting)
        for reason in action.reasons
        if reason.code == "not-yet-supported"
    )
    [line] = [line for line in table if line.startswith("not yet supported by this regua: ")]
    assert missing
    assert all(f"{what} {count:,}" in line for what, count in missing.items())
