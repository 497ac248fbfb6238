"""The channel of a storm: a real plugin that speaks HTTP to the provider, and says honestly what it knows."""

import json
from collections.abc import Sequence
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import ClassVar

from attrs import field, frozen
from tests.storms.crashing import FUSE

from regua import Event
from regua.plugins import hookimpl
from regua.ports import Capabilities, Channel, Message, Receipt, Rejected, Retryable, Unknown, WebhookRequest, is_signed


@frozen(kw_only=True)
class StormConfig:
    """Keys of the channel.

    Attributes:
        port: of the provider, on loopback.
        mode: what it can do about a key that it has seen: `idempotent`, `queryable` or `blind`.
        secret: signs its calls.
        send_timeout: seconds for each of connecting and answering.
        key_ttl: seconds for which it remembers a key.
        query_lag: seconds for which "not found" proves nothing.
    """

    port: int
    mode: str
    secret: str = field(repr=False)
    send_timeout: float
    key_ttl: float
    query_lag: float


class StormChannel:
    """A channel, its questions and its webhook."""

    Config: ClassVar[type[StormConfig]] = StormConfig
    name: ClassVar[str] = "storm"

    def __init__(self, config: StormConfig) -> None:
        self._config = config
        self.capabilities = Capabilities(
            delivery=config.mode,  # type: ignore[arg-type]
            key_ttl=timedelta(seconds=config.key_ttl) if config.mode == "idempotent" else None,
            query_lag=timedelta(seconds=config.query_lag) if config.mode == "queryable" else timedelta(0),
            send_timeout=timedelta(seconds=config.send_timeout),
        )

    def send(self, message: Message) -> Receipt:
        """Hand one message over."""
        body = {
            "channel": message.channel,
            "debtor": message.debtor,
            "actions": message.actions,
            "attempt": message.attempt,
        }
        return self.hand_over(message.key, json.dumps(body).encode())

    def hand_over(self, key: str, body: bytes) -> Receipt:
        """Send what is written, under a key."""
        FUSE.burn("before-send")
        connection = self._connect()
        try:
            connection.request("POST", "/messages", body, {"Idempotency-Key": key})
            FUSE.burn("after-write")
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise Unknown(f"no answer: {type(error).__name__}") from error
        finally:
            connection.close()
        FUSE.burn("after-send")
        return _receipt(answer, content)

    def find(self, key: str) -> Receipt | None:
        """Ask what became of a key."""
        connection = self._connect()
        try:
            connection.request("GET", f"/messages/{key}")
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as error:
            raise Retryable(reason=f"no answer: {type(error).__name__}") from error
        finally:
            connection.close()
        if answer.status not in {200, 404}:
            raise Retryable(reason=f"http-{answer.status}")
        return None if answer.status == 404 else Receipt(key=key, reference=json.loads(content)["id"])

    def close(self) -> None:
        """Nothing stays open between two messages."""

    def verify(self, request: WebhookRequest) -> bool:
        """Whether the provider signed these bytes within the last five minutes."""
        secrets = [self._config.secret]
        return is_signed(request, secrets=secrets, header="Storm-Signature", stamp_header="Storm-Time")

    def parse(self, request: WebhookRequest) -> Sequence[Receipt | Event]:
        """Read the reports."""
        try:
            reports = json.loads(request.body)["reports"]
            return [Receipt(status=each["status"], key=each["key"], reference=each["id"]) for each in reports]
        except (KeyError, TypeError, ValueError) as error:
            raise Rejected("unreadable report") from error

    def _connect(self) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self._config.port, timeout=self._config.send_timeout)
        try:
            connection.connect()
        except OSError as error:
            raise Retryable(reason=f"no connection: {type(error).__name__}") from error
        return connection


def _receipt(answer: HTTPResponse, content: bytes) -> Receipt:
    if answer.status == 202:
        return Receipt(reference=json.loads(content)["id"])
    if answer.status in {429, 503}:
        wait = answer.headers.get("Retry-After", "")
        raise Retryable(timedelta(seconds=int(wait)) if wait.isdigit() else None, f"http-{answer.status}")
    if answer.status == 400:
        raise Rejected(json.loads(content)["code"])
    raise Unknown(f"http-{answer.status}")


@hookimpl
def regua_channels() -> list[type[Channel]]:
    """Offer the channel."""
    return [StormChannel]
