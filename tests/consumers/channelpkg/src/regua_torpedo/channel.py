"""The gateway's wire format, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from regua import Event
from regua.ports import (
    Capabilities,
    Message,
    Receipt,
    ReceiptStatus,
    Rejected,
    Retryable,
    Unknown,
    Unsupported,
    WebhookRequest,
    is_signed,
    retry_after,
)

STATUSES: Final[dict[str, ReceiptStatus]] = {
    "QUEUED": "accepted",
    "DELIVERED": "delivered",
    "NO_SUCH_NUMBER": "bounced",
    "UNDELIVERABLE": "failed",
}
NO_SUCH_NUMBER: Final = "no-such-number"
LONGEST: Final = 765


@frozen(kw_only=True)
class TorpedoConfig:
    """Keys of the channel in `regua.toml`.

    Attributes:
        url: of the gateway, `https://host`; no other host is ever spoken to.
        token: the account's, as `"env:NAME"`.
        secret: signs the gateway's calls, as `"env:NAME"`.
        timeout: seconds for each of connecting and answering.
    """

    url: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    timeout: float = 10.0


class Torpedo:
    """A channel and its webhook; the gateway knows a key again for a day."""

    Config: ClassVar[type[TorpedoConfig]] = TorpedoConfig
    name: ClassVar[str] = "torpedo"

    def __init__(self, config: TorpedoConfig) -> None:
        self._config = config
        self.capabilities = Capabilities(
            delivery="idempotent",
            key_ttl=timedelta(hours=24),
            send_timeout=timedelta(seconds=2 * config.timeout),
            reports_delivery=True,
            max_characters=LONGEST,
        )

    def send(self, message: Message) -> Receipt:
        """Hand one text over to the gateway."""
        if message.attachments:
            raise Unsupported("attachments")
        if len(message.text) > LONGEST:
            raise Unsupported(f"texts longer than {LONGEST} characters")
        body = json.dumps({"to": message.to, "text": message.text})
        connection = self._connect()
        try:
            connection.request("POST", "/v1/messages", body.encode(), self._headers(message.key))
            answer = connection.getresponse()
            return _receipt(answer, answer.read())
        except (OSError, HTTPException) as error:
            raise Unknown(f"no answer: {type(error).__name__}") from error
        finally:
            connection.close()

    def close(self) -> None:
        """Nothing stays open between two messages."""

    def verify(self, request: WebhookRequest) -> bool:
        """Whether the gateway signed these bytes within the last five minutes."""
        secrets = (self._config.secret,)
        return is_signed(request, secrets=secrets, header="torpedo-signature", stamp_header="torpedo-time")

    def parse(self, request: WebhookRequest) -> Sequence[Receipt | Event]:
        """Read the gateway's list of delivery reports."""
        try:
            return [_report(entry) for entry in json.loads(request.body)["reports"]]
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise Rejected("unreadable report") from error

    def _connect(self) -> HTTPConnection:
        parts = urlsplit(self._config.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._config.timeout)
        try:
            connection.connect()
        except OSError as error:
            raise Retryable(reason=f"no connection: {type(error).__name__}") from error
        return connection

    def _headers(self, key: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._config.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }


def _receipt(answer: HTTPResponse, body: bytes) -> Receipt:
    if answer.status in {200, 202}:
        return Receipt(reference=_field(body, "id"), raw=body)
    if answer.status in {401, 403, 429, 503}:  # the account, the rate, the house: not this message
        wait = retry_after(answer.headers.get("Retry-After", ""), now=datetime.now(UTC))
        raise Retryable(wait, f"http-{answer.status}")
    if answer.status in {400, 422}:
        code = _field(body, "code")
        raise Rejected(code, point_failed=code == NO_SUCH_NUMBER)
    raise Unknown(f"http-{answer.status}")


def _field(body: bytes, name: str) -> str:
    try:
        value = json.loads(body)[name]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Unknown("unreadable answer") from error
    return str(value)


def _report(entry: Any) -> Receipt:
    return Receipt(
        status=STATUSES.get(entry["status"], "unknown"),
        reference=entry["id"],
        at=datetime.fromisoformat(entry["at"]),
        reason=entry["status"],
        raw=json.dumps(entry).encode(),
    )
