"""The channel `folder`: one file a message, for tests, for a first look, and for who sends files on by other means."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Final

from attrs import field, frozen

from regua.builtin.channels.written import head
from regua.builtin.files import keep_names, reason_of, word_of, write_whole
from regua.ports import Capabilities, Message, Receipt, Retryable, Unknown

_TEN_YEARS: Final = timedelta(days=3650)


@frozen(kw_only=True)
class FolderConfig:
    """Keys of the channel in `regua.toml`.

    Attributes:
        path: of the folder; made where it is not there. Several channels may share it.
        durable: false waits for no disk: a message may be lost where the machine stops. For tests.
    """

    path: Path = field(converter=Path)
    durable: bool = True


class FolderChannel:
    """Writes each message to `<channel>-<key>.txt`; the same key is the same file, and is written once.

    HTML and attachments lie beside it, under names that begin as its does. The text appears last: what is there is
    complete, whatever the machine does meanwhile.
    """

    Config: ClassVar[type[FolderConfig]] = FolderConfig
    name: ClassVar[str] = "folder"
    capabilities: ClassVar[Capabilities] = Capabilities(
        delivery="idempotent", key_ttl=_TEN_YEARS, html=True, attachments=True
    )

    def __init__(self, config: FolderConfig) -> None:
        self._folder, self._durable = config.path, config.durable

    def send(self, message: Message) -> Receipt:
        """Write one message, unless it is there.

        Raises:
            Retryable: the folder cannot be written, and nothing was.
            Unknown: it was written, and may not survive a failure of the machine.
        """
        stem = f"{word_of(message.channel)}-{word_of(message.key)}"
        text = self._folder / f"{stem}.txt"
        try:
            if not text.exists():
                self._write_beside(stem, message)
                write_whole(text, _encoded(f"{head(message)}\n{message.text}"), durable=self._durable)
        except OSError as error:
            raise Retryable(reason=f"the folder cannot be written: {reason_of(error)}") from error
        try:
            if self._durable:
                keep_names(self._folder)
        except OSError as error:
            raise Unknown(f"the folder cannot be synced: {reason_of(error)}") from error
        return Receipt(key=message.key, reference=text.name)

    def _write_beside(self, stem: str, message: Message) -> None:
        if message.html:
            write_whole(self._folder / f"{stem}.html", _encoded(message.html), durable=self._durable)
        for number, attachment in enumerate(message.attachments, 1):
            name, dot, suffix = attachment.name.rpartition(".")
            written = f"{word_of(name)}.{word_of(suffix)}" if name and dot else word_of(attachment.name)
            write_whole(self._folder / f"{stem}.{number}.{written}", attachment.content, durable=self._durable)

    def find(self, key: str) -> Receipt | None:
        """What became of a message: accepted where its file is there. It looks through the names of the folder.

        Raises:
            Retryable: the folder cannot be read.
        """
        ending = f"-{word_of(key)}.txt"
        try:
            names = [each.name for each in self._folder.iterdir() if each.name.endswith(ending)]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Retryable(reason=f"the folder cannot be read: {reason_of(error)}") from error
        # What begins with a point is a file that never became whole.
        whole = sorted(name for name in names if not name.startswith("."))
        return Receipt(key=key, reference=whole[0]) if whole else None

    def close(self) -> None:
        """Nothing stays open between two messages."""


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
