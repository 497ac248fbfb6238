import pytest

from regua.builtin.sqlite import SqliteStore
from regua.testing.contracts import StoreContract


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    """An empty store on a file."""
    return sqlite_store


class TestSqliteStore(StoreContract):
    pass
