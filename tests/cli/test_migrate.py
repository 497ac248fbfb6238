import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.working import SETTINGS, open_shop

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop that was never opened; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    return open_shop(tmp_path)


def tables(path: Path) -> set[str]:
    """The tables of a database."""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found if name.startswith("regua_")}
    finally:
        connection.close()


def test_checking_changes_nothing(shop: Path, call: Run):
    """Status 1 where something is missing; no file is made."""
    ran = call("migrate", "--check")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith(" statements to run: regua migrate\n")
    assert not (shop / "regua.sqlite3").exists()


def test_the_sql_can_be_read_and_run_elsewhere(shop: Path, call: Run):
    """What would run makes the same tables."""
    ran = call("migrate", "--sql")
    assert ran.status == 0
    assert not (shop / "regua.sqlite3").exists()
    other = sqlite3.connect(shop / "other.sqlite3")
    other.executescript(ran.out)
    other.close()
    assert call("migrate").status == 0
    assert tables(shop / "other.sqlite3") == tables(shop / "regua.sqlite3") != set()


def test_migrating_brings_up_to_date(call: Run):
    """Once; after that there is nothing to do."""
    ran = call("migrate")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.endswith(" statements run; the tables are up to date\n")
    for again in (call("migrate"), call("migrate", "--check"), call("migrate", "--check", "--sql")):
        assert (again.status, again.out, again.err) == (0, "", "the tables are up to date\n")


def test_checking_an_older_file_does_not_bring_it_up_to_date(shop: Path, call: Run):
    """SQLite files are brought up to date when they are opened, but not here."""
    sqlite3.connect(shop / "regua.sqlite3").close()
    (shop / "regua.sqlite3").touch()
    assert call("migrate", "--check", "--sql").status == 1
    assert tables(shop / "regua.sqlite3") == set()


def test_what_is_no_database(shop: Path, call: Run):
    """The file is named, and left alone."""
    (shop / "regua.sqlite3").write_text("no database, but long enough to be taken for one\n" * 100, encoding="utf-8")
    ran = call("migrate")
    assert ran.status == 1
    assert "regua.sqlite3 is no SQLite database" in ran.err


def test_settings_without_a_store(shop: Path, call: Run):
    """The remedy is a line to add."""
    (shop / "regua.toml").write_text(SETTINGS.replace('[store]\nurl = "sqlite:///regua.sqlite3"', ""), encoding="utf-8")
    ran = call("migrate")
    assert ran.status == 1
    assert ran.err == 'regua.toml: nothing says where to store; add [store] url = "sqlite:///regua.sqlite3"\n'


def test_a_store_that_has_no_tables(shop: Path, call: Run):
    """In memory there is nothing to bring up to date."""
    (shop / "regua.toml").write_text(SETTINGS.replace("sqlite:///regua.sqlite3", "memory:"), encoding="utf-8")
    assert call("migrate", "--check").err == "the tables are up to date\n"
