"""A store that fails, or does not say that it did what it did: nothing is sent twice, nothing stays behind."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from attrs import define
from counter import Counter, Line, clock
from tests.servers.postgres import PostgresServer

from regua.builtin.memory import MemoryStore
from regua.errors import StoreError
from regua.ports import Capabilities, Message, OutboxAction, Receipt, Retryable, Store, Transaction, Unknown
from regua_postgres import PostgresStore

REMINDER = "2026-04-15 09:00"
DEBTORS = ("ana", "bia", "caio")
LOST = StoreError("the answer to the commit was lost")


@define
class Doubtful:
    """A store that loses the answer to one write, after it happened or instead of it."""

    inner: Any
    lost: int = -1
    happened: bool = True
    writes: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work, and say nothing of it once."""
        with self.inner.transaction(creditor, using=using) as transaction:
            yield transaction
            if not self.happened:
                self._tell()
        if self.happened:
            self._tell()

    def claim(self, creditor: str, **given: Any) -> Sequence[OutboxAction]:
        """Likewise."""
        if not self.happened:
            self._tell()
        claimed: Sequence[OutboxAction] = self.inner.claim(creditor, **given)
        if self.happened:
            self._tell()
        return claimed

    def _tell(self) -> None:
        self.writes += 1
        if self.writes - 1 == self.lost:
            raise LOST


def opened(store: Doubtful, email: Line, *debtors: str) -> Counter:
    """An engine whose debtors, three by default, are to be reminded; from now on writes are counted."""
    lost, store.lost = store.lost, -1
    counter = Counter(store=store, email=email)
    for debtor in debtors or DEBTORS:
        counter.open_account(debtor, channels=("email",))
        counter.bill(f"nf-{debtor}", debtor)
    counter.at = clock(REMINDER)
    store.writes, store.lost = 0, lost
    return counter


def run_through(counter: Counter) -> int:
    """Run until nothing is to be done any more; how often the store failed."""
    failed = 0
    for _ in range(8):
        try:
            counter.run()
        except StoreError:
            failed += 1
        counter.later(minutes=2)
    return failed


@pytest.mark.parametrize("happened", [True, False])
def test_an_answer_that_is_lost_sends_nothing_twice(store: Store, *, happened: bool):
    """At whichever write: claim, begin, finish, plan. The same engine goes on, and all of it arrives once."""
    doubtful = Doubtful(store, happened=happened)
    counter = opened(doubtful, Line(name="email"))
    for lost in range(0, 40, 1 if happened else 2):
        debtors = [f"{debtor}-{lost}" for debtor in DEBTORS[:2]]
        for debtor in debtors:
            counter.open_account(debtor, channels=("email",))
            counter.bill(f"nf-{debtor}", debtor)
        doubtful.writes, doubtful.lost = 0, lost
        got, counter.at = len(counter.email.got), clock(REMINDER)
        failed = run_through(counter)
        assert store.held("loja") == ()
        new = counter.email.got[got:]
        assert sorted(message.debtor for message in new) == sorted({message.debtor for message in new})
        assert counter.state_of(*debtors) == ["sent"] * len(debtors)
        if not failed:
            break
    assert lost > 6


@pytest.mark.parametrize("lost", range(6))
def test_what_was_never_begun_says_nothing_of_who_began_it(lost: int):
    """Another worker has taken the number of an attempt that was not stored: its evidence is its own."""
    store = MemoryStore()
    counter = opened(Doubtful(store, lost=lost, happened=False), Line(name="email"), "ana")
    with suppress(StoreError):
        counter.run()

    def meanwhile(_: Message) -> Receipt:
        counter.engine.run_due()
        return Receipt()

    counter.email.answer = meanwhile
    with counter.another(store=store) as other:
        other.run_due()
    counter.engine.run_due()
    assert [each.outcome for each in store.attempts("loja", "ana")] == ["accepted"]


@define
class Losing:
    """A store that loses the answer to two claims; the second while the first is being found again."""

    inner: Any
    meanwhile: Any = None
    losing: int = 2

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def claim(self, creditor: str, **given: Any) -> Sequence[OutboxAction]:
        """Claim, and say nothing of it."""
        claimed: Sequence[OutboxAction] = self.inner.claim(creditor, **given)
        if claimed and self.losing:
            self.losing -= 1
            raise LOST
        return claimed

    def held(self, creditor: str) -> Sequence[OutboxAction]:
        """Look, and let another thread of the engine claim."""
        found: Sequence[OutboxAction] = self.inner.held(creditor)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return found


def test_a_claim_that_is_lost_while_another_is_found_again_is_found_later():
    """Two threads of one engine, each with a claim whose answer is lost: all of it is sent."""
    store = Losing(MemoryStore())
    counter = Counter(store=store)
    counter.bill_others(*DEBTORS)
    counter.at = clock(REMINDER)
    with pytest.raises(StoreError):
        counter.run(limit=1)

    def meanwhile() -> None:
        with suppress(StoreError):
            counter.run(limit=1)

    store.meanwhile = meanwhile
    for _ in range(3):
        counter.run()
        counter.later(minutes=2)
    assert counter.state_of(*DEBTORS) == ["sent"] * 3


@define
class Stopping:
    """A store whose process is stopped, and continued, when an intent has been stored."""

    inner: Any
    stop: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @contextmanager
    def transaction(self, creditor: str, *, using: object | None = None) -> Iterator[Transaction]:
        """Work, and stand still where something is being sent after it."""
        with self.inner.transaction(creditor, using=using) as transaction:
            yield transaction
        if self.stop is not None and any(row.state == "sending" for row in self.inner.held(creditor)):
            stop, self.stop = self.stop, None
            stop()


@pytest.mark.parametrize(("minutes", "sent"), [(0, ["2026-04-15 19:50"]), (20, ["2026-04-16 08:00"])])
def test_who_was_stopped_before_it_sent_decides_anew(minutes: int, sent: list[str]):
    """The window closed meanwhile; nothing had left, and it leaves in the morning."""
    store = Stopping(MemoryStore())
    times: list[str] = []

    def answer(_: Message) -> Receipt:
        times.append(f"{counter.at:%Y-%m-%d %H:%M}")
        return Receipt()

    counter = Counter(store=store, email=Line(name="email", answer=answer))
    counter.bill_others("bia")
    counter.at = clock("2026-04-15 19:50")
    store.stop = lambda: counter.later(minutes=minutes)
    counter.run()
    counter.run("2026-04-16 07:59")
    counter.run("2026-04-16 08:00")
    assert times == sent


@pytest.mark.parametrize("answer", [Retryable(reason="http-503"), Unknown("timeout")])
def test_an_answer_that_is_lost_loses_no_outcome(store: Store, answer: Exception):
    """What was to be tried again is, what nobody knows is known to be unknown."""
    doubtful, once = Doubtful(store), [answer]

    def said(_: Message) -> Receipt:
        if once:
            raise once.pop()
        return Receipt()

    counter = opened(doubtful, Line(name="email", answer=said))
    # plan the three, claim, begin: the next write stores what came of the first
    doubtful.lost = 7
    assert run_through(counter) == 1
    assert store.held("loja") == ()
    expected = ["sent"] * 3 if isinstance(answer, Retryable) else ["sent", "sent", "unknown"]
    assert sorted(counter.state_of(*DEBTORS)) == expected


def test_what_is_sent_again_and_not_begun_for_certain_is_looked_at_again(store: Store):
    """The intent of a second attempt is stored and nobody says so: it was not made, and is made later."""
    doubtful = Doubtful(store)
    can = Capabilities(delivery="idempotent", key_ttl=timedelta(hours=24))

    def silent(_: Message) -> Receipt:
        raise Unknown("timeout")

    counter = opened(doubtful, Line(name="email", answer=silent, capabilities=can))
    assert counter.run() == {"unknown": 3}
    counter.email.answer = lambda _: Receipt()
    counter.later(minutes=1)
    doubtful.writes, doubtful.lost = 0, 1
    assert run_through(counter) == 1
    assert counter.state_of(*DEBTORS) == ["sent"] * 3
    assert store.held("loja") == ()
    assert len(counter.email.got) == 6


@pytest.mark.one_python
def test_a_server_that_crashes_while_it_is_sent_costs_nothing(postgres: PostgresServer, postgres_url: str):
    """The same engine goes on with the same store: each message once, and nothing in doubt."""
    if not postgres.is_ours:
        pytest.skip("not run: the server is somebody else's")
    crashes = [1, 1]

    def answer(_: Message) -> Receipt:
        if crashes:
            crashes.pop()
            postgres.crash()
            postgres.start()
        return Receipt()

    with closing(PostgresStore.open(postgres_url, migrate=False)) as store:
        store.migrate()
        counter = opened(Doubtful(store), Line(name="email", answer=answer))
        run_through(counter)
        assert counter.state_of(*DEBTORS) == ["sent"] * 3
        assert store.held("loja") == ()
    assert len(counter.email.got) == 3
