"""A call that takes longer than it may: the worker goes on, and the answer is a fact whenever it comes."""

import gc
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import timedelta
from weakref import ref

import pytest
from attrs import define, field
from counter import Counter, clock
from test_unknowns import Findable, report, silent

from regua.engine.calling import Call, NoAnswerError
from regua.ports import Capabilities, Message, Receipt, Rejected, Retryable, Store, Unknown, WebhookRequest

REMINDER = "2026-04-15 09:00"
SHORT = timedelta(milliseconds=50)
PATIENCE = 20.0
"""Seconds after which something that must come about counts as missing."""


@define
class Hanging:
    """Answers when it is let go."""

    answer: Callable[[], Receipt]
    go: threading.Event = field(factory=threading.Event)
    ended: threading.Event = field(factory=threading.Event)

    def __call__(self, _: Message) -> Receipt:
        """Hang, then answer."""
        self.go.wait(PATIENCE)
        return self.answer()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """A provider that hangs, and accepts in the end."""
    made = Hanging(lambda: Receipt(reference="late"))
    yield made
    made.go.set()


def opened(store: Store, hanging: Hanging, capabilities: Capabilities | None = None) -> Counter:
    """An engine whose first message hangs; the second is answered at once."""
    answers = [hanging]
    can = capabilities or Capabilities(send_timeout=SHORT)
    email = Findable(name="email", capabilities=can)
    email.answer = lambda message: answers.pop()(message) if answers else Receipt()
    counter = Counter(store=store, email=email)
    counter.open_account()
    counter.bill()
    counter.at = clock(REMINDER)
    return counter


def raising(error: Exception) -> Callable[[], Receipt]:
    """An answer that is none."""

    def answer() -> Receipt:
        raise error

    return answer


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.01)


def test_a_call_that_hangs_holds_up_nobody(memory: Store, hanging: Hanging):
    """It is unknown, with the reason; everybody else is written to, and closing does not wait for it."""
    counter = opened(memory, hanging)
    counter.bill_others("bia")
    assert counter.run() == {"sent": 1, "unknown": 1}
    [unknown] = counter.loja.unknowns()
    assert unknown.why == "no answer within 0.05 s"
    counter.engine.close()
    counter.engine = counter.another()


def test_an_answer_that_comes_late_is_a_fact(store: Store, hanging: Hanging):
    """Accepted after all."""
    counter = opened(store, hanging)
    counter.run()
    hanging.go.set()
    until(lambda: counter.states() == {"lembrete": "sent"})
    assert counter.run() == {}
    assert len(counter.email.got) == 1


def test_a_call_about_an_answer_that_came_late_is_understood(store: Store, hanging: Hanging):
    """By the id that the provider gave with it."""
    counter = opened(store, hanging)
    counter.run()
    hanging.go.set()
    until(lambda: counter.states() == {"lembrete": "sent"})
    assert report(counter, Receipt(reference="late", status="delivered")) == ["action.delivered"]


def test_what_did_not_leave_after_all_is_sent(memory: Store, hanging: Hanging):
    """The plugin says late that nothing left: after the pause, as ever."""
    hanging.answer = raising(Retryable(reason="refused"))
    counter = opened(memory, hanging)
    counter.run()
    hanging.go.set()
    until(lambda: counter.states() == {"lembrete": "pending"})
    counter.later(seconds=73)
    assert counter.run() == {"sent": 1}


def test_a_late_refusal_is_a_failure(memory: Store, hanging: Hanging):
    """By its last channel."""
    hanging.answer = raising(Rejected("spam"))
    counter = opened(memory, hanging)
    counter.run()
    hanging.go.set()
    until(lambda: counter.states() == {"lembrete": "failed"})


def test_a_message_of_which_nobody_knows_is_not_held_in_memory(memory: Store):
    """It is personal data; what came of it may stay open for ever."""
    counter = Counter(store=memory, email=Findable(name="email", answer=silent))
    counter.bill_others("ana")
    counter.at = clock(REMINDER)
    assert counter.run() == {"unknown": 1}
    message = ref(counter.email.got.pop())
    until(lambda: bool(gc.collect()) or message() is None)
    assert message() is None


def test_nobody_is_asked_while_the_call_still_runs(memory: Store, hanging: Hanging):
    """It may still leave: that the provider knows nothing of it proves nothing yet."""
    hanging.answer = raising(Unknown("reset"))
    counter = opened(memory, hanging, Capabilities(delivery="queryable", send_timeout=SHORT))
    counter.run()
    for _ in range(5):
        counter.later(hours=1)
        counter.run()
    assert counter.email.asked == []
    hanging.go.set()
    until(lambda: memory.load("loja", "ana").outbox[0].owner == "")
    counter.run("2026-04-16 08:00")
    assert len(counter.email.asked) == 1
    counter.later(minutes=3)
    assert counter.run() == {"sent": 1}


def test_word_of_an_earlier_attempt_does_not_end_a_later_call(memory: Store, hanging: Hanging):
    """The SMS was refused, the e-mail hangs: that is asked for once it is over, whatever is said of the SMS."""
    counter = opened(memory, hanging, Capabilities(delivery="queryable", send_timeout=SHORT))
    counter.sms.answer = lambda _: raising(Rejected("landline"))()
    hanging.go.set()
    counter.run()
    hanging.go.clear()
    counter.email.answer = hanging
    assert counter.run("2026-04-23 10:00") == {"retried": 1, "unknown": 1}
    held = memory.load("loja", "ana").outbox
    counter.sms.said = [Receipt(key=counter.sms.got[0].key, status="failed", reason="landline")]
    counter.engine.receive("sms", WebhookRequest(headers={"Signature": "ours"}, body=b"{}", received_at=counter.at))
    assert memory.load("loja", "ana").outbox == held


def test_a_question_that_hangs_is_asked_again(memory: Store, hanging: Hanging):
    """Once it has come to its end; nothing waits for it."""
    hanging.answer = raising(Unknown("reset"))
    hanging.go.set()
    counter = opened(memory, hanging, Capabilities(delivery="queryable", send_timeout=SHORT))
    counter.run()
    hangs = threading.Event()
    counter.email.found = lambda _: hangs.wait(PATIENCE) and None
    counter.later(minutes=1)
    counter.run()
    hangs.set()
    assert counter.states() == {"lembrete": "unknown"}
    counter.email.found = lambda _: Receipt()

    def is_sent() -> bool:
        counter.later(minutes=2)
        counter.run()
        return counter.states() == {"lembrete": "sent"}

    until(is_sent)


def test_a_question_that_hangs_each_time_starves_no_other(memory: Store, hanging: Hanging):
    """Those that nobody was asked for meanwhile come before it the next time."""
    counter = Counter(store=memory, email=Findable(name="email", answer=lambda _: raising(Unknown("reset"))()))
    counter.email.capabilities = Capabilities(delivery="queryable", send_timeout=SHORT)
    counter.bill_others("ana", "bia", "caio")
    assert counter.run(REMINDER) == {"unknown": 3}
    first = counter.email.got[0].key
    counter.email.found = lambda key: hanging.go.wait(PATIENCE) and None if key == first else Receipt()
    for _ in range(3):
        counter.later(hours=1)
        counter.run()
    assert counter.state_of("ana", "bia", "caio") == ["unknown", "sent", "sent"]


def test_a_question_that_hangs_is_not_asked_twice_at_once(memory: Store, hanging: Hanging):
    """Its calls would take the place of messages, until no more left by its channel."""
    can = Capabilities(delivery="queryable", send_timeout=SHORT)
    counter = opened(memory, hanging, can)
    hanging.answer = raising(Unknown("reset"))
    hanging.go.set()
    assert counter.run() == {"unknown": 1}
    hangs = threading.Event()
    counter.email.found = lambda _: hangs.wait(PATIENCE) and None
    for _ in range(20):
        counter.later(hours=1)
        counter.run()
    asked = len(counter.email.asked)
    hangs.set()
    assert asked == 1


def test_ctrl_c_ends_the_waiting(memory: Store, hanging: Hanging):
    """At once; what was being sent is unknown, and the answer that comes after it a fact."""
    counter = opened(memory, hanging, Capabilities())
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            counter.run()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert counter.states() == {"lembrete": "unknown"}
    hanging.go.set()
    until(lambda: counter.states() == {"lembrete": "sent"})


def test_a_late_answer_that_a_closed_store_does_not_take_harms_nobody(hanging: Hanging, tmp_path):
    """The engine is gone by then; it stays unknown."""
    from regua.builtin.sqlite import SqliteStore

    counter = opened(SqliteStore.open(f"sqlite:///{tmp_path}/r.sqlite3"), hanging)
    assert counter.run() == {"unknown": 1}
    counter.store.close()
    threads = [each for each in threading.enumerate() if each.name == "regua-call"]
    hanging.go.set()
    assert all(each.is_alive() for each in threads)


class TestCalls:
    """Calls in a thread of their own."""

    def test_what_the_caller_carries_along_is_there(self):
        """Context variables, such as those of a logger or a trace."""
        variable: ContextVar[str] = ContextVar("variable", default="")
        variable.set("carried")
        assert Call(variable.get, print).within(PATIENCE) == "carried"

    def test_a_thread_is_used_again(self):
        """And one that is busy is not waited for."""
        first = Call(threading.get_ident, print).within(PATIENCE)
        assert Call(threading.get_ident, print).within(PATIENCE) == first
        inner = Call(lambda: Call(threading.get_ident, print).within(PATIENCE), print)
        assert inner.within(PATIENCE) != first or first != threading.get_ident()

    def test_what_is_raised_is_raised_here(self):
        """Whatever it is."""
        for error in (ValueError("no"), KeyboardInterrupt(), SystemExit(3)):
            with pytest.raises(type(error)):
                Call(lambda error=error: raising(error)(), print).within(PATIENCE)

    def test_a_late_result_is_told_once(self):
        """In the thread of the call; an error is nobody's."""
        go, told = threading.Event(), []
        call = Call(lambda: go.wait(PATIENCE), told.append)
        with pytest.raises(NoAnswerError):
            call.within(0.01)
        assert call.is_running
        go.set()
        until(lambda: bool(told))
        assert (told, call.is_running) == ([True], False)
