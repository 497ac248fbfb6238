"""Several processes on one file: claims, proof of death, and forks."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from regua.builtin.sqlite import SqliteStore, workers
from regua.errors import NotYetSupported
from regua.testing.contracts.specimens import APRIL, HOUR, LOJA, action, in_threads, names, put, record, registered

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    # What a fork among threads may break is what is tested here.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]


def fork(work: Callable[[], object], *, lives_on: bool = False) -> tuple[int, int]:
    """Fork a child that does some work.

    Args:
        work: what it does.
        lives_on: whether it goes on living after it, until it is killed.

    Returns:
        Its process id, and a pipe that says "done", or what went wrong.
    """
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


def claim_all(store: SqliteStore) -> None:
    """Claim three at a time, until nothing is due."""
    while store.claim(LOJA, owner=store.owner(), until_us=APRIL + HOUR, limit=3):
        pass


def test_processes_claim_disjoint_sets(sqlite_store: SqliteStore):
    """Both take from the same forty actions at once; each is claimed, and claimed once."""
    put(sqlite_store, *(action(f"a{number}") for number in range(40)))
    gate, opener = os.pipe()

    def wait_and_claim() -> None:
        os.read(gate, 1)
        claim_all(sqlite_store)

    children = [fork(wait_and_claim) for _ in range(2)]
    os.write(opener, b"!!")
    for process, reader in children:
        assert os.read(reader, 10_000).decode() == "done"
        os.waitpid(process, 0)
    held = sqlite_store.held(LOJA)
    assert sorted(names(held)) == sorted(f"a{number}" for number in range(40))
    assert {each.epoch for each in held} == {1}


def test_a_killed_worker_is_dead_and_a_stopped_one_is_not(sqlite_store: SqliteStore):
    """What it holds names it; once it is proved dead its file is gone."""
    put(sqlite_store, action("a1"))
    with child(lambda: claim_all(sqlite_store), lives_on=True) as process:
        (held,) = sqlite_store.held(LOJA)
        assert held.owner != sqlite_store.owner()
        assert sqlite_store.is_alive(held.owner)
        os.kill(process, signal.SIGSTOP)
        assert sqlite_store.is_alive(held.owner)
        kill(process)
        assert not sqlite_store.is_alive(held.owner)
    folder = sqlite_store.path.with_name("regua.db-workers")
    assert [each.name for each in folder.iterdir()] == [sqlite_store.owner()]


def test_closing_gives_the_name_back(path: Path, sqlite_store: SqliteStore):
    """An orderly end is proved at once."""
    other = SqliteStore.open(f"sqlite:///{path}")
    owner = other.owner()
    assert sqlite_store.is_alive(owner)
    other.close()
    assert not sqlite_store.is_alive(owner)


def test_a_child_is_another_worker(sqlite_store: SqliteStore):
    """It has a name of its own, and its parent lives for as long as the parent does."""
    owner = sqlite_store.owner()

    def work() -> None:
        assert sqlite_store.is_alive(owner)
        assert sqlite_store.owner() != owner
        sqlite_store.close()

    with child(work):
        assert sqlite_store.is_alive(owner)


def test_a_child_that_lives_on_does_not_keep_its_parent_alive(sqlite_store: SqliteStore):
    """A forked lock is let go, whether or not the child ever asks for a name."""
    put(sqlite_store, action("a1"))
    grandchild = sqlite_store.path.with_name("grandchild")

    def work() -> None:
        claim_all(sqlite_store)
        process = os.fork()
        if process == 0:
            time.sleep(30)
            os._exit(0)
        grandchild.write_text(str(process))

    with child(work, lives_on=True) as process:
        (held,) = sqlite_store.held(LOJA)
        kill(process)
        try:
            patience = time.monotonic() + 5  # the grandchild lets go as soon as it runs
            while sqlite_store.is_alive(held.owner):
                assert time.monotonic() < patience
        finally:
            os.kill(int(grandchild.read_text()), signal.SIGKILL)


def test_no_prober_makes_a_living_worker_dead(sqlite_store: SqliteStore):
    """Another process sweeps the folder all the time; every new name is alive from the start."""
    folder = sqlite_store.path.with_name("regua.db-workers")
    prober = workers.Workers(folder)

    def sweep() -> None:
        while True:
            prober._sweep()  # noqa: SLF001 - the race is in it

    sweeper, _ = fork(sweep)
    try:
        for _ in range(300):
            worker = workers.Workers(folder)
            name = worker.own()
            assert prober.is_alive(name)
            assert (folder / name).exists()
            worker.close()
            assert not prober.is_alive(name)
    finally:
        kill(sweeper)


def test_files_of_the_dead_are_swept(sqlite_store: SqliteStore):
    """Of workers that died without work nobody asks; the next worker clears them away."""
    with child(sqlite_store.owner, lives_on=True) as process:
        kill(process)
    sqlite_store.owner()
    assert len(list(sqlite_store.path.with_name("regua.db-workers").iterdir())) == 1


def test_without_flock_there_are_no_workers(sqlite_store: SqliteStore, monkeypatch: pytest.MonkeyPatch):
    """Windows: everything else works."""
    monkeypatch.setattr(workers, "_HAS_FLOCK", False)
    record(sqlite_store, registered("e1"))
    for ask in (sqlite_store.owner, lambda: sqlite_store.is_alive("w1")):
        with pytest.raises(NotYetSupported, match="Windows"):
            ask()


# Forks


def test_what_a_child_writes_is_durable(path: Path, sqlite_store: SqliteStore):
    """Even where the parent closes first: SQLite loses it where a connection was open at the fork."""
    record(sqlite_store, registered("e1"))
    gate, opener = os.pipe()

    def work() -> None:
        record(sqlite_store, registered("e2"))
        os.read(gate, 1)
        record(sqlite_store, registered("e3"))

    process, reader = fork(work)
    while sqlite_store.load(LOJA, "ana").version < 2:
        time.sleep(0.001)
    sqlite_store.close()
    os.write(opener, b"!")
    assert os.read(reader, 10_000).decode() == "done"
    os.waitpid(process, 0)
    again = SqliteStore.open(f"sqlite:///{path}")
    assert [event.id for event in again.read_all(LOJA)] == ["e1", "e2", "e3"]
    again.close()


def test_a_fork_waits_for_the_transactions_of_other_threads(sqlite_store: SqliteStore):
    """They end, the child can write, and the threads go on with new connections."""
    inside, leave = threading.Event(), threading.Event()

    def work() -> None:
        with sqlite_store.transaction(LOJA) as transaction:
            inside.set()
            leave.wait(10)
            transaction.append("ana", [registered("e1")])
        record(sqlite_store, registered("e3"))

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait(10)
    threading.Timer(0.05, leave.set).start()
    with child(lambda: record(sqlite_store, registered("e2"))):
        thread.join()
    assert {event.id for event in sqlite_store.read_all(LOJA)} == {"e1", "e2", "e3"}


def refused_work(store: SqliteStore) -> Callable[[], None]:
    """Work of a child that cannot use the store."""

    def work() -> None:
        with pytest.raises(RuntimeError, match="open in the parent process when it forked"):
            record(store, registered("e2"))

    return work


def test_a_child_of_a_transaction_is_refused(sqlite_store: SqliteStore):
    """It inherits a connection that it must not use; the parent's transaction is its own."""
    with sqlite_store.transaction(LOJA) as transaction:
        transaction.append("ana", [registered("e1")])
        with child(refused_work(sqlite_store)):
            pass
    assert [event.id for event in sqlite_store.read_all(LOJA)] == ["e1"]


def test_a_child_leaves_the_transaction_that_it_inherits(sqlite_store: SqliteStore):
    """It neither commits nor rolls back what its parent began."""
    with sqlite_store.transaction(LOJA) as transaction:
        transaction.append("ana", [registered("e1")])
        process = os.fork()
    if process == 0:
        os._exit(0)
    assert os.waitpid(process, 0)[1] == 0
    assert [event.id for event in sqlite_store.read_all(LOJA)] == ["e1"]


def test_a_child_is_refused_where_the_host_left_its_connection_open(path: Path, sqlite_store: SqliteStore):
    """The host closes its connections before it forks, or SQLite would lose what the child writes."""
    host = sqlite3.connect(path)
    host.execute("SELECT * FROM regua_account").fetchall()
    with child(refused_work(sqlite_store)):
        pass
    host.close()
    with child(lambda: record(sqlite_store, registered("e2"))):
        pass
    assert sqlite_store.load(LOJA, "ana").version == 1


def test_threads_that_ended_leave_no_connection(path: Path, sqlite_store: SqliteStore):
    """A server with a thread for each request does not run out of files; SQLite keeps a handful for its next ones."""
    for _ in range(20):
        in_threads(4, lambda: sqlite_store.load(LOJA, "ana"))
    links = [each.resolve() for each in Path("/dev/fd").iterdir()]
    assert links.count(path.resolve()) < 10
