"""With the driver's own connection."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import psycopg
import pytest
from tests.hosts.contract import HostContract, issued
from tests.hosts.shop import Database, Shop


class Driver:
    """A host that writes its own SQL."""

    def __init__(self, connection: Any) -> None:
        self.using = connection

    def atomic(self) -> AbstractContextManager[Any]:
        """Commit, or roll back."""
        return self._ended("COMMIT", "ROLLBACK")

    @contextmanager
    def nested(self) -> Iterator[None]:
        """As `atomic`, to a savepoint."""
        self.using.execute("SAVEPOINT own")
        with self._ended("RELEASE own", "ROLLBACK TO own"):
            yield

    def sell(self, number: int) -> None:
        """Insert it."""
        self.using.execute(f"INSERT INTO sale VALUES ({number})")  # noqa: S608 - a number

    @contextmanager
    def _ended(self, good: str, bad: str) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.using.execute(bad)
            raise
        self.using.execute(good)


class TestDriver(HostContract):
    @pytest.fixture
    def host(self, shop: Shop) -> Iterator[Driver]:
        """A connection that begins its transactions by itself."""
        with closing(shop.database.connect()) as connection:
            yield Driver(connection)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_an_async_connection_is_refused(shop: Shop):
    """With what to do instead."""

    async def record() -> None:
        connection = await psycopg.AsyncConnection.connect(shop.database.place)
        try:
            shop.loja.record(issued("nf-1"), using=connection)
        finally:
            await connection.close()

    with pytest.raises(ValueError, match=r"got a psycopg\.AsyncConnection; an async driver .* in a thread"):
        asyncio.run(record())


@pytest.mark.parametrize("stranger", [object(), "sqlite:///shop.sqlite3", 7])
def test_what_holds_no_connection_is_refused(shop: Shop, database: Database, stranger: object):
    """By the name of its class: its text may hold a password."""
    driver = "psycopg" if database.parts else "sqlite3"
    wanted = rf"got a {type(stranger).__name__}; give a {driver}\.Connection, Django's connection, or a Session"
    with pytest.raises(ValueError, match=wanted) as raised:
        shop.loja.record(issued("nf-1"), using=stranger)
    assert "shop.sqlite3" not in str(raised.value)
