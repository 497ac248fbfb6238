"""`regua check`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import evolve, frozen

from regua.cli.inputs import only_once, policy_source
from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.core.policy import Policy
    from regua.engine.settings import Settings
    from regua.messages import MessageBook
    from regua.plugins import Registry
    from regua.policyfile import Catalog, Diagnostic, Source


@click.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--against", metavar="OLD", help="An older version of the one FILE: what was renamed or silently changed."
)
@click.option("--config", metavar="FILE", help="Settings: what they lack is refused, also in their message templates.")
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
    from regua.plugins import Registry
    from regua.policyfile import check_policy

    only_once(*files, *([against] if against else []))
    if against and len(files) > 1:
        raise click.UsageError("--against compares one FILE with its older version; check the others apart")
    older = None if against is None else policy_source(against)[0]
    settings = None if config is None else _settings(config)
    catalog = settings.catalog if settings else Registry.discover().catalog()
    found: list[Diagnostic] = list(settings.problems) if settings else []
    sources = list(map(policy_source, files))
    for source, name in sources:
        found += check_policy(source, catalog=catalog, against=older, name=name)
        found += settings.check(source, name) if settings else []
    found += settings.check_folder(sources) if settings else []
    found = list(dict.fromkeys(found))
    errors = sum(problem.severity == "error" for problem in found)
    with standard_output() as output:
        output.write(_FORMS[form](found, screen))
    warnings = counted(len(found) - errors, "warning")
    screen.note(f"{counted(len(files), 'file')}: {counted(errors, 'error')}, {warnings}")
    return int(errors > 0)


@frozen(kw_only=True)
class _Known:
    """What policies are held against.

    Attributes:
        settings: that were read.
        registry: what the plugins gave.
        book: the message templates, or None where they cannot be used.
        catalog: the names that policies may use.
        problems: of the settings' own message templates.
    """

    settings: Settings
    registry: Registry
    book: MessageBook | None
    catalog: Catalog
    problems: Sequence[Diagnostic]

    def check(self, source: Source, name: str) -> list[Diagnostic]:
        """Creditors that must say more of themselves under a policy, and texts that no channel can carry."""
        from regua.cli.texts import check_texts
        from regua.engine.identifying import check_creditors

        policy = self._policy(source, name)
        if policy is None:
            return []
        found = check_creditors(self.settings, policy, source if isinstance(source, Path) else None)
        return found if self.book is None else [*found, *check_texts(self.settings, self.registry, self.book, policy)]

    def check_folder(self, sources: Sequence[tuple[Source, str]]) -> list[Diagnostic]:
        """Message files that no policy asks for, neither one that is checked nor one of the settings."""
        from regua.cli.texts import check_folder

        if self.book is None:
            return []
        theirs = [each for creditor in self.settings.creditors.values() for each in creditor.policies]
        policies = [self._policy(source, name) for source, name in sources]
        policies += [self._policy(each, str(each)) for each in theirs if isinstance(each, Path)]
        asked = {name for policy in policies if policy for step in policy.steps for name in step.templates.values()}
        return list(check_folder(self.settings, None if None in policies else asked))

    def _policy(self, source: Source, name: str) -> Policy | None:
        """The policy, or None where it has errors."""
        from regua.errors import PolicyError
        from regua.policyfile import load_policy

        try:
            return load_policy(source, catalog=self.catalog, name=name)
        except PolicyError:
            return None


def _settings(config: str) -> _Known:
    """The settings, and the names that they have.

    Raises:
        SettingsError: the settings are not there, or have problems.
    """
    from regua.cli.texts import read_book
    from regua.engine.settings import read_settings
    from regua.plugins import Registry

    registry = Registry.discover()
    settings = read_settings(config, registry, to_open=False)
    book, problems = read_book(settings)
    catalog = registry.catalog(
        channels=settings.channels,
        templates=None if book is None else book.names(),
        registrars=settings.registrars,
        calendars=settings.calendars,
        indexes=settings.indexes,
    )
    catalog = evolve(catalog, kinds=_kinds(settings, registry), notifying=_notifying(settings, registry))
    return _Known(settings=settings, registry=registry, book=book, catalog=catalog, problems=problems)


def _kinds(settings: Settings, registry: Registry) -> frozenset[str]:
    """Kinds of step that something carries out; an executor whose class does not say which is believed to do all."""
    from regua.core.planning.support import CARRIED_OUT
    from regua.core.policy import WRITTEN

    classes = [registry.executors[each.use] for each in (*settings.executors.values(), *settings.registrars.values())]
    told = [getattr(each, "kinds", None) for each in classes]
    known = [each if isinstance(each, frozenset) else CARRIED_OUT for each in told]
    boleto = {"boleto"} if settings.boletos else set[str]()
    return CARRIED_OUT & frozenset({*WRITTEN, *boleto, "task"}).union(*known)


def _notifying(settings: Settings, registry: Registry) -> frozenset[str]:
    """Registrars that send the legal notice by themselves; one whose class does not say so is believed to."""
    from regua.ports import Capabilities

    told = {
        name: getattr(registry.executors[each.use], "capabilities", None) for name, each in settings.registrars.items()
    }
    return frozenset(
        name for name, each in told.items() if not isinstance(each, Capabilities) or each.sends_legal_notice
    )


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
