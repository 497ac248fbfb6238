"""`regua erase`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from regua.cli.inputs import Problems
from regua.cli.interrupts import uninterrupted
from regua.cli.opening import chosen, config_option, opened, owed
from regua.cli.options import common_options, pass_screen
from regua.cli.screen import Screen, counted

if TYPE_CHECKING:
    from regua.engine import Creditor


@click.command("erase")
@config_option
@click.option("--debtor", required=True, help="Whose personal data.")
@click.option("--creditor", help="Of which creditor, where the debtor owes several.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@pass_screen
def command(screen: Screen, *, config: str, debtor: str, creditor: str | None, yes: bool) -> None:
    """Destroy the personal data of one debtor (LGPD art. 18): name, documents, addresses, whatever was kept.

    It cannot be taken back. Facts stay, which hold references and no names: what was owed, paid and sent adds up as
    before, and nothing more is sent, for want of an address. With a [vault] the debtor's key is destroyed first, and
    backups of the store cannot be read either; without one they can, for as long as there are any. What channels and
    registrars wrote to files, and what providers keep, is theirs to erase.

    \b
    Example:
      regua erase --debtor 0187-ERLSR --yes
    """
    with opened(config, screen) as engine:
        found = _whose(chosen(engine, creditor), debtor)
        if not yes:
            _ask(found, debtor)
        with uninterrupted:
            found.erase(debtor)
        facts = sum(1 for _ in found.events(debtor))
        screen.note(f"the personal data of debtor {debtor!r} is destroyed; {counted(facts, 'fact')} without it stay")


def _whose(creditors: Sequence[Creditor], debtor: str) -> Creditor:
    """The creditor of whom is to be erased, who may be kept without any fact.

    Raises:
        Problems: nobody is. What an erasure that was cut short left behind is destroyed all the same.
        UsageError: several creditors are owed.
    """
    from regua.core.events.base import is_name

    try:
        return owed(creditors, debtor, or_kept=True)
    except Problems:
        if is_name(debtor):
            with uninterrupted:
                for each in creditors:
                    each.erase(debtor)
        raise


def _ask(creditor: Creditor, debtor: str) -> None:
    """Go on only where a person agrees.

    Raises:
        UsageError: there is nobody to ask.
        Abort: the answer is no.
    """
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here; give --yes")
    what = f"Destroy the personal data of debtor {debtor!r} of creditor {creditor.id!r} for good?"
    click.confirm(what, abort=True, err=True)
