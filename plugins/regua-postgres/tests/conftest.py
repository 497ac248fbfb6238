from collections.abc import Iterator

import pytest
from tests.servers.fixtures import postgres, postgres_url

from regua_postgres import PostgresStore

__all__ = ["postgres", "postgres_url"]


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    """An empty store whose tables are up to date."""
    opened = PostgresStore.open(postgres_url, migrate=False)
    opened.migrate()
    yield opened
    opened.close()
