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
SOME_TICKS = 10
INTERRUPTED, NOBODY_READS, TERMINATED = 130, 141, 143


@pytest.fixture
def many(portfolio: Path, folder: Path) -> None:
    """The portfolio's rows many times over: enough to fill every pipe, and for a second of work."""
    head, rows = (portfolio / "receivables.csv").read_bytes().split(b"\n", 1)
    (folder / "many.csv").write_bytes(head + b"\n" + rows * 20)


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def buffering(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the standard streams that Python makes, and as containers ask for them."""
    monkeypatch.setenv("PYTHONUNBUFFERED", request.param)


@contextmanager
def importing(folder: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """An import of many rows."""
    command = (*REGUA, "import", "many.csv", "--map", "receivables", "--quiet", *options)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder) as running:
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


@pytest.mark.usefixtures("many", "buffering")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)], ids=["ctrl-c", "sigterm"]
)
def test_ctrl_c_ends_on_a_whole_line(folder: Path, number: signal.Signals, status: int):
    """Every line that was written is an event; no traceback."""
    with importing(folder) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        running.send_signal(number)
        got, rest, err = ended(running)
    assert (got, err) == (status, b"")
    assert (first + rest).endswith(b"\n")
    assert all(json.loads(line)["type"] for line in (first + rest).splitlines())


@pytest.mark.usefixtures("many", "buffering")
def test_ctrl_c_while_nobody_reads(folder: Path):
    """The line that is being written is finished once somebody reads again."""
    with importing(folder) as running:
        wait_for(lambda: is_stuck(running.pid))
        running.send_signal(signal.SIGINT)
        time.sleep(0.2)
        got, out, err = ended(running)
    assert (got, err) == (INTERRUPTED, b"")
    assert out.endswith(b"\n")
    assert all(json.loads(line) for line in out.splitlines())


@pytest.mark.usefixtures("many")
def test_ctrl_c_twice_ends_at_once(folder: Path):
    """Who insists does not wait for the reader."""
    with importing(folder) as running:
        wait_for(lambda: is_stuck(running.pid))
        running.send_signal(signal.SIGINT)
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == -signal.SIGINT


def is_stuck(pid: int) -> bool:
    """Whether a process has begun to work, and waits now."""
    spent = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return spent[0] == "S" and int(spent[11]) > SOME_TICKS


@pytest.mark.usefixtures("many")
def test_ctrl_c_leaves_no_half_file(folder: Path, process: Run):
    """Neither the output nor what was on the way to it; the older result stays, and a rerun is safe."""
    Path("out.jsonl").write_text("old\n", encoding="utf-8")
    with importing(folder, "-o", "out.jsonl", "--bad-rows", "bad.jsonl") as running:
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
        "diff policy.toml email.toml events.jsonl --as-of 2012-06-15 --format html --quiet",
        "import many.csv --map receivables --quiet",
        "explain policy.toml events.jsonl --debtor 0465-DTULQ --as-of 2012-06-15",
        "schema",
        "--help",
    ],
)
@pytest.mark.usefixtures("many")
def test_a_reader_that_leaves_is_no_error(folder: Path, command: str):
    """`| head -1` gives one line and nothing on standard error."""
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
