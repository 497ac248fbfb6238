"""Where results go: standard output in whole lines, files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from regua.cli.interrupts import uninterrupted

if TYPE_CHECKING:
    from types import TracebackType

STDIO = "-"
_NEW_FILE, _NEW_PRIVATE_FILE = 0o666, 0o600


class Output:
    """Whole lines of UTF-8 with line feeds, the same bytes on every machine.

    As a context: leaving it without an error makes the result visible, leaving it with one leaves no trace, except
    that lines which went to standard output stay.
    """

    def __init__(self, file: IO[bytes], name: str, *, closes: bool = False) -> None:
        self._file, self._closes = file, closes
        self._whole = _Whole(name)

    def write(self, lines: str | bytes) -> None:
        """Write one or more whole lines."""
        raw = lines if isinstance(lines, bytes) else lines.encode("utf-8", "backslashreplace")
        with self._whole:
            written = self._file.write(raw)
            while written < len(raw):  # PYTHONUNBUFFERED makes standard output a raw file, which may take a part
                written += self._file.write(raw[written:])

    def finish(self) -> None:
        """Make visible what was written."""
        with self._whole:
            (self._file.close if self._closes else self._file.flush)()

    def abandon(self) -> None:
        """Leave what was written, without a half line."""
        with suppress(OSError):
            self.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._file.closed:
            return
        if kind is None:
            self.finish()
        else:
            self.abandon()


class _Whole:
    """Lets no signal come between, and an error name the place."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        uninterrupted.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if isinstance(error, OSError) and error.filename is None:
            error.filename = self._name
        uninterrupted.__exit__(kind, error, _)


class _NewFile(Output):
    """A file that is not there before it is whole: written beside its place, then renamed."""

    def __init__(self, path: Path, mode: int) -> None:
        self._path, self._new = path.resolve(), mode
        if not self._path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
        handle, name = tempfile.mkstemp(prefix=f".{self._path.name}.", suffix=".part", dir=self._path.parent)
        self._part = Path(name)
        super().__init__(os.fdopen(handle, "wb"), str(path))

    def finish(self) -> None:
        try:
            with self._whole:
                self._file.close()
                self._part.chmod(_mode(self._path, self._new))
                self._part.replace(self._path)
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._part.unlink()


class _Spool(Output):
    """Standard output that stays silent until all is well."""

    def __init__(self, target: Output) -> None:
        self._target = target
        super().__init__(tempfile.TemporaryFile(), tempfile.gettempdir())  # noqa: SIM115 - closed by finish or abandon

    def finish(self) -> None:
        self._file.seek(0)
        while piece := self._file.readlines(1 << 16):
            self._target.write(b"".join(piece))
        self._target.finish()
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


def standard_output() -> Output:
    """Standard output."""
    sys.stdout.flush()
    return Output(sys.stdout.buffer, "standard output")


def open_output(name: str, *, all_or_nothing: bool = False, private: bool = False) -> Output:
    """A place for results.

    Args:
        name: a path, or `-` for standard output. What is no plain file (a pipe, a device) is written to as it is.
        all_or_nothing: whether standard output, too, gets nothing unless the work ends well.
        private: whether a new file is for nobody but its owner, since it holds personal data.

    Raises:
        OSError: it cannot be written.
    """
    path = Path(name)
    if name != STDIO and (path.is_file() or not path.exists()):
        return _NewFile(path, _NEW_PRIVATE_FILE if private else _NEW_FILE)
    target = standard_output() if name == STDIO else Output(path.open("wb"), name, closes=True)
    return _Spool(target) if all_or_nothing else target


def _mode(path: Path, new: int) -> int:
    """The permissions of the file that is replaced, else those of a new one that the umask leaves."""
    with suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return new & ~mask
