"""The server of the tests is gone with them, however they end; without one they are not run, and say so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from tests.servers.postgres import GIVEN, installed

pytestmark = [
    pytest.mark.one_python,
    pytest.mark.skipif(installed() is None or bool(os.environ.get(GIVEN)), reason="not run: no server of our own"),
]

SUITE = """
import os, signal, sys, time
from tests.servers.fixtures import postgres, postgres_url
{patch}

def test_it(postgres_url):
    open("url", "w").write(postgres_url)
    {work}
"""


def run(folder: Path, work: str, *, patch: str = "", **environment: str) -> "subprocess.Popen[str]":
    """Start the tests of a folder, in a process group of its own, as a shell does."""
    (folder / "test_it.py").write_text(SUITE.format(work=work, patch=patch), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "test_it.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path]), "CI": "", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )


def folder_of(url: str) -> Path:
    """Where the server of a URL has its files."""
    return Path(unquote(url.partition("host=")[2].partition("&")[0]))


def wait_for(condition: object) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 60
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("end", [None, signal.SIGINT, signal.SIGKILL], ids=["in order", "Ctrl-C", "kill"])
def test_it_leaves_nothing_behind(tmp_path: Path, end: signal.Signals | None):
    """Neither processes nor files."""
    tests = run(tmp_path, "time.sleep(60)" if end else "pass")
    try:
        wait_for(lambda: tests.poll() is not None or ((tmp_path / "url").exists() and (tmp_path / "url").read_text()))
        if end is not None:
            os.killpg(tests.pid, end)
        output, _ = tests.communicate(timeout=60)
    finally:
        tests.kill()
    folder = folder_of((tmp_path / "url").read_text())
    assert folder.name.startswith("regua-pg-"), output
    wait_for(lambda: not folder.exists())
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(folder) not in running


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 error")])
def test_without_a_server_it_is_told(tmp_path: Path, ci: str, outcome: str):
    """And in CI it is a failure: who thinks that everything was run would be mistaken."""
    patch = "import tests.servers.postgres\ntests.servers.postgres.installed = lambda: None"
    output, _ = run(tmp_path, "pass", patch=patch, CI=ci).communicate(timeout=60)
    assert outcome in output
    assert "not run: there is no PostgreSQL" in output
