"""The contract holds for the application's role, to which only its creditor's rows exist, and behind a real pooler."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.servers.pgbouncer import installed
from tests.servers.pooled import LEASE
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
        """A lease in place of a session; behind a pooler in transaction mode, where there is one."""
        url = request.getfixturevalue("pooled_url" if installed() and postgres.is_ours else "postgres_url")
        opened = PostgresStore.open(f"{url}{LEASE}", migrate=False)
        opened.migrate()
        yield opened
        opened.close()
