import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from regua.builtin.sqlite import SqliteStore, migrating
from regua.errors import SettingsError, StoreError
from regua.storing import read_migration
from regua.testing.contracts.specimens import LOJA, record, registered

OPEN = "import sys; from regua.builtin.sqlite import SqliteStore; SqliteStore.open(sys.argv[1]).close()"


def add_migrations(monkeypatch: pytest.MonkeyPatch, **texts: str) -> None:
    """Let this version of regua ship these migrations, too."""
    known = migrating.shipped()
    migrations = [
        read_migration(f"{number:04d}_{name}.sql", text, sqlite3.complete_statement)
        for number, (name, text) in enumerate(texts.items(), len(known) + 1)
    ]
    monkeypatch.setattr(migrating, "shipped", lambda: (*known, *migrations))


def raw(path: Path, statement: str) -> list[Any]:
    """Run a statement without regua."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


def tables(path: Path) -> set[str]:
    """Names of the tables of a file."""
    return {name for (name,) in raw(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:regua.db",
        "sqlite://regua.db",
        "sqlite:///",
        "postgresql:///regua",
        "sqlite:///:memory:",
        "sqlite:///a\0b",
    ],
)
def test_a_malformed_url_is_refused(url: str):
    """With how to write it."""
    with pytest.raises(SettingsError, match="write "):
        SqliteStore.open(url)


def test_a_relative_url_is_a_file_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As it was when the store was opened, wherever the process goes later; the name is taken as it is."""
    monkeypatch.chdir(tmp_path)
    store = SqliteStore.open("sqlite:///minha régua%20?.db")
    monkeypatch.chdir("/")
    record(store, registered("e1"))
    store.close()
    assert (tmp_path / "minha régua%20?.db").is_file()


def test_a_missing_folder_is_named(tmp_path: Path):
    """Folders are not made: a slip of the pen would be one more database."""
    with pytest.raises(SettingsError, match=f"no folder {tmp_path}/nada"):
        SqliteStore.open(f"sqlite:///{tmp_path}/nada/regua.db")


def test_a_folder_is_no_database(tmp_path: Path):
    """The name of the file is missing."""
    with pytest.raises(SettingsError, match="is a folder"):
        SqliteStore.open(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_stays_as_it_is(path: Path):
    """Nothing is written to it."""
    text = "R$ 153,20\n" * 1000
    path.write_text(text)
    with pytest.raises(SettingsError, match="no SQLite database"):
        SqliteStore.open(f"sqlite:///{path}")
    assert path.read_text() == text


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_named(path: Path):
    """Opening says it, not the first event."""
    path.touch(mode=0o400)
    with pytest.raises(SettingsError, match="rights"):
        SqliteStore.open(f"sqlite:///{path}")


def test_a_store_may_live_in_the_hosts_database(path: Path):
    """What the host keeps there stays; every table of regua says so in its name."""
    raw(path, "CREATE TABLE loja_venda (id INTEGER PRIMARY KEY)")
    raw(path, "INSERT INTO loja_venda VALUES (7)")
    SqliteStore.open(f"sqlite:///{path}").close()
    assert raw(path, "SELECT id FROM loja_venda") == [(7,)]
    assert all(name.startswith("regua_") for name in tables(path) - {"loja_venda"})


def test_opening_again_keeps_what_is_there(path: Path, sqlite_store: SqliteStore):
    """Migrations are applied once."""
    record(sqlite_store, registered("e1"))
    again = SqliteStore.open(f"sqlite:///{path}")
    assert again.load(LOJA, "ana").version == 1
    again.close()


def test_many_processes_may_open_a_new_file_at_once(path: Path):
    """One of them makes the tables; the others wait for it."""
    running = [subprocess.Popen([sys.executable, "-c", OPEN, f"sqlite:///{path}"]) for _ in range(4)]
    assert [each.wait() for each in running] == [0] * 4
    assert raw(path, "SELECT count(*) FROM regua_migration") == [(len(migrating.shipped()),)]


def test_migrations_can_be_read_before_they_run(path: Path):
    """Without making the file, and in it as it is."""
    store = SqliteStore.open(f"sqlite:///{path}", migrate=False)
    planned = store.migrate(apply=False)
    assert any("CREATE TABLE regua_event" in statement for statement in planned)
    assert not path.exists()
    raw(path, "CREATE TABLE loja_venda (id INTEGER PRIMARY KEY)")
    assert store.migrate(apply=False) == planned
    assert tables(path) == {"loja_venda"}
    assert store.migrate() == planned
    assert store.migrate(apply=False) == ()
    store.close()


def test_a_missing_migration_is_applied(path: Path, sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    """Whole: a trigger holds semicolons, and comments stand anywhere."""
    trigger = "CREATE TRIGGER regua_t AFTER INSERT ON regua_more BEGIN\nSELECT 1;\nEND;\n"
    text = f"-- more\nCREATE TABLE regua_more (a);\n{trigger}"
    add_migrations(monkeypatch, more=text)
    assert len(sqlite_store.migrate(apply=False)) == 2
    SqliteStore.open(f"sqlite:///{path}").close()
    assert "regua_more" in tables(path)
    assert sqlite_store.migrate(apply=False) == ()


def test_a_migration_that_fails_leaves_nothing(path: Path, sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    """Neither of it nor of those beside it."""
    wrong = "CREATE TABLE regua_other (a);\nCREATE TABEL x;\n"
    add_migrations(monkeypatch, more="CREATE TABLE regua_more (a);\n", wrong=wrong)
    with pytest.raises(StoreError, match="TABEL"):
        sqlite_store.migrate()
    assert not tables(path) & {"regua_more", "regua_other"}


def test_a_changed_migration_is_refused(path: Path, sqlite_store: SqliteStore):
    """What was applied is not what this version says."""
    raw(path, "UPDATE regua_migration SET sha256 = '0'")
    with pytest.raises(SettingsError, match=r"0001_start\.sql was applied with other content"):
        SqliteStore.open(f"sqlite:///{path}")
    assert sqlite_store.path == path


def test_a_newer_database_is_refused(path: Path, sqlite_store: SqliteStore):
    """An old regua would not know what it breaks; looking is refused, too."""
    raw(path, "INSERT INTO regua_migration VALUES (99, '0099_later.sql', '0', 0)")
    for migrate in (True, False):
        with pytest.raises(SettingsError, match=r"newer regua \(migration 0099\)"):
            SqliteStore.open(f"sqlite:///{path}", migrate=migrate)
    assert sqlite_store.path == path


def test_every_line_of_the_migrations_belongs_to_a_statement():
    """A file that ends in the middle of one would lose it silently."""
    for number, migration in enumerate(migrating.shipped(), 1):
        assert migration.number == number
        assert "\n".join(migration.statements).split() == migration.text.split()


def test_what_is_written_is_on_the_disk(path: Path, sqlite_store: SqliteStore):
    """Write-ahead log, a sync at every commit, foreign keys, and overwriting what is deleted."""
    pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 30_000}
    with sqlite_store._connections.using() as connection:  # noqa: SLF001 - the settings are the connection's
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas}
    assert found == pragmas
    assert path.with_name("regua.db-wal").exists()


def test_a_store_that_is_closed_says_so(sqlite_store: SqliteStore):
    """It opens nothing behind one's back."""
    sqlite_store.close()
    with pytest.raises(RuntimeError, match="closed"):
        sqlite_store.load(LOJA, "ana")


def test_only_the_owner_may_read_the_file(tmp_path: Path):
    """It holds names and addresses; a file that is there already keeps its mode."""
    with closing(SqliteStore.open(f"sqlite:///{tmp_path}/new.db")) as store:
        assert store.path.stat().st_mode & 0o777 == 0o600
        assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("new.db*") if path.is_file()} == {0}
    old = tmp_path / "old.db"
    old.touch(mode=0o640)
    old.chmod(0o640)
    SqliteStore.open(f"sqlite:///{old}").close()
    assert old.stat().st_mode & 0o777 == 0o640
