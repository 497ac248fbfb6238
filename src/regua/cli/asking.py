"""From the arguments that `plan` and `explain` share to schedules, one debtor after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import frozen

from regua.cli.debtors import Debtor
from regua.cli.inputs import load_policies, only_once
from regua.cli.options import Moment, moment_option, now

if TYPE_CHECKING:
    from regua.core.calendars import Calendar
    from regua.core.planning import Schedule
    from regua.core.policy import Policy

_Function = TypeVar("_Function", bound=Callable[..., Any])

WHEN = """
An instant is written 2026-04-18T09:00-03:00. A day (2026-04-18) is one of the policy's time zone (of the first
policy's, where there are several): `--as-of` takes its noon, when the steps of the morning are due; `--known-at` and
`--until` take the whole day.
"""


def question_options(function: _Function) -> _Function:
    """POLICY, EVENTS and what both commands ask with them."""
    decorators = (
        click.argument("policy", metavar="POLICY"),
        click.argument("events", metavar="EVENTS"),
        click.option("--policy", "more", metavar="FILE", multiple=True, help="A further policy, or version of one."),
        moment_option("--as-of", "What counts as past.  [default: now]"),
        moment_option("--known-at", "Leave out what was recorded later.  [default: as of]"),
        click.option("--creditor", help="Only this creditor's debtors."),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


@frozen(kw_only=True)
class Question:
    """What is asked of the planner.

    Attributes:
        files: names of the policy files.
        policies: what they hold.
        as_of: instant.
        known_at: instant.
        until: instant, or None.
    """

    files: tuple[str, ...]
    policies: tuple[Policy, ...]
    as_of: int
    known_at: int
    until: int | None = None

    @classmethod
    def of(
        cls,
        files: tuple[str, ...],
        events: str,
        *,
        as_of: Moment | None,
        known_at: Moment | None,
        until: Moment | None = None,
    ) -> Question:
        """Load the policies, and give the moments in their zone."""
        only_once(*files, events)
        policies = tuple(load_policies(files))
        first = policies[0]
        at = (as_of or now()).noon(first)
        return cls(
            files=files,
            policies=policies,
            as_of=at,
            known_at=at if known_at is None else known_at.end(first),
            until=None if until is None else until.end(first),
        )

    @property
    def zone(self) -> str:
        """The zone in which the moments were meant."""
        return self.policies[0].timezone

    def schedules(self, debtors: Iterable[Debtor], on_error: Callable[[str], object]) -> Iterator[Schedule]:
        """Plan each debtor of whom something was known.

        Args:
            debtors: what was read of each.
            on_error: called with why a debtor cannot be planned; the others are.
        """
        from regua.core.planning import plan
        from regua.errors import ReguaError

        known = calendars()
        for debtor in debtors:
            try:
                account = debtor.account(self.policies, self.known_at)
                if not account.events:
                    continue
                schedule = plan(self.policies, account, as_of=self.as_of, calendar=known, until=self.until)
            except ReguaError as error:
                on_error(debtor.told(error))
            else:
                yield schedule


def calendars() -> dict[str, Calendar]:
    """The calendars that policies may name."""
    from regua.core.calendars import BrazilianBankCalendar, WeekdayCalendar

    return {calendar.name: calendar for calendar in (WeekdayCalendar(), BrazilianBankCalendar())}
