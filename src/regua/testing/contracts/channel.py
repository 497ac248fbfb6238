"""What every channel does, whatever brings its messages."""

from __future__ import annotations

from typing import Any

from regua.ports import Channel
from regua.testing.contracts.answers import AnswerContract
from regua.testing.contracts.asking import Request, message
from regua.testing.contracts.declaring import DeclaringContract
from regua.testing.contracts.keys import KeyContract
from regua.testing.contracts.messages import MessageContract
from regua.testing.contracts.providers import Provider
from regua.testing.contracts.secrecy import SecrecyContract


class ChannelContract(DeclaringContract, AnswerContract, KeyContract, MessageContract, SecrecyContract):
    """The behaviour of a channel: what it declares, what it sends, what it makes of answers, and what it never tells.

    A subclass gives the fixture `provider`: a `Provider` whose `plugin` is the channel, new for each test.
    """

    port = Channel

    def request(self, provider: Provider, name: str = "1", **changes: Any) -> Request:
        """A message that the channel can bring."""
        return message(provider, name, **changes)
