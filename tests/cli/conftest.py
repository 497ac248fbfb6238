"""A folder as a user has it, and two ways to run `regua` in it: as a process, and inside this one."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

import pytest

import regua
from regua.cli import main

DATA = Path(regua.__file__).parent / "data"

EMAIL_ONLY = """\
format = 1

[policy]
id = "email"
timezone = "America/Sao_Paulo"
calendar = "br-bancario"

[[step]]
id = "lembrete"
at = "D-5 09:00"
tone = "reminder"
channels = ["email"]
template = "lembrete"

[[step]]
id = "atraso"
at = "D+3 10:00"
tone = "courteous"
channels = ["email"]
template = "atraso"

[[step]]
id = "firme"
at = "D+10 15:00"
tone = "firm"
channels = ["email"]
template = "segundo-aviso"
"""

SETTINGS = """\
format = 1

[store]
url = "sqlite:///regua.sqlite3"

[creditor.loja]
policies = ["email.toml"]
name = "Loja Exemplo"
document = "11.222.333/0001-81"
address = "Rua das Flores, 10, São Paulo, SP"

[channel.email]
use = "folder"
path = "outbox"
"""

DEBTORS = ("0187-ERLSR", "0465-DTULQ", "0379-NEVHP")
"""Those of the portfolio whom a folder of one's own knows."""
PEOPLE = "debtor,ref,name\n0187-ERLSR,0187-ERLSR/person,Ana Souza\n"


class Ran(NamedTuple):
    """What a run left: its exit status and what it wrote."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole sample portfolio, imported, and two policies."""
    folder = tmp_path_factory.mktemp("portfolio")
    shutil.copy(DATA / "receivables.csv", folder)
    shutil.copy(DATA / "policies/boleto-b2c.toml", folder / "policy.toml")
    (folder / "email.toml").write_text(EMAIL_ONLY, encoding="utf-8")
    (folder / "regua.toml").write_text(SETTINGS, encoding="utf-8")
    ran = process("import", "receivables.csv", "--map", "receivables.map.toml", "-o", "events.jsonl", cwd=folder)
    assert ran.status == 0, ran.err
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    chosen = b"".join(line for line in lines if json.loads(line)["debtor"] in DEBTORS)
    ran = process("record", "-", cwd=folder, stdin=chosen)
    assert ran.status == 0, ran.err
    ran = process("export", "-o", "loja.jsonl", cwd=folder)
    assert ran.status == 0, ran.err
    return folder


@pytest.fixture
def folder(portfolio: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own with the first rows of the portfolio; it is the current one."""
    shutil.copy(portfolio / "policy.toml", tmp_path)
    shutil.copy(portfolio / "policy.toml", tmp_path / "old.toml")
    newer = (portfolio / "policy.toml").read_text(encoding="utf-8").replace("version = 7 ", "version = 8 ", 1)
    (tmp_path / "policy-2.toml").write_text(newer.replace("D+30 10:00", "D+28 10:00"), encoding="utf-8")
    for name in ("email.toml", "regua.toml", "regua.sqlite3", "loja.jsonl"):
        shutil.copy(portfolio / name, tmp_path)
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "policies").mkdir()
    for name in ("padrao.toml", "padrao.test.toml"):
        shutil.copy(DATA / "starter" / name, tmp_path / "policies")
    rows = (portfolio / "receivables.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    chosen = [rows[0], *[row for row in rows if row.split(",")[1] in DEBTORS]]
    (tmp_path / "receivables.csv").write_text("".join(chosen), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert inside("import", "receivables.csv", "--map", "receivables", "-o", "events.jsonl").status == 0
    return tmp_path


@pytest.fixture(name="process", scope="session")
def process_fixture() -> Run:
    """Run `regua` as a process."""
    return process


@pytest.fixture(name="call")
def call_fixture() -> Run:
    """Run `regua` inside this process."""
    return inside


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that the developer's shell says about colour or debugging."""
    for name in ("NO_COLOR", "REGUA_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def process(*arguments: str, cwd: Path, stdin: bytes = b"", **environment: str) -> Ran:
    """Run `regua` in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "regua", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=cwd,
        env=os.environ | environment,
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def inside(*arguments: str, stdin: bytes = b"") -> Ran:
    """Run `regua` in this process, on streams of its own."""
    out, err = BytesIO(), BytesIO()
    with streams(BytesIO(stdin), out, err):
        status = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        return Ran(status, out.getvalue().decode(), err.getvalue().decode())


@contextlib.contextmanager
def streams(*raw: BytesIO) -> Iterator[None]:
    """Let the standard streams be these."""
    names = ("stdin", "stdout", "stderr")
    former = [getattr(sys, name) for name in names]
    try:
        for name, stream in zip(names, raw, strict=True):
            setattr(sys, name, TextIOWrapper(stream, encoding="ascii"))
        yield
    finally:
        for name, stream in zip(names, former, strict=True):
            setattr(sys, name, stream)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock of this machine, as far as this process reads it."""

    def set_to(instant: str) -> None:
        now = int(datetime.fromisoformat(instant).timestamp() * 1_000_000_000)
        monkeypatch.setattr("time.time_ns", lambda: now)

    return set_to
