import os
import re
import resource
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

import regua
from regua.cli.app import COMMANDS
from regua.cli.app import regua as group
from regua.policyfile import schema_text

Run = Callable[..., Any]
SUBCOMMANDS = [(name, group.get_command(click.Context(group), name)) for name in COMMANDS]
EXAMPLE = re.compile(r"^ +regua (.+)$", re.MULTILINE)
MOST_OVER_CLICK = 1.5
MOST_CALLS_OF_THE_DEMO = 19_000_000
COUNTED = """
import cProfile, pstats, sys
from regua.cli.app import run
profile = cProfile.Profile()
status = profile.runcall(run, sys.argv[1:])
sys.stdout.flush()
print(pstats.Stats(profile).total_calls, file=sys.stderr)
raise SystemExit(status)
"""
INTERNAL = 3


def examples(command: click.Command | None) -> list[str]:
    """Give the example lines of a help, without where their output goes."""
    assert command is not None
    lines = EXAMPLE.findall((command.help or "").partition("Example:")[2])
    return [line.partition(" > ")[0] for line in lines]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("line", sorted({line for _, command in SUBCOMMANDS for line in examples(command)}))
def test_every_example_of_a_help_runs(call: Run, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What the help shows works as it stands there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert call(*shlex.split(line)).status == 0


@pytest.mark.parametrize(("name", "command"), SUBCOMMANDS)
def test_every_command_has_an_example(name: str, command: click.Command):
    """One that names the command itself."""
    assert any(line.startswith(name) for line in examples(command))


@pytest.mark.parametrize(("name", "command"), SUBCOMMANDS)
def test_every_command_understands_the_common_options(name: str, command: click.Command):
    """--quiet, --no-color and --debug may stand before or after the name of a command."""
    assert command.name == name
    assert {"quiet", "colourless", "debug"} <= {parameter.name for parameter in command.params}


@pytest.mark.usefixtures("folder")
def test_the_examples_of_the_first_help_run(call: Run):
    """The newcomer's three lines; the demo runs above as an example of its own."""
    lines = [line for line in examples(group) if line != "demo"]
    assert len(lines) == len(examples(group)) - 1
    assert [call(*shlex.split(line)).status for line in lines] == [0] * len(lines)


def test_the_help_lists_every_command(call: Run):
    """With its one line, and without importing it."""
    ran = call("--help")
    assert ran.status == 0
    assert all(f"  {name} " in ran.out for name in COMMANDS)


def test_the_help_of_all_loads_no_command():
    """Help is quick because nothing is imported for it that only a command needs."""
    program = "import sys; from regua.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    loaded = ran.stderr.split()
    assert "regua.cli.app" in loaded
    assert not [name for name in loaded if name.startswith(("regua.core", "regua.policyfile", "regua.cli.commands."))]
    assert not set(loaded) & {"attrs", "cattrs", "pendulum", "holidays", "pluggy", "tomllib", "json"}


def test_the_help_takes_little_time():
    """At most half as much again as a program that does nothing but print a help by click, best of seven each."""
    floor = "import click; click.Group('floor', help='Nothing.').main(['--help'])"
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    spent: dict[str, list[float]] = {}
    for name, program in (("floor", ["-c", floor]), ("regua", ["-m", "regua", "--help"])) * 7:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *program], stdout=subprocess.DEVNULL, check=True, env=env)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        spent.setdefault(name, []).append(cpu)
    assert min(spent["regua"]) <= MOST_OVER_CLICK * min(spent["floor"])


def test_the_version_is_the_librarys(call: Run):
    """`regua --version` says which one answers."""
    assert call("--version").out == f"regua {regua.__version__}\n"


def test_a_command_that_is_not_there(call: Run):
    """Wrong usage, with the nearest name."""
    ran = call("plam")
    assert ran.status == 2
    assert "no command 'plam'; did you mean 'plan'?" in ran.err
    assert "there are init, check, test, plan" in call("xyzzy").err


def test_no_command_at_all(call: Run):
    """The help, and status 2."""
    ran = call()
    assert ran.status == 2
    assert "Commands:" in ran.err + ran.out


@pytest.mark.usefixtures("folder")
def test_wrong_usage_is_two(call: Run):
    """Whatever click refuses."""
    ran = call("plan", "policy.toml")
    assert ran.status == 2
    assert "Missing argument 'EVENTS'" in ran.err


def test_without_click_the_remedy_is_named(tmp_path: Path):
    """The library works without the extra, and the command says what to install."""
    program = "import sys; sys.modules['click'] = None; from regua.cli import main; sys.exit(main(['--help']))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 2
    assert (
        ran.stderr
        == "regua: the command line needs click, which is not installed; install it: pip install 'regua[cli]'\n"
    )


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in the library."""

    def fall_over(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(import_module("regua.policyfile"), "check_policy", fall_over)


@pytest.mark.usefixtures("folder", "broken")
def test_a_bug_is_three_and_short(call: Run):
    """Who meets a bug of ours reads one line, not our source."""
    ran = call("check", "policy.toml")
    assert ran.status == INTERNAL
    assert (
        ran.err
        == "Error: a bug of regua: ZeroDivisionError: oh; run the same with --debug to see where, and report it\n"
    )


@pytest.mark.usefixtures("folder", "broken")
@pytest.mark.parametrize("arguments", [("--debug", "check"), ("check", "--debug")])
def test_with_debug_a_bug_shows_its_place(call: Run, arguments: tuple[str, ...]):
    """The traceback, for the report."""
    ran = call(*arguments, "policy.toml")
    assert ran.status == INTERNAL
    assert "Traceback" in ran.err
    assert "in fall_over" in ran.err


@pytest.mark.usefixtures("folder", "broken")
def test_regua_debug_in_the_environment(call: Run, monkeypatch: pytest.MonkeyPatch):
    """The same where the command line cannot be changed; "0" is off."""
    monkeypatch.setenv("REGUA_DEBUG", "1")
    assert "Traceback" in call("check", "policy.toml").err
    monkeypatch.setenv("REGUA_DEBUG", "0")
    assert "Traceback" not in call("check", "policy.toml").err


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_not_there(call: Run):
    """One line with its name."""
    ran = call("plan", "policy.toml", "nothing.jsonl")
    assert (ran.status, ran.out, ran.err) == (1, "", "Error: nothing.jsonl: No such file or directory\n")


def test_closed_streams(tmp_path: Path):
    """A job without standard output still has its status."""
    ran = subprocess.run(
        ["sh", "-c", f"{shlex.quote(sys.executable)} -m regua schema >&- 2>&- <&-"], check=False, cwd=tmp_path
    )
    assert ran.returncode == 0


def test_the_schema_is_the_librarys(call: Run):
    """`regua schema` prints what editors are given."""
    ran = call("schema")
    assert ran.status == 0
    assert ran.out == schema_text() == call("schema", "policy").out


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the demo says, in a folder of its own, and by how many calls."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    program, folder = [sys.executable, "-c", COUNTED, "demo", "--folder", "quarter"], tmp_path_factory.mktemp("demo")
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False, env=env), folder


def test_the_demo(demo: Any):
    """A ruler, three customers, thirteen weeks, what was sent, what was not and why, what came in."""
    ran, _ = demo
    assert (ran.returncode, ran.stderr.strip().isdecimal()) == (0, True), ran.stderr
    assert "2,466 invoices of 100 companies" in ran.stdout
    assert "─1────────2─────3─────────────────4───" in ran.stdout
    assert ran.stdout.count("WHEN  ") == 3
    assert len(re.findall(r"^2012-0[4-6]-\d\d +\d+ ", ran.stdout, re.MULTILINE)) == 13
    sent, files = re.search(r"Sent: (\d+) messages, each once: (\d+) files in quarter/outbox", ran.stdout).groups()  # type: ignore[union-attr]
    assert int(sent) == int(files) > 500
    assert re.search(r"^ +\d+  disputed: ", ran.stdout, re.MULTILINE)
    assert re.search(r"Recovered: \d+ invoices paid after we had asked for them, R\$ ", ran.stdout)


def test_the_demo_is_quick(demo: Any):
    """It takes 6.7 s where it was written, by 17.1 million calls.

    Calls are what is counted: other work on the machine changes seconds, and not them.
    """
    ran, _ = demo
    assert int(ran.stderr) <= MOST_CALLS_OF_THE_DEMO


def test_the_demo_writes_over_nothing(tmp_path: Path, process: Run):
    """A folder that holds its files already is refused."""
    (tmp_path / "regua.toml").write_text("mine")
    ran = process("demo", "--folder", ".", cwd=tmp_path)
    assert ran.status == 1
    assert ran.err == "regua.toml: is there already\nnothing was written; name another folder\n"
    assert (tmp_path / "regua.toml").read_text() == "mine"


def test_what_the_demo_suggests_works(demo: Any, call: Run, monkeypatch: pytest.MonkeyPatch):
    """The lines under `Next` can be pasted."""
    ran, folder = demo
    monkeypatch.chdir(folder)
    lines = EXAMPLE.findall(ran.stdout.partition("Next:")[2])
    assert len(lines) == 3
    assert [call(*shlex.split(line)).status for line in lines] == [0, 0, 0]
