"""Who makes the tables may be another role than who works with them; each may do what the how-to says, and no more."""

from contextlib import closing

import psycopg
import pytest

from regua.errors import SettingsError, StoreDenied, StoreError
from regua.ports import StoredPolicy
from regua.testing.contracts.specimens import APRIL, LOJA, action, attempt, put, record, registered
from regua_postgres import PostgresStore

pytestmark = pytest.mark.one_python


def test_a_role_that_may_not_make_tables_is_told(as_application: str):
    """With what to do; no table is made."""
    store = PostgresStore.open(as_application, migrate=False)
    with pytest.raises(SettingsError, match=r"permission denied .*`regua migrate --sql` prints"):
        store.migrate()
    store.close()


@pytest.mark.usefixtures("application")
def test_a_role_that_lacks_a_right_is_told(as_application: str, postgres_url: str):
    """A worker ends with what to do, not with a bug."""
    with psycopg.connect(postgres_url) as owner:
        owner.execute("REVOKE UPDATE ON regua_action FROM aplicacao")
    with closing(PostgresStore.open(as_application)) as store:
        with pytest.raises(StoreDenied, match=r"permission denied for table regua_action; grant it \(docs/how-to"):
            put(store, action("a1"))
        with pytest.raises(StoreDenied, match="permission denied"):
            store.claim(LOJA, owner=store.owner(), until_us=APRIL, limit=1)


def test_a_database_that_takes_no_writes_is_told(postgres_url: str, store: PostgresStore):
    """As a standby, or after a failover."""
    record(store, registered("e1"))
    url = f"{postgres_url}%20-cdefault_transaction_read_only%3Don"
    with closing(PostgresStore.open(url)) as standby, pytest.raises(StoreError, match="see that it takes writes"):
        standby.claim(LOJA, owner=standby.owner(), until_us=APRIL, limit=1)


def test_the_application_needs_what_the_how_to_says(
    application: PostgresStore, as_application: str, store: PostgresStore
):
    """It works with these rights, and cannot change a fact."""
    application.keep_policy(LOJA, StoredPolicy(policy="regua", version=1, fingerprint="f", text=""))
    for version in range(2):
        with application.transaction(LOJA) as transaction:
            transaction.load("ana")
            transaction.append("ana", [registered(f"e{version}")])
            transaction.put("ana", [action("a1")], wakeup_us=APRIL + version)
            transaction.begin(attempt(number=version + 1))
            transaction.finish(attempt(number=version + 1, outcome="transient"))
            transaction.keep("ana", {"pessoa": {"name": f"Ana {version}"}})
            transaction.take_number("banco")
    assert len(application.claim(LOJA, owner=application.owner(), until_us=APRIL, limit=9)) == 1
    application.erase(LOJA, "ana")
    assert (store.load(LOJA, "ana").version, store.kept(LOJA, "ana")) == (2, {})
    with psycopg.connect(as_application) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DELETE FROM regua_event")
