"""Several workers under one parent: real processes, really killed."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.gate import install, noted, through_the_gate, wait_for
from tests.cli.working import SETTINGS, fill, open_shop, stored

from regua.cli.crew import DENIED, Crew
from regua.cli.screen import Screen

pytestmark = pytest.mark.one_python

Run = Callable[..., Any]
MANY = [f"d{number:02}" for number in range(40)]
NOTHING = {"sent": 0, "retried": 0, "suppressed": 0, "failed": 0, "unknown": 0, "stuck": 0}
INTERRUPTED, TERMINATED = 130, 143
STATES = "SELECT state, count(*) FROM regua_action GROUP BY state ORDER BY state"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop that sends through the gate; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    plugins = install(tmp_path)
    monkeypatch.setenv("PYTHONPATH", plugins, prepend=os.pathsep)
    monkeypatch.syspath_prepend(plugins)
    open_shop(tmp_path)
    (tmp_path / "regua.toml").write_text(through_the_gate(SETTINGS), encoding="utf-8")
    return tmp_path


@pytest.fixture
def record(shop: Path, call: Run) -> Callable[..., None]:
    """Record debtors who are due now."""

    def recorded(*debtors: str) -> None:
        fill(shop, debtors)
        ran = call("record", "events.jsonl", "--people", "people.csv", "--quiet")
        assert ran.status == 0, ran.err

    return recorded


@contextmanager
def working(folder: Path, *options: str, workers: int = 2) -> Iterator[subprocess.Popen[str]]:
    """A parent with its workers, in a session of its own; none of them is left behind."""
    command = (sys.executable, "-m", "regua", "run", "--workers", str(workers), *options)
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, start_new_session=True
    )
    with running:
        try:
            yield running
        finally:
            (folder / "gate/shut").unlink(missing_ok=True)
            running.kill()
            wait_for(lambda: not any(map(is_running, begun(folder))))


def begun(folder: Path) -> set[int]:
    """The processes that have begun to send something."""
    return {process for process, _ in noted(folder, "begun")}


def is_running(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def ended(running: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
    """Ask a parent to end, and give what it left."""
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    return running.returncode, out, err


def shut(folder: Path) -> Path:
    """Shut the gate: what has begun waits."""
    gate = folder / "gate/shut"
    gate.touch()
    return gate


def test_several_share_the_work(shop: Path, record: Callable[..., None]):
    """Once each, by more than one of them, summed up as of one."""
    record(*MANY)
    gate = shut(shop)
    with working(shop, "--once", "--format", "json") as running:
        wait_for(lambda: len(begun(shop)) == 2)
        gate.unlink()
        out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (0, "")
    assert json.loads(out) == NOTHING | {"sent": len(MANY), "next": None}
    assert sorted(debtor for _, debtor in noted(shop)) == MANY


def test_they_share_the_rate_of_a_channel(shop: Path, record: Callable[..., None]):
    """Of two an hour each of two workers sends one."""
    with (shop / "regua.toml").open("a", encoding="utf-8") as settings:
        settings.write('rate = "2/h"\n')
    record(*MANY)
    gate = shut(shop)
    with working(shop, "--once", "--format", "json") as running:
        wait_for(lambda: len(begun(shop)) == 2)
        gate.unlink()
        out, _ = running.communicate(timeout=30)
    assert json.loads(out) == NOTHING | {"sent": 2, "retried": len(MANY) - 2, "next": json.loads(out)["next"]}
    assert len({worker for worker, _ in noted(shop)}) == 2


def test_asked_to_end_they_finish_what_is_in_flight(shop: Path, record: Callable[..., None]):
    """However often they are asked: nothing is unknown, what was claimed goes back, nobody is left."""
    record(*MANY)
    gate = shut(shop)
    with working(shop) as running:
        wait_for(lambda: len(begun(shop)) == 2)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
            os.killpg(running.pid, number)
            wait_for(lambda: dict(stored(shop, STATES))["sending"] == 2)
        workers = begun(shop)
        gate.unlink()
        status, out, err = ended(running)
    assert (status, out) == (INTERRUPTED, "")
    assert len(noted(shop)) == 2
    assert stored(shop, STATES) == [("pending", len(MANY) - 2), ("sent", 2)]
    assert not any(map(is_running, workers))
    assert sorted(err.splitlines()) == [
        "running 2 workers; Ctrl-C ends them after the actions in flight",
        "worker 1: sent 1, retried 0, suppressed 0, failed 0, unknown 0, stuck 0",
        "worker 2: sent 1, retried 0, suppressed 0, failed 0, unknown 0, stuck 0",
    ]


def test_one_that_is_killed_is_replaced(shop: Path, record: Callable[..., None]):
    """What it was sending is unknown, what it had claimed is sent by others; so is what comes after a second death."""
    record(*MANY)
    (shop / "gate/deadly").touch()
    with working(shop) as running:
        wait_for(lambda: stored(shop, STATES) == [("sent", len(MANY) - 1), ("unknown", 1)])
        wait_for(lambda: len(begun(shop)) >= 2)
        os.kill(noted(shop)[-1][0], signal.SIGKILL)
        record("bia", "caio")
        wait_for(lambda: stored(shop, STATES) == [("sent", len(MANY) + 1), ("unknown", 1)])
        status, _, err = ended(running)
    assert status == TERMINATED
    assert len({debtor for _, debtor in noted(shop)}) == len(noted(shop)) == len(MANY) + 1
    assert err.count("was ended by SIGKILL; another takes its place in 1 s") == 2


def test_the_death_of_the_parent_ends_the_workers(shop: Path, record: Callable[..., None]):
    """SIGKILL to the parent alone: they finish what is in flight, give back what they claimed, and end."""
    record(*MANY)
    gate = shut(shop)
    with working(shop) as running:
        wait_for(lambda: len(begun(shop)) == 2)
        running.kill()
        running.wait()
        gate.unlink()
        wait_for(lambda: not any(map(is_running, begun(shop))))
    assert len(noted(shop)) == 2
    assert stored(shop, STATES) == [("pending", len(MANY) - 2), ("sent", 2)]


def test_settings_with_problems_are_told_once(shop: Path, call: Run):
    """Not by each of the workers."""
    (shop / "regua.toml").write_text(SETTINGS.replace("folder", "gait"), encoding="utf-8")
    ran = call("run", "--once", "--workers", "3")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.count("'gait'") == 1


def crew(program: str, told: list[Any], *, for_good: bool = False) -> Crew:
    """Two workers of a program of a line or two."""
    tell = lambda number, done: told.append((number, done))  # noqa: E731 - one line says it
    return Crew((sys.executable, "-c", program), 2, tell, Screen(), for_good=for_good, pause=0.01)


def test_what_one_may_not_do_no_other_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Where the store refuses their role all end that would stay, after what is in flight, and nobody follows."""
    monkeypatch.chdir(tmp_path)
    told: list[Any] = []
    program = f"import os, sys\ntry: os.mkdir('first')\nexcept OSError: pass\nelse: sys.exit({DENIED})\n"
    workers = crew(program + "while os.read(0, 1): pass\nos.write(0, b'{\"sent\": 1}\\n')", told, for_good=True)
    workers.work()
    assert workers.has_given_up
    assert [done for _, done in told] == [{"sent": 1}]
    assert capsys.readouterr().err == ""


def test_who_was_asked_to_end_is_not_missed(capsys: pytest.CaptureFixture[str]):
    """Also where it has ended before anybody looks again."""
    workers = crew("pass", [], for_good=True)
    [place, _] = workers._places  # noqa: SLF001 - what a quick worker makes of it by chance
    place.ask_to_end()
    workers._ended(place, 0)  # noqa: SLF001
    assert capsys.readouterr().err == ""


def test_who_ends_well_has_done_its_work():
    """Its counts come in whole, however many and in however many pieces."""
    told: list[Any] = []
    lines = "import os\nfor n in range(3): os.write(0, b'{\"sent\":'); os.write(0, b' %d}\\n' % n)"
    workers = crew(lines, told)
    workers.work()
    assert sorted(told, key=str) == [(number, {"sent": n}) for number in (1, 2) for n in range(3)]
    assert not workers.has_given_up


def test_where_all_keep_dying_nobody_waits_for_ever(capsys: pytest.CaptureFixture[str]):
    """With an end in sight the places are given up; each death is told."""
    workers = crew("import sys; sys.exit(3)", [])
    workers.work()
    assert workers.has_given_up
    told = sorted(capsys.readouterr().err.splitlines())
    assert told[:5] == [
        "worker 1 ended with status 3, as 5 in a row; nobody takes its place",
        "worker 1 ended with status 3; another takes its place in 0.01 s",
        "worker 1 ended with status 3; another takes its place in 0.02 s",
        "worker 1 ended with status 3; another takes its place in 0.04 s",
        "worker 1 ended with status 3; another takes its place in 0.08 s",
    ]
    assert len(told) == 10


def test_a_parent_that_died_and_had_not_listened():
    """Its worker sees the end all the same, where the system calls it a reset of the line."""
    program = (
        "import sys; from regua.cli.worker import Parent; parent = Parent(); parent.tell({'sent': 1}); "
        "print('told', flush=True); parent.sleep(30); print(parent.is_gone(), sys.stdin.read())"
    )
    ours, theirs = socket.socketpair()
    command = (sys.executable, "-c", program)
    with ours, subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.PIPE, text=True) as running:
        theirs.close()
        assert running.stdout is not None
        assert running.stdout.readline() == "told\n"
        ours.close()
        assert running.stdout.read() == "True \n"
