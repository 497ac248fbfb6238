"""`regua migrate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from regua.cli.inputs import Problems
from regua.cli.opening import config_option
from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.ports import Store


@click.command("migrate")
@config_option
@click.option("--check", is_flag=True, help="Change nothing; exit status 1 where something is missing.")
@click.option("--sql", is_flag=True, help="Change nothing; print the SQL that would run.")
@common_options
@pass_screen
def command(screen: Screen, *, config: str, check: bool, sql: bool) -> int:
    """Bring the tables of the store up to date, and of the [vault]; what is up to date stays as it is.

    A SQLite file is brought up to date whenever it is opened: there this is for who wants to see it first. A PostgreSQL
    database never is: nothing else makes its tables, and what --sql prints is a script for who may. --check and --sql
    may be given together; neither makes a file or changes a table.

    \b
    Example:
      regua migrate --check
      regua migrate --sql
    """
    statements: list[str] = []
    for store in _unmigrated(config):
        try:
            statements += store.migrate(apply=not (check or sql))
        finally:
            store.close()
    if sql:
        with standard_output() as output:
            output.write("".join(f"{statement}\n" for statement in statements))
    if not statements:
        screen.note("the tables are up to date")
    elif check or sql:
        (screen.problem if check else screen.note)(f"{counted(len(statements), 'statement')} to run: regua migrate")
    else:
        screen.note(f"{counted(len(statements), 'statement')} run; the tables are up to date")
    return int(check and bool(statements))


def _unmigrated(config: str) -> Iterator[Store]:
    """Open the store as it is, then that of the vault's keys.

    Raises:
        Problems: the settings name none.
    """
    from regua.engine.settings import read_settings
    from regua.engine.vault import check_apart
    from regua.plugins import Registry

    registry = Registry.discover()
    settings = read_settings(config, registry)
    if not settings.store_url:
        raise Problems([f'{config}: nothing says where to store; add [store] url = "sqlite:///regua.sqlite3"'])
    if settings.vault is not None:
        check_apart(settings.store_url, settings.vault.url)
    for url in (settings.store_url, *([settings.vault.url] if settings.vault else [])):
        yield registry.stores[url.partition(":")[0]].open(url, migrate=False)
