import pytest
from tests.builtin.contract import StoreContract

from regua.builtin.sqlite import SqliteStore


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    """An empty store on a file."""
    return sqlite_store


class TestSqliteStore(StoreContract):
    pass
