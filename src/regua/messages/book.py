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
from regua.messages.declared import DEFAULT_LANGUAGE
from regua.messages.folder import Folder, read_folder
from regua.messages.text import MessageText
from regua.messages.values import plain_values
from regua.policyfile.diagnostics import nearest


@frozen(kw_only=True)
class Rendered:
    """A message as it is read. Its repr shows none of it, so that it can be logged.

    Attributes:
        subject: one line, or "" where the file has none.
        text: plain text, lines separated by line feeds.
        language: BCP 47 tag of the text, which may not be the one asked for.
    """

    subject: str = field(repr=False)
    text: str = field(repr=False)
    language: str


@cache
def _shipped() -> Folder:
    """What regua brings; read, compiled and checked once a process."""
    with as_file(files("regua").joinpath("data", "messages")) as folder:
        return read_folder(folder)


@frozen
class MessageBook:
    """The messages of a creditor, checked and ready. Immutable; may be used from several threads."""

    _folders: tuple[Folder, ...]

    @classmethod
    def open(cls, *folders: str | PathLike[str]) -> Self:
        """Read the folders of a creditor, of which the first wins, and then what regua brings.

        Args:
            folders: each holds folders of languages (`pt-BR`) with files such as `atraso.txt.j2`.

        Raises:
            MessageError: a file or folder with problems; all of them are listed.
        """
        read = (*(read_folder(Path(path)) for path in folders), _shipped())
        problems = [problem for folder in read for problem in folder.problems]
        if problems:
            raise MessageError(problems)
        return cls(read)

    def names(self) -> frozenset[str]:
        """The names of all templates, for the catalog by which policies are checked."""
        return frozenset().union(*(folder.names(DEFAULT_LANGUAGE) for folder in self._folders))

    def render(
        self, template: str, variables: Mapping[str, Any], *, language: str = DEFAULT_LANGUAGE, channel: str = ""
    ) -> Rendered:
        """Fill a message.

        Args:
            template: its name.
            variables: a plain value for each of `VARIABLES`, as `contact_variables` gives them.
            language: the reader's; where it has no such text, the one in `pt-BR` is taken.
            channel: by whose own text it is written, where there is one.

        Raises:
            MessageError: there is no such template, or the variables are not as they are declared.
        """
        for tag in (language, DEFAULT_LANGUAGE):
            text = self._find(template, tag, channel)
            if text is not None:
                subject, body = text.fill(plain_values(variables))
                return Rendered(subject=subject, text=body, language=tag)
        raise MessageError([f"there is no message {template!r}; {nearest(template, sorted(self.names()))}"])

    def _find(self, template: str, language: str, channel: str) -> MessageText | None:
        found = (folder.find(language, template, channel) for folder in self._folders)
        return next((text for text in found if text is not None), None)
