"""To the application's role only the rows of the creditor exist whom its transaction names: the database sees to it."""
# ruff: noqa: S608 - names of tables are put together here

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import dict_row

from regua.errors import StoreError
from regua.ports import StoredPolicy
from regua.testing.contracts.specimens import APRIL, LOJA, POSTO, Stopped, action, answer, attempt, registered
from regua_postgres import PostgresStore
from regua_postgres.connections import Connections
from regua_postgres.location import to_location
from regua_postgres.statements import NAME_CREDITOR, NAMED_CREDITOR

pytestmark = pytest.mark.one_python

TABLES: Final = ("account", "action", "answer", "attempt", "event", "number", "person", "policy")
WRITES: Final = (
    "UPDATE regua_account SET wakeup_us = 1 {}",
    "UPDATE regua_action SET reason = 'seen' {}",
    "UPDATE regua_attempt SET outcome = 'accepted' {}",
    "UPDATE regua_person SET fields = '' {}",
    "UPDATE regua_number SET last = 9 {}",
    "DELETE FROM regua_person {}",
    "DELETE FROM regua_answer {}",
)
INSERTS: Final = (
    "INSERT INTO regua_account (creditor, debtor, version) VALUES ('posto', 'eva', 0)",
    "INSERT INTO regua_event (creditor, event, debtor, version, line) VALUES ('posto', 'e9', 'ana', 9, '{}')",
    "INSERT INTO regua_action VALUES (DEFAULT, 'posto', 'a9', 'ana', 0, 'pending', 0, '', 0, '', '')",
    "INSERT INTO regua_person (creditor, debtor, ref, fields) VALUES ('posto', 'ana', 'r9', '')",
    (
        "INSERT INTO regua_answer (creditor, debtor, action, number, at_us, size, key, content) "
        "VALUES ('posto', 'ana', 'a1', 1, 0, 0, '', '')"
    ),
    "INSERT INTO regua_policy (creditor, policy, version, fingerprint, text) VALUES ('posto', 'p', 9, '', '')",
    "INSERT INTO regua_number (creditor, name, last) VALUES ('posto', 'outro', 1)",
    "INSERT INTO regua_account VALUES ('posto', 'ana', 0) ON CONFLICT (creditor, debtor) DO UPDATE SET version = 9",
)


def fill(store: PostgresStore, creditor: str) -> None:
    """A row of each table, with the ids that every other creditor has, too."""
    store.keep_policy(creditor, StoredPolicy(policy="p", version=1, fingerprint="f", text=creditor))
    with store.transaction(creditor) as transaction:
        transaction.append("ana", [registered("e1", creditor=creditor)])
        transaction.put("ana", [action("a1", creditor=creditor, reason=creditor)], wakeup_us=APRIL)
        transaction.begin(attempt(creditor=creditor))
        transaction.keep("ana", {"pessoa": {"name": creditor}})
        transaction.keep_answer(answer(creditor=creditor))
        transaction.take_number("banco")


@pytest.fixture
def raw(application: PostgresStore, as_application: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the application's role, without regua; each creditor has a row in each table."""
    fill(application, LOJA)
    fill(application, POSTO)
    with psycopg.connect(as_application) as connection:
        yield connection
        connection.rollback()


def creditors_in(raw: psycopg.Connection[Any], table: str) -> list[str]:
    """Whose rows are seen."""
    return [name for (name,) in raw.execute(f"SELECT creditor FROM regua_{table} ORDER BY creditor")]


@pytest.mark.parametrize("before", ["", LOJA], ids=["never named", "named before"])
def test_without_a_creditor_every_statement_is_refused(raw: psycopg.Connection[Any], before: str):
    """Also after a transaction that named one, when the setting is '': an error, where no rows would look like none."""
    if before:
        raw.execute(NAME_CREDITOR, (before,))
        raw.commit()
        assert raw.execute("SELECT current_setting('regua.creditor')").fetchall() == [("",)]
    statements = [f"SELECT count(*) FROM regua_{table}" for table in TABLES]
    for statement in (*statements, *(write.format("") for write in WRITES), *INSERTS):
        with pytest.raises(InsufficientPrivilege, match="no creditor is named"):
            raw.execute(statement)
        raw.rollback()


def test_rows_of_another_creditor_do_not_exist(raw: psycopg.Connection[Any]):
    """Whoever forgets the WHERE, or names the other one in it, sees and counts his creditor's alone."""
    for creditor in (LOJA, POSTO):
        raw.execute(NAME_CREDITOR, (creditor,))
        for table in TABLES:
            assert creditors_in(raw, table) == [creditor]
            counted = raw.execute(f"SELECT count(*) FROM regua_{table} WHERE creditor <> %s", (creditor,)).fetchall()
            assert counted == [(0,)]


@pytest.mark.parametrize("write", WRITES)
def test_rows_of_another_creditor_are_not_written(raw: psycopg.Connection[Any], write: str):
    """Neither changed nor deleted, nor made the other one's."""
    raw.execute(NAME_CREDITOR, (LOJA,))
    assert raw.execute(write.format("WHERE creditor = 'posto'")).rowcount == 0
    assert raw.execute(write.format("")).rowcount == 1
    if write.startswith("UPDATE"):
        with pytest.raises((InsufficientPrivilege, psycopg.IntegrityError)):
            raw.execute(re.sub("SET .*", "SET creditor = 'posto'", write))


@pytest.mark.parametrize("insert", INSERTS)
def test_rows_of_another_creditor_are_not_added(raw: psycopg.Connection[Any], insert: str):
    """Row-level security refuses them, before anything else can tell of them."""
    raw.execute(NAME_CREDITOR, (LOJA,))
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        raw.execute(insert)


@pytest.mark.usefixtures("store")
def test_every_table_with_a_creditor_is_closed(postgres_url: str):
    """Row-level security is on, binds the owner, and asks for the creditor in what is read and in what is written."""
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity, polcmd, polpermissive, polroles = '{0}', "
            "pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) "
            "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_policy ON polrelid = attrelid "
            "WHERE attname = 'creditor' AND relkind = 'r' AND relnamespace = current_schema()::regnamespace "
            "ORDER BY relname"
        ).fetchall()
    names = [row[0] for row in found]
    assert len(names) == len(set(names)) >= len(TABLES)
    for name, is_closed, command, permissive, for_all, rule, check in found:
        assert (is_closed, command, permissive, for_all, check) == (True, "*", True, True, None), name
        assert re.fullmatch(r"\(creditor = \( ?SELECT \w*\.?regua_creditor\(\) .*\)\)", rule), rule


def test_the_owner_of_the_tables_is_bound_too(as_application: str, postgres_url: str):
    """Where one role makes the tables and works with them."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "DO $$ BEGIN EXECUTE format('GRANT CREATE ON SCHEMA %I TO aplicacao', current_schema()); END $$"
        )
    owner = PostgresStore.open(as_application, migrate=False)
    owner.migrate()
    fill(owner, LOJA)
    owner.close()
    with psycopg.connect(as_application) as connection:
        with pytest.raises(InsufficientPrivilege, match="no creditor is named"):
            creditors_in(connection, "event")
        connection.rollback()
        connection.execute(NAME_CREDITOR, (POSTO,))
        assert creditors_in(connection, "event") == []


def test_nothing_of_a_creditor_is_left_on_a_connection(application: PostgresStore, as_application: str):
    """The name ends with the transaction: what a pool gives next has none, also after an error."""
    fill(application, LOJA)
    connections = Connections(to_location(as_application), size=1)
    for ends_badly in (False, True):
        with suppress(Stopped), connections.writing(LOJA) as connection:
            assert connection.execute("SELECT count(*) FROM regua_account").fetchall() == [(1,)]
            if ends_badly:
                raise Stopped
        with pytest.raises(StoreError, match="no creditor is named"), connections.using() as connection:
            connection.execute("SELECT * FROM regua_account")
    connections.close()


def test_reading_another_creditor_inside_a_transaction(application: PostgresStore):
    """It is answered, and the transaction goes on as its own creditor's."""
    fill(application, LOJA)
    fill(application, POSTO)
    with application.transaction(LOJA) as transaction:
        assert application.kept(POSTO, "ana") == {"pessoa": {"name": POSTO}}
        assert application.load(POSTO, "ana").version == 1
        assert transaction.kept("ana") == {"pessoa": {"name": LOJA}}
        transaction.append("ana", [registered("e2")])
    assert application.load(LOJA, "ana").version == 2


@pytest.mark.parametrize("before", ["", POSTO])
def test_the_hosts_own_creditor_is_put_back(application: PostgresStore, as_application: str, before: str):
    """Whether the block ends well or not, and whatever rows the host's connection makes."""
    with psycopg.connect(as_application, row_factory=dict_row) as host:
        host.execute(NAME_CREDITOR, (before,))
        with application.transaction(LOJA, using=host) as transaction:
            transaction.append("ana", [registered("e1")])
        assert list(host.execute(NAMED_CREDITOR).fetchone().values()) == [before]  # type: ignore[union-attr]
        with suppress(Stopped), application.transaction(LOJA, using=host):
            raise Stopped
        assert list(host.execute(NAMED_CREDITOR).fetchone().values()) == [before]  # type: ignore[union-attr]
    assert application.load(LOJA, "ana").version == 1
