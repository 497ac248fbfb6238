"""`regua export`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from regua.cli.opening import chosen, config_option, opened
from regua.cli.options import common_options, pass_screen
from regua.cli.output import STDIO, open_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.engine import Creditor, Engine


@click.command("export")
@config_option
@click.option("--creditor", help="Whose, where there are several.")
@click.option(
    "--with-personal-data", "personal_data", is_flag=True, help="Let names and addresses go along; the file holds them."
)
@click.option("-o", "--output", metavar="OUT", default=STDIO, help="Where it goes.  [default: standard output]")
@common_options
@pass_screen
def command(screen: Screen, *, config: str, creditor: str | None, personal_data: bool, output: str) -> None:
    """Write everything that is stored of a creditor, for `regua import-events` on another store.

    Facts, policies, the outbox, the evidence of every attempt: after the move nothing is sent twice, and retries go on
    with the same keys. One JSON object a line, debtor by debtor. Names and addresses stay out unless they are asked
    for.

    Stop whatever records and runs first, and do not start it again on the old store: two stores that both send send
    twice. What is recorded while the export is made makes it fail, and no import takes what was written until then.
    What a worker was sending becomes unknown after the move, as if it had died.

    With --with-personal-data a new file of -o is readable by its owner alone.

    \b
    Example:
      regua export --with-personal-data -o loja.jsonl
    """
    with opened(config, screen) as engine:
        source = _only(engine, creditor)
        if personal_data:
            screen.problem("the export holds personal data: names and addresses; keep it as such, and delete it")
        with open_output(output, private=personal_data) as out:
            debtors = lines = 0
            for line in source.export(personal_data=personal_data):
                out.write(line)
                lines += 1
                debtors += line.startswith('{"type":"debtor"')
                screen.progress(f"exporting: {counted(debtors, 'debtor')}")
    screen.note(f"creditor {source.id}: {counted(debtors, 'debtor')} in {counted(lines, 'line')}")


def _only(engine: Engine, name: str | None) -> Creditor:
    """The creditor of that name, or the only one.

    Raises:
        UsageError: there are several, and none is named.
    """
    found = chosen(engine, name)
    if len(found) > 1:
        raise click.UsageError(f"there are several creditors ({', '.join(engine.creditors)}); choose with --creditor")
    return found[0]
