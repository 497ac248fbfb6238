from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.hosts.shop import Database, Shop, opened
from tests.servers.fixtures import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.one_python)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database."""
    if request.param == "sqlite":
        return Database(str(tmp_path / "shop.sqlite3"), {})
    url: str = request.getfixturevalue("postgres_url")
    return Database(url, conninfo_to_dict(url))


@pytest.fixture
def shop(database: Database) -> Iterator[Shop]:
    """The tables of both, and an engine."""
    with opened(database) as shop:
        yield shop
