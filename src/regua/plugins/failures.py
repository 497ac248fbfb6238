"""What is told of a plugin that failed: which, where, why, and what to do; never a traceback."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pluggy
from attrs import field, frozen

BROKEN: Final = (Exception, SystemExit)
"""What a plugin may raise without taking its host down. Ctrl-C is not among it."""

SWITCH: Final = "REGUA_DISABLED_PLUGINS"
"""The environment variable that names plugins to leave out, with commas between them."""

_LONGEST: Final = 300
_HERE: Final = Path(__file__).resolve().parent
_MACHINERY: Final = (
    *(f"{_HERE.with_name(room)}/" for room in ("plugins", "engine")),
    *(f"{Path(file).resolve().parent}/" for file in (importlib.__file__, pluggy.__file__) if file),
)
"""Folders whose code calls plugins; a line of theirs says nothing of what went wrong."""


@frozen(kw_only=True)
class PluginFailure:
    """One plugin that could not be registered, or an observer that failed. It prints as one line.

    Attributes:
        plugin: its name.
        version: of its distribution, or "" where that is not known.
        hook: in which hook, or "" where it came to none.
        error: type, place and text of what was raised, or what cannot be used; and the remedy. One line.
        lost: names that it would have given, by hook; a hook that is not there is one that nobody could ask.
    """

    plugin: str
    version: str
    hook: str
    error: str
    lost: Mapping[str, frozenset[str]] = field(factory=dict, repr=False)

    def __str__(self) -> str:
        version = f" {self.version}" if self.version else ""
        return f"plugin {self.plugin!r}{version} failed{f' in {self.hook}' if self.hook else ''}: {self.error}"


class UnusableError(Exception):
    """A plugin declares or returns what cannot be used; the text says what, and the remedy."""


def told(error: BaseException, plugin: str, *, conceal: Callable[[str], str] = str) -> str:
    """Put an error of a plugin into one line, with its place and the remedy."""
    if isinstance(error, UnusableError):
        return str(error)
    return f"{described(error, conceal)}; {_remedy(error)}, or leave the plugin out with {SWITCH}={plugin}"


def described(error: BaseException, conceal: Callable[[str], str] = str) -> str:
    """Type, place and text of an error, on one line and not too long.

    Args:
        error: what was raised.
        conceal: takes out of the text what nobody may read.
    """
    place, text = _place(error), text_of(error, conceal)
    return f"{type(error).__name__}{f' at {place}' if place else ''}{f': {text}' if text else ''}"


def text_of(error: BaseException, conceal: Callable[[str], str]) -> str:
    """The text of an error, on one line and not too long; one that cannot be made is left out."""
    try:
        text = " ".join(conceal(str(error)).split())  # first what is whole: half a secret would not be recognised
    except BROKEN:
        return ""
    text = "".join(char if char.isprintable() else "?" for char in text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _remedy(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"install what provides {error.name.partition('.')[0]!r}"
    return "update or mend the plugin"


def _place(error: BaseException) -> str:
    """The line of the plugin at which it went wrong: the deepest one in the folder of the first one that ran."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno or 1}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(("<frozen ", *_MACHINERY))
    ]
    if not frames:
        return ""
    folder = frames[0].filename.rpartition("/")[0]
    deepest = [frame for frame in frames if frame.filename.startswith(folder)][-1]
    return f"{deepest.filename}:{deepest.lineno}"
