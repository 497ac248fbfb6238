"""With Django's connection, on SQLite and on PostgreSQL; in processes of their own, since a process has one Django."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.docs.pages import DOCS, ROOT, Page
from tests.servers.postgres import GIVEN, PostgresServer

pytestmark = pytest.mark.one_python

MIGRATE = "PostgresStore.open(store_url(), migrate=False).migrate()"
OWN_URL = """
def store_url() -> str:
    return postgres_url(connection.settings_dict)
"""


def _run(folder: Path, *words: str, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_contract_holds_with_django(postgres: PostgresServer):
    """Databases of both sorts, beside each other."""
    tests = Path(__file__).with_name("django_hosts.py")
    _run(ROOT, "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(tests), **{GIVEN: postgres.url})


def test_the_app_of_the_how_to_runs_on_postgresql(postgres: PostgresServer, tmp_path: Path):
    """With the changes that it names: its own tests pass, and the test database can be made and dropped."""
    if not postgres.is_ours:
        pytest.skip("the user of a given server may not make databases")
    page = Page(DOCS / "how-to/use-with-django.md")
    files = {block.saved_as: block.body for block in page.blocks if block.saved_as}
    (url_of,) = [block.body.partition("print(")[0] for block in page.blocks if "def postgres_url" in block.body]
    parts = conninfo_to_dict(postgres.url)
    given = {"NAME": parts["dbname"], "USER": parts["user"], "HOST": parts["host"], "TEST": {"NAME": "test_shop"}}
    default = {"ENGINE": "django.db.backends.postgresql", **given}
    assert MIGRATE in page.text
    files["shop/settings.py"] += f'\nDATABASES = {{"default": {default!r}}}\n'
    files["shop/dunning.py"] += f"\n{url_of}{OWN_URL}"
    files["shop/apps.py"] = files["shop/apps.py"].replace(
        "    Engine.open", f"    from regua_postgres import PostgresStore\n\n    {MIGRATE}\n    Engine.open"
    )
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.joinpath("__init__.py").touch()
        path.write_text(text, encoding="utf-8")
    paths = os.pathsep.join(["", *sys.path])
    _run(tmp_path, "django", "test", DJANGO_SETTINGS_MODULE="shop.settings", PYTHONPATH=paths)
