"""`regua run --workers` on PostgreSQL: real processes, one of them really killed."""

import json
from pathlib import Path

import psycopg
import pytest
from tests.cli.conftest import process
from tests.cli.gate import noted
from tests.cli.gated import gated_shop

pytestmark = pytest.mark.one_python

MANY = [f"d{number:02}" for number in range(20)]


@pytest.fixture
def shop(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop that stores in PostgreSQL; its folder is the current one."""
    return gated_shop(tmp_path, postgres_url, MANY, monkeypatch)


def test_one_that_is_killed_is_replaced(shop: Path, postgres_url: str):
    """Its session ends with it: what it was sending is unknown, what it had claimed is sent by others, once."""
    (shop / "gate/deadly").touch()
    ran = process("run", "--drain", "--workers", "2", "--format", "json", cwd=shop)
    assert ran.status == 0
    assert "was ended by SIGKILL; another takes its place in 1 s\n" in ran.err
    assert len({debtor for _, debtor in noted(shop)}) == len(noted(shop)) == len(MANY) - 1
    with psycopg.connect(postgres_url) as connection:
        states = connection.execute("SELECT state, count(*) FROM regua_action GROUP BY state ORDER BY state").fetchall()
    assert states == [("sent", len(MANY) - 1), ("unknown", 1)]
    said = json.loads(ran.out)
    assert (said["sent"], said["left"]["unknown"]) == (len(MANY) - 1, 1)
