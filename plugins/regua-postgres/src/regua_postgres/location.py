"""From the URL of a store to how its database is reached, and to what may be said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from attrs import field, frozen
from psycopg import Connection, Error, OperationalError, ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege, LockNotAvailable, ReadOnlySqlTransaction

from regua.errors import AccountHeld, StoreDenied, StoreError
from regua.storing import refused

_START: Final = "postgresql://"
_EXAMPLE: Final = "write postgresql://user@host:5432/database, with the password in it or in ~/.pgpass"
_DEFAULTS: Final[Mapping[str, str]] = {
    "application_name": "regua",
    "connect_timeout": "10",
    # a host that vanished is noticed within a minute
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
_RIGHTS: Final = "docs/how-to/store-in-postgresql.md"
_OLDEST: Final = 140_000
_LEASE: Final = re.compile(r"(?<=[?&])lease=([^&]*)(&|$)")
_SPAN: Final = re.compile(r"([1-9][0-9]{0,5})([smh])")
_UNITS: Final = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


@frozen
class Location:
    """A database.

    Attributes:
        place: what messages call it: the URL without user, password and options.
        parameters: what libpq connects with; holds the password.
        lease: how long a worker counts as alive after it was last heard of, where no session is its own; None where a
            session proves it.
    """

    place: str
    parameters: Mapping[str, Any] = field(repr=False)
    lease: timedelta | None = None

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What psycopg connects with: statements are transactions of their own.

        Nothing is prepared in a session that is somebody else's with the next transaction.
        """
        unprepared = {} if self.lease is None else {"prepare_threshold": None}
        return {**self.parameters, "autocommit": True, **unprepared}

    def connect(self) -> Connection[Any]:
        """Open a connection.

        Raises:
            psycopg.OperationalError: it cannot be reached.
        """
        return Connection.connect(**self.arguments)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say what is the matter with the database, and what to do; its word for it holds no values.

        Raises:
            AccountHeld: a lock is waited for too long.
            StoreDenied: this role lacks a right, as on a table that a later migration made.
            StoreError: it is away, locked or full, or takes no writes, as a standby.
        """
        try:
            yield
        except InsufficientPrivilege as error:
            remedy = f"grant it ({_RIGHTS} says which rights a role needs), and do it again"
            raise StoreDenied(f"{self.place} refuses this role: {error.diag.message_primary}; {remedy}") from error
        except (OperationalError, ReadOnlySqlTransaction) as error:
            word = error.diag.message_primary or told(error)
            kind, remedy = StoreError, "see that it runs and has room"
            if isinstance(error, LockNotAvailable):
                kind, remedy = AccountHeld, "end the transaction that holds it (pg_stat_activity tells which)"
            elif not isinstance(error, OperationalError):
                remedy = "see that it takes writes"
            message = f"{self.place} cannot be used now: {word}; {remedy}, and do it again"
            raise kind(message) from error

    def check(self) -> None:
        """Say at once, and with the remedy, where the database cannot serve.

        Raises:
            SettingsError: it cannot be reached, is too old, or does not store UTF-8.
        """
        try:
            with self.connect() as connection:
                encoding = connection.info.parameter_status("server_encoding")
                version = connection.info.server_version
        except OperationalError as error:
            raise refused(f"{self.place} cannot be reached ({told(error)})") from None
        if version < _OLDEST:
            raise refused(f"{self.place} is PostgreSQL {version // 10_000}; regua needs {_OLDEST // 10_000} or later")
        if encoding != "UTF8":
            raise refused(f"{self.place} stores text as {encoding}; make a database with ENCODING 'UTF8'")


def to_location(url: str) -> Location:
    """Read a URL, as libpq does: `postgresql://user:password@host:5432/database?sslmode=require`.

    One option is regua's: `lease=2m`.

    Raises:
        SettingsError: it is malformed. What libpq says of it is left out: it may repeat a piece of the password.
    """
    if not url.startswith(_START):
        raise refused(f"this is not the URL of a PostgreSQL database; {_EXAMPLE}")
    leases = [_to_lease(match[1]) for match in _LEASE.finditer(url)]
    try:
        given = conninfo_to_dict(_LEASE.sub("", url).rstrip("?&"))
    except ProgrammingError:
        raise refused(f"the URL of the PostgreSQL database is malformed; {_EXAMPLE}") from None
    host, name = given.get("host") or given.get("hostaddr") or "", given.get("dbname") or ""
    parameters = {**_DEFAULTS, **given, "client_encoding": "utf8"}
    return Location(f"{_START}{host}/{name}", parameters, leases[-1] if leases else None)


def _to_lease(given: str) -> timedelta:
    match = _SPAN.fullmatch(given)
    if match is None:
        raise refused('the lease of the PostgreSQL database is no span of time; write it as "lease=90s" or "lease=2m"')
    return int(match[1]) * _UNITS[match[2]]


def told(error: Error) -> str:
    """What a database says of an error, on one line."""
    return " ".join(str(error).split())
