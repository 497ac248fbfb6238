"""Calls of a provider: what it signed lately, and everything else."""

import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from regua.ports import WebhookRequest, is_signed

NEW, OLD = "whsec-new", "whsec-old"
NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
STAMP = int(NOON.timestamp())
BODY = b'{"id": "evt-1", "status": "delivered"}'
Change = Callable[[WebhookRequest], WebhookRequest]


def signature(body: bytes = BODY, stamp: object = STAMP, secret: str = NEW) -> str:
    """What the provider computes."""
    return hmac.digest(secret.encode(), f"{stamp}.".encode() + body, "sha256").hex()


def call(text: str = "", *, body: bytes = BODY, stamp: int = STAMP, secret: str = NEW) -> WebhookRequest:
    """A call of noon, with this header or with the one that the provider sends."""
    header = text or f"t={stamp},v1={signature(body, stamp, secret)}"
    return WebhookRequest(headers={"X-Signature": header}, body=body, received_at=NOON)


def accepts(request: WebhookRequest, **rest: Any) -> bool:
    """Whether it is taken for the provider's."""
    return is_signed(request, **({"secrets": (NEW, OLD), "header": "X-Signature"} | rest))


@pytest.mark.parametrize(
    "request_",
    [
        call(),
        call(secret=OLD),
        call(stamp=STAMP - 300),
        call(stamp=STAMP + 300),
        call(body=b""),
        call(body=bytes(range(256))),
        call(f"t={STAMP}, v1={signature().upper()}"),
        call(f"t={STAMP},v1={'0' * 64},v1={signature()}"),
        call(f"v0=huh,v1={signature()},t={STAMP},v2=later"),
    ],
    ids=["now", "old-secret", "old", "ahead", "empty", "bytes", "spaced", "two-secrets", "other-versions"],
)
def test_what_the_provider_signed_lately_is_its_own(request_: WebhookRequest):
    """By either of two secrets, up to five minutes old or ahead."""
    assert accepts(request_)


REFUSED = {
    "altered": evolve(call(), body=BODY.replace(b"delivered", b"bounced")),
    "old": call(stamp=STAMP - 301),
    "from the future": call(stamp=STAMP + 301),
    "an old call with a new time": call(f"t={STAMP},v1={signature(stamp=STAMP - 900)}"),
    "written anew": evolve(call(), body=json.dumps(json.loads(BODY), separators=(",", ":")).encode()),
    "no version": call(f"t={STAMP},{signature()}"),
    "an older version": call(f"t={STAMP},v0={signature()}"),
    "a name that only begins so": call(f"t={STAMP},v11={signature()}"),
    "signed by nobody": call(f"t={STAMP},v1="),
    "no time": call(f"v1={signature()}"),
    "two times": call(f"t={STAMP},t={STAMP - 900},v1={signature()}"),
    "two headers": call(f"t={STAMP - 900},v1={'0' * 64}, t={STAMP},v1={signature()}"),
    "digits of another script": call(f"t=١٧٧٦٢٥٤٤٠٠,v1={signature()}"),
    "no ASCII": call(f"t={STAMP},v1={'é' * 64}"),
    "half a character": call(f"t={STAMP},v1=\ud800"),
    "an endless number": call(f"t={'9' * 9000},v1={signature()}"),
    "a sign": call(f"t=+{STAMP},v1={signature(stamp=f'+{STAMP}')}"),
    "a fraction": call(f"t={STAMP}.5,v1={signature(stamp=f'{STAMP}.5')}"),
    "shortened": call(f"t={STAMP},v1={signature()[:32]}"),
    "lengthened": call(f"t={STAMP},v1={signature()}00"),
    "another secret": call(secret="whsec-guessed"),  # noqa: S106
    "the ninth": call(f"t={STAMP}," + f"v1={'0' * 64}," * 8 + f"v1={signature()}"),
    "no header": evolve(call(), headers={}),
}


@pytest.mark.parametrize("request_", REFUSED.values(), ids=REFUSED)
def test_what_is_not_the_providers_is_refused(request_: WebhookRequest):
    """Without raising, so that a host answers 4xx and nothing else."""
    assert not accepts(request_)


def test_a_secret_that_was_given_up_signs_nothing():
    """Rotation ends."""
    assert not accepts(call(secret=OLD), secrets=(NEW,))


@pytest.mark.parametrize("secrets", [(), ("",), ("", "")])
def test_without_a_secret_nothing_is_signed(secrets: tuple[str, ...]):
    """A variable that is empty opens no door: anybody can sign with nothing."""
    assert not accepts(call(f"t={STAMP},v1={signature(secret='')}"), secrets=secrets)


def test_a_narrower_window():
    """As the plugin says."""
    assert accepts(call(stamp=STAMP - 9), window=timedelta(seconds=9))
    assert not accepts(call(stamp=STAMP - 10), window=timedelta(seconds=9))


@pytest.mark.parametrize(
    ("stamp", "given_", "accepted"),
    [
        (str(STAMP), signature(), True),
        (f"{STAMP}, {STAMP}", signature(), False),
        (str(STAMP), f"v1={signature()}", False),
        (str(STAMP + 1), signature(), False),
        ("", signature(), False),
    ],
)
def test_the_time_in_a_header_of_its_own(stamp: str, given_: str, accepted: bool):  # noqa: FBT001 - pytest's shape
    """As many providers send it; header names know no case."""
    headers = {"x-time": stamp, "x-signature": given_}
    request = WebhookRequest(headers=headers, body=BODY, received_at=NOON)
    assert accepts(request, stamp_header="X-Time") is accepted


def test_a_secret_of_bytes_that_are_no_text():
    """An environment variable may hold any."""
    secret = b"\xff\xfe".decode("utf-8", "surrogateescape")
    signed = hmac.digest(b"\xff\xfe", f"{STAMP}.".encode() + BODY, "sha256").hex()
    assert accepts(call(f"t={STAMP},v1={signed}"), secrets=(secret,))


@given(st.text(alphabet=st.characters(), max_size=80), st.binary(max_size=40))
def test_no_header_makes_it_raise(header: str, body: bytes):
    """Whatever a stranger sends."""
    assert not accepts(call(header or ",", body=body))


@given(st.sampled_from(range(len(f"t={STAMP},v1={signature()}"))), st.characters(codec="utf-8"))
def test_one_character_more_or_other_is_no_signature(place: int, character: str):
    """Except where it changes nothing of what is signed: space around a part, or a letter's case."""
    header = f"t={STAMP},v1={signature()}"
    changed = header[:place] + character + header[place + 1 :]
    same = changed.lower() == header
    assert accepts(call(changed)) is same
