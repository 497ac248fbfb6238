"""What nobody knows the outcome of: sent again, asked for, left to a person, as the channel declares."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, field
from counter import POLICY, Counter, Line, clock, head, instant

from regua import events
from regua.builtin.memory import MemoryStore
from regua.engine import RunResult
from regua.errors import EventError
from regua.ports import Capabilities, Message, Receipt, Rejected, Retryable, Store, Unknown, WebhookRequest

REMINDER = "2026-04-15 09:00"
IDEMPOTENT = Capabilities(delivery="idempotent", key_ttl=timedelta(hours=24))
SETTLED = timedelta(seconds=60)
"""The send timeout, and as long again."""
TICK = timedelta(microseconds=1)


@define
class Set:
    """A store whose clock somebody sets."""

    inner: MemoryStore
    at_us: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def now(self) -> int:
        """As it was set."""
        return self.at_us


@define
class Findable(Line):
    """A channel that can be asked, and says what `found` says."""

    found: Callable[[str], Receipt | None] = field(default=lambda _: None)
    asked: list[str] = field(factory=list)

    def find(self, key: str) -> Receipt | None:
        """Remember that it was asked, and answer."""
        self.asked.append(key)
        return self.found(key)


def silent(_: Message) -> Receipt:
    """The answer is lost."""
    raise Unknown("timeout")


def busy(_: Any) -> Receipt:
    """Not now."""
    raise Retryable(reason="http-503")


def refusing(_: Any) -> Receipt:
    """Never."""
    raise Rejected("spam")


def took(_: Any) -> Receipt:
    """The provider accepts it."""
    return Receipt(reference="ref")


def made(store: Store, email: Line, **parts: Any) -> Counter:
    """An engine with a debtor and an invoice, whose reminder was sent at nine, and nobody knows whether it arrived."""
    counter = Counter(store=store, email=email, **parts)
    counter.open_account()
    counter.bill()
    email.answer = silent
    assert counter.run(REMINDER) == {"unknown": 1}
    email.answer = took
    return counter


@pytest.fixture
def again(memory: Store) -> Counter:
    """By a channel that recognises a key."""
    return made(memory, Line(name="email", capabilities=IDEMPOTENT))


def queryable(store: Store, lag: int = 10, **parts: Any) -> tuple[Counter, Findable]:
    """By a channel that can be asked, some seconds after the sending."""
    email = Findable(name="email", capabilities=Capabilities(delivery="queryable", query_lag=timedelta(seconds=lag)))
    return made(store, email, **parts), email


def outcomes(counter: Counter) -> list[str | None]:
    """What came of each attempt."""
    return [each.outcome for each in counter.store.attempts("loja", "ana")]


def report(counter: Counter, said: Receipt) -> list[str]:
    """The provider calls."""
    counter.email.said = [said]
    request = WebhookRequest(headers={"Signature": "ours"}, body=b"{}", received_at=counter.at)
    return [event.type for event in counter.engine.receive("email", request)]


# sent again


def test_it_is_sent_again_under_the_same_key(again: Counter):
    """As a new attempt, with the same text, once the first must be over: not a moment before."""
    again.at += SETTLED - TICK
    assert again.run() == {}
    assert again.engine.next_wakeup() == again.at + TICK
    again.at += TICK
    assert again.run() == {"sent": 1}
    assert [message.attempt for message in again.email.got] == [1, 2]
    assert len({(message.key, message.text) for message in again.email.got}) == 1
    assert again.states() == {"lembrete": "sent"}
    again.later(hours=2)
    assert again.run() == {}
    assert outcomes(again) == ["unknown", "accepted"]


def test_a_limit_counts_what_is_sent_again(again: Counter):
    """And one of nothing sends nothing."""
    again.bill_others("bia", "caio")
    again.email.answer = silent
    assert again.run() == {"unknown": 2}
    again.at += 2 * SETTLED
    assert again.engine.run_due(limit=0) == RunResult()
    assert again.engine.run_due(limit=1) == RunResult(unknown=1)
    assert len(again.email.got) == 4


def test_every_store_sends_again(store: Store):
    """One moves its rows as the other does."""
    counter = made(store, Line(name="email", capabilities=IDEMPOTENT))
    counter.email.answer = busy
    counter.at += SETTLED
    assert counter.run() == {"unknown": 1}
    counter.email.answer = took
    counter.later(minutes=10)
    assert counter.run() == {"sent": 1}
    assert outcomes(counter) == ["unknown", "transient", "accepted"]


def test_the_decision_to_send_again_can_be_made_again(again: Counter):
    """A replay agrees with both attempts."""
    again.at += SETTLED
    again.run()
    assert [each.differences for each in again.loja.history("ana").attempts] == [(), ()]


@pytest.mark.parametrize(("before", "sent"), [(TICK, 1), (timedelta(0), 0)])
def test_it_is_sent_again_while_the_provider_knows_the_key(memory: Store, before: timedelta, sent: int):
    """The sending must have ended by then; after that it is left to a report or a person."""
    ttl = timedelta(hours=1)
    counter = made(memory, Line(name="email", capabilities=Capabilities(delivery="idempotent", key_ttl=ttl)))
    counter.at += ttl - timedelta(seconds=30) - before
    assert counter.engine.run_due().sent == sent
    [unknown] = counter.loja.unknowns() or [None]
    assert (unknown and unknown.next) == (None if sent else "receipt-or-person")


def _stops(counter: Counter, what: str) -> None:
    now = f"{counter.at:%Y-%m-%d %H:%M}"
    if what == "payment":
        counter.pay()
    elif what == "dispute":
        fields = {"dispute": "d-1", "receivables": ("nf-1",)}
        counter.loja.record(events.DisputeOpened(**fields, **head("d-1", "ana", now)))
    elif what == "hold":
        counter.loja.record(events.HoldPlaced(hold="h-1", **head("h-1", "ana", now)))
    else:
        counter.loja.record(events.ConsentRevoked(channel="email", **head("no", "ana", now)))


@pytest.mark.parametrize("what", ["payment", "dispute", "hold", "opt-out"])
def test_what_has_been_stopped_since_is_not_sent_again(again: Counter, what: str):
    """It stays unknown, neither suppressed nor failed: it may have arrived."""
    again.later(seconds=20)
    _stops(again, what)
    for _ in range(40):
        again.later(hours=1)
        again.run()
    assert again.email.steps[:2] in (["lembrete"], ["lembrete", "obrigado"])
    assert again.states()["lembrete"] == "unknown"


def test_what_was_held_back_by_mistake_is_sent_again(memory: Store):
    """Also where nothing else is planned while the provider knows the key: it is looked at again."""
    only = POLICY.partition('[[step]]\nid = "atraso"')[0]
    counter = made(memory, Line(name="email", capabilities=IDEMPOTENT), policies=(only,))
    hold = {"hold": "h", "receivables": ("nf-1",)}
    counter.loja.record(events.HoldPlaced(**hold, **head("held", "ana", REMINDER)))
    counter.later(hours=1)
    assert counter.run() == {}
    mistaken = head("oops", "ana", "2026-04-15 10:00")
    counter.loja.record(events.EventRetracted(event="held", reason="meant somebody else", **mistaken))
    counter.later(hours=1)
    assert counter.run() == {"sent": 1}
    assert len({message.key for message in counter.email.got}) == 1


def test_outside_the_window_it_waits_for_the_next_one(memory: Store):
    """At eight in the morning, since the provider still knows the key then."""
    counter = Counter(store=memory, email=Line(name="email", answer=silent, capabilities=IDEMPOTENT))
    counter.open_account()
    counter.bill()
    counter.at = clock("2026-04-15 19:59") + timedelta(seconds=20)
    assert counter.run() == {"unknown": 1}
    counter.email.answer = took
    assert counter.run("2026-04-15 20:01") == {}
    assert counter.run("2026-04-16 07:59") == {}
    assert counter.run("2026-04-16 08:00") == {"sent": 1}
    assert counter.email.got[0].key == counter.email.got[1].key


def test_the_window_stays_open_for_sending_again(memory: Store):
    """It would close before the sending ended: tomorrow."""
    counter = Counter(store=memory, email=Line(name="email", answer=silent, capabilities=IDEMPOTENT))
    counter.open_account()
    counter.bill()
    counter.at = clock("2026-04-15 19:58") + timedelta(seconds=31)
    assert counter.run() == {"unknown": 1}
    counter.email.answer = took
    counter.at += SETTLED
    assert counter.run() == {}
    assert counter.run("2026-04-16 08:00") == {"sent": 1}


def test_another_text_is_not_sent_under_the_key(again: Counter):
    """The provider would refuse it, or send it besides: the name was mended meanwhile."""
    again.loja.keep("ana", {"ana-person": {"name": "Ana Souza Lima"}})
    again.at += SETTLED
    assert again.run() == {}
    [unknown] = again.loja.unknowns()
    assert unknown.next == "receipt-or-person"


def test_a_refusal_of_the_second_attempt_proves_nothing_about_the_first(again: Counter):
    """Unknown, and not sent again by itself; a receipt of the first makes it sent, whatever the second said."""
    again.email.answer = refusing
    again.at += SETTLED
    assert again.run() == {"unknown": 1}
    assert again.states() == {"lembrete": "unknown"}
    again.later(hours=3)
    assert again.run() == {}
    assert outcomes(again) == ["unknown", "permanent"]
    assert not [each for each in again.loja.events("ana") if isinstance(each, events.ActionFailed)]
    assert report(again, Receipt(status="accepted", key=again.email.got[0].key)) == ["action.sent"]
    assert again.states() == {"lembrete": "sent"}


def test_a_refusal_of_the_second_attempt_that_says_nothing_is_one(again: Counter):
    """It is recorded, and nothing stays under way."""

    def mute(_: Any) -> Receipt:
        raise Rejected("")

    again.email.answer = mute
    again.at += SETTLED
    assert again.run() == {"unknown": 1}
    assert outcomes(again) == ["unknown", "permanent"]


def test_not_now_at_the_second_attempt_is_tried_once_more(again: Counter):
    """After the pause; it is unknown meanwhile, never suppressed."""
    again.email.answer = busy
    again.at += SETTLED
    assert again.run() == {"unknown": 1}
    assert again.states() == {"lembrete": "unknown"}
    again.email.answer = took
    again.later(seconds=119)
    assert again.run() == {}
    again.later(seconds=26)
    assert again.run() == {"sent": 1}
    assert outcomes(again) == ["unknown", "transient", "accepted"]
    assert len({message.key for message in again.email.got}) == 1


def test_it_is_not_sent_again_without_end(again: Counter):
    """Five attempts, then it is left to a report or a person."""
    again.email.answer = silent
    for _ in range(12):
        again.later(hours=1)
        again.run()
    assert outcomes(again) == ["unknown"] * 5
    assert again.states() == {"lembrete": "unknown"}


def test_what_is_paid_while_it_is_sent_again_stays_under_way(again: Counter):
    """The plan says unknown of it; the outbox, that a worker is sending it."""
    states: list[str] = []

    def paying(_: Message) -> Receipt:
        again.pay()
        states.append(again.states()["lembrete"])
        return Receipt()

    again.email.answer = paying
    again.at += SETTLED
    assert again.run() == {"sent": 1}
    assert states == ["sending"]
    assert again.states()["lembrete"] == "sent"


def test_a_contact_is_sent_again_with_all_that_it_carried(memory: Store):
    """Two reminders in one message; one paid meanwhile, and it is another message."""
    consolidated = POLICY.replace('calendar = "br-bancario"', 'calendar = "br-bancario"\n\n[plan]\nconsolidate = "day"')
    for paid in (False, True):
        counter = Counter(
            store=memory,
            policies=(consolidated,),
            email=Line(name="email", answer=silent, capabilities=IDEMPOTENT),
        )
        debtor = f"ana-{paid}"
        counter.open_account(debtor)
        counter.bill(f"nf-1-{paid}", debtor)
        counter.bill(f"nf-2-{paid}", debtor)
        assert counter.run(REMINDER) == {"unknown": 1}
        counter.email.answer = took
        counter.later(seconds=30)
        if paid:
            counter.pay(f"nf-2-{paid}", debtor)
        counter.later(seconds=30)
        assert counter.run() == ({} if paid else {"sent": 1})
        assert counter.state_of(debtor) == (["unknown"] * 2 if paid else ["sent"] * 2)


def test_a_task_is_handed_over_again(memory: Store):
    """Executors promise the same."""
    counter = Counter(store=memory)
    counter.open_account()
    counter.bill()
    counter.people.capabilities = IDEMPOTENT
    counter.people.answer = silent
    counter.run("2026-04-23 10:00")
    assert counter.run("2026-05-04 10:00") == {"unknown": 1}
    counter.people.answer = took
    counter.at += SETTLED
    assert counter.run() == {"sent": 1}
    assert len({request.key for request in counter.people.got}) == 1
    assert counter.states()["ligacao"] == "sent"


def test_what_a_dead_worker_was_sending_is_sent_again():
    """Nobody heard the answer; the provider recognises the key."""
    store = MemoryStore()
    counter = Counter(store=store, email=Line(name="email", capabilities=IDEMPOTENT))
    counter.open_account()
    counter.bill()

    def dying(_: Message) -> Receipt:
        store.bury(store.owner())
        counter.later(seconds=1)
        counter.another().run_due()  # the successor finds it at once
        raise Unknown("nobody hears that")

    counter.email.answer = dying
    counter.run(REMINDER)
    counter.email.answer = took
    counter.at = clock(REMINDER) + SETTLED - TICK
    assert counter.run() == {}
    counter.at += TICK
    assert counter.run() == {"sent": 1}
    assert outcomes(counter) == ["unknown", "accepted"]


# asked for


def test_it_is_asked_for_when_the_provider_must_know(memory: Store):
    """Not a moment before; what it says is a fact."""
    counter, email = queryable(memory)
    email.found = lambda _: Receipt(status="delivered", reference="r-9")
    counter.at += SETTLED + timedelta(seconds=10) - TICK
    counter.run()
    assert email.asked == []
    counter.at += TICK
    assert counter.run() == {}
    assert email.asked == [email.got[0].key]
    assert counter.states() == {"lembrete": "sent"}
    counter.later(hours=2)
    counter.run()
    assert (len(email.asked), len(email.got)) == (1, 1)


def test_what_never_arrived_is_sent_again(store: Store):
    """Under another key: what the first one may still come to is not confused with it."""
    counter, email = queryable(store)
    counter.later(seconds=70)
    assert counter.run() == {}
    assert counter.states() == {"lembrete": "pending"}
    counter.later(seconds=73)
    assert counter.run() == {"sent": 1}
    assert len({message.key for message in email.got}) == 2
    assert [message.attempt for message in email.got] == [1, 2]
    assert [each.differences for each in counter.loja.history("ana").attempts] == [(), ()]


def test_a_clock_that_jumps_ahead_proves_nothing():
    """The provider knows nothing of it yet: by the time that truly passed, which nobody sets, it is too early."""
    store = Set(MemoryStore(), instant(REMINDER))
    email = Findable(name="email", answer=silent, capabilities=Capabilities(delivery="queryable"))
    counter = Counter(store=store, email=email, parts={"now": None}, at=clock(REMINDER))
    counter.open_account()
    counter.bill()
    assert counter.run() == {"unknown": 1}
    for _ in range(3):
        store.at_us += 600_000_000
        assert counter.run() == {}
    assert email.asked
    assert counter.states() == {"lembrete": "unknown"}


def test_what_never_arrived_and_is_paid_is_over(memory: Store):
    """Nothing left, and nothing is due."""
    counter, email = queryable(memory)
    counter.pay()
    counter.later(seconds=70)
    counter.run()
    assert counter.states()["lembrete"] == "suppressed"
    assert len(email.got) == 1


def test_a_provider_that_cannot_be_asked_is_asked_later(memory: Store):
    """After the pause, then less and less often; as late as it says."""
    counter, email = queryable(memory)
    email.found = busy
    counter.later(seconds=70)
    asked = []
    for _ in range(600):
        counter.run()
        counter.later(seconds=30)
        asked.append(len(email.asked))
    assert 8 < asked[-1] < 20

    def later(_: str) -> Receipt:
        raise Retryable(timedelta(hours=5))

    email.found = later
    counter.later(hours=2)
    counter.run()
    counter.later(hours=4, minutes=59)
    counter.run()
    assert len(email.asked) == asked[-1] + 1
    assert counter.states() == {"lembrete": "unknown"}


def test_what_a_provider_refused_goes_by_the_next_channel(memory: Store):
    """It says so of the request itself, when it is asked."""
    counter = Counter(store=memory)
    counter.open_account()
    counter.bill()
    counter.run(REMINDER)
    sms = Findable(name="sms", answer=silent, found=lambda _: Receipt(status="failed", reason="gone"))
    sms.capabilities = Capabilities(delivery="queryable")
    with counter.another(channels={"email": counter.email, "sms": sms}) as counter.engine:
        assert counter.run("2026-04-23 10:00") == {"unknown": 1}
        counter.at += SETTLED
        assert counter.run() == {"sent": 1}
    assert counter.email.steps == ["lembrete", "atraso"]


def test_what_never_arrives_is_given_up(memory: Store):
    """The channel counts as refused after five attempts, as where it says "not now"."""
    counter, email = queryable(memory)
    email.answer = silent
    for _ in range(12):
        counter.later(hours=1)
        counter.run()
    assert len(email.got) == 5
    assert counter.states() == {"lembrete": "failed"}


def test_an_answer_that_nobody_understands_changes_nothing(memory: Store):
    """It is asked again."""
    counter, email = queryable(memory)
    email.found = lambda _: Receipt(status="unknown", reason="em processamento")
    counter.later(seconds=70)
    counter.run()
    assert counter.states() == {"lembrete": "unknown"}
    email.found = took
    counter.later(hours=1)
    counter.run()
    assert counter.states() == {"lembrete": "sent"}


# left alone


def test_what_promises_nothing_is_left_alone(memory: Store):
    """Blind, or queryable without anybody to ask."""
    for name, can in (("bia", Capabilities()), ("caio", Capabilities(delivery="queryable"))):
        counter = Counter(store=memory, email=Line(name="email", answer=silent, capabilities=can))
        counter.open_account(name)
        counter.bill(f"nf-{name}", name)
        assert counter.run(REMINDER) == {"unknown": 1}
        counter.email.answer = took
        counter.later(hours=20)
        assert counter.run() == {}
        assert counter.state_of(name) == ["unknown"]


def test_who_paid_meanwhile_has_an_unknown_and_nothing_suppressed(memory: Store):
    """What may have arrived is never called suppressed."""
    counter = made(memory, Line(name="email"))
    counter.pay()
    counter.run("2026-04-17 12:00")
    assert counter.states()["lembrete"] == "unknown"


# what a person knows


def test_a_person_sees_what_is_unknown_and_what_will_be_done(store: Store):
    """Of every debtor; by what, since when, why, and what happens by itself, and when."""
    counter, email = queryable(store)
    counter.bill_others("bia")
    email.answer, email.capabilities = silent, Capabilities()
    assert counter.run("2026-04-15 09:00") == {"unknown": 1}
    first, second = sorted(counter.loja.unknowns(), key=lambda each: each.debtor)
    assert (first.debtor, first.receivable, first.step, first.channel, first.attempt) == (
        ("ana", "nf-1", "lembrete", "email", 1)
    )
    assert (first.key, first.why, first.reference) == (email.got[0].key, "timeout", "")
    assert first.since == clock(REMINDER)
    assert first.contact.startswith(first.action)
    assert (second.debtor, second.next, second.next_at) == ("bia", "receipt-or-person", None)
    email.capabilities = Capabilities(delivery="queryable", query_lag=timedelta(seconds=10))
    [first] = [each for each in counter.loja.unknowns() if each.debtor == "ana"]
    assert (first.next, first.next_at) == ("ask", clock(REMINDER) + timedelta(seconds=70))


def test_a_channel_that_gives_no_reason_is_named_for_it(memory: Store):
    """It attempted, and nobody else did."""
    counter = Counter(store=memory)
    counter.open_account()
    counter.bill()
    counter.email.answer = lambda _: Receipt(status="unknown")
    assert counter.run(REMINDER) == {"unknown": 1}
    [unknown] = counter.loja.unknowns()
    assert unknown.why == "the channel does not know, and gave no reason"


def test_what_will_be_sent_again_is_told(again: Counter):
    """And when."""
    [unknown] = again.loja.unknowns()
    assert (unknown.next, unknown.next_at) == ("resend", clock(REMINDER) + SETTLED)


def test_a_person_knows_that_it_was_sent(again: Counter):
    """A fact with the person's name; nothing is sent again."""
    [unknown] = again.loja.unknowns()
    recorded = again.loja.resolve(unknown.action, sent=True, by="Rita", reason="seen in the console")
    assert [(each.type, each.by, each.reason) for each in recorded] == [("action.sent", "Rita", "seen in the console")]
    assert again.states() == {"lembrete": "sent"}
    assert again.loja.unknowns() == ()
    again.later(hours=2)
    assert again.run() == {}


def test_a_person_knows_that_it_was_not_sent(again: Counter):
    """Its attempt is taken back with the person's name, and the plan decides: it is still due, so it goes out."""
    [unknown] = again.loja.unknowns()
    recorded = again.loja.resolve(unknown.action, sent=False, by="Rita", reason="the provider was down")
    assert {(each.type, each.by) for each in recorded} == {("event.retracted", "Rita")}
    assert again.run() == {"sent": 1}
    assert len({message.key for message in again.email.got}) == 2


def test_what_is_sent_after_that_is_sent_again_under_its_own_key(again: Counter):
    """The key of the last attempt, not of the one that never arrived."""
    [unknown] = again.loja.unknowns()
    again.loja.resolve(unknown.action, sent=False, by="Rita", reason="the provider was down")
    again.email.answer = silent
    assert again.run() == {"unknown": 1}
    again.email.answer = took
    again.later(minutes=2)
    assert again.run() == {"sent": 1}
    first, second, third = [message.key for message in again.email.got]
    assert first != second == third


def test_a_person_who_knows_nothing_new_is_told(again: Counter):
    """Of no action, of one that is not unknown; without a name or a reason on one line that a fact can hold."""
    [unknown] = again.loja.unknowns()
    with pytest.raises(EventError, match="no action 'x'"):
        again.loja.resolve("x", sent=True, by="Rita", reason="seen")
    for by, reason in (
        ("", "seen"),
        ("Rita", " "),
        ("Ri\x1b[31mta", "seen"),
        ("Rita", "seen\ntwice"),
        ("Rita", "x" * 201),
    ):
        with pytest.raises(EventError, match="is not one line of 1 to 200 characters; say who knows it, and how"):
            again.loja.resolve(unknown.action, sent=True, by=by, reason=reason)
    again.loja.resolve(unknown.action, sent=True, by="Rita", reason="seen")
    with pytest.raises(EventError, match="is sent, not unknown"):
        again.loja.resolve(unknown.action, sent=False, by="Rita", reason="seen")


def test_what_the_host_attempted_by_itself_is_listed(memory: Store):
    """Nobody has evidence of it; a person can say what became of it."""
    counter = Counter(store=memory)
    counter.open_account()
    counter.bill()
    counter.at = clock(REMINDER)
    counter.engine.run_due(limit=0)
    [action] = counter.loja.schedule("ana").due
    counter.email.answer = busy
    counter.run()
    counter.loja.record(events.ActionAttempted.of(action, id="own", at=counter.at, attempt=7))
    [unknown] = counter.loja.unknowns()
    assert unknown.next == "receipt-or-person"
    counter.loja.resolve(unknown.action, sent=False, by="Rita", reason="was a test")
    assert counter.loja.unknowns() == ()


def test_a_reference_that_no_store_can_hold_is_of_nothing(store: Store):
    """NUL in what a provider says; PostgreSQL would refuse the question."""
    counter = made(store, Line(name="email"))
    assert report(counter, Receipt(status="delivered", reference="a\0b")) == []
    assert report(counter, Receipt(status="delivered", key="a\0b")) == []
