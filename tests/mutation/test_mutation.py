import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.mutation.__main__ import sampled
from tests.mutation.mutants import mutants_of

pytestmark = pytest.mark.one_python

ROOT = Path(__file__).resolve().parents[2]

MODULE = '''
"""Days on which something may wait."""

PATIENCE = 3


def may_wait(day: int, since: int) -> bool:
    """Whether the patience has not run out."""
    return day - since < PATIENCE


def last_day(since: int) -> int:
    left, day = PATIENCE, since
    while left > 0:
        left -= 1
        day += 1
    return day
'''

TESTS = """
from waiting import last_day, may_wait


def test_patience_ends():
    assert may_wait(2, 1)
    assert not may_wait(9, 1)


def test_the_last_day():
    assert last_day(since=10) == 13
"""


def changes(tmp_path: Path, source: str) -> set[tuple[str, str]]:
    """Every mutant of a module: the changed line before and after."""
    file = tmp_path / "module.py"
    file.write_text(source, encoding="utf-8")
    return {(mutant.before, mutant.after) for mutant in mutants_of(file)}


def test_a_boundary_that_no_test_meets_survives(tmp_path: Path):
    """No example has the third day: what it becomes stays unnoticed, all other changes are killed."""
    (tmp_path / "waiting.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "test_waiting.py").write_text(TESTS, encoding="utf-8")
    command = (sys.executable, "-m", "tests.mutation", tmp_path / "waiting.py", "--tests", tmp_path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    survivors = [line.strip() for line in ended.stdout.splitlines() if line.startswith("    + ")]
    assert survivors == ["+ return (day - since <= PATIENCE)"]
    assert ended.stdout.splitlines()[-1] == "| together | 16 | 15 | 0 | 1 |"


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("return a <= b", {"return (a < b)", "return (a > b)", "return None"}),
        ("return a and not b", {"return a", "return (not b)", "return a and b", "return None"}),
        ("return max(a, b - 1)", {"return min(a, b - 1)", "return max(a, (b + 1))", "return None"}),
        ("a.append('ção')", {"a.append('ção!')", "pass"}),
    ],
)
def test_what_a_line_becomes(tmp_path: Path, line: str, changed: set[str]):
    """One boundary, one operand, one call, one word at a time."""
    found = {after for before, after in changes(tmp_path, f"def f(a, b):\n    {line}\n") if before == line}
    assert changed <= found


def test_what_nobody_computes_with_is_left_alone(tmp_path: Path):
    """Docstrings, annotations, decorators and what an error says."""
    source = '''"""One."""
@cache(maxsize=3)
def f(a: Literal["b"]) -> "c":
    """Two."""
    raise ValueError("d")
'''
    assert changes(tmp_path, source) == set()


def test_a_change_of_the_code_leaves_the_rest_of_a_sample(tmp_path: Path):
    """A line more in the module makes no other eight of sixteen; another seed does."""
    file = tmp_path / "module.py"

    def drawn(source: str, seed: int = 1) -> set[tuple[str, str]]:
        file.write_text(source, encoding="utf-8")
        return {(mutant.before, mutant.after) for mutant in sampled(mutants_of(file), 8, seed)}

    assert len(drawn(MODULE)) == 8
    assert drawn(f"PROSE = 'nobody changes it'{MODULE}") == drawn(MODULE) != drawn(MODULE, seed=2)
