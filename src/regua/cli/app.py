"""The commands by name, and what becomes of each kind of error."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final

import click

from regua.cli.interrupts import Interrupted
from regua.cli.options import common_options
from regua.cli.screen import MOST_SHOWN, Screen, counted
from regua.errors import MapError, PolicyError, ReguaError, SettingsError

PROBLEMS: Final = 1
USAGE: Final = 2
INTERNAL: Final = 3
NOBODY_READS: Final = 141

COMMANDS: Final = {
    "init": "Write a starter that works at once.",
    "check": "Tell everything that is wrong with policy files.",
    "test": "Run the tests of policies.",
    "plan": "Make the schedule: what to do, when and why.",
    "explain": "Say why, and why not, of one debtor's actions.",
    "preview": "Show the messages that one debtor would get.",
    "diff": "Show what a policy change would do to receivables in flight.",
    "simulate": "Run the engine over facts with a test clock.",
    "import": "Turn a file of a billing system into events.",
    "record": "Store events, with the names and addresses that they refer to.",
    "run": "Carry out what is due, once or from now on.",
    "status": "Say what waits, since when, and who holds some.",
    "unknowns": "List what nobody knows the fate of, and record what a person knows.",
    "replay": "Tell what was done to a debtor, and decide it again.",
    "dossier": "Tell everything about a debtor, for a lawyer.",
    "export": "Write everything of a creditor, to move it to another store.",
    "import-events": "Take over a creditor whom `regua export` wrote.",
    "erase": "Destroy the personal data of a debtor.",
    "migrate": "Bring the tables of the store up to date.",
    "law": "List the rules of the legal packs, and what is due for review.",
    "schema": "Print the JSON Schema of policy files or of their tests.",
    "plugins": "List what is installed, and what is wrong with it.",
    "new-plugin": "Make the package of a plugin that works at once.",
    "demo": "Live through a quarter of a sample portfolio.",
}
"""Each command and its one line; a module of that name in `regua.cli.commands` (`import` is `importing`)."""
_MODULES: Final = {"import": "importing", "import-events": "import_events", "new-plugin": "new_plugin"}


class Commands(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's shape
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's shape
        """Import it, where there is one of that name; what is not regua's own may be a plugin's."""
        if cmd_name not in COMMANDS:
            return _of_a_plugin(cmd_name)
        module = import_module(f"regua.cli.commands.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where there is none."""
        from difflib import get_close_matches

        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and _of_a_plugin(name) is None:
            close = get_close_matches(name, COMMANDS, n=1)
            remedy = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command {name!r}; {remedy}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; where nobody reads its output any more, end silently."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return NOBODY_READS

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List them without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        formatter.write_paragraph()
        formatter.write_text("Plugins bring commands of their own; `regua plugins` lists them.")


def _of_a_plugin(name: str) -> click.Command | None:
    from regua.plugins import Registry

    return Registry.discover(commands=True).commands.get(name)


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's shape
    if value and not ctx.resilient_parsing:
        import regua as face

        click.echo(f"regua {face.__version__}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    help="Show the version and exit.",
    callback=_version,
)
@common_options
def regua() -> None:
    """Dunning for receivables: a policy, the facts and a date in; what to do, when and why out.

    \b
    Example:
      regua demo
      regua init my-dunning
      regua import receivables.csv --map receivables.map.toml -o events.jsonl
      regua plan policy.toml events.jsonl --as-of 2012-06-15

    Exit status: 0 well, 1 problems in what was given, 2 wrong usage, 3 a bug of regua, 130 after Ctrl-C, 143 after
    SIGTERM.
    """


def run(arguments: Sequence[str]) -> int:
    """Run the command line and give the exit status; errors become a line or two on standard error."""
    _prepare_streams()
    screen = Screen()
    try:
        status = _invoke(arguments, screen)
        sys.stdout.flush()
    except Interrupted as interrupted:
        screen.clear()
        status = interrupted.status
    except (BrokenPipeError, SystemExit):  # click leaves so where nobody reads its help
        status = NOBODY_READS
    except OSError as error:
        screen.error(_failed_access(error))
        status = PROBLEMS
    except Exception as error:  # noqa: BLE001 - whatever it is, it is ours
        status = _internal(error, screen)
    return _end(status)


def _prepare_streams() -> None:
    """Write the same bytes on every machine; a stream that was closed before the start leads nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            from pathlib import Path

            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - it stays for good
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _invoke(arguments: Sequence[str], screen: Screen) -> int:
    try:
        status = regua.main(list(arguments), prog_name="regua", standalone_mode=False, obj=screen)
    except click.ClickException as error:
        screen.clear()
        if screen.as_json:
            screen.error(error.message)
        else:
            error.show()
        return error.exit_code
    except click.Abort:
        return Interrupted(2).status
    except ReguaError as error:
        _problem(error, screen)
        return PROBLEMS
    return status if isinstance(status, int) else 0


def _problem(error: ReguaError, screen: Screen) -> None:
    """The text of an error names the place and the remedy; where it is a list, each line does."""
    if isinstance(error, PolicyError | SettingsError):
        screen.problem("\n".join(map(str, error.diagnostics[:MOST_SHOWN])))
        if len(error.diagnostics) > MOST_SHOWN:
            more = counted(len(error.diagnostics) - MOST_SHOWN, "more problem")
            remedy = "; `regua check` tells them all" if isinstance(error, PolicyError) else ""
            screen.problem(f"and {more}{remedy}")
    elif isinstance(error, MapError):
        screen.problem(str(error))
    else:
        screen.error(str(error))


def _failed_access(error: OSError) -> str:
    why = error.strerror or str(error)
    return f"{error.filename}: {why}" if error.filename else why


def _internal(error: Exception, screen: Screen) -> int:
    if screen.debug:
        import traceback

        screen.problem("".join(traceback.format_exception(error)).rstrip())
    remedy = "please report it" if screen.debug else "run the same with --debug to see where, and report it"
    screen.error(f"a bug of regua: {type(error).__name__}: {error}; {remedy}")
    return INTERNAL


def _end(status: int) -> int:
    """Leave nothing for the interpreter to write after the last line."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status
