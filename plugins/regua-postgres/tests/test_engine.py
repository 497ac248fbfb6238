"""The engine and the command line on PostgreSQL, as who installs the plugin uses them."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.working import POLICY, SETTINGS, fill, sent

from regua import Engine
from regua_postgres import PostgresStore

pytestmark = pytest.mark.one_python


@pytest.fixture
def shop(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop whose store is an empty schema."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    settings = SETTINGS.replace('"sqlite:///regua.sqlite3"', '"env:DATABASE_URL"')
    (tmp_path / "regua.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "always.toml").write_text(POLICY, encoding="utf-8")
    return tmp_path


def regua(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `regua` in a process of its own."""
    command = [sys.executable, "-m", "regua", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("shop")
def test_tables_are_made_by_who_says_so():
    """Opening refuses, and says what to run; the SQL can be read before."""
    ran = regua("run", "--once")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "lacks tables of this regua; run: regua migrate" in ran.stderr
    ran = regua("migrate", "--check", "--sql")
    assert ran.returncode == 1
    assert "CREATE TABLE regua_event" in ran.stdout
    assert ran.stdout.endswith(");\n")
    ran = regua("migrate")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr.endswith("statements run; the tables are up to date\n")
    assert regua("migrate", "--check").returncode == 0


def test_from_a_fact_to_a_message(shop: Path, postgres_url: str):
    """Recorded by one process, sent by another, read by a third."""
    store = PostgresStore.open(postgres_url, migrate=False)
    store.migrate()
    store.close()
    fill(shop, ["ana", "bia"])
    ran = regua("record", "events.jsonl", "--people", "people.csv")
    assert ran.returncode == 0, ran.stderr
    ran = regua("run", "--once")
    assert ran.returncode == 0, ran.stderr
    assert len(sent(shop)) == 2
    with Engine.open("regua.toml") as engine:
        done = [action.step for action in engine.creditor().schedule("ana").all if action.status == "done"]
        assert done == ["lembrete"]
