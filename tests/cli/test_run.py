import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.working import SETTINGS, due_now, fill, open_shop, paid, sent, stored

from regua.cli.worker import LONGEST_PAUSE, SHORTEST_PAUSE, pause
from regua.engine import Engine

Run = Callable[..., Any]
NOTHING = {"sent": 0, "retried": 0, "suppressed": 0, "failed": 0, "unknown": 0, "stuck": 0}
INTERRUPTED, TERMINATED = 130, 143
MANY = [f"d{number:03}" for number in range(120)]
STATES = "SELECT state, count(*) FROM regua_action GROUP BY state ORDER BY state"
ATTEMPTS = "SELECT count(*), count(DISTINCT action), max(number) FROM regua_attempt"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop without debtors; its folder is the current one."""
    monkeypatch.chdir(tmp_path)
    return open_shop(tmp_path)


@pytest.fixture
def record(shop: Path, call: Run) -> Callable[..., None]:
    """Record debtors who are due now."""

    def recorded(*debtors: str) -> None:
        fill(shop, debtors)
        ran = call("record", "events.jsonl", "--people", "people.csv", "--quiet")
        assert ran.status == 0, ran.err

    return recorded


@contextmanager
def staying(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A worker of its own, as a service runs it."""
    command = (sys.executable, "-m", "regua", "run")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder) as running:
        try:
            yield running
        finally:
            running.kill()


def ended(running: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str]:
    """Ask a worker to end, and give what it left."""
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    return running.returncode, out, err


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something has come about."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)


def test_once_carries_out_what_is_due_and_says_how_much(shop: Path, record: Callable[..., None], call: Run):
    """A line of counts, and when there can be something again."""
    record("ana", "bia")
    ran = call("run", "--once")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "sent 2, retried 0, suppressed 0, failed 0, unknown 0, stuck 0; " + ran.out.partition("; ")[2]
    assert len(sent(shop)) == 2
    assert call("run", "--once").out.startswith("sent 0, ")


@pytest.mark.usefixtures("shop")
def test_where_nobody_is_known_nothing_is_planned(call: Run):
    """An empty store is no error."""
    ran = call("run", "--once")
    assert ran.out == "sent 0, retried 0, suppressed 0, failed 0, unknown 0, stuck 0; nothing is planned\n"


def test_the_counts_for_programs(record: Callable[..., None], call: Run):
    """One JSON object; quiet does not take it away, as it is the result."""
    record("ana")
    ran = call("run", "--once", "--format", "json", "--quiet")
    said = json.loads(ran.out)
    assert said == NOTHING | {"sent": 1, "next": None}
    assert call("run", "--once", "--quiet").out == ""


def test_at_most_so_many(shop: Path, record: Callable[..., None], call: Run):
    """--limit, and the rest the next time."""
    record("ana", "bia", "caio")
    ran = call("run", "--once", "--limit", "2")
    assert ran.out == "sent 2, retried 0, suppressed 0, failed 0, unknown 0, stuck 0; more is due now\n"
    assert len(sent(shop)) == 2
    assert call("run", "--once").out.startswith("sent 1, ")


def test_only_one_creditor(shop: Path, call: Run):
    """The others wait for their own worker."""
    two = SETTINGS + '\n[creditor.outra]\npolicies = ["always.toml"]\nname = "Outra Loja"\n'
    (shop / "regua.toml").write_text(two, encoding="utf-8")
    events = "".join([*due_now("ana"), *due_now("ana", creditor="outra")])
    people = "creditor,debtor,ref,address\n" + "".join(
        f"{creditor},ana,ana/email,ana@example.invalid\n" for creditor in ("loja", "outra")
    )
    (shop / "people.csv").write_text(people, encoding="utf-8")
    assert call("record", "-", "--people", "people.csv", stdin=events.encode()).status == 0
    assert call("run", "--once", "--creditor", "outra").out.startswith("sent 1, ")
    assert "Outra Loja" in sent(shop)[0].read_text(encoding="utf-8")
    assert call("run", "--once").out.startswith("sent 1, ")
    ran = call("run", "--once", "--creditor", "loia")
    assert (ran.status, ran.err) == (1, "the settings have no creditor 'loia'; did you mean 'loja'?\n")


def test_who_paid_hears_nothing(shop: Path, record: Callable[..., None], call: Run):
    """What was recorded before the run stops it."""
    record("ana", "bia")
    assert call("record", "-", stdin=paid("ana").encode()).status == 0
    assert call("run", "--once").out.startswith("sent 1, ")
    assert "bia@example.invalid" in sent(shop)[0].read_text(encoding="utf-8")


def test_who_forgot_the_addresses_loses_no_message(shop: Path, call: Run):
    """It waits, status 1 says so, and replay says why."""
    assert call("record", "-", stdin="".join(due_now("ana")).encode()).status == 0
    ran = call("run", "--once")
    assert ran.status == 1
    assert "stuck 1" in ran.out
    assert sent(shop) == []
    why = "no address is kept for the debtor; give one to Creditor.keep, or to `regua record --people`"
    assert why in call("replay", "--debtor", "ana").out


def test_what_is_stuck_is_told_and_is_status_one(shop: Path, record: Callable[..., None], call: Run):
    """A newer policy did away with the channel on which an older invoice still counts."""
    record("ana")
    newer = (shop / "always.toml").read_text(encoding="utf-8").replace('id = "always"', 'id = "always"\nversion = 2')
    (shop / "newer.toml").write_text(newer.replace("email", "carta"), encoding="utf-8")
    changed = SETTINGS.replace("always.toml", "newer.toml").replace("channel.email", "channel.carta")
    (shop / "regua.toml").write_text(changed, encoding="utf-8")
    ran = call("run", "--once")
    assert ran.status == 1
    assert "stuck 1" in ran.out
    told, remedy = ran.err.splitlines()
    assert told.endswith(", creditor loja, debtor ana)")
    assert remedy == "why a debtor's actions are stuck: regua replay --debtor DEBTOR"
    why = "channel 'email' is not configured; add [channel.email] to regua.toml"
    assert why in call("replay", "--debtor", "ana").out
    (shop / "regua.toml").write_text(SETTINGS, encoding="utf-8")
    assert call("run", "--once").out.startswith("sent 0, ")  # in an hour


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)])
def test_it_stays_and_notices_what_others_record(
    shop: Path, record: Callable[..., None], number: signal.Signals, status: int
):
    """Without --once; a signal in its sleep ends it at once, without a traceback."""
    with staying(shop) as running:
        wait_for((shop / "regua.sqlite3").exists)
        record("ana")
        wait_for(lambda: sent(shop))
        wait_for(lambda: stored(shop, STATES) == [("sent", 1)])
        got, out, err = ended(running, number)
    assert (got, out) == (status, "")
    assert err.splitlines() == [
        "running; Ctrl-C ends it after the action in flight",
        "sent 1, retried 0, suppressed 0, failed 0, unknown 0, stuck 0",
    ]


def test_a_worker_that_is_ended_finishes_what_is_in_flight(shop: Path, record: Callable[..., None], call: Run):
    """SIGTERM in the middle: nothing is unknown, nothing stays claimed, and the next run sends the rest, once each."""
    record(*MANY)
    with staying(shop) as running:
        wait_for(lambda: len(sent(shop)) >= 3)
        got, _, _ = ended(running, signal.SIGTERM)
    first = len(sent(shop))
    assert got == TERMINATED
    assert stored(shop, STATES) == [("pending", len(MANY) - first), ("sent", first)]
    assert call("run", "--once").out.startswith(f"sent {len(MANY) - first}, ")
    assert len(sent(shop)) == len(MANY)
    assert stored(shop, ATTEMPTS) == [(len(MANY), len(MANY), 1)]


def test_a_run_once_that_is_ended_says_what_it_did(shop: Path, record: Callable[..., None]):
    """The counts are those of the files, and the status is that of the signal."""
    record(*MANY)
    command = (sys.executable, "-m", "regua", "run", "--once")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=shop) as running:
        wait_for(lambda: len(sent(shop)) >= 3)
        got, out, err = ended(running, signal.SIGINT)
    assert (got, err) == (INTERRUPTED, "")
    assert out.startswith(f"sent {len(sent(shop))}, ")
    assert len(sent(shop)) < len(MANY)


def test_two_at_once_send_nothing_twice(shop: Path, record: Callable[..., None], process: Run):
    """A run from cron beside the worker, which is ended meanwhile: one file and one attempt for each action."""
    record(*MANY)
    with staying(shop) as running:
        wait_for(lambda: len(sent(shop)) >= 3)
        beside = subprocess.Popen([sys.executable, "-m", "regua", "run", "--once", "--quiet"], cwd=shop)
        time.sleep(0.2)
        assert ended(running, signal.SIGTERM)[0] == TERMINATED
        assert beside.wait(30) == 0
    assert process("run", "--once", cwd=shop).status == 0
    assert len(sent(shop)) == len(MANY)
    assert stored(shop, STATES) == [("sent", len(MANY))]
    assert stored(shop, ATTEMPTS) == [(len(MANY), len(MANY), 1)]


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        ("2026-04-14T10:30-03:00", LONGEST_PAUSE),
        ("2026-04-14T23:59:58-03:00", 2),
        ("2026-04-15T00:00-03:00", SHORTEST_PAUSE),
    ],
)
def test_it_sleeps_until_something_is_due(
    tmp_path: Path, call: Run, clock: Callable[[str], None], now: str, seconds: float
):
    """Not longer than others may wait for it to notice what they record, and never without a breath."""
    clock("2026-04-14T10:30-03:00")
    call("init", str(tmp_path), "--quiet")
    events = str(tmp_path / "events.jsonl")
    call("import", str(tmp_path / "sample.csv"), "--map", str(tmp_path / "sample.map.toml"), "-o", events)
    people = ("--people", str(tmp_path / "sample.people.csv"))
    assert call("record", events, *people, "--config", str(tmp_path / "regua.toml")).status == 0
    assert call("run", "--once", "--config", str(tmp_path / "regua.toml")).status == 0
    clock(now)
    with Engine.open(tmp_path / "regua.toml") as engine:
        assert pause(engine, "") == seconds
        assert pause(engine, "loja") == seconds


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ("--limit 3", "--limit is for --once with one worker"),
        ("--drain --limit 3", "--limit is for --once with one worker"),
        ("--once --workers 2 --limit 3", "--limit is for --once with one worker"),
        ("--format json", "--format is for --once and --drain"),
        ("--workers 2 --format json", "--format is for --once and --drain"),
        ("--once --drain", "--once and --drain are two ways to end; choose one"),
    ],
)
def test_what_does_not_go_together(call: Run, options: str, problem: str):
    """A worker that stays has no limit, and says no last word."""
    ran = call("run", *options.split())
    assert ran.status == 2
    assert problem in ran.err


@pytest.mark.usefixtures("shop")
def test_settings_that_are_not_there(call: Run):
    """One line, with the folder that was looked in and the remedy."""
    for command in (("run", "--once"), ("record", "-"), ("replay", "--debtor", "ana"), ("migrate", "--check")):
        ran = call(*command, "--config", "other.toml")
        assert (ran.status, ran.out) == (1, "")
        remedy = "name it by its path (--config), or write a starter with `regua init`"
        assert ran.err == f"other.toml:1:1: there is no such file in {Path.cwd()}; {remedy} [missing-file]\n"


def test_settings_with_problems(shop: Path, call: Run):
    """All of them, each at its line and column, as of policies."""
    (shop / "regua.toml").write_text(SETTINGS.replace("path", "paht").replace("name", "nome"), encoding="utf-8")
    ran = call("run", "--once")
    assert ran.status == 1
    assert [line.partition(": ")[0] for line in ran.err.splitlines()] == [
        *("regua.toml:8:1", "regua.toml:10:1", "regua.toml:12:1")
    ]


def test_settings_that_make_no_engine(shop: Path, call: Run):
    """What the engine refuses names the file."""
    (shop / "regua.toml").write_text("format = 1\n", encoding="utf-8")
    ran = call("run", "--once")
    assert ran.status == 1
    assert ran.err.startswith("regua.toml: nothing says where to store; add [store]")
