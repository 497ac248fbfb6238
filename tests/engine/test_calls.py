"""Calls of plugins that hang, fork, or outlive the name of their worker."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from counter import Counter, Line, clock
from test_timeouts import until
from test_unknowns import IDEMPOTENT, Findable, silent

from regua.builtin.memory import MemoryStore
from regua.engine import Pacing
from regua.engine.calling import Call, NoAnswerError
from regua.engine.log import default_log
from regua.engine.pacing import MOST_HANGING, Pace
from regua.errors import Retryable
from regua.ports import Capabilities, Message, Receipt

REMINDER = "2026-04-15 09:00"
SHORT = timedelta(milliseconds=20)
PATIENCE = 20.0

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")


@pytest.fixture
def go() -> Iterator[threading.Event]:
    """Lets go what hangs; at the end in any case."""
    made = threading.Event()
    yield made
    made.set()


def hanging(name: str, go: threading.Event, capabilities: Capabilities) -> Findable:
    """A channel whose calls hang until they are let go."""

    def answer(_: Message) -> Receipt:
        go.wait(PATIENCE)
        return Receipt()

    return Findable(name=name, answer=answer, capabilities=capabilities)


def opened(email: Line, debtors: int, **pacing: object) -> Counter:
    """So many debtors who are to be reminded."""
    parts = {"pacing": {"email": Pacing(**pacing)}}  # type: ignore[arg-type]
    counter = Counter(store=MemoryStore(), email=email, parts=parts)
    counter.bill_others(*(f"d{number:02}" for number in range(debtors)))
    counter.at = clock(REMINDER)
    return counter


def test_calls_that_hang_keep_no_more_threads_than_are_told(go: threading.Event):
    """Whatever its breaker says; what would go by another channel goes."""
    before = {each.ident for each in threading.enumerate()}
    counter = opened(hanging("email", go, Capabilities(send_timeout=SHORT)), MOST_HANGING + 5, breaker=0)
    assert counter.run() == {"unknown": MOST_HANGING, "retried": 5}
    for _ in range(4):
        counter.later(minutes=2)
        assert counter.run().get("unknown", 0) == 0
    assert len(counter.email.got) == MOST_HANGING
    new = [each for each in threading.enumerate() if each.ident not in before and each.name == "regua-call"]
    assert len(new) <= MOST_HANGING
    assert counter.run("2026-04-23 10:00")["sent"] == MOST_HANGING + 5
    assert len(counter.sms.got) == MOST_HANGING + 5


def test_who_does_not_answer_a_question_is_not_waited_for_again_and_again(go: threading.Event):
    """The other questions of that channel are asked later."""
    can = Capabilities(delivery="queryable", send_timeout=SHORT)
    email = Findable(name="email", answer=silent, capabilities=can, found=lambda _: go.wait(PATIENCE) and None)
    counter = opened(email, 6)
    assert counter.run() == {"unknown": 6}
    counter.later(hours=1)
    counter.run()
    assert len(email.asked) == 1


def test_a_call_that_runs_is_not_asked_about_where_its_worker_lost_its_name(go: threading.Event):
    """As where a server ended the session: this process knows that the call still may reach the provider."""
    counter = opened(hanging("email", go, Capabilities(delivery="queryable", send_timeout=SHORT)), 1)
    assert counter.run() == {"unknown": 1}
    counter.store.bury(counter.store.owner())  # type: ignore[attr-defined]
    for _ in range(5):
        counter.later(hours=1)
        assert counter.run() == {}
    assert counter.email.asked == []  # type: ignore[attr-defined]
    assert counter.state_of("d00") == ["unknown"]


def test_who_lost_its_name_holds_what_it_still_calls_under_the_next(go: threading.Event):
    """So that another worker, to whom the provider says that it knows nothing yet, does not send it once more."""
    email = hanging("email", go, Capabilities(delivery="queryable", send_timeout=SHORT))
    counter = opened(email, 1)
    assert counter.run() == {"unknown": 1}
    counter.store.bury(counter.store.owner())  # type: ignore[attr-defined]
    assert counter.run() == {}
    with counter.another() as other:
        for _ in range(5):
            counter.later(hours=1)
            other.run_due()
    assert email.asked == []
    assert len(email.got) == 1
    go.set()
    until(lambda: counter.state_of("d00") == ["sent"])


@pytest.mark.parametrize("word", [Receipt(), Retryable(reason="refused")])
def test_who_is_taken_for_dead_while_it_waits_holds_what_it_still_calls(go: threading.Event, word: Receipt | Retryable):
    """And says what came of it, since nobody else could."""

    def answer(_: Message) -> Receipt:
        go.wait(PATIENCE)
        if isinstance(word, Retryable):
            raise word
        return word

    can = Capabilities(delivery="queryable", send_timeout=timedelta(seconds=1))
    email = Findable(name="email", answer=answer, capabilities=can)
    counter = opened(email, 1)
    waiting = threading.Thread(target=counter.run)
    waiting.start()
    until(lambda: bool(email.got))
    with counter.another() as other:
        counter.store.bury(counter.store.owner())  # type: ignore[attr-defined]
        other.run_due()
        [row] = counter.store.load("loja", "d00").outbox
        assert (row.state, row.owner) == ("unknown", "")
        waiting.join()
        [row] = counter.store.load("loja", "d00").outbox
        assert (row.state, row.owner) == ("unknown", counter.store.owner())
        for _ in range(3):
            counter.later(hours=1)
            other.run_due()
    assert (len(email.got), email.asked) == (1, [])
    go.set()
    until(lambda: counter.state_of("d00") == ["pending" if isinstance(word, Retryable) else "sent"])


@pytest.mark.parametrize("delivery", ["queryable", "idempotent"])
def test_others_wait_from_when_the_worker_of_a_call_that_hangs_is_proved_dead(go: threading.Event, delivery: str):
    """Its last request may lie on its way: not by the clock of hours ago."""
    can = IDEMPOTENT if delivery == "idempotent" else Capabilities(delivery="queryable", query_lag=timedelta(minutes=1))
    can = evolve(can, send_timeout=SHORT)
    counter = opened(hanging("email", go, can), 1)
    assert counter.run() == {"unknown": 1}
    counter.store.bury(counter.store.owner())  # type: ignore[attr-defined]
    with counter.another() as other:
        counter.later(hours=2)
        other.run_due()
        [row] = counter.store.load("loja", "d00").outbox
        assert (row.state, row.owner, row.attempts) == ("unknown", "", 1)
        assert row.ask_us == other.now() + (can.send_timeout + can.query_lag) // timedelta(microseconds=1)
    assert counter.email.asked == []  # type: ignore[attr-defined]
    assert len(counter.email.got) == 1


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_child_that_a_channel_forks_and_that_comes_back_is_no_second_worker():
    """It ends where the call ends; the parent goes on alone."""
    children: list[int] = []

    def answer(_: Message) -> Receipt:
        child = os.fork()
        if child:
            children.append(os.waitpid(child, 0)[1])
        return Receipt()

    process = os.getpid()
    counter = opened(Line(name="email", answer=answer), 2)
    assert counter.run() == {"sent": 2}
    assert os.getpid() == process
    assert children == [0, 0]


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_fork_while_a_rate_is_looked_at_leaves_nobody_standing():
    """The thread that held the lock is not in the child."""
    pace = Pace("email", Pacing(rate="1/m"), default_log())
    with pace._lock:  # noqa: SLF001 - another thread's
        child = os.fork()
        if not child:
            done = threading.Event()
            threading.Thread(target=lambda: (pace.admit(0), done.set()), daemon=True).start()
            os._exit(0 if done.wait(5) else 1)
    assert os.waitpid(child, 0)[1] == 0


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_what_hangs_in_a_parent_does_not_hang_in_its_child(go: threading.Event):
    """Its threads stayed behind."""
    call = Call(lambda: go.wait(PATIENCE), lambda _: None)
    with pytest.raises(NoAnswerError):
        call.within(0.01)
    child = os.fork()
    if not child:
        os._exit(int(call.is_running))
    assert os.waitpid(child, 0)[1] == 0
    assert call.is_running
