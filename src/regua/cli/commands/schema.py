"""`regua schema`."""

from __future__ import annotations

import click

from regua.cli.options import common_options
from regua.cli.output import standard_output


@click.command("schema")
@click.argument("what", type=click.Choice(["policy", "test"]), default="policy")
@common_options
def command(what: str) -> None:
    """Print the JSON Schema of policy files, or of their tests, for editors and for who checks without Python.

    \b
    Example:
      regua schema policy
      regua schema test
    """
    from regua.policyfile import schema_text
    from regua.policyfile.testfile import schema_of_tests_text

    with standard_output() as output:
        output.write(schema_of_tests_text() if what == "test" else schema_text())
