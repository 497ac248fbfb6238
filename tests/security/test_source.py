"""What the source does not do: load code or documents of dangerous forms, speak to hosts, put values into SQL."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

pytestmark = pytest.mark.one_python
ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "plugins").glob("*/src/**/*.py")])
NEEDED = {
    "regua": {"attrs", "cattrs", "holidays", "jinja2", "pendulum", "pluggy", "python-dateutil", "structlog", "tzdata"},
    "regua-postgres": {"psycopg", "psycopg-pool", "regua"},
}
DOCUMENTS = {"yaml", "ruamel", "xml", "lxml", "defusedxml", "zipfile", "tarfile", "gzip", "bz2", "lzma", "zlib"}
OBJECTS = {"pickle", "marshal", "shelve", "dill", "code", "codeop", "runpy"}
HOSTS = {
    "httpx",
    "requests",
    "aiohttp",
    "urllib3",
    "http",
    "ftplib",
    "smtplib",
    "poplib",
    "imaplib",
    "telnetlib",
    "ssl",
}
WITHOUT_HARM = {
    ("src/regua/cli/junit.py", "xml.etree"): "writes XML and reads none",
    ("src/regua/reports/dossier/pdf.py", "xml.sax.saxutils"): "escapes text for XML and reads none",
    ("src/regua/builtin/sqlite/connections.py", "urllib.parse"): "writes the URL of a file",
    ("src/regua/testing/contracts/secrecy.py", "urllib.parse"): "looks for addresses as a URL writes them",
}


LOOKED_AT = (ast.Import, ast.ImportFrom, ast.Call, ast.JoinedStr, ast.BinOp)


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """What is looked at of every module, with the path of the module; read once."""
    return [
        (path.relative_to(ROOT).as_posix(), node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, LOOKED_AT)
    ]


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that a node imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        yield node.module or ""


def imports() -> Iterator[tuple[str, str]]:
    """Every file with every module that it imports, in either way."""
    return ((path, name) for path, node in nodes() for name in imported(node))


def test_nothing_reads_yaml_xml_archives_or_objects():
    """Policies are TOML, facts JSON or CSV: no aliases, entities, bombs of zeros or code that comes in a document."""
    found = {each for each in imports() if each[1].partition(".")[0] in DOCUMENTS | OBJECTS}
    assert found - WITHOUT_HARM.keys() == set()


def test_nothing_speaks_to_a_host():
    """No client of HTTP or mail is in the core distribution: the channel that has one is a plugin."""
    found = {each for each in imports() if each[1].partition(".")[0] in HOSTS or each[1].startswith("urllib")}
    mail = {each for each in found if each[0].startswith("plugins/regua-email/")}
    assert mail
    assert found - mail - WITHOUT_HARM.keys() == set()


def test_what_is_said_to_be_without_harm_is_there():
    """No exception outlives what it was for."""
    assert WITHOUT_HARM.keys() - set(imports()) == set()


def test_nothing_is_evaluated():
    """No text becomes code."""
    called = [(path, node.func.id) for path, node in nodes() if isinstance(node, ast.Call) and _is_name(node.func)]
    assert [(path, name) for path, name in called if name in {"eval", "exec", "compile"}] == []


def _is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


EXECUTING = {"execute", "executemany", "executescript"}
SQL = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "PRAGMA", "BEGIN", "SAVEPOINT", "ROLLBACK")
SQL = (*SQL, "RELEASE", "SET ", "LOCK", "COPY", "GRANT", "REVOKE", "WITH ", "VACUUM", "ATTACH", "NOTIFY", "LISTEN")
PUT_IN = {
    "name": "of a savepoint, ours",
    "connection.isolation_level": "of sqlite3: DEFERRED, IMMEDIATE or EXCLUSIVE, which it checks",
    "int(before)": "a number that SQLite gave",
    "values": "number, name and hash of a migration of ours",
    "'FULL' if self._durable else 'OFF'": "one of two words",
}
"""What is put into statements beside constants, and why it may be."""


def statements() -> Iterator[tuple[str, ast.AST]]:
    """Every text that begins as SQL does or is given to be carried out, with its place."""
    for path, node in nodes():
        place = f"{path}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.JoinedStr | ast.BinOp | ast.Call) and _beginning(node).startswith(SQL):
            yield place, node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in EXECUTING:
            yield from ((place, each) for each in node.args[:1])


def _beginning(node: ast.AST) -> str:
    """The constant text with which a text begins."""
    first = next(ast.iter_child_nodes(node), None)
    if isinstance(first, ast.Constant):
        return str(first.value)
    return _beginning(first) if isinstance(first, ast.JoinedStr | ast.BinOp | ast.Attribute) else ""


def put_in(node: ast.AST) -> Iterator[ast.AST]:
    """What is put into a text: by f-string, by % or +, by format."""
    for each in ast.walk(node):
        if isinstance(each, ast.FormattedValue):
            yield each.value
        elif isinstance(each, ast.BinOp) and isinstance(each.op, ast.Mod | ast.Add):
            yield from (each.left, each.right)
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "format":
            yield each


def is_constant(node: ast.AST) -> bool:
    """Whether something is made of constants alone, which are written in capitals."""
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    bound = {each.id for each in names if isinstance(each.ctx, ast.Store)}
    called = {each.func.id for each in ast.walk(node) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}
    held = {each.id for each in names} - bound - called
    return all(name.lstrip("_").isupper() for name in held) and not any(map(_is_attribute, ast.walk(node)))


def _is_attribute(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and not isinstance(node.value, ast.Constant)


def test_no_value_is_put_into_a_statement():
    """Every value is a parameter; what is put together are names of columns, which are constants of ours."""
    found = [(place, each) for place, node in statements() for each in put_in(node)]
    others = {(place, ast.unparse(each)) for place, each in found if not is_constant(each)}
    assert len(found) >= 20
    assert sorted(each for each in others if each[1] not in PUT_IN) == []
    assert PUT_IN.keys() - {what for _, what in others} == set()


@pytest.mark.parametrize(
    "text", ["f'SELECT {x}'", "'DELETE FROM t WHERE a = %s' % x", "'SELECT ' + x", "c.execute(f'{x}')"]
)
def test_a_value_that_is_put_into_a_statement_is_found(text: str):
    """In each of the ways in which it can be."""
    node = ast.parse(text, mode="eval").body
    assert _beginning(node).startswith(SQL) or isinstance(node, ast.Call)
    assert any(not is_constant(each) for each in put_in(node))


@pytest.mark.parametrize("distribution", NEEDED)
def test_what_comes_with_a_distribution_is_named_here(distribution: str):
    """One more dependency at run time is one more whom everybody has to trust."""
    folder = ROOT if distribution == "regua" else ROOT / "plugins" / distribution
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {each.partition(">")[0].partition("[")[0].partition("=")[0].strip() for each in project["dependencies"]}
    assert names == NEEDED[distribution]


def test_every_locked_file_has_its_hash():
    """What is installed from the lock is what was locked, whatever an index serves by then."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    files = {
        package["name"]: [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        for package in packages
        if "registry" in package["source"]
    }
    assert len(files) >= 50
    assert [name for name, each in files.items() if not each] == []
    assert [name for name, each in files.items() if not all(file["hash"].startswith("sha256:") for file in each)] == []


def test_jinja_is_one_whose_sandbox_holds():
    """Before 3.1.6 it could be left (CVE-2025-27516)."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    [version] = [package["version"] for package in packages if package["name"] == "jinja2"]
    assert tuple(map(int, version.split("."))) >= (3, 1, 6)
    assert sys.version_info >= (3, 11)
