"""`regua schema`."""

from __future__ import annotations

import click

from regua.cli.options import common_options
from regua.cli.output import standard_output


@click.command("schema")
@click.argument("what", type=click.Choice(["policy"]), default="policy")
@common_options
def command(what: str) -> None:  # noqa: ARG001 - there is one schema up to now
    """Print the JSON Schema of policy files, for editors and for who checks without Python.

    \b
    Example:
      regua schema policy
    """
    from regua.policyfile import schema_text

    with standard_output() as output:
        output.write(schema_text())
