"""Hostile input and broken surroundings: what is refused is refused at the border, and one debtor holds up no other."""

import logging
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from attrs import evolve
from counter import IDENTITY, POLICY, Counter, Line, clock, facts_of, head, issued, settled

from regua import Engine, EventConflict, Money, events
from regua.builtin.memory import MemoryStore
from regua.builtin.sqlite import SqliteStore
from regua.core.dates import parse_date
from regua.engine import CreditorSettings
from regua.errors import DateError, EventError, PolicyError, SettingsError, StoreError
from regua.plugins import hookimpl
from regua.policyfile import load_policy
from regua.ports import Capabilities, Message, Receipt, Rejected, Retryable, Store, WebhookRequest

REMINDER = "2026-04-15 09:00"
OVERDUE = "2026-04-23 10:00"
LONG = "".join(sha256(bytes([number])).hexdigest() for number in range(60))
"""An id that PostgreSQL cannot pack, and so cannot put into an index."""
HOSTILE = [
    "{{7*7}}{% for a in b %}",
    "'; DROP TABLE regua_event; --",
    "\u202emoc.livrus@ana\u200f",
    "x" * 200,
    "\"ana\", 'bia' <a@b.invalid>, c@d.invalid",
    "../../etc/passwd%00%s%d{0}",
    "💸 Ωμέγα ﷽",
    "NULL",
    "=cmd|' /C calc'!A0",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a SQLite file that is not there yet."""
    return tmp_path / "regua.sqlite3"


@pytest.fixture
def disk(path: Path) -> Iterator[SqliteStore]:
    """A store on that file."""
    with closing(SqliteStore.open(f"sqlite:///{path}")) as store:
        yield store


@pytest.fixture
def counter(store: Store) -> Counter:
    """An engine on it, with a debtor and an invoice of R$ 150,00 due on Saturday 18 April."""
    return opened(store)


def opened(store: Store) -> Counter:
    """The same, on a given store."""
    made = Counter(store=store)
    made.open_account()
    made.bill()
    return made


def raising(error: BaseException) -> Callable[[Message], Receipt]:
    """A channel that raises it."""

    def answer(_: Message) -> Receipt:
        raise error

    return answer


def settings_of(*policies: object) -> CreditorSettings:
    """A creditor with these policies."""
    return CreditorSettings(policies=policies, **IDENTITY)  # type: ignore[arg-type]


def at_once(*work: Callable[[], object]) -> list[object]:
    """What each thread gives or raises, all started together."""
    ready = threading.Barrier(len(work))

    def run(each: Callable[[], object]) -> object:
        ready.wait(30)
        try:
            return each()
        except Exception as error:  # noqa: BLE001 - it is what the test looks at
            return error

    with ThreadPoolExecutor(len(work)) as pool:
        return [each.result(60) for each in [pool.submit(run, each) for each in work]]


# what is said


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(store: Store, text: str):
    """As an id and a name: stored and filled in as they are, and never carried out."""
    counter = opened(store)
    facts = [*facts_of("odd", channels=("email",)), evolve(issued("odd"), receivable=text)]
    counter.loja.record(*(evolve(fact, debtor=text) for fact in facts))
    records = {"odd-email": {"address": "odd@email.invalid", text: text}, "odd-person": {"name": text}}
    counter.loja.keep(text, records)
    assert counter.run(REMINDER) == {"sent": 2}
    [message] = [message for message in counter.email.got if message.debtor == text]
    assert message.to == "odd@email.invalid"
    assert "49" not in message.subject + message.text
    assert counter.store.kept("loja", text) == records
    assert {"ana", text} == set(counter.loja.debtors())
    assert text in counter.loja.explain(text)
    assert all(each.agrees for each in counter.loja.history(text).attempts)


@pytest.mark.parametrize(
    "text",
    ["ana@x.invalid, rui@x.invalid", "a@x.invalid;b@x.invalid", "a@x.invalid\r\nBcc: b@x.invalid", "Ana <a@x.invalid>"],
)
def test_an_address_that_would_be_several_is_refused(store: Store, text: str):
    """Whatever the channel would make of it; the step's next channel is taken."""
    counter = opened(store)
    counter.loja.keep("ana", {"ana-email": {"address": text}})
    counter.run(REMINDER)
    assert counter.email.got == []
    [failed] = [event for event in counter.loja.events("ana") if event.type == "action.failed"]
    assert failed.reason == "no single address is kept for the contact point"


def test_what_a_provider_says_of_a_person_is_not_kept(store: Store):
    """The log of events is for ever, and erasure does not reach it."""
    counter = opened(store)
    counter.loja.keep("ana", {"ana-person": {"name": "Ana Souza"}})

    def answer(message: Message) -> Receipt:
        raise Rejected(f"550 <{message.to}>\r\nno such user Ana Souza\x00" + "x" * 500)

    counter.email.answer = answer
    assert counter.run(REMINDER) == {"failed": 1}
    [failed] = [event for event in counter.loja.events("ana") if event.type == "action.failed"]
    assert failed.reason.startswith("550 <…> no such user … xxx")
    assert len(failed.reason) <= 150


@pytest.mark.parametrize(
    ("receipt", "result"),
    [
        (Receipt(reference=None), "sent"),  # type: ignore[arg-type]
        (Receipt(reference="\ud800"), "sent"),
        (Receipt(reference=123, reason="a\x00b\nc"), "sent"),  # type: ignore[arg-type]
        (Receipt(reference=LONG), "sent"),
        (Receipt(status="failed", reason=None), "failed"),  # type: ignore[arg-type]
        (Receipt(status="eaten"), "unknown"),  # type: ignore[arg-type]
    ],
)
def test_a_slightly_wrong_receipt_loses_nothing(store: Store, receipt: Receipt, result: str):
    """What cannot be kept of it is left out; what came of the action stands."""
    counter = opened(store)
    counter.email.answer = lambda _: receipt
    assert counter.run(REMINDER) == {result: 1}
    assert counter.run() == {}
    assert counter.states()["lembrete"] == result


def test_a_reason_of_several_lines_is_one(store: Store):
    """An SMTP reply often has them; the message is tried again."""
    counter = opened(store)

    def busy(_: Message) -> Receipt:
        raise Retryable(reason="450 later\n450 please\n" + "x" * 300)

    counter.email.answer = busy
    assert counter.run(REMINDER) == {"retried": 1}
    counter.email.answer = lambda _: Receipt()
    counter.later(minutes=2)
    assert counter.run() == {"sent": 1}


def test_a_payment_by_a_clock_that_is_ahead_stops_the_message(store: Store):
    """A host's clock is ten minutes ahead of the worker's: what it has recorded counts at once."""
    counter = opened(store)
    counter.at = clock("2026-04-23 10:00")
    ahead = head("pix", "ana", "2026-04-23 10:10")
    counter.loja.record(events.PaymentSettled(payment="pix", amount=Money.of("150.00"), receivables=("nf-1",), **ahead))
    assert counter.run() == {"retried": 1}
    assert counter.sms.got == []
    assert counter.run("2026-04-23 10:11") == {}
    assert counter.states()["atraso"] == "suppressed"


def test_a_due_date_moved_by_a_clock_that_is_ahead_stops_the_message(store: Store):
    """The plan of a few minutes later knows nothing of the old occurrence any more."""
    counter = opened(store)
    counter.at = clock("2026-04-23 10:00")
    ahead = head("moved", "ana", "2026-04-23 10:10")
    counter.loja.record(events.InvoiceAmended(receivable="nf-1", due=parse_date("2026-05-29"), **ahead))
    assert counter.run() == {"retried": 1}
    assert counter.sms.got == []
    assert counter.run("2026-04-23 10:11") == {}


def test_observers_hear_nothing_of_a_hosts_open_transaction(tmp_path: Path):
    """It may still be rolled back."""
    heard: list[str] = []

    class Observer:
        @hookimpl
        def regua_event_recorded(self, event: events.Event) -> None:
            heard.append(event.id)

    store = SqliteStore.open(f"sqlite:///{tmp_path}/r.sqlite3")
    with closing(store), closing(sqlite3.connect(tmp_path / "r.sqlite3", isolation_level=None)) as host:
        counter = Counter(store=store, parts={"plugins": [Observer()]})
        host.execute("BEGIN")
        counter.loja.record(issued(), using=host)
        host.execute("ROLLBACK")
        assert (heard, list(counter.loja.debtors())) == ([], [])
        counter.loja.record(issued())
        assert heard == ["nf-1/issued"]


@pytest.mark.parametrize("text", ["", "a\nb", "a\rb", "a\x00b", " a", "a ", "a\u2028b", "\ud800", "x" * 201, "\x1b[2J"])
def test_ids_that_are_no_ids_are_refused_where_they_are_made(text: str):
    """No store or log ever sees them."""
    for facts in (
        lambda: issued(text),
        lambda: issued(debtor=text),
        lambda: evolve(issued(), id=text),
        lambda: issued(creditor=text),
    ):
        with pytest.raises(EventError, match=r"identifier"):
            facts()


@pytest.mark.parametrize("text", ["", "a\x00b", "\ud800", "x" * 201])
def test_ids_that_are_no_ids_are_refused_where_personal_data_goes(store: Store, text: str):
    """By every store alike, and without repeating them; a reference may be empty, as in events."""
    loja = Counter(store=store).loja
    for call in (
        lambda: loja.keep(text, {"email": {"address": "ana@x.invalid"}}),
        lambda: loja.keep("ana", {text or "\x00": {"address": "ana@x.invalid"}}),
        lambda: loja.erase(text),
    ):
        with pytest.raises(EventError, match="this is no id of a debtor, and no reference"):
            call()


@pytest.mark.parametrize("text", ["", "a\x00b", "\ud800", "x" * 201])
def test_ids_that_are_no_ids_are_refused_where_somebody_asks(store: Store, text: str):
    """By every store alike, with what `record` says of them, and not with an error of its driver."""
    loja = Counter(store=store).loja
    for ask in (
        lambda: loja.schedule(text),
        lambda: loja.explain(text),
        lambda: loja.history(text),
        lambda: list(loja.events(text)),
        lambda: list(loja.verify(text)),
        lambda: loja.dossier(text),
        lambda: loja.keeps(text),
        lambda: loja.resolve(text, sent=True, by="rita", reason="seen"),
    ):
        with pytest.raises(EventError, match="this is no id of a"):
            ask()


@pytest.mark.parametrize("value", ["ana\udc80@x.invalid", 5, None, b"ana"])
def test_personal_data_that_is_no_text_is_refused(counter: Counter, value: object):
    """When it is kept, by every store alike, and without repeating it; later it would hold up a whole run."""
    with pytest.raises(ValueError, match="'address' of 'ana-email'") as raised:
        counter.loja.keep("ana", {"ana-email": {"address": value}})  # type: ignore[dict-item]
    assert "ana\\udc80@" not in repr(raised.value)
    assert counter.run(REMINDER) == {"sent": 1}
    assert counter.email.got[0].to == "ana@email.invalid"


def test_events_in_any_order_of_one_call(store: Store):
    """The payment first, the invoice last, the retraction before what it retracts."""
    counter = Counter(store=store)
    facts = [
        *facts_of("ana"),
        issued(),
        settled(when="2026-04-10 10:00", amount="50.00"),
        events.EventRetracted(event="nf-1/paid", reason="typed twice", **head("oops", "ana", "2026-04-11 10:00")),
        events.DisputeOpened(dispute="d", receivables=("nf-1",), **head("d", "ana", "2026-04-12 10:00")),
    ]
    schedules = set()
    for seed in range(6):
        shuffled = random.Random(seed).sample(facts, len(facts))  # noqa: S311 - an order
        with counter.another(store=MemoryStore()) as engine:
            engine.creditor().record(*shuffled)
            schedules.add(engine.creditor().schedule("ana").fingerprint)
    assert len(schedules) == 1


def test_nothing_recorded_is_nothing(counter: Counter):
    """No event, no version, no error."""
    before = counter.store.load("loja", "ana")
    assert counter.loja.record() == ()
    counter.loja.keep("ana", {})
    assert counter.store.load("loja", "ana") == before


@pytest.mark.parametrize("limit", [0, -1, -(2**70)])
def test_a_limit_of_nothing_carries_out_nothing(counter: Counter, limit: int):
    """And claims nothing, either."""
    assert counter.run(REMINDER, limit=limit) == {}
    assert counter.run(limit=1) == {"sent": 1}
    assert counter.run(limit=1) == {}


@pytest.mark.parametrize("year", [1900, 1969, 2300, 2999])
def test_facts_of_another_age(counter: Counter, year: int):
    """An invoice, a payment and a hold of then: recorded, planned, and a run ends."""
    when = {"at": datetime(year, 6, 1, tzinfo=UTC), "recorded_at": clock("2026-04-01 11:00")}
    about = {"creditor": "loja", "debtor": "ana", **when}
    due = parse_date(f"{year:04d}-06-20")
    counter.loja.record(
        events.InvoiceIssued(id="a", receivable="old", amount=Money.of("1.00"), due=due, **about),
        events.PaymentSettled(id="b", payment="b", amount=Money.of("0.50"), receivables=("old",), **about),
        events.HoldPlaced(id="c", hold="c", receivables=("old",), **about),
    )
    assert counter.run(REMINDER)["sent"] == 1
    assert counter.run() == {}
    assert {"a", "b", "c"} <= {event.id for event in counter.loja.events("ana")}
    assert counter.loja.schedule("ana").all


def test_facts_that_were_learnt_in_the_future(counter: Counter):
    """The host's clock is an hour ahead of the engine's: a payment that took effect stops what is due all the same."""
    paid = settled(when="2026-04-23 09:00", known="2026-04-23 11:00")
    counter.at = clock("2026-04-23 09:30")
    counter.loja.record(paid)
    assert counter.run(OVERDUE) == {}
    assert counter.sms.got == []


def test_an_instant_without_a_zone_is_refused(counter: Counter):
    """Wherever one is given."""
    naive = datetime(2026, 4, 15, 9)  # noqa: DTZ001 - it is what the test is about
    for call in (
        lambda: counter.loja.schedule("ana", as_of=naive),
        lambda: counter.loja.schedule("ana", until=naive),
        lambda: counter.loja.explain("ana", as_of=naive),
        lambda: evolve(issued(), at=naive),
        lambda: evolve(issued(), recorded_at=naive),
        lambda: counter.another(now=lambda: naive).run_due(),
    ):
        with pytest.raises(DateError):
            call()


# many


def test_five_thousand_facts_of_one_debtor(store: Store):
    """In one call, and then one more at a time."""
    counter = opened(store)
    replies = [
        events.ReplyReceived(channel="email", **head(f"r{number}", "ana", f"2026-04-0{1 + number % 9} 11:00"))
        for number in range(5_000)
    ]
    counter.at = clock("2026-04-10")
    assert len(counter.loja.record(*replies)) == 5_000
    counter.bill("nf-2", when="2026-04-10 11:00")
    assert counter.run(REMINDER) == {"sent": 1}
    assert counter.store.load("loja", "ana").version == 5_011


def test_a_thousand_due_at_once():
    """Each of them once, whatever the limit."""
    counter = Counter(store=MemoryStore())
    for number in range(1_000):
        name = f"d{number}"
        counter.loja.record(*facts_of(name, channels=("email",)), issued(f"nf-{number}", name))
        counter.loja.keep(name, {f"{name}-email": {"address": f"{name}@email.invalid"}})
    counter.loja.keep("d0", {"d0-person": {"name": "Dora"}})
    assert counter.run(REMINDER, limit=1) == {"sent": 1}
    assert counter.run(limit=10_000) == {"sent": 999}
    assert counter.run(limit=10_000) == {}
    assert len({message.to for message in counter.email.got}) == len(counter.email.got) == 1_000


# the clock


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(minutes=30), timedelta(days=30)])
def test_a_clock_that_goes_back_sends_nothing_again(counter: Counter, back: timedelta):
    """A fact of the debtor plans it anew as of an instant before the sending: what was done stays done."""
    counter.run("2026-04-15 09:45")
    counter.at -= back
    counter.bill("nf-2", when="2026-04-14 10:00")
    counter.loja.record(events.ReplyReceived(channel="email", **head("r", "ana", "2026-04-14 11:00")))
    for _ in range(3):
        counter.run()
        counter.later(minutes=5)
    assert len([message for message in counter.email.got if message.attempt > 1]) == 0
    counter.run("2026-04-15 19:00")
    assert [message.attempt for message in counter.email.got] == [1, 1]
    assert [row.state for row in counter.store.load("loja", "ana").outbox] == ["sent", "sent"]


def test_a_clock_that_goes_back_keeps_the_caps(counter: Counter):
    """What is due in the meantime waits until the clock has come to what was done, and says so."""
    counter.run("2026-04-15 09:45")
    counter.at -= timedelta(minutes=40)
    counter.bill("nf-2")
    assert counter.run() == {"stuck": 1}
    rows = counter.store.load("loja", "ana").outbox
    assert [(row.state, row.reason) for row in rows] == [("sent", ""), ("pending", "clock-went-back")]
    assert counter.run("2026-04-15 09:45") == {"sent": 1}


@pytest.mark.parametrize("ending", ["unknown", "transient", "permanent", "accepted"])
def test_a_clock_that_goes_back_while_sending(counter: Counter, ending: str):
    """What came of it is written before it began, and is the same."""

    def answer(_: Message) -> Receipt:
        counter.at -= timedelta(hours=1)
        if ending == "transient":
            raise Retryable
        status = {"unknown": "unknown", "permanent": "failed", "accepted": "accepted"}[ending]
        return Receipt(status=status)  # type: ignore[arg-type]

    counter.email.answer = answer
    counter.run("2026-04-15 10:30")
    counter.bill("nf-2", when="2026-04-14 10:00", due="2026-06-01")
    counter.run()
    [state] = [row.state for row in counter.store.load("loja", "ana").outbox]
    assert state == {"unknown": "unknown", "transient": "pending", "permanent": "failed", "accepted": "sent"}[ending]


# what cannot be planned


@pytest.fixture
def moved_on() -> Callable[[Counter], Engine]:
    """An engine that no longer has the policy of what is in flight: it was built in Python, and is in no file."""

    def make(counter: Counter, **parts: object) -> Engine:
        newer = load_policy(POLICY.replace("version = 1", "version = 2"))
        return counter.another(creditors={"loja": settings_of(newer)}, **parts)

    return make


def dying(store: Store) -> Counter:
    """A worker that dies while it sends to ana."""
    counter = Counter(store=store, policies=(load_policy(POLICY),))
    counter.open_account()
    counter.bill()
    lives = [True]

    class KilledError(BaseException):
        """As kill -9 would."""

    def now() -> datetime:
        if not lives:
            raise KilledError
        return counter.at

    def answer(_: Message) -> Receipt:
        lives.clear()
        raise KilledError

    counter.email.answer = answer
    counter.at = clock(REMINDER)
    with pytest.raises(KilledError):
        counter.another(now=now).run_due()
    counter.email.answer = lambda _: Receipt()
    return counter


def test_a_dead_workers_debtor_that_cannot_be_planned_holds_up_nobody(moved_on: Callable[[Counter], Engine]):
    """What it held becomes unknown; the others get their messages."""
    store = MemoryStore()
    counter = dying(store)
    store.bury(store.owner())
    engine = moved_on(counter)
    engine.creditor().record(*facts_of("bia"), issued("nf-2", "bia"))
    engine.creditor().keep("bia", {"bia-email": {"address": "bia@email.invalid"}})
    done = engine.run_due()
    assert (done.sent, done.stuck) == (1, 1)
    assert [row.state for row in store.load("loja", "ana").outbox] == ["unknown"]
    assert [each.outcome for each in store.attempts("loja", "ana")] == ["unknown"]


def test_a_receipt_is_kept_of_a_debtor_that_cannot_be_planned(store: Store, moved_on: Callable[[Counter], Engine]):
    """While the message is on its way another engine records what this one cannot plan."""
    counter = Counter(store=store, policies=(load_policy(POLICY),))
    counter.open_account()
    counter.bill()
    newer = moved_on(counter)

    def answer(_: Message) -> Receipt:
        newer.creditor().record(issued("nf-2", policy="loja", policy_version=2))  # a fact is a fact
        return Receipt(reference="r-1")

    counter.email.answer = answer
    assert counter.run(REMINDER)["sent"] == 1
    [attempt] = store.attempts("loja", "ana")
    assert (attempt.outcome, attempt.reference) == ("accepted", "r-1")
    assert store.load("loja", "ana").outbox[0].state == "sent"
    assert store.held("loja") == ()


VERSIONS = (POLICY, POLICY.replace("version = 1", "version = 2"))


def test_a_report_is_taken_of_a_debtor_that_cannot_be_planned(moved_on: Callable[[Counter], Engine]):
    """The provider would say it again for days, and then no more."""
    store = MemoryStore()
    counter = dying(store)
    store.bury(store.owner())
    engine = moved_on(counter)
    engine.run_due()
    counter.email.said = [Receipt(status="delivered", key=counter.email.got[0].key)]
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"", received_at=counter.at)
    assert [event.type for event in engine.receive("email", request)] == ["action.sent", "action.delivered"]
    assert [row.state for row in store.load("loja", "ana").outbox] == ["sent"]


@pytest.mark.parametrize(("said", "state"), [("accepted", "sent"), ("busy", "unknown"), ("refused", "unknown")])
def test_a_worker_that_was_taken_for_dead(said: str, state: str):
    """What it brought about counts; what failed there is no longer its to say, and is not tried again."""
    store = MemoryStore()
    counter = opened(store)

    def answer(_: Message) -> Receipt:
        store.bury(store.owner())
        with counter.another() as other:
            other.run_due()
        assert [row.state for row in store.load("loja", "ana").outbox] == ["unknown"]
        if said == "accepted":
            return Receipt()
        raise Retryable if said == "busy" else Rejected("spam")

    counter.email.answer = answer
    counter.run(REMINDER)
    counter.later(hours=2)
    assert counter.run() == {}
    assert [row.state for row in store.load("loja", "ana").outbox] == [state]
    assert len(counter.email.got) == 1


def test_a_plugin_that_cannot_say_what_it_can_do_holds_up_nobody(counter: Counter):
    """Its own actions wait for an hour, with the reason; the others go out."""

    class Broken(Line):
        """It asks somebody who is not there."""

        @property
        def capabilities(self) -> Capabilities:
            raise ZeroDivisionError

        @capabilities.setter
        def capabilities(self, _: Capabilities) -> None:
            """As attrs sets it."""

    counter.loja.record(*facts_of("bia", channels=("sms",)), issued("nf-2", "bia", due="2026-04-10"))
    counter.loja.keep("bia", {"bia-sms": {"address": "bia@sms.invalid"}})
    with counter.another(channels={"email": Broken(), "sms": counter.sms}) as engine:
        counter.at = clock(REMINDER)
        done = engine.run_due()
    assert (done.stuck, done.sent) == (1, 1)
    [row] = counter.store.load("loja", "ana").outbox
    assert row.reason == "channel 'email' does not say what it can do: ZeroDivisionError"


def test_an_invoice_that_a_provider_brings_comes_back_as_it_was_recorded(counter: Counter):
    """With the policy that governs it."""
    counter.email.said = [issued("nf-2")]
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"", received_at=counter.at)
    [event] = counter.engine.receive("email", request)
    assert (event.policy, event.policy_version) == ("loja", 1)
    assert counter.engine.receive("email", request) == ()


# the disk


def connection_of(store: SqliteStore) -> sqlite3.Connection:
    """That of this thread: a disk is full for a connection, and plugins are called in threads of their own."""
    with store._connections.using() as connection:  # noqa: SLF001
        return connection


def fill(store: SqliteStore, spare: int = 0, *, connection: sqlite3.Connection | None = None) -> None:
    """Let the disk be full, for this thread."""
    connection = connection or connection_of(store)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + spare}")


def empty(store: SqliteStore) -> None:
    """There is room again."""
    with store._connections.using() as connection:  # noqa: SLF001
        connection.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_refuses_facts_and_loses_none(disk: SqliteStore):
    """What was not taken was not stored, and with room again it goes on."""
    counter = opened(disk)
    fill(disk)
    many = [issued(f"nf-{number}") for number in range(2, 200)]
    with pytest.raises(StoreError, match="full"):
        counter.loja.record(*many)
    assert [event.id for event in counter.loja.events("ana")][-1] == "nf-1/issued"
    empty(disk)
    assert len(counter.loja.record(*many)) == 198


def test_a_receipt_that_a_full_disk_could_not_take_is_stored_later(disk: SqliteStore):
    """The provider has accepted it: no doubt about that arises, and nothing stays as if it were being sent."""
    counter = opened(disk)
    counter.bill_others("bia")
    worker = connection_of(disk)

    def answer(message: Message) -> Receipt:
        fill(disk, connection=worker)
        return Receipt(reference=message.key * 30)

    counter.email.answer = answer
    with pytest.raises(StoreError, match="full"):
        counter.run(REMINDER)
    with pytest.raises(StoreError, match="full"):
        counter.run()
    empty(disk)
    counter.email.answer = lambda _: Receipt()
    assert counter.run() == {"sent": 2}
    assert counter.state_of("ana", "bia") == ["sent", "sent"]
    first = disk.attempts("loja", "ana")[0]
    assert (first.outcome, first.reference) == ("accepted", first.key * 30)
    assert len(counter.email.got) == 2


@pytest.mark.parametrize("spare", range(6))
def test_a_disk_that_fills_at_any_moment(disk: SqliteStore, spare: int):
    """Nothing is sent twice, and once there is room nothing is left behind."""
    counter = Counter(store=disk)
    for number in range(12):
        name = f"d{number}"
        counter.loja.record(*facts_of(name, channels=("email",)), issued(f"nf-{number}", name))
        counter.loja.keep(name, {f"{name}-email": {"address": f"{name}@email.invalid"}})
    counter.at = clock(REMINDER)
    fill(disk, spare)
    for _ in range(3):
        try:
            counter.run()
        except StoreError as error:
            assert "full" in str(error)  # noqa: PT017 - it may or may not be
    empty(disk)
    counter.later(hours=2)
    counter.run()
    keys = [message.key for message in counter.email.got]
    assert len(keys) == len(set(keys)) == 12
    assert {row.state for number in range(12) for row in disk.load("loja", f"d{number}").outbox} == {"sent"}


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_taken_away_takes_no_more_facts(
    disk: SqliteStore, path: Path, tmp_path: Path, *, replaced: bool
):
    """The system would go on writing to what nobody finds any more; the error names the file."""
    counter = opened(disk)
    path.unlink()
    if replaced:
        with closing(SqliteStore.open(f"sqlite:///{tmp_path}/other.sqlite3")):
            (tmp_path / "other.sqlite3").rename(path)
    for call in (
        lambda: counter.bill("nf-2"),
        lambda: counter.run(REMINDER),
        lambda: counter.loja.schedule("ana"),
    ):
        with pytest.raises(StoreError, match=r"regua\.sqlite3 was removed or replaced"):
            call()
    assert counter.email.got == []


def test_a_file_that_may_only_be_read(disk: SqliteStore):
    """It is told at the write; reading goes on, and nothing was sent."""
    counter = opened(disk)
    with disk._connections.using() as connection:  # noqa: SLF001 - as a file system that is mounted again, read-only
        connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="readonly"):
        counter.bill("nf-2")
    with pytest.raises(StoreError, match="readonly"):
        counter.run(REMINDER)
    assert counter.loja.schedule("ana").due
    assert counter.email.got == []


def test_an_interrupt_on_a_full_disk_leaves_no_claim_behind(disk: SqliteStore):
    """What could not be given back then is given back with the next run of the same process."""
    counter = opened(disk)
    counter.bill_others("bia", "caio", "davi", "eva")

    worker = connection_of(disk)

    def answer(_: Message) -> Receipt:
        worker.execute("PRAGMA query_only = ON")
        raise KeyboardInterrupt

    counter.email.answer = answer
    with pytest.raises((KeyboardInterrupt, StoreError)):
        counter.run(REMINDER)
    assert len(disk.held("loja")) == 5
    with disk._connections.using() as connection:  # noqa: SLF001
        connection.execute("PRAGMA query_only = OFF")
    counter.email.answer = lambda _: Receipt()
    assert counter.run() == {"sent": 4, "unknown": 1}
    assert sorted(counter.state_of("ana", "bia", "caio", "davi", "eva")) == ["sent"] * 4 + ["unknown"]


# connections


def test_connections_that_cannot_serve(disk: SqliteStore, path: Path, tmp_path: Path):
    """Closed, to another file, in memory, of another thread, or none at all: refused, and nothing is stored."""
    counter = opened(disk)
    gone = sqlite3.connect(path)
    gone.close()
    with (
        closing(sqlite3.connect(tmp_path / "x")) as other,
        closing(sqlite3.connect(":memory:")) as nowhere,
        ThreadPoolExecutor(1) as elsewhere,  # only the thread that opened a connection may close it
    ):
        foreign = elsewhere.submit(sqlite3.connect, path).result()
        for using in (gone, other, nowhere, foreign, "sqlite:///x", 0):
            with pytest.raises(ValueError, match="using="):
                counter.loja.record(issued("nf-2"), using=using)
            with pytest.raises(ValueError, match="using="):
                counter.loja.keep("ana", {"ana-email": {"address": "x"}}, using=using)
        elsewhere.submit(foreign.close).result()
    assert "nf-2/issued" not in {event.id for event in counter.loja.events()}


def test_what_the_host_rolls_back_never_was(disk: SqliteStore, path: Path):
    """Neither in the store nor in what the engine remembers: the same id may come with other content."""
    counter = opened(disk)
    with closing(sqlite3.connect(path, isolation_level=None)) as host:
        host.execute("BEGIN")
        counter.loja.record(issued("nf-2"), using=host)
        host.execute("ROLLBACK")
    counter.bill("nf-2", amount="99.00")
    amounts = {str(action.amount) for action in counter.loja.schedule("ana").all if action.receivable == "nf-2"}
    assert amounts == {"99.00 BRL"}


# threads


def test_one_event_with_two_contents_at_once(store: Store):
    """Exactly one of them is recorded; the other is refused."""
    counter = opened(store)
    for number in range(10):
        names = [f"n-{number}"] * 2
        facts = [issued(name, amount=f"{100 + place}.00") for place, name in enumerate(names)]
        results = at_once(*(lambda fact=fact: counter.loja.record(fact) for fact in facts))
        assert sorted(type(result).__name__ for result in results) == ["EventConflict", "tuple"]
    stored = [event for event in counter.loja.events("ana") if isinstance(event, events.InvoiceIssued)]
    assert len(stored) == 11


def test_one_event_for_two_debtors_at_once(store: Store):
    """An id is one fact of the creditor, whoever it is about."""
    counter = opened(store)
    results = at_once(
        lambda: counter.loja.record(issued("n-1", "ana")),
        lambda: counter.loja.record(issued("n-1", "bia")),
        lambda: counter.loja.record(issued("n-1", "ana")),
    )
    assert sum(isinstance(result, EventConflict) for result in results) in {1, 2}
    assert len([event for event in counter.loja.events() if event.id == "n-1/issued"]) == 1


def test_workers_and_hosts_at_once_on_one_file(disk: SqliteStore):
    """Eight threads that carry out and four that record payments and invoices: nothing twice, no one who has paid."""
    counter = Counter(store=disk)
    counter.at = clock(REMINDER)
    for number in range(40):
        name = f"d{number}"
        counter.loja.record(*facts_of(name, channels=("email",)), issued(f"nf-{number}", name))
        counter.loja.keep(name, {f"{name}-email": {"address": f"{name}@email.invalid"}})
    paid: set[str] = set()
    late: list[str] = []

    def answer(message: Message) -> Receipt:
        if message.debtor in paid:  # it may have been paid since the intent; see below
            late.append(message.debtor)
        return Receipt()

    def pays(start: int) -> None:
        for number in range(start, 40, 4):
            counter.loja.record(settled(f"nf-{number}", f"d{number}", when="2026-04-15 08:00"))
            paid.add(f"d{number}")

    counter.email.answer = answer
    results = at_once(
        *(lambda: counter.engine.run_due(limit=1_000) for _ in range(8)),
        *(lambda start=start: pays(start) for start in range(4)),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    reminded = [message for message in counter.email.got if message.template == "lembrete"]
    assert len({message.key for message in reminded}) == len(reminded)
    for message in reminded:
        [attempt] = disk.attempts("loja", message.debtor)
        known = disk.load("loja", message.debtor).events[: attempt.version]
        assert not any(isinstance(event, events.PaymentSettled) for event in known)
    assert disk.held("loja") == ()


def test_many_threads_open_one_new_file(path: Path):
    """Each gets an engine; the tables are made once."""

    def open_one() -> list[str]:
        with Engine.open(store=f"sqlite:///{path}", creditors={"loja": settings_of(POLICY)}, **LINES) as engine:
            engine.creditor().record(issued())
            return [event.id for event in engine.creditor().events()]

    assert at_once(*[open_one] * 8) == [["nf-1/issued"]] * 8


LINES = {"channels": {"email": Line(), "sms": Line()}, "now": lambda: clock("2026-04-01")}


# configuration


def test_everything_wrong_with_a_configuration_is_told_at_once(tmp_path: Path):
    """Of regua.toml in one error; of all the policies in one error."""
    (tmp_path / "one.toml").write_text(POLICY.replace('at = "D-5 09:00"', 'at = "five days before"'), "utf-8")
    (tmp_path / "two.toml").write_text('format = 1\n[policy\nid = "x"\n', "utf-8")
    text = '{head}[store]\nurl = "sqlite:///r.db"\n[creditor.loja]\n{name}policies = ["one.toml", "two.toml"]\n{tail}'
    lines = '[channel.email]\nuse = "console"\n[channel.sms]\nuse = "console"\n'
    config = tmp_path / "regua.toml"
    broken = text.format(head="format = 2\nbogus = 1\n", name="nome = 'x'\n", tail='[channel.email]\nuse = "pigeon"\n')
    config.write_text(broken.replace("format = 2", "format = 1"), "utf-8")
    with pytest.raises(SettingsError) as settings:
        Engine.open(config)
    assert len(settings.value.diagnostics) >= 3
    config.write_text(text.format(head="format = 1\n", name='name = "L"\n', tail=lines), "utf-8")
    with pytest.raises(PolicyError) as policies:
        Engine.open(config)
    assert {Path(str(each).split(":")[0]).name for each in policies.value.diagnostics} == {"one.toml", "two.toml"}
    assert not list(tmp_path.glob("*-workers"))


def test_an_engine_that_is_closed_says_so(path: Path):
    """Where it opened its store; closing twice is no error."""
    engine = Engine.open(store=f"sqlite:///{path}", creditors={"loja": settings_of(POLICY)}, **LINES)
    loja = engine.creditor()
    loja.record(issued())
    engine.close()
    engine.close()
    for call in (
        lambda: loja.record(issued("nf-2")),
        lambda: loja.schedule("ana"),
        lambda: loja.keep("ana", {}),
        lambda: list(loja.events()),
        engine.run_due,
        engine.next_wakeup,
    ):
        with pytest.raises(RuntimeError, match="the store is closed"):
            call()


def test_a_stop_that_raises_gives_everything_back(counter: Counter):
    """What was claimed is as late as it was, and goes out with the next run."""
    counter.bill_others("bia")
    counter.at = clock(REMINDER)
    counter.engine.run_due(limit=0)
    counter.later(hours=1)

    def stop() -> bool:
        if counter.store.held("loja"):
            raise OSError
        return False

    with pytest.raises(OSError):  # noqa: PT011 - the host's own
        counter.engine.run_due(stop=stop)
    assert counter.store.held("loja") == ()
    assert counter.engine.status().late == timedelta(hours=1)
    assert counter.run() == {"sent": 2}


# secrets


CANARIES = {"name": "Zenaide Canário", "document": "529.982.247-25", "address": "zenaide.canario@email.invalid"}


def test_nothing_personal_is_logged_or_told(store: Store, caplog: pytest.LogCaptureFixture):
    """Names, documents, addresses and texts are in no record of any logger, no error and no repr."""
    caplog.set_level(logging.DEBUG)
    counter = Counter(store=store)
    told: list[str] = []
    counter.open_account("zen")
    counter.loja.keep("zen", {"zen-person": dict(CANARIES), "zen-email": CANARIES, "zen-sms": CANARIES})
    counter.bill("nf-1", "zen")

    def refused(call: Callable[[], object]) -> None:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - any of ours
            call()
        error: BaseException | None = raised.value
        while error is not None:
            told.extend((repr(error), str(error)))
            error = error.__cause__ or error.__context__

    refused(lambda: counter.loja.keep("zen", {"zen-email": {"address": CANARIES["address"] + "\ud800"}}))
    refused(lambda: counter.loja.record(issued(debtor="zen", amount="9.00")))
    refused(lambda: counter.loja.record(issued(creditor="other", debtor="zen")))
    refused(lambda: counter.loja.schedule("zen", as_of=datetime(2026, 1, 1)))  # noqa: DTZ001
    text: list[str] = []

    def hateful(message: Message) -> Receipt:
        text.extend(line for line in message.text.splitlines() if "Zenaide" in line)
        told.append(repr(message))
        raise ZeroDivisionError(message.to, message.text, message)

    counter.email.answer = hateful
    counter.sms.answer = raising(Retryable(reason="busy"))
    assert counter.run(REMINDER) == {"unknown": 1}
    counter.run(OVERDUE)
    counter.email.answer = counter.sms.answer = raising(KeyboardInterrupt(CANARIES["name"]))
    counter.loja.erase("nobody")
    counter.run("2026-04-23 11:00") if not counter.sms.got else None
    told += [repr(counter.loja.history("zen")), repr(counter.loja.schedule("zen")), counter.loja.explain("zen")]
    told += [repr(counter.engine), repr(counter.loja), repr(counter.store), repr(store.load("loja", "zen"))]
    told += [f"{record.getMessage()} {vars(record)}" for record in caplog.records]
    assert text
    assert caplog.records
    for canary in (*CANARIES.values(), *text):
        assert [each for each in told if canary in each] == []
