"""A folder of messages: one folder for each language, one file for each template, or for it and a channel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from attrs import field, frozen

from regua.messages.declared import DEFAULT_LANGUAGE
from regua.messages.problems import MessageProblem
from regua.messages.text import MessageText, read_text

LARGEST: Final = 1 << 14
"""Bytes of the largest file."""

MOST_FILES: Final = 1000
"""Files of one language that are read."""

_ENDING: Final = ".txt.j2"
_NAME: Final = "[a-z0-9][a-z0-9_-]{0,63}"
_FILE: Final = re.compile(rf"({_NAME})(?:\.({_NAME}))?{re.escape(_ENDING)}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@frozen(kw_only=True)
class Place:
    """Which text a file holds.

    Attributes:
        language: BCP 47 tag, the name of its folder.
        template: name by which policies ask for it.
        channel: name of the only channel that it is for, or "".
    """

    language: str
    template: str
    channel: str = ""


@frozen
class Folder:
    """What one folder holds.

    Attributes:
        path: where it is.
        texts: by language, template and channel.
        problems: what is wrong with its files.
    """

    path: Path
    texts: dict[Place, MessageText] = field(factory=dict, init=False)
    problems: list[MessageProblem] = field(factory=list, init=False)

    def names(self, language: str) -> frozenset[str]:
        """The templates that it has in a language."""
        return frozenset(place.template for place in self.texts if place.language == language)

    def find(self, language: str, template: str, channel: str) -> MessageText | None:
        """The text for a channel, else the one for all of them, else None."""
        own = self.texts.get(Place(language=language, template=template, channel=channel))
        return own or self.texts.get(Place(language=language, template=template))

    def note(self, path: Path, message: str, remedy: str) -> None:
        """Note what is wrong with a file or folder."""
        self.problems.append(MessageProblem(file=str(path), message=message, remedy=remedy))


def read_folder(path: Path) -> Folder:
    """Read every text of a folder; what cannot be read becomes a problem."""
    folder = Folder(path)
    entries = _entries(path, folder, "name a folder that is there")
    for entry in entries:
        if entry.suffix == ".j2":
            folder.note(entry, "stands in no language", f"move it to {DEFAULT_LANGUAGE}/{entry.name}")
    languages = [entry for entry in entries if _LANGUAGE.fullmatch(entry.name) and entry.is_dir()]
    if not languages and not folder.problems:
        folder.note(path, "has no folder of a language", f"put the files in {DEFAULT_LANGUAGE}/")
    for language in languages:
        _read_language(language, folder)
    return folder


def _entries(path: Path, folder: Folder, remedy: str) -> list[Path]:
    try:
        return sorted(path.iterdir())
    except OSError as error:
        folder.note(path, f"cannot be read: {error.strerror}", remedy)
        return []


def _read_language(language: Path, folder: Folder) -> None:
    paths = [path for path in _entries(language, folder, "let it be read") if path.suffix == ".j2"]
    if len(paths) > MOST_FILES:
        folder.note(language, f"has more than {MOST_FILES} messages", "take the unused ones out")
        return
    for path in paths:
        named = _FILE.fullmatch(path.name)
        if named is None:
            remedy = f"name it name{_ENDING} or name.channel{_ENDING}, with a-z, 0-9, - and _"
            folder.note(path, "is no name of a message", remedy)
            continue
        place = Place(language=language.name, template=named[1], channel=named[2] or "")
        source = _source(path, folder)
        if source is not None:
            _add(place, source, path, folder)


def _add(place: Place, source: str, path: Path, folder: Folder) -> None:
    read = read_text(source, str(path), needs_subject=not place.channel)
    if isinstance(read, MessageText):
        folder.texts[place] = read
    else:
        folder.problems.extend(read)


def _source(path: Path, folder: Folder) -> str | None:
    if not path.is_file() or not path.resolve().is_relative_to(folder.path.resolve()):
        folder.note(path, "is no file of this folder", "put the file itself there")
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        folder.note(path, f"cannot be read: {error.strerror}", "let it be read")
        return None
    if len(raw) > LARGEST:
        folder.note(path, f"is larger than {LARGEST:,} bytes", "a message is short")
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        folder.note(path, "is not UTF-8", "save the file as UTF-8")
        return None
