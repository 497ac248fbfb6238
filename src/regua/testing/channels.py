"""Channels and executors that answer as a test says, and remember what they were asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final, get_args

from attrs import frozen

from regua.core.dates import microseconds
from regua.core.policy import KINDS, WRITTEN
from regua.errors import Rejected, Retryable, Unknown, Unsupported
from regua.policyfile.testfile import Word
from regua.ports import ActionRequest, Capabilities, Message, NoConfig, Receipt, WebhookRequest

REPORTED: Final = frozenset({"delivered", "read", "bounced", "failed"})
"""Words that may also come later, as a provider's call."""

TAKEN: Final = frozenset({"accepted", "delivered", "read"})
"""Words that say that the provider took the request over."""


@frozen
class Answer:
    """One answer of a provider.

    Attributes:
        word: what it says.
        after: None: at once. Otherwise it only accepts the message, and says the word so much later, in a call that
            the engine receives.
        reason: the provider's word for it.
    """

    word: Word
    after: timedelta | None = None
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        if self.word not in get_args(Word):
            message = f"{self.word!r} is no answer; write one of {', '.join(get_args(Word))}"
            raise ValueError(message)
        if self.after is not None and self.word not in REPORTED:
            message = f"{self.word!r} does not come later; of what was accepted, {', '.join(sorted(REPORTED))} may"
            raise ValueError(message)


Asked = Message | ActionRequest
Scripted = Word | Answer | Callable[[Any], "Word | Answer"]
Heard = Callable[["ScriptedProvider", Asked, Answer], object]
"""Told of every request that was answered."""


class ScriptedProvider:
    """What a scripted channel and a scripted executor have in common.

    It is what it declares to be: one with idempotent keys gives the first answer again for as long as it remembers the
    key, and one that can be asked finds nothing before its lag is over.

    Attributes:
        name: of the channel or executor.
        capabilities: what it declares.
        problems: what a provider must never see, or a script that failed; a simulation fails with them.
        taken: the requests that it took over, in order.
        undone: keys of requests of which it said that they failed or bounced.
        now: gives the instant, of the simulation.
    """

    Config: ClassVar[type[NoConfig]] = NoConfig

    def __init__(self, name: str, *, capabilities: Capabilities | None = None) -> None:
        self.name = name
        self.capabilities = capabilities or Capabilities(reports_delivery=True, reports_reading=True)
        self.problems: list[str] = []
        self.taken: list[Asked] = []
        self.undone: set[str] = set()
        self.heard: Heard | None = None
        self.now: Callable[[], int] = int
        self._asked: list[Asked] = []
        self._answers: dict[str, tuple[int, Answer]] = {}
        self._script: Sequence[Scripted] = ("delivered",)
        self._answered = 0

    def answers(self, *script: Scripted, after: timedelta | None = None) -> None:
        """Say how it answers from now on.

        Args:
            script: one answer for each request in turn, the last one for all that follow: a word, an `Answer`, or a
                function of the `Message` (or `ActionRequest`) that gives one.
            after: for words, the `Answer.after`.

        Raises:
            ValueError: no answer, or one that cannot be given.
        """
        if not script:
            message = "answers() needs at least one answer, such as 'delivered'"
            raise ValueError(message)
        self._script = tuple(Answer(each, after) if isinstance(each, str) else each for each in script)
        self._answered = 0

    def _answer(self, request: Asked) -> Receipt:
        self._asked.append(request)
        since, known = self._answers.get(request.key, (0, None))
        if known is not None:
            if self._remembers(since):
                self._tell(request, Answer("accepted"))
                return _said(known, request.key)
            self.problems.append(f"{self.name} was asked again for {request!r}, which it had accepted")
        answer = self._scripted(request)
        if answer.word in TAKEN or answer.after is not None:
            self._answers[request.key] = self.now(), answer
            self.taken.append(request)
        self._tell(request, answer)
        return _said(answer, request.key)

    def _tell(self, request: Asked, answer: Answer) -> None:
        if self.heard is not None:
            self.heard(self, request, answer)

    def _remembers(self, since: int) -> bool:
        ttl = self.capabilities.key_ttl
        return ttl is not None and self.now() - since <= microseconds(ttl)

    def find(self, key: str) -> Receipt | None:
        """What it answered to the request with a key; None for one that it refused, never saw, or does not find yet."""
        since, answer = self._answers.get(key, (0, None))
        if answer is None or self.now() - since < microseconds(self.capabilities.query_lag):
            return None
        return _said(answer, key)

    def _scripted(self, request: Asked) -> Answer:
        scripted = self._script[min(self._answered, len(self._script) - 1)]
        self._answered += 1
        try:
            given = scripted(request) if callable(scripted) else scripted
            return Answer(given) if isinstance(given, str) else given
        except Exception as error:  # the engine would take it for a bug of the plugin, and go on
            self.problems.append(f"the script of {self.name} failed: {error!r}")
            raise

    @property
    def requests(self) -> tuple[Asked, ...]:
        """What it was asked, every attempt, in order."""
        return tuple(self._asked)

    # as a webhook

    def call(self, request: Asked, answer: Answer, now: int) -> WebhookRequest:
        """The call with which the provider says later what became of a request.

        Args:
            request: that was accepted.
            answer: what is said now.
            now: instant of the call.
        """
        said = {"key": request.key, "reason": _reason(answer), "status": answer.word}
        if answer.word in {"bounced", "failed"}:
            self.undone.add(request.key)
        body = json.dumps(said, sort_keys=True).encode()
        return WebhookRequest(path=f"/{self.name}", headers={}, body=body, received_at=now)

    def verify(self, request: WebhookRequest) -> bool:
        """Whether it is a call of its own."""
        return request.path == f"/{self.name}"

    def parse(self, request: WebhookRequest) -> Sequence[Receipt]:
        """Read a call of its own."""
        return [Receipt(at=request.received_us, **json.loads(request.body))]

    def close(self) -> None:
        """There is nothing to give back."""


class ScriptedChannel(ScriptedProvider):
    """A channel that sends nothing: it answers as it was told, `delivered` unless told otherwise.

    Args:
        name: of the channel.
        capabilities: what it declares; by default a blind channel that reports delivery and reading.
    """

    @property
    def asked(self) -> tuple[Message, ...]:
        """What it was asked to send, every attempt, in order."""
        return tuple(each for each in self._asked if isinstance(each, Message))

    def send(self, message: Message) -> Receipt:
        """Answer as the script says."""
        return self._answer(message)


class ScriptedExecutor(ScriptedProvider):
    """An executor that does nothing: it answers as it was told, `delivered` unless told otherwise.

    Args:
        name: of the executor.
        kinds: of steps that it carries out; by default all that are no messages.
        capabilities: as of a channel.
    """

    def __init__(
        self,
        name: str = "simulated",
        *,
        kinds: frozenset[str] = frozenset(KINDS) - WRITTEN,
        capabilities: Capabilities | None = None,
    ) -> None:
        super().__init__(name, capabilities=capabilities)
        self.kinds = kinds

    @property
    def asked(self) -> tuple[ActionRequest, ...]:
        """What it was asked to carry out, every attempt, in order."""
        return tuple(each for each in self._asked if isinstance(each, ActionRequest))

    def run(self, request: ActionRequest) -> Receipt:
        """Answer as the script says."""
        return self._answer(request)


def _said(answer: Answer, key: str) -> Receipt:
    """Return or raise what a provider answers at once."""
    word, reason = answer.word, _reason(answer)
    if answer.after is not None:
        return Receipt(key=key)
    if word == "rejected":
        raise Rejected(reason)
    if word == "unsupported":
        raise Unsupported(reason)
    if word == "unknown":
        raise Unknown(reason)
    if word == "transient":
        raise Retryable(reason=reason)
    return Receipt(status=word, key=key, reason=reason)


def _reason(answer: Answer) -> str:
    return answer.reason or ("" if answer.word in TAKEN else "as scripted")
