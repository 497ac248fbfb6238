"""`regua diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from regua.cli.debtors import Failures, one_by_one, read_debtors
from regua.cli.options import Moment, calendars_option, common_options, index_option, moment_option, now, pass_screen
from regua.cli.output import Output, standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.cli.differforms import Form
    from regua.cli.differing import Migrations, Sums
    from regua.core.events.control import Migration

VERBS: tuple[Migration, ...] = ("keep", "rebase", "fast-forward", "restart")


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.argument("events", metavar="EVENTS")
@click.option("--policy", "more", metavar="FILE", multiple=True, help="A further policy that governs receivables.")
@click.option(
    "--verb", type=click.Choice(VERBS), help="One way of migrating, change by change.  [default: all four, counted]"
)
@moment_option("--as-of", "When the receivables would migrate; of a day, its noon.  [default: now]")
@moment_option("--known-at", "Leave out what was recorded later.  [default: as of]")
@click.option("--creditor", help="Only this creditor's debtors.")
@click.option("--debtor", "debtors", metavar="ID", multiple=True, help="Only this debtor; may be given several times.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "html"]),
    default="table",
    show_default=True,
    help="table: for people. jsonl: one debtor a line, change by change. html: one page that needs nothing else.",
)
@calendars_option
@index_option
@common_options
@pass_screen
def command(
    screen: Screen,
    *,
    old: str,
    new: str,
    events: str,
    more: tuple[str, ...],
    verb: Migration | None,
    as_of: Moment | None,
    known_at: Moment | None,
    creditor: str | None,
    config: str | None,
    indexes: tuple[str, ...],
    debtors: tuple[str, ...],
    form: str,
) -> int:
    """Show what a policy change would do to the receivables in flight, before it does.

    OLD and NEW are policy files, two versions of one policy or two policies; OLD governs the receivables that name
    none. EVENTS is a file of events, one JSON object a line. One of the three may be `-` for standard input. What is
    due, planned or waiting for each debtor who has receivables under OLD is compared with what would be if they
    migrated to NEW (policy.migrated) by each verb: keep leaves them with OLD; rebase gives them the steps of NEW that
    lie ahead; fast-forward does, and counts the rung that their days past due would have reached; restart begins the
    ladder again.

    Counts are +added -removed ~changed: moved in day or time, or in another tone, channel, template or status. A debtor
    who cannot be planned is told, makes the exit status 1 and stops no other. What a store knows of messages that were
    sent is not in the file (`regua replay` tells it): here they count as missed.

    \b
    Example:
      regua diff policy.toml policy-2.toml events.jsonl --as-of 2012-06-15
      regua diff policy.toml policy-2.toml events.jsonl --as-of 2012-06-15 --verb rebase --debtor 0187-ERLSR
      regua diff policy.toml policy-2.toml events.jsonl --as-of 2012-06-15 --format html > diff.html
    """
    from regua.cli.asking import calendars, read_indexes
    from regua.cli.differing import Migrations, Sums, told_apart
    from regua.cli.inputs import load_policies, only_once

    only_once(old, new, *more, events)
    known = calendars(config)
    first, given, *others = load_policies((old, new, *more), known)
    second, renumbered = told_apart(first, given)
    at = (as_of or now()).noon(first)
    asked = Migrations(
        old=first,
        new=second,
        more=others,
        verbs=VERBS if verb is None else (verb,),
        as_of=at,
        known_at=at if known_at is None else known_at.end(first),
        calendars=known,
        indexes=read_indexes(indexes, config),
    )
    if renumbered:
        screen.note(
            f"{new}: still version {first.version} of policy {first.id!r}, with other content; compared as version "
            f"{second.version}, which it must be given before it is put in force"
        )
    found = read_debtors(events, screen, creditor=creditor, debtors=debtors)
    sums, failures = Sums(asked.verbs), Failures(screen)
    with standard_output() as output:
        printed = _form(form, output, screen, asked)
        for compared in asked.compared(one_by_one(found, screen), failures.add):
            sums.add(compared)
            printed.add(compared)
        printed.finish(sums)
    failures.close()
    _close(screen, asked, sums)
    return int(failures.count > 0)


def _form(form: str, output: Output, screen: Screen, asked: Migrations) -> Form:
    from regua.cli.differforms import JsonLines, Page, Table

    if form == "jsonl":
        return JsonLines(output)
    if form == "html":
        title = f"{asked.old.id} {asked.old.version} → {asked.new.id} {asked.new.version}"
        return Page(output, title, asked.as_of, asked.old.timezone)
    return Table(output, screen, asked.verbs)


def _close(screen: Screen, asked: Migrations, sums: Sums) -> None:
    from regua.cli.forms import wall_clock

    what = f"policy {asked.old.id!r} version {asked.old.version}"
    at = f"{wall_clock(asked.as_of, asked.old.timezone)} {asked.old.timezone}"
    screen.note(f"as of {at}: {counted(sums.debtors, 'debtor')} with receivables under {what}")
