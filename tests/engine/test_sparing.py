"""One action or debtor that makes regua or its store fail: told, counted, put off; the others go on."""

import errno
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from attrs import define, field
from counter import Counter, Line, clock, instant
from test_unknowns import IDEMPOTENT, SETTLED, Findable, silent, took

from regua.builtin.memory import MemoryStore
from regua.errors import StoreError
from regua.ports import AccountRecord, Attempt, Capabilities, OutboxAction, Receipt, Transaction

REMINDER = "2026-04-15 09:00"
BROKEN = "ana"
ADDRESS = "ana@email.invalid"


@define
class Held:
    """A transaction that refuses what has to do with one debtor."""

    inner: Any
    store: "Refusing"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def load(self, debtor: str, *, since: int = 0) -> AccountRecord:
        """Give the record."""
        self.store.refuse("load", debtor)
        found: AccountRecord = self.inner.load(debtor, since=since)
        return found

    def append(self, debtor: str, events: Sequence[Any]) -> int:
        """Add facts."""
        self.store.refuse("append", debtor)
        return int(self.inner.append(debtor, events))

    def put(self, debtor: str, rows: Sequence[OutboxAction], **given: Any) -> None:
        """Write rows."""
        if rows:
            self.store.refuse("put", debtor)
        self.inner.put(debtor, rows, **given)

    def finish(self, attempt: Attempt) -> None:
        """Keep evidence."""
        self.store.refuse("finish", attempt.debtor)
        self.inner.finish(attempt)


@define
class Refusing:
    """A store whose tables refuse for good what has to do with one debtor."""

    inner: Any
    refused: tuple[str, ...] = ()
    error: Callable[[str], Exception] = ValueError
    failed: list[str] = field(factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def refuse(self, what: str, debtor: str) -> None:
        """Refuse it, where the test wants it."""
        if what in self.refused and debtor == BROKEN:
            self.failed.append(what)
            raise self.error(ADDRESS)

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work on a transaction that may refuse."""
        with self.inner.transaction(creditor, using=using) as transaction:
            yield Held(transaction, self)  # type: ignore[misc]


def opened(email: Line | None = None) -> tuple[Counter, Refusing]:
    """Three debtors who are to be reminded; nothing is refused yet."""
    store = Refusing(MemoryStore())
    counter = Counter(store=store, email=email or Line(name="email"))  # type: ignore[arg-type]
    counter.bill_others(BROKEN, "bia", "caio")
    counter.at = clock(REMINDER)
    return counter, store


@pytest.mark.parametrize("refused", ["load", "append", "put"])
@pytest.mark.parametrize("is_claimed", [True, False])
def test_an_action_that_the_store_refuses_holds_up_nobody(
    refused: str, caplog: pytest.LogCaptureFixture, *, is_claimed: bool
):
    """When it is to be planned, or begun: the others leave, and it is told once, without its text."""
    counter, store = opened()
    if is_claimed:
        counter.engine.run_due(stop=lambda: bool(counter.state_of(BROKEN)))
    store.refused = (refused,)
    with caplog.at_level(logging.WARNING, "regua"):
        assert counter.run() == {"sent": 2, "stuck": 1}
        assert counter.run() == {}
    assert store.failed
    assert "error='ValueError'" in caplog.text
    assert ADDRESS not in caplog.text
    assert counter.state_of("bia", "caio") == ["sent", "sent"]


@pytest.mark.parametrize("refused", ["load", "append"])
def test_what_is_mended_goes_out_an_hour_later(refused: str):
    """By the same engine, once."""
    counter, store = opened()
    store.refused = (refused,)
    counter.run()
    store.refused = ()
    counter.later(hours=1)
    assert counter.run() == {"sent": 1}
    assert counter.state_of(BROKEN) == ["sent"]


@pytest.mark.parametrize("refused", ["load", "append", "finish"])
def test_what_the_process_lacks_is_no_fault_of_an_action(refused: str):
    """Out of file handles nothing is put off: the run ends, gives its claims back, and the next one goes on at once."""
    counter, store = opened()
    store.refused, store.error = (refused,), lambda _: OSError(errno.EMFILE, "Too many open files")
    with pytest.raises(StoreError, match="cannot go on now: Too many open files; give it room, or raise its limits"):
        counter.engine.run_due()
    assert "claimed" not in counter.state_of(BROKEN, "bia", "caio")
    store.refused = ()
    counter.run()
    assert counter.state_of(BROKEN, "bia", "caio") == ["sent"] * 3
    assert sorted(message.debtor for message in counter.email.got) == ["ana", "bia", "caio"]


def test_many_that_cannot_be_planned_starve_nobody(monkeypatch: pytest.MonkeyPatch):
    """More of them than are planned in one go, and all of them before the one that can be."""
    counter, store = opened()
    monkeypatch.setattr("regua.engine.desk.AT_ONCE", 1)
    store.refused = ("load",)
    assert counter.run() == {"sent": 2, "stuck": 1}


def test_what_came_of_an_attempt_and_is_refused_holds_up_nobody():
    """It stays with the engine, which alone knows; nothing is sent twice."""
    counter, store = opened()
    store.refused = ("finish",)
    assert counter.run() == {"sent": 2, "stuck": 1}
    assert counter.run() == {"stuck": 1}
    assert counter.run() == {}
    store.refused = ()
    counter.later(hours=1)
    assert counter.run() == {"sent": 1}
    assert counter.state_of(BROKEN, "bia", "caio") == ["sent"] * 3
    assert len(counter.email.got) == 3


@pytest.mark.parametrize("refused", ["load", "append", "put"])
def test_what_is_sent_again_and_refused_holds_up_nobody(refused: str):
    """The others are sent again."""
    counter, store = opened(Line(name="email", answer=silent, capabilities=IDEMPOTENT))
    assert counter.run() == {"unknown": 3}
    counter.email.answer = took
    counter.at += SETTLED
    store.refused = (refused,)
    assert counter.run() == {"sent": 2, "stuck": 1}
    assert counter.run() == {}


def test_what_is_asked_for_and_refused_holds_up_nobody():
    """Likewise, where the provider says that it has it."""
    can = Capabilities(delivery="queryable")
    counter, store = opened(Findable(name="email", answer=silent, capabilities=can))
    assert counter.run() == {"unknown": 3}
    counter.email.found = lambda _: Receipt()  # type: ignore[attr-defined]
    counter.at += 3 * SETTLED
    store.refused = ("append",)
    assert counter.run() == {"stuck": 1}
    assert counter.run() == {}
    assert counter.state_of(BROKEN, "bia", "caio") == ["unknown", "sent", "sent"]


def test_many_questions_hold_up_no_message(monkeypatch: pytest.MonkeyPatch):
    """Some are asked, some leave, in turn; a provider may take its time to answer."""
    monkeypatch.setattr("regua.engine.desk.AT_ONCE", 1)
    counter, _ = opened(Findable(name="email", answer=silent, capabilities=Capabilities(delivery="queryable")))
    assert counter.run() == {"unknown": 3}
    counter.bill_others("davi")
    order: list[str] = []
    counter.email.answer = lambda _: order.append("sent") or Receipt()  # type: ignore[func-returns-value]
    counter.email.found = lambda _: order.append("asked") or Receipt()  # type: ignore[attr-defined,func-returns-value]
    counter.at += 3 * SETTLED
    assert counter.run() == {"sent": 1}
    assert order == ["asked", "sent", "asked", "asked"]


def test_many_that_cannot_be_looked_after_starve_nobody(monkeypatch: pytest.MonkeyPatch):
    """More of them than are read in one go, and all of them earlier."""
    counter, store = opened(Line(name="email", answer=silent, capabilities=IDEMPOTENT))
    assert counter.run() == {"unknown": 3}
    counter.email.answer = took
    counter.at += 2 * SETTLED
    store.refused = ("load",)
    monkeypatch.setattr("regua.engine.asking.AT_ONCE", 1)
    assert counter.run() == {"sent": 2, "stuck": 1}


@pytest.mark.parametrize("refused", ["load", "put"])
def test_what_a_dead_worker_held_and_is_refused_holds_up_nobody(refused: str):
    """The others' is taken back, and sent; what is refused is told once."""
    counter, store = opened()
    counter.engine.run_due(stop=lambda: bool(counter.state_of(BROKEN)))
    dead = store.inner.owner()
    assert len(store.inner.claim("loja", owner=dead, until_us=instant(REMINDER), limit=9)) == 3
    store.inner.bury(dead)
    store.refused = (refused,)
    assert counter.run() == {"sent": 2, "stuck": 1}
    assert counter.run() == {}
    store.refused = ()
    counter.later(hours=1)
    assert counter.run() == {"sent": 1}


@pytest.mark.parametrize("error", [StoreError, MemoryError])
def test_a_store_that_is_away_is_nobodys_own(error: type[Exception]):
    """That ends the run, and is not held against a debtor; what only one does to the memory is."""
    counter, store = opened()
    store.refused, store.error = ("append",), error
    if error is StoreError:
        with pytest.raises(StoreError):
            counter.run()
        store.refused = ()
        counter.run()
        assert counter.state_of(BROKEN, "bia", "caio") == ["sent"] * 3
    else:
        assert counter.run() == {"sent": 2, "stuck": 1}


def test_a_store_that_is_closed_ends_the_run():
    """In the middle of one, too, and says so itself."""
    counter, store = opened()

    def gone(*_: object, **__: object) -> None:
        message = "the store is closed; open another"
        raise RuntimeError(message)

    def answer(_: object) -> Receipt:
        store.inner.next_us = store.inner.transaction = gone
        return Receipt()

    counter.email.answer = answer
    with pytest.raises(RuntimeError, match="the store is closed"):
        counter.run()
    assert len(counter.email.got) == 1
