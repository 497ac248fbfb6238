"""How a run ends early: Ctrl-C, a reader that leaves, a terminal."""

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from regua.cli.interrupts import Interrupted, listening, uninterrupted
from regua.cli.screen import Screen

Run = Callable[..., Any]
REGUA = (sys.executable, "-m", "regua")
INTERRUPTED, NOBODY_READS, TERMINATED = 130, 141, 143


@pytest.fixture
def endless(portfolio: Path) -> bytes:
    """The portfolio's header and rows, a few times over: enough to fill every pipe."""
    head, rows = (portfolio / "receivables.csv").read_bytes().split(b"\n", 1)
    return head + b"\n" + rows * 4


@contextmanager
def importing(folder: Path, rows: bytes, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """An import that has read rows and waits for more."""
    command = (*REGUA, "import", "-", "--map", "receivables", "--quiet", *options)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder) as running:
        assert running.stdin is not None
        running.stdin.write(rows)
        running.stdin.flush()
        try:
            yield running
        finally:
            running.kill()


def ended(running: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    """Read the rest, and give the exit status with it."""
    assert running.stdout is not None
    assert running.stderr is not None
    out, err = running.stdout.read(), running.stderr.read()
    return running.wait(30), out, err


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something has come about."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)], ids=["ctrl-c", "sigterm"]
)
def test_ctrl_c_ends_on_a_whole_line(folder: Path, endless: bytes, number: signal.Signals, status: int):
    """Every line that was written is an event; no traceback."""
    with importing(folder, endless[:60_000]) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        running.send_signal(number)
        got, rest, err = ended(running)
    assert (got, err) == (status, b"")
    assert (first + rest).endswith(b"\n")
    assert all(json.loads(line)["type"] for line in (first + rest).splitlines())


def test_ctrl_c_while_nobody_reads(folder: Path, endless: bytes):
    """The line that is being written is finished once somebody reads again."""
    Path("many.csv").write_bytes(endless)
    command = (*REGUA, "import", "many.csv", "--map", "receivables", "--quiet")
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, cwd=folder) as running:
        wait_for(lambda: asleep(running.pid))
        running.send_signal(signal.SIGINT)
        time.sleep(0.2)
        got, out, err = ended(running)
    assert (got, err) == (INTERRUPTED, b"")
    assert out.endswith(b"\n")
    assert all(json.loads(line) for line in out.splitlines())


def test_ctrl_c_twice_ends_at_once(folder: Path, endless: bytes):
    """Who insists does not wait for the reader."""
    Path("many.csv").write_bytes(endless)
    command = (*REGUA, "import", "many.csv", "--map", "receivables", "--quiet")
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=folder) as running:
        wait_for(lambda: asleep(running.pid))
        running.send_signal(signal.SIGINT)
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == -signal.SIGINT


def asleep(pid: int) -> bool:
    """Whether a process waits for its pipe to be read."""
    place = Path(f"/proc/{pid}/wchan")
    return place.exists() and "pipe_write" in place.read_text(encoding="ascii")


def test_ctrl_c_leaves_no_half_file(folder: Path, endless: bytes, process: Run):
    """Neither the output nor what was on the way to it; the older result stays, and a rerun is safe."""
    Path("out.jsonl").write_text("old\n", encoding="utf-8")
    with importing(folder, endless[:60_000], "-o", "out.jsonl", "--bad-rows", "bad.jsonl") as running:
        wait_for(lambda: len(list(folder.glob(".*.part"))) == 2)
        running.send_signal(signal.SIGINT)
        got, out, err = ended(running)
    assert (got, out, err) == (INTERRUPTED, b"", b"")
    assert list(folder.glob(".*")) == []
    assert not Path("bad.jsonl").exists()
    assert Path("out.jsonl").read_text(encoding="utf-8") == "old\n"
    again = process("import", "receivables.csv", "--map", "receivables", "-o", "out.jsonl", cwd=folder)
    assert again.status == 0
    assert Path("out.jsonl").read_bytes() == Path("events.jsonl").read_bytes()


def test_an_interrupt_waits_for_the_end_of_a_line():
    """What is inside runs to its end, then the signal is heard."""
    former = signal.getsignal(signal.SIGINT)
    done = []

    def write_a_line() -> None:
        with uninterrupted:
            signal.raise_signal(signal.SIGINT)
            done.append("the rest of the line")

    with listening(), pytest.raises(Interrupted, match="SIGINT") as caught:
        write_a_line()
    assert done
    assert caught.value.status == INTERRUPTED
    assert signal.getsignal(signal.SIGINT) is former


@pytest.mark.parametrize(
    "command",
    [
        "plan policy.toml events.jsonl --as-of 2012-06-15 --format jsonl",
        "import many.csv --map receivables --quiet",
        "explain policy.toml events.jsonl --debtor 0465-DTULQ --as-of 2012-06-15",
        "schema",
        "--help",
    ],
)
def test_a_reader_that_leaves_is_no_error(folder: Path, endless: bytes, command: str):
    """`| head -1` gives one line and nothing on standard error."""
    Path("many.csv").write_bytes(endless)
    run = " ".join(map(shlex.quote, REGUA))
    script = f"{run} {command} | head -c 1 >/dev/null; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, cwd=folder)
    assert ran.stderr == ""
    assert ran.returncode in (0, NOBODY_READS)


def on_terminal(folder: Path, *arguments: str, **environment: str) -> str:
    """Run with standard output and error on a terminal, and give what it shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*REGUA, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=os.environ | environment
    ) as running:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 1 << 16)
            except OSError:  # Linux's word for the end of a terminal
                break
            if not piece:
                break
            shown += piece
        os.close(ours)
        assert running.wait(60) == 0
    return shown.decode()


def test_long_work_shows_progress_on_a_terminal(portfolio: Path):
    """And takes it off again before the last word."""
    ask = ("plan", "policy.toml", "events.jsonl", "--as-of", "2012-06-15", "--status", "done")
    shown = on_terminal(portfolio, *ask)
    assert "planning: " in shown
    assert shown.rpartition("\033[K")[2].lstrip("\r\n").startswith("as of ")
    assert "planning: " not in on_terminal(portfolio, *ask, "--quiet")


def test_colour_is_for_terminals_and_can_be_refused(folder: Path, call: Run):
    """--no-color and NO_COLOR are honoured, a pipe gets none."""
    ask = ("plan", "policy.toml", "events.jsonl", "--as-of", "2012-06-15", "--quiet")
    assert "\033[34mplanned" in on_terminal(folder, *ask)
    assert "\033[3" not in on_terminal(folder, *ask, "--no-color")
    assert "\033[3" not in on_terminal(folder, "--no-color", *ask)
    assert "\033[3" not in on_terminal(folder, *ask, NO_COLOR="1")
    assert "\033" not in call(*ask).out


def test_progress_is_not_for_pipes(capsys: pytest.CaptureFixture[str]):
    """Nothing is written where nobody watches."""
    screen = Screen()
    screen.progress("half way")
    screen.clear()
    assert capsys.readouterr().err == ""
