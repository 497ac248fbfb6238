"""`regua plan`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from regua.cli.asking import WHEN, Question, question_options
from regua.cli.debtors import Failures, one_by_one, read_debtors
from regua.cli.inputs import Problems
from regua.cli.options import Moment, common_options, moment_option, pass_screen
from regua.cli.output import Output, standard_output
from regua.cli.screen import Screen

if TYPE_CHECKING:
    from regua.cli.debtors import Debtor
    from regua.cli.forms import Form
    from regua.cli.pictures import Svg

_MAY_RUN = ("due", "planned", "waiting")
_ALL = (*_MAY_RUN, "done", "ended")


@click.command("plan", epilog=WHEN)
@question_options
@moment_option("--until", "Leave out what is planned later.")
@click.option("--debtor", "debtors", multiple=True, help="Only this debtor; may be given several times.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "csv", "svg"]),
    default="table",
    show_default=True,
    help="table and csv: one action a line. jsonl: one schedule a line, its fingerprint that of the whole. In csv an "
    "apostrophe stands before an id or a name, or a part of one, that begins with = + - or @, so that no spreadsheet "
    "computes it. svg: a picture of one debtor.",
)
@click.option(
    "--status",
    "statuses",
    type=click.Choice([*_ALL, "all"]),
    multiple=True,
    help="Only these actions; may be given several times.  [default: due, planned and waiting; in jsonl and svg, all]",
)
@common_options
@pass_screen
def command(
    screen: Screen,
    *,
    policy: str,
    events: str,
    more: tuple[str, ...],
    as_of: Moment | None,
    known_at: Moment | None,
    until: Moment | None,
    creditor: str | None,
    config: str | None,
    indexes: tuple[str, ...],
    debtors: tuple[str, ...],
    form: str,
    statuses: tuple[str, ...],
) -> int:
    """Make the schedule of every debtor: what to do, when and why.

    POLICY is a policy file; it governs the receivables that name no policy. EVENTS is a file of events, one JSON object
    a line, as `regua import` writes them. One of them may be `-` for standard input. The order of the lines does not
    matter. A debtor who cannot be planned (an event id with two contents, a policy version that is not given) is told,
    makes the exit status 1 and stops no other.

    What a store knows of messages that were sent is not in the file: `regua replay` tells it.

    \b
    Example:
      regua plan policy.toml events.jsonl --as-of 2012-06-15
      regua plan policy.toml events.jsonl --as-of 2012-06-15T10:00-03:00 --format csv --status due
      regua plan policy.toml events.jsonl --as-of 2012-06-15 --debtor 0187-ERLSR --format svg > ruler.svg
    """
    from attrs import evolve

    from regua.cli.summary import Summary

    question = Question.of(
        (policy, *more), events, as_of=as_of, known_at=known_at, until=until, config=config, indexes=indexes
    )
    found = read_debtors(events, screen, creditor=creditor, debtors=debtors)
    if form == "svg" and len(found) != 1:
        raise click.UsageError(
            "--format svg draws one debtor; choose with --debtor, and --creditor where it owes several"
        )
    whole = "all" in statuses or (form in ("jsonl", "svg") and not statuses)
    wanted = frozenset(_ALL if whole else statuses or _MAY_RUN)
    summary, failures = Summary(), Failures(screen)
    with standard_output() as output:
        printed = _form(form, output, screen, question, found)
        for schedule in question.schedules(one_by_one(found, screen), failures.add):
            summary.add(schedule)
            chosen = tuple(action for action in schedule.all if action.status in wanted)
            if whole or chosen or form == "svg":
                printed.add(evolve(schedule, all=chosen))
        if form == "svg" and not summary.debtors + failures.count:
            raise Problems(["nothing was known of that debtor then; ask with a later --as-of or --known-at"])
        printed.finish()
        failures.close()
        lines = summary.lines(wanted, failed=failures.count)
        _close(screen, output if form == "table" else None, question, lines)
    return int(failures.count > 0)


def _form(form: str, output: Output, screen: Screen, question: Question, found: list[Debtor]) -> Form | Svg:
    from regua.cli.forms import Csv, JsonLines, Table
    from regua.cli.pictures import Svg

    if form == "svg":
        return Svg(output, question, found[0])
    if form == "jsonl":
        return JsonLines(output)
    return Csv(output) if form == "csv" else Table(output, screen)


def _close(screen: Screen, output: Output | None, question: Question, counts: Iterable[str]) -> None:
    """Say what it came to: under the table, or beside what a program reads."""
    from regua.cli.forms import wall_clock

    if screen.quiet:
        return
    known = "" if question.known_at == question.as_of else f", known {wall_clock(question.known_at, question.zone)}"
    head = f"as of {wall_clock(question.as_of, question.zone)} {question.zone}{known}"
    lines = [head, *counts, *_policy_notes(question.files)]
    if output is None:
        screen.note("\n".join(lines))
    else:
        output.write("\n" + "".join(f"{line}\n" for line in lines))


def _policy_notes(files: Iterable[str]) -> Iterator[str]:
    """What the policies say and this version does not carry out, apart from kinds of step."""
    from regua.cli.output import STDIO
    from regua.policyfile import check_policy

    for file in files:
        found = [] if file == STDIO else check_policy(file)
        gaps = sum(problem.code == "not-yet-supported" for problem in found)
        if gaps:
            yield f"{file} says {gaps} things that are not carried out yet: regua check {file}"
