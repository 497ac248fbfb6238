"""The engine and the command line behind a real PgBouncer in transaction mode, whose two sessions all of them share."""

import threading
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from tests.cli.gate import noted
from tests.cli.gated import gated_shop
from tests.servers.pooled import LEASE

from regua import Engine
from regua.engine import RunResult
from regua.testing.contracts.specimens import LOJA, registered
from regua_postgres import PostgresStore

pytestmark = pytest.mark.one_python

MANY = [f"d{number:02}" for number in range(20)]


@pytest.fixture
def shop(tmp_path: Path, pooled_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop with twenty to remind; its folder is the current one."""
    return gated_shop(tmp_path, f"{pooled_url}{LEASE}", MANY, monkeypatch, migrate="--check")


def test_more_workers_than_sessions_send_everything_once(shop: Path):
    """None of them holds a session while it waits for another."""
    with ExitStack() as stack:
        engines = [stack.enter_context(Engine.open("regua.toml")) for _ in range(2)]
        results: list[RunResult] = []
        threads = [threading.Thread(target=lambda each=each: results.append(each.run_due())) for each in engines * 3]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert sum(result.sent for result in results) == len(MANY)
    assert sorted(debtor for _, debtor in noted(shop)) == MANY


def test_it_takes_part_in_a_hosts_transaction(pooled_url: str):
    """Which passes the pooler, too; what is not committed is not there."""
    with closing(PostgresStore.open(f"{pooled_url}{LEASE}")) as store:
        with psycopg.connect(pooled_url, prepare_threshold=None) as host:
            for number, is_kept in enumerate((False, True, True)):
                with store.transaction(LOJA, using=host) as transaction:
                    transaction.load("ana")
                    transaction.append("ana", [registered(f"e{number}")])
                host.commit() if is_kept else host.rollback()
        assert [event.id for event in store.load(LOJA, "ana").events] == ["e1", "e2"]


def test_without_a_lease_a_living_worker_counts_as_dead(pooled_url: str):
    """Who asks is given the session that holds the worker's lock, and so gets the lock: hence the lease."""
    with closing(PostgresStore.open(pooled_url)) as store, closing(PostgresStore.open(pooled_url)) as other:
        assert not store.is_alive(other.owner())
