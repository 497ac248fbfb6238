"""The vault's keys may lie in PostgreSQL; erasing leaves no row of them, and no statement finds the data."""

import psycopg
import pytest
from tests.servers.postgres import PostgresServer

from regua import Engine, load_policy
from regua.engine import CreditorSettings
from regua.errors import SettingsError
from regua.testing.contracts.specimens import LOJA, POSTO, registered
from regua_postgres import PostgresStore

pytestmark = pytest.mark.one_python

POLICY = 'format = 1\n\n[policy]\nid = "loja"\ncalendar = "weekdays"\n'
CREDITORS = {name: CreditorSettings(policies=(load_policy(POLICY.encode()),), name="Loja") for name in (LOJA, POSTO)}
KEEPS = "SELECT count(*) FROM regua_person WHERE creditor = %s AND debtor = 'ana' AND fields <> '{}'"


def rows(url: str, creditor: str) -> int:
    """How many records with something in them a creditor's debtor has."""
    with psycopg.connect(url) as connection:
        ((count,),) = connection.execute(KEEPS, (creditor,)).fetchall()
        return int(count)


def test_keys_in_a_database_of_their_own(
    postgres: PostgresServer, postgres_url: str, as_application: str, application: PostgresStore
):
    """The one is migrated like the other, and refuses to open before."""
    assert not application.migrate(apply=False)
    with postgres.schema() as keys_url:
        with pytest.raises(SettingsError, match="lacks tables"):
            Engine.open(store=as_application, vault=keys_url, creditors=CREDITORS)
        PostgresStore.open(keys_url, migrate=False).migrate()
        with Engine.open(store=as_application, vault=keys_url, creditors=CREDITORS) as engine:
            for creditor in (LOJA, POSTO):
                engine.creditor(creditor).record(registered("e1", creditor=creditor, person="pessoa"))
                engine.creditor(creditor).keep("ana", {"pessoa": {"name": f"Ana da {creditor}"}})
            assert engine.creditor(LOJA).dossier("ana").debtor.record["name"] == "Ana da loja"
            engine.creditor(LOJA).erase("ana")
            assert engine.creditor(LOJA).dossier("ana").debtor.is_missing
            assert engine.creditor(POSTO).dossier("ana").debtor.record["name"] == "Ana da posto"
        assert (rows(keys_url, "keys/loja"), rows(keys_url, "keys/posto")) == (0, 1)
        assert (rows(postgres_url, LOJA), rows(postgres_url, POSTO)) == (0, 2)
