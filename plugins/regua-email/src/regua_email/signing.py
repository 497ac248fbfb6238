"""What is signed with the channel's secret: bounces that a host hands in, and links for who wants no more mails."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

from regua.ports import WebhookRequest, is_signed

HEADER: Final = "Regua-Signature"


def signed_call(mail: bytes, *, secret: str, at: datetime) -> WebhookRequest:
    """A mail that came back, as a call for `Engine.receive`; its `headers` and `body` may go over HTTP as well.

    Args:
        mail: as it arrived, byte for byte.
        secret: of the channel.
        at: now, as an aware datetime; the call is good for five minutes.
    """
    stamp = int(at.timestamp())
    signature = hmac.digest(_bytes(secret), f"{stamp}.".encode() + mail, "sha256").hex()
    return WebhookRequest(headers={HEADER: f"t={stamp},v1={signature}"}, body=mail, received_at=at)


def is_ours(request: WebhookRequest, secret: str) -> bool:
    """Whether who knows the secret handed it in, lately."""
    return is_signed(request, secrets=(secret,), header=HEADER)


def unsubscribe_token(*, secret: str, creditor: str, debtor: str) -> str:
    """The `{token}` of a link, 64 hexadecimal digits: nobody else can make a link for that debtor.

    Args:
        secret: of the channel.
        creditor: id of who is owed.
        debtor: id of who owes.
    """
    return hmac.digest(_bytes(secret), f"unsubscribe\x1f{creditor}\x1f{debtor}".encode(), "sha256").hex()


def _bytes(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogateescape")
