"""What the author of a plugin gives to its contract: the plugin, and a provider on loopback that it speaks with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from attrs import frozen

from regua.ports import Attachment, Channel, Executor, Receipt, Webhook, WebhookRequest

Behaviour = Literal[
    "well",
    "refuses",
    "no-such-address",
    "denies",
    "busy",
    "down",
    "away",
    "drops",
    "swallows",
    "hangs",
    "mumbles",
    "breaks",
]
"""How a provider may behave; see `BEHAVIOURS`."""

BEHAVIOURS: Final[dict[Behaviour, str]] = {
    "well": "takes requests over, and says so",
    "refuses": "refuses the request for good, for what is in it",
    "no-such-address": "says that the address reaches nobody",
    "denies": "refuses our account: a wrong token or password",
    "busy": "says that it has no time now (HTTP 429), and for how long, where `retry_after` is given",
    "down": "says that it can do nothing now (HTTP 503), and does nothing",
    "away": "stops listening: connections are refused, for the rest of the test",
    "drops": "ends the connection before it has taken the request",
    "swallows": "takes the request over, and ends the connection without an answer",
    "hangs": "takes the request over, and says nothing for longer than `send_timeout`",
    "mumbles": "takes the request over, and answers what nobody can read",
    "breaks": "says that it failed, and not whether it did anything (HTTP 500)",
}
"""What each behaviour is."""


@frozen(kw_only=True)
class Taken:
    """One thing that a provider took over: a message for one recipient, or an act.

    Attributes:
        key: that the plugin sent with it, or "" where the provider knows no keys.
        to: the recipient, as the provider understood the request (of an e-mail that of the envelope, not of a header);
            a request with several makes one of these for each.
        text: the plain text, as the provider understood it.
        subject: the same of the subject.
        html: the same of the HTML text.
        attachments: the same of the files.
        kind: of an act: the kind of step, as far as the provider is told, or "".
    """

    key: str = ""
    to: str = ""
    text: str = ""
    subject: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    kind: str = ""


class Provider:
    """A plugin and the provider behind it, for the contracts: subclass it, and give what yours can do.

    `taken` is needed. What raises `NotImplementedError` is not tried, and the tests that need it are skipped, with the
    reason; a capability that is declared and cannot be tried fails.

    Attributes:
        plugin: the channel, executor or webhook, whose configuration leads to the provider. Give it short timeouts: a
            test waits for as long as `send_timeout`.
        address: one that the provider takes, an e-mail address or a telephone number as E.164. No log or error may
            repeat it.
        secrets: tokens, passwords and the like of the plugin's configuration. No log, error or repr may repeat them.
        answers: whether the provider says something back, so that there is a raw answer to keep; False for what only
            writes, as a folder.
    """

    plugin: Channel | Executor | Webhook
    address: str = "ana.canaria@example.invalid"
    secrets: Sequence[str] = ()
    answers: ClassVar[bool] = True

    def taken(self) -> Sequence[Taken]:
        """What the provider truly took over so far, in any order."""
        raise NotImplementedError

    def behave(self, how: Behaviour, retry_after: str = "") -> None:  # noqa: ARG002 - for subclasses
        """Have the provider behave so from now on.

        Args:
            how: one of `BEHAVIOURS`.
            retry_after: with `busy`: what it says in `Retry-After`, "" for nothing.

        Raises:
            NotImplementedError: it cannot.
        """
        if how != "well":
            raise NotImplementedError

    def restart(self) -> None:
        """Put a new plugin with the same configuration in the place of `plugin`, as another process has one.

        Raises:
            NotImplementedError: it cannot.
        """
        raise NotImplementedError

    def call(self, said: Receipt, *, forged: bool = False) -> WebhookRequest:
        """Make the call with which the provider says later what became of a request, signed when it is received.

        Args:
            said: what it says: a status, of the request with that key and reference, as of the instant `at`. For the
                status `unknown` it is any word of the provider that the plugin does not know.
            forged: whether it is signed with a secret that is not the provider's.

        Raises:
            NotImplementedError: it has no calls, or no word for that status.
        """
        raise NotImplementedError
