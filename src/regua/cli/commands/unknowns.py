"""`regua unknowns`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from regua.cli.inputs import Problems
from regua.cli.interrupts import uninterrupted
from regua.cli.opening import chosen, config_option, opened
from regua.cli.options import common_options, pass_screen
from regua.cli.output import standard_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.engine import Creditor
    from regua.engine.unknowns import UnknownAction

_HEADS: Final = ("ACTION", "CREDITOR", "DEBTOR", "STEP", "CHANNEL", "SINCE", "NEXT", "WHY")


@click.command("unknowns")
@config_option
@click.option("--creditor", help="Only this creditor's debtors.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="For people or for programs, one action a line.",
)
@click.option(
    "--resolve", "action", metavar="ACTION", help="The action of which you know more: its id, or the beginning."
)
@click.option("--sent/--not-sent", default=None, help="With --resolve: whether it was carried out.")
@click.option("--by", metavar="NAME", help="With --resolve: who knows it.")
@click.option("--reason", metavar="TEXT", help="With --resolve: how, without personal data.")
@common_options
@pass_screen
def command(
    screen: Screen,
    *,
    config: str,
    creditor: str | None,
    form: str,
    action: str | None,
    sent: bool | None,
    by: str | None,
    reason: str | None,
) -> int:
    """List the actions of which nobody knows whether they were carried out, or record what a person knows of one.

    NEXT says what will happen by itself: it is sent once more under the same key (resend), its provider is asked (ask),
    or nothing, until a receipt comes or a person looks at the provider's (receipt-or-person). What was --sent stays so.
    What was --not-sent is taken back, and the plan decides whether it is sent then.

    \b
    One is resolved so:
      regua unknowns --resolve 3f9c --sent --by maria --reason "seen in the provider's console"
      regua unknowns --resolve 3f9c --not-sent --by maria --reason "not in the provider's console"

    \b
    Example:
      regua unknowns
      regua unknowns --format jsonl
    """
    if action is None and (sent is not None or by is not None or reason is not None):
        raise click.UsageError("--sent, --not-sent, --by and --reason are for --resolve")
    if action is not None and (sent is None or by is None or reason is None):
        raise click.UsageError("--resolve needs --sent or --not-sent, --by and --reason")
    with opened(config, screen) as engine:
        creditors = chosen(engine, creditor)
        if action is not None:
            _resolve(creditors, action, screen, sent=bool(sent), by=by or "", reason=reason or "")
            return 0
        found = [(each, unknown) for each in creditors for unknown in each.unknowns()]
        with standard_output() as output:
            lines = map(_json, found) if form == "jsonl" else _table(found)
            output.write("".join(lines))
        screen.note(f"{counted(len(found), 'action')} of unknown outcome")
    return 0


def _resolve(
    creditors: Sequence[Creditor], beginning: str, screen: Screen, *, sent: bool, by: str, reason: str
) -> None:
    """Record what a person knows.

    Raises:
        Problems: there is no such action, or more than one.
        EventError: somebody has learnt meanwhile what became of it, or nobody says who knows it.
    """
    found = [(each, known) for each in creditors for known in each.unknowns() if known.action.startswith(beginning)]
    if len(found) != 1:
        which = f"{len(found):,} actions of unknown outcome begin" if found else "no action of unknown outcome begins"
        raise Problems([f"{which} with {beginning!r}; `regua unknowns` lists them"])
    ((creditor, unknown),) = found
    with uninterrupted:
        recorded = creditor.resolve(unknown.action, sent=sent, by=by, reason=reason)
    what = "sent" if sent else "not sent"
    screen.note(
        f"action {unknown.action} of debtor {unknown.debtor}: {what}; {counted(len(recorded), 'event')} recorded"
    )


def _json(found: tuple[Creditor, UnknownAction]) -> str:
    from regua.core.dates import format_instant

    creditor, unknown = found
    values: dict[str, Any] = {
        "creditor": creditor.id,
        "debtor": unknown.debtor,
        "action": unknown.action,
        "receivable": unknown.receivable,
        "step": unknown.step,
        "channel": unknown.channel,
        "contact": unknown.contact,
        "attempt": unknown.attempt,
        "key": unknown.key,
        "reference": unknown.reference,
        "since": format_instant(unknown.since_us),
        "why": unknown.why,
        "next": unknown.next,
        "next_at": None if unknown.next_us is None else format_instant(unknown.next_us),
    }
    return json.dumps(values, ensure_ascii=False) + "\n"


def _table(found: Sequence[tuple[Creditor, UnknownAction]]) -> Iterator[str]:
    lines = [_HEADS, *(_cells(creditor, unknown) for creditor, unknown in found)] if found else []
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n"


def _cells(creditor: Creditor, unknown: UnknownAction) -> tuple[str, ...]:
    since, next_ = _local(unknown.since_us, creditor), unknown.next
    at = f" {_local(unknown.next_us, creditor)}" if unknown.next_us is not None else ""
    head = (unknown.action, creditor.id, unknown.debtor, unknown.step, unknown.channel)
    return (*head, since, f"{next_}{at}", unknown.why)


def _local(instant: int, creditor: Creditor) -> str:
    """An instant to the second, on the clock of the policy."""
    from regua.core.dates import MICROSECONDS, format_local

    return format_local(instant // MICROSECONDS * MICROSECONDS, creditor.timezone)
