"""What every webhook does with the calls of its provider."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, get_args

import pytest
from attrs import evolve
from structlog.testing import capture_logs

from regua.core.events.base import Event
from regua.ports import Capabilities, Receipt, ReceiptStatus, Rejected, Webhook, WebhookRequest
from regua.testing.contracts.asking import NOON, fail, key
from regua.testing.contracts.providers import Provider
from regua.testing.contracts.secrecy import canaries, logged

STATUSES: Final[tuple[ReceiptStatus, ...]] = get_args(ReceiptStatus)
LONG_AGO: Final = timedelta(hours=1)
"""More than any provider's clock is wrong by, or its call under way."""
UNREADABLE: Final = {
    "nothing": b"",
    "no text": b"\xff\xfe\x00\x01",
    "half a document": b'{"',
    "a document without end": b"[" * 100_000,
}
_SIGN: Final = re.compile(r"([0-9A-Za-z+/_-]{16,})[0-9A-Za-z+/_-]{16,}={0,2}")
_STAMP: Final = re.compile(r"(?<![\w.+/-])[0-9]{10,13}(?![\w.+/-])")
OTHER_SHAPES: Final = (b"null", b"[]", b"{}", b"7", b'"a"', b"[null]", b'{"": null}', b"a=b&c", b"<a/>", b"{" * 9)


class WebhookContract:
    """The behaviour of a webhook: what it believes, and what it makes of what the provider says later.

    A subclass gives the fixture `provider`: a `Provider` that has `call`, and whose `plugin` has `verify` and `parse`.
    """

    def test_a_call_of_the_provider_is_believed(self, provider: Provider) -> None:
        """Signed by it, just now."""
        assert verified(provider, any_call(provider)), "verify must return True for a call that the provider signed"

    def test_a_forged_call_is_refused(self, provider: Provider) -> None:
        """Signed with another secret."""
        request = any_call(provider, forged=True)
        assert not verified(provider, request), "verify must return False where the signature is not the provider's"

    def test_a_call_without_a_signature_is_refused(self, provider: Provider) -> None:
        """Whoever knows the address can call it; what is missing is no reason to fail."""
        request = any_call(provider)
        bare = evolve(request, headers={}, path=request.path.partition("?")[0])
        assert not verified(provider, bare), "verify must return False where there is no signature"

    def test_a_header_of_anything_is_refused(self, provider: Provider) -> None:
        """What stands where the signature should may be any text."""
        request = any_call(provider)
        for sign in ("", "x", "ç" * 9, "=,=,", "t=,v1=", "\udcff", "0" * 5_000):
            headers = dict.fromkeys(request.headers, sign)
            strange = evolve(request, headers=headers, path=request.path.partition("?")[0])
            assert not verified(provider, strange), f"verify must return False for headers of {sign[:9]!r}"

    def test_a_body_changed_by_one_byte_is_refused(self, provider: Provider) -> None:
        """Signatures are over the body as it was sent, byte for byte."""
        request = any_call(provider)
        middle = len(request.body) // 2
        changed = bytes([request.body[middle] ^ 1])
        bodies = [request.body[:middle] + changed + request.body[middle + 1 :], request.body + b"\n", b""]
        for body in bodies:
            assert not verified(provider, evolve(request, body=body)), "verify must look at every byte of the body"

    def test_a_part_of_a_signature_is_refused(self, provider: Provider) -> None:
        """Half of it can be guessed in half of the digits, and none of it without any."""
        request = any_call(provider)
        for each in (r"\1", ""):
            headers = {name: _SIGN.sub(each, value) for name, value in request.headers.items()}
            cut = evolve(request, headers=headers)
            assert cut == request or not verified(provider, cut), "verify must compare the whole signature"

    def test_the_time_of_a_call_is_signed(self, provider: Provider) -> None:
        """Else who has overheard a call makes it again at any time, with that time written beside."""
        request = any_call(provider)
        later = {name: _STAMP.sub(_one_later, value) for name, value in request.headers.items()}
        if later == dict(request.headers):
            pytest.skip("no seconds since 1970 stand in the headers of the provider's calls")
        moved = evolve(request, headers=later, received_at=request.received_at + timedelta(seconds=1))
        assert not verified(provider, moved), "verify must look at the signed time, and at none that is not signed"

    def test_the_log_of_a_call_is_not_personal(self, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
        """Whether it is believed or not, and can be read or not."""
        caplog.set_level(logging.DEBUG)
        body = b'{"to": "%s", "' % provider.address.encode()
        with capture_logs() as events:
            for request in (any_call(provider), evolve(any_call(provider), body=body)):
                verified(provider, request)
                parsed(provider, request)
        told = canaries(provider, logged(caplog, events))
        assert not told, f"the log repeats {told} of a call; log keys and ids alone"

    @pytest.mark.parametrize("late", [LONG_AGO, -LONG_AGO], ids=["old", "from the future"])
    def test_a_call_of_another_time_is_refused(self, provider: Provider, late: timedelta) -> None:
        """Who has overheard a call cannot make it again later."""
        request = any_call(provider)
        moved = evolve(request, received_at=request.received_at + late)
        assert not verified(provider, moved), "verify must compare the signed time with `received_at`, both ways"

    @pytest.mark.parametrize("status", STATUSES)
    def test_what_it_says_is_normalised(self, provider: Provider, status: ReceiptStatus) -> None:
        """In the words of receipts; a word of the provider that nobody knows is `unknown`, never guessed."""
        receipt = heard(provider, call(provider, status))
        assert receipt.status == status, f"the provider's word means {status!r}; it was read as {receipt.status!r}"

    def test_it_says_of_which_request(self, provider: Provider) -> None:
        """By the request's key, or by the reference that the provider gave it."""
        receipt = heard(provider, any_call(provider))
        known = receipt.key in ("", SAID.key) and receipt.reference in ("", SAID.reference)
        said = known and (receipt.key or receipt.reference)
        assert said, f"give `key` or `reference`, each as the provider says it; it was {receipt!r}"

    def test_it_says_when(self, provider: Provider) -> None:
        """At which instant it happened, where the provider tells; not when the call came."""
        receipt = heard(provider, any_call(provider))
        assert receipt.at in (None, SAID.at), f"the provider tells {SAID.at}; it was read as {receipt.at}"

    def test_what_was_said_is_kept_as_it_came(self, provider: Provider) -> None:
        """For who asks years later."""
        assert heard(provider, any_call(provider)).raw, "give the provider's words as they came in Receipt(raw=…)"

    def test_a_call_that_comes_again_says_the_same(self, provider: Provider) -> None:
        """Providers repeat what nobody answered; the same facts are recorded once."""
        request = any_call(provider)
        later = evolve(request, received_at=request.received_at + timedelta(seconds=1))
        first, second = (list(webhook_of(provider).parse(each)) for each in (request, later))
        assert first == second, "parse must look at nothing but the call, and not at when it came"

    @pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
    def test_what_cannot_be_read_is_rejected(self, provider: Provider, body: bytes) -> None:
        """With no other error, and nothing is made up."""
        said = parsed(provider, evolve(any_call(provider), body=body))
        assert isinstance(said, Rejected), f"raise Rejected where a call cannot be read; it was {said!r}"

    @pytest.mark.parametrize("body", OTHER_SHAPES, ids=repr)
    def test_what_has_another_shape_says_nothing(self, provider: Provider, body: bytes) -> None:
        """Rejected, or a call of which nothing is meant for us."""
        said = parsed(provider, evolve(any_call(provider), body=body))
        assert isinstance(said, Rejected) or not said, f"nothing can be read in {body!r}; it was {said!r}"

    def test_what_it_prints_is_not_personal(self, provider: Provider) -> None:
        """A receipt is logged as it prints, and a refusal as it reads."""
        body = b'{"to": "%s", "' % provider.address.encode()
        said = [heard(provider, any_call(provider)), parsed(provider, evolve(any_call(provider), body=body))]
        hidden = [provider.address, *provider.secrets]
        told = [each for each in hidden if each and any(each in f"{one} {one!r}" for one in said)]
        assert not told, "a refusal repeats what the call held; name the problem alone"


SAID: Final = Receipt(status="delivered", key=key("1"), reference="ref-7391", at=NOON)
"""What the calls of the contract say."""


def call(provider: Provider, status: ReceiptStatus, *, forged: bool = False) -> WebhookRequest:
    """A call of the provider, received when it was signed; skips the test where it has no such word."""
    try:
        return provider.call(evolve(SAID, status=status), forged=forged)
    except NotImplementedError:
        can = getattr(provider.plugin, "capabilities", Capabilities())
        declared = (can.reports_delivery, "delivered"), (can.reports_reading, "read")
        if (True, status) in declared:
            fail(f"its capabilities say that it reports {status!r}; give the provider of the test such a call")
        pytest.skip(f"the provider of the test has no word for {status!r}")


def _one_later(stamp: re.Match[str]) -> str:
    return f"{int(stamp[0]) + 1}"


def any_call(provider: Provider, *, forged: bool = False) -> WebhookRequest:
    """A call of the provider, whatever it says."""
    for status in ("delivered", *STATUSES):
        with suppress(NotImplementedError):
            return provider.call(evolve(SAID, status=status), forged=forged)
    return fail("give the provider of the test call(said, forged=…), which makes a call as the provider signs it")


def webhook_of(provider: Provider) -> Webhook:
    """The plugin."""
    assert isinstance(provider.plugin, Webhook), "a webhook has verify and parse"
    return provider.plugin


def verified(provider: Provider, request: WebhookRequest) -> bool:
    """Whether the plugin believes a call."""
    try:
        said: Any = webhook_of(provider).verify(request)
    except Exception as error:  # noqa: BLE001 - told below
        fail(f"verify raised {error!r}; nothing that a call holds may make it raise: return False")
    assert isinstance(said, bool), f"verify returns True or False; it was {said!r}"
    return said


def parsed(provider: Provider, request: WebhookRequest) -> Sequence[Receipt | Event] | Rejected:
    """What the plugin reads in a call, or that it cannot."""
    try:
        return list(webhook_of(provider).parse(request))
    except Rejected as error:
        return error
    except Exception as error:  # noqa: BLE001 - told below
        fail(f"parse raised {error!r}; raise Rejected where a call cannot be read")


def heard(provider: Provider, request: WebhookRequest) -> Receipt:
    """The one receipt that a call says."""
    said = parsed(provider, request)
    receipts = [] if isinstance(said, Rejected) else [each for each in said if isinstance(each, Receipt)]
    assert len(receipts) == 1, f"parse must read one receipt in a call about one request; it was {said!r}"
    return receipts[0]
