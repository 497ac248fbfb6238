"""Keys: the same one is one request, and what became of it is found again by it."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Final

import pytest
from attrs import evolve

from regua.ports import Receipt, Retryable, Unknown, Webhook
from regua.testing.contracts.asking import (
    Request,
    accepted,
    ask,
    at_once,
    behave,
    capabilities_of,
    fail,
    find,
    key,
    taken_of,
)
from regua.testing.contracts.providers import Behaviour, Provider
from regua.testing.contracts.webhook import any_call

THREADS = 4
SILENT: Final[tuple[Behaviour, ...]] = ("away", "down", "breaks", "mumbles")
"""When a provider says nothing of a key that can be read."""
FOUND = {"accepted", "delivered", "read"}


class KeyContract:
    """Keys: the same one is one request, and what became of it is found again by it."""

    def request(self, provider: Provider, name: str = "1", **changes: Any) -> Request:
        """A request that the plugin can carry out."""
        raise NotImplementedError

    def test_the_same_key_is_carried_out_once(self, provider: Provider) -> None:
        """A second attempt gets the answer of the first."""
        skip_unless_idempotent(provider)
        request = self.request(provider)
        first = accepted(provider, request)
        again = accepted(provider, evolve(request, attempt=2))
        assert len(taken_of(provider, request)) == 1, "send the key to the provider, or keep what was done by it"
        assert again.reference == first.reference, "the second answer must name what the first one named"

    def test_the_same_key_after_a_lost_answer_is_carried_out_once(self, provider: Provider) -> None:
        """The engine does not know what became of it, and sends it once more."""
        skip_unless_idempotent(provider)
        behave(provider, "swallows")
        request = self.request(provider)
        lost = ask(provider, request)
        assert isinstance(lost, Unknown), f"no answer came: raise Unknown; it was {lost!r}"
        provider.behave("well")
        accepted(provider, evolve(request, attempt=2))
        assert len(taken_of(provider, request)) == 1, "the provider took it twice: send the key with every attempt"

    def test_two_keys_are_carried_out_twice(self, provider: Provider) -> None:
        """However much they are alike otherwise."""
        requests = [self.request(provider, name) for name in ("1", "2")]
        receipts = [accepted(provider, each) for each in requests]
        assert len(provider.taken()) == len(requests), "recognise a request by its key alone, never by its content"
        references = [each.reference for each in receipts if each.reference]
        assert len({*references}) == len(references), "each request has a reference of its own"

    @pytest.mark.parametrize("form", ["{0}{1}", "{1}{0}"], ids=["at the end", "at the beginning"])
    def test_keys_that_differ_in_one_sign_are_carried_out_twice(self, provider: Provider, form: str) -> None:
        """A provider that takes shorter keys gets another digest of the key, and no part of it."""
        for sign in "ab":
            accepted(provider, self.request(provider, key=form.format(key("1")[1:], sign)))
        assert len(provider.taken()) == len("ab"), "send the whole key, or a digest of it; never a part"

    def test_many_at_once_are_carried_out_once_each(self, provider: Provider) -> None:
        """The engine calls from several threads: nothing is lost, doubled, or mixed up with another."""
        requests = [self.request(provider, f"{number}") for number in range(THREADS)]
        receipts = at_once([partial(accepted, provider, each) for each in requests])
        taken = provider.taken()
        assert len(taken) == len(requests), "what several threads send at once must be sent once each"
        assert {each.key for each in taken} in ({""}, {each.key for each in requests}), "keys are mixed up"
        for request, receipt in zip(requests, receipts, strict=True):
            assert receipt.key in ("", request.key), "one thread got the receipt of another"

    def test_what_was_carried_out_is_found(self, provider: Provider) -> None:
        """By its key, at the latest once `query_lag` is over, as the receipt said it."""
        request = self.request(provider)
        unseen = find(provider, request.key)
        assert unseen is None, f"nothing was sent yet: find(key) gives None; it was {unseen!r}"
        accepted(provider, request)
        found = self._found(provider, request)
        assert found.status in FOUND, "the provider took it over: find(key) says so"
        assert found.key in ("", request.key), "find(key) gives what is of that key"

    def test_what_was_carried_out_without_an_answer_is_found(self, provider: Provider) -> None:
        """That is what the engine asks for."""
        behave(provider, "swallows")
        request = self.request(provider)
        find(provider, request.key)
        ask(provider, request)
        provider.behave("well")
        assert self._found(provider, request).status in FOUND, "the provider took it over: find(key) says so"

    def test_the_same_key_from_another_process_is_carried_out_once(self, provider: Provider) -> None:
        """What a plugin remembers itself is gone when its process ends; the provider has to know the key."""
        skip_unless_idempotent(provider)
        request = self.request(provider)
        accepted(provider, request)
        restart(provider)
        accepted(provider, evolve(request, attempt=2))
        assert len(taken_of(provider, request)) == 1, "another process sent it again: send the key to the provider"

    def test_what_was_carried_out_is_found_from_another_process(self, provider: Provider) -> None:
        """Else a worker that takes over believes that nothing was sent, and sends it again."""
        request = self.request(provider)
        find(provider, request.key)
        accepted(provider, request)
        restart(provider)
        self._found(provider, request)

    def test_a_key_that_nobody_sent_is_not_found(self, provider: Provider) -> None:
        """None, for certain: the engine sends it again then."""
        find(provider, key("other"))
        accepted(provider, self.request(provider))
        found = find(provider, key("other"))
        assert found is None, f"find(key) of a key that the provider never saw gives None; it was {found!r}"

    @pytest.mark.parametrize("how", SILENT)
    def test_a_provider_that_cannot_be_asked_is_asked_later(self, provider: Provider, how: Behaviour) -> None:
        """Only the provider can say that it never saw a key: None would have it sent again."""
        request = self.request(provider)
        find(provider, request.key)
        accepted(provider, request)
        behave(provider, how)
        try:
            found = find(provider, request.key)
        except Retryable:
            return
        except Exception as error:  # noqa: BLE001 - told
            fail(f"find(key) raised {error!r}; raise Retryable where the provider cannot be asked")
        said = found is not None and how != "away"
        assert said, f"find(key) raises Retryable where the provider cannot be asked; it was {found!r}"

    def test_what_is_done_later_can_be_told(self, provider: Provider) -> None:
        """Who declares that it reports delivery has a way to: calls of the provider, or find(key)."""
        can = capabilities_of(provider)
        if not (can.reports_delivery or can.reports_reading):
            pytest.skip("it reports no delivery and no reading, and does not declare it")
        if isinstance(provider.plugin, Webhook):
            any_call(provider)
            return
        assert hasattr(provider.plugin, "find"), (
            "its capabilities say that it reports delivery; give it verify and parse, or find(key)"
        )

    def _found(self, provider: Provider, request: Request) -> Receipt:
        until = time.monotonic() + capabilities_of(provider).query_lag.total_seconds()
        while True:
            found = find(provider, request.key)
            if found is not None:
                return found
            assert time.monotonic() < until, "find(key) must find what was carried out, once `query_lag` is over"
            time.sleep(0.01)


def restart(provider: Provider) -> None:
    """Go on as another process; skip the test where the provider of the test cannot."""
    try:
        provider.restart()
    except NotImplementedError:
        pytest.skip("the provider of the test cannot restart: it makes no second plugin")


def skip_unless_idempotent(provider: Provider) -> None:
    """Skip what only who recognises keys can do."""
    declared = capabilities_of(provider).delivery
    if declared != "idempotent":
        pytest.skip(f"its delivery is {declared!r}: the engine never sends a key again by itself")
