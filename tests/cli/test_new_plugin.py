import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.installing import install

import regua
from regua.cli.commands.new_plugin import FOLDERS, LONGEST, NEXT

Run = Callable[..., Any]
HERE = Path(regua.__file__).parents[1]
LONG = "abcdefghijklmnopqrstuvwxyz"[:LONGEST]
each_kind = pytest.mark.parametrize("kind", FOLDERS)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def tool(*arguments: str | Path, cwd: Path, **environment: str) -> str:
    """Run a tool of Python; what it says where it is not content, else nothing."""
    ran = subprocess.run(
        [sys.executable, "-m", *arguments],
        capture_output=True,
        check=False,
        cwd=cwd,
        text=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
    )
    return ran.stdout + ran.stderr if ran.returncode else ""


@each_kind
def test_it_says_what_it_wrote_and_what_comes_next(call: Run, kind: str):
    """Each file by name, then the commands."""
    ran = call("new-plugin", "meu-zap", "--kind", kind)
    assert (ran.status, ran.err) == (0, "")
    written, _, following = ran.out.partition("\n\nNext:\n")
    paths = [path.as_posix() for path in Path("regua-meu-zap").rglob("*") if path.is_file()]
    assert sorted(written.splitlines()) == sorted(paths)
    assert following == "".join(f"  {line}\n" for line in ("cd regua-meu-zap", *NEXT))


@each_kind
def test_nothing_of_the_template_is_left(call: Run, kind: str):
    """Neither in texts nor in names, and no file still looks like one of the template."""
    call("new-plugin", "meu-zap", "--kind", kind)
    for path in Path("regua-meu-zap").rglob("*"):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert not re.search("your.?name", f"{path}\n{text}", re.IGNORECASE)
        assert path.suffix != ".txt"


def test_it_is_named_throughout(call: Run):
    """Distribution, module, entry point, class and variables of the environment."""
    call("new-plugin", "meu-zap-2")
    project = tomllib.loads(Path("regua-meu-zap-2/pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == "regua-meu-zap-2"
    assert project["entry-points"] == {"regua": {"meu-zap-2": "regua_meu_zap_2"}}
    code = Path("regua-meu-zap-2/src/regua_meu_zap_2/gateway.py").read_text(encoding="utf-8")
    assert "class MeuZap2Config:" in code
    assert '"env:MEU_ZAP_2_TOKEN"' in code


def test_it_goes_into_another_folder(call: Run):
    """Which is made where it is not there; quietly, the files alone are told."""
    ran = call("new-plugin", "meu-zap", "--into", "my plugins/ours", "--quiet")
    assert Path("my plugins/ours/regua-meu-zap/pyproject.toml").is_file()
    assert "Next:" not in ran.out
    assert "  cd 'my plugins/regua-outro'\n" in call("new-plugin", "outro", "--into", "my plugins").out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Meu Zap", "'Meu Zap' is no name of a plugin; write 'meu-zap'"),
        ("cobrança", "'cobrança' is no name of a plugin; write 'cobranca'"),
        ("regua-zap", "'regua-zap' is no name of a plugin; write 'zap'"),
        ("2zap", "'2zap' is no name of a plugin; write 'zap'"),
        ("meu--zap", "write 'meu-zap'"),
        ("meu_zap", "write 'meu-zap'"),
        ("../zap", "write 'zap'"),
        ("zap\n", r"'zap\n' is no name of a plugin; write 'zap'"),
        ("a" * 25, f"write '{'a' * 24}'"),
        ("漢字", "'漢字' is no name of a plugin\n"),
        ("", "'' is no name of a plugin\n"),
    ],
)
def test_a_name_is_one_of_a_distribution_and_of_a_module(call: Run, name: str, said: str):
    """The nearest one is told, and nothing is written."""
    ran = call("new-plugin", name)
    assert (ran.status, ran.out) == (1, "")
    assert said in ran.err
    assert "small letters, digits and single hyphens, a letter first, 24 characters at most" in ran.err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_nothing_that_exists_is_written_over(call: Run, there: str):
    """Not even an empty folder."""
    place = Path("regua-meu-zap")
    {"folder": place.mkdir, "file": place.touch, "link": lambda: place.symlink_to("nowhere")}[there]()
    ran = call("new-plugin", "meu-zap")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "regua-meu-zap: is there already",
        "nothing was written; choose another name, or --into another folder",
    ]
    assert not place.is_dir() or list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("folder",), "channel 'folder' is there already"),
        (("tasks", "--kind", "executor"), "executor 'tasks' is there already"),
        (("br-bancario", "--kind", "calendar"), "calendar 'br-bancario' is there already"),
        (("postgres",), "module regua_postgres is there already"),
    ],
)
def test_a_name_that_is_taken_is_refused(call: Run, arguments: tuple[str, ...], said: str):
    """What it makes could not be registered beside it."""
    ran = call("new-plugin", *arguments)
    assert (ran.status, ran.out) == (1, "")
    assert said in ran.err
    assert list(Path().iterdir()) == []


@pytest.mark.one_python
def test_what_it_makes_is_clean(call: Run, tmp_path: Path):
    """By ruff and by mypy, with the shortest name and with the longest."""
    for kind in FOLDERS:
        for name in (f"a{kind[:2]}", f"{kind[:2]}{LONG[2:]}"):
            assert call("new-plugin", name, "--kind", kind).status == 0
    packages = sorted(tmp_path.iterdir())
    assert len(packages) == 6
    for arguments in (["check"], ["format", "--check"]):
        assert tool("ruff", *arguments, "--no-cache", *packages, cwd=tmp_path) == ""
    sources = [path / "src" for path in packages if len(path.name) < LONGEST]
    shutil.copy(packages[0] / "pyproject.toml", tmp_path)
    path = os.pathsep.join(map(str, [HERE, *sources]))
    assert tool("mypy", "--cache-dir", os.devnull, *sources, cwd=tmp_path, MYPYPATH=path) == ""


@pytest.mark.one_python
@pytest.mark.parametrize("kind", [kind for kind in FOLDERS if kind != "channel"])
def test_what_it_makes_passes_its_own_tests(call: Run, kind: str):
    """Installed: the contracts hold, and the entry point is found. The tutorial runs a channel's."""
    call("new-plugin", "meu-zap", "--kind", kind)
    package = Path("regua-meu-zap").absolute()
    path = os.pathsep.join(map(str, [install(package), HERE]))
    assert tool("pytest", "-q", "-p", "no:cacheprovider", cwd=package, PYTHONPATH=path) == ""


@pytest.mark.one_python
def test_a_status_without_a_word_of_the_provider_is_not_tried(call: Run):
    """Few providers tell of reading: who takes out the word and the capability is not told of a wrong reading."""
    call("new-plugin", "meu-zap")
    package = Path("regua-meu-zap").absolute()
    for name, line in (("gateway.py", '    "seen": "read",\n'), ("channel.py", "            reports_reading=True,\n")):
        file = package / "src/regua_meu_zap" / name
        text = file.read_text(encoding="utf-8")
        assert line in text
        file.write_text(text.replace(line, ""), encoding="utf-8")
    path = os.pathsep.join(map(str, [install(package), HERE]))
    arguments = ("-q", "-p", "no:cacheprovider", "-k", "normalised", "-W", "default")
    assert tool("pytest", *arguments, cwd=package, PYTHONPATH=path) == ""
