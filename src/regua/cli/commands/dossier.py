"""`regua dossier`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from regua.cli.asking import calendars, read_indexes
from regua.cli.debtors import Debtor, governed, read_debtor
from regua.cli.inputs import Problems, load_policies, only_once
from regua.cli.opening import chosen, config_option, opened, owed
from regua.cli.options import Moment, common_options, index_option, moment_option, now, pass_screen
from regua.cli.output import STDIO, open_output
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.core.account import Account
    from regua.core.calendars import Calendar
    from regua.core.indexes import Index
    from regua.core.planning import Schedule
    from regua.core.planning.standing import Standing
    from regua.core.policy import Policy
    from regua.engine.dossier import Dossier


@click.command("dossier")
@click.argument("policy", metavar="[POLICY", required=False)
@click.argument("events", metavar="EVENTS]", required=False)
@config_option
@click.option("--policy", "more", metavar="FILE", multiple=True, help="A further policy, or version of one.")
@click.option("--debtor", required=True, help="Whose dossier.")
@click.option("--creditor", help="Of which creditor, where the debtor owes several.")
@moment_option("--as-of", "Up to when; what was recorded later is left out.  [default: now]")
@index_option
@click.option("-o", "--output", metavar="OUT", default=STDIO, help="Where it goes.  [default: standard output]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "json", "pdf"]),
    default="html",
    show_default=True,
    help="One page that needs nothing else; the entries of its chain; or PDF, which needs regua[pdf].",
)
@common_options
@pass_screen
def command(
    screen: Screen,
    *,
    policy: str | None,
    events: str | None,
    config: str,
    more: tuple[str, ...],
    debtor: str,
    creditor: str | None,
    as_of: Moment | None,
    indexes: tuple[str, ...],
    output: str,
    form: str,
) -> None:
    """Tell everything about one debtor in one file, in Portuguese, for a lawyer.

    Who owes and who is owed; each receivable with its terms, its calculation on that day, every fact with both its
    times, every contact with the hash of what was said and its receipts, approvals, decisions with their reasons, legal
    acts; at the end a chain of hashes over all of it, which anybody can compute again. Of third parties it tells
    nothing.

    It is made of the store of the settings; or of POLICY and EVENTS, as for `regua plan`, which know neither names nor
    addresses. --as-of takes an instant (2026-04-18T09:00-03:00) or a day of the policy's time zone, which is the whole
    day. The same store and --as-of give the same bytes.

    \b
    Example:
      regua dossier --debtor 0187-ERLSR -o dossier.html
      regua dossier --debtor 0187-ERLSR --as-of 2012-06-15 --format json -o dossier.json
      regua dossier policy.toml events.jsonl --debtor 0187-ERLSR -o dossier.html
    """
    if policy is None:
        dossier = _of_store(config, screen, creditor, debtor, as_of)
    elif events is None:
        raise click.UsageError("POLICY goes with EVENTS; without both, the store of the settings is read")
    else:
        only_once(policy, *more, events)
        found = read_debtor(events, screen, creditor=creditor, debtor=debtor)
        days = calendars()
        dossier = _of_file(found, load_policies((policy, *more), days), as_of, days, read_indexes(indexes))
    if not dossier.facts:
        raise Problems([f"nothing was known of debtor {debtor!r} then; ask with a later --as-of"])
    pieces = list(_printed(dossier, form))
    with open_output(output, private=True) as file:
        for piece in pieces:
            file.write(piece)
    entries = f"{counted(len(dossier.entries), 'entry', 'entries')}, {counted(len(dossier.facts), 'fact')}"
    screen.note(f"{entries}; last hash {dossier.last_hash}")


def _of_store(config: str, screen: Screen, creditor: str | None, debtor: str, as_of: Moment | None) -> Dossier:
    with opened(config, screen) as engine:
        found = owed(chosen(engine, creditor), debtor)
        return found.dossier(debtor, as_of=None if as_of is None else as_of.end_in(found.timezone))


def _of_file(
    found: Debtor,
    policies: list[Policy],
    as_of: Moment | None,
    days: Mapping[str, Calendar],
    indexes: Mapping[str, Index],
) -> Dossier:
    from regua.core.account import fold
    from regua.core.planning import plan
    from regua.core.planning.standing import Standing
    from regua.engine.dossier import Material, dossier_of

    def planned(account: Account, instant: int) -> Schedule:
        return plan(policies, governed(account, policies), as_of=instant, calendar=days, indexes=indexes)

    def standing(account: Account, instant: int) -> Standing:
        return Standing(governed(account, policies), policies, days, instant, indexes)

    material = Material(
        creditor=found.creditor,
        debtor=found.debtor,
        as_of=(as_of or now()).end(policies[0]),
        recorded=sorted(fold(found.events).events, key=lambda event: event.recorded_us),
        plan=planned,
        stand=standing,
    )
    return dossier_of(material)


def _printed(dossier: Dossier, form: str) -> Iterator[str | bytes]:
    from regua.reports.dossier import dossier_html, dossier_json, dossier_pdf

    if form == "pdf":
        yield dossier_pdf(dossier)
    else:
        yield from dossier_html(dossier) if form == "html" else dossier_json(dossier)
