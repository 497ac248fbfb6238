import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORE = ROOT / "src/regua/core"


def packages_imported_by(statement: str) -> set[str]:
    """Give the top-level packages that a fresh interpreter has loaded after one statement."""
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}  # it imports sqlite3
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    return {name.partition(".")[0] for name in ran.stdout.split()}


def ruff_codes(root: Path, file: str, source: str) -> set[str]:
    """Give the codes that ruff, set up as in this repository, reports for one file at a place in a copy."""
    shutil.copy(ROOT / "pyproject.toml", root)
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", file],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    assert not ran.stderr
    return set(re.findall(r":\d+: ([A-Z]+\d+) ", ran.stdout))


def test_the_planner_pulls_in_nothing_of_the_shell():
    """Who takes only `fold` and `plan` gets no plugin manager, log, database or command line."""
    loaded = packages_imported_by("import regua.core.planning")
    assert "regua" in loaded
    assert not loaded & {"click", "httpx", "jinja2", "pluggy", "sqlite3", "structlog"}


def test_the_face_is_lazy():
    """`import regua` costs nothing that was not asked for."""
    assert not packages_imported_by("import regua") & {"attrs", "attr", "cattrs", "pendulum"}


@pytest.mark.parametrize(
    "violation",
    [
        "import datetime\n\nX = datetime.datetime.now(tz=datetime.UTC)",
        "from datetime import UTC, datetime as dt\n\nX = dt.now(tz=UTC)",
        "from datetime import datetime\n\nX = datetime.today()",
        "from datetime import datetime\n\nX = datetime.utcnow()",
        "from datetime import date\n\nX = date.today()",
        "import time\n\nX = time.time()",
        "from time import monotonic\n\nX = monotonic()",
        "import pendulum\n\nX = pendulum.now()",
        "from pendulum import today\n\nX = today()",
        "from pendulum import DateTime\n\nX = DateTime.now()",
        "import random\n\nX = random.random()",
        "import secrets\n\nX = secrets.token_hex()",
        "from uuid import uuid4\n\nX = uuid4()",
        "import os\n\nX = os.environ['HOME']",
        "from os import environ\n\nX = environ",
        "import locale\n\nX = locale.getlocale()",
        "import logging\n\nX = logging.getLogger()",
        "from pathlib import Path\n\nX = Path('x').read_text()",
    ],
)
def test_ruff_refuses_in_the_core_what_comes_in_as_an_argument(tmp_path: Path, violation: str):
    """Clock, randomness, ids, environment, locale and files are banned in the core and nowhere else."""
    assert "TID251" in ruff_codes(tmp_path, "src/regua/core/planning/clock.py", violation)
    assert "TID251" not in ruff_codes(tmp_path, "src/regua/engine/clock.py", violation)


def test_ruff_refuses_open_in_the_core(tmp_path: Path):
    """A built-in function is out of reach of that ban; another rule holds it."""
    assert "PTH123" in ruff_codes(tmp_path, "src/regua/core/files.py", "X = open('x')")


def test_ruff_leaves_values_of_time_to_the_core(tmp_path: Path):
    """Days, times of day and instants that were given are what the core computes with."""
    source = "from datetime import date, datetime, time\n\nX = datetime.combine(date.fromordinal(1), time(9))"
    assert "TID251" not in ruff_codes(tmp_path, "src/regua/core/days.py", source)


def test_no_module_of_the_core_lifts_the_ban():
    """The ban has no exceptions."""
    lifted = re.compile(r"(noqa|ruff:)[^\n]*(TID251|PTH123)|(noqa|flake8: noqa)\s*$", re.MULTILINE)
    assert [path for path in sorted(CORE.rglob("*.py")) if lifted.search(path.read_text(encoding="utf-8"))] == []
