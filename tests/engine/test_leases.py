"""Where death is not proved but timed: a store whose workers have a lease (design: delivery, States, 5)."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from counter import Counter, Line
from test_boletos import SECOND, THIRD, Bank
from test_unknowns import IDEMPOTENT, Findable, made, silent

from regua.builtin.memory import MemoryStore
from regua.ports import (
    Attempt,
    BoletoCapabilities,
    BoletoOrder,
    Capabilities,
    Message,
    OutboxAction,
    Receipt,
    Retryable,
    Unknown,
)

REMINDER = "2026-04-15 09:00"
QUERYABLE = Capabilities(delivery="queryable", query_lag=timedelta(seconds=10))


class Leased(MemoryStore):
    """A store with leases, which run out when they are buried."""

    lease = timedelta(minutes=2)

    def __init__(self) -> None:
        super().__init__()
        self.after_claim: list[Callable[[], object]] = []
        self._happens: list[Callable[[], object]] = []

    def claim(self, creditor: str, **named: Any) -> Sequence[OutboxAction]:
        """As the store."""
        claimed = super().claim(creditor, **named)
        if claimed:
            self._happens, self.after_claim = self.after_claim, []
        return claimed

    def owner(self) -> str:
        """The name; and then what happens once somebody has asked for it since a claim."""
        name = super().owner()
        while self._happens:
            self._happens.pop()()
        return name


def evidence(counter: Counter, debtor: str) -> list[Attempt]:
    """The attempts at one debtor."""
    return list(counter.store.attempts("loja", debtor))


def test_nothing_is_begun_under_a_claim_of_a_lost_name():
    """It is given back, and sent under the next name: once."""
    store = Leased()
    counter = Counter(store=store)
    counter.bill_others("bia", "caio")
    lost = store.owner()

    def losing(_: Message) -> Receipt:
        if len(counter.email.got) == 1:
            store.bury(lost)
        return Receipt(reference="ref")

    counter.email.answer = losing
    assert counter.run(REMINDER) == {"sent": 2, "retried": 1}
    workers = [evidence(counter, debtor)[0].worker for debtor in ("bia", "caio")]
    assert workers == [lost, store.owner()]
    assert len(counter.email.got) == 2


def test_who_stood_still_since_it_looked_at_its_lease_does_not_send():
    """However short the time is from the intent: it counts from before."""
    store = Leased()
    counter = Counter(store=store)
    counter.bill_others("bia")
    store.after_claim = [lambda: counter.later(minutes=5)]
    assert counter.run(REMINDER) == {"retried": 1}
    assert counter.email.got == []
    counter.later(hours=1)
    assert counter.run() == {"sent": 1}


def test_a_lease_that_is_too_short_for_a_channel_lets_nothing_out_by_it():
    """Nobody may count as dead while it is still sending; the reason says which lease would do."""
    store = Leased()
    store.lease = timedelta(seconds=119)
    counter = Counter(store=store)
    counter.bill_others("bia")
    assert counter.run(REMINDER) == {"stuck": 1}
    (row,) = store.load("loja", "bia").outbox
    assert row.reason == (
        "the store's lease is 119 s, too short for 'email': make it 120 s or longer, or send_timeout shorter"
    )
    assert counter.email.got == []
    counter.email.capabilities = Capabilities(send_timeout=timedelta(seconds=29))
    counter.later(hours=1)
    assert counter.run() == {"sent": 1}


def test_a_lease_that_has_become_too_short_lets_nothing_be_sent_once_more():
    """As where the settings were changed since the first attempt."""
    store = Leased()
    counter = made(store, Line(name="email", capabilities=IDEMPOTENT))
    store.lease = timedelta(seconds=30)
    counter.later(minutes=2)
    assert counter.run() == {}
    assert len(counter.email.got) == 1
    store.lease = timedelta(minutes=2)
    counter.later(hours=1)
    assert counter.run() == {"sent": 1}


def test_what_a_provider_never_saw_is_not_sent_again():
    """Whoever counts as dead may only stand still, and send it when it goes on: it waits for a receipt or a person."""
    email = Findable(name="email", capabilities=QUERYABLE, answer=silent)
    counter = made(Leased(), email)
    for _ in range(30):
        counter.later(hours=1)
        assert counter.run() == {}
    assert len(email.asked) > 3
    assert (counter.states()["lembrete"], len(email.got)) == ("unknown", 1)


def test_what_a_provider_has_is_sent():
    """Asking may still find out that it arrived."""
    email = Findable(name="email", capabilities=QUERYABLE, answer=silent)
    counter = made(Leased(), email)
    counter.later(hours=1)
    counter.run()
    email.found = lambda _: Receipt(status="accepted", reference="r-9")
    counter.later(hours=2)
    counter.run()
    assert (counter.states()["lembrete"], len(email.got)) == ("sent", 1)


def test_what_a_provider_recognises_is_sent_again():
    """Under the same key, as ever."""
    counter = made(Leased(), Line(name="email", capabilities=IDEMPOTENT))
    counter.later(minutes=2)
    assert counter.run() == {"sent": 1}
    assert len({message.key for message in counter.email.got}) == 1


@pytest.mark.parametrize(("word", "state"), [(Receipt(), "sent"), (Retryable(reason="503"), "unknown")])
def test_who_counted_as_dead_while_it_was_sending_is_heard_where_it_was_accepted(word: Receipt | Retryable, state: str):
    """That is a fact; of a failure it can no longer decide anything."""
    store = Leased()
    counter = Counter(store=store)
    counter.bill_others("bia")

    def standing_still(_: Message) -> Receipt:
        store.bury(store.owner())
        counter.another().run_due()
        assert counter.state_of("bia") == ["unknown"]
        if isinstance(word, Retryable):
            raise word
        return word

    counter.email.answer = standing_still
    counter.run(REMINDER)
    assert counter.state_of("bia") == [state]


def test_a_boleto_that_the_bank_has_not_found_is_not_doubled():
    """Whoever ordered it may only stand still: nobody issues another in its place."""
    bank = Bank(Leased(), BoletoCapabilities(delivery="queryable", send_timeout=timedelta(seconds=1)))
    issue = bank.bank.issue

    def lost(_: BoletoOrder) -> NoReturn:
        raise Unknown("reset")

    bank.bank.issue = lost  # type: ignore[method-assign]
    assert bank.run(SECOND) == {"unknown": 1}
    bank.bank.issue = issue  # type: ignore[method-assign]
    assert bank.run(THIRD) == {"stuck": 1}
    assert bank.bank.payable() == []
    assert bank.instruments == ["ordered"]
