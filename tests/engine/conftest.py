"""A shop with an engine: a real store of each sort, a clock that the test sets, channels that record what they got."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.servers.fixtures import postgres, postgres_url

from regua.builtin.memory import MemoryStore
from regua.builtin.sqlite import SqliteStore
from regua.ports import Store
from regua_postgres import PostgresStore

__all__ = ["postgres", "postgres_url"]

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.one_python)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each sort."""
    opened = _opened(request.param, tmp_path, request)
    yield opened
    opened.close()


@pytest.fixture
def memory() -> MemoryStore:
    """An empty store in memory, for what is the same on every store."""
    return MemoryStore()


def _opened(sort: str, folder: Path, request: Any) -> Store:
    if sort == "memory":
        return MemoryStore()
    if sort == "sqlite":
        return SqliteStore.open(f"sqlite:///{folder}/r.sqlite3")
    store = PostgresStore.open(request.getfixturevalue("postgres_url"), migrate=False)
    store.migrate()
    return store
