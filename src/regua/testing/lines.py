"""The line between one simulated worker and a provider: requests and answers get lost on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar, Protocol

from regua.core.events import Event
from regua.errors import PluginError, Rejected, Retryable, Unknown
from regua.ports import ActionRequest, Capabilities, Channel, Executor, Message, NoConfig, Receipt, WebhookRequest
from regua.testing.channels import TAKEN, Asked
from regua.testing.faults import Busy, Hang, LostReply, LostRequest, Moment, Refusal
from regua.testing.weather import Weather


class Caller(Protocol):
    """The worker at one end of the line."""

    name: str
    read: set[str]

    @property
    def weather(self) -> Weather:
        """What goes wrong."""

    def reach(self, moment: Moment, longest: timedelta = timedelta.max) -> None:
        """Come to a moment at which something may happen; `longest` is for how long it may stand still then."""

    def waits(self, capabilities: Capabilities, arrives: Callable[[], object]) -> None:
        """Wait for an answer as long as may be; the request arrives later."""


class Line:
    """A channel or executor, as one worker reaches it.

    Args:
        inner: what is at the other end.
        name: by which policies name it.
        caller: the worker.
    """

    Config: ClassVar[type[NoConfig]] = NoConfig

    def __init__(self, inner: Channel | Executor, name: str, caller: Caller) -> None:
        self._inner: Any = inner
        self._channel, self._caller = name, caller
        self.name: str = inner.name
        self.kinds: frozenset[str] = getattr(inner, "kinds", frozenset())

    @property
    def capabilities(self) -> Capabilities:
        """What the other end declares."""
        found: Capabilities = self._inner.capabilities
        return found

    def send(self, message: Message) -> Receipt:
        """Send a message."""
        return self._asked(message, self._inner.send)

    def run(self, request: ActionRequest) -> Receipt:
        """Ask for an act."""
        return self._asked(request, self._inner.run)

    def _asked(self, request: Asked, call: Callable[[Any], Receipt]) -> Receipt:
        weather, where, who = self._caller.weather, self._channel, self._caller.name
        can = self.capabilities
        self._caller.reach("sending", timedelta.max if can.key_ttl is None else can.send_timeout)
        busy = weather.strikes(Busy, where, who)
        if busy is not None:
            raise Retryable(busy.after, "busy")
        if weather.strikes(Refusal, where, who):
            raise Rejected("refused")
        if weather.strikes(LostRequest, where, who):
            raise Unknown("no answer came")
        if weather.strikes(Hang, where, who):
            self._caller.waits(self.capabilities, lambda: _unheard(call, request))
            raise Unknown("no answer came in time")
        answer = call(request)
        self._caller.reach("sent")
        if weather.strikes(LostReply, where, who):
            raise Unknown("the answer was lost")
        if answer.status in TAKEN:
            self._caller.read.add(request.key)
        return answer

    def find(self, key: str) -> Receipt | None:
        """Ask what became of a request."""
        weather, who = self._caller.weather, self._caller.name
        self._caller.reach("sending")
        if weather.strikes(Busy, self._channel, who) or weather.strikes(LostRequest, self._channel, who):
            raise Retryable(reason="busy")
        found: Receipt | None = self._inner.find(key) if hasattr(self._inner, "find") else None
        self._caller.reach("sent")
        return found

    def verify(self, request: WebhookRequest) -> bool:
        """Whether it is a call of the provider's."""
        return bool(self._inner.verify(request))

    def parse(self, request: WebhookRequest) -> Sequence[Receipt | Event]:
        """Read a call of the provider's."""
        found: Sequence[Receipt | Event] = self._inner.parse(request)
        return found

    def close(self) -> None:
        """The other end is closed by whoever made it."""


def _unheard(call: Callable[[Any], Receipt], request: Asked) -> None:
    """A provider does as it is asked, or not, and nobody hears its answer."""
    with suppress(PluginError):
        call(request)
