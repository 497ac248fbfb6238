"""A folder of messages: one folder for each language, one file for each template or block, or for it and a channel."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from pathlib import Path
from typing import Final, cast

from attrs import field, frozen
from jinja2 import nodes

from regua.messages.declared import DEFAULT_LANGUAGE
from regua.messages.page import PAGE, SLOTS
from regua.messages.problems import MessageProblem
from regua.messages.sources import Form, RefusedError, Source, read_block, read_message

LARGEST: Final = 1 << 14
"""Bytes of the largest file."""

MOST_FILES: Final = 1000
"""Files of one language that are read."""

_NAME: Final = "[a-z0-9][a-z0-9_-]{0,63}"
_FILE: Final = re.compile(rf"({_NAME}|_{_NAME})(?:\.({_NAME}))?\.(txt|html)\.j2")
_MEANT: Final = re.compile(rf"_?{_NAME}(?:\.{_NAME})?\.(?:txt|html)")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?(?:-[a-z0-9]{5,8}){0,2}")


@frozen(kw_only=True)
class Place:
    """What a file holds.

    Attributes:
        language: BCP 47 tag, the name of its folder.
        name: by which policies ask for it, or messages for a block, which begins with `_`.
        channel: name of the only channel that it is for, or "".
        form: in which it is written.
    """

    language: str
    name: str
    channel: str = ""
    form: Form = "txt"

    @property
    def is_block(self) -> bool:
        """Whether it is a part of messages, and none itself."""
        return self.name.startswith("_")


@frozen
class Folder:
    """What one folder holds.

    Attributes:
        path: where it is.
        sources: its files.
        problems: what is wrong with its files.
    """

    path: Path
    sources: dict[Place, Source] = field(factory=dict, init=False)
    problems: list[MessageProblem] = field(factory=list, init=False)

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
    languages = [entry for entry in entries if _is_language(entry, folder)]
    if not languages and not folder.problems:
        folder.note(path, "has no folder of a language", f"put the files in {DEFAULT_LANGUAGE}/")
    for language in languages:
        _read_language(language, folder)
    return folder


def _is_language(path: Path, folder: Folder) -> bool:
    """Whether a folder is one of a language; one that holds messages all the same is told: they would not be used."""
    if not path.is_dir():
        return False
    if _LANGUAGE.fullmatch(path.name):
        return True
    if _holds_messages(path):
        folder.note(path, "is no language", f"name it as {DEFAULT_LANGUAGE} or en is written")
    return False


def _holds_messages(path: Path) -> bool:
    try:
        return path.is_dir() and any(entry.suffix == ".j2" for entry in path.iterdir())
    except OSError:
        return False


def _entries(path: Path, folder: Folder, remedy: str) -> list[Path]:
    try:
        return sorted(path.iterdir())
    except OSError as error:
        folder.note(path, f"cannot be read: {error.strerror}", remedy)
        return []


def _read_language(language: Path, folder: Folder) -> None:
    entries = _entries(language, folder, "let it be read")
    for entry in entries:
        if _MEANT.fullmatch(entry.name):
            folder.note(entry, "is not read", f"name it {entry.name}.j2")
        elif _holds_messages(entry):
            folder.note(entry, "is not read", f"move its files to {language.name}/")
    paths = [path for path in entries if path.suffix == ".j2" and not _holds_messages(path)]
    if len(paths) > MOST_FILES:
        folder.note(language, f"has more than {MOST_FILES} messages", "take the unused ones out")
        return
    for path in paths:
        named = _FILE.fullmatch(path.name)
        if named is None:
            remedy = "name it name.txt.j2 or name.channel.txt.j2, with a-z, 0-9, - and _"
            folder.note(path, "is no name of a message", remedy)
            continue
        form = cast("Form", named[3])
        place = Place(language=language.name, name=named[1], channel=named[2] or "", form=form)
        if place.name in SLOTS or (form == "html" and not place.is_block) or (place.name == PAGE and form == "txt"):
            folder.note(path, "is no file that is asked for", _remedy(place))
            continue
        text = _text_of(path, folder)
        if text is not None:
            _add(place, text, path, folder)


def _remedy(place: Place) -> str:
    if place.name in SLOTS:
        return "regua makes this block; give yours another name"
    return f"write {PAGE}.html.j2" if place.name == PAGE else "HTML is made of the text; write a block, _name.html.j2"


def _add(place: Place, text: str, path: Path, folder: Folder) -> None:
    try:
        if place.is_block:
            source = read_block(text, str(path), place.form, is_page=place.name == PAGE)
        else:
            source = read_message(text, str(path), needs_subject=not place.channel)
    except RefusedError as refused:
        folder.problems.extend(refused.problems)
        if not place.is_block:
            return
        source = Source(file=str(path), subject=None, body=nodes.Template([]))  # it is there, and told of already
    folder.sources[place] = source


def _text_of(path: Path, folder: Folder) -> str | None:
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
    if raw.startswith(BOM_UTF8):
        folder.note(path, "begins with a byte order mark", "save the file as UTF-8 without one")
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        folder.note(path, "is not UTF-8", "save the file as UTF-8")
        return None
