"""`regua simulate`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, get_args

import click

from regua.cli.debtors import read_debtors
from regua.cli.inputs import Problems, only_once
from regua.cli.options import Moment, calendars_option, common_options, index_option, moment_option, pass_screen
from regua.cli.output import Output, standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.core.events import Event
    from regua.reports import Row
    from regua.testing import Simulation
    from regua.testing.transcript import Entry

LONGEST_AFTER: Final = 366
"""Days after the last fact after which a simulation without `--until` ends."""
_STRETCH: Final = 7
_MOST_NAMES: Final = 5


@click.command("simulate")
@click.argument("policy", metavar="POLICY")
@click.argument("events", metavar="EVENTS")
@click.option("--policy", "more", metavar="FILE", multiple=True, help="A further policy, or version of one.")
@click.option("--creditor", help="Only this creditor's debtors; needed where there are several.")
@click.option("--debtor", "debtors", metavar="ID", multiple=True, help="Only this debtor; may be given again.")
@moment_option("--until", "Up to when.  [default: until nothing more is planned]")
@click.option(
    "--answer",
    "answers",
    metavar="CHANNEL=ANSWER",
    multiple=True,
    help="How a channel answers: delivered, unless told otherwise; bounced, failed, transient, unknown and so on.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "html"]),
    default="text",
    show_default=True,
    help="What is printed. html: one page that needs nothing else, with a picture of each debtor.",
)
@calendars_option
@index_option
@common_options
@pass_screen
def command(
    screen: Screen,
    *,
    policy: str,
    events: str,
    more: tuple[str, ...],
    creditor: str | None,
    config: str | None,
    indexes: tuple[str, ...],
    debtors: tuple[str, ...],
    until: Moment | None,
    answers: tuple[str, ...],
    form: str,
) -> None:
    """Run the engine over facts with a test clock, and print what happened.

    Each fact becomes known at its recorded_at. The engine is the real one; its store is in memory and its channels
    deliver everything at once, unless --answer says otherwise. Nobody is contacted and no file is written. The same
    facts give the same transcript. An invoice that names no policy gets POLICY.

    --until takes an instant (2026-04-18T09:00-03:00) or a day of the policy's time zone, which is the whole day.

    \b
    Example:
      regua simulate policy.toml events.jsonl --debtor 0187-ERLSR
      regua simulate policy.toml events.jsonl --answer email=bounced --until 2012-03-31
      regua simulate policy.toml events.jsonl --debtor 0187-ERLSR --format html > page.html
    """
    from regua.cli.asking import calendars, read_indexes
    from regua.cli.inputs import load_policies
    from regua.core.dates import public_instant
    from regua.testing import Simulation

    only_once(policy, *more, events)
    days = calendars(config)
    policies = load_policies((policy, *more), days)
    facts = _facts(events, screen, creditor, debtors)
    if not facts:
        raise Problems([f"{events}: no events; nothing to simulate"])
    known = read_indexes(indexes, config)
    start, last = min(fact.recorded_us for fact in facts), max(fact.recorded_us for fact in facts)
    limit = None if until is None else until.end(policies[0])
    if limit is not None and start > limit:
        raise Problems([f"{events}: nothing is known by then; the first fact became known {public_instant(start)}"])
    with (
        standard_output() as output,
        Simulation(
            policies,
            start=public_instant(start),
            creditor=facts[0].creditor,
            indexes=tuple(known.values()),
            calendars=tuple(days.values()),
        ) as simulation,
    ):
        for answer in answers:
            _set_answer(simulation, answer)
        simulation.script(*facts)
        lived = _live(simulation, last, limit, screen)
        if form == "html":
            _page(simulation, lived, output, screen)
        else:
            _lines(simulation, lived, output, screen, _json if form == "jsonl" else _text)
        screen.note(_summary(simulation))


def _facts(name: str, screen: Screen, creditor: str | None, debtors: tuple[str, ...]) -> list[Event]:
    """The facts of one creditor, in the order in which they became known."""
    found = read_debtors(name, screen, creditor=creditor, debtors=debtors)
    creditors = sorted({debtor.creditor for debtor in found})
    if len(creditors) > 1:
        shown = ", ".join(creditors[:_MOST_NAMES]) + (", …" if len(creditors) > _MOST_NAMES else "")
        raise Problems([f"{name}: events of {len(creditors)} creditors; choose one with --creditor: {shown}"])
    return sorted((event for debtor in found for event in debtor.events), key=lambda event: event.recorded_us)


def _set_answer(simulation: Simulation, text: str) -> None:
    from regua.errors import SimulationError
    from regua.policyfile.testfile import Word

    channel, _, answer = text.partition("=")
    words: dict[str, Word] = {word: word for word in get_args(Word)}
    try:
        simulation.channel(channel).answers(words[answer])
    except SimulationError as error:
        raise click.BadParameter(str(error), param_hint="'--answer'") from None
    except KeyError:
        message = f"{answer!r} is no answer; write CHANNEL=ANSWER with one of {', '.join(words)}"
        raise click.BadParameter(message, param_hint="'--answer'") from None


def _live(simulation: Simulation, last: int, until: int | None, screen: Screen) -> Iterator[None]:
    """Let time pass, a week at a time, so that what has happened can be told."""
    from regua.core.dates import public_instant

    end = public_instant(last if until is None else until)
    longest = end.add(days=LONGEST_AFTER) if until is None else end
    simulation.advance()
    yield
    while simulation.now < longest:
        if until is None and simulation.now > end and simulation.engine.next_wakeup() is None:
            return
        screen.progress(f"simulating {simulation.now:%Y-%m-%d}")
        simulation.advance(until=min(simulation.now.add(days=_STRETCH), longest))
        yield


def _lines(
    simulation: Simulation, lived: Iterable[None], output: Output, screen: Screen, line: Callable[[Entry], str]
) -> None:
    """Tell each entry as it comes about."""
    told = 0
    for _ in lived:
        entries = simulation.transcript
        screen.clear()
        for entry in entries[told:]:
            output.write(line(entry))
        told = len(entries)


def _page(simulation: Simulation, lived: Iterable[None], output: Output, screen: Screen) -> None:
    """Write the page at the end, a debtor at a time; the simulation itself is held in memory."""
    from regua.core.account import fold
    from regua.reports import page_end, page_section, page_start, ruler_of

    for _ in lived:
        screen.clear()
    cases, recorder = simulation.cases, simulation.recorder
    named = ", ".join(f"{policy.id} version {policy.version}" for policy in simulation.policies)
    note = f"Up to {simulation.now:%Y-%m-%d %H:%M} {simulation.clock.zone}. Nobody was contacted."
    output.write(page_start(f"Simulation of {named}", [case.id for case in cases], note))
    for number, case in enumerate(cases, 1):
        screen.progress(f"drawing: {number:,} of {len(cases):,} debtors")
        account = fold(case.events)
        ruler = ruler_of(
            case.schedule(), account, simulation.policies, calendar=recorder.calendars, indexes=recorder.indexes
        )
        output.write(page_section(number, ruler, map(_row, case.transcript)))
    output.write(page_end())
    screen.clear()


def _row(entry: Entry) -> Row:
    from regua.cli.forms import wall_clock
    from regua.reports import Row

    when = wall_clock(entry.at_us, entry.zone)
    return Row(when=when, about=entry.receivable, what=entry.what, details=entry.details)


def _text(entry: Entry) -> str:
    return f"{entry}\n"


def _json(entry: Entry) -> str:
    shown: dict[str, Any] = {
        "at": entry.at.isoformat(),
        "debtor": entry.debtor,
        "receivable": entry.receivable,
        "what": entry.what,
        "event": entry.event.id,
        "step": entry.step,
        "channel": entry.channel,
        "tone": "" if entry.tone is None else entry.tone.word,
        "amount": "" if entry.amount is None else str(entry.amount),
        "subject": entry.subject,
        "text": entry.text,
    }
    return json.dumps({name: value for name, value in shown.items() if value != ""}, ensure_ascii=False) + "\n"


def _summary(simulation: Simulation) -> str:
    entries = simulation.transcript
    counts = Counter(entry.what for entry in entries.actions)
    debtors = len({entry.debtor for entry in entries})
    parts = ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
    return f"{counted(debtors, 'debtor')}, up to {simulation.now:%Y-%m-%d %H:%M}: {parts or 'nothing sent'}"
