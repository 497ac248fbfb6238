import re
from collections.abc import Iterator

import psycopg
import pytest
from tests.servers.fixtures import postgres, postgres_url
from tests.servers.pooled import grant, pool, pooled_url
from tests.servers.postgres import PostgresServer

from regua_postgres import PostgresStore

__all__ = ["pool", "pooled_url", "postgres", "postgres_url"]

ROLE = "aplicacao"


@pytest.fixture
def as_application(postgres: PostgresServer, postgres_url: str) -> Iterator[str]:
    """The URL of the same schema for a role that may only look into it."""
    if not postgres.is_ours:
        pytest.skip("not run: the server is somebody else's")
    (schema,) = re.findall(r"regua_test_\w+", postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}")
    yield postgres_url.replace("//regua@", f"//{ROLE}@")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ROLE}")
        connection.execute(f"DROP ROLE {ROLE}")


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresStore]:
    """An empty store whose tables are up to date, for the role that made them."""
    opened = PostgresStore.open(postgres_url, migrate=False)
    opened.migrate()
    yield opened
    opened.close()


@pytest.fixture
def application(as_application: str, store: PostgresStore, postgres_url: str) -> Iterator[PostgresStore]:
    """The same store, for a role that has the rights of the how-to and no others."""
    assert not store.migrate(apply=False)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        grant(connection, ROLE)
    opened = PostgresStore.open(as_application)
    yield opened
    opened.close()
