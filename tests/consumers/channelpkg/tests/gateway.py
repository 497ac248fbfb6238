"""The gateway on loopback, as the contract of channels needs it."""

import hmac
import json
import socket
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from regua_torpedo import Torpedo, TorpedoConfig

from regua.ports import Receipt, WebhookRequest
from regua.testing.contracts import Behaviour, Provider, Taken

NOON: Final = datetime(2026, 4, 15, 12, tzinfo=UTC)
WORDS: Final = {
    "delivered": "DELIVERED",
    "bounced": "NO_SUCH_NUMBER",
    "failed": "UNDELIVERABLE",
    "accepted": "QUEUED",
    "unknown": "HUH",
}
REFUSALS: Final[dict[Behaviour, tuple[int, str]]] = {
    "refuses": (422, "text-not-allowed"),
    "no-such-address": (422, "no-such-number"),
    "denies": (401, "who-are-you"),
    "busy": (429, "slow-down"),
    "down": (503, "maintenance"),
    "breaks": (500, "oops"),
}
RELEASE: Final = 30.0
"""Seconds after which a request that hangs is let go, whatever happens to the test."""


def config(port: int = 1) -> TorpedoConfig:
    """Make the config of a gateway on this machine."""
    return TorpedoConfig(url=f"http://127.0.0.1:{port}", token="t0ken", secret="s3cret", timeout=2.0)  # noqa: S106


def signed(body: bytes, stamp: int, secret: str = "s3cret") -> WebhookRequest:  # noqa: S107 - of a test
    """Make a call as the gateway signs it, received at noon."""
    signature = hmac.digest(secret.encode(), f"{stamp}.".encode() + body, "sha256").hex()
    headers = {"Torpedo-Time": str(stamp), "Torpedo-Signature": signature}
    return WebhookRequest(headers=headers, body=body, received_at=NOON)


class Gateway(Provider):
    """The provider: it remembers keys, and behaves as a test says."""

    plugin: Torpedo
    address = "+5511987654321"
    secrets = ("t0ken", "s3cret")

    def __init__(self) -> None:
        self.how: Behaviour = "well"
        self.status = 0
        self.retry_after = ""
        self.accepted: dict[str, dict[str, str]] = {}
        self.released = threading.Event()
        self._server = Server(("127.0.0.1", 0), Desk)
        self._server.gateway = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.config = config(self._server.server_port)
        self.plugin = Torpedo(self.config)

    def taken(self) -> Sequence[Taken]:
        """What it took over, by key."""
        return [Taken(key=key, to=body["to"], text=body["text"]) for key, body in self.accepted.items()]

    def behave(self, how: Behaviour, retry_after: str = "") -> None:
        """Do so from the next request on."""
        self.how, self.retry_after = how, retry_after
        if how == "away":
            self.close()

    def call(self, said: Receipt, *, forged: bool = False) -> WebhookRequest:
        """Report what became of one message."""
        if said.status not in WORDS:
            raise NotImplementedError
        report = {"id": said.reference, "status": WORDS[said.status], "at": (said.at or NOON).isoformat()}
        body = json.dumps({"reports": [report]}).encode()
        return signed(body, int(NOON.timestamp()), "guessed" if forged else "s3cret")

    def close(self) -> None:
        """Listen no more."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Server(ThreadingHTTPServer):
    """Where the gateway listens."""

    daemon_threads = False
    gateway: Gateway


class Desk(BaseHTTPRequestHandler):
    """Answers one request as the gateway does."""

    server: Server

    def do_POST(self) -> None:
        """Take a message."""
        gateway = self.server.gateway
        if gateway.how == "drops":
            self.hang_up()
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != "Bearer t0ken":
            self.answer(401, {"code": "who-are-you"})
        elif gateway.status or gateway.how in REFUSALS:
            status, code = REFUSALS.get(gateway.how, (gateway.status, ""))
            self.answer(status, {"code": code})
        else:
            key = self.headers["Idempotency-Key"]
            repeated = key in gateway.accepted
            gateway.accepted.setdefault(key, body)
            self.take(list(gateway.accepted).index(key) + 1, repeated=repeated)

    def take(self, number: int, *, repeated: bool) -> None:
        """Say that it was taken over, or not."""
        gateway = self.server.gateway
        if gateway.how == "hangs":
            gateway.released.wait(RELEASE)
            self.hang_up()
        elif gateway.how == "swallows":
            self.hang_up()
        elif gateway.how == "mumbles":
            self.answer(202, ["?"])
        else:
            self.answer(200 if repeated else 202, {"id": f"sms-{number}"})

    def hang_up(self) -> None:
        """End the connection."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def answer(self, status: int, body: object) -> None:
        """Say it as JSON."""
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if self.server.gateway.retry_after:
            self.send_header("Retry-After", self.server.gateway.retry_after)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Keep the test's output clean."""
