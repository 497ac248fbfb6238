"""What leaves is a contact: several actions, one message, and one thing that became of them all."""

import pytest
from counter import Counter, clock, head

from regua import events
from regua.builtin.memory import MemoryStore
from regua.ports import (
    Capabilities,
    Message,
    OutboxAction,
    Receipt,
    Rejected,
    Retryable,
    Store,
    Unknown,
    WebhookRequest,
)

OVERDUE = "2026-04-23 10:00"


@pytest.fixture
def counter(store: Store) -> Counter:
    """An engine on it; its debtor was reminded of R$ 150,00 and R$ 80,00, both due on Saturday 18 April."""
    made = Counter(store=store)
    made.open_account()
    made.bill()
    made.bill("nf-2", amount="80.00")
    made.run("2026-04-15 09:00")
    made.email.got.clear()
    return made


def outcomes(counter: Counter, kind: type[events.ActionOutcome]) -> list[tuple[str, str]]:
    """The facts of one sort about what presses, each with its receivable and the step of its action."""
    found = [event for event in counter.loja.events("ana") if type(event) is kind and event.step == "atraso"]
    return [(event.receivable, event.contact) for event in found]


def rows(counter: Counter) -> list[OutboxAction]:
    """The rows of what presses."""
    pressing = {action.id for action in counter.loja.schedule("ana").all if action.step == "atraso"}
    return [row for row in counter.store.load("loja", "ana").outbox if row.id in pressing]


def raising(error: BaseException):
    """A channel that raises it."""

    def answer(_: Message) -> Receipt:
        raise error

    return answer


def test_two_receivables_make_one_message(counter: Counter):
    """It tells of both, and their sum; each action has its own facts, with the contact's id."""
    assert counter.run(OVERDUE) == {"sent": 1}
    [message] = counter.sms.got
    assert all(part in message.text for part in ("nf-1", "nf-2", "Ao todo, R$ 230,00"))
    [contact] = {contact for _, contact in outcomes(counter, events.ActionSent)}
    assert contact == f"{message.actions[0]}/1"
    assert [name for name, _ in outcomes(counter, events.ActionSent)] == ["nf-1", "nf-2"]
    assert [(row.state, row.attempts, row.contact) for row in rows(counter)] == [("sent", 1, contact)] * 2
    attempt = counter.store.attempts("loja", "ana")[-1]
    assert (attempt.contact, attempt.members) == (contact, message.actions)
    assert counter.run() == {}


def test_what_is_paid_before_it_leaves_is_not_told(counter: Counter):
    """The contact is made of what is due at that moment, whatever was claimed."""
    counter.at = clock(OVERDUE)
    counter.engine.run_due(limit=0)
    counter.pay("nf-1")
    assert counter.run() == {"sent": 1}
    assert ("nf-1" in counter.sms.got[0].text, "nf-2" in counter.sms.got[0].text) == (False, True)


def test_what_is_overdue_and_was_told_before_is_listed(counter: Counter):
    """It has no action of its own that day; the carrier's facts say that it was told."""
    counter.bill("nf-0", due="2026-04-08", amount="10.00")
    counter.run("2026-04-15 10:00")
    counter.run(OVERDUE)
    [first, second] = counter.sms.got
    assert (len(first.actions), len(second.actions)) == (1, 2)
    assert "nf-0" in second.text
    listed = [event.listed for event in counter.loja.events("ana") if isinstance(event, events.ActionSent)]
    assert listed[-2:] == [("nf-0",), ()]


def test_a_refusal_takes_all_to_the_next_channel(counter: Counter):
    """As another contact of the same actions, under another key."""
    counter.sms.answer = raising(Rejected("no-such-number", point_failed=True))
    assert counter.run(OVERDUE) == {"retried": 1, "sent": 1}
    assert counter.sms.got[0].actions == counter.email.got[0].actions
    assert counter.sms.got[0].key != counter.email.got[0].key
    assert [contact[-2:] for _, contact in outcomes(counter, events.ActionFailed)] == ["/1", "/1"]
    assert [contact[-2:] for _, contact in outcomes(counter, events.ActionSent)] == ["/2", "/2"]
    assert len([event for event in counter.loja.events("ana") if isinstance(event, events.ContactPointFailed)]) == 1


def test_what_nobody_knows_is_unknown_of_all(counter: Counter):
    """And none of it is sent again, alone or with others."""
    counter.sms.answer = raising(Unknown("timeout"))
    assert counter.run(OVERDUE) == {"unknown": 1}
    counter.sms.answer = lambda _: Receipt()
    counter.bill("nf-3")
    assert counter.run("2026-04-23 11:00") == {"sent": 1}
    assert len(counter.sms.got[-1].actions) == 1
    assert [row.state for row in rows(counter)] == ["unknown", "unknown", "sent"]


def test_what_has_to_wait_waits_together(counter: Counter):
    """Nothing left, so what falls due meanwhile joins, and keeps the pause that the provider asked for."""
    counter.sms.answer = raising(Retryable(reason="http-503"))
    assert counter.run(OVERDUE) == {"retried": 1}
    counter.sms.answer = lambda _: Receipt()
    counter.bill("nf-3")
    assert counter.run() == {"retried": 1}
    assert len({(row.state, row.due_us, row.reason) for row in rows(counter)}) == 1
    counter.later(minutes=2)
    assert counter.run() == {"sent": 1}
    [first, second] = counter.sms.got
    assert (len(first.actions), len(second.actions), first.attempt, second.attempt) == (2, 3, 1, 2)
    assert [(row.state, row.attempts) for row in rows(counter)] == [("sent", 2)] * 3
    assert {each.agrees for each in counter.loja.history("ana").attempts} == {True}


def test_a_claim_of_what_left_with_another_is_over(counter: Counter):
    """Whoever begins the contact takes all of it; the other claim comes to nothing."""
    counter.at = clock(OVERDUE)
    with counter.another() as other:
        claims = []

        def answer(_: Message) -> Receipt:
            claims.append(other.run_due())
            return Receipt()

        counter.sms.answer = answer
        assert counter.run() == {"sent": 1}
    assert [each.sent for each in claims] == [0]
    assert len(counter.sms.got) == 1
    assert [row.state for row in rows(counter)] == ["sent", "sent"]


def test_a_worker_that_dies_leaves_all_of_it_unknown():
    """Nobody knows of any of them more than of the others."""
    store = MemoryStore()
    counter = Counter(store=store)
    counter.open_account()
    counter.bill()
    counter.bill("nf-2", amount="80.00")
    states = []

    def answer(_: Message) -> Receipt:
        states.append(counter.state_of("ana"))
        store.bury(store.owner())
        with counter.another() as other:
            other.run_due()
        states.append(counter.state_of("ana"))
        raise Retryable

    counter.email.answer = answer
    counter.run("2026-04-15 09:00")
    assert states == [["sending", "sending"], ["unknown", "unknown"]]
    assert counter.state_of("ana") == ["unknown", "unknown"]
    unknown = [event for event in counter.loja.events("ana") if isinstance(event, events.ActionUnknown)]
    assert {event.receivable for event in unknown} == {"nf-1", "nf-2"}


def test_a_report_is_about_all_of_it(counter: Counter):
    """What bounces goes by the next channel, all of it."""
    counter.sms.capabilities = Capabilities(reports_delivery=True)
    counter.run(OVERDUE)
    key = counter.sms.got[0].key
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"", received_at=counter.at)
    counter.sms.said = [Receipt(status="bounced", key=key)]
    counter.engine.receive("sms", request)
    assert [name for name, _ in outcomes(counter, events.ActionFailed)] == ["nf-1", "nf-2"]
    assert counter.run() == {"sent": 1}
    assert len(counter.email.got[0].actions) == 2


def test_what_a_person_lets_go_again_has_another_key(counter: Counter):
    """The provider may have seen the first one, and would take the second for it."""
    counter.sms.answer = raising(Unknown("timeout"))
    counter.run(OVERDUE)
    counter.sms.answer = lambda _: Receipt()
    counter.later(minutes=10)
    when = f"{counter.at:%Y-%m-%d %H:%M}"
    for event in list(counter.loja.events("ana")):
        if isinstance(event, events.ActionOutcome) and event.step == "atraso":
            heads = head(f"{event.id}/taken-back", "ana", when)
            counter.loja.record(events.EventRetracted(event=event.id, reason="the provider saw nothing", **heads))
    assert counter.run() == {"sent": 1}
    [first, second] = counter.sms.got
    assert first.actions == second.actions
    assert first.key != second.key


def test_calls_go_one_by_one(counter: Counter):
    """Each is a contact of its own."""
    counter.run(OVERDUE)
    assert counter.run("2026-05-04 10:00") == {"sent": 2}
    assert [request.contact.members for request in counter.people.got] == [
        (request.action.id,) for request in counter.people.got
    ]
