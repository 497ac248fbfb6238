"""All messages of a creditor: its own folders first, then what regua brings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from os import PathLike
from pathlib import Path
from typing import Any, Self

from attrs import field, frozen

from regua.errors import MessageError
from regua.messages.declared import DEFAULT_LANGUAGE, PLAIN_CHANNELS
from regua.messages.folder import Folder, Place, read_folder
from regua.messages.linking import Linker
from regua.messages.text import MessageText
from regua.messages.trying import tried
from regua.messages.values import plain_values
from regua.policyfile.diagnostics import nearest


@frozen(kw_only=True)
class Rendered:
    """A message as it is read. Its repr shows none of it, so that it can be logged.

    Attributes:
        subject: one line, or "" where the file has none.
        text: plain text, lines separated by line feeds.
        html: the same as a page, or "" where it was not asked for.
        language: BCP 47 tag of the text, which may not be the one asked for.
    """

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(default="", repr=False)
    language: str


@cache
def _shipped() -> Folder:
    """What regua brings, read once a process."""
    with as_file(files("regua").joinpath("data", "messages")) as folder:
        return read_folder(folder)


@cache
def _texts_shipped() -> Mapping[Place, MessageText]:
    """The same with its blocks in place, for who has no folder."""
    texts, problems = Linker((_shipped(),)).texts([_shipped()])
    if problems:
        raise MessageError(problems)
    return texts


@frozen
class MessageBook:
    """The messages of a creditor, checked and ready. Immutable; may be used from several threads."""

    _texts: Mapping[Place, MessageText]

    @classmethod
    def open(cls, *folders: str | PathLike[str]) -> Self:
        """Read the folders of a creditor, of which the first wins, and then what regua brings.

        Args:
            folders: each holds folders of languages (`pt-BR`) with files such as `atraso.txt.j2`.

        Raises:
            MessageError: a file or folder with problems; all of them are listed.
        """
        if not folders:
            return cls(_texts_shipped())
        own = tuple(read_folder(Path(path)) for path in folders)
        # Without a block of theirs, what regua brings reads as it always does, and need not be put together anew.
        changed = any(place.is_block for folder in own for place in folder.sources)
        folders_read = (*own, _shipped())
        linker = Linker(folders_read)
        texts, problems = linker.texts(folders_read if changed else own)
        problems = [problem for folder in own for problem in folder.problems] + problems
        if problems := problems or tried(own, texts) or linker.idle(own):
            raise MessageError(problems)
        return cls(texts if changed else {**_texts_shipped(), **texts})

    def names(self) -> frozenset[str]:
        """The names of all templates, for the catalog by which policies are checked."""
        return frozenset(place.name for place in self._texts if place.language == DEFAULT_LANGUAGE)

    def render(
        self,
        template: str,
        variables: Mapping[str, Any],
        *,
        language: str = DEFAULT_LANGUAGE,
        channel: str = "",
        html: bool = False,
    ) -> Rendered:
        """Fill a message.

        Args:
            template: its name.
            variables: a plain value for each of `VARIABLES`, as `contact_variables` gives them.
            language: the reader's; where it has no such text, the one in `pt-BR` is taken.
            channel: by whose own text and blocks it is written, where there are some.
            html: whether it is written as HTML, too; never for the channels `sms` and `whatsapp`.

        Raises:
            MessageError: there is no such template, or the variables are not as they are declared.
        """
        for tag in (language, DEFAULT_LANGUAGE):
            text = self._find(template, tag, channel)
            if text is not None:
                values = plain_values(variables)
                subject, body = text.fill(values)
                page = text.html(values, subject, tag) if html and channel not in PLAIN_CHANNELS else ""
                return Rendered(subject=subject, text=body, html=page, language=tag)
        raise MessageError([f"there is no message {template!r}; {nearest(template, sorted(self.names()))}"])

    def _find(self, template: str, language: str, channel: str) -> MessageText | None:
        own = self._texts.get(Place(language=language, name=template, channel=channel))
        return own or self._texts.get(Place(language=language, name=template))
