"""Registrars that are asked what became of a request, how often, and what is made of their answers."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from counter import clock
from registry import ONLY_LISTED, Registrar, Shop

from regua import events
from regua.errors import PluginError
from regua.ports import (
    ActionRequest,
    Capabilities,
    Executor,
    Queryable,
    Receipt,
    Retryable,
    Store,
    Unknown,
    Webhook,
    WebhookRequest,
)

LISTED = "2026-05-11 10:00"


@pytest.fixture
def bureau() -> Registrar:
    """A registrar that may be asked every hour."""
    return Registrar()


@pytest.fixture
def shop(store: Store, bureau: Registrar, tmp_path: Path) -> Iterator[Shop]:
    """A shop that lists with it on 11 May."""
    made = Shop.opened(tmp_path, store, ONLY_LISTED)
    with made.counter.another(registrars={"bureau": bureau}) as made.counter.engine:
        made.run(LISTED)
        yield made


def test_it_is_asked_as_often_as_it_allows(shop: Shop, bureau: Registrar):
    """However often the engine runs; the engine knows when it is to run for that."""
    wakeup = shop.counter.engine.next_wakeup()
    assert wakeup is not None
    assert wakeup.timestamp() == clock("2026-05-11 11:00").timestamp()
    for when in ("2026-05-11 10:00", "2026-05-11 10:59", "2026-05-11 11:00", "2026-05-11 11:01", "2026-05-11 12:00"):
        shop.run(when)
    assert len(bureau.asked) == 2
    assert set(bureau.asked) == {request.key for request in bureau.got}


def test_it_is_asked_no_more_once_it_is_done(shop: Shop, bureau: Registrar):
    """Nothing is left to ask."""
    bureau.found = lambda _: Receipt(status="delivered", at=clock("2026-05-11 10:30"))
    shop.run("2026-05-11 11:00")
    shop.run("2026-05-20 11:00")
    assert len(bureau.asked) == 1
    assert shop.facts("listing") == ["listing.requested 05-11", "listing.confirmed 05-11"]
    assert shop.counter.engine.next_wakeup() is None


def test_the_same_answer_again_is_the_same_fact(shop: Shop, bureau: Registrar):
    """Accepted is known already; the next hour's answer adds what it adds."""
    bureau.found = lambda _: Receipt(status="accepted", reference="R-1")
    for hour in range(11, 15):
        shop.run(f"2026-05-11 {hour}:00")
    assert shop.facts("listing", "action") == ["action.attempted 05-11", "action.sent 05-11", "listing.requested 05-11"]
    assert len(bureau.asked) == 4


def test_what_nobody_understands_is_told_and_never_guessed(shop: Shop, bureau: Registrar):
    """The action keeps the reason; the answer that follows counts."""
    bureau.found = lambda _: Receipt(status="unknown", reason="the answer cannot be read")
    shop.run("2026-05-11 11:00")
    [row] = shop.counter.store.load("loja", "ana").outbox
    assert (row.state, row.reason) == ("sent", "the answer cannot be read")
    assert shop.facts("listing") == ["listing.requested 05-11"]
    bureau.found = lambda _: Receipt(status="delivered")
    shop.run("2026-05-11 12:00")
    assert shop.facts("listing") == ["listing.requested 05-11", "listing.confirmed 05-11"]
    assert shop.counter.store.load("loja", "ana").outbox[0].reason == ""


def test_an_answer_of_a_day_to_come_waits_for_that_day(shop: Shop, bureau: Registrar):
    """A term would begin too early; noon of today is no such day."""
    bureau.found = lambda _: Receipt(status="delivered", at=clock("2026-05-18 12:00"))
    shop.run("2026-05-11 11:00")
    [row] = shop.counter.store.load("loja", "ana").outbox
    assert (row.state, row.reason) == ("sent", "the answer is of a day to come")
    assert shop.facts("listing") == ["listing.requested 05-11"]
    shop.run("2026-05-18 09:00")
    assert shop.facts("listing") == ["listing.requested 05-11", "listing.confirmed 05-18"]


def test_what_it_never_saw_is_told(shop: Shop):
    """It took the request, and knows nothing of it."""
    shop.run("2026-05-11 11:00")
    [row] = shop.counter.store.load("loja", "ana").outbox
    assert (row.state, row.reason) == ("sent", "the provider knows nothing of it")


@pytest.mark.parametrize("problem", [Retryable(reason="http-503"), Unknown("timeout"), RuntimeError("bug")])
def test_one_that_cannot_be_asked_is_asked_again(shop: Shop, bureau: Registrar, problem: Exception):
    """An hour later; nothing else stops."""

    def fails(_: str) -> Receipt:
        raise problem

    bureau.found = fails
    shop.run("2026-05-11 11:00")
    bureau.found = lambda _: Receipt(status="delivered")
    shop.run("2026-05-11 11:30")
    assert shop.facts("listing") == ["listing.requested 05-11"]
    shop.run("2026-05-11 12:00")
    assert shop.facts("listing") == ["listing.requested 05-11", "listing.confirmed 05-11"]


def test_a_debtor_who_paid_meanwhile_is_not_lost(shop: Shop, bureau: Registrar):
    """The confirmation comes after the money; the removal is owed all the same."""
    shop.pay("2026-05-11 10:30")
    bureau.found = lambda _: Receipt(status="delivered")
    shop.run("2026-05-12 10:00")
    assert [request.action.kind for request in bureau.got] == ["listing", "delisting"]
    assert bureau.got[1].action.registrar == "bureau"


def test_an_unknown_request_is_asked_for(store: Store, tmp_path: Path):
    """No answer came back; the registrar says that it has it, and it is a fact from then on."""

    def silent(_: object) -> Receipt:
        raise Unknown("timeout")

    bureau = Registrar(answer=silent, found=lambda _: Receipt(status="accepted", reference="R-9"))
    made = Shop.opened(tmp_path, store, ONLY_LISTED)
    with made.counter.another(registrars={"bureau": bureau}) as made.counter.engine:
        assert made.run(LISTED) == {"unknown": 1}
        assert made.facts("listing") == []
        made.run("2026-05-11 11:00")
        assert made.facts("listing") == ["listing.requested 05-11"]
        assert made.counter.states() == {"negativacao": "sent"}


def test_one_that_promises_nothing_is_not_asked(store: Store, tmp_path: Path):
    """Its word is its receipt: accepted means done, where asking for it is no fact of its own."""
    silent = Registrar(capabilities=Capabilities(), kinds=frozenset({"delisting", "listing"}))
    made = Shop.opened(tmp_path, store, ONLY_LISTED)
    with made.counter.another(registrars={"bureau": silent}) as made.counter.engine:
        made.run(LISTED)
        made.pay("2026-05-12 10:00")
        made.run("2026-05-14 10:00")
        assert silent.asked == []
        assert made.facts("listing") == ["listing.requested 05-11", "listing.removed 05-14"]


def test_a_registrar_may_call(store: Store, tmp_path: Path):
    """As a channel does."""

    class Calling(Registrar):
        def verify(self, request: WebhookRequest) -> bool:
            return request.headers["signature"] == "ours"

        def parse(self, _: WebhookRequest) -> list[Receipt]:
            return [Receipt(status="delivered", reference="R-1")]

    bureau = Calling()
    assert isinstance(bureau, Webhook)
    made = Shop.opened(tmp_path, store, ONLY_LISTED)
    with made.counter.another(registrars={"bureau": bureau}) as made.counter.engine:
        made.run(LISTED)
        call = WebhookRequest(headers={"signature": "ours"}, body=b"", received_at=made.counter.at)
        assert [event.type for event in made.counter.engine.receive("bureau", call)] == [
            "action.delivered",
            "listing.confirmed",
        ]
        assert made.counter.engine.receive("bureau", call) == ()
        made.run("2026-05-12 10:00")
        assert bureau.asked == []


def test_two_bureaus_are_two_consequences(tmp_path: Path, store: Store):
    """Listed by both, removed by both; one that is silent alarms by itself."""
    other = ONLY_LISTED.replace("negativacao", "outra").replace("bureau", "spc")
    shop = Shop.opened(tmp_path, store, ONLY_LISTED, other)
    assert shop.run(LISTED) == {"sent": 2}
    shop.pay("2026-05-20 14:00")
    assert shop.run("2026-05-21 00:00") == {"sent": 2}
    assert (shop.bureau.kinds, shop.spc.kinds) == (["listing", "delisting"], ["listing", "delisting"])
    shop.spc.answer("delisting", "delivered")
    shop.run("2026-05-28 10:00")
    found = [each for each in shop.counter.loja.schedule("ana").all if each.step == "owed:neg.baixa"]
    told = {each.occurrence.rpartition("@")[2]: [reason.code for reason in each.reasons] for each in found}
    assert told == {"bureau": ["sent", "owed", "unconfirmed", "deadline-missed"], "spc": ["delivered"]}


def test_a_registrar_that_is_gone_is_named(shop: Shop):
    """Nobody else is asked to remove what it listed; the debt waits with the reason, and is tried again."""
    shop.pay("2026-05-20 14:00")
    with shop.counter.another(registrars={}) as shop.counter.engine:
        assert shop.run("2026-05-21 09:00") == {"stuck": 1}
    rows = shop.counter.store.load("loja", "ana").outbox
    assert "no registrar 'bureau' carries out the kind 'delisting'" in rows[-1].reason


def test_a_registrar_that_is_back_is_asked_for_what_it_took(shop: Shop, bureau: Registrar):
    """An engine without it looks for it again every hour; one by which it says nothing any more gives up."""
    bureau.found = lambda _: Receipt(status="delivered")
    engine = shop.counter.engine
    with shop.counter.another(registrars={}) as shop.counter.engine:
        shop.run("2026-05-11 11:00")
        shop.run("2026-05-11 11:30")
    shop.counter.engine = engine
    shop.run("2026-05-11 11:59")
    assert bureau.asked == []
    shop.run("2026-05-11 12:00")
    assert shop.facts("listing")[-1] == "listing.confirmed 05-11"


def test_one_that_is_silent_from_now_on_is_not_asked(shop: Shop, bureau: Registrar):
    """Its capabilities say so, or raise."""
    bureau.capabilities = Capabilities(reports_delivery=True)
    shop.run("2026-05-11 11:00")
    assert (bureau.asked, shop.counter.engine.next_wakeup()) == ([], None)


def test_capabilities_that_raise_lose_nothing(store: Store, tmp_path: Path):
    """What was sent is recorded all the same; nobody is asked by them."""

    class Broken(Registrar):
        sane: bool = True

        def __getattribute__(self, name: str) -> object:
            if name == "capabilities" and not object.__getattribute__(self, "sane"):
                raise RuntimeError
            return object.__getattribute__(self, name)

        def run(self, request: ActionRequest) -> Receipt:
            self.sane = False
            return super().run(request)

    bureau = Broken()
    made = Shop.opened(tmp_path, store, ONLY_LISTED)
    with made.counter.another(registrars={"bureau": bureau}) as made.counter.engine:
        assert made.run(LISTED) == {"sent": 1}
        made.run("2026-05-12 10:00")
        assert (bureau.asked, made.facts("listing")) == ([], ["listing.requested 05-11"])


def test_a_run_that_is_to_stop_asks_nobody(shop: Shop, bureau: Registrar):
    """Nor sends anything."""
    shop.counter.at = clock("2026-05-11 11:00")
    shop.counter.engine.run_due(stop=lambda: True)
    assert bureau.asked == []


def test_a_word_that_the_registrar_calls_in_and_nobody_knows_changes_nothing(store: Store, tmp_path: Path):
    """Unknown is no fact."""

    class Calling(Registrar):
        def verify(self, _: WebhookRequest) -> bool:
            return True

        def parse(self, _: WebhookRequest) -> list[Receipt]:
            return [Receipt(status="unknown", reference="R-1")]

    made = Shop.opened(tmp_path, store, ONLY_LISTED)
    with made.counter.another(registrars={"bureau": Calling()}) as made.counter.engine:
        made.run(LISTED)
        call = WebhookRequest(headers={}, body=b"", received_at=made.counter.at)
        assert made.counter.engine.receive("bureau", call) == ()


def test_a_payment_that_is_reversed_after_the_removal_lists_nobody(shop: Shop, bureau: Registrar):
    """A person is asked to look, once."""
    bureau.found = lambda _: Receipt(status="delivered")
    shop.pay("2026-05-20 14:00")
    shop.run("2026-05-21 09:00")
    shop.run("2026-05-21 10:00")
    assert shop.facts("listing")[-1] == "listing.removed 05-21"
    shop.record(events.PaymentReversed, "undone", "2026-05-25 10:00", payment="nf-1/pix")
    assert shop.run("2026-05-25 10:00") == {"sent": 1}
    assert shop.counter.states()["review:ground"] == "sent"
    for day in range(26, 30):
        shop.run(f"2026-05-{day} 10:00")
    assert [request.action.kind for request in bureau.got] == ["listing", "delisting"]


def test_an_executor_that_refuses_the_removal_is_asked_again_later(shop: Shop, bureau: Registrar):
    """After an hour, then two; each refusal is a fact, and no run loops."""
    bureau.answer = lambda _: Receipt(status="failed", reason="fora do ar")
    shop.pay("2026-05-20 14:00")
    times = ("2026-05-21 00:00", "2026-05-21 00:30", "2026-05-21 01:00", "2026-05-21 02:59", "2026-05-21 03:00")
    assert [shop.run(when) for when in times] == [{"failed": 1}, {}, {"failed": 1}, {}, {"failed": 1}]


def test_what_may_be_asked_has_an_interval():
    """Longer than nothing."""
    with pytest.raises(PluginError, match="ask_every"):
        Capabilities(ask_every=timedelta(0))
    assert isinstance(Registrar(), Executor)
    assert isinstance(Registrar(), Queryable)


def test_who_says_something_of_a_person_is_not_repeated(shop: Shop, bureau: Registrar):
    """A refusal that names the debtor."""
    bureau.found = lambda _: Receipt(status="failed", reason="Ana Souza não encontrada")
    shop.run("2026-05-11 11:00")
    [failed] = shop.of(events.ActionFailed)
    assert failed.reason == "… não encontrada"
