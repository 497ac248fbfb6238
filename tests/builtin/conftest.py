from collections.abc import Iterator
from pathlib import Path

import pytest

from regua.builtin.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a database may be made."""
    return tmp_path / "regua.db"


@pytest.fixture
def sqlite_store(path: Path) -> Iterator[SqliteStore]:
    """An empty store on that file."""
    opened = SqliteStore.open(f"sqlite:///{path}")
    yield opened
    opened.close()
