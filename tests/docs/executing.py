"""Runs what a page shows: Python, commands, policies, maps and events, in the order of the page.

- `python` blocks of a page share one namespace; what a block prints is compared with the `text` block after it. Tests
  that a block defines are called.
- `console` blocks hold commands after `$ `, each followed by what it prints. `regua` runs in this process.
- A block after "Save it as `name.toml`:" is a file of that name from then on. Python that is saved in a folder is a
  module of an application or a plugin, or one of its `tests`: it runs by a command, such as `python manage.py test` of
  the app in `shop`.
- `export NAME=VALUE` sets a variable until the end of the page.
- `pip install -e FOLDER` installs a plugin until the end of the page; `python -m pytest` runs its tests, which must
  pass, and shows nothing.
- Below `<!-- clock: 2026-04-14T10:30-03:00 -->` that is what the clock of the machine shows, and it stands still.
- `toml` is a policy, its tests, settings, a legal pack or an import map, whole or a part of one, and must be valid,
  unless the page shows what `regua check` says of the file; `jsonl` is events or schedules.

`python -m tests.docs.executing` writes what is printed now into the pages, to be read before it is committed.
"""

import contextlib
import io
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import tomllib
import traceback
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from unittest import mock

from attrs import frozen
from click.testing import CliRunner
from tests.docs.pages import ROOT, Block, Page, all_pages
from tests.plugins.installing import install
from tests.servers.postgres import find_server

from regua import codec
from regua.engine.settings import read_settings
from regua.errors import PolicyError, ReguaError, SettingsError
from regua.importfile import parse_map
from regua.plugins import Registry
from regua.policyfile import check_policy, read_pack
from regua.testing.policytest import read_tests

_HEAD: Final = 'format = 1\n[policy]\nid = "snippet"\ncalendar = "br-bancario"\n'
_MAP_TABLES: Final = frozenset({"event", "values", "file", "columns", "defaults"})
_SETTINGS_TABLES: Final = frozenset(
    {"store", "vault", "creditor", "channel", "executor", "registrar", "calendar", "index"}
)
_VARIABLE: Final = re.compile('"env:([^"]*)"')
_INSTALL: Final = ["pip", "install", ".[cli]"]
DATABASE: Final = "DATABASE_URL"
"""The variable that names the database of a page."""
_CLOCK: Final = re.compile(r"<!-- clock: (\S+) -->")


@frozen
class Correction:
    """A block that shows something else than what happens.

    Attributes:
        block: the block.
        body: what it should hold.
    """

    block: Block
    body: str

    def __str__(self) -> str:
        return f"line {self.block.line} should be:\n{self.body}"


class Execution:
    """One page being run in the working directory of the moment.

    Args:
        page: what is run.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._namespace: dict[str, Any] = {"__name__": "__page__"}
        self._printed = ""

    def run(self) -> list[Correction]:
        """Run every block; give the blocks that show another text, and raise for what cannot be run or read."""
        with _own_modules(), mock.patch.dict(os.environ):
            return list(self._run())

    def _run(self) -> Iterator[Correction]:
        for before, block in pairwise((None, *self._page.blocks)):
            assert block is not None
            where = f"{self._page.path.name}:{block.line}"
            printed, self._printed = self._printed, ""
            if printed or self._is_output(before, block):
                assert block.language == "text", (
                    f"{where}: the block before prints and no text block shows it:\n{printed}"
                )
                if block.body != printed:
                    yield Correction(block, printed)
            if block.saved_as:
                Path(block.saved_as).parent.mkdir(parents=True, exist_ok=True)
                Path(block.saved_as).write_text(block.body, encoding="utf-8")
            if block.language == "console":
                with self._clock(block):
                    body = _console(block, where)
                if body != block.body:
                    yield Correction(block, body)
            else:
                getattr(self, f"_{block.language}", _shown)(block, where)
        assert not self._printed, f"{self._page.path.name}: the last block prints and nothing shows it"

    def _clock(self, block: Block) -> contextlib.AbstractContextManager[object]:
        """The clock that the page shows at a block."""
        shown = _CLOCK.findall(self._page.text, 0, block.start)
        if not shown:
            return contextlib.nullcontext()
        instant = int(datetime.fromisoformat(shown[-1]).timestamp() * 1_000_000_000)
        return mock.patch("time.time_ns", return_value=instant)

    def _is_output(self, before: Block | None, block: Block) -> bool:
        """Whether a text block stands directly below Python."""
        if before is None or (before.language, block.language) != ("python", "text"):
            return False
        between = self._page.text[before.start + len(before.body) : block.start]
        return between.replace("`", "").split() == ["text"]

    def _python(self, block: Block, where: str) -> None:
        if "/" in block.saved_as:
            if Path(block.saved_as).parent.name != "tests":
                Path(block.saved_as).parent.joinpath("__init__.py").touch()
            return
        out = io.StringIO()
        code = compile("\n" * block.line + block.body, self._page.path.name, "exec")
        known = set(self._namespace)
        try:
            with contextlib.redirect_stdout(out), self._clock(block):
                exec(code, self._namespace)  # noqa: S102 - running the page is the point
                for name in [name for name in self._namespace if name.startswith("test_") and name not in known]:
                    self._namespace[name]()
        except Exception:  # noqa: BLE001 - whatever it is, the page shows something that fails
            raise AssertionError(f"{where}: {traceback.format_exc()}") from None
        self._printed = out.getvalue()

    def _toml(self, block: Block, where: str) -> None:
        if block.saved_as.endswith("pyproject.toml"):  # read when it is installed
            return
        problems = _problems_of_tests(block.body) if "[[test]]" in block.body else _problems(block.body)
        said = re.search(rf"^\$ regua check .*{re.escape(block.saved_as)}", self._page.text, re.MULTILINE)
        assert not problems or (block.saved_as and said), f"{where}: " + "\n".join(problems)

    def _jsonl(self, block: Block, where: str) -> None:
        load = codec.load_schedules if '"type":"schedule"' in block.body else codec.load_events
        try:
            list(load(block.body.splitlines()))
        except ReguaError as error:
            raise AssertionError(f"{where}: {error}") from None


def _shown(_: Block, __: str) -> None:
    """What is only to be read."""


def _problems(text: str) -> list[str]:
    data = tomllib.loads(text)
    if _SETTINGS_TABLES & data.keys():
        return _settings_problems(text)
    if _MAP_TABLES & data.keys() or "pack" in data:
        try:
            read_pack(text) if "pack" in data else parse_map(text)
        except ReguaError as error:
            return [str(error)]
        return []
    whole = text if "policy" in data else _HEAD + text
    return [str(found) for found in check_policy(whole + "\n") if found.severity == "error"]


def _problems_of_tests(text: str) -> list[str]:
    """Policy tests, or some of them, which are then of the policy that the page has."""
    path = Path("snippet.test.toml")
    path.write_text(text if text.startswith("policy = ") else f'policy = "policy.toml"\n{text}', encoding="utf-8")
    try:
        read_tests(path)
    except PolicyError as error:
        return [str(error)]
    finally:
        path.unlink()
    return []


def _settings_problems(text: str) -> list[str]:
    """A `regua.toml`, with something in every variable that it names."""
    Path("regua.toml").write_text(text, encoding="utf-8")
    registry = Registry.discover()
    try:
        environment = {name: _value_of(name) for name in _VARIABLE.findall(text)}
        read_settings("regua.toml", registry, environment=environment)
    except SettingsError as error:
        return [str(error)]
    return []


def _value_of(variable: str) -> str:
    """What a variable of an example may hold."""
    if variable.endswith("_URL"):
        return "memory:"
    if variable.endswith("_ADDRESS"):
        return "https://example.invalid"
    return "A" * 43 + "=" if variable.endswith("_KEY") else "variable"


def _console(block: Block, where: str) -> str:
    """Run the commands of a block and give the block as it should be."""
    assert block.body.startswith("$ "), f"{where}: begin with a command after '$ '"
    commands = [shown.partition("\n")[0] for shown in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]]
    return "".join(f"$ {command}\n{_command(command, where)}" for command in commands)


def _command(command: str, where: str) -> str:
    """Run a command and give what it prints; nothing of one that is not for the tests."""
    line, _, file = command.partition(" > ")
    words = shlex.split(line)
    if words[0] in _SHOWN:
        printed = _SHOWN[words[0]](*words[1:])
        if not file:
            return printed if printed.endswith("\n") or not printed else f"{printed}\n"
        Path(file).write_text(printed, encoding="utf-8")
    elif words[:2] == ["python", "manage.py"]:
        return _manage(*words[2:])
    elif words[:3] == ["pip", "install", "-e"]:
        sys.path.insert(0, str(install(Path(words[3]).absolute())))
    elif words[:3] == ["python", "-m", "pytest"]:
        _passing(where, *words[3:])
    elif words[0] == "export":
        os.environ.update(each.split("=", 1) for each in words[1:])  # until the end of the page
    elif words[:2] == ["python3", "dev.py"]:
        known = re.findall(r"^(\w+) ", (ROOT / "dev.py").read_text(encoding="utf-8").split('"""')[1], re.MULTILINE)
        assert words[2] in known, f"{where}: dev.py has no command {words[2]}"
    else:
        assert words == _INSTALL, f"{where}: {words[0]} is no command that the docs show"
    return ""


@contextlib.contextmanager
def _own_modules() -> Iterator[None]:
    """What a page puts on the path, and imports from its folder, ends with the page."""
    path, here = [*sys.path], f"{Path.cwd()}{os.sep}"
    try:
        yield
    finally:
        sys.path[:] = path
        for name in [name for name, each in sys.modules.items() if str(getattr(each, "__file__", "")).startswith(here)]:
            del sys.modules[name]


def _passing(where: str, *words: str) -> None:
    """Run the tests of a package of the page, which must pass."""
    done = _module("pytest", "-p", "no:cacheprovider", *words)
    assert done.returncode == 0, f"{where}: {done.stdout}"


def _manage(*words: str) -> str:
    """Run a command of the page's Django app, and give what it prints; how long it took is not the same twice."""
    done = _module("django", *words, DJANGO_SETTINGS_MODULE="shop.settings")
    return re.sub(r"in \d+\.\d+s", "in 0.123s", done.stdout)


def _pytest(*arguments: str) -> str:
    """Run the tests of a page as a person does, and give what is seen of it, without how long it took."""
    as_at_home = {"CI": "", "BUILD_NUMBER": "", "COLUMNS": "140"}  # in CI pytest cuts no line
    done = _module("pytest", "-p", "no:cacheprovider", *arguments, **as_at_home)
    return re.sub(r"in \d+\.\d+s", "in 0.12s", done.stdout)


def _module(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a module as a program, with what the page has on its path."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        env={
            **os.environ,
            **environment,
            "PYTHONPATH": os.pathsep.join(["", *sys.path]),
            "PYTHONUNBUFFERED": "1",  # as on a terminal: what is printed first comes first
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _cat(*names: str) -> str:
    return "".join(Path(name).read_text("utf-8") for name in names)


def _ls(folder: str) -> str:
    return "".join(f"{path.name}\n" for path in sorted(Path(folder).iterdir()))


def regua(*arguments: str) -> str:
    """Run the command line in this process and give what a person sees of it."""
    from regua.cli import main

    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    environment = {"COLUMNS": "100", "NO_COLOR": "1"}
    try:
        with CliRunner(env=environment).isolation() as (_, _, seen):
            main(arguments)
            return seen.getvalue().decode()
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _database(page: Page) -> Iterator[None]:
    """The PostgreSQL database that a page works on, where it names one."""
    if DATABASE not in page.text:
        yield
        return
    server = find_server()
    assert server is not None
    with server.schema() as url, mock.patch.dict(os.environ, {DATABASE: url}):
        yield
    server.close()


_SHOWN: Final = {"regua": regua, "cat": _cat, "ls": _ls, "pytest": _pytest}
"""Commands whose output a page shows."""


def main() -> None:
    """Write into every page what its examples print now."""
    for page in all_pages():
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), _database(page):
            corrections = Execution(page).run()
        text = page.text
        for correction in reversed(corrections):
            block = correction.block
            text = text[: block.start] + correction.body + text[block.start + len(block.body) :]
        if corrections:
            sys.stdout.write(f"{page.name}: {len(corrections)} corrected\n")
            page.path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
