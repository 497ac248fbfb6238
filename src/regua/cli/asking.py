"""From the arguments that `plan` and `explain` share to schedules, one debtor after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import field, frozen

from regua.cli.debtors import Debtor
from regua.cli.inputs import Problems, load_policies, only_once
from regua.cli.options import Moment, calendars_option, index_option, moment_option, now

if TYPE_CHECKING:
    from regua.core.calendars import Calendar
    from regua.core.indexes import Index
    from regua.core.planning import Schedule
    from regua.core.policy import Policy
    from regua.engine.settings import Settings

_Function = TypeVar("_Function", bound=Callable[..., Any])

WHEN = """
An instant is written 2026-04-18T09:00-03:00. A day (2026-04-18) is one of the policy's time zone (of the first
policy's, where there are several): `--as-of` takes its noon, when the steps of the morning are due; `--known-at` and
`--until` take the whole day.
"""


def question_options(function: _Function) -> _Function:
    """POLICY, EVENTS and what both commands ask with them."""
    for decorate in (click.argument("events", metavar="EVENTS"), click.argument("policy", metavar="POLICY")):
        function = decorate(function)
    return moment_options(function)


def moment_options(function: _Function) -> _Function:
    """What both commands ask with POLICY and EVENTS."""
    decorators = (
        click.option("--policy", "more", metavar="FILE", multiple=True, help="A further policy, or version of one."),
        moment_option("--as-of", "What counts as past.  [default: now]"),
        moment_option("--known-at", "Leave out what was recorded later.  [default: as of]"),
        click.option("--creditor", help="Only this creditor's debtors."),
        calendars_option,
        index_option,
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def nothing_known(debtor: str) -> Problems:
    """Say that the question is about a time before everything."""
    return Problems([f"nothing was known of debtor {debtor!r} then; ask with a later --as-of or --known-at"])


@frozen(kw_only=True)
class Question:
    """What is asked of the planner.

    Attributes:
        files: names of the policy files.
        policies: what they hold.
        as_of: instant.
        known_at: instant.
        until: instant, or None.
        calendars: by name.
        indexes: monthly rates by name.
    """

    files: tuple[str, ...]
    policies: tuple[Policy, ...]
    as_of: int
    known_at: int
    calendars: Mapping[str, Calendar]
    until: int | None = None
    indexes: Mapping[str, Index] = field(factory=dict)

    @classmethod
    def of(
        cls,
        files: tuple[str, ...],
        events: str,
        *,
        as_of: Moment | None,
        known_at: Moment | None,
        until: Moment | None = None,
        config: str | None = None,
        indexes: tuple[str, ...] = (),
    ) -> Question:
        """Load the policies, and give the moments in their zone."""
        only_once(*files, events)
        known = calendars(config)
        policies = tuple(load_policies(files, known))
        first = policies[0]
        at = (as_of or now()).noon(first)
        return cls(
            files=files,
            policies=policies,
            as_of=at,
            known_at=at if known_at is None else known_at.end(first),
            calendars=known,
            until=None if until is None else until.end(first),
            indexes=read_indexes(indexes, config),
        )

    @property
    def zone(self) -> str:
        """The zone in which the moments were meant."""
        return self.policies[0].timezone

    def schedule(self, debtor: Debtor) -> Schedule:
        """Plan one debtor.

        Raises:
            Problems: it cannot be planned, or nothing was known of it.
        """
        problems: list[str] = []
        found = list(self.schedules([debtor], problems.append))
        if problems:
            raise Problems(problems)
        if not found:
            raise nothing_known(debtor.debtor)
        return found[0]

    def schedules(self, debtors: Iterable[Debtor], on_error: Callable[[str], object]) -> Iterator[Schedule]:
        """Plan each debtor of whom something was known.

        Args:
            debtors: what was read of each.
            on_error: called with why a debtor cannot be planned; the others are.
        """
        from regua.core.planning import plan
        from regua.errors import ReguaError

        for debtor in debtors:
            try:
                account = debtor.account(self.policies, self.known_at)
                if not account.events:
                    continue
                schedule = plan(
                    self.policies,
                    account,
                    as_of=self.as_of,
                    calendar=self.calendars,
                    indexes=self.indexes,
                    until=self.until,
                )
            except ReguaError as error:
                on_error(debtor.told(error))
            else:
                yield schedule


def read_indexes(given: Iterable[str], config: str | None = None) -> dict[str, Index]:
    """What `--index NAME=FILE` gives, by name, before what the settings have.

    Args:
        given: each a name and a file.
        config: a `regua.toml`, or None.

    Raises:
        Problems: a file that cannot be read or does not hold monthly rates.
        SettingsError: the settings have problems.
    """
    from pathlib import Path

    from regua.engine.settings import read_rates
    from regua.errors import DecodeError

    found: dict[str, Index] = {} if config is None else {**_configured(config).indexes}
    for each in given:
        name, equals, file = each.partition("=")
        if not (name and equals and file):
            raise click.UsageError(f"--index {each!r} names no file; write --index taxa-legal=29543.json")
        try:
            found[name] = read_rates(Path(file), name)
        except DecodeError as error:
            raise Problems([f"{file}: {error}"]) from None
    return found


def calendars(config: str | None = None) -> dict[str, Calendar]:
    """The calendars that policies may name: those of plugins, and of a `regua.toml`.

    Args:
        config: a `regua.toml` that has some more, or None.

    Raises:
        SettingsError: it is not there, or has problems.
    """
    from regua.plugins import Registry

    installed = dict(Registry.discover().calendars)
    return installed if config is None else {**installed, **_configured(config).calendars}


def _configured(config: str) -> Settings:
    from regua.engine.settings import read_settings
    from regua.plugins import Registry

    return read_settings(config, Registry.discover(), to_open=False)
