"""Processes that are really killed, on a real file; what they sent lies in a real folder."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from counter import IDENTITY, POLICY, clock, facts_of, issued

from regua.engine import Engine

WHEN = clock("2026-04-15 09:00")
REGUA_TOML = """\
format = 1

[store]
url = "sqlite:///regua.sqlite3"

[creditor.loja]
name = "{name}"
document = "{document}"
address = "{address}"
policies = ["loja.toml"]

[channel.email]
use = "folder"
path = "outbox"

[channel.sms]
use = "folder"
path = "outbox"
"""

KILLED_BY_THE_CLOCK = """
import os, signal, sys
from datetime import datetime
from regua import Engine

asked = 0

def now():
    global asked
    asked += 1
    if asked == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return datetime.fromisoformat(sys.argv[3])

engine = Engine.open(sys.argv[1], now=now)
done = engine.run_due()
print(done.sent, asked)
"""
"""Reads the clock once before each transaction: killed at the n-th time, it dies between two of them."""

KILLED_WHILE_SENDING = """
import os, signal, sys
from datetime import datetime
import regua
from regua.ports import Receipt

@regua.channel("email")
def email(message):
    if sys.argv[2] == "after":
        with open(sys.argv[4], "a") as book:
            book.write(message.key + "\\n")
    os.kill(os.getpid(), int(sys.argv[5]))
    if sys.argv[2] == "paused":
        with open(sys.argv[4], "a") as book:
            book.write(message.key + "\\n")
    return Receipt()

engine = regua.Engine.open(sys.argv[1], channels={"email": email}, now=lambda: datetime.fromisoformat(sys.argv[3]))
print(engine.run_due().sent)
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A `regua.toml` with one invoice that has a reminder due at WHEN."""
    (tmp_path / "loja.toml").write_text(POLICY, encoding="utf-8")
    path = tmp_path / "regua.toml"
    path.write_text(REGUA_TOML.format(**IDENTITY), encoding="utf-8")
    with Engine.open(path, now=lambda: clock("2026-04-01")) as engine:
        loja = engine.creditor()
        loja.record(*facts_of("ana"), issued())
        loja.keep("ana", {"ana-email": {"address": "ana@email.invalid"}, "ana-sms": {"address": "+5511987654321"}})
    return path


def run(config: Path) -> tuple[int, int]:
    """Carry out what is due at WHEN, in this process; what was sent, and what is unknown."""
    with Engine.open(config, now=lambda: WHEN) as engine:
        done = engine.run_due()
        return done.sent, done.unknown


def sent(config: Path) -> int:
    """How many messages lie in the folder."""
    return len(list((config.parent / "outbox").glob("*.txt")))


def states(config: Path) -> list[str]:
    """Where the actions of the outbox stand."""
    from regua.builtin.sqlite import SqliteStore

    store = SqliteStore.open(f"sqlite:///{config.parent}/regua.sqlite3")
    try:
        return [row.state for row in store.load("loja", "ana").outbox]
    finally:
        store.close()


def attempts(config: Path) -> int:
    """How often a channel was asked."""
    from regua.builtin.sqlite import SqliteStore

    store = SqliteStore.open(f"sqlite:///{config.parent}/regua.sqlite3")
    try:
        return len(store.attempts("loja", "ana"))
    finally:
        store.close()


def child(program: str, *arguments: object) -> "subprocess.Popen[str]":
    """Start a program of ours."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_killed_between_any_two_transactions_nothing_is_lost_and_nothing_sent_twice(config: Path):
    """At each reading of the clock, until a run comes to its end; the next run does the rest."""
    outcomes = []
    for place in range(1, 30):
        with child(KILLED_BY_THE_CLOCK, config, place, WHEN.isoformat()) as running:
            output = running.communicate(timeout=60)[0]
        if running.returncode == 0:
            break
        assert running.returncode == -signal.SIGKILL
        run(config)
        assert attempts(config) == 1  # the folder has one file a key, so it alone could not tell
        outcomes.append((sent(config), states(config)))
        _start_again(config)
    else:
        pytest.fail("no run came to its end")
    assert output.split()[0] == "1"
    assert len(outcomes) >= 4
    assert all(each in [(1, ["sent"]), (1, ["unknown"]), (0, ["unknown"])] for each in outcomes), outcomes
    assert (1, ["sent"]) in outcomes


def _start_again(config: Path) -> None:
    for path in [*config.parent.glob("regua.sqlite3*"), *(config.parent / "outbox").glob("*")]:
        if path.is_file():
            path.unlink()
    with Engine.open(config, now=lambda: clock("2026-04-01")) as engine:
        loja = engine.creditor()
        loja.record(*facts_of("ana"), issued())
        loja.keep("ana", {"ana-email": {"address": "ana@email.invalid"}, "ana-sms": {"address": "+5511987654321"}})


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_while_sending_it_is_unknown_and_never_sent_again(config: Path, moment: str, tmp_path: Path):
    """Nobody can tell the two moments apart, so nobody sends again."""
    book = tmp_path / "book"
    with child(KILLED_WHILE_SENDING, config, moment, WHEN.isoformat(), book, int(signal.SIGKILL)) as running:
        running.communicate(timeout=60)
    assert running.returncode == -signal.SIGKILL
    assert run(config) == (0, 0)
    assert run(config) == (0, 0)
    assert (states(config), sent(config)) == (["unknown"], 0)
    assert book.exists() == (moment == "after")


def test_a_paused_worker_is_not_dead(config: Path, tmp_path: Path):
    """While it is stopped in the middle of sending nobody takes its place; then it ends its work."""
    book = tmp_path / "book"
    with child(KILLED_WHILE_SENDING, config, "paused", WHEN.isoformat(), book, int(signal.SIGSTOP)) as running:
        _until_stopped(running.pid)
        assert run(config) == (0, 0)
        assert states(config) == ["sending"]
        os.kill(running.pid, signal.SIGCONT)
        assert running.communicate(timeout=60)[0].strip() == "1"
    assert states(config) == ["sent"]
    assert len(book.read_text().split()) == 1
    assert run(config) == (0, 0)


def test_many_processes_at_once_send_each_message_once(config: Path):
    """Four workers, thirty debtors, one file."""
    with Engine.open(config, now=lambda: clock("2026-04-01")) as engine:
        loja = engine.creditor()
        for number in range(30):
            name = f"d{number}"
            loja.record(*facts_of(name), issued(f"nf-{number + 2}", name))
            loja.keep(name, {f"{name}-email": {"address": f"{name}@email.invalid"}})
    workers = [child(KILLED_BY_THE_CLOCK, config, 0, WHEN.isoformat()) for _ in range(4)]
    counts = [int(worker.communicate(timeout=120)[0].split()[0]) for worker in workers]
    assert (sum(counts), sent(config)) == (31, 31)
    assert [worker.returncode for worker in workers] == [0, 0, 0, 0]


def _until_stopped(pid: int) -> None:
    for _ in range(600):
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T":
            return
        time.sleep(0.05)
    pytest.fail("the worker did not stop")
