"""The reference of the command line: every command's own help."""

from tests.docs.executing import regua

from regua.cli.app import COMMANDS


def commands() -> str:
    """What `--help` says of every command."""
    return "\n".join([_section(), *(_section(name) for name in COMMANDS)])


def _section(*words: str) -> str:
    return f"## `{' '.join(('regua', *words))}`\n\n```text\n{regua(*words, '--help').rstrip()}\n```\n"
