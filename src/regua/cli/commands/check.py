"""`regua check`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from regua.cli.inputs import only_once, policy_source
from regua.cli.opening import check_config
from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.policyfile import Catalog, Diagnostic


@click.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--against", metavar="OLD", help="An older version of the one FILE: what was renamed or silently changed."
)
@click.option(
    "--config", metavar="FILE", help="Settings: a channel, template or registrar that they do not have is refused."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of GitHub Actions.",
)
@common_options
@pass_screen
def command(screen: Screen, *, files: tuple[str, ...], against: str | None, config: str | None, form: str) -> int:
    """Tell everything that is wrong with policy files, or suspicious in them.

    Each problem stands at its line and column, with its code and the remedy. FILE may be `-` for standard input.
    Exit status: 0 where there is no error (warnings are printed all the same), 1 where there is one.

    \b
    Example:
      regua check policy.toml
      regua check email.toml --config regua.toml
      regua check policy.toml --against old.toml --format github
    """
    from regua.policyfile import DEFAULT_CATALOG, check_policy

    only_once(*files, *([against] if against else []))
    if against and len(files) > 1:
        raise click.UsageError("--against compares one FILE with its older version; check the others apart")
    older = None if against is None else policy_source(against)[0]
    catalog = DEFAULT_CATALOG if config is None else _catalog(config)
    found: list[Diagnostic] = []
    for file in files:
        source, name = policy_source(file)
        found += check_policy(source, catalog=catalog, against=older, name=name)
    errors = sum(problem.severity == "error" for problem in found)
    with standard_output() as output:
        output.write(_FORMS[form](found, screen))
    warnings = counted(len(found) - errors, "warning")
    screen.note(f"{counted(len(files), 'file')}: {counted(errors, 'error')}, {warnings}")
    return int(errors > 0)


def _catalog(config: str) -> Catalog:
    """The names that the settings have.

    Raises:
        Problems: there is no such file.
        SettingsError: the settings have problems.
    """
    from regua.engine.settings import read_settings
    from regua.messages import MessageBook
    from regua.plugins import Registry

    check_config(config)
    registry = Registry.discover()
    settings = read_settings(config, registry)
    templates = MessageBook.open(*([settings.templates] if settings.templates else [])).names()
    return registry.catalog(channels=settings.channels, templates=templates, registrars=settings.registrars)


def _text(found: Sequence[Diagnostic], screen: Screen) -> str:
    return "".join(_coloured(problem, screen) + "\n" for problem in found)


def _coloured(problem: Diagnostic, screen: Screen) -> str:
    colour = "red" if problem.severity == "error" else "yellow"
    code = f"[{problem.code}]"
    return str(problem).removesuffix(code) + screen.paint(code, colour)


def _json(found: Sequence[Diagnostic], _: Screen) -> str:
    import attrs

    return json.dumps([attrs.asdict(problem) for problem in found], indent=2, ensure_ascii=False) + "\n"


def _github(found: Sequence[Diagnostic], _: Screen) -> str:
    """Workflow commands; what would end a property or a line is escaped as GitHub says."""
    return "".join(
        f"::{problem.severity} file={_property(problem.file)},line={problem.line},col={problem.column},"
        f"title={_property(problem.code)}::{_escaped(problem.message)}\n"
        for problem in found
    )


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


_FORMS = {"text": _text, "json": _json, "github": _github}
