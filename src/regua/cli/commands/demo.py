"""`regua demo`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from regua.cli.asking import Question
from regua.cli.debtors import grouped
from regua.cli.inputs import open_shipped, shipped
from regua.cli.options import Moment, common_options, pass_screen
from regua.cli.output import Output, standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.core.events import Event
    from regua.core.planning import Action, Schedule
    from regua.core.policy import Policy

DAYS: Final = ("2012-03-15", "2012-06-15", "2012-09-14")
_PORTFOLIO: Final = "receivables.csv"
_MAP: Final = "receivables.map.toml"
_POLICY: Final = ("policies", "boleto-b2c.toml")
_EXAMPLES: Final[tuple[tuple[str, Callable[[Action], bool]], ...]] = (
    ("a reminder that is planned", lambda action: action.status == "planned" and _has_tone(action, "reminder")),
    (
        "one that was to be severe, and may not be yet",
        lambda action: action.status == "planned" and _is_clamped(action),
    ),
    (
        "one that waits because the invoice is disputed",
        lambda action: action.status == "waiting" and action.reason.code == "disputed",
    ),
)


@click.command("demo")
@common_options
@pass_screen
def command(screen: Screen) -> None:
    """Plan the sample portfolio as of three days, and explain a few of the actions.

    Everything is read from what comes with regua and kept in memory: no file is written and nobody is contacted.

    \b
    Example:
      regua demo
    """
    from regua.policyfile import load_policy

    events = _sample()
    policy = load_policy(shipped(*_POLICY).read_bytes(), name=_POLICY[-1])
    with standard_output() as output:
        output.write(_introduction(events, policy))
        schedules: list[Schedule] = []
        for day in DAYS:
            screen.progress(f"planning as of {day}")
            schedules = list(_planned(events, policy, day))
            screen.clear()
            output.write(_of_day(day, schedules))
        _explain_some(schedules, output)
        output.write(_what_next(DAYS[-1]))


def _sample() -> list[Event]:
    from regua.importfile import BadRow, parse_map, read_rows

    mapping = parse_map(shipped(_MAP).read_bytes(), name=_MAP)
    with open_shipped(_PORTFOLIO) as file:
        return [item for item in read_rows(file, mapping) if not isinstance(item, BadRow)]


def _planned(events: Sequence[Event], policy: Policy, day: str) -> Iterator[Schedule]:
    from regua.core.dates import parse_date

    noon = Moment(None, parse_date(day).toordinal()).noon(policy)
    question = Question(files=(), policies=(policy,), as_of=noon, known_at=noon)
    return question.schedules(grouped(enumerate(events)), _impossible)


def _impossible(problem: str) -> None:
    raise RuntimeError(problem)  # the sample can be planned


def _introduction(events: Sequence[Event], policy: Policy) -> str:
    issued = sum(event.type == "invoice.issued" for event in events)
    debtors = len({event.debtor for event in events})
    return (
        f"The sample portfolio: {counted(issued, 'invoice')} of {counted(debtors, 'company', 'companies')}, "
        f"read from {_PORTFOLIO} as {counted(len(events), 'event')}.\n"
        f"The policy: {policy.id} version {policy.version}, {counted(len(policy.steps), 'step')}, "
        f"calendar {policy.calendar}.\n"
        "Each day below is planned at noon from what was known by then, as if regua had sent nothing before.\n"
    )


def _of_day(day: str, schedules: Sequence[Schedule]) -> str:
    from regua.cli.summary import Summary

    summary = Summary()
    for schedule in schedules:
        summary.add(schedule)
    runs = [action for schedule in schedules for action in (*schedule.due, *schedule.planned)]
    presses = sum(action.presses for action in runs)
    split = f"of what is due or planned, {presses:,} ask for overdue money and {len(runs) - presses:,} do not"
    lines = [split, *summary.lines(frozenset(summary.statuses))]
    return f"\nAs of {day}:\n" + "".join(f"  {line}\n" for line in lines)


def _explain_some(schedules: Sequence[Schedule], output: Output) -> None:
    from regua.core.explain import explain

    for title, fits in _EXAMPLES:
        found = next(((schedule, action) for schedule in schedules for action in schedule.all if fits(action)), None)
        if found is not None:
            schedule, action = found
            text = explain(schedule, action=action.id).replace("\n", "\n  ").rstrip()
            output.write(f"\nWhy? For example {title}:\n  {text}\n")


def _has_tone(action: Action, word: str) -> bool:
    return action.tone is not None and action.tone.word == word


def _is_clamped(action: Action) -> bool:
    return any(reason.code == "tone-clamped" for reason in action.reasons)


def _what_next(day: str) -> str:
    return (
        "\nNothing was sent or stored. Sending comes with a later version of regua; what it plans and cannot carry out "
        "yet is named above.\n\n"
        "Next:\n"
        f"  regua import {shipped(_PORTFOLIO)} --map {_MAP} -o events.jsonl\n"
        f"  regua plan {shipped(*_POLICY)} events.jsonl --as-of {day}\n"
        f"  regua check {shipped(*_POLICY)}\n"
    )
