"""`regua run`."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NoReturn

import click

from regua.cli.interrupts import uninterrupted
from regua.cli.opening import chosen, config_option, opened
from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen

if TYPE_CHECKING:
    from regua.engine import Engine

AT_ONCE: Final = 100
"""Actions between two looks at the clock."""
LONGEST_PAUSE: Final = 5.0
"""Seconds after which what others have recorded is noticed."""
SHORTEST_PAUSE: Final = 0.2


@click.command("run")
@config_option
@click.option("--once", is_flag=True, help="Carry out what is due now, and end.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="With --once: at most N actions.")
@click.option("--creditor", help="Only this creditor's debtors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="With --once: the counts for people or for programs.",
)
@common_options
@pass_screen
def command(screen: Screen, *, config: str, once: bool, limit: int | None, creditor: str | None, form: str) -> int:
    """Carry out what is due: check again, send, record what came of it.

    Without --once it stays, sleeps until something is due and notices within seconds what others record. Ctrl-C or
    SIGTERM ends it after the action in flight; nothing is sent twice, whenever it ends and however many run at once.
    What cannot be carried out is told on standard error: what is stuck waits for a mended configuration or account,
    what is unknown may have left and is never sent again by itself.

    \b
    Exit status of --once: 1 where something is stuck, else 0.

    \b
    Example:
      regua run --once
      regua run --once --limit 100 --format json
    """
    if not once and (limit is not None or form != "text"):
        raise click.UsageError("--limit and --format are for --once")
    with opened(config, screen) as engine:
        chosen(engine, creditor)
        if not once:
            _stay(engine, creditor or "", screen)
        with uninterrupted, standard_output() as output:  # what was done is told, also where a signal ends it
            counts = _carry_out(engine, creditor or "", limit)
            output.write(_said(counts, engine, creditor or "", form, quiet=screen.quiet))
        if counts["stuck"]:
            screen.problem("why a debtor's actions are stuck: regua replay --debtor DEBTOR")
    return int(counts["stuck"] > 0)


def _carry_out(engine: Engine, creditor: str, limit: int | None) -> Counter[str]:
    """Carry out what is due, at most that many actions, until somebody asks for an end."""
    counts: Counter[str] = Counter()
    while limit is None or counts.total() < limit:
        done = _some(engine, creditor, AT_ONCE if limit is None else min(AT_ONCE, limit - counts.total()))
        counts.update(done)
        if not any(done.values()) or uninterrupted.is_asked:
            break
    return counts


def _some(engine: Engine, creditor: str, limit: int) -> dict[str, int]:
    import attrs

    return attrs.asdict(engine.run_due(limit=limit, creditor=creditor, stop=lambda: uninterrupted.is_asked))


def _stay(engine: Engine, creditor: str, screen: Screen) -> NoReturn:
    """Carry out what is due, again and again, until a signal ends it: between two actions, or in its sleep."""
    screen.note("running; Ctrl-C ends it after the action in flight")
    while True:
        with uninterrupted:
            done = _some(engine, creditor, AT_ONCE)
            if any(done.values()):
                screen.note(_counted(done))
        if not any(done.values()):
            time.sleep(pause(engine, creditor))


def pause(engine: Engine, creditor: str) -> float:
    """Seconds until something is due, within bounds."""
    wakeup = engine.next_wakeup(creditor=creditor)
    if wakeup is None:
        return LONGEST_PAUSE
    ahead = wakeup.timestamp() - engine.now() / 1_000_000
    return min(max(ahead, SHORTEST_PAUSE), LONGEST_PAUSE)


def _said(counts: Counter[str], engine: Engine, creditor: str, form: str, *, quiet: bool) -> str:
    """The counts, and when there can be something to do again, on the clock of the policy."""
    from regua.core.dates import format_local, to_instant

    wakeup = engine.next_wakeup(creditor=creditor)
    zone = engine.creditor(creditor or engine.creditors[0]).timezone
    following = None if wakeup is None else format_local(to_instant(wakeup), zone)
    if form == "json":
        return json.dumps({**counts, "next": following}) + "\n"
    if quiet:
        return ""
    rest = "nothing is planned" if following is None else f"nothing is due before {following}"
    if wakeup is not None and to_instant(wakeup) <= engine.now():
        rest = "more is due now"
    return f"{_counted(counts)}; {rest}\n"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
