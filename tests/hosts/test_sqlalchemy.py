"""With a Connection or a Session of SQLAlchemy."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from tests.hosts.contract import HostContract, issued
from tests.hosts.shop import Shop


class Alchemy:
    """A host on a `Connection` or a `Session`: both begin a transaction with their first statement, and end it."""

    def __init__(self, using: Any) -> None:
        self.using = using

    def atomic(self) -> AbstractContextManager[Any]:
        """As SQLAlchemy's documentation begins one."""
        return self.using.begin()

    def nested(self) -> AbstractContextManager[Any]:
        """Likewise."""
        return self.using.begin_nested()

    def sell(self, number: int) -> None:
        """Insert it."""
        self.using.execute(sqlalchemy.text("INSERT INTO sale VALUES (:number)"), {"number": number})


@pytest.fixture
def alchemy(shop: Shop) -> Iterator[sqlalchemy.Engine]:
    """SQLAlchemy's engine on the database of the shop."""
    engine = sqlalchemy.create_engine(shop.database.dialect)
    yield engine
    engine.dispose()


class TestConnection(HostContract):
    @pytest.fixture
    def host(self, alchemy: sqlalchemy.Engine) -> Iterator[Alchemy]:
        """Core."""
        with alchemy.connect() as connection:
            yield Alchemy(connection)


class TestSession(HostContract):
    @pytest.fixture
    def host(self, alchemy: sqlalchemy.Engine) -> Iterator[Alchemy]:
        """ORM."""
        with Session(alchemy) as session:
            yield Alchemy(session)


def test_a_scoped_session_is_one(shop: Shop, alchemy: sqlalchemy.Engine):
    """As Flask-SQLAlchemy gives it."""
    session = scoped_session(sessionmaker(alchemy))
    for end, found in ((session.rollback, []), (session.commit, ["nf-1/issued"])):
        shop.loja.record(issued("nf-1"), using=session)
        end()
        assert shop.facts() == found
    session.remove()


@pytest.mark.parametrize("ends", ["rollback", "commit"])
def test_a_connection_that_has_done_nothing_yet_begins(shop: Shop, alchemy: sqlalchemy.Engine, ends: str):
    """Without it, SQLAlchemy would know of no transaction to end."""
    with alchemy.connect() as connection:
        shop.loja.record(issued("nf-1"), using=connection)
        getattr(connection, ends)()
    assert shop.facts() == ["nf-1/issued"] * (ends == "commit")


def test_a_connection_of_the_pool_is_taken(shop: Shop, alchemy: sqlalchemy.Engine):
    """What `raw_connection` gives is a proxy of the driver's."""
    with closing(alchemy.raw_connection()) as connection:
        shop.loja.record(issued("nf-1"), using=connection)
        connection.rollback()
        shop.loja.record(issued("nf-2"), using=connection)
        connection.commit()
    assert shop.facts() == ["nf-2/issued"]


def test_in_autocommit_there_is_nothing_to_take_part_in(shop: Shop, alchemy: sqlalchemy.Engine):
    """SQLAlchemy's begin and commit do nothing there."""
    with (
        alchemy.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        pytest.raises(ValueError, match="in autocommit"),
    ):
        shop.loja.record(issued("nf-1"), using=connection)
    assert shop.facts() == []


def test_an_engine_has_no_transaction(shop: Shop, alchemy: sqlalchemy.Engine):
    """Nor has a factory of sessions."""
    for using in (alchemy, sessionmaker(alchemy)):
        with pytest.raises(ValueError, match=rf"got a sqlalchemy.*{type(using).__name__}; give a "):
            shop.loja.record(issued("nf-1"), using=using)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_an_async_session_is_refused(shop: Shop):
    """Also by `run_sync`: what is below it is async all the same."""
    pytest.importorskip("greenlet")  # which SQLAlchemy needs for it, and playwright brings along
    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

    async def record(*, by_run_sync: bool) -> None:
        engine = create_async_engine(shop.database.dialect)
        try:
            async with AsyncSession(engine) as session:
                if by_run_sync:
                    await session.run_sync(lambda inner: shop.loja.record(issued("nf-1"), using=inner))
                else:
                    shop.loja.record(issued("nf-1"), using=session)
        finally:
            await engine.dispose()

    for by_run_sync, named in ((False, "AsyncSession"), (True, r"Session on a psycopg\.AsyncConnection")):
        with pytest.raises(ValueError, match=rf"got a sqlalchemy\..*{named}; an async driver .* in a thread"):
            asyncio.run(record(by_run_sync=by_run_sync))
    assert shop.facts() == []
