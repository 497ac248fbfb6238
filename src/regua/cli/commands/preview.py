"""`regua preview`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from regua.cli.asking import WHEN, Question, question_options
from regua.cli.debtors import Debtor, read_debtor
from regua.cli.inputs import Problems, open_input
from regua.cli.opening import no_creditor
from regua.cli.options import Moment, common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.cli.previewing import Letterhead, Preview

_RULE = "-" * 72


@click.command("preview", epilog=WHEN)
@question_options
@click.option("--debtor", required=True, help="Whose messages.")
@click.option("--people", metavar="FILE", help="Names and addresses that the events refer to, as for `regua record`.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "json"]),
    default="text",
    show_default=True,
    help="html: one page that needs nothing else, with every message as it is read.",
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
    people: str | None,
    form: str,
) -> int:
    """Show every message that a debtor would get, as it arrives: when, by which channel, from whom, and what it says.

    POLICY and EVENTS are as for `regua plan`. With `--config` the messages are those of its templates folder, in the
    name of its creditor, and in HTML where the channel takes it. Without names (`--people`) the debtor has none. A call
    is shown as the script for who phones. Nobody is contacted.

    \b
    Example:
      regua preview policy.toml events.jsonl --debtor 0187-ERLSR --as-of 2012-06-15
      regua preview policy.toml events.jsonl --debtor 0187-ERLSR --config regua.toml --format html > messages.html
    """
    question = Question.of((policy, *more), events, as_of=as_of, known_at=known_at, config=config, indexes=indexes)
    owing = read_debtor(events, screen, creditor=creditor, debtor=debtor)
    head = _letterhead(owing.creditor, config, screen)
    found = _previews(question, owing, _people(people, owing), head)
    with standard_output() as output:
        output.write({"text": _text, "json": _json, "html": _html}[form](found, debtor))
    bad = sum(bool(each.problem) for each in found)
    called = "" if config else "; without --config the creditor is called by its id"
    screen.note(f"{counted(len(found), 'contact')}{called}")
    return int(bad > 0)


def _letterhead(creditor: str, config: str | None, screen: Screen) -> Letterhead:
    from regua.cli.previewing import Letterhead
    from regua.engine.settings import read_settings
    from regua.plugins import Registry

    if config is None:
        return Letterhead.of(creditor, None, None)
    registry = Registry.discover()
    settings = read_settings(config, registry, to_open=False)
    if creditor not in settings.creditors:
        unknown = no_creditor(creditor, settings.creditors)
        screen.problem(f"{config}: {unknown}; until then messages call it by its id, with placeholders")
    return Letterhead.of(creditor, settings, registry)


def _previews(
    question: Question, debtor: Debtor, people: Mapping[str, Mapping[str, str]], head: Letterhead
) -> list[Preview]:
    from regua.cli.previewing import previews

    schedule = question.schedule(debtor)
    account = debtor.account(question.policies, question.known_at)
    return list(previews(schedule, account, people, head))


def _people(name: str | None, debtor: Debtor) -> dict[str, Mapping[str, str]]:
    """What is kept of the debtor, by reference.

    Raises:
        Problems: a row cannot be read; nothing of it is repeated.
    """
    from regua.cli.people import read_people
    from regua.importfile import BadRow

    if name is None:
        return {}
    with open_input(name) as file:
        rows = list(read_people(file))
    bad = [f"{name}: line {row.line}: {row.reason}" for row in rows if isinstance(row, BadRow)]
    if bad:
        raise Problems(bad)
    return {
        row.ref: row.fields
        for row in rows
        if not isinstance(row, BadRow) and row.debtor == debtor.debtor and row.creditor in ("", debtor.creditor)
    }


def _text(found: Sequence[Preview], _: str) -> str:
    from regua.reports.markup import clean

    blocks = []
    for each in found:
        head = "".join(f"{name}: {clean(value)}\n" for name, value in _head(each) if value)
        blocks.append(f"{_RULE}\n{head}\n{each.problem or each.text}\n")
    return "\n".join(blocks)


def _head(each: Preview) -> tuple[tuple[str, str], ...]:
    """What stands above a message, in words."""
    cost = f", {each.sms.encoding}, {counted(each.sms.count, 'message')}" if each.sms else ""
    return (
        ("When", f"{each.at} ({each.status})"),
        ("By", each.channel or "telephone: a person calls"),
        ("From", each.sender),
        ("To", each.to),
        ("Step", each.step + (f", {each.tone}" if each.tone else "")),
        ("About", ", ".join(each.receivables)),
        ("Template", each.template),
        ("Length", "" if each.problem else f"{counted(len(each.text), 'character')}{cost}"),
        ("Subject", each.subject),
    )


def _json(found: Sequence[Preview], _: str) -> str:
    import attrs

    return json.dumps([attrs.asdict(each) for each in found], indent=2, ensure_ascii=False) + "\n"


def _html(found: Sequence[Preview], debtor: str) -> str:
    from regua.reports.messages import Arriving, messages_page

    shown = [Arriving(head=_head(each), text=each.problem or each.text, html=each.html) for each in found]
    return messages_page(f"Messages to {debtor}", shown)
