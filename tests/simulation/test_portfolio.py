"""Two years of every sixth customer of the sample, judged by an independent reading of its rows."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from attrs import frozen

from regua.core.events import Event
from regua.importfile import BadRow, load_map, read_rows
from regua.testing import Entry, Simulation, Transcript

pytestmark = pytest.mark.one_python

DATA = Path(str(files("regua") / "data"))
POLICY = DATA / "starter" / "padrao.toml"
START = "2012-01-01"
MINIMUM = 1_000
"""Centavos below which the policy asks nobody for money."""
CERTAIN = 12
"""Days late after which the message of the second business day must have gone out, over any holidays and weekend."""


@frozen
class Row:
    """A row as the file says it."""

    number: str
    customer: str
    due: date
    settled: date
    disputed: bool
    centavos: int

    def is_disputed(self, day: date) -> bool:
        """Whether it is disputed on that day: from the day after the due date, or its settlement, on."""
        return self.disputed and min(self.due + timedelta(days=1), self.settled) <= day


def american(text: str) -> date:
    """Read 1/26/2012."""
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day of the file


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    """Read the file without regua."""
    found = csv.DictReader(io.StringIO((DATA / "receivables.csv").read_text(encoding="ascii")))
    return {
        row["invoiceNumber"]: Row(
            row["invoiceNumber"],
            row["customerID"],
            american(row["DueDate"]),
            american(row["SettledDate"]),
            row["Disputed"] == "Yes",
            int(row["InvoiceAmount"].replace(".", "")),
        )
        for row in found
    }


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """Import the file, in the order of its lines."""
    mapping = load_map(DATA / "receivables.map.toml")
    items = list(read_rows(io.BytesIO((DATA / "receivables.csv").read_bytes()), mapping))
    return [item for item in items if not isinstance(item, BadRow)]


def of_every(nth: int, events: list[Event]) -> list[Event]:
    """Give the events of every so-many-th customer."""
    chosen = set(sorted({event.debtor for event in events})[::nth])
    return [event for event in events if event.debtor in chosen]


def simulated(events: list[Event]) -> Transcript:
    """Give all that happens from the first date to the last, and ten days after it."""
    with Simulation(POLICY, start=START) as sim:
        sim.script(*events)
        sim.advance(until=max(event.recorded_us for event in events))
        sim.advance(days=10)
        return sim.transcript


@pytest.fixture(scope="module")
def transcript(events: list[Event]) -> Transcript:
    """Give two years of a sixth."""
    return simulated(of_every(6, events))


@pytest.fixture(scope="module")
def few(events: list[Event]) -> list[Event]:
    """The events of every twelfth customer."""
    return of_every(12, events)


@pytest.fixture(scope="module")
def of_few(few: list[Event]) -> Transcript:
    """Give two years of these."""
    return simulated(few)


def sent(transcript: Transcript) -> Iterator[Entry]:
    """Give the messages that went out."""
    return (entry for entry in transcript.of("sent") if entry.message is not None)


def test_nobody_is_dunned_who_is_settled_disputed_or_not_overdue(transcript, rows):
    """Of every pressing message, by the row and the day on which it went out."""
    pressing = [entry for entry in sent(transcript) if entry.presses]
    assert len(pressing) > 3 * len({entry.debtor for entry in transcript})
    for entry in pressing:
        row = rows[entry.receivable]
        assert row.due < entry.day < row.settled, str(entry)
        assert not row.is_disputed(entry.day), str(entry)


def test_nobody_is_reminded_who_has_settled(transcript, rows):
    """Reminders come up to the due date."""
    for entry in sent(transcript):
        row = rows[entry.receivable]
        assert entry.debtor == row.customer
        if entry.step == "lembrete":
            assert entry.day < row.settled, str(entry)
            assert entry.day <= row.due + timedelta(days=4), str(entry)  # the effective one, after days without banks


def test_thanks_come_after_the_money(transcript, rows):
    """All the money of a customer up to that day covers what the customer was thanked for, less the tolerance."""
    thanked: dict[str, int] = {}
    for entry in sent(transcript):
        if entry.step == "obrigado":
            row, customer = rows[entry.receivable], entry.debtor
            thanked[customer] = thanked.get(customer, 0) + row.centavos - 100
            paid = sum(
                each.centavos for each in rows.values() if each.customer == customer and each.settled < entry.day
            )
            assert thanked[customer] <= paid, str(entry)


def test_every_undisputed_row_that_stays_overdue_is_dunned(transcript, rows):
    """And no disputed one; every settled row is thanked."""
    told = {entry.debtor for entry in transcript}
    rows = {number: row for number, row in rows.items() if row.customer in told}
    dunned = {entry.receivable for entry in sent(transcript) if entry.presses}
    thanked = {entry.receivable for entry in sent(transcript) if entry.step == "obrigado"}
    undisputed = {number: row for number, row in rows.items() if not row.disputed and row.centavos >= MINIMUM}
    late = {number for number, row in undisputed.items() if (row.settled - row.due).days > CERTAIN}
    assert late <= dunned
    assert len(late) > 10
    assert not {number for number, row in rows.items() if row.disputed} & dunned
    assert thanked == set(rows)


def test_nothing_is_sent_twice(transcript):
    """No step twice for one receivable; everything was delivered."""
    assert max(Counter((entry.step, entry.receivable) for entry in sent(transcript)).values()) == 1
    assert len(transcript.of("sent")) == len(transcript.of("delivered"))
    assert not transcript.of("failed", "unknown", "put-off")


def test_the_same_comes_to_the_same_again(few, of_few):
    """Byte for byte."""
    assert str(simulated(few)) == str(of_few)


def test_a_twelfth_comes_to_its_part_of_a_sixth(few, of_few, transcript):
    """Debtors have nothing to do with each other."""
    chosen = {event.debtor for event in few}
    whole = [str(entry) for entry in transcript if entry.debtor in chosen and entry.at_us <= of_few[-1].at_us]
    assert whole == str(of_few).splitlines()


def test_a_twelfth_comes_to_the_same_told_one_by_one(few, of_few):
    """Each fact as it became known, by a call of its own, after time has come to it."""
    with Simulation(POLICY, start=START) as sim:
        for event in sorted(few, key=lambda event: event.recorded_us):
            sim.advance(until=max(event.recorded_us, sim.now_us))
            sim.script(event)
        sim.advance(days=10)
        assert str(sim.transcript) == str(of_few)
