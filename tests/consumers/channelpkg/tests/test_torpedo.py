import hmac
import json
import socket
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path

import attrs
import pytest
import regua_torpedo
from regua_torpedo import Torpedo, TorpedoConfig

from regua.plugins import Registry
from regua.ports import (
    Attachment,
    Channel,
    Message,
    PluginError,
    Receipt,
    Rejected,
    Retryable,
    Unknown,
    Unsupported,
    Webhook,
    WebhookRequest,
)

MESSAGE = Message(
    key="key-1",
    creditor="loja",
    debtor="ana",
    channel="sms",
    actions=("a1",),
    to="+5511987654321",
    text="Olá, Ana: a conta de R$ 150,00 vence amanhã.",
)
NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)


def config(port: int = 1) -> TorpedoConfig:
    """Make the config of a gateway on this machine."""
    return TorpedoConfig(url=f"http://127.0.0.1:{port}", token="t0ken", secret="s3cret", timeout=0.5)  # noqa: S106


class Gateway(ThreadingHTTPServer):
    """The provider: it remembers keys, and misbehaves in the way that `mood` says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.mood = ""
        self.accepted: dict[str, dict[str, str]] = {}
        self.retry_after = ""

    @property
    def config(self) -> TorpedoConfig:
        """How it is reached."""
        return config(self.server_port)


class Desk(BaseHTTPRequestHandler):
    """Answers one request as the gateway does."""

    server: Gateway

    def do_POST(self) -> None:
        """Take a message."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer t0ken":
            self.answer(401, {"code": "who-are-you"})
        elif self.server.mood.isdigit():
            self.answer(int(self.server.mood), {"code": "no-such-number"})
        else:
            key = self.headers["Idempotency-Key"]
            repeated = key in self.server.accepted
            self.server.accepted.setdefault(key, body)
            if self.server.mood == "hangs":
                threading.Event().wait(1)
            elif self.server.mood == "drops":
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            elif self.server.mood == "mumbles":
                self.answer(202, ["?"])
            else:
                self.answer(200 if repeated else 202, {"id": f"sms-{len(self.server.accepted)}"})

    def answer(self, status: int, body: object) -> None:
        """Say it as JSON."""
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Keep the test's output clean."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A provider for one test."""
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def signed(body: bytes, stamp: int, secret: bytes = b"s3cret") -> WebhookRequest:
    """Make a call as the gateway signs it, received at noon."""
    signature = hmac.digest(secret, f"{stamp}.".encode() + body, "sha256").hex()
    headers = {"Torpedo-Time": str(stamp), "Torpedo-Signature": signature}
    return WebhookRequest(headers=headers, body=body, received_at=NOON)


def test_it_is_a_channel_and_a_webhook() -> None:
    """The protocols are structural: nothing is inherited."""
    torpedo = Torpedo(config())
    assert isinstance(torpedo, Channel)
    assert isinstance(torpedo, Webhook)


def test_a_message_is_accepted(gateway: Gateway) -> None:
    """The provider gets number and text as they are, and its own id comes back."""
    receipt = Torpedo(gateway.config).send(MESSAGE)
    assert (receipt.status, receipt.reference, receipt.raw) == ("accepted", "sms-1", b'{"id": "sms-1"}')
    assert gateway.accepted == {"key-1": {"to": MESSAGE.to, "text": MESSAGE.text}}


def test_the_same_key_is_one_message(gateway: Gateway) -> None:
    """Who does not know what became of a message sends it again with its key."""
    gateway.mood = "drops"
    with pytest.raises(Unknown):
        Torpedo(gateway.config).send(MESSAGE)
    gateway.mood = ""
    assert Torpedo(gateway.config).send(attrs.evolve(MESSAGE, attempt=2)).reference == "sms-1"
    assert len(gateway.accepted) == 1


@pytest.mark.parametrize("mood", ["drops", "hangs", "mumbles", "500", "302"])
def test_what_left_without_a_readable_answer_is_unknown(gateway: Gateway, mood: str) -> None:
    """Nobody can say whether it was sent, so nobody says so; a redirect is not followed."""
    gateway.mood = mood
    with pytest.raises(Unknown):
        Torpedo(gateway.config).send(MESSAGE)


@pytest.mark.parametrize(("mood", "after"), [("429", "90"), ("503", ""), ("503", "Wed, 21 Oct 2026 07:28:00 GMT")])
def test_a_gateway_that_has_no_time_is_tried_later(gateway: Gateway, mood: str, after: str) -> None:
    """It says that it did nothing, and perhaps for how long."""
    gateway.mood, gateway.retry_after = mood, after
    with pytest.raises(Retryable) as caught:
        Torpedo(gateway.config).send(MESSAGE)
    assert caught.value.after == (timedelta(seconds=90) if after == "90" else None)
    assert caught.value.reason == f"http-{mood}"
    assert gateway.accepted == {}


def test_a_wrong_token_is_no_fault_of_the_message(gateway: Gateway) -> None:
    """The account is wrong: every message waits, none is lost."""
    stranger = Torpedo(attrs.evolve(gateway.config, token="other"))  # noqa: S106
    with pytest.raises(Retryable, match="http-401"):
        stranger.send(MESSAGE)


def test_no_connection_means_that_nothing_left() -> None:
    """A refused connection proves it."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    torpedo = Torpedo(config(port))
    with pytest.raises(Retryable, match="no connection: ConnectionRefusedError"):
        torpedo.send(MESSAGE)


def test_a_refused_number_is_rejected_for_good(gateway: Gateway) -> None:
    """The number reaches nobody: no other step should use it."""
    gateway.mood = "422"
    with pytest.raises(Rejected, match="no-such-number") as caught:
        Torpedo(gateway.config).send(MESSAGE)
    assert caught.value.point_failed


def test_an_attachment_goes_by_another_channel(gateway: Gateway) -> None:
    """What an SMS cannot carry is refused before anything leaves."""
    boleto = Attachment(name="boleto.pdf", media_type="application/pdf", content=b"%PDF")
    with pytest.raises(Unsupported, match="attachments"):
        Torpedo(gateway.config).send(attrs.evolve(MESSAGE, attachments=(boleto,)))
    assert gateway.accepted == {}


def test_nothing_personal_is_printed(gateway: Gateway) -> None:
    """Messages, configs and errors may be logged as they print."""
    gateway.mood = "422"
    with pytest.raises(PluginError) as caught:
        Torpedo(gateway.config).send(MESSAGE)
    printed = f"{MESSAGE!r} {gateway.config!r} {caught.value!r}"
    assert not [secret for secret in ("+5511", "Ana", "150,00", "t0ken", "s3cret") if secret in printed]


def test_a_signed_call_is_verified() -> None:
    """The signature covers time and bytes; five minutes are in time, six are not."""
    torpedo = Torpedo(config())
    noon = int(NOON.timestamp())
    assert torpedo.verify(signed(b"{}", noon - 300))
    assert not torpedo.verify(signed(b"{}", noon - 360))
    assert not torpedo.verify(signed(b"{}", noon + 360))
    assert not torpedo.verify(signed(b"{}", noon, secret=b"guessed"))
    assert not torpedo.verify(attrs.evolve(signed(b"{}", noon), body=b"{ }"))
    assert not torpedo.verify(WebhookRequest(headers={}, body=b"{}", received_at=NOON))


def test_reports_become_receipts() -> None:
    """Known words are normalised, an unknown one stays unknown, and each keeps what was said."""
    torpedo = Torpedo(config())
    reports = [
        {"id": f"sms-{n}", "status": word, "at": "2026-04-15T09:00:05-03:00"}
        for n, word in enumerate(["DELIVERED", "HUH"])
    ]
    receipts = torpedo.parse(signed(json.dumps({"reports": reports}).encode(), 0))
    assert all(isinstance(receipt, Receipt) for receipt in receipts)
    assert [receipt.status for receipt in receipts if isinstance(receipt, Receipt)] == ["delivered", "unknown"]
    assert str(receipts[0].at) == "2026-04-15 12:00:05+00:00"
    with pytest.raises(Rejected):
        torpedo.parse(signed(b'{"reports": [{}]}', 0))


def test_the_entry_point_leads_to_the_hook() -> None:
    """What the package's metadata names is the module with the hook."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module = import_module(project["entry-points"]["regua"]["torpedo"])
    assert module.regua_channels() == [Torpedo]


def test_it_is_registered() -> None:
    """The registry finds the channel through the package's hook."""
    assert Registry.discover(regua_torpedo, entry_points=False).channels["torpedo"] is Torpedo
