"""Calls that a provider signed: HMAC-SHA256 over the time of the call and its bytes."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from regua.core.dates import MICROSECONDS, microseconds
from regua.ports.delivery import WebhookRequest

LATELY: Final = timedelta(minutes=5)
"""How far the time of a call may lie from when it was received, before and after."""

_STAMP: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(r"[0-9a-fA-F]{64}")
_VERSION: Final = "v1"
_MOST: Final = 8
"""Signatures of one call that are looked at: a provider that changes its secret sends one for each."""


def is_signed(
    request: WebhookRequest,
    *,
    secrets: Iterable[str],
    header: str,
    stamp_header: str = "",
    window: timedelta = LATELY,
) -> bool:
    """Tell whether a provider signed a call lately; for `Webhook.verify`. Nothing of a call makes it raise.

    A signature is HMAC-SHA256, hexadecimal, over the seconds since 1970 as they are written, a full stop, and the body
    byte for byte. It is compared in constant time. A provider that signs in another way is verified by the plugin.

    Args:
        request: as the host received it.
        secrets: that the provider may have signed with: while it is being changed, the new and the old one. Blanks are
            left out; without any secret nothing is signed.
        header: where the signature stands: `t=1776244800,v1=5257a8…`, where `v1` may come several times and other
            versions count for nothing; or, with `stamp_header`, the signature alone.
        stamp_header: where the seconds stand, or "" where the signature's header has them.
        window: how far they may lie from `received_at`.
    """
    stamp, signatures = _parts(request, header, stamp_header)
    if not _STAMP.fullmatch(stamp) or abs(request.received_us - int(stamp) * MICROSECONDS) > microseconds(window):
        return False
    signed = stamp.encode() + b"." + request.body
    expected = [hmac.digest(_bytes(secret), signed, "sha256") for secret in secrets if secret]
    given = [bytes.fromhex(each) for each in signatures if _SIGNATURE.fullmatch(each)]
    return any([hmac.compare_digest(one, other) for one in expected for other in given])  # noqa: C419 - no shortcut


def _parts(request: WebhookRequest, header: str, stamp_header: str) -> tuple[str, list[str]]:
    """The seconds, "" where they are not given once, and the signatures."""
    text = request.headers.get(header.lower(), "")
    if stamp_header:
        return request.headers.get(stamp_header.lower(), ""), [text]
    pairs = [part.strip().partition("=") for part in text.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == _VERSION]
    return stamps[0] if len(stamps) == 1 else "", signatures[:_MOST]


def _bytes(secret: str) -> bytes:
    """A secret as bytes; from the environment it may be some that are no UTF-8."""
    return secret.encode("utf-8", "surrogateescape")
