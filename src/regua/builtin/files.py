"""Files that are there whole or not at all, under names that any key can have."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

_PLAIN: Final = re.compile("[a-z0-9_]{1,80}")
_OTHER: Final = re.compile("[^a-z0-9_]+")
_SHOWN: Final = 40
_DIGEST: Final = 24


def word_of(text: str) -> str:
    """A word for a file's name, another one for every other text: lower-case ASCII letters, digits, `_`, and `~`.

    A text of that sort is its own word, as keys and most names are; `-` is left for who joins words. Others keep what
    can be kept, and get a digest: no case, separator, dot or length of a file system makes two of them one.
    """
    if _PLAIN.fullmatch(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{_OTHER.sub('_', text.lower()[:_SHOWN]).strip('_')}~{digest}"


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file that appears under its name when all of it is on the disk, replacing what is there.

    Its folder is made where it is not there. Only the owner may read either: what is written is personal.

    Args:
        path: of the file.
        content: its bytes.
        durable: False waits for no disk: the file may be lost where the machine stops.

    Raises:
        OSError: it is not there, and nothing of it is.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def keep_names(folder: Path) -> None:
    """Put the names of a folder's files on the disk, too.

    Raises:
        OSError: they may be lost when the machine stops.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason_of(error: OSError) -> str:
    """Why a file cannot be read or written, without its path: it holds a channel and a key."""
    return error.strerror or type(error).__name__
