import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

from tests.simulation.ladder import LADDER

ROOT = Path(__file__).resolve().parents[2]

TESTS = """
from pathlib import Path

from regua import events
from regua.engine import CreditorSettings

closed = []


def test_simulation(simulation):
    sim = simulation("policy.toml", start="2026-03-01")
    case = sim.debtor(invoices=[{"due": "2026-03-10", "amount": "150.00"}])
    sim.advance(days=8)
    assert case.sent == ["lembrete"]


def test_engine(regua_engine):
    from regua.testing import ScriptedChannel

    settings = CreditorSettings(policies=[Path("policy.toml")], name="Loja", document="1", address="Rua A")
    channels = {name: ScriptedChannel(name) for name in ("email", "whatsapp")}
    engine = regua_engine(creditors={"loja": settings}, channels=channels)
    assert engine.next_wakeup() is None
    assert engine.creditor().id == "loja"
"""
POLICY_TESTS = """
policy = "policy.toml"

[[test]]
name = "who pays on time is thanked"
invoice = { id = "nf-1", due = 2026-03-10, amount = "150.00" }
given = [{ at = "D0 11:30", event = "payment.settled", amount = "150.00" }]
never = ["atraso"]

[[test]]
name = "who pays late is not asked"
invoice = { id = "nf-1", due = 2026-03-10, amount = "150.00" }
expect = ["D-5 lembrete"]
end = { at = "D+3", status = "open" }
"""
IMPORTED = """
import sys

import regua.testing.pytest_plugin

heavy = {"attrs", "attr", "pendulum", "hypothesis", "jinja2", "structlog", "holidays", "cattrs"}
print(*sorted(heavy & set(sys.modules)))
"""
WITHOUT = """
import sys

for name in ("hypothesis", "pytest"):
    sys.modules[name] = None

from regua.testing import Simulation, debtors, Invoice, ScriptedChannel, Transcript

print(Simulation.__name__)
"""


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=cwd)


IS_INSTALLED = any(point.name == "regua" for point in entry_points(group="pytest11"))
PLUGIN = () if IS_INSTALLED else ("-p", "regua.testing.pytest_plugin")
"""A checkout on the path has no entry point."""


def test_the_fixtures_are_there(tmp_path: Path):
    """A conftest that imports them stands for the entry point, which a checkout on the path does not have."""
    (tmp_path / "policy.toml").write_text(LADDER, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        "from regua.testing.pytest_plugin import regua_engine, simulation\n", encoding="utf-8"
    )
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    ran = run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


def test_policy_tests_are_collected(tmp_path: Path):
    """An item for each [[test]], by its name and line; a failure shows expected and actual side by side."""
    (tmp_path / "policy.toml").write_text(LADDER, encoding="utf-8")
    (tmp_path / "ladder.test.toml").write_text(POLICY_TESTS, encoding="utf-8")
    plugin = ("-m", "pytest", *PLUGIN, "-p", "no:cacheprovider")
    ran = run(*plugin, "-q", cwd=tmp_path)
    assert "1 failed, 1 passed" in ran.stdout, ran.stdout + ran.stderr
    assert "ladder.test.toml:13:11: expect: not what went out\n" in ran.stdout
    assert re.search(
        r"^    \+ - +D\+\d atraso +\S*policy\.toml:\d+  2026-03-1\d \d\d:\d\d by \w+$", ran.stdout, re.MULTILINE
    )
    assert "Traceback" not in ran.stdout
    ran = run(*plugin, "-q", "-k", "thanked", cwd=tmp_path)
    assert "1 passed, 1 deselected" in ran.stdout
    ran = run(*plugin, "-q", "--collect-only", cwd=tmp_path)
    assert "ladder.test.toml::who pays on time is thanked\n" in ran.stdout


def test_policy_tests_with_problems_are_an_error_of_collection(tmp_path: Path):
    """All of them, each at its place, without a traceback."""
    (tmp_path / "policy.toml").write_text(LADDER, encoding="utf-8")
    (tmp_path / "ladder.test.toml").write_text(POLICY_TESTS.replace("never", "nevr"), encoding="utf-8")
    ran = run("-m", "pytest", *PLUGIN, "-p", "no:cacheprovider", "-q", cwd=tmp_path)
    assert ran.returncode == 2
    assert "ladder.test.toml:8:1: unknown key 'nevr'; did you mean 'never'? [unknown-key]\n" in ran.stdout
    assert "Traceback" not in ran.stdout


def test_the_plugin_is_declared():
    """It is found by this entry point."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"regua": "regua.testing.pytest_plugin"}


def test_the_plugin_costs_nothing_until_a_fixture_is_used():
    """It is loaded in every project where regua is installed."""
    ran = run("-c", IMPORTED)
    # pytest itself brings attrs in some of its versions
    assert set(ran.stdout.split()) <= {"attr", "attrs"}, ran.stdout + ran.stderr


def test_a_simulation_needs_neither_hypothesis_nor_pytest():
    """Both are only for tests of one's own."""
    ran = run("-c", WITHOUT)
    assert ran.stdout == "Simulation\n", ran.stderr


def test_every_name_of_the_package_is_there():
    """And nothing else."""
    import pytest

    import regua.testing

    assert all(getattr(regua.testing, name) is not None for name in regua.testing.__all__)
    assert set(dir(regua.testing)) == set(regua.testing.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = regua.testing.nonsense
