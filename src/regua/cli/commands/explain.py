"""`regua explain`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from regua.cli.asking import WHEN, Question, moment_options, nothing_known
from regua.cli.debtors import read_debtor
from regua.cli.inputs import Problems
from regua.cli.opening import CONFIG, chosen, opened, owed
from regua.cli.options import Moment, common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen

if TYPE_CHECKING:
    from regua.core.planning import Schedule


@click.command("explain", epilog=WHEN)
@click.argument("policy", required=False)
@click.argument("events", required=False)
@moment_options
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
    policy: str | None,
    events: str | None,
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

    It is said of the store of the settings; or of POLICY and EVENTS, as for `regua plan`. A step that nothing asked for
    says so too. The store, asked with an earlier `--as-of`, says what was known then; of a file `--known-at` says what
    that is. The last line says when anything changes next.

    What a store knows of messages that were sent is not in a file; `regua replay` tells it.

    \b
    Example:
      regua explain --debtor 0187-ERLSR
      regua explain policy.toml events.jsonl --debtor 0187-ERLSR --as-of 2012-06-15
    """
    if policy is None:
        if more or known_at is not None or indexes:
            raise click.UsageError("--policy, --known-at and --index go with POLICY and EVENTS")
        schedule = _of_store(config or CONFIG, screen, creditor, debtor, as_of)
    elif events is None:
        raise click.UsageError("POLICY goes with EVENTS; without both, the store of the settings is read")
    else:
        question = Question.of((policy, *more), events, as_of=as_of, known_at=known_at, config=config, indexes=indexes)
        schedule = question.schedule(read_debtor(events, screen, creditor=creditor, debtor=debtor))
    with standard_output() as output:
        output.write(_said(schedule, action, form))


def _of_store(config: str, screen: Screen, creditor: str | None, debtor: str, as_of: Moment | None) -> Schedule:
    with opened(config, screen) as engine:
        found = owed(chosen(engine, creditor), debtor)
        at = None if as_of is None else as_of.noon_in(found.timezone)
        if at is not None and not any(event.recorded_us <= at for event in found.events(debtor)):
            raise nothing_known(debtor)
        return found.schedule(debtor, as_of=at)


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
