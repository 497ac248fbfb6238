import subprocess
import sys
from typing import Any

import psycopg
import pytest
from tests.servers.postgres import PostgresServer

from regua.errors import SettingsError
from regua.plugins import Registry
from regua.storing import read_migration
from regua.testing.contracts.specimens import LOJA, record, registered
from regua_postgres import PostgresStore, location, migrating

pytestmark = pytest.mark.one_python

MIGRATE = """
import sys
from regua_postgres import PostgresStore
store = PostgresStore.open(sys.argv[1], migrate=False)
store.migrate()
store.close()
"""


def raw(url: str, statement: str) -> list[Any]:
    """Run a statement without regua."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def tables(url: str) -> set[str]:
    """Names of the tables of a schema."""
    return {name for (name,) in raw(url, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")}


def add_migrations(monkeypatch: pytest.MonkeyPatch, **texts: str) -> None:
    """Let this version ship these migrations, too."""
    known = migrating.shipped()
    migrations = [
        read_migration(f"{number:04d}_{name}.sql", text, migrating.is_complete)
        for number, (name, text) in enumerate(texts.items(), len(known) + 1)
    ]
    monkeypatch.setattr(migrating, "shipped", lambda: (*known, *migrations))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:regua",
        "postgres://ana:s3gr3d0@localhost/regua",
        "postgresql://ana:s3gr3d%o@localhost/regua",
        "postgresql://ana:s3gr3d0@localhost/regua?s3gr3d0=1",
        "host=localhost password=s3gr3d0",
    ],
)
def test_a_malformed_url_is_refused(url: str):
    """With how to write it, and without a piece of the password."""
    with pytest.raises(SettingsError, match="postgresql://user@host:5432/database") as caught:
        PostgresStore.open(url).close()
    assert "s3gr3d" not in str(caught.value)


def test_a_database_that_cannot_be_reached_is_named(tmp_path: Any):
    """Without user and password; at once."""
    with pytest.raises(SettingsError, match=r"postgresql://.*/regua cannot be reached") as caught:
        PostgresStore.open(f"postgresql://ana:s3gr3d0@/regua?host={tmp_path}")
    assert "s3gr3d0" not in str(caught.value)


def test_a_store_does_not_tell_its_password():
    """Where it is printed, as in a traceback with values."""
    store = PostgresStore.open("postgresql://ana:s3gr3d0@localhost/regua", migrate=False)
    assert "s3gr3d0" not in repr(store.location)
    store.close()


def test_a_database_that_stores_no_utf8_is_refused(postgres: PostgresServer):
    """Names would come back as something else."""
    if not postgres.is_ours:
        pytest.skip("not run: the server is somebody else's")
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE regua_test_ascii ENCODING 'SQL_ASCII' TEMPLATE template0")
    try:
        with pytest.raises(SettingsError, match="stores text as SQL_ASCII; make a database with ENCODING 'UTF8'"):
            PostgresStore.open(postgres.url.replace("/postgres?", "/regua_test_ascii?"))
    finally:
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute("DROP DATABASE regua_test_ascii")


def test_an_old_server_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    """It lacks what the statements need."""
    monkeypatch.setattr(location, "_OLDEST", 990_000)
    with pytest.raises(SettingsError, match=r"is PostgreSQL \d+; regua needs 99 or later"):
        PostgresStore.open(postgres_url)


def test_opening_makes_no_tables(postgres_url: str):
    """The error says what does."""
    with pytest.raises(SettingsError, match="lacks tables of this regua; run: regua migrate"):
        PostgresStore.open(postgres_url)
    assert tables(postgres_url) == set()


def test_opening_again_keeps_what_is_there(postgres_url: str, store: PostgresStore):
    """Migrations are applied once."""
    record(store, registered("e1"))
    again = PostgresStore.open(postgres_url)
    assert again.migrate() == ()
    assert again.load(LOJA, "ana").version == 1
    again.close()


def test_many_processes_may_migrate_at_once(postgres_url: str):
    """One of them makes the tables; the others wait for it."""
    running = [subprocess.Popen([sys.executable, "-c", MIGRATE, postgres_url]) for _ in range(4)]
    assert [each.wait() for each in running] == [0] * 4
    assert raw(postgres_url, "SELECT count(*) FROM regua_migration") == [(len(migrating.shipped()),)]


def test_migrations_can_be_read_before_they_run_and_run_by_somebody_else(postgres_url: str):
    """What is read is a script: after it the tables are up to date."""
    raw(postgres_url, "CREATE TABLE loja_venda (id integer PRIMARY KEY)")
    store = PostgresStore.open(postgres_url, migrate=False)
    planned = store.migrate(apply=False)
    assert tables(postgres_url) == {"loja_venda"}
    raw(postgres_url, "\n".join(planned))
    assert store.migrate(apply=False) == ()
    assert all(name.startswith("regua_") for name in tables(postgres_url) - {"loja_venda"})
    store.close()
    PostgresStore.open(postgres_url).close()


def test_a_missing_migration_is_applied(postgres_url: str, store: PostgresStore, monkeypatch: pytest.MonkeyPatch):
    """Whole: a function holds semicolons, and comments stand anywhere."""
    function = "CREATE FUNCTION regua_f() RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\nRETURN 1;\nEND;\n$$;\n"
    add_migrations(monkeypatch, more=f"-- more;\nCREATE TABLE regua_more (a text DEFAULT '%');\n{function}")
    assert len(store.migrate(apply=False)) == 3
    with pytest.raises(SettingsError, match="regua migrate"):
        PostgresStore.open(postgres_url)
    assert len(store.migrate()) == 3
    assert "regua_more" in tables(postgres_url)
    assert store.migrate(apply=False) == ()


def test_a_migration_that_fails_leaves_nothing(
    postgres_url: str, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
):
    """Neither of it nor of those beside it."""
    wrong = "CREATE TABLE regua_other (a text);\nCREATE TABEL x;\n"
    add_migrations(monkeypatch, more="CREATE TABLE regua_more (a text);\n", wrong=wrong)
    with pytest.raises(psycopg.errors.SyntaxError, match="TABEL"):
        store.migrate()
    assert not tables(postgres_url) & {"regua_more", "regua_other"}


def test_a_changed_migration_is_refused(postgres_url: str, store: PostgresStore):
    """What was applied is not what this version says."""
    raw(postgres_url, "UPDATE regua_migration SET sha256 = '0'")
    with pytest.raises(SettingsError, match=r"0001_start\.sql was applied with other content"):
        PostgresStore.open(postgres_url)
    assert store.location.place.startswith("postgresql://")


def test_a_newer_database_is_refused(postgres_url: str, store: PostgresStore):
    """An old regua would not know what it breaks; looking is refused, too."""
    raw(postgres_url, "INSERT INTO regua_migration VALUES (99, '0099_later.sql', '0', 0)")
    for apply in (True, False):
        with pytest.raises(SettingsError, match=r"newer regua \(migration 0099\)"):
            store.migrate(apply=apply)


def test_every_line_of_the_migrations_belongs_to_a_statement():
    """A file that ends in the middle of one would lose it silently."""
    for number, migration in enumerate(migrating.shipped(), 1):
        assert migration.number == number
        assert "\n".join(migration.statements).split() == migration.text.split()


def test_a_store_that_is_closed_says_so(store: PostgresStore):
    """It opens nothing behind one's back."""
    store.close()
    with pytest.raises(RuntimeError, match="closed"):
        store.load(LOJA, "ana")


def test_it_is_found_by_its_entry_point():
    """Whoever installs it writes the URL, and nothing else; psycopg is imported when a store is opened."""
    assert Registry.discover().stores["postgresql"] is PostgresStore


def test_a_commit_waits_for_the_disk(postgres_url: str, store: PostgresStore):
    """Also where the server is set up not to; a lock is not waited for without end."""
    raw(postgres_url, "ALTER ROLE regua SET synchronous_commit = off")
    try:
        other = PostgresStore.open(postgres_url)
        with other._connections.using() as connection:  # noqa: SLF001 - the settings are the connection's
            found = [connection.execute(f"SHOW {name}").fetchone() for name in ("synchronous_commit", "lock_timeout")]
        assert found == [("on",), ("30s",)]
        other.close()
    finally:
        raw(postgres_url, "ALTER ROLE regua RESET synchronous_commit")
    assert store.now() > 0
