"""`regua run --workers` on PostgreSQL: real processes, one of them really killed."""

import json
import os
from pathlib import Path

import psycopg
import pytest
from tests.cli.conftest import inside, process
from tests.cli.gate import install, noted, through_the_gate
from tests.cli.working import SETTINGS, fill, open_shop

pytestmark = pytest.mark.one_python

MANY = [f"d{number:02}" for number in range(20)]


@pytest.fixture
def shop(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop that stores in PostgreSQL; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    plugins = install(tmp_path)
    monkeypatch.setenv("PYTHONPATH", plugins, prepend=os.pathsep)
    monkeypatch.syspath_prepend(plugins)
    open_shop(tmp_path)
    settings = through_the_gate(SETTINGS).replace("sqlite:///regua.sqlite3", postgres_url)
    (tmp_path / "regua.toml").write_text(settings, encoding="utf-8")
    assert inside("migrate", "--quiet").status == 0
    fill(tmp_path, MANY)
    assert inside("record", "events.jsonl", "--people", "people.csv", "--quiet").status == 0
    return tmp_path


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
