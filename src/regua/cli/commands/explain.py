"""`regua explain`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from regua.cli.asking import WHEN, Question, question_options
from regua.cli.debtors import read_debtors
from regua.cli.inputs import Problems
from regua.cli.options import Moment, common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen

if TYPE_CHECKING:
    from regua.core.planning import Schedule


@click.command("explain", epilog=WHEN)
@question_options
@click.option("--debtor", required=True, help="Whose actions.")
@click.option("--action", default="", metavar="ID", help="One action: its id, or how its id begins.")
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
def command(
    screen: Screen,
    *,
    policy: str,
    events: str,
    more: tuple[str, ...],
    as_of: Moment | None,
    known_at: Moment | None,
    creditor: str | None,
    config: str | None,
    indexes: tuple[str, ...],
    debtor: str,
    action: str,
    form: str,
) -> None:
    """Say why, and why not: every step of one debtor's receivables with its reasons, facts and the policy's line.

    POLICY and EVENTS are as for `regua plan`. A step that nothing asked for says so too. With an earlier `--as-of`
    and `--known-at`, it says what was known then. The last line says when anything changes next.

    What a store knows of messages that were sent is not in the file: `regua replay` tells it.

    \b
    Example:
      regua explain policy.toml events.jsonl --debtor 0187-ERLSR --as-of 2012-06-15
    """
    question = Question.of((policy, *more), events, as_of=as_of, known_at=known_at, config=config, indexes=indexes)
    debtors = read_debtors(events, screen, creditor=creditor, debtors=(debtor,))
    if len(debtors) > 1:
        names = ", ".join(each.creditor for each in debtors)
        raise click.UsageError(f"debtor {debtor!r} owes several creditors ({names}); choose one with --creditor")
    problems: list[str] = []
    found = list(question.schedules(debtors, problems.append))
    if problems:
        raise Problems(problems)
    if not found:
        raise Problems([f"nothing was known of debtor {debtor!r} then; ask with a later --as-of or --known-at"])
    with standard_output() as output:
        output.write(_said(found[0], action, form))


def _said(schedule: Schedule, action: str, form: str) -> str:
    from regua.core.dates import format_instant
    from regua.core.explain import chosen_actions, explain, explained

    if action and not chosen_actions(schedule, action):
        raise Problems([f"no action of debtor {schedule.debtor!r} has an id that begins with {action!r}"])
    if form == "text":
        return explain(schedule, action=action)
    said = {
        "creditor": schedule.creditor,
        "debtor": schedule.debtor,
        "as_of": format_instant(schedule.as_of_us),
        "steps": explained(schedule, action=action),
        "next_wakeup": None if schedule.next_wakeup_us is None else format_instant(schedule.next_wakeup_us),
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
