import logging
from datetime import date, timedelta

import pytest
from attrs import evolve
from counter import POLICY, Counter, Line, clock, facts_of, head, issued

from regua import events
from regua.builtin.memory import MemoryStore
from regua.core.money import Money
from regua.engine import CreditorSettings
from regua.engine.desk import Desk
from regua.engine.pacing import Pacing
from regua.ports import (
    Capabilities,
    Message,
    OutboxAction,
    Receipt,
    Rejected,
    Retryable,
    Store,
    Unknown,
    Unsupported,
    WebhookRequest,
)

REMINDER = "2026-04-15 09:00"
OVERDUE = "2026-04-23 10:00"


@pytest.fixture
def counter(store: Store) -> Counter:
    """An engine on it, with a debtor and an invoice of R$ 150,00 due on Saturday 18 April."""
    made = Counter(store=store)
    made.open_account()
    made.bill()
    return made


def raising(error: BaseException):
    """A channel that raises it."""

    def answer(_: Message) -> Receipt:
        raise error

    return answer


def test_nothing_is_sent_before_its_time(counter: Counter):
    """The minute before is too early."""
    assert counter.run("2026-04-15 08:59") == {}
    assert counter.email.got == []


def test_what_is_due_is_sent_once(counter: Counter):
    """Stray ticks send nothing again, on that day or later."""
    assert counter.run(REMINDER) == {"sent": 1}
    for when in ("2026-04-15 09:00", "2026-04-15 09:01", "2026-04-15 18:00", "2026-04-16 09:00"):
        assert counter.run(when) == {}
    assert [message.to for message in counter.email.got] == ["ana@email.invalid"]
    assert counter.states() == {"lembrete": "sent"}


def test_a_message_says_what_the_debtor_needs(counter: Counter):
    """Who is owed, what, until when; in Portuguese, to the address that is kept."""
    counter.run(REMINDER)
    [message] = counter.email.got
    assert (message.channel, message.language, message.template, message.attempt) == ("email", "pt-BR", "lembrete", 1)
    assert all(part in message.text for part in ("Ana Souza", "R$ 150,00", "18/04/2026", "Loja da Ana"))


def test_two_engines_on_one_store_send_once(counter: Counter):
    """Whoever comes first."""
    with counter.another() as second:
        counter.at = clock(REMINDER)
        assert [counter.engine.run_due().sent, second.run_due().sent, counter.engine.run_due().sent] == [1, 0, 0]
    assert len(counter.email.got) == 1


def test_a_payment_stops_what_is_planned(counter: Counter):
    """Nothing is asked of who has paid; thanks are given."""
    counter.run(REMINDER)
    counter.at = clock("2026-04-16 15:00")
    counter.pay()
    assert counter.run("2026-04-17 09:00") == {}
    assert counter.run("2026-04-17 10:00") == {"sent": 1}
    assert counter.run("2026-05-20") == {}
    assert counter.email.steps == ["lembrete", "obrigado"]


def test_a_payment_after_the_claim_stops_the_message(counter: Counter):
    """What was claimed is looked at again before it leaves."""
    counter.at = clock(OVERDUE)
    counter.engine.run_due(limit=0)
    counter.at = clock(OVERDUE)
    claimed = _claimed(counter)
    counter.pay(when="2026-04-23 09:59")
    assert counter.states()["atraso"] == "suppressed"
    assert _desk(counter)._one(claimed) == "suppressed"  # noqa: SLF001 - the moment between claim and begin
    assert counter.sms.got == []


def test_what_is_suppressed_comes_back_with_its_cause(counter: Counter):
    """A payment that is reversed while the step may still run."""
    counter.at = clock(OVERDUE)
    _claimed(counter)
    counter.later(minutes=5)
    counter.pay()
    assert counter.states()["atraso"] == "suppressed"
    counter.later(minutes=30)
    counter.loja.record(
        events.PaymentReversed(payment="nf-1/pix", **head("undone", "ana", f"{counter.at:%Y-%m-%d %H:%M}"))
    )
    assert counter.run() == {"sent": 1}
    assert counter.states()["atraso"] == "sent"


def test_the_limit_is_kept(counter: Counter):
    """Cron bounds its run; the rest waits."""
    counter.bill_others("bia", "caio", "davi", "eva")
    assert counter.run(REMINDER, limit=2) == {"sent": 2}
    assert counter.run(limit=2) == {"sent": 2}
    assert counter.run(limit=2) == {"sent": 1}


def test_a_channel_that_has_no_time_is_asked_again(counter: Counter):
    """After a minute and a little; the fact of the attempt is taken back, since nothing left."""
    counter.email.answer = raising(Retryable(reason="http-503"))
    assert counter.run(REMINDER) == {"retried": 1}
    assert counter.run() == {}
    [row] = counter.store.load("loja", "ana").outbox
    assert (row.state, row.reason, row.attempts) == ("pending", "http-503", 1)
    counter.email.answer = lambda _: Receipt()
    counter.later(seconds=59)
    assert counter.run() == {}
    counter.later(seconds=14)
    assert counter.run() == {"sent": 1}
    assert [message.attempt for message in counter.email.got] == [1, 2]
    assert len({message.key for message in counter.email.got}) == 1
    attempts = counter.store.attempts("loja", "ana")
    assert [(each.number, each.outcome, each.reason) for each in attempts] == [
        (1, "transient", "http-503"),
        (2, "accepted", ""),
    ]


def test_a_channel_says_how_long_to_wait(counter: Counter):
    """Retry-After is kept."""
    counter.email.answer = raising(Retryable(timedelta(minutes=20)))
    counter.run(REMINDER)
    [row] = counter.store.load("loja", "ana").outbox
    assert row.due_us == int(clock("2026-04-15 09:20").timestamp()) * 10**6


def test_after_five_attempts_the_channel_has_refused(counter: Counter):
    """And the step's next channel is tried, as the same action."""
    counter.sms.answer = raising(Retryable(reason="http-503"))
    counter.at = clock(OVERDUE)
    for _ in range(5):
        counter.run()
        counter.later(hours=1, minutes=15)
    assert [message.attempt for message in counter.sms.got] == [1, 2, 3, 4, 5]
    assert counter.email.steps == ["atraso"]
    failed = [event for event in counter.loja.events("ana") if isinstance(event, events.ActionFailed)]
    assert [event.reason for event in failed] == ["given up after 5 attempts: http-503"]


@pytest.mark.parametrize("error", [Rejected("no-such-number", point_failed=True), Unsupported("attachments")])
def test_a_refusal_goes_to_the_next_channel(counter: Counter, error: Exception):
    """As the same action, under another key, at once."""
    counter.run(REMINDER)
    counter.sms.answer = raising(error)
    assert counter.run(OVERDUE) == {"retried": 1, "sent": 1}
    assert counter.email.steps == ["lembrete", "atraso"]
    assert counter.sms.got[0].actions == counter.email.got[1].actions
    assert counter.sms.got[0].key != counter.email.got[1].key
    assert counter.states()["atraso"] == "sent"


def test_a_point_that_reaches_nobody_is_not_used_again(counter: Counter):
    """It is a fact about the debtor, for every step."""
    counter.sms.answer = raising(Rejected("no-such-number", point_failed=True))
    counter.run(OVERDUE)
    failed = [event for event in counter.loja.events("ana") if isinstance(event, events.ContactPointFailed)]
    assert [event.point for event in failed] == ["sms"]


def test_a_refusal_by_the_last_channel_is_a_failure(counter: Counter):
    """Visible, and over."""
    counter.email.answer = raising(Rejected("spam"))
    assert counter.run(REMINDER) == {"failed": 1}
    assert counter.run() == {}
    assert counter.states() == {"lembrete": "failed"}


@pytest.mark.parametrize("error", [Unknown("timeout"), ZeroDivisionError("secret: ana@email.invalid")])
def test_what_nobody_knows_is_never_sent_again(counter: Counter, error: Exception, caplog: pytest.LogCaptureFixture):
    """Neither now nor later, and nothing else about that step is."""
    counter.email.answer = raising(error)
    with caplog.at_level(logging.INFO, "regua"):
        assert counter.run(REMINDER) == {"unknown": 1}
    counter.email.answer = lambda _: Receipt()
    for when in ("2026-04-15 10:00", "2026-04-16 09:00", "2026-04-17 09:00"):
        assert counter.run(when) == {}
    assert counter.states() == {"lembrete": "unknown"}
    assert "ana@" not in caplog.text


def test_an_answer_that_is_no_receipt_is_unknown(counter: Counter):
    """A bug of the plugin proves nothing."""
    counter.email.answer = lambda _: None  # type: ignore[assignment,return-value]
    assert counter.run(REMINDER) == {"unknown": 1}


def test_ctrl_c_while_sending_loses_nothing(counter: Counter):
    """What was being sent is unknown; what was claimed and not begun goes out with the next run."""
    counter.bill_others("bia", "caio", "davi")
    counter.email.answer = raising(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        counter.run(REMINDER)
    counter.email.answer = lambda _: Receipt()
    assert counter.run() == {"sent": 3}
    assert counter.run() == {}
    assert sorted(counter.state_of("ana", "bia", "caio", "davi")) == ["sent", "sent", "sent", "unknown"]


def test_the_window_stays_open_for_the_sending(counter: Counter):
    """A message that takes a minute does not leave a second before closing."""
    counter.email.capabilities = Capabilities(send_timeout=timedelta(minutes=1))
    assert counter.run("2026-04-15 19:59") == {"retried": 1}
    assert counter.email.got == []
    assert counter.run("2026-04-16 07:59") == {}
    assert counter.run("2026-04-16 08:00") == {"sent": 1}


def test_a_channel_that_is_not_configured_loses_nothing(counter: Counter):
    """The policy of an invoice in flight names a channel that went out of the configuration."""
    other = (
        POLICY.replace("version = 1", "version = 2").replace('["email"]', '["sms"]').replace('"sms", "email"', '"sms"')
    )
    settings = CreditorSettings(policies=(other,), name="Loja", document="11.222.333/0001-81", address="Rua A, 1")
    with counter.another(creditors={"loja": settings}, channels={"sms": counter.sms}) as poorer:
        counter.at = clock(REMINDER)
        assert poorer.run_due().stuck == 1
        [row] = counter.store.load("loja", "ana").outbox
        assert row.reason == "channel 'email' is not configured; add [channel.email] to regua.toml"
    counter.later(hours=1)
    assert counter.run() == {"sent": 1}


def test_without_an_address_the_next_channel_is_taken(counter: Counter):
    """Nobody kept one, or it was erased."""
    counter.loja.record(*facts_of("bia"), issued("nf-9", "bia"))
    counter.loja.keep("bia", {"bia-email": {"address": "bia@email.invalid"}})
    counter.at = clock(OVERDUE)
    counter.engine.run_due()
    assert "bia@email.invalid" in [message.to for message in counter.email.got]
    assert all(message.debtor != "bia" for message in counter.sms.got)


def test_a_task_goes_to_its_executor(counter: Counter):
    """Handed over; what came of the call is recorded by people."""
    counter.run(OVERDUE)
    counter.run("2026-05-04 10:00")
    [request] = counter.people.got
    assert (request.action.step, request.action.kind, request.person) == ("ligacao", "task", {"name": "Ana Souza"})
    assert counter.states()["ligacao"] == "sent"
    assert (request.due, request.principal) == (date(2026, 4, 18), Money.of("150.00"))
    assert request.creditor["name"]


def test_a_delivery_report_makes_a_fact(counter: Counter):
    """And the same report again makes none; by the provider's reference."""
    counter.email.capabilities = Capabilities(reports_delivery=True)
    counter.run(REMINDER)
    counter.email.said = [Receipt(status="read", reference="ref", at=clock("2026-04-15 09:30"))]
    counter.later(hours=1)
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"{}", received_at=counter.at)
    recorded = counter.engine.receive("email", request)
    assert [event.type for event in recorded] == ["action.delivered", "action.read"]
    assert [f"{event.at.in_timezone('America/Sao_Paulo'):%H:%M}" for event in recorded] == ["09:30", "09:30"]
    assert counter.engine.receive("email", request) == ()


def test_a_report_of_a_day_to_come_makes_no_fact(counter: Counter):
    """A provider whose clock is wrong says nothing of today; one that runs an hour ahead is understood."""
    counter.email.capabilities = Capabilities(reports_delivery=True)
    counter.run(REMINDER)
    counter.email.said = [Receipt(status="delivered", reference="ref", at=clock("2026-04-17 09:30"))]
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"{}", received_at=counter.at)
    assert counter.engine.receive("email", request) == ()
    counter.email.said = [Receipt(status="delivered", reference="ref", at=counter.at + timedelta(hours=1))]
    assert [event.type for event in counter.engine.receive("email", request)] == ["action.delivered"]


def test_a_late_bounce_goes_to_the_next_channel(counter: Counter):
    """What was accepted turns out to reach nobody: the same action by e-mail, while its time is not over."""
    counter.sms.capabilities = Capabilities(reports_delivery=True)
    counter.run(REMINDER)
    counter.run(OVERDUE)
    counter.sms.said = [Receipt(status="bounced", key=counter.sms.got[0].key, reason="gone")]
    counter.later(hours=2)
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"{}", received_at=counter.at)
    assert [event.type for event in counter.engine.receive("sms", request)] == ["action.failed", "contact-point.failed"]
    assert counter.run() == {"sent": 1}
    assert counter.email.steps == ["lembrete", "atraso"]


def test_an_unknown_that_a_report_resolves(counter: Counter):
    """A receipt is a fact, whatever was thought before."""
    counter.email.answer = raising(Unknown("timeout"))
    counter.run(REMINDER)
    counter.email.said = [Receipt(status="delivered", key=counter.email.got[0].key)]
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"{}", received_at=counter.at)
    assert [event.type for event in counter.engine.receive("email", request)] == ["action.sent", "action.delivered"]
    assert counter.states() == {"lembrete": "sent"}


def test_a_call_that_is_not_the_providers_is_refused(counter: Counter):
    """Unsigned, or about nothing that was sent."""
    request = WebhookRequest(headers={}, body=b"{}", received_at=counter.at)
    with pytest.raises(Rejected, match="not the provider's"):
        counter.engine.receive("email", request)
    with pytest.raises(KeyError, match="no channel 'fax'"):
        counter.engine.receive("fax", request)
    counter.email.said = [Receipt(status="delivered", key="never-heard-of")]
    assert counter.engine.receive("email", evolve(request, headers={"signature": "ours"})) == ()


def test_a_reply_that_a_provider_brings_is_recorded(counter: Counter):
    """An event of the call, once."""
    reply = events.ReplyReceived(channel="email", text="r-1", **head("reply-1", "ana", "2026-04-10 10:00"))
    counter.email.said = [reply]
    counter.at = clock("2026-04-10 11:00")
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"{}", received_at=counter.at)
    assert counter.engine.receive("email", request) == (reply,)
    assert counter.engine.receive("email", request) == ()


def test_the_evidence_says_on_what_knowledge(counter: Counter):
    """The version of the account, the key, the hash of the content, and when."""
    version = counter.store.load("loja", "ana").version
    counter.run(REMINDER)
    [attempt] = counter.store.attempts("loja", "ana")
    assert (attempt.version, attempt.outcome, attempt.reference) == (version, "accepted", "ref")
    assert attempt.intent_us == int(clock(REMINDER).timestamp()) * 10**6
    assert len(attempt.content_hash) == 64
    assert attempt.key == counter.email.got[0].key


def test_observers_see_what_became_durable():
    """Each fact once, in order; one that fails stops nobody."""
    seen: list[str] = []

    class Watcher:
        @staticmethod
        def regua_event_recorded(event: events.Event) -> None:
            seen.append(event.type)
            raise RuntimeError

    from regua.plugins import hookimpl

    Watcher.regua_event_recorded = staticmethod(hookimpl(Watcher.regua_event_recorded))  # type: ignore[method-assign]
    counter = Counter(store=MemoryStore(), parts={"plugins": [Watcher()]})
    counter.open_account(channels=("email",))
    counter.bill()
    counter.run(REMINDER)
    assert seen[-3:] == ["invoice.issued", "action.attempted", "action.sent"]


def test_the_pauses_grow_and_are_the_same_again():
    """A minute, two, four: at most an hour, and up to a fifth more."""
    pauses = [Pacing().backoff("abcd1234", attempt, None) / 60e6 for attempt in range(1, 10)]
    assert all(low <= pause <= low * 1.2 for low, pause in zip([1, 2, 4, 8, 16, 32, 60, 60, 60], pauses, strict=True))
    assert pauses == [Pacing().backoff("abcd1234", attempt, None) / 60e6 for attempt in range(1, 10)]
    assert Pacing().backoff("abcd1234", 1, timedelta(hours=2)) == 7200 * 10**6


def test_nothing_that_is_closed_has_a_line(counter: Counter):
    """A double of these tests is a channel."""
    from regua.ports import Channel, Webhook

    assert isinstance(Line(), Channel)
    assert isinstance(Line(), Webhook)
    assert isinstance(counter.email, Channel)


def _desk(counter: Counter) -> Desk:
    return counter.engine._desks["loja"]  # noqa: SLF001 - as above


def _claimed(counter: Counter) -> OutboxAction:
    desk = _desk(counter)
    list(desk._wake())  # noqa: SLF001
    [row] = desk._claim(10)  # noqa: SLF001
    return row
