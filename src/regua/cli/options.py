"""What all commands understand, and how an instant is written on the command line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click

from regua.cli.screen import Screen
from regua.errors import DateError

if TYPE_CHECKING:
    from regua.core.policy import Policy

_Function = TypeVar("_Function", bound=Callable[..., Any])
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOON: Final = 12 * 60

pass_screen = click.make_pass_decorator(Screen, ensure=True)


def common_options(function: _Function) -> _Function:
    """`--quiet`, `--no-color` and `--debug`, before or after the name of the command."""
    for name, attribute, text in (
        ("--debug", "debug", "Show the traceback of an internal error (or set REGUA_DEBUG=1)."),
        ("--no-color", "colourless", "No colours (or set NO_COLOR)."),
        ("--quiet", "quiet", "Say nothing but results and problems."),
    ):
        option = click.option(
            name, attribute, is_flag=True, expose_value=False, help=text, callback=_remember(attribute)
        )
        function = option(function)
    return function


def _remember(attribute: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def callback(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's shape
        if value:
            setattr(ctx.ensure_object(Screen), attribute, True)

    return callback


class Moment(NamedTuple):  # no attrs class: `regua --help` would pay for the import
    """An instant as it was written: exact, or a civil day of the policy's zone.

    Attributes:
        instant: microseconds since 1970 UTC, or None where it is a day.
        day: ordinal of the civil day, or 0.
    """

    instant: int | None
    day: int = 0

    def noon(self, policy: Policy) -> int:
        """The instant; of a day, its noon."""
        return self.noon_in(policy.timezone)

    def noon_in(self, zone: str) -> int:
        """The same of a day in that zone."""
        return self._at(zone, self.day, _NOON)

    def end(self, policy: Policy) -> int:
        """The instant; of a day, its last microsecond."""
        return self.end_in(policy.timezone)

    def end_in(self, zone: str) -> int:
        """The same of a day in that zone."""
        return self._at(zone, self.day + 1, 0) - (self.instant is None)

    def _at(self, zone: str, day: int, minute: int) -> int:
        from regua.core.dates import instant_of

        return instant_of(day, minute, zone) if self.instant is None else self.instant


def read_moment(ctx: click.Context, param: click.Parameter, value: str | None) -> Moment | None:
    """Read `2026-04-18` or `2026-04-18T09:00-03:00`."""
    from regua.core.dates import check_day, parse_date, parse_instant

    if value is None:
        return None
    try:
        if _DAY.fullmatch(value):
            return Moment(None, check_day(parse_date(value).toordinal()))
        return Moment(parse_instant(value))
    except DateError as error:
        is_like_one = _DAY.match(value)
        message = f"{value!r} is neither a day (2026-04-18) nor an instant (2026-04-18T09:00-03:00)"
        raise click.BadParameter(str(error) if is_like_one else message, ctx, param) from None


def now() -> Moment:
    """The clock of this machine."""
    return Moment(time.time_ns() // 1000)


def moment_option(name: str, text: str) -> Callable[[_Function], _Function]:
    """An option that takes a day or an instant."""
    return click.option(name, metavar="INSTANT|DAY", callback=read_moment, help=text)


calendars_option = click.option(
    "--config", metavar="FILE", help="Settings (regua.toml): policies may name their calendars and indexes, too."
)


index_option = click.option(
    "--index",
    "indexes",
    metavar="NAME=FILE",
    multiple=True,
    help="Monthly rates that a policy names, as the Banco Central's SGS gives them in JSON or CSV; taxa-legal is the "
    'rate of interest = "legal".',
)
