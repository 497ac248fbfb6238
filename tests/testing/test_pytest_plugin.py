import subprocess
import sys
import tomllib
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


def test_the_fixtures_are_there(tmp_path: Path):
    """A conftest that imports them stands for the entry point, which a checkout on the path does not have."""
    (tmp_path / "policy.toml").write_text(LADDER, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        "from regua.testing.pytest_plugin import regua_engine, simulation\n", encoding="utf-8"
    )
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    ran = run("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


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
