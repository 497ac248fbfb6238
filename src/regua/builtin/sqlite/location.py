"""From the URL of a store to its file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from regua.storing import refused

_START: Final = "sqlite:///"
_EXAMPLES: Final = "write sqlite:///regua.db for a file in the working folder, sqlite:////var/lib/regua.db elsewhere"


def to_path(url: str) -> Path:
    """Give the absolute path of the file that a URL names. What follows `sqlite:///` is the path, as it is.

    Raises:
        SettingsError: the URL is malformed, or names a folder or no existing one.
    """
    name = url.removeprefix(_START)
    if name == url or not name or "\0" in name:
        raise refused(f"this is not the URL of a SQLite database; {_EXAMPLES}")
    if name == ":memory:":
        raise refused(f"{url!r}: each connection would get a database of its own; write memory: to keep nothing")
    path = Path(name).absolute()
    if not path.parent.is_dir():
        raise refused(f"{url}: there is no folder {path.parent}; make it, or {_EXAMPLES}")
    if path.is_dir():
        raise refused(f"{url}: {path} is a folder; add the name of a file")
    return path
