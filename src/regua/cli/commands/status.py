"""`regua status`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from regua.cli.opening import chosen, config_option, opened
from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.engine import CreditorStatus, Engine, Status
    from regua.ports import Tally

_SORTS: Final = {
    "due": "due",
    "put_off": "put off",
    "claimed": "claimed",
    "sending": "sending",
    "unknown": "unknown",
    "failed": "failed",
    "wakeups": "debtors to plan",
    "asked": "to be asked for",
}
_SPAN: Final = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _read_span(ctx: click.Context, param: click.Parameter, value: str | None) -> timedelta | None:
    """Read `90s`, `15m`, `1h` or `2d`."""
    if value is None:
        return None
    match = _SPAN.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"{value!r} is no length of time; write it as 90s, 15m, 1h or 2d", ctx, param)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


@click.command("status")
@config_option
@click.option("--creditor", help="Only this creditor's debtors.")
@click.option(
    "--max-late",
    metavar="TIME",
    callback=_read_span,
    help="Exit status 1 where something that is due has waited for longer, as 15m or 2h.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
@common_options
@pass_screen
def command(screen: Screen, *, config: str, creditor: str | None, max_late: timedelta | None, form: str) -> int:
    """Say what waits in the outbox and since when, and which workers hold some of it.

    What is over (sent, suppressed) is not counted, so it is quick and may be asked often. With --max-late it is a check
    for monitoring: what should have been done by now is due, to be planned, to be asked for, or in a worker's hands.

    Exit status: 1 where something is later than --max-late, else 0.

    \b
    Example:
      regua status
      regua status --format json
      regua status --max-late 15m --quiet
    """
    with opened(config, screen) as engine:
        chosen(engine, creditor)
        status = engine.status(creditor=creditor or "")
        if form == "json" or not screen.quiet:
            with standard_output() as output:
                output.write(json.dumps(_values(status)) + "\n" if form == "json" else "".join(_text(status, engine)))
    is_late = max_late is not None and status.late > max_late
    if is_late:
        screen.problem(f"what is due has waited for {_age(status.late)}")
    return int(is_late)


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    import regua

    return {"regua": regua.__version__, "tzdata": version("tzdata")}


def _values(status: Status) -> dict[str, Any]:
    from regua.core.dates import format_instant

    def told(tally: Tally) -> dict[str, Any]:
        return {"count": tally.count, "since": None if tally.first_us is None else format_instant(tally.first_us)}

    creditors = [
        {
            "creditor": each.creditor,
            **{name: told(tally) for name, tally in each.backlog.tallies.items()},
            "reasons": dict(each.backlog.reasons),
            "workers": list(each.workers),
            "dead": list(each.dead),
        }
        for each in status.creditors
    ]
    return {
        "at": format_instant(status.at_us),
        "late_seconds": int(status.late.total_seconds()),
        "creditors": creditors,
        "versions": _versions(),
    }


def _text(status: Status, engine: Engine) -> Iterator[str]:
    for each in status.creditors:
        yield f"{each.creditor}\n"
        yield from _lines(each, status.at_us, engine.creditor(each.creditor).timezone)
    yield ", ".join(f"{name} {version}" for name, version in _versions().items()) + "\n"


def _lines(status: CreditorStatus, now: int, zone: str) -> Iterator[str]:
    """A line for each sort of which there is some, with its earliest instant on the clock of the policy."""
    from regua.core.dates import format_local

    found = {name: getattr(status.backlog, name) for name in _SORTS if status.counts[name]}
    wide = max((len(f"{tally.count:,}") for tally in found.values()), default=0)
    for name, tally in found.items():
        since = format_local(tally.first_us // 1_000_000 * 1_000_000, zone)
        ago = timedelta(microseconds=abs(now - tally.first_us))
        when = f"since {since} ({_age(ago)})" if tally.first_us <= now else f"not before {since} (in {_age(ago)})"
        yield f"  {_SORTS[name]:<15}  {tally.count:>{wide},}  {when}\n"
        for reason, count in status.backlog.reasons if name == "put_off" else ():
            yield f"  {'':<15}  {count:>{wide},}  {reason or 'for no reason given'}\n"
    if not found:
        yield "  nothing waits\n"
    if status.workers or status.dead:
        dead = f", {len(status.dead)} dead" if status.dead else ""
        yield f"  held by {counted(len(status.workers), 'worker')}{dead}\n"


def _age(span: timedelta) -> str:
    """The length of a time in its largest unit, as operators read it: `3 min`."""
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
