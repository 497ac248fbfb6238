"""The provider of the storms: what it writes down is what it did, however it answers."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve
from tests.storms.book import Books, Entry, Progress, read_book
from tests.storms.channel import StormChannel, StormConfig
from tests.storms.fates import STORMY, Fate, Mode, ProviderSettings
from tests.storms.provider import ProviderClient, Server

from regua.ports import Receipt, Rejected, Retryable, Unknown, WebhookRequest

BODY = b'{"channel": "email", "debtor": "ana", "actions": ["a1"], "attempt": 1}'
PATIENCE = 20.0


@contextmanager
def served(settings: ProviderSettings) -> Iterator[tuple[StormChannel, ProviderClient]]:
    """A provider in a thread, and a channel that speaks to it."""
    with Server(Books(settings)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        config = StormConfig(
            port=server.server_address[1],
            mode=settings.mode,
            secret=settings.secret,
            send_timeout=settings.send_timeout,
            key_ttl=9.0,
            query_lag=1.0,
        )
        try:
            yield StormChannel(config), ProviderClient(config.port)
        finally:
            server.shutdown()
            thread.join()
            server.books.close()


@pytest.fixture
def settings(tmp_path: Path) -> ProviderSettings:
    """A blind provider without faults, impatient clients."""
    return ProviderSettings(seed="1", mode="blind", book=str(tmp_path / "book"), send_timeout=0.1, lag=0.0, called=0.0)


def book(settings: ProviderSettings) -> list[Entry]:
    """What it wrote down."""
    return read_book(Path(settings.book))


def always(settings: ProviderSettings, fate: Fate, **more: object) -> ProviderSettings:
    """Every request has the same fate."""
    return evolve(settings, rates={fate: 1.0}, **more)


def test_what_it_takes_over_it_writes_down_first(settings: ProviderSettings):
    """The request, and that it was taken over, with what it carried."""
    with served(settings) as (channel, provider):
        assert channel.hand_over("k1", BODY) == Receipt(reference="ref-k1")
        assert provider.counts() == {"requests": 1, "taken": 1}
        assert Progress(Path(settings.book)).look() == 1
    assert [(each.what, each.key, each.number, each.fate, each.actions) for each in book(settings)] == [
        ("asked", "k1", 1, "take", ("a1",)),
        ("taken", "k1", 1, "take", ("a1",)),
    ]


@pytest.mark.parametrize(
    ("fate", "raised", "what"),
    [
        ("drop", Unknown, ["asked", "taken"]),
        ("hang", Unknown, ["asked", "taken"]),
        ("vanish", Unknown, ["asked"]),
        ("slam", Unknown, []),
        ("busy", Retryable, ["asked"]),
        ("later", Retryable, ["asked"]),
        ("refuse", Rejected, ["asked"]),
    ],
)
def test_each_fate_is_what_the_client_can_know_of_it(
    settings: ProviderSettings, fate: Fate, raised: type[Exception], what: list[str]
):
    """Where no answer came nobody knows; where it said no, nothing was done."""
    with served(always(settings, fate)) as (channel, _), pytest.raises(raised):
        channel.hand_over("k1", BODY)
    assert [each.what for each in book(settings)] == what


def test_what_is_taken_over_late_is_taken_over_all_the_same(settings: ProviderSettings):
    """The client has gone by then."""
    with served(always(settings, "late")) as (channel, provider):
        with pytest.raises(Unknown):
            channel.hand_over("k1", BODY)
        assert provider.counts()["taken"] == 0
        deadline = time.monotonic() + PATIENCE
        while not provider.counts()["taken"]:
            assert time.monotonic() < deadline
    assert [each.what for each in book(settings)] == ["asked", "taken"]


@pytest.mark.parametrize(("mode", "what"), [("idempotent", "again"), ("queryable", "taken"), ("blind", "taken")])
def test_the_same_key_twice_is_one_delivery_only_where_keys_are_remembered(
    settings: ProviderSettings, mode: Mode, what: str
):
    """Both requests are written down."""
    with served(evolve(settings, mode=mode)) as (channel, _):
        assert channel.hand_over("k1", BODY) == channel.hand_over("k1", BODY)
    assert [each.what for each in book(settings)] == ["asked", "taken", "asked", what]


def test_a_key_is_forgotten_after_its_time(settings: ProviderSettings):
    """As every provider does."""
    with served(evolve(settings, mode="idempotent", key_ttl=0.0)) as (channel, _):
        channel.hand_over("k1", BODY)
        channel.hand_over("k1", BODY)
    assert [each.what for each in book(settings)][-1] == "taken"


def test_a_question_is_answered_by_key_after_the_lag(settings: ProviderSettings):
    """Before it nothing is found, although it was taken over."""
    with served(evolve(settings, mode="queryable")) as (channel, provider):
        provider.calm_down()
        assert channel.find("k1") is None
        channel.hand_over("k1", BODY)
        assert channel.find("k1") == Receipt(key="k1", reference="ref-k1")
    with served(evolve(settings, mode="queryable", lag=60.0)) as (channel, provider):
        provider.calm_down()
        channel.hand_over("k2", BODY)
        assert channel.find("k2") is None


@pytest.mark.parametrize("length", [0, 10, len(BODY) - 1])
def test_what_did_not_arrive_whole_was_never_read(settings: ProviderSettings, length: int):
    """Whoever sent it was killed in the middle of it."""
    head = f"POST /messages HTTP/1.1\r\nContent-Length: {len(BODY)}\r\nIdempotency-Key: k1\r\n\r\n".encode()
    with served(settings) as (_, provider), socket.create_connection(("127.0.0.1", provider.port)) as client:
        client.sendall(head + BODY[:length])
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b""
    assert book(settings) == []


def test_nobody_is_there(settings: ProviderSettings):
    """Nothing left, for certain."""
    with served(settings) as (channel, _):
        pass
    with pytest.raises(Retryable):
        channel.hand_over("k1", BODY)
    with pytest.raises(Retryable):
        channel.find("k1")


def test_its_calls_are_signed(settings: ProviderSettings):
    """A changed body or an old call is not the provider's."""
    with served(evolve(settings, called=1.0)) as (channel, provider):
        channel.hand_over("k1", BODY)
        provider.calm_down()
        call = provider.calls()[0]
    now = datetime.now(UTC)
    request = WebhookRequest(headers=call["headers"], body=call["body"].encode(), received_at=now)
    assert channel.verify(request)
    assert {each.key for each in channel.parse(request)} == {"k1"}
    assert not channel.verify(evolve(request, body=request.body + b" "))
    assert not channel.verify(evolve(request, received_at=now.replace(year=now.year + 1)))


def test_fates_come_from_the_seed_and_the_key_alone(settings: ProviderSettings):
    """However processes interleave, the same storm blows again."""
    stormy = evolve(settings, rates=STORMY)
    fates = [stormy.fate(f"k{number}", 1) for number in range(500)]
    assert fates == [stormy.fate(f"k{number}", 1) for number in range(500)]
    assert set(fates) == {"take", "drop", "busy", "later", "refuse"}
    assert fates != [evolve(stormy, seed="2").fate(f"k{number}", 1) for number in range(500)]
