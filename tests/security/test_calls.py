"""Calls of providers that come twice, late, altered, forged or as noise: each fact once, and nothing else."""

import hmac
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import define
from counter import Counter, Line, clock, issued
from hypothesis import given, settings
from hypothesis import strategies as st

from regua import Engine, EventConflict, Money, events
from regua.builtin.memory import MemoryStore
from regua.codec import encode_event
from regua.core.events import Event
from regua.ports import Receipt, Rejected, Store, WebhookRequest, is_signed

NOON = clock("2026-04-10 12:00")
SECRET = "whsec"  # noqa: S105


@define
class Gateway(Line):
    """A provider of messages and payments that calls back; ids of facts are made of its own ids."""

    def verify(self, request: WebhookRequest) -> bool:
        """As plugins do."""
        return is_signed(request, secrets=(SECRET,), header="signature")

    def parse(self, request: WebhookRequest) -> Sequence[Receipt | Event]:
        """Read a list of what happened."""
        try:
            return [self._read(entry, request) for entry in json.loads(request.body)]
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise Rejected("unreadable") from error

    def _read(self, entry: Any, request: WebhookRequest) -> Receipt | Event:
        if entry["type"] == "status":
            return Receipt(status=entry["status"], key=entry["key"])
        head = {"id": f"gateway/{entry['id']}", "creditor": "loja", "debtor": entry["debtor"]}
        head |= {"at": datetime.fromisoformat(entry["at"]), "recorded_at": request.received_us}
        if entry["type"] == "reply":
            return events.ReplyReceived(channel="email", **head)
        return events.PaymentSettled(payment=entry["id"], amount=Money.of(entry["amount"]), **head)


PAID = {"type": "payment", "id": "pix-1", "debtor": "ana", "at": "2026-04-10T11:00:00-03:00", "amount": "150.00"}
SAID = {"type": "reply", "id": "sms-9", "debtor": "ana", "at": "2026-04-10T11:30:00-03:00"}


def call(*entries: Any, at: datetime = NOON, received: datetime | None = None, body: bytes = b"") -> WebhookRequest:
    """A call that the gateway signed at an instant."""
    content, stamp = body or json.dumps(entries).encode(), int(at.timestamp())
    signature = hmac.digest(SECRET.encode(), f"{stamp}.".encode() + content, "sha256").hex()
    return WebhookRequest(headers={"signature": f"t={stamp},v1={signature}"}, body=content, received_at=received or at)


def later(request: WebhookRequest, **span: int) -> WebhookRequest:
    """The same call, received again."""
    return WebhookRequest(
        headers=request.headers, body=request.body, received_at=request.received_at + timedelta(**span)
    )


@pytest.fixture
def counter(store: Store) -> Counter:
    """A counter whose e-mail is sent by the gateway, with a debtor who owes R$ 150,00."""
    made = Counter(store=store, at=NOON, email=Gateway(name="gateway"))
    made.open_account()
    made.bill()
    return made


def known(counter: Counter) -> list[dict[str, Any]]:
    """Everything that is recorded."""
    return [encode_event(each) for each in counter.loja.events()]


def test_a_call_that_is_replayed_makes_no_second_fact(counter: Counter):
    """A payment and a reply within the window, by who caught them on the way or by the provider itself."""
    request = call(PAID, SAID)
    assert [event.id for event in counter.engine.receive("email", request)] == ["gateway/pix-1", "gateway/sms-9"]
    before = known(counter)
    for seconds in (0, 10, 299, 300):
        assert counter.engine.receive("email", later(request, seconds=seconds)) == ()
    assert known(counter) == before
    with pytest.raises(Rejected, match="too old"):
        counter.engine.receive("email", later(request, seconds=301))


def test_a_report_that_is_replayed_changes_nothing(counter: Counter):
    """By the attempt of which it speaks; one that comes late takes nothing back."""
    counter.run("2026-04-15 09:00")
    [message] = counter.email.got
    for status in ("delivered", "read", "delivered", "accepted"):
        request = call({"type": "status", "key": message.key, "status": status}, at=counter.at)
        counter.engine.receive("email", request)
        before = known(counter)
        assert counter.engine.receive("email", request) == ()
        assert known(counter) == before


def test_a_call_that_is_replayed_with_changes_is_refused(counter: Counter):
    """The signature covers every byte; what the provider itself says otherwise contradicts what it said."""
    request = call(PAID)
    more = WebhookRequest(
        headers=request.headers, body=request.body.replace(b"150.00", b"999.00"), received_at=request.received_at
    )
    with pytest.raises(Rejected):
        counter.engine.receive("email", more)
    counter.engine.receive("email", request)
    before = known(counter)
    with pytest.raises(EventConflict):
        counter.engine.receive("email", call(PAID | {"amount": "999.00"}))
    assert known(counter) == before


def test_a_call_that_comes_to_many_at_once(counter: Counter):
    """Hosts have several processes, and providers are impatient: one of them records it."""
    request, ready = call(PAID, SAID), threading.Barrier(4)

    def receive(engine: Engine) -> int:
        ready.wait(30)
        return len(engine.receive("email", request))

    engines = [counter.another() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        recorded = [each.result(60) for each in [pool.submit(receive, engine) for engine in engines]]
    assert sum(recorded) == 2
    assert [event["id"] for event in known(counter)].count("gateway/pix-1") == 1


def quiet() -> Counter:
    """A counter that is asked many times."""
    made = Counter(store=MemoryStore(), at=NOON, email=Gateway(name="gateway"))
    made.loja.record(issued())
    return made


NOISY = quiet()
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PAID, "key", "status"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.binary(max_size=200), st.dictionaries(st.text(max_size=12), st.text(max_size=40), max_size=3))
@settings(max_examples=100)
def test_what_a_stranger_sends_is_refused(body: bytes, headers: dict[str, str]):
    """Whatever it is; nothing is stored and nothing else is raised."""
    before = known(NOISY)
    with pytest.raises(Rejected):
        NOISY.engine.receive("email", WebhookRequest(headers=headers, body=body, received_at=NOON))
    assert known(NOISY) == before


@given(st.binary(min_size=1, max_size=120) | JSON.map(lambda value: json.dumps([value]).encode()))
@settings(max_examples=150)
def test_noise_that_is_signed_is_refused_or_about_nobody(body: bytes):
    """A provider that goes mad, or one who has its secret: what cannot be read is no fact."""
    before = known(NOISY)
    try:
        recorded = NOISY.engine.receive("email", call(body=body))
    except Rejected:
        recorded = ()
    assert recorded == ()
    assert known(NOISY) == before
