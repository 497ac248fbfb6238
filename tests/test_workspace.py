import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP_LEVEL = {
    *("src", "plugins", "docs", "tests"),
    *("pyproject.toml", "uv.lock", "README.md", "CHANGELOG.md", "LICENSE", "dev.py"),
}
LEFT_BY_TOOLS = {"__pycache__", "build", "dist", "htmlcov", "mutants"}


def test_lock_names_only_the_public_index():
    """Whoever locks behind a mirror does not commit the mirror."""
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert set(re.findall(r"[a-z+]+://([^/\"]+)", lock)) == {"pypi.org", "files.pythonhosted.org"}


def test_lock_takes_packages_from_the_index_or_this_workspace():
    """Nothing is locked to a git repository, an address or a folder elsewhere."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    sources = {package["name"]: package["source"] for package in packages}
    local = {name for name, source in sources.items() if source != {"registry": "https://pypi.org/simple"}}
    assert all(set(sources[name]) <= {"editable", "virtual"} for name in local)
    assert all(name == "regua" or name.startswith("regua-") for name in local)


def test_dev_py_is_standard_library_only():
    """`python3 dev.py` works where nothing is installed."""
    nodes = list(ast.walk(ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_dev_py_is_understood_by_an_old_python():
    """Who starts it with Python 3.6 reads which one is needed, not a syntax error."""
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_top_level_holds_only_what_the_house_has():
    """A new file at the top is a decision about the house, so it is named here."""
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - LEFT_BY_TOOLS <= TOP_LEVEL


@pytest.mark.parametrize("project", [ROOT, *sorted((ROOT / "plugins").glob("regua-*"))], ids=lambda path: path.name)
def test_what_is_built_carries_its_licence(project: Path):
    """A distribution takes files of its own folder alone, so each plugin has the text, word for word."""
    declared = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (declared["license"], declared["license-files"]) == ("Apache-2.0", ["LICENSE"])
    assert (project / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
