"""A real PgBouncer in transaction mode before the tests' PostgreSQL, with fewer sessions than its clients are."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from tests.servers.postgres import PATIENCE, UNPRIVILEGED

PORT = 6432
LEASHED = '"$@" & cat; kill -KILL $!'
"""It ends as soon as the tests' end of the pipe is closed, however they end."""
SETTINGS = """\
[databases]
* = host={server}

[pgbouncer]
pool_mode = transaction
default_pool_size = {sessions}
server_login_retry = 1
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
logfile = {folder}/log
"""


def installed() -> str | None:
    """Give the program; Debian puts it where no user's PATH leads."""
    return shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


@contextmanager
def pooler(url: str, users: Sequence[str], *, sessions: int) -> Iterator[str]:
    """Start one, and give its folder, which is the host of its URLs.

    Args:
        url: of the server, which listens on a socket.
        users: roles that may pass.
        sessions: that its clients share, for each database and role.
    """
    program, (server,) = installed(), parse_qs(urlsplit(url).query)["host"]
    assert program is not None
    # Not pytest's folder: the name of a socket is at most 107 bytes long.
    with tempfile.TemporaryDirectory(prefix="regua-pgb-", dir="/tmp") as name:
        folder = Path(name)
        settings = SETTINGS.format(server=server, sessions=sessions, port=PORT, folder=folder)
        (folder / "pgbouncer.ini").write_text(settings, encoding="utf-8")
        (folder / "users").write_text("".join(f'"{user}" ""\n' for user in users), encoding="utf-8")
        as_root = os.geteuid() == 0  # which it refuses to be
        if as_root:
            os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
        user = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if as_root else {}
        command = ["sh", "-c", LEASHED, "sh", program, "-q", str(folder / "pgbouncer.ini")]
        # A session of its own: Ctrl-C on the terminal is for the tests, which still use it while they end.
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True, **user
        ):  # type: ignore[call-overload]
            deadline = time.monotonic() + PATIENCE
            while not (folder / f".s.PGSQL.{PORT}").exists():
                assert time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.01)
            yield name


def url_through(folder: str, user: str, database: str) -> str:
    """The URL of a database through it, without the lease; its sessions are known by their name."""
    return f"postgresql://{user}@/{database}?host={quote(folder, safe='')}&port={PORT}&application_name=pooled"
