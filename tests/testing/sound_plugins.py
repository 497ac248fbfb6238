"""Plugins that keep their contracts, with a provider in memory; broken ones change one thing."""
# ruff: noqa: D102 - the methods are the ports'

import hmac
import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import field, frozen

from regua.core.dates import parse_instant
from regua.ports import (
    ActionRequest,
    Capabilities,
    Message,
    PluginError,
    Receipt,
    Rejected,
    Retryable,
    Unknown,
    Unsupported,
    WebhookRequest,
    is_signed,
    retry_after,
)
from regua.testing.contracts import Behaviour, Provider, Taken

NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
TOKEN = "t0ken-of-the-wire"  # noqa: S105 - of a test
STATUS: dict[str, int] = {
    "refuses": 422,
    "no-such-address": 404,
    "denies": 401,
    "busy": 429,
    "down": 503,
    "breaks": 500,
}


@frozen(kw_only=True)
class WireConfig:
    """How the provider is reached, and for how long it is waited for."""

    token: str = field(default=TOKEN, repr=False)
    patience: float | None = 0.05


@frozen(kw_only=True)
class Reply:
    """What the provider answers."""

    status: int
    body: bytes
    wait: str = ""


class Wire(Provider):
    """A provider in memory: it remembers keys, and repeats in its refusals what it got."""

    secrets = (TOKEN,)

    def __init__(self, plugin: type[Any]) -> None:
        self.how: Behaviour = "well"
        self.wait = ""
        self.released = threading.Event()
        self.known: dict[object, tuple[int, list[Taken]]] = {}
        self.lock = threading.Lock()
        self.plugin = plugin(plugin.Config(), self)

    def restart(self) -> None:
        self.plugin = type(self.plugin)(self.plugin.config, self)

    def taken(self) -> Sequence[Taken]:
        return [each for _, taken in self.known.values() for each in taken]

    def behave(self, how: Behaviour, retry_after: str = "") -> None:
        self.how, self.wait = how, retry_after

    def ask(self, sent: list[Taken], *, timeout: float | None) -> Reply:
        """Take one request, which has a recipient or several."""
        if self.how in {"away", "drops"}:
            raise ConnectionRefusedError if self.how == "away" else ConnectionResetError
        if self.how in STATUS:
            return Reply(status=STATUS[self.how], body=f"no: {sent[0].to}".encode(), wait=self.wait)
        with self.lock:
            number, _ = self.known.setdefault(sent[0].key or len(self.known), (len(self.known), sent))
        if self.how == "hangs":
            self.released.wait(timeout or 30)
            raise TimeoutError
        if self.how == "swallows":
            raise ConnectionResetError
        body = b"?" if self.how == "mumbles" else json.dumps({"id": f"r{number}"}).encode()
        return Reply(status=202, body=body)

    def knows(self, key: str) -> bool:
        """Tell whether it took a request over."""
        if self.how in {"away", "down", "breaks", "mumbles"}:
            raise ConnectionRefusedError
        return key in self.known

    def call(self, said: Receipt, *, forged: bool = False) -> WebhookRequest:
        report = {"key": said.key, "status": "huh" if said.status == "unknown" else said.status.upper()}
        body = json.dumps(report | {"at": (said.at or NOON).isoformat()}).encode()
        stamp = int(NOON.timestamp())
        secret = "guessed" if forged else TOKEN
        signature = hmac.digest(secret.encode(), f"{stamp}.".encode() + body, "sha256").hex()
        return WebhookRequest(headers={"Signature": f"t={stamp},v1={signature}"}, body=body, received_at=NOON)


class Asking:
    """What a channel and an executor have in common."""

    name = "wire"
    Config: type[Any] = WireConfig
    capabilities = Capabilities(
        delivery="idempotent", key_ttl=timedelta(days=1), send_timeout=timedelta(seconds=0.1), reports_delivery=True
    )

    def __init__(self, config: WireConfig, wire: Wire) -> None:
        self.config, self.wire = config, wire

    def ask(self, sent: list[Taken]) -> Receipt:
        try:
            return self.understood(self.wire.ask(sent, timeout=self.config.patience))
        except OSError as error:
            raise self.raised(error) from error

    def raised(self, error: OSError) -> PluginError:
        """What it makes of a connection that failed."""
        if isinstance(error, ConnectionRefusedError):
            return Retryable(reason="nobody listens")
        return Unknown(type(error).__name__)

    def understood(self, reply: Reply) -> Receipt:
        """What it makes of an answer."""
        if reply.status in {401, 429, 503}:
            raise Retryable(self.waits(reply.wait), f"status {reply.status}")
        if reply.status in {404, 422}:
            raise Rejected(f"status {reply.status}", point_failed=reply.status == 404)
        if reply.status != 202:
            raise Unknown(f"status {reply.status}")
        try:
            return Receipt(reference=json.loads(reply.body)["id"], raw=reply.body)
        except ValueError as error:
            raise Unknown("an answer that cannot be read") from error

    def waits(self, text: str) -> timedelta | None:
        """How long the provider asks to be left alone."""
        return retry_after(text, now=datetime.now(UTC))

    def find(self, key: str) -> Receipt | None:
        try:
            return Receipt(key=key) if self.wire.knows(key) else None
        except OSError as error:
            raise Retryable(reason="it cannot be asked") from error

    def verify(self, request: WebhookRequest) -> bool:
        return is_signed(request, secrets=[self.config.token], header="signature")

    def parse(self, request: WebhookRequest) -> Sequence[Receipt]:
        try:
            report = json.loads(request.body)
            word, key, at = report["status"], report["key"], parse_instant(report["at"])
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Rejected("a report that cannot be read") from error
        return [Receipt(status="unknown" if word == "huh" else word.lower(), key=key, at=at, raw=request.body)]

    def close(self) -> None:
        pass


class SoundChannel(Asking):
    """Carries everything."""

    capabilities = Capabilities(
        delivery="idempotent",
        key_ttl=timedelta(days=1),
        send_timeout=timedelta(seconds=0.1),
        reports_delivery=True,
        reports_reading=True,
        attachments=True,
        html=True,
    )

    def send(self, message: Message) -> Receipt:
        self.check(message)
        return self.ask(self.written(message))

    def check(self, message: Message) -> None:
        """Refuse what it cannot carry."""

    def written(self, message: Message) -> list[Taken]:
        """The message as the provider gets it."""
        return [
            Taken(
                key=message.key,
                to=message.to,
                text=message.text,
                subject=" ".join(message.subject.split()),
                html=message.html,
                attachments=message.attachments,
            )
        ]


class SmallChannel(SoundChannel):
    """Carries short texts, and knows no keys."""

    capabilities = Capabilities(delivery="queryable", send_timeout=timedelta(seconds=0.1), max_characters=160)

    def check(self, message: Message) -> None:
        if message.attachments or len(message.text) > 160:
            raise Unsupported("long texts and attachments")

    def written(self, message: Message) -> list[Taken]:
        [sent] = super().written(message)
        return [Taken(key=sent.key, to=sent.to, text=sent.text, subject=sent.subject)]


class SoundExecutor(Asking):
    """Carries two kinds out."""

    kinds = frozenset({"listing", "delisting"})

    def run(self, request: ActionRequest) -> Receipt:
        return self.ask([Taken(key=request.key, kind=request.action.kind)])
