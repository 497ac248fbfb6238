"""A database behind a real PgBouncer in transaction mode, for the role of the how-to."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import psycopg
import pytest
from tests.servers.pgbouncer import installed, pooler, url_through
from tests.servers.postgres import USER, PostgresServer

from regua_postgres import PostgresStore

HOW_TO: Final = Path(__file__).parents[2] / "docs/how-to/store-in-postgresql.md"
POOLED: Final = "regua_test_pooled"
LEASE: Final = "&lease=2m"
TABLES: Final = (
    "SELECT string_agg(tablename, ', ' ORDER BY tablename) FROM pg_tables WHERE schemaname = current_schema()"
)


def grant(connection: psycopg.Connection, role: str) -> None:
    """Give a role the rights of the how-to, and no others."""
    ((names,),) = connection.execute(TABLES).fetchall()
    for each in re.findall(r"^    (GRANT [^;]+;)$", HOW_TO.read_text(encoding="utf-8"), re.MULTILINE):
        connection.execute(each.replace("application", role).replace("regua_*", names))


@pytest.fixture(scope="session")
def pool(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a database with tables behind a PgBouncer, without a lease."""
    if installed() is None or not postgres.is_ours:
        pytest.skip("not run: there is no pgbouncer (apt-get install pgbouncer), or the server is somebody else's")
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {POOLED} LOGIN")
        connection.execute(f"CREATE DATABASE {POOLED}")
    with pooler(postgres.url, [USER, POOLED], sessions=2) as folder:
        with closing(PostgresStore.open(f"{url_through(folder, USER, POOLED)}{LEASE}", migrate=False)) as store:
            store.migrate()
        with psycopg.connect(_direct(postgres), autocommit=True) as connection:
            grant(connection, POOLED)
        yield url_through(folder, POOLED, POOLED)
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {POOLED} WITH (FORCE)")
        connection.execute(f"DROP ROLE {POOLED}")


@pytest.fixture
def pooled_url(pool: str, postgres: PostgresServer) -> str:
    """The same, its tables empty."""
    with psycopg.connect(_direct(postgres), autocommit=True) as connection:
        ((names,),) = connection.execute(TABLES).fetchall()
        connection.execute("SET session_replication_role = replica")  # no trigger minds
        connection.execute(f"TRUNCATE {names.replace('regua_migration, ', '')} RESTART IDENTITY")
    return pool


def _direct(postgres: PostgresServer) -> str:
    return postgres.url.replace("/postgres?", f"/{POOLED}?")
