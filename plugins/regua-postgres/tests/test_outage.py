"""`regua run` while the server is restarted, for real: one worker keeps what it knows, waits, and goes on."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
from tests.cli.conftest import inside
from tests.cli.gate import noted, wait_for
from tests.cli.gated import gated_shop
from tests.servers.postgres import PostgresServer

from regua_postgres import PostgresStore, connections

pytestmark = pytest.mark.one_python

MANY = ("ana", "bia", "caio", "davi")
COMMAND = (sys.executable, "-m", "regua", "run")


@pytest.fixture
def shop(tmp_path: Path, postgres: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop that stores in PostgreSQL, and has four to remind; its folder is the current one."""
    if not postgres.is_ours:
        pytest.skip("not run: the server is somebody else's")
    return gated_shop(tmp_path, postgres_url, MANY, monkeypatch)


def states(url: str) -> list[str]:
    """Where each action stands."""
    with psycopg.connect(url) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM regua_action")]


def test_a_worker_outlives_a_restart(shop: Path, postgres: PostgresServer, postgres_url: str):
    """The server goes while a message is being sent; its answer is not lost, and nobody reads the pool's log."""
    (shop / "gate/shut").touch()
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=shop) as running:
        wait_for(lambda: noted(shop, "begun"))
        postgres.crash()
        (shop / "gate/shut").unlink()
        wait_for(lambda: noted(shop))
        postgres.start()
        wait_for(lambda: states(postgres_url) == ["sent"] * len(MANY))
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=60)
    assert out == ""
    assert sorted(debtor for _, debtor in noted(shop)) == sorted(MANY)
    first, *_, last = err.splitlines()
    assert first == "running; Ctrl-C ends it after the action in flight"
    assert last.startswith("sent ")
    assert "psycopg" not in err
    assert "error connecting" not in err


def test_a_run_once_waits_for_a_server_that_is_away(
    shop: Path, postgres: PostgresServer, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    """Longer than the pool does; every message is sent once, and counted."""
    monkeypatch.setattr(connections, "WAIT_SECONDS", 0.2)
    (shop / "gate/shut").touch()
    started = threading.Event()

    def restart() -> None:
        wait_for(lambda: noted(shop, "begun"))
        postgres.crash()
        (shop / "gate/shut").unlink()
        started.wait(1)
        postgres.start()

    thread = threading.Thread(target=restart)
    thread.start()
    ran = inside("run", "--once")
    thread.join()
    assert (ran.status, ran.out.partition(",")[0]) == (0, "sent 4")
    first, last = ran.err.splitlines()
    assert first.startswith("waiting for the store: postgresql://")
    assert last == "the store can be used again"
    assert states(postgres_url) == ["sent"] * len(MANY)
    assert sorted(debtor for _, debtor in noted(shop)) == sorted(MANY)


def test_a_debtor_whom_a_host_holds_holds_up_no_other(shop: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    """In a transaction that it leaves open, beyond the time for which a lock is waited for."""
    monkeypatch.setattr(connections, "WAIT_SECONDS", 0.2)
    with psycopg.connect(postgres_url) as host:
        host.execute("SELECT set_config('regua.creditor', 'loja', true)")
        host.execute("UPDATE regua_account SET wakeup_us = 0")
        host.commit()
        host.execute("SELECT set_config('regua.creditor', 'loja', true)")
        host.execute("SELECT FROM regua_account WHERE debtor = 'ana' FOR UPDATE")
        ran = inside("run", "--once")
    assert (ran.status, ran.out.partition(";")[0].split(", ")[0]) == (1, "sent 3")
    assert sorted({debtor for _, debtor in noted(shop)}) == ["bia", "caio", "davi"]
    assert inside("run", "--once").out.startswith("sent 1,")


@pytest.mark.usefixtures("application")
def test_a_role_that_lacks_a_right_on_a_new_table_is_not_waited_for(shop: Path, as_application: str, postgres_url: str):
    """The worker ends, and names the table and the remedy."""
    with psycopg.connect(postgres_url) as owner:
        owner.execute("REVOKE ALL ON regua_attempt FROM aplicacao")
    settings = (shop / "regua.toml").read_text(encoding="utf-8").replace(postgres_url, as_application)
    (shop / "regua.toml").write_text(settings, encoding="utf-8")
    ran = inside("run", "--once")
    assert (ran.status, ran.out) == (1, "")
    assert "permission denied for table regua_attempt; grant it (docs/how-to/store-in-postgresql.md" in ran.err
    assert "waiting for the store" not in ran.err


def test_a_store_that_is_closed_has_no_name(store: PostgresStore):
    """It says so, and makes no session that nobody would close."""
    owner = store.owner()
    other = PostgresStore(store.location)
    store.close()
    with pytest.raises(RuntimeError, match="the store is closed; open another"):
        store.owner()
    assert not other.is_alive(owner)
    other.close()
