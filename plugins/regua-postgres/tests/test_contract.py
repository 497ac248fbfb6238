"""The contract holds for the application's role, to which only its creditor's rows exist, with and without a lease."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.servers.postgres import PostgresServer

from regua.ports import Store
from regua.testing.contracts import StoreContract
from regua_postgres import PostgresStore


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def store(self, request: Any, postgres: PostgresServer) -> Store:
        """A store that row-level security binds; on somebody else's server the role that is given has to do."""
        opened: Store = request.getfixturevalue("application" if postgres.is_ours else "store")
        return opened


@pytest.mark.one_python
class TestLeasedStore(StoreContract):
    @pytest.fixture
    def store(self, request: Any, postgres: PostgresServer) -> Iterator[Store]:
        """The same, with a lease in place of a session."""
        request.getfixturevalue("application" if postgres.is_ours else "store")
        url = request.getfixturevalue("as_application" if postgres.is_ours else "postgres_url")
        opened = PostgresStore.open(f"{url}&lease=2m")
        yield opened
        opened.close()
