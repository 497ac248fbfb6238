"""The contract holds for the application's role, to which only its creditor's rows exist."""

from typing import Any

import pytest
from tests.servers.postgres import PostgresServer

from regua.ports import Store
from regua.testing.contracts import StoreContract


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def store(self, request: Any, postgres: PostgresServer) -> Store:
        """A store that row-level security binds; on somebody else's server the role that is given has to do."""
        opened: Store = request.getfixturevalue("application" if postgres.is_ours else "store")
        return opened
