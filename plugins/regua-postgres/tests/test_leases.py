"""Workers whose death is timed, not proved: the lease of a store whose sessions are nobody's own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.cli.conftest import inside
from tests.cli.gate import noted, wait_for
from tests.cli.gated import gated_shop
from tests.servers.pooled import LEASE

from regua.errors import SettingsError
from regua.testing.contracts.specimens import APRIL, LOJA, Stopped, action, names, put, record, registered
from regua_postgres import PostgresStore

pytestmark = [
    pytest.mark.one_python,
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
RUN_OUT = "UPDATE regua_worker SET until_us = 0"
LEFT = "SELECT until_us - (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM regua_worker"
MINUTE = 60_000_000
MANY = ("ana", "bia", "caio")


@pytest.fixture
def leased(store: PostgresStore, postgres_url: str) -> Iterator[PostgresStore]:
    """A store with a lease of two minutes."""
    assert store.lease is None
    with closing(PostgresStore.open(f"{postgres_url}{LEASE}")) as opened:
        yield opened


def raw(url: str, statement: str) -> list[Any]:
    """Run a statement without regua."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("lease", ["", "60", "2 m", "0s", "-1m", "2d", "s3gr3d0"])
def test_a_lease_that_is_no_span_of_time_is_refused(lease: str):
    """With how to write it, and without what it is: a malformed URL may have a password there."""
    with pytest.raises(SettingsError, match=r'no span of time; write it as "lease=90s" or "lease=2m"') as caught:
        PostgresStore.open(f"postgresql://ana@localhost/regua?sslmode=disable&lease={lease}")
    assert "s3gr3d0" not in str(caught.value)


@pytest.mark.parametrize("options", ["?lease=90s", "?lease=90s&sslmode=disable", "?sslmode=disable&lease=90s"])
def test_libpq_does_not_see_the_lease(options: str):
    """Wherever it stands among its own options."""
    store = PostgresStore.open(f"postgresql://ana@localhost/regua{options}", migrate=False)
    assert store.lease is not None
    assert store.lease.total_seconds() == 90
    assert "lease" not in store.location.parameters
    assert store.location.parameters.get("sslmode", "disable") == "disable"
    store.close()


def test_it_is_renewed_once_half_of_it_is_gone(leased: PostgresStore, postgres_url: str):
    """And not with every call: the disk is synced for it."""
    owner = leased.owner()
    raw(postgres_url, "UPDATE regua_worker SET until_us = until_us - 50000000")
    assert leased.owner() == owner
    ((left,),) = raw(postgres_url, LEFT)
    assert MINUTE < left < 1.2 * MINUTE
    raw(postgres_url, "UPDATE regua_worker SET until_us = until_us - 30000000")
    assert leased.owner() == owner
    ((left,),) = raw(postgres_url, LEFT)
    assert 1.9 * MINUTE < left <= 2 * MINUTE


def test_a_worker_whose_lease_ran_out_is_another_one(leased: PostgresStore, store: PostgresStore, postgres_url: str):
    """It is dead to everybody, itself included; of its row nothing is left."""
    owner = leased.owner()
    raw(postgres_url, RUN_OUT)
    assert not leased.is_alive(owner)
    again = leased.owner()
    assert again != owner
    assert leased.is_alive(again)
    assert raw(postgres_url, "SELECT name FROM regua_worker") == [(again,)]
    assert store.owner() not in {owner, again}


def test_workers_with_and_without_a_lease_know_of_each_other(leased: PostgresStore, store: PostgresStore):
    """As while one is exchanged for the other: nobody takes what a living one holds."""
    with_lease, without = leased.owner(), store.owner()
    assert leased.is_alive(without)
    assert store.is_alive(with_lease)
    leased.close()
    assert not store.is_alive(with_lease)


def test_the_clock_of_the_host_does_not_matter(leased: PostgresStore, monkeypatch: pytest.MonkeyPatch):
    """Only the database's does."""
    owner = leased.owner()
    for wrong in (0.0, time.time() + 10**9):
        monkeypatch.setattr(time, "time", lambda at=wrong: at)
        monkeypatch.setattr(time, "clock_gettime", lambda _, at=wrong: at)
        assert leased.owner() == owner
        assert leased.is_alive(owner)


def test_a_name_that_was_rolled_back_is_nobodys(leased: PostgresStore, postgres_url: str):
    """It was made inside a transaction that failed, on the connection of which it was asked for."""
    given: list[str] = []

    def work() -> None:
        with leased.transaction(LOJA) as transaction:
            transaction.load("ana")
            given.append(leased.owner())
            assert leased.owner() == given[0]
            raise Stopped

    with pytest.raises(Stopped):
        work()
    assert not leased.is_alive(given[0])
    again = leased.owner()
    assert raw(postgres_url, "SELECT name FROM regua_worker") == [(again,)]


def test_one_connection_is_enough(leased: PostgresStore, postgres_url: str):
    """Who has a transaction waits for no second one, of which a pooler may have none to give."""
    with closing(PostgresStore(leased.location, connections=1)) as small:
        owner = small.owner()
        raw(postgres_url, RUN_OUT)
        with small.transaction(LOJA) as transaction:
            transaction.load("ana")
            assert small.owner() != owner
            assert small.is_alive(small.owner())


def test_nothing_is_left_in_a_session(leased: PostgresStore):
    """It is somebody else's with the next transaction: no setting, no lock, no prepared statement."""
    put(leased, action("a1"))
    for number in range(8):
        record(leased, registered(f"e{number}", debtor=f"d{number}"))
        leased.claim(LOJA, owner=leased.owner(), until_us=APRIL, limit=1)
    with leased._connections.using() as connection:  # noqa: SLF001 - of its sessions nobody else knows
        for question, answer in (
            ("SELECT count(*) FROM pg_prepared_statements", 0),
            ("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", 0),
            ("SELECT count(*) FROM pg_settings WHERE source = 'session' AND name <> 'client_encoding'", 0),
        ):
            assert connection.execute(question).fetchall() == [(answer,)]
    with leased._connections.writing(LOJA) as connection:  # noqa: SLF001 - likewise
        assert connection.execute("SHOW lock_timeout").fetchall() == [("30s",)]


def test_a_commit_waits_for_the_disk(leased: PostgresStore, postgres_url: str):
    """Also where the server is set up not to; the setting is the transaction's."""
    raw(postgres_url, "ALTER ROLE regua SET synchronous_commit = off")
    try:
        with closing(PostgresStore(leased.location)) as other, other._connections.writing(LOJA) as connection:  # noqa: SLF001 - likewise
            assert connection.execute("SHOW synchronous_commit").fetchall() == [("on",)]
    finally:
        raw(postgres_url, "ALTER ROLE regua RESET synchronous_commit")


def test_closing_gives_the_name_back(leased: PostgresStore, postgres_url: str):
    """Nobody waits for the lease of who ended in order."""
    with closing(PostgresStore(leased.location)) as other:
        owner = other.owner()
        assert leased.is_alive(owner)
    assert not leased.is_alive(owner)
    assert raw(postgres_url, "SELECT name FROM regua_worker") == []


def test_workers_claim_disjoint_sets(leased: PostgresStore):
    """Each under its own name, from several threads and stores at once."""
    put(leased, *(action(f"a{number}") for number in range(40)))
    with closing(PostgresStore(leased.location)) as other:

        def claim_all(store: PostgresStore) -> None:
            while store.claim(LOJA, owner=store.owner(), until_us=APRIL, limit=3):
                pass

        threads = [threading.Thread(target=claim_all, args=(each,)) for each in (leased, other, leased, other)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        held = leased.held(LOJA)
        assert sorted(names(held)) == sorted(f"a{number}" for number in range(40))
        assert {each.epoch for each in held} == {1}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_is_another_worker(leased: PostgresStore):
    """It leaves its parent's name alone, also where it closes the store."""
    owner = leased.owner()
    process = os.fork()
    if process == 0:
        try:
            is_another = leased.owner() != owner
            leased.close()
            os._exit(0 if is_another else 1)
        except BaseException:  # noqa: BLE001 - told by the status
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert leased.is_alive(owner)
    assert leased.owner() == owner


@pytest.fixture
def shop(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop that stores in PostgreSQL with a lease, and has three to remind; its folder is the current one."""
    return gated_shop(tmp_path, f"{postgres_url}{LEASE}", MANY, monkeypatch)


def test_who_is_stopped_past_its_lease_sends_nothing_that_others_have_taken(shop: Path, postgres_url: str):
    """What it had claimed they send; what it was sending is unknown until it goes on, and says that it was accepted."""
    (shop / "gate/shut").touch()
    states = "SELECT state, count(*) FROM regua_action GROUP BY state ORDER BY state"
    with subprocess.Popen([sys.executable, "-m", "regua", "run", "--once", "--quiet"], cwd=shop) as stopped:
        wait_for(lambda: noted(shop, "begun"))
        stopped.send_signal(signal.SIGSTOP)
        raw(postgres_url, RUN_OUT)
        (shop / "gate/shut").unlink()
        assert inside("run", "--once").out.startswith("sent 2,")
        assert raw(postgres_url, states) == [("sent", 2), ("unknown", 1)]
        stopped.send_signal(signal.SIGCONT)
        assert stopped.wait(60) == 0
    assert sorted(debtor for _, debtor in noted(shop)) == sorted(MANY)
    assert raw(postgres_url, states) == [("sent", 3)]
    assert raw(postgres_url, "SELECT count(DISTINCT worker) FROM regua_attempt") == [(2,)]
