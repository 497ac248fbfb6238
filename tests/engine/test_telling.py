"""What the log of the host says of an action, from its beginning to its end."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import structlog
from attrs import define
from counter import Counter
from structlog.testing import CapturingLogger

from regua.builtin.memory import MemoryStore
from regua.engine.log import ALLOWED
from regua.ports import Message, Receipt, Retryable, Unknown, WebhookRequest

REMINDER = "2026-04-15 09:00"


@pytest.fixture
def heard() -> CapturingLogger:
    """A host's own logger."""
    return CapturingLogger()


@pytest.fixture
def counter(heard: CapturingLogger) -> Counter:
    """An engine that tells it everything, and a debtor who is to be reminded."""
    made = Counter(store=MemoryStore(), parts={"log": structlog.wrap_logger(heard, processors=[], context_class=dict)})
    made.open_account()
    made.bill()
    return made


def said(heard: CapturingLogger) -> list[tuple[str, str, Any, Any]]:
    """The level, the words, the state and the number of the attempt, since the last time."""
    found = [(each.method_name, each.kwargs["event"], each.kwargs) for each in heard.calls]
    heard.calls.clear()
    for _, _, values in found:
        assert values.keys() - {"event"} <= ALLOWED
    return [(level, event, values.get("state"), values.get("attempt")) for level, event, values in found]


def answering(error: Exception) -> Any:
    """A channel that raises it."""

    def answer(_: Message) -> Receipt:
        raise error

    return answer


def test_what_goes_well_is_told_twice(counter: Counter, heard: CapturingLogger):
    """That it began, for who looks closely, and what came of it; each with the ids that lead to it."""
    counter.run(REMINDER)
    about = {name: heard.calls[-1].kwargs[name] for name in ("creditor", "debtor", "channel")}
    assert about == {"creditor": "loja", "debtor": "ana", "channel": "email"}
    assert said(heard) == [
        ("debug", "an attempt begins", None, 1),
        ("info", "an attempt ended", "sent", 1),
    ]


def test_what_is_put_off_and_what_nobody_knows(counter: Counter, heard: CapturingLogger):
    """A later attempt has its own number; what waits for a person is a warning."""
    counter.email.answer = answering(Retryable(timedelta(minutes=5)))
    counter.run(REMINDER)
    assert said(heard)[1:] == [("info", "an attempt ended", "retried", 1)]
    counter.email.answer = answering(Unknown("timeout"))
    counter.later(hours=1)
    counter.run()
    assert said(heard)[1:] == [("warning", "an action did not go well; `regua replay` says why", "unknown", 2)]
    (unknown,) = counter.loja.unknowns()
    counter.loja.resolve(unknown.action, sent=True, by="maria", reason="seen")
    assert said(heard) == [("info", "a person said what became of an action", "sent", None)]


def test_what_was_claimed_and_is_not_due_any_more(counter: Counter, heard: CapturingLogger):
    """A payment came between the claim and the beginning."""
    counter.bill_others("bia")

    def paying(message: Message) -> Receipt:
        other = {"ana": "bia", "bia": "ana"}[message.debtor]
        counter.pay({"ana": "nf-1", "bia": "nf-bia"}[other], other)
        return Receipt()

    counter.email.answer = paying
    assert counter.run(REMINDER) == {"sent": 1, "suppressed": 1}
    assert said(heard)[2:] == [("info", "an action is not begun", "suppressed", None)]


def test_what_a_provider_says_later(counter: Counter, heard: CapturingLogger):
    """Once, however often it comes."""
    counter.run(REMINDER)
    said(heard)
    counter.email.said = [Receipt(reference="ref", status="read")]
    for _ in range(2):
        counter.engine.receive("email", WebhookRequest(headers={"signature": "ours"}, body=b"", received_at=counter.at))
    assert said(heard) == [("info", "a provider said what became of an attempt", "read", 1)]


def test_the_default_log_costs_nothing_where_nobody_listens(caplog: pytest.LogCaptureFixture):
    """Without a logger of the host: the standard library's, at the level that it has."""
    counter = Counter(store=MemoryStore())
    counter.open_account()
    counter.bill()
    with caplog.at_level(logging.INFO, "regua"):
        counter.run(REMINDER)
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "state='sent'" in caplog.text
    assert "begins" not in caplog.text


@define
class Broken:
    """A logger whose output is gone when it is told of an event."""

    at: str
    is_mended: bool = False

    def __getattr__(self, level: str) -> Any:
        def tell(event: str, **_: Any) -> None:
            if event == self.at and not self.is_mended:
                raise BrokenPipeError

        return tell


@pytest.mark.parametrize("at", ["an attempt begins", "an attempt ended"])
def test_a_logger_that_fails_loses_nothing(at: str):
    """The host mends its logger: what had not left leaves, once, and nothing stays in the hands of the worker."""
    log = Broken(at)
    counter = Counter(store=MemoryStore(), parts={"log": log})
    counter.open_account()
    counter.bill()
    assert counter.run(REMINDER) == {"stuck": 1}
    log.is_mended = True
    for _ in range(3):
        counter.later(minutes=2)
        counter.run()
    assert counter.states() == {"lembrete": "sent"}
    assert len(counter.email.got) == 1
