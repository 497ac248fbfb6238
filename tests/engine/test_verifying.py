"""What is recorded, held against itself: nothing is told where nothing is wrong, and each tampering is named."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest
from attrs import evolve
from counter import POLICY, Counter, Line, clock, settled
from tests.simulation.storm import Storm, moves_of, versions

from regua.builtin.memory import MemoryStore
from regua.builtin.sqlite import SqliteStore
from regua.core.calendars import WeekdayCalendar
from regua.engine.basis import read_basis
from regua.engine.verifying import Finding
from regua.errors import MoveError
from regua.ports import Capabilities, Message, Receipt, Rejected, Retryable, Store, Unknown
from regua_postgres import PostgresStore

ANSWERS = {
    "ana": Receipt(reference="ref"),
    "bia": Retryable(reason="busy"),
    "caio": Unknown("no answer"),
    "davi": Rejected("spam"),
}


def lived(store: Store) -> Counter:
    """A shop with one debtor sent to, one tried again, one of an unknown fate, one refused; then ana paid."""
    counter = Counter(store=store)
    counter.bill_others(*ANSWERS)

    def answer(message: Any) -> Receipt:
        said = ANSWERS[message.debtor] if message.attempt == 1 else Receipt(reference="ref")
        if isinstance(said, Exception):
            raise said
        return said

    counter.email.answer = answer
    counter.run("2026-04-15 09:00")
    counter.run("2026-04-15 10:00")
    counter.loja.record(settled("nf-ana", "ana", when="2026-04-15 11:00"))
    counter.run("2026-04-16 10:00")
    counter.run("2026-04-23 10:00")
    return counter


class Asked(Line):
    """A channel that can be asked, and knows nothing yet."""

    def find(self, key: str) -> Receipt | None:
        """It cannot be said."""
        raise Retryable(reason=key)


def silent(_: Message) -> Receipt:
    """No answer came."""
    raise Unknown("silence")


def findings(counter: Counter) -> list[Finding]:
    """Everything that does not agree."""
    return [finding for verified in counter.loja.verify() for finding in verified.findings]


def test_nothing_is_wrong(store: Store):
    """Sent, tried again, refused, unknown, paid: all of it agrees, and was looked at."""
    counter = lived(store)
    verified = list(counter.loja.verify())
    assert [each.debtor for each in verified] == ["ana", "bia", "caio", "davi", ""]
    assert all(each.findings == () for each in verified)
    assert [each.attempts for each in verified] == [2, 3, 2, 2, 0]
    assert verified[-1].policies == 1


@pytest.mark.one_python
@pytest.mark.parametrize("seed", [3, 8])
def test_nothing_is_wrong_in_a_storm(seed: int):
    """Workers die, providers lie, facts race the sends, unknowns are sent once more: it agrees, and so it moves."""
    with Storm(seed) as sim:
        for move in islice(moves_of(seed), 40):
            sim.move(move)
        verified = list(sim.creditor.verify())
        assert [str(finding) for each in verified for finding in each.findings] == []
        assert sum(each.attempts for each in verified) > 5
        file = "".join(sim.creditor.export(personal_data=True))
        there = Counter(store=MemoryStore(), policies=versions(), at=datetime.fromtimestamp(sim.now_us // 10**6, UTC))
        there.loja.import_events(BytesIO(file.encode()))
        assert "".join(there.loja.export(personal_data=True)) == file
        assert findings(there) == []


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of such a shop; its triggers are gone."""
    path = tmp_path_factory.mktemp("lived") / "r.sqlite3"
    with closing(SqliteStore.open(f"sqlite:///{path}", durable=False)) as store:
        lived(store)
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def shop(file: Path, tmp_path: Path) -> Iterator[Counter]:
    """A shop on a copy of it, a day later."""
    copy = Path(shutil.copy(file, tmp_path))
    with closing(SqliteStore.open(f"sqlite:///{copy}", durable=False)) as store:
        yield Counter(store=store, at=clock("2026-04-24 10:00"))


TAMPERED = [
    (
        "UPDATE regua_event SET line = replace(line, '150.00', '15.00') WHERE event = 'nf-bia/issued'",
        {("bia", "digest")},
    ),
    (
        "DELETE FROM regua_event WHERE event = 'nf-bia/issued'",
        {("bia", "facts"), ("bia", "number"), ("bia", "digest"), ("bia", "status")},
    ),
    (
        "DELETE FROM regua_event WHERE event = 'bia/sms/consent'",
        {("bia", "facts"), ("bia", "number"), ("bia", "digest")},
    ),
    ("DELETE FROM regua_event WHERE event = 'nf-ana/paid'", {("ana", "facts"), ("ana", "digest")}),
    (
        "UPDATE regua_event SET line = replace(line, '150.00', '149.00') WHERE event = 'nf-ana/paid'",
        {("ana", "digest")},
    ),
    ("UPDATE regua_account SET digest = '' WHERE debtor = 'ana'", {("ana", "digest")}),
    ("UPDATE regua_account SET wakeup_us = NULL WHERE debtor = 'davi'", {("davi", "wakeup")}),
    ("UPDATE regua_account SET wakeup_us = 99999999999999999 WHERE debtor = 'davi'", {("davi", "wakeup")}),
    ("UPDATE regua_attempt SET basis = '' WHERE debtor = 'caio'", {("caio", "digest")}),
    ("UPDATE regua_attempt SET channel = 'sms' WHERE debtor = 'davi' AND channel = 'email'", {("davi", "channel")}),
    ("UPDATE regua_attempt SET key = 'other' WHERE debtor = 'ana' AND intent_us < 1776300000000000", {("ana", "key")}),
    ("UPDATE regua_attempt SET content_hash = 'x' WHERE debtor = 'caio'", {("caio", "content")}),
    ("UPDATE regua_attempt SET intent_us = intent_us + 1 WHERE debtor = 'caio'", {("caio", "intent")}),
    ("UPDATE regua_attempt SET contact = 'c/1' WHERE debtor = 'ana'", {("ana", "contact"), ("ana", "key")}),
    ("UPDATE regua_attempt SET kind = 'task' WHERE debtor = 'davi'", {("davi", "kind")}),
    (
        "UPDATE regua_attempt SET version = version - 1 WHERE debtor = 'caio'",
        {("caio", "number"), ("caio", "digest")},
    ),
    (
        "UPDATE regua_attempt SET members = json_array('f' || substr(action, 2)) WHERE debtor = 'caio'",
        {("caio", "fact"), ("caio", "row")},
    ),
    ("UPDATE regua_attempt SET basis = '{}' WHERE debtor = 'caio'", {("caio", "digest")}),
    ("UPDATE regua_attempt SET outcome = 'accepted' WHERE outcome = 'unknown'", {("caio", "outcome")}),
    ("UPDATE regua_attempt SET outcome = 'unknown' WHERE debtor = 'davi'", {("davi", "outcome")}),
    ("UPDATE regua_attempt SET outcome = NULL WHERE debtor = 'davi'", {("davi", "outcome")}),
    ("UPDATE regua_attempt SET reference = 'x' WHERE reference = 'ref'", {(each, "reference") for each in ANSWERS}),
    ("UPDATE regua_attempt SET reason = 'x' WHERE debtor IN ('bia', 'davi')", {("bia", "reason"), ("davi", "reason")}),
    ("UPDATE regua_attempt SET receipt_us = receipt_us + 1 WHERE debtor = 'caio'", {("caio", "receipt")}),
    ("DELETE FROM regua_attempt WHERE debtor = 'davi'", {("davi", "attempt"), ("davi", "attempts")}),
    ("UPDATE regua_action SET state = 'pending' WHERE debtor = 'caio' AND state = 'unknown'", {("caio", "state")}),
    ("UPDATE regua_action SET state = 'pending' WHERE debtor = 'davi' AND state = 'failed'", {("davi", "state")}),
    ("UPDATE regua_action SET attempts = 0 WHERE debtor = 'ana'", {("ana", "attempts")}),
    ("DELETE FROM regua_action WHERE debtor = 'davi'", {("davi", "row")}),
    ("UPDATE regua_account SET version = 0 WHERE debtor = 'bia'", {("bia", "facts")}),
    ("DELETE FROM regua_account WHERE debtor = 'bia'", {("bia", "facts"), ("bia", "digest"), ("bia", "wakeup")}),
    ("UPDATE regua_attempt SET epoch = 9 WHERE debtor = 'ana' AND kind = 'message'", {("ana", "epoch")}),
    ("UPDATE regua_attempt SET epoch = 0 WHERE debtor = 'ana'", {("ana", "epochs")}),
    ("UPDATE regua_action SET epoch = 0 WHERE debtor = 'davi'", {("davi", "epoch")}),
    ("UPDATE regua_action SET owner = 'w9' WHERE debtor = 'ana'", {("ana", "owner")}),
    ("UPDATE regua_action SET contact = 'c9' WHERE debtor = 'davi'", {("davi", "contact")}),
    ("UPDATE regua_action SET contact = '' WHERE debtor = 'ana'", {("ana", "contact")}),
    ("UPDATE regua_action SET reason = 'x' WHERE debtor = 'ana' AND state = 'sent'", {("ana", "reason")}),
    ("UPDATE regua_action SET reason = '' WHERE state = 'failed'", {("davi", "reason")}),
    ("UPDATE regua_action SET reason = 'x' WHERE state = 'unknown'", {("caio", "reason")}),
    ("UPDATE regua_action SET state = 'suppressed', reason = 'x' WHERE state = 'failed'", {("davi", "reason")}),
    ("UPDATE regua_action SET ask_us = 99999999999999999 WHERE state = 'unknown'", {("caio", "time")}),
    ("UPDATE regua_policy SET text = replace(text, 'D-5', 'D-4')", {("", "fingerprint")}),
    ("UPDATE regua_policy SET text = 'nothing'", {("", "fingerprint")}),
    ("UPDATE regua_event SET line = '{' WHERE event = 'nf-bia/issued'", {("bia", "record")}),
]


@pytest.mark.parametrize(("statement", "expected"), TAMPERED)
def test_what_was_tampered_with(shop: Counter, statement: str, expected: set[tuple[str, str]]):
    """Each change that somebody makes in the database, past its triggers, is named, and of nobody else anything is."""
    with closing(sqlite3.connect(shop.store.path)) as connection, connection:  # type: ignore[attr-defined]
        assert connection.execute(statement).rowcount > 0
    found = {(each.debtor, each.what.split(" of ")[0]) for each in findings(shop)}
    assert expected <= found
    assert {debtor for debtor, _ in found} == {debtor for debtor, _ in expected}


def test_what_is_asked_for_is_asked_in_time(memory: MemoryStore):
    """Of what nobody knows, the provider is asked; who puts that off for good, or strikes it out, is found."""
    asked = Capabilities(delivery="queryable", query_lag=timedelta(minutes=5))
    email = Asked(name="email", capabilities=asked, answer=silent)
    counter = Counter(store=memory, email=email)
    counter.bill_others("ana")
    assert counter.run("2026-04-15 09:00") == {"unknown": 1}
    assert findings(counter) == []
    (row,) = memory.load("loja", "ana").outbox
    for ask_us, told in ((None, "none"), (row.ask_us + 10**15, f"{row.ask_us + 10**15}")):
        with memory.transaction("loja") as transaction:
            record = transaction.load("ana")
            transaction.put("ana", [evolve(row, ask_us=ask_us)], wakeup_us=record.wakeup_us)
        (finding,) = findings(counter)
        assert str(finding).startswith(f"debtor ana, action {row.id}: time of asking {told}, now ")


def test_a_row_in_the_hands_of_another_than_who_sends(memory: MemoryStore):
    """While it is being sent, outbox and evidence say who does it under which epoch."""
    counter = Counter(store=memory)
    counter.bill_others("ana")
    found: list[str] = []

    def answer(_: Message) -> Receipt:
        (row,) = memory.load("loja", "ana").outbox
        for other in (row, evolve(row, owner="w9"), evolve(row, epoch=row.epoch + 1)):
            with memory.transaction("loja") as transaction:
                wakeup_us = transaction.load("ana").wakeup_us
                transaction.put("ana", [other], wakeup_us=wakeup_us)
            found.append(", ".join(finding.what for finding in findings(counter)))
        return Receipt()

    counter.email.answer = answer
    counter.run("2026-04-15 09:00")
    assert found == ["", "owner", "epoch"]


@pytest.mark.one_python
def test_an_account_that_is_gone_on_postgresql(postgres_url: str):
    """Its facts, which nobody may delete, tell of it."""
    with closing(PostgresStore.open(postgres_url, migrate=False)) as store:
        store.migrate()
        counter = Counter(store=store)
        counter.bill_others("ana", "bia")
        with closing(psycopg.connect(postgres_url, autocommit=True)) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("DELETE FROM regua_account WHERE debtor = 'ana'")
        verified = list(counter.loja.verify())
        assert [(each.debtor, bool(each.findings)) for each in verified] == [("bia", False), ("ana", True), ("", False)]
        (*_, finding) = [each for each in verified[1].findings if each.what == "facts"]
        assert (finding.recorded, finding.again) == ("0", f"{len(list(counter.loja.events('ana')))}")


def test_a_damaged_log_does_not_move(shop: Counter):
    """What is missing would be missing for good."""
    with closing(sqlite3.connect(shop.store.path)) as connection, connection:  # type: ignore[attr-defined]
        connection.execute("DELETE FROM regua_event WHERE event = 'nf-ana/paid'")
    with pytest.raises(MoveError, match=r"debtor 'ana' has \d+ facts, and its account counts \d+: the log is damaged"):
        list(shop.loja.export())


def test_other_holidays_than_at_the_time(shop: Counter):
    """A decision that comes out otherwise under another calendar is told with it."""
    closed = WeekdayCalendar(name="br-bancario", version="2")

    class Closed(WeekdayCalendar):
        """Nobody is contacted on any day."""

        def is_contact_holiday(self, day: Any, place: Any) -> bool:  # noqa: ARG002 - the port's shape
            """Always."""
            return True

    again = Counter(store=shop.store, at=shop.at, parts={"calendars": [Closed(name="br-bancario", version="2")]})
    found = [each for each in findings(again) if each.about.startswith("attempt")]
    assert found
    assert {each.what for each in found} == {"status"}
    assert all("calendar of loja@1: br-bancario-" in each.cause and ", now 2" in each.cause for each in found)
    same = Counter(store=shop.store, at=shop.at, parts={"calendars": [closed]})
    assert {each.what for each in findings(same)} <= {"status", "state"}


def test_other_law_and_other_clocks(shop: Counter):
    """What an attempt was decided under says what is another now."""
    (attempt, *_) = shop.store.attempts("loja", "ana")
    then = read_basis(attempt.basis)
    assert then is not None
    assert (then.law, then.clock) == ({}, "America/Sao_Paulo-03:00")
    now = evolve(then, law={"loja@1": "new"}, clock="America/Sao_Paulo-02:00")
    assert list(then.changes(then)) == []
    assert list(then.changes(now)) == [
        "legal packs of loja@1",
        "time zone data: America/Sao_Paulo-03:00, now America/Sao_Paulo-02:00",
    ]


def test_a_policy_that_is_gone():
    """What was decided under a version that nobody has any more is told."""
    there, store = lived(MemoryStore()), MemoryStore()
    for debtor in ANSWERS:
        record = there.store.load("loja", debtor)
        with store.transaction("loja") as transaction:
            transaction.append(debtor, record.events)
            transaction.put(debtor, record.outbox, wakeup_us=record.wakeup_us, digest=record.digest)
            for attempt in there.store.attempts("loja", debtor):
                transaction.begin(attempt)
    newer = POLICY.replace("version = 1", "version = 2")
    found = findings(Counter(store=store, policies=(newer,), at=there.at))
    assert {each.what for each in found} == {"status"}
    assert all("policy 'loja' version 1 of creditor 'loja' is not stored" in each.again for each in found)
