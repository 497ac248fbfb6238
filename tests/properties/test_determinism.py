"""The same bytes on any machine: hash seed, time zone, locale, order of arrival, Python version."""

import os
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("fingerprints.py")
SOURCE = PROGRAM.parent.parent.parent / "src"
PLACES = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "7", "TZ": "America/Sao_Paulo", "LC_ALL": "C", "PYTHONOPTIMIZE": "1", "PYTHONUTF8": "0"},
]


def printed(python: str, seed: int, place: dict[str, str]) -> str:
    """What the program prints there."""
    packages = sysconfig.get_path("purelib")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{SOURCE}{os.pathsep}{packages}", **place}
    found = subprocess.run(
        [python, str(PROGRAM), str(seed)], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    return found.stdout


@cache
def expected() -> str:
    """Here, in order of arrival number 1."""
    return printed(sys.executable, 1, PLACES[0])


@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place["TZ"])
def test_a_schedule_is_the_same_bytes_anywhere(seed: int, place: dict[str, str]):
    """Sixty days of a debtor with a dozen invoices."""
    assert len(expected().splitlines()) == 60
    assert len({line.split()[0] for line in expected().splitlines()}) == 60
    assert printed(sys.executable, seed, place) == expected()


def pythons() -> list[str]:
    """Other Python versions of this machine that the dependencies of this one are likely to run on."""
    found = [shutil.which(f"python3.{minor}") for minor in (11, 12, 13, 14)]
    shared = Path.home() / ".pyenv" / "versions"
    found += [str(path) for minor in (11, 12, 13, 14) for path in sorted(shared.glob(f"3.{minor}.*/bin/python"))]
    return [path for path in found if path and runs(path)]


def runs(python: str) -> bool:
    """Whether it is another version, and starts."""
    found = subprocess.run(
        [python, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True, check=False
    )
    return found.returncode == 0 and found.stdout.strip() not in {"", str(sys.version_info[:2])}


def test_a_schedule_is_the_same_bytes_in_another_python():
    """The newest other version that is installed."""
    others = pythons()
    if not others:
        pytest.skip("no other Python from 3.11 on is installed")
    assert printed(others[-1], 5, PLACES[1]) == expected()
