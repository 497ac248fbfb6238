import csv
import hashlib
import io
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest

from regua.core.events.base import Event
from regua.core.money import Money
from regua.importfile import BadRow, load_map, read_rows

DATA = files("regua") / "data"
ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """Import the sample portfolio."""
    mapping = load_map(str(DATA / "receivables.map.toml"))
    items = list(read_rows(io.BytesIO((DATA / "receivables.csv").read_bytes()), mapping))
    assert not [item for item in items if isinstance(item, BadRow)]
    return items


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    """Read the sample portfolio without regua."""
    return list(csv.DictReader(io.StringIO((DATA / "receivables.csv").read_text(encoding="ascii"))))


def day(text: str) -> date:
    """Read 1/26/2012 without regua."""
    month, day_of_month, year = map(int, text.split("/"))
    return date(year, month, day_of_month)


def instant(on: date, clock: str) -> int:
    """Give the microsecond of a clock time in São Paulo without regua."""
    aware = datetime.combine(on, time.fromisoformat(clock), ZONE).astimezone(UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def of_type(events: list[Event], name: str) -> dict[str, Event]:
    """Give the events of a type by the number of their invoice."""
    return {event.id.split("-")[1]: event for event in events if event.type == name}


def test_the_data_are_as_they_came():
    """Line ends and content of the file are those of its source."""
    digest = hashlib.sha256((DATA / "receivables.csv").read_bytes()).hexdigest()
    assert digest == "f5d488eaa4c1cc843b478b6f1068c553c5394aab4b64d587e4b9ad811d845c19"


def test_how_many_events(events: list[Event]):
    """2,466 invoices, all settled, 561 disputed, of 100 customers."""
    assert Counter(event.type for event in events) == {
        "debtor.registered": 100,
        "contact-point.added": 100,
        "consent.granted": 100,
        "invoice.issued": 2466,
        "payment.settled": 2466,
        "dispute.opened": 561,
        "dispute.resolved": 561,
    }
    assert len({event.id for event in events}) == len(events)


def test_invoices_and_settlements_are_those_of_the_file(events: list[Event], rows: list[dict[str, str]]):
    """Amounts, days and debtors agree with an independent reading of every row."""
    issued, settled = of_type(events, "invoice.issued"), of_type(events, "payment.settled")
    for row in rows:
        invoice, payment = issued[row["invoiceNumber"]], settled[row["invoiceNumber"]]
        assert invoice.amount == payment.amount == Money.of(row["InvoiceAmount"])
        assert invoice.due == day(row["DueDate"])
        assert invoice.debtor == payment.debtor == row["customerID"]
        assert invoice.at_us == instant(day(row["InvoiceDate"]), "06:00")
        assert payment.at_us == instant(day(row["SettledDate"]), "07:00")
        assert payment.receivables == (invoice.receivable,) == (row["invoiceNumber"],)


def test_disputes_open_the_day_after_the_due_date_or_at_settlement(events: list[Event], rows: list[dict[str, str]]):
    """Whichever is earlier: 178 of the 561 were paid by their due date; they end with the payment."""
    opened, resolved = of_type(events, "dispute.opened"), of_type(events, "dispute.resolved")
    disputed = [row for row in rows if row["Disputed"] == "Yes"]
    assert opened.keys() == resolved.keys() == {row["invoiceNumber"] for row in disputed}
    at_settlement = 0
    for row in disputed:
        due, settled = day(row["DueDate"]), day(row["SettledDate"])
        at_settlement += settled <= due
        dispute = opened[row["invoiceNumber"]]
        assert dispute.at_us == instant(min(due + timedelta(days=1), settled), "06:30")
        assert dispute.receivables == (row["invoiceNumber"],)
        assert resolved[row["invoiceNumber"]].at_us == instant(settled, "07:00")
        assert resolved[row["invoiceNumber"]].dispute == dispute.dispute
    assert at_settlement == 178


def test_everything_is_known_on_its_own_day_before_anybody_may_be_contacted(events: list[Event]):
    """`recorded_at` is `at`, and all of a day happens before 08:00: nothing is dunned and settled on one day."""
    assert all(event.recorded_us == event.at_us for event in events)
    assert all(event.at.in_timezone("America/Sao_Paulo").hour < 8 for event in events)


def test_no_moment_between_dispute_and_settlement(events: list[Event]):
    """Issued, disputed, then settled and resolved in one instant: what was disputed is never simply open again."""
    issued, opened = of_type(events, "invoice.issued"), of_type(events, "dispute.opened")
    settled, resolved = of_type(events, "payment.settled"), of_type(events, "dispute.resolved")
    for number, dispute in opened.items():
        assert issued[number].at_us < dispute.at_us < settled[number].at_us == resolved[number].at_us
    assert all(issued[number].at_us < payment.at_us for number, payment in settled.items())


def test_each_customer_can_be_reached_before_the_first_invoice(events: list[Event]):
    """An address at example.invalid and consent, in place before 2012-01-03."""
    first = min(event.at_us for event in events if event.type == "invoice.issued")
    for debtor, facts in groupby(sorted(events, key=lambda event: event.debtor), key=lambda event: event.debtor):
        known = {event.type: event for event in facts if event.at_us < first}
        assert known["contact-point.added"].ref == f"{debtor}@example.invalid"
        assert known["contact-point.added"].channels == ("email",)
        assert known["consent.granted"].channel == "email"
        assert known["debtor.registered"].kind == "company"
