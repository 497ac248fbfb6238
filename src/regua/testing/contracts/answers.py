"""What becomes of a provider's answer: the receipt, or the one of the four errors that says what is certain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any, Final

import pytest

from regua.ports import PluginError, Rejected, Retryable, Unknown
from regua.testing.contracts.asking import (
    NOT_DONE,
    Deed,
    Request,
    accepted,
    ask,
    behave,
    capabilities_of,
    fail,
    taken_of,
)
from regua.testing.contracts.providers import Behaviour, Provider

MEANT: Final[dict[Behaviour, tuple[tuple[type[PluginError], ...], str]]] = {
    "refuses": ((Rejected,), "it will never succeed: raise Rejected"),
    "no-such-address": ((Rejected,), "it will never succeed: raise Rejected"),
    "denies": ((Retryable,), "it is our account, not this message: raise Retryable, so that nothing is lost"),
    "busy": ((Retryable,), "nothing was done and it may succeed later: raise Retryable"),
    "down": ((Retryable,), "nothing was done and it may succeed later: raise Retryable"),
    "away": ((Retryable,), "a refused connection proves that nothing left: raise Retryable"),
    "drops": ((Retryable, Unknown), "raise Unknown, or Retryable where the protocol proves that nothing was taken"),
    "swallows": ((Unknown,), "the request left and no answer came: raise Unknown, never Retryable"),
    "mumbles": ((Unknown,), "the answer cannot be read, so nobody knows: raise Unknown"),
    "breaks": ((Unknown,), "the provider did not say that it did nothing: raise Unknown"),
}
"""What each behaviour is to raise, and why."""
PASSING: Final[tuple[Behaviour, ...]] = ("refuses", "busy", "down", "drops", "swallows", "mumbles", "breaks")
"""After which a provider goes on."""
WAIT: Final = timedelta(seconds=90)
GRACE: Final = 2.0
"""Seconds beyond its timeout in which a machine that is busy may end a call."""


class AnswerContract:
    """What becomes of a provider's answer: the receipt, or the error that says what is certain."""

    def request(self, provider: Provider, name: str = "1", **changes: Any) -> Request:
        """A request that the plugin can carry out."""
        raise NotImplementedError

    def test_what_the_provider_takes_over_is_accepted(self, provider: Provider) -> None:
        """Once, with the key that the request has; what has just left is not unknown."""
        request = self.request(provider)
        receipt = accepted(provider, request)
        assert receipt.status in {"accepted", "delivered", "read"}, "the provider took it over: say so in the status"
        assert receipt.key in ("", request.key), "the receipt is of the request's key"
        assert len(taken_of(provider, request)) == 1, "the provider must have taken it over once"

    def test_the_answer_is_kept_as_it_came(self, provider: Provider) -> None:
        """Byte for byte, for who asks years later what was said."""
        if not provider.answers:
            pytest.skip("the provider of the test says nothing back (`answers` is False)")
        receipt = accepted(provider, self.request(provider))
        assert receipt.raw, "give the provider's answer as it came in Receipt(raw=…)"
        assert isinstance(receipt.raw, bytes), "Receipt.raw is bytes"

    @pytest.mark.parametrize("how", MEANT)
    def test_an_error_says_what_is_certain(self, provider: Provider, how: Behaviour) -> None:
        """Retryable and Rejected only where nothing was done for certain; Unknown where nobody can say."""
        behave(provider, how)
        request = self.request(provider)
        answer = ask(provider, request)
        meant, why = MEANT[how]
        if not isinstance(answer, meant):
            fail(f"where the provider {how!r}, {why}; it was {answer!r}")
        if isinstance(answer, NOT_DONE):
            assert not taken_of(provider, request), f"{answer!r} says that nothing was done, and the provider took it"

    @pytest.mark.parametrize("how", ["swallows", "mumbles"])
    def test_nothing_is_sent_again_by_itself(self, provider: Provider, how: Behaviour) -> None:
        """Only the engine knows whether that does harm, as after a payment."""
        behave(provider, how)
        request = self.request(provider)
        ask(provider, request)
        assert len(taken_of(provider, request)) == 1, "send a request once; the engine repeats what may be repeated"

    @pytest.mark.parametrize("how", PASSING)
    def test_it_goes_on_after_a_failure(self, provider: Provider, how: Behaviour) -> None:
        """The next request is carried out, and gets its own answer: no connection stays broken."""
        behave(provider, how)
        ask(provider, self.request(provider, "1"))
        provider.behave("well")
        request = self.request(provider, "2")
        accepted(provider, request)
        assert len(taken_of(provider, request)) > 0, "the next request must reach the provider"

    def test_an_address_that_reaches_nobody_is_told(self, provider: Provider) -> None:
        """So that no other step uses it again."""
        behave(provider, "no-such-address")
        answer = ask(provider, self.request(provider))
        told = isinstance(answer, Rejected) and answer.point_failed
        assert told, f"raise Rejected(…, point_failed=True); it was {answer!r}"

    def test_a_refusal_blames_no_address(self, provider: Provider) -> None:
        """Another text may reach it; an address that is said to have failed is never used again."""
        behave(provider, "refuses")
        answer = ask(provider, self.request(provider))
        assert isinstance(answer, Rejected), f"raise Rejected; it was {answer!r}"
        assert not answer.point_failed, "it is the request that was refused: point_failed is for the address alone"

    @pytest.mark.parametrize("form", ["seconds", "date", "nonsense"])
    def test_how_long_to_wait_is_read(self, provider: Provider, form: str) -> None:
        """`Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3); what is neither is no reason to fail."""
        date = format_datetime(datetime.now(UTC) + WAIT, usegmt=True)
        said = {"seconds": str(int(WAIT.total_seconds())), "date": date, "nonsense": "soon"}[form]
        behave(provider, "busy", said)
        answer = ask(provider, self.request(provider))
        assert isinstance(answer, Retryable), f"raise Retryable; it was {answer!r}"
        if form == "nonsense":
            assert answer.after is None, "give no wait where none can be read: Retryable(None, …)"
        else:
            assert answer.after is not None, f"give the wait that Retry-After says: {said!r}"
            assert WAIT / 2 < answer.after <= WAIT + timedelta(seconds=1), f"{said!r} was read as {answer.after}"

    @pytest.mark.parametrize("said", ["-5", "9" * 30, "Mon, 01 Jan 0001 00:00:00 -2359"], ids=["less", "much", "early"])
    def test_a_wait_that_cannot_be_is_none(self, provider: Provider, said: str) -> None:
        """Who writes `Retry-After` may be wrong; no wait is shorter than nothing, and none makes it fail."""
        behave(provider, "busy", said)
        answer = ask(provider, self.request(provider))
        assert isinstance(answer, Retryable), f"raise Retryable; it was {answer!r}"
        can_be = answer.after is None or answer.after >= timedelta(0)
        assert can_be, f"give no wait, or one that can be: {said!r} was read as {answer.after}"

    def test_a_provider_that_hangs_is_left_in_time(self, provider: Provider) -> None:
        """Within `send_timeout`, whatever its parts may take; nobody knows then what became of the request."""
        behave(provider, "hangs")
        request, limit = self.request(provider), capabilities_of(provider).send_timeout.total_seconds()
        try:
            answer = Deed(partial(ask, provider, request)).within(limit + GRACE)
        except TimeoutError:
            fail(f"it takes longer than its send_timeout of {limit:g} s; give its own network calls less")
        assert isinstance(answer, Unknown), f"the request left and no answer came: raise Unknown; it was {answer!r}"
