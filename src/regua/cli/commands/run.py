"""`regua run`."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import click

from regua.cli.crew import DENIED, PROGRAM, Crew
from regua.cli.interrupts import Interrupted, be_patient, uninterrupted
from regua.cli.opening import chosen, config_option, opened
from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen
from regua.cli.worker import Alone, Parent, Stay, work
from regua.errors import StoreDenied, StoreError

if TYPE_CHECKING:
    from regua.engine import Engine

_LEFT = ("due", "put_off", "claimed", "sending", "unknown", "failed")
"""What is said of what --drain leaves."""


@click.command("run")
@config_option
@click.option("--once", is_flag=True, help="Carry out what is due now, and end.")
@click.option("--drain", is_flag=True, help="Stay until nothing is left that comes by itself within half an hour.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N", help="As N processes."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="With --once and one worker: at most N actions.")
@click.option("--creditor", help="Only this creditor's debtors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="With --once or --drain: the counts for people or for programs.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Standard error for people, or an object a line for who collects it: also what was sent, with its ids.",
)
@click.option("--one-of", type=click.IntRange(min=1), hidden=True, help="How many workers the parent has.")
@common_options
@pass_screen
def command(
    screen: Screen,
    *,
    config: str,
    once: bool,
    drain: bool,
    workers: int,
    limit: int | None,
    creditor: str | None,
    form: str,
    log_format: str,
    one_of: int | None,
) -> int:
    """Carry out what is due: check again, send, record what came of it.

    Without --once or --drain it stays, sleeps until something is due and notices within seconds what others record.
    --drain waits for what was put off for less than half an hour, and says what is left. Of several workers one that
    dies is replaced, and what it held goes to the others.

    Ctrl-C or SIGTERM ends it after the actions in flight, however often it comes; what was claimed and not begun is
    given back. SIGKILL harms nothing either: nothing is sent twice, whenever it ends and however many run at once. What
    cannot be carried out is told on standard error: what is stuck waits for a mended configuration or account, what is
    unknown may have left, and is sent again only where its channel recognises it. A store that cannot be used, as while
    its server is restarted, is waited for; with --once and --drain for a minute. Where OpenTelemetry is installed,
    metrics go to the MeterProvider of the process, as under `opentelemetry-instrument`.

    Exit status of --once and --drain: 1 where something is stuck or workers kept dying, else 0.

    \b
    Example:
      regua run --once
      regua run --once --limit 100 --format json
      regua run --drain --workers 2
    """
    stay: Stay = "once" if once else "drain" if drain else "always"
    _check(once and drain, stay, workers, limit, form)
    screen.as_json = log_format == "json"
    be_patient()
    run = _Run(screen, config, creditor, stay)
    if one_of is not None:
        return run.for_parent(one_of)
    return run.as_crew(workers, form) if workers > 1 else run.alone(limit, form)


def _check(both: bool, stay: Stay, workers: int, limit: int | None, form: str) -> None:  # noqa: FBT001 - of one caller
    if both:
        raise click.UsageError("--once and --drain are two ways to end; choose one")
    if stay == "always" and form != "text":
        raise click.UsageError("--format is for --once and --drain")
    if limit is not None and (stay != "once" or workers > 1):
        raise click.UsageError("--limit is for --once with one worker")
    if workers > 1 and os.name == "nt":
        raise click.UsageError("--workers needs Linux or macOS; elsewhere start `regua run` several times")


class _Run(NamedTuple):
    """One call of the command."""

    screen: Screen
    config: str
    creditor: str | None
    stay: Stay

    def alone(self, limit: int | None, form: str) -> int:
        """Work in this process."""
        counts: Counter[str] = Counter()
        with opened(self.config, self.screen, telemetry=_meters()) as engine:
            chosen(engine, self.creditor)
            if self.stay == "always":
                self.screen.note("running; Ctrl-C ends it after the action in flight")
            tell = counts.update if self.stay != "always" else lambda done: self.screen.note(_counted(done), **done)
            host, name = Alone(tell), self.creditor or ""
            asked = _until_asked(lambda: work(engine, name, self.stay, host, self.screen, limit=limit))
            return self._end(counts, engine, form, asked)

    def as_crew(self, workers: int, form: str) -> int:
        """Let others work, each in a process of its own."""
        counts: Counter[str] = Counter()
        with opened(self.config, self.screen) as engine:  # what is wrong with the settings is told once
            chosen(engine, self.creditor)
        is_for_good = self.stay == "always"

        def tell(number: int, done: Mapping[str, int]) -> None:
            counts.update(done)
            if is_for_good:
                self.screen.note(f"worker {number}: {_counted(done)}", worker=number, **done)

        crew = Crew((*PROGRAM, *self._arguments(workers)), workers, tell, self.screen, for_good=is_for_good)
        if is_for_good:
            self.screen.note(f"running {workers} workers; Ctrl-C ends them after the actions in flight")
        asked = _until_asked(crew.work)
        if is_for_good and asked is not None:
            raise asked
        with opened(self.config, self.screen) as engine:
            return max(self._end(counts, engine, form, asked), int(crew.has_given_up))

    def for_parent(self, one_of: int) -> int:
        """Be one of several workers."""
        with opened(self.config, self.screen, share=one_of, telemetry=_meters()) as engine:
            try:
                work(engine, self.creditor or "", self.stay, Parent(), self.screen)
            except StoreDenied as error:
                self.screen.error(str(error))
                return DENIED
        return 0

    def _arguments(self, workers: int) -> list[str]:
        given = ["run", "--config", self.config, "--one-of", str(workers)]
        given += ["--creditor", self.creditor] if self.creditor is not None else []
        given += ["--log-format", "json"] if self.screen.as_json else []
        given += [f"--{self.stay}"] if self.stay != "always" else []
        said = {"--quiet": self.screen.quiet, "--no-color": self.screen.colourless, "--debug": self.screen.debug}
        return given + [name for name, is_set in said.items() if is_set]

    def _end(self, counts: Counter[str], engine: Engine, form: str, asked: Interrupted | None) -> int:
        """Say what was done, also where a signal ended it, which then is the end."""
        if self.stay != "always":
            try:
                with uninterrupted, standard_output() as output:
                    output.write(self._said({name: counts[name] for name in _results()}, engine, form))
            except StoreError as error:  # it was waited for, until a signal ended that
                raise asked or error from None
            if counts["stuck"]:
                self.screen.problem("why a debtor's actions are stuck: regua replay --debtor DEBTOR")
        if asked is not None:
            raise asked
        return int(counts["stuck"] > 0)

    def _said(self, counts: Mapping[str, int], engine: Engine, form: str) -> str:
        """The counts, what is left where there should be nothing, and when there can be something to do again."""
        following, left = _following(engine, self.creditor or ""), _left(engine, self.creditor or "")
        if form == "json":
            more = {"left": left} if self.stay == "drain" else {}
            return json.dumps({**counts, **more, "next": following}) + "\n"
        if self.screen.quiet:
            return ""
        rest = "nothing is planned" if following is None else f"nothing is due before {following}"
        if left["due"] or left["wakeups"] or left["asked"]:
            rest = "more is due now"
        there = ", ".join(f"{name.replace('_', ' ')} {left[name]:,}" for name in _LEFT if left[name])
        told = f"; left: {there or 'nothing'}" if self.stay == "drain" else ""
        return f"{_counted(counts)}{told}; {rest}\n"


def _meters() -> object:
    """The MeterProvider of this process, where OpenTelemetry is installed; it counts for nobody unless one was set."""
    try:
        from opentelemetry.metrics import get_meter_provider
    except ImportError:
        return None
    return get_meter_provider()


def _until_asked(run: Callable[[], object]) -> Interrupted | None:
    try:
        run()
    except Interrupted as asked:
        return asked
    return None


def _results() -> tuple[str, ...]:
    import attrs

    from regua.engine import RunResult

    return tuple(each.name for each in attrs.fields(RunResult))


def _following(engine: Engine, creditor: str) -> str | None:
    """When there can be something to do again, on the clock of the policy."""
    from regua.core.dates import format_local, to_instant

    wakeup = engine.next_wakeup(creditor=creditor)
    zone = engine.creditor(creditor or engine.creditors[0]).timezone
    return None if wakeup is None else format_local(to_instant(wakeup), zone)


def _left(engine: Engine, creditor: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for each in engine.status(creditor=creditor).creditors:
        counts.update(each.counts)
    return dict(counts)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
