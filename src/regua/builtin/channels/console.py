"""The channel `console`: prints messages for who looks on."""

from __future__ import annotations

import re
import sys
from typing import ClassVar, Final, Literal

from attrs import frozen

from regua.builtin.channels.written import head
from regua.ports import Capabilities, Message, Receipt, Unknown, Unsupported

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_RULE: Final = "-" * 72


@frozen(kw_only=True)
class ConsoleConfig:
    """Keys of the channel in `regua.toml`.

    Attributes:
        stream: where it prints: standard output or standard error.
    """

    stream: Literal["stdout", "stderr"] = "stdout"


class ConsoleChannel:
    """Prints each message as one block. It reaches nobody and remembers nothing, so it is blind."""

    Config: ClassVar[type[ConsoleConfig]] = ConsoleConfig
    name: ClassVar[str] = "console"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, config: ConsoleConfig) -> None:
        self._config = config

    def send(self, message: Message) -> Receipt:
        """Print one message in one piece, so that blocks of several threads do not mix.

        Raises:
            Unsupported: it has attachments, which nobody could open.
            Unknown: the stream is closed or broken; a part may have been read.
        """
        if message.attachments:
            raise Unsupported("attachments")
        stream = sys.stderr if self._config.stream == "stderr" else sys.stdout
        encoding = getattr(stream, "encoding", None) or "utf-8"
        # A text may hold what moves a terminal's cursor, or what the terminal cannot show.
        text = _CONTROL.sub("\ufffd", message.text.replace("\r\n", "\n"))
        block = f"{_RULE}\n{head(message)}\n{text}\n"
        try:
            stream.write(block.encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
        except (OSError, ValueError, AttributeError) as error:
            raise Unknown(f"cannot print: {type(error).__name__}") from error
        return Receipt(key=message.key)

    def close(self) -> None:
        """The stream is the program's."""
