"""Several processes on one database: claims, proof of death, and forks."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest

from regua.errors import StoreError
from regua.testing.contracts.specimens import APRIL, HOUR, LOJA, action, in_threads, names, put, record, registered
from regua_postgres import PostgresStore

pytestmark = [
    pytest.mark.one_python,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    # What a fork among threads may break is what is tested here.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
PATIENCE = 10.0


def fork(work: Callable[[], object], *, lives_on: bool = False) -> tuple[int, int]:
    """Fork a child that does some work, and give its process id and a pipe that says "done", or what went wrong."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            work()
            os.write(writer, b"done")
            while lives_on:
                time.sleep(1)
        except BaseException as error:  # noqa: BLE001 - told to the parent, whatever it is
            os.write(writer, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    return process, reader


@contextmanager
def child(work: Callable[[], object], *, lives_on: bool = False) -> Iterator[int]:
    """Fork a child, and give its process id once its work is done; at the end it is dead."""
    process, reader = fork(work, lives_on=lives_on)
    try:
        assert os.read(reader, 10_000).decode() == "done"
        yield process
    finally:
        os.close(reader)
        with suppress(ProcessLookupError, ChildProcessError):  # waited for already
            kill(process)


def kill(process: int) -> None:
    """Kill -9, and wait until it is dead."""
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def claim_all(store: PostgresStore) -> None:
    """Claim three at a time, until nothing is due."""
    while store.claim(LOJA, owner=store.owner(), until_us=APRIL + HOUR, limit=3):
        pass


def until_dead(store: PostgresStore, owner: str) -> float:
    """How long it takes until a worker is proved dead."""
    start = time.monotonic()
    while store.is_alive(owner):
        assert time.monotonic() < start + PATIENCE
        time.sleep(0.001)
    return time.monotonic() - start


def test_processes_claim_disjoint_sets(store: PostgresStore):
    """Both take from the same forty actions at once; each is claimed, and claimed once."""
    put(store, *(action(f"a{number}") for number in range(40)))
    gate, opener = os.pipe()

    def wait_and_claim() -> None:
        os.read(gate, 1)
        claim_all(store)

    children = [fork(wait_and_claim) for _ in range(2)]
    os.write(opener, b"!!")
    for process, reader in children:
        assert os.read(reader, 10_000).decode() == "done"
        os.waitpid(process, 0)
    held = store.held(LOJA)
    assert sorted(names(held)) == sorted(f"a{number}" for number in range(40))
    assert {each.epoch for each in held} == {1}


def test_a_killed_worker_is_dead_and_a_stopped_one_is_not(store: PostgresStore):
    """What it holds names it."""
    put(store, action("a1"))
    with child(lambda: claim_all(store), lives_on=True) as process:
        (held,) = store.held(LOJA)
        assert held.owner != store.owner()
        assert store.is_alive(held.owner)
        os.kill(process, signal.SIGSTOP)
        assert store.is_alive(held.owner)
        kill(process)
        until_dead(store, held.owner)


def test_closing_gives_the_name_back(store: PostgresStore, postgres_url: str):
    """An orderly end is proved as soon as the server has seen it."""
    other = PostgresStore.open(postgres_url)
    owner = other.owner()
    assert store.is_alive(owner)
    other.close()
    until_dead(store, owner)


def test_a_child_is_another_worker(store: PostgresStore):
    """It has a name of its own, and its parent lives for as long as the parent does."""
    owner = store.owner()

    def work() -> None:
        assert store.is_alive(owner)
        assert store.owner() != owner
        store.close()

    with child(work):
        assert store.is_alive(owner)
        assert store.owner() == owner


def test_a_child_that_lives_on_does_not_keep_its_parent_alive(store: PostgresStore):
    """Nor the locks that it held: a forked session is let go, whether or not the child ever asks for a name."""
    put(store, action("a1"))
    told, teller = os.pipe()

    def work() -> None:
        claim_all(store)
        with store.transaction(LOJA) as transaction:
            transaction.load("ana")
            process = os.fork()
            if process == 0:
                time.sleep(30)
                os._exit(0)
            os.write(teller, str(process).encode())
            os.write(done, b"done")
            time.sleep(30)

    reader, done = os.pipe()
    process, _ = fork(work, lives_on=True)
    grandchild = int(os.read(told, 100))
    try:
        assert os.read(reader, 100) == b"done"
        (held,) = store.held(LOJA)
        assert store.is_alive(held.owner)
        kill(process)
        until_dead(store, held.owner)
        record(store, registered("e1"))
    finally:
        os.kill(grandchild, signal.SIGKILL)


def test_a_lost_session_is_another_worker(store: PostgresStore, postgres_url: str):
    """The server ended it, so that others believe its worker dead: it claims nothing more under that name."""
    owner = store.owner()
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
        )
    until_dead(store, owner)
    again = store.owner()
    assert again != owner
    assert store.is_alive(again)
    assert not store.is_alive(owner)


def test_a_claim_whose_answer_is_lost_costs_nobody_the_name(store: PostgresStore, postgres_url: str):
    """Whatever else this process holds stays its own; its engine finds such a claim, and gives it back."""
    put(store, action("a1"))
    owner = store.owner()
    end = "CREATE FUNCTION fim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM {}; RETURN NULL; END $$"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(end.format("pg_terminate_backend(pg_backend_pid())"))
        admin.execute("CREATE TRIGGER fim AFTER UPDATE ON regua_action FOR EACH ROW EXECUTE FUNCTION fim()")
    with pytest.raises(StoreError):
        store.claim(LOJA, owner=owner, until_us=APRIL, limit=1)
    assert store.is_alive(owner)
    assert store.owner() == owner


# Forks


def test_parent_and_child_write_at_once(store: PostgresStore):
    """Each on connections of its own."""
    record(store, registered("e0"))

    def work() -> None:
        for number in range(20):
            record(store, registered(f"c{number}"))

    process, reader = fork(work)
    for number in range(20):
        record(store, registered(f"p{number}"))
    assert os.read(reader, 10_000).decode() == "done"
    os.waitpid(process, 0)
    assert store.load(LOJA, "ana").version == 41


def test_a_child_leaves_the_transaction_that_it_inherits(store: PostgresStore):
    """It neither commits nor rolls back what its parent began, and may write itself."""
    with store.transaction(LOJA) as transaction:
        transaction.append("ana", [registered("e1")])
        process = os.fork()
    if process == 0:
        try:
            record(store, registered("e2"))
            store.close()
        finally:
            os._exit(0)
    assert os.waitpid(process, 0)[1] == 0
    assert sorted(event.id for event in store.read_all(LOJA)) == ["e1", "e2"]


def test_a_child_that_ends_in_order_ends_nobody_elses_session(store: PostgresStore, postgres_url: str):
    """Its interpreter collects what it inherited, and does not wait for threads that it never had."""
    program = (
        "import os, sys\n"
        "from regua_postgres import PostgresStore\n"
        "store = PostgresStore.open(sys.argv[1])\n"
        "owner, version = store.owner(), store.load('loja', 'ana').version\n"
        "process = os.fork()\n"
        "if process == 0:\n"
        "    sys.exit(0)\n"
        "assert os.waitpid(process, 0)[1] == 0\n"
        "assert (store.owner(), store.is_alive(owner)) == (owner, True)\n"
        "assert store.load('loja', 'ana').version == version\n"
        "store.close()\n"
    )
    record(store, registered("e1"))
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, postgres_url],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_threads_share_a_few_connections(store: PostgresStore, postgres_url: str):
    """A server with a thread for each request does not run out of them: the others wait a moment."""

    def work() -> None:
        for _ in range(5):
            store.load(LOJA, "ana")

    in_threads(30, work)
    with psycopg.connect(postgres_url) as admin:
        ((number,),) = admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'regua' AND pid <> pg_backend_pid()"
        ).fetchall()
    assert 0 < number <= 10
