"""Who makes the tables may be another role than who works with them; each may do what the how-to says, and no more."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.servers.postgres import PostgresServer

from regua.errors import SettingsError
from regua.ports import StoredPolicy
from regua.testing.contracts.specimens import APRIL, LOJA, action, attempt, registered
from regua_postgres import PostgresStore

pytestmark = pytest.mark.one_python

HOW_TO = Path(__file__).parents[3] / "docs/how-to/store-in-postgresql.md"
ROLE = "aplicacao"


@pytest.fixture
def as_application(postgres: PostgresServer, postgres_url: str) -> Iterator[str]:
    """The URL of the same schema for a role that may only look into it."""
    if not postgres.is_ours:
        pytest.skip("not run: the server is somebody else's")
    (schema,) = re.findall(r"regua_test_\w+", postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN")
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}")
    yield postgres_url.replace("//regua@", f"//{ROLE}@")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {ROLE}")
        connection.execute(f"DROP ROLE {ROLE}")


def test_a_role_that_may_not_make_tables_is_told(as_application: str):
    """With what to do; no table is made."""
    store = PostgresStore.open(as_application, migrate=False)
    with pytest.raises(SettingsError, match=r"permission denied .*`regua migrate --sql` prints"):
        store.migrate()
    store.close()


def test_the_application_needs_what_the_how_to_says(as_application: str, store: PostgresStore, postgres_url: str):
    """It works with these rights, and cannot change a fact."""
    grants = re.findall(r"^    (GRANT [^;]+;)$", HOW_TO.read_text(encoding="utf-8"), re.MULTILINE)
    tables = [name for (name,) in _tables(postgres_url)]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for grant in grants:
            connection.execute(grant.replace("application", ROLE).replace("regua_*", ", ".join(tables)))
    application = PostgresStore.open(as_application)
    application.keep_policy(LOJA, StoredPolicy(policy="regua", version=1, fingerprint="f", text=""))
    for version in range(2):
        with application.transaction(LOJA) as transaction:
            transaction.load("ana")
            transaction.append("ana", [registered(f"e{version}")])
            transaction.put("ana", [action("a1")], wakeup_us=APRIL + version)
            transaction.begin(attempt(number=version + 1))
            transaction.finish(attempt(number=version + 1, outcome="transient"))
            transaction.keep("ana", {"pessoa": {"name": f"Ana {version}"}})
    assert len(application.claim(LOJA, owner=application.owner(), until_us=APRIL, limit=9)) == 1
    application.erase(LOJA, "ana")
    application.close()
    assert (store.load(LOJA, "ana").version, store.kept(LOJA, "ana")) == (2, {})
    with psycopg.connect(as_application) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM regua_event")


def _tables(url: str) -> list[tuple[str]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        ).fetchall()
